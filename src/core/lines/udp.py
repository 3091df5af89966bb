"""UDP: to a terminal or converter that takes datagrams. Each ``send`` is one datagram."""

import asyncio
from typing import cast

from core.errors import LineFault
from core.lines.inbox import Inbox, closed
from core.lines.line import Line
from core.lines.port_faults import line_error

FULL_INBOX = 256 * 1024
"""Bytes waiting unread beyond which datagrams are dropped, as networks do."""


class UdpLine(asyncio.DatagramProtocol, Line):
    """Datagrams to and from one address; made by `connect_udp`.

    Nothing tells whether the other side is there, except that the system may report it unreachable.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.settings = None
        self._inbox = Inbox()
        self._transport: asyncio.DatagramTransport | None = None

    async def send(self, data: bytes) -> None:
        """Send one datagram."""
        self._inbox.check()
        if self._transport is not None:
            self._transport.sendto(data)

    async def receive(self) -> bytes:
        """What came since the last call: one datagram or several, joined."""
        return await self._inbox.receive()

    async def close(self) -> None:
        """Let go of the port."""
        self._inbox.fail(closed(self.name))
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the event loop once, first."""
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Called by the event loop with each datagram."""
        if len(self._inbox) + len(data) <= FULL_INBOX:
            self._inbox.feed(data)

    def error_received(self, exc: Exception) -> None:
        """The system heard that nobody is there: a restarting terminal, so silence tells, not a lost line."""


async def connect_udp(host: str, port: int) -> UdpLine:
    """Open a port towards ``host``; raises ``LineError`` when its name cannot be resolved."""
    name = f"udp:[{host}]:{port}" if ":" in host else f"udp:{host}:{port}"
    loop = asyncio.get_running_loop()
    try:
        _, line = await loop.create_datagram_endpoint(lambda: UdpLine(name), remote_addr=(host, port))
    except OSError as error:
        raise line_error(name, error, otherwise=LineFault.UNREACHABLE) from error
    return line
