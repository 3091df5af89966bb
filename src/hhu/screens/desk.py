"""What all screens share about a visit: the session, what was read, what is wanted, what may be written.

No widget is known here. Screens read the desk and call its verbs from workers; whoever changes something
calls ``changed``, and the app has all pages drawn anew.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from core.clock import Clock
from core.errors import CoreError, DeniedError
from core.gdw376.refusals import Refusal
from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import TerminalAddress
from core.wire.paths import replaced
from hhu.client.plan import OPEN, Change, Plan, State
from hhu.client.terminal import ClockReading
from hhu.forms.entries import Entry, all_entries, entries_of, shown
from hhu.screens.connection import Connection
from hhu.widgets.change_table import ChangeRow
from hhu.widgets.columns import fit
from hhu.widgets.notice_row import Notice
from hhu.widgets.status_row import LineStatus, Pass, Writing
from hhu.words import Words

ARMED_FOR = 300.0
"""Seconds for which A arms writes."""
WINDOW = 120.0
"""Seconds the terminal's programming switch stays open (device behaviour M171)."""
TRIES = 3
"""Wrong passwords in a row after which the terminal locks the channel (device behaviour 9.3)."""
LATER = (
    State.PLANNED,
    State.VERIFIED,
    State.ACKNOWLEDGED,
    State.SENT,
    State.DIFFERS,
    State.FAILED,
    State.REFUSED,
)
"""States of several leaves in one row: the last of these that occurs is shown."""


