"""UDP: to a master or terminal that listens, and a server that takes every new peer for a caller.

A `UdpLine` keeps the borders of datagrams only towards the network: what was received is a run of bytes like
on any line, since frames tell their own length. A lost datagram is silence; nobody is told.
"""

import asyncio
from collections.abc import Callable
from typing import Any, cast

from core.errors import LineFault
from core.lines.inbox import Inbox, closed
from core.lines.line import Line
from core.lines.port_faults import line_error

LARGEST = 65507
"""Bytes of one datagram (IPv4)."""
MOST_WAITING = 262_144
"""Bytes that wait for their reader; datagrams beyond are lost, as the network loses them itself."""
REFUSALS = 3
"""Refusals in a row, with nothing heard between them, that end a line: a peer that restarts is forgiven."""
MOST_PEERS = 6000
"""Callers that a server keeps account of; others are not heard until one is closed."""

Peer = tuple[Any, ...]


class UdpLine(Line):
    """Datagrams to and from one peer; made by `connect_udp` and `listen_udp`."""

    def __init__(self, name: str, transmit: Callable[[bytes], None], forget: Callable[[], None]) -> None:
        self.name = name
        self.settings = None
        self._transmit = transmit
        self._forget = forget
        self._inbox = Inbox()
        self._refusals = 0

    async def send(self, data: bytes) -> None:
        """Hand ``data`` to the network as one datagram, longer data as several."""
        self._inbox.check()
        for start in range(0, len(data), LARGEST):
            self._transmit(data[start : start + LARGEST])
        await asyncio.sleep(0)

    async def receive(self) -> bytes:
        """What came since the last call, at least one byte."""
        return await self._inbox.receive()

    async def close(self) -> None:
        """Stop listening to the peer; it is not told."""
        self._inbox.fail(closed(self.name))
        self._forget()
        await asyncio.sleep(0)

    def hear(self, data: bytes) -> None:
        """A datagram came from the peer."""
        self._refusals = 0
        if len(self._inbox) + len(data) <= MOST_WAITING:
            self._inbox.feed(data)

    def refused(self, error: Exception) -> None:
        """The network says that nobody is there, once per datagram at most."""
        self._refusals += 1
        if self._refusals >= REFUSALS:
            self._inbox.fail(line_error(self.name, error, was_open=True))


class _Client(asyncio.DatagramProtocol):
    """The socket of one connected line."""

    def __init__(self, name: str) -> None:
        self._name = name

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        datagrams = cast(asyncio.DatagramTransport, transport)
        self.line = UdpLine(self._name, datagrams.sendto, datagrams.close)

    def datagram_received(self, data: bytes, addr: Peer) -> None:
        self.line.hear(data)

    def error_received(self, exc: Exception) -> None:
        self.line.refused(exc)


async def connect_udp(host: str, port: int) -> UdpLine:
    """Make a line to a peer; ``LineError`` when its address does not exist. Nobody need be there."""
    name = f"udp:{host}:{port}"
    loop = asyncio.get_running_loop()
    try:
        _, client = await loop.create_datagram_endpoint(lambda: _Client(name), remote_addr=(host, port))
    except OSError as error:
        raise line_error(name, error, otherwise=LineFault.UNREACHABLE) from error
    return client.line


class UdpServer(asyncio.DatagramProtocol):
    """Listens; every new peer becomes a `UdpLine`. Made by `listen_udp`."""

    def __init__(self, host: str, on_line: Callable[[UdpLine], None]) -> None:
        self.host = host
        self.port = 0
        """The port listened on, also when the system picked it."""
        self._on_line = on_line
        self._lines: dict[Peer, UdpLine] = {}
        self._transport: asyncio.DatagramTransport | None = None

    async def open(self, port: int) -> None:
        """Begin to listen; ``LineError``, with fault ``BUSY`` when another program does already."""
        loop = asyncio.get_running_loop()
        try:
            transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(self.host, port))
        except OSError as error:
            raise line_error(f"listen:{self.host}:{port}", error) from error
        self._transport = transport
        self.port = transport.get_extra_info("sockname")[1]

    @property
    def lines(self) -> tuple[UdpLine, ...]:
        """The peers that are heard now."""
        return tuple(self._lines.values())

    def datagram_received(self, data: bytes, addr: Peer) -> None:
        """Called by the event loop with a datagram."""
        line = self._lines.get(addr)
        if line is None:
            if len(self._lines) >= MOST_PEERS:
                return
            line = self._lines[addr] = self._line(addr)
            self._on_line(line)
        line.hear(data)

    def _line(self, peer: Peer) -> UdpLine:
        def transmit(data: bytes) -> None:
            if self._transport is not None:
                self._transport.sendto(data, peer)

        def forget() -> None:
            self._lines.pop(peer, None)

        return UdpLine(f"udp:{peer[0]}:{peer[1]}", transmit, forget)

    async def close(self) -> None:
        """Stop listening and forget everybody."""
        for line in self.lines:
            await line.close()
        if self._transport is not None:
            self._transport.close()
        await asyncio.sleep(0)


async def listen_udp(host: str, port: int, on_line: Callable[[UdpLine], None]) -> UdpServer:
    """Listen on ``host`` (port 0: any free one) and hand each new peer to ``on_line`` before its bytes."""
    server = UdpServer(host, on_line)
    await server.open(port)
    return server
