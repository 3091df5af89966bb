"""Where the bytes come in: a protocol object per TCP connection, one for all UDP peers.

Protocols, not streams: a connection that says nothing costs its transport and a few words. Bytes are taken in
small pieces, so that no connection holds up the others; one that does not read its answers is not read from.
"""

import asyncio
import socket
from collections.abc import Callable
from typing import Protocol, cast

from core.gdw376.frame import Frame, FrameProfile
from hhu.frontend.callers import Caller, Reason, Way
from hhu.frontend.finding import FrameFinder, whole_frames

PIECE, STRANGER_PIECE = 4096, 512
"""Bytes taken at once; the search for a frame in so much garbage takes some milliseconds."""
KEEPALIVE = {"TCP_KEEPIDLE": 300, "TCP_KEEPALIVE": 300, "TCP_KEEPINTVL": 30, "TCP_KEEPCNT": 4}
"""Seconds until a quiet connection is probed, and how; seldom, since the terminal pays for the traffic."""
UNACKNOWLEDGED = 60_000
"""Milliseconds after which Linux gives up a connection whose other side takes nothing."""


class House(Protocol):
    """What sockets need of the front end."""

    @property
    def profile(self) -> FrameProfile:
        """Which frames are taken."""
        ...

    def now(self) -> float:
        """Seconds."""
        ...

    def came(self, one: "TcpCaller") -> None:
        """A connection is there."""
        ...

    def heard(self, caller: Caller, frames: list[tuple[Frame, bytes]], noise: int) -> None:
        """Frames, and bytes that are none."""
        ...

    def went(self, caller: Caller, reason: Reason) -> None:
        """A connection ended by itself."""
        ...


def peer_of(transport: asyncio.BaseTransport) -> tuple[str, int]:
    """Return host and port of the other side; a connection reset at once has none any more."""
    peer = transport.get_extra_info("peername")
    return (str(peer[0]), int(peer[1])) if peer else ("?", 0)


class TcpCaller(asyncio.BufferedProtocol):
    """One TCP connection."""

    __slots__ = ("_drained", "_finder", "_house", "_room", "_transport", "_unsent", "caller")

    def __init__(self, house: House, room: bytearray, gap: float, unsent: int) -> None:
        """``room`` may be shared by all connections: it is emptied before anything else is read."""
        self._house = house
        self._room = memoryview(room)
        self._finder = FrameFinder(house.profile, gap)
        self._transport: asyncio.Transport | None = None
        self._drained: list[asyncio.Future[None]] | None = None
        self._unsent = unsent
        self.caller = Caller(Way.TCP, "", 0, 0.0, 0.0)

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do."""
        return self._finder.deadline

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the event loop once, first."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(high=self._unsent)
        _watch(transport.get_extra_info("socket"))
        self.caller.host, self.caller.port = peer_of(transport)
        self._house.came(self)

    def get_buffer(self, sizehint: int) -> memoryview:
        """Called by the event loop before it reads."""
        return self._room if self.caller.terminal else self._room[:STRANGER_PIECE]

    def buffer_updated(self, nbytes: int) -> None:
        """Called by the event loop when something was read."""
        frames, noise = self._finder.feed(bytes(self._room[:nbytes]), self._house.now())
        self._house.heard(self.caller, frames, noise)

    def tick(self, now: float) -> None:
        """Let ``now`` pass: give up a frame that stopped in the middle."""
        frames, noise = self._finder.tick(now)
        self._house.heard(self.caller, frames, noise)

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the event loop once, last."""
        self._house.went(self.caller, Reason.HUNG_UP if exc is None else Reason.BROKEN)
        self.resume_writing()

    def pause_writing(self) -> None:
        """The other side does not read: nothing more is read from it until it does."""
        self._drained = []
        if self._transport and not self._transport.is_closing():
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        """The other side has read."""
        waiting, self._drained = self._drained or (), None
        for future in waiting:
            if not future.done():
                future.set_result(None)
        if self._transport and not self._transport.is_closing():
            self._transport.resume_reading()

    def write(self, data: bytes) -> None:
        """Send; what cannot leave waits in the transport."""
        if self._transport and not self._transport.is_closing():
            self._transport.write(data)

    async def drained(self) -> None:
        """Wait until the other side takes what was sent."""
        if self._drained is not None:
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._drained.append(future)
            await future

    def hang_up(self) -> None:
        """Close; what waits in the transport still leaves when the other side reads at once."""
        if self._transport is None:
            return
        if self._transport.get_write_buffer_size():
            self._transport.abort()
        else:
            self._transport.close()


class UdpCallers(asyncio.DatagramProtocol):
    """All UDP peers. A peer exists from its first valid frame on; nothing is kept of anybody else."""

    def __init__(self, house: House, arrived: Callable[[Caller], None]) -> None:
        self._house = house
        self._arrived = arrived
        self._callers: dict[tuple[str, int], Caller] = {}
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the event loop once, first."""
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Called by the event loop with each datagram: one frame, or several."""
        frames, rest = whole_frames(data, self._house.profile)
        peer = (addr[0], addr[1])
        caller = self._callers.get(peer)
        if caller is None:
            if not frames:
                return
            caller = self._callers[peer] = Caller(Way.UDP, *peer, 0.0, 0.0)
            self._arrived(caller)
        self._house.heard(caller, frames, len(rest))

    def error_received(self, exc: Exception) -> None:
        """A peer is not reachable any more: its silence will tell."""

    def write(self, caller: Caller, data: bytes) -> None:
        """Send a datagram."""
        if self._transport and not self._transport.is_closing():
            self._transport.sendto(data, (caller.host, caller.port))

    def forget(self, caller: Caller) -> None:
        """The peer is not there any more."""
        self._callers.pop((caller.host, caller.port), None)

    def close(self) -> None:
        """Listen no more."""
        if self._transport:
            self._transport.close()


def _watch(endpoint: socket.socket | None) -> None:
    """Let the system find out about half-open connections, as far as it can."""
    if endpoint is None:
        return
    endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in {**KEEPALIVE, "TCP_USER_TIMEOUT": UNACKNOWLEDGED}.items():
        option = getattr(socket, name, None)
        if option is not None:
            endpoint.setsockopt(socket.IPPROTO_TCP, option, value)
