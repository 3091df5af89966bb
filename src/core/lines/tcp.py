"""TCP: to a terminal or converter that listens, and a server for those that dial in."""

import asyncio
import socket
from collections.abc import Callable
from typing import cast

from core.errors import LineFault
from core.lines.inbox import Inbox, closed, lost
from core.lines.line import Line
from core.lines.port_faults import line_error

CONNECT_WAIT = 10.0
"""Seconds for a connection to come about; a GPRS terminal takes its time."""
HANG_UP_WAIT = 1.0
"""Seconds that the other side has to take what was sent, before it is dropped."""
FULL_INBOX = 256 * 1024
"""Bytes waiting unread at which the other side is slowed down."""


class TcpLine(asyncio.Protocol, Line):
    """An open connection; made by `connect_tcp` and `listen_tcp`."""

    def __init__(self, name: str = "tcp", opened: "Callable[[TcpLine], None] | None" = None) -> None:
        self.name = name
        self.settings = None
        self._opened = opened
        self._inbox = Inbox()
        self._sending = asyncio.Lock()
        self._emptied = asyncio.Event()
        self._emptied.set()
        self._transport: asyncio.Transport | None = None
        self._reading_paused = False
        self._gone = asyncio.get_running_loop().create_future()

    async def send(self, data: bytes) -> None:
        """Hand ``data`` to the network; returns when the system took the last byte."""
        async with self._sending:
            self._inbox.check()
            if self._transport is not None:
                self._transport.write(data)
            await self._emptied.wait()
            self._inbox.check()

    async def receive(self) -> bytes:
        """What came since the last call, at least one byte."""
        data = await self._inbox.receive()
        if self._reading_paused and self._transport is not None:
            self._reading_paused = False
            self._transport.resume_reading()
        return data

    async def close(self) -> None:
        """Hang up; what is still to be sent goes out if the other side takes it within `HANG_UP_WAIT`."""
        self._inbox.fail(closed(self.name))
        if self._transport is not None:
            self._transport.close()
            try:
                async with asyncio.timeout(HANG_UP_WAIT):
                    await asyncio.shield(self._gone)
            except TimeoutError:
                self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the event loop once, first."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(high=0)  # pause_writing as soon as anything waits
        peer = transport.get_extra_info("peername")
        self.name = f"tcp:{_shown(peer[0], peer[1])}" if peer else self.name
        endpoint = transport.get_extra_info("socket")
        if endpoint is not None:
            endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if self._opened is not None:
            self._opened(self)

    def data_received(self, data: bytes) -> None:
        """Called by the event loop with what came."""
        self._inbox.feed(data)
        if len(self._inbox) > FULL_INBOX and self._transport is not None and not self._reading_paused:
            self._reading_paused = True
            self._transport.pause_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the event loop once, last."""
        reason = lost(self.name) if exc is None else line_error(self.name, exc, was_open=True)
        self._inbox.fail(reason)
        self._emptied.set()
        if not self._gone.done():
            self._gone.set_result(None)

    def pause_writing(self) -> None:
        """Called by the event loop when the system takes no more."""
        self._emptied.clear()

    def resume_writing(self) -> None:
        """Called by the event loop when the system took everything."""
        self._emptied.set()


async def connect_tcp(host: str, port: int, *, patience: float = CONNECT_WAIT) -> TcpLine:
    """Connect; raises ``LineError`` when nobody is there within ``patience`` seconds."""
    name = f"tcp:{_shown(host, port)}"
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(patience):
            _, line = await loop.create_connection(lambda: TcpLine(name), host, port)
    except OSError as error:  # TimeoutError is one too
        raise line_error(name, error, otherwise=LineFault.UNREACHABLE) from error
    return line


class TcpServer:
    """Listens; every caller becomes a `TcpLine`. Made by `listen_tcp`."""

    def __init__(self, host: str, on_line: Callable[[TcpLine], None]) -> None:
        self.host = host
        self.port = 0
        """The port listened on, also when the system picked it."""
        self._on_line = on_line
        self._lines: set[TcpLine] = set()
        self._server: asyncio.Server | None = None

    async def open(self, port: int) -> None:
        """Begin to listen; raises ``LineError``, with fault ``BUSY`` when another program does already."""
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(
                lambda: _Accepted(self._lines, self._on_line), self.host, port
            )
        except OSError as error:
            raise line_error(f"listen:{_shown(self.host, port)}", error) from error
        self.port = self._server.sockets[0].getsockname()[1]

    @property
    def lines(self) -> tuple[TcpLine, ...]:
        """The connections that are open now."""
        return tuple(self._lines)

    def stop_listening(self) -> None:
        """Take no more calls; the connections that are open stay."""
        if self._server is not None:
            self._server.close()

    async def close(self) -> None:
        """Stop listening and hang up on everybody."""
        self.stop_listening()
        await asyncio.gather(*(line.close() for line in self.lines))


class _Accepted(TcpLine):
    """A connection that its server keeps account of."""

    def __init__(self, lines: set[TcpLine], on_line: Callable[[TcpLine], None]) -> None:
        super().__init__(opened=on_line)
        self._lines = lines

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._lines.add(self)
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._lines.discard(self)
        super().connection_lost(exc)


async def listen_tcp(host: str, port: int, on_line: Callable[[TcpLine], None]) -> TcpServer:
    """Listen on ``host`` (port 0: any free one) and hand each new connection to ``on_line`` at once."""
    server = TcpServer(host, on_line)
    await server.open(port)
    return server


def _shown(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