class Desk:
    """The state of a visit."""

    def __init__(self, clock: Clock, words: Words, changed: Callable[[], None]) -> None:
        self.clock = clock
        self.words = words
        self.changed = changed
        self.connection: Connection | None = None
        self.units: dict[type[Unit], Unit] = {}
        """What the terminal held when it was last read."""
        self.wanted: dict[type[Unit], Unit] = {}
        self.absent: set[type[Unit]] = set()
        """Units the terminal does not have."""
        self.changes: dict[tuple[type[Unit], str], Change] = {}
        """How far each change of the last write has come."""
        self.clock_reading: ClockReading | None = None
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

    # What was read and what is wanted

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

    def _forget(self) -> None:
        """Another terminal: nothing is known of it."""
        self.units, self.wanted, self.changes, self.absent = {}, {}, {}, set()
        self.clock_reading = None
        self.wrong_passwords, self.password_state, self.password = 0, Pass.NONE, ""

    def rows(self, units: Sequence[type[Unit]]) -> tuple[ChangeRow, ...]:
        """Rows of the table for these units, with a heading over units of several rows."""
        return tuple(self._rows(units))

    def _rows(self, units: Sequence[type[Unit]]) -> Iterator[ChangeRow]:
        for unit in units:
            entries = entries_of(unit)
            if len(entries) > 1:
                meaning = unit.meaning
                yield ChangeRow(
                    meaning.code, self.words.of(meaning.zh, meaning.en), meaning.code, heading=True
                )
            for entry in entries:
                yield self._row(entry, nested=len(entries) > 1)

    def _row(self, entry: Entry, *, nested: bool) -> ChangeRow:
        held = self.units.get(entry.unit)
        label = ("  " if nested else "") + entry.label(self.words)
        code = entry.unit.meaning.code
        if held is None:
            missing = self.words("value.absent") if entry.unit in self.absent else None
            return ChangeRow(entry.key, label, code, missing)
        here = entry.shown(held, self.words)
        change = self.change_of(entry)
        wanted = self.wanted.get(entry.unit)
        differs = wanted is not None and entry.value(wanted) != entry.value(held)
        if change is not None and not (differs and change.state is State.VERIFIED):
            after = entry.shown(wanted or held, self.words)
            return ChangeRow(entry.key, label, code, here, after, change.state)
        if differs and wanted is not None:
            return ChangeRow(entry.key, label, code, here, entry.shown(wanted, self.words), State.PLANNED)
        return ChangeRow(entry.key, label, code, here)

    def change_of(self, entry: Entry) -> Change | None:
        """Return the change that tells how far this row has come."""
        mine = [
            change
            for (unit, path), change in self.changes.items()
            if unit is entry.unit and entry.covers(path)
        ]
        return max(mine, key=lambda change: LATER.index(change.state), default=None)

    def want(self, entry: Entry, value: object) -> None:
        """Plan another value for a row; the present one plans nothing."""
        held = self.units.get(entry.unit)
        if held is None:
            return
        self._forget_changes(entry)
        unit = entry.put(self.wanted.get(entry.unit, held), value)
        if unit == held:
            self.wanted.pop(entry.unit, None)
        else:
            self.wanted[entry.unit] = unit
        self.changed()

    def drop(self, entry: Entry) -> None:
        """Forget the planned value of a row."""
        held = self.units.get(entry.unit)
        if held is not None:
            self.want(entry, entry.value(held))

    def _forget_changes(self, entry: Entry) -> None:
        self.changes = {
            key: change
            for key, change in self.changes.items()
            if not (key[0] is entry.unit and entry.covers(key[1]))
        }

    def planned(self) -> tuple[Entry, ...]:
        """Rows whose wanted value differs from the terminal's."""
        return tuple(
            entry
            for entry in all_entries(tuple(self.wanted))
            if entry.value(self.wanted[entry.unit]) != entry.value(self.units[entry.unit])
        )

    def uncertain(self) -> tuple[type[Unit], ...]:
        """Units of which a broken write left unknown what the terminal holds: read before writing again."""
        open_units = (unit for (unit, _), change in self.changes.items() if change.state in OPEN)
        return tuple(dict.fromkeys(unit for unit in open_units if unit in self.wanted))

    def plan(self) -> Plan:
        """Return the plan from what the terminal holds to what is wanted."""
        units = sorted(self.wanted, key=lambda unit: (unit is TerminalAddress, unit.meaning.fn))
        return Plan.of([(0, self.units[unit]) for unit in units], [(0, self.wanted[unit]) for unit in units])

    def note(self, change: Change) -> None:
        """A change has come further; what was read back is what the terminal holds now."""
        self.changes[change.unit, change.path] = change
        if change.state in (State.VERIFIED, State.DIFFERS):
            value = change.after if change.state is State.VERIFIED else change.found
            self._hold(change, value)
        self.changed()

    def _hold(self, change: Change, value: object) -> None:
        held = self.units.get(change.unit)
        if held is None or value is None:
            return
        self.units[change.unit] = replaced(held, change.path, value)
        if self.wanted.get(change.unit) == self.units[change.unit]:
            del self.wanted[change.unit]

    def take(self, units: Iterable[Unit]) -> None:
        """The terminal was read: these are what it holds; what is wanted stays wanted."""
        for unit in units:
            kind = type(unit)
            self.units[kind] = unit
            self.absent.discard(kind)
            self.changes = {key: change for key, change in self.changes.items() if key[0] is not kind}
            if self.wanted.get(kind) == unit:
                del self.wanted[kind]
        self.changed()

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

    def lines_of_plan(self, most: int) -> tuple[str, ...]:
        """What will be written, a line per row, the rest counted."""
        entries = self.planned()
        lines = [self._plan_line(entry) for entry in entries[:most]]
        if len(entries) > most:
            lines.append(self.words("write.more", number=len(entries) - most))
        return tuple(lines)

    def _plan_line(self, entry: Entry) -> str:
        before = shown(entry.leaf, entry.value(self.units[entry.unit]), self.words)
        after = shown(entry.leaf, entry.value(self.wanted[entry.unit]), self.words)
        return f"{fit(entry.label(self.words), 24)} {fit(before, 18)} -> {after}"

    def tell(self, notice: Notice) -> None:
        """Show a notice on every page until the next one."""
        self.notice = notice
        self.changed()
