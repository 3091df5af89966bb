"""What all screens share about a visit: the session, what was read, what is wanted, what may be written.

No widget is known here. Screens read the desk and call its verbs from workers; whoever changes something
calls ``changed``, and the app has all pages drawn anew.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from core.clock import Clock
from core.errors import CoreError, DeniedError
from core.gdw376.refusals import Refusal
from core.lines.address import LineAddress
from core.vendor.items import UplinkReport
from hhu.client.clock_reading import ClockReading
from hhu.client.confirmed_change import ConfirmedChange
from hhu.client.event_log import EventLog
from hhu.screens.connection import Connection
from hhu.screens.holdings import Holdings
from hhu.screens.reading_board import ReadingBoard
from hhu.screens.upgrade_board import UpgradeBoard
from hhu.widgets.notice_row import Notice
from hhu.widgets.status_row import LineStatus, Pass, Writing
from hhu.words import Words

if TYPE_CHECKING:
    from hhu.frontend.front_end import FrontEnd
    from hhu.frontend.happenings import Happening

ARMED_FOR = 300.0
"""Seconds for which A arms writes."""
WINDOW = 120.0
"""Seconds the terminal's programming switch stays open (device behaviour M171)."""
TRIES = 3
"""Wrong passwords in a row after which the terminal locks the channel (device behaviour 9.3)."""


class Desk(Holdings):
    """The state of a visit."""

    def __init__(self, clock: Clock, words: Words, changed: Callable[[], None]) -> None:
        super().__init__(words, changed)
        self.clock = clock
        self.connection: Connection | None = None
        self.front_end: FrontEnd | None = None
        """Open while this computer listens for terminals; it stays when one of them is left."""
        self.listened_on = ""
        """Where it listened last, as a line is written."""
        self.clock_reading: ClockReading | None = None
        self.board = ReadingBoard()
        """What is known about reading meters."""
        self.events = EventLog()
        self.upgrade = UpgradeBoard()
        self.uplink: UplinkReport | None = None
        """How the uplink stood when it was last looked at."""
        self.tells_uplink: bool | None = None
        """Whether this terminal tells of its uplink at all; ``None`` before it was asked."""
        self.trial: ConfirmedChange | None = None
        """The change that waits for the master's acknowledgement."""
        self.notice = Notice()
        self.password = ""
        """Typed for this visit, not judged yet or accepted."""
        self.password_state = Pass.NONE
        self.wrong_passwords = 0
        self._armed_until = 0.0
        self._open_until = 0.0
        self._met = ""
        """Address of the terminal met last."""

    # What may be written

    @property
    def armed_left(self) -> float:
        """Seconds for which writes are armed; 0 is read-only."""
        return max(0.0, self._armed_until - self.clock.monotonic())

    @property
    def open_left(self) -> float:
        """Seconds for which the programming switch is known to be open."""
        if self.connection and self.connection.face:
            return self.connection.face.programming_left
        return max(0.0, self._open_until - self.clock.monotonic())

    @property
    def needs_switch(self) -> bool:
        """Tell whether writing needs the switch: on local channels (device behaviour 9.3)."""
        return self.connection is not None and self.connection.local

    def arm(self) -> None:
        """Allow writes for five minutes."""
        self._armed_until = self.clock.monotonic() + ARMED_FOR
        self.changed()

    def disarm(self) -> None:
        """Back to read-only."""
        self._armed_until = 0.0
        self.changed()

    def switch_opened(self) -> None:
        """The technician says that he has just held the key."""
        self._open_until = self.clock.monotonic() + WINDOW
        self.changed()

    def status(self) -> LineStatus:
        """What the status row shows now."""
        link = self.connection
        if link is None:
            return LineStatus()
        armed, opened = self.armed_left, self.open_left
        kind = (
            (Writing.ARMED_OPEN if armed else Writing.OPEN)
            if opened
            else (Writing.ARMED if armed else Writing.READ_ONLY)
        )
        stats = link.stats
        return LineStatus(
            channel=link.channel_name,
            port=link.port,
            speed=link.speed,
            address=link.address_text,
            writing=kind,
            left=opened or armed or None,
            password=self.password_state,
            tx=stats.tx,
            rx=stats.rx,
            errors=stats.errors,
            emulated=link.face is not None,
            lost=link.lost is not None,
        )

    # Terminals

    def arrive(self, connection: Connection) -> None:
        """A line was opened; what is known of the same terminal, and what is wanted, stays."""
        if connection.address_text != self._met:
            self._forget()
        self.connection = connection
        self._armed_until = self._open_until = 0.0

    async def leave(self) -> None:
        """Hang up; what is known stays until another terminal is met."""
        link, self.connection = self.connection, None
        if link:
            self._met = link.address_text
            await link.close()

    async def listen(self, where: LineAddress) -> "FrontEnd":
        """Listen there, if not already; terminals then come by themselves. ``LineError`` when it is taken."""
        if self.front_end and self.listened_on == str(where):
            return self.front_end
        from hhu.frontend.front_end import FrontEnd  # noqa: PLC0415  # only where it is used

        await self.stop_listening()
        opened = FrontEnd(self.clock)
        try:
            await opened.listen(where.host, where.port)
        except CoreError:
            await opened.close()
            raise
        opened.subscribe(self._heard)
        self.front_end, self.listened_on = opened, str(where)
        self.changed()
        return opened

    def _heard(self, happening: "Happening") -> None:
        """Heartbeats come by the thousand; the page draws them once a second."""
        if happening.kind.value != "heartbeat":
            self.changed()

    async def stop_listening(self) -> None:
        """Hang up on all terminals."""
        opened, self.front_end = self.front_end, None
        if opened:
            await opened.close()
            self.changed()

    def _forget(self) -> None:
        """Another terminal: nothing is known of it."""
        self.forget_units()
        self.clock_reading, self.board, self.events = None, ReadingBoard(), EventLog()
        self.upgrade = self.upgrade.for_another()
        self.uplink = self.tells_uplink = None
        self.wrong_passwords, self.password_state, self.password = 0, Pass.NONE, ""

    def judge(self, error: CoreError | None) -> None:
        """Learn from the outcome of a write: is the password right, is the switch closed?"""
        code = error.code if isinstance(error, DeniedError) else None
        if code == Refusal.PASSWORD.value:
            self.wrong_passwords += 1
            self.password, self.password_state = "", Pass.REFUSED
        elif code == Refusal.LOCKED.value:
            self.password_state = Pass.LOCKED
        elif code == Refusal.SWITCH_CLOSED.value:
            self._open_until = 0.0
        elif error is None:
            self.wrong_passwords, self.password_state = 0, Pass.ACCEPTED
        self.changed()

    def tell(self, notice: Notice) -> None:
        """Show a notice on every page until the next one."""
        self.notice = notice
        self.changed()
