"""A line to one terminal of the front end: what a call sends goes out, what answers it comes in."""

from typing import Protocol

from core.gdw376.address import Address
from core.lines.inbox import Inbox, closed, lost
from core.lines.line import Line


class Lender(Protocol):
    """What a line needs of the front end."""

    async def write(self, address: Address, data: bytes) -> None:
        """Send to a terminal; ``LineError`` when it is not there."""
        ...

    def take_back(self, line: "RoutedLine") -> None:
        """The call is over."""
        ...


class RoutedLine(Line):
    """Lent by `FrontEnd.line`; closing it frees the terminal for the next call.

    It outlives a connection that the terminal itself replaces by a newer one, and ends with a loss.
    """

    def __init__(self, name: str, address: Address, lender: Lender, unread: int) -> None:
        self.name = name
        self.settings = None
        self.address = address
        """Under which the terminal is known now; a call may change it."""
        self._lender = lender
        self._unread = unread
        self._inbox = Inbox()

    async def send(self, data: bytes) -> None:
        """Send to wherever the terminal dials from now; returns when the system took all of it."""
        self._inbox.check()
        await self._lender.write(self.address, data)
        self._inbox.check()

    async def receive(self) -> bytes:
        """Whole frames that the terminal sent in answer."""
        return await self._inbox.receive()

    async def close(self) -> None:
        """Give the terminal back; it stays in the front end."""
        if self._inbox.failure is None:
            self._inbox.fail(closed(self.name))
        self._lender.take_back(self)

    def take(self, raw: bytes) -> None:
        """A frame for this call; a call that does not read loses what is too much."""
        if len(self._inbox) + len(raw) <= self._unread:
            self._inbox.feed(raw)

    def lose(self, reason: str) -> None:
        """The terminal is not there any more."""
        self._inbox.fail(lost(self.name, reason))
