"""The front end as the tool uses it: listen, see who is there, borrow a line to one of them."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from core.clock import Clock
from core.errors import LineError, LineFault
from core.gdw376.address import Address
from core.gdw376.frame import Frame, FrameProfile
from core.gdw376.timing import TCP
from core.lines.line import Line
from core.lines.port_faults import line_error
from hhu.frontend.callers import Caller, CallReport, DialledTerminal, Reason, Way
from hhu.frontend.descriptors import allow_descriptors
from hhu.frontend.happenings import Answer, Command, Deliver, HangUp, Happening, Kind
from hhu.frontend.limits import Limits
from hhu.frontend.registry import Registry
from hhu.frontend.routed import RoutedLine
from hhu.frontend.sockets import PIECE, TcpCaller, UdpCallers

BACKLOG = 1024
"""Connections that may wait to be accepted: after a power cut a whole district dials at once."""
TICK = 1.0
"""Seconds between looks at who fell silent."""
FEW_TERMINALS = 256
"""Descriptors a small front end needs besides those of its connections: files, ports, screens."""


class FrontEnd:
    """Made while an event loop runs; use it from that loop only. ``close`` hangs up on everybody."""

    def __init__(self, clock: Clock, limits: Limits | None = None, *, by_unit: bool = False) -> None:
        """``by_unit`` answers logins and heartbeats with AFN00 F3 instead of F1 (part A §6.1)."""
        wanted = limits or Limits()
        self.limits = wanted.within(allow_descriptors(wanted.connections + FEW_TERMINALS) - FEW_TERMINALS)
        self.profile = FrameProfile(largest=self.limits.largest)
        self._clock = clock
        self._registry = Registry(self.limits, by_unit=by_unit)
        self._room = bytearray(PIECE)
        self._sockets: dict[Caller, TcpCaller] = {}
        self._unfinished: set[TcpCaller] = set()
        self._udp: UdpCallers | None = None
        self._servers: list[asyncio.Server] = []
        self._ports: dict[Way, tuple[str, int]] = {}
        self._lines: dict[Address, RoutedLine] = {}
        self._subscribers: list[Callable[[Happening], None]] = []
        self._watch: asyncio.Task[None] | None = None

    # Listening

    async def listen(self, host: str, port: int, *, udp: bool = True) -> None:
        """Take TCP and, on the same port, UDP; port 0 takes any that is free for both.

        ``LineError`` when another program listens there.
        """
        tcp_port = await self.listen_tcp(host, port)
        if udp:
            await self.listen_udp(host, tcp_port)

    async def listen_tcp(self, host: str, port: int) -> int:
        """Take TCP connections; return the port."""
        loop = asyncio.get_running_loop()
        try:
            server = await loop.create_server(self._accept, host, port, backlog=BACKLOG)
        except OSError as error:
            raise line_error(f"listen:{host}:{port}", error) from error
        self._servers.append(server)
        return self._opened(Way.TCP, host, server.sockets[0].getsockname()[1])

    async def listen_udp(self, host: str, port: int) -> int:
        """Take datagrams; return the port."""
        loop = asyncio.get_running_loop()
        try:
            transport, self._udp = await loop.create_datagram_endpoint(
                lambda: UdpCallers(self, self._meet), local_addr=(host, port)
            )
        except OSError as error:
            raise line_error(f"listen:{host}:{port}", error) from error
        return self._opened(Way.UDP, host, transport.get_extra_info("sockname")[1])

    def _opened(self, way: Way, host: str, port: int) -> int:
        self._ports[way] = (host, port)
        if self._watch is None:
            self._watch = asyncio.create_task(self._keep_watch())
        return port

    def _accept(self) -> TcpCaller:
        return TcpCaller(self, self._room, TCP.byte_gap, self.limits.unsent)

    @property
    def ports(self) -> tuple[tuple[Way, str, int], ...]:
        """Where it listens: way, host, port."""
        return tuple((way, host, port) for way, (host, port) in self._ports.items())

    async def close(self) -> None:
        """Listen no more and hang up on everybody; borrowed lines are lost."""
        for server in self._servers:
            server.close()
        for caller in tuple(self._sockets):
            self._obey(self._registry.gone(caller, Reason.STOPPED, self._clock.now()))
            self._sockets.pop(caller).hang_up()
        for address in tuple(self._lines):
            self._lose(address, Reason.STOPPED)
        if self._udp:
            self._udp.close()
        if self._watch:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch
        self._servers, self._udp, self._watch, self._ports = [], None, None, {}

    # What is known

    @property
    def terminals(self) -> tuple[DialledTerminal, ...]:
        """Every terminal that is or was there."""
        return self._registry.terminals

    def terminal(self, address: Address) -> DialledTerminal | None:
        """Return what is known of one terminal."""
        return self._registry.terminal(address)

    def reports(self, address: Address) -> tuple[CallReport, ...]:
        """Return the event and task reports of one terminal, oldest first."""
        return self._registry.reports(address)

    @property
    def strangers(self) -> int:
        """Connections that have not sent a valid frame."""
        return self._registry.strangers

    @property
    def sent_away(self) -> int:
        """Connections that ended without one."""
        return self._registry.sent_away

    def subscribe(self, callback: Callable[[Happening], None]) -> Callable[[], None]:
        """Call back with everything that happens, until the returned function is called."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback) if callback in self._subscribers else None

    # Lines

    def is_lent(self, address: Address) -> bool:
        """Tell whether a call has the terminal now."""
        return _bare(address) in self._lines

    def line(self, address: Address) -> Line:
        """Lend a line to a terminal that is there; it works with `hhu.client.link.Link` as any other.

        ``LineError`` when it is not there, or (fault ``BUSY``) when another call has it.
        """
        key = _bare(address)
        caller = self._registry.caller(key)
        if caller is None:
            raise LineError(key.text, "the terminal is not there", fault=LineFault.UNREACHABLE)
        if key in self._lines:
            raise LineError(key.text, "another call of this tool has it", fault=LineFault.BUSY)

        line = RoutedLine(f"{caller.way.value}:{caller.peer}", key, self, self.limits.unread)
        self._lines[key] = line
        return line

    def take_back(self, line: RoutedLine) -> None:
        """A call is over (`hhu.frontend.routed.Lender`)."""
        if self._lines.get(line.address) is line:
            del self._lines[line.address]

    async def write(self, address: Address, data: bytes) -> None:
        """Send what a call wants sent (`hhu.frontend.routed.Lender`)."""
        caller = self._registry.caller(address)
        if caller is None:
            raise LineError(address.text, "the terminal is not there", fault=LineFault.LOST)
        self._send(caller, data)
        socket = self._sockets.get(caller)
        if socket:
            await socket.drained()

    async def wait_for(self, address: Address | None, patience: float) -> Address:
        """Wait until a terminal dials in, any or this one; return its address.

        ``LineError`` (fault ``SILENT``) after ``patience`` seconds.
        """
        found: asyncio.Future[Address] = asyncio.get_running_loop().create_future()

        def look(happening: Happening) -> None:
            here = happening.terminal
            wanted = address is None or address.same_station(here.address)
            if happening.kind is Kind.LOGIN and wanted and not found.done():
                found.set_result(here.address)

        unsubscribe = self.subscribe(look)
        try:
            for here in self.terminals:
                if here.online and (address is None or address.same_station(here.address)):
                    return here.address
            async with asyncio.timeout(patience):
                return await found
        except TimeoutError:
            who = address.text if address else "a terminal"
            raise LineError(self.name, f"{who} did not dial in", fault=LineFault.SILENT) from None
        finally:
            unsubscribe()

    @property
    def name(self) -> str:
        """Where it listens, as a line is written."""
        _, host, port = next(iter(self.ports), (None, "", 0))
        return f"listen:{host}:{port}"

    # What sockets bring (`hhu.frontend.sockets.House`)

    def now(self) -> float:
        """Seconds of the clock."""
        return self._clock.monotonic()

    def came(self, one: TcpCaller) -> None:
        """A TCP connection is there."""
        self._sockets[one.caller] = one
        self._meet(one.caller)

    def _meet(self, caller: Caller) -> None:
        self._obey(self._registry.meet(caller, self.now()))

    def heard(self, caller: Caller, frames: list[tuple[Frame, bytes]], noise: int) -> None:
        """Frames and noise of a connection."""
        now, civil = self.now(), self._clock.now()
        for frame, raw in frames:
            self._obey(self._registry.hear(caller, frame, raw, now, civil))
        if noise:
            self._obey(self._registry.garbage(caller, noise))
        socket = self._sockets.get(caller)
        if socket is not None and socket.deadline is not None:
            self._unfinished.add(socket)
        elif socket is not None:
            self._unfinished.discard(socket)

    def went(self, caller: Caller, reason: Reason) -> None:
        """A connection ended by itself."""
        self._forget(caller)
        self._obey(self._registry.gone(caller, reason, self._clock.now()))

    def _forget(self, caller: Caller) -> None:
        socket = self._sockets.pop(caller, None)
        if socket is not None:
            self._unfinished.discard(socket)

    # What the registry asks for

    def _obey(self, commands: list[Command]) -> None:
        for command in commands:
            match command:
                case Answer(caller, raw):
                    self._send(caller, raw)
                case HangUp(caller):
                    self._hang_up(caller)
                case Deliver(address, raw):
                    line = self._lines.get(address)
                    if line:
                        line.take(raw)
                case Happening():
                    self._tell(command)

    def _send(self, caller: Caller, raw: bytes) -> None:
        self._registry.sent(caller, len(raw))
        socket = self._sockets.get(caller)
        if socket:
            socket.write(raw)
        elif caller.way is Way.UDP and self._udp:
            self._udp.write(caller, raw)

    def _hang_up(self, caller: Caller) -> None:
        socket = self._sockets.get(caller)
        self._forget(caller)
        if socket:
            socket.hang_up()
        elif self._udp and caller.way is Way.UDP:
            self._udp.forget(caller)

    def _tell(self, happening: Happening) -> None:
        if happening.moved_to:
            self._move(happening.terminal.address, happening.moved_to)
        elif happening.kind in (Kind.LOSS, Kind.LOGOUT):
            self._lose(happening.terminal.address, happening.reason or Reason.BROKEN)
        for callback in tuple(self._subscribers):
            callback(happening)

    def _move(self, old: Address, new: Address) -> None:
        """The terminal took another address, perhaps by this very call: its line goes on."""
        line = self._lines.pop(old, None)
        if line and new not in self._lines:
            line.address = new
            self._lines[new] = line
        elif line:
            line.lose(f"the terminal is {new.text} now")

    def _lose(self, address: Address, reason: Reason) -> None:
        line = self._lines.pop(address, None)
        if line:
            line.lose(reason.value)

    async def _keep_watch(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            now = self.now()
            self._obey(self._registry.tick(now, self._clock.now()))
            for one in [one for one in self._unfinished if (one.deadline or now) <= now]:
                one.tick(now)


def _bare(address: Address) -> Address:
    return Address(address.region, address.terminal)
