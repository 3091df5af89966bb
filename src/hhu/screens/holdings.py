"""What was read of a terminal, what is wanted of it, and how far each change has come.

No widget is known here. Whoever changes something calls ``changed``, and all pages are drawn anew.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from core.errors import CoreError, UsageError
from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import (
    DisplayNumber,
    ReadingStopped,
    TerminalAddress,
)
from core.wire.paths import replaced, value_at
from hhu.client.archive import ARCHIVE, KEYS, ArchiveRow, rows_of
from hhu.client.archive_states import differing
from hhu.client.change import LATER, OPEN, Change, Key, State
from hhu.client.keyed import after_set, list_of, number_of, path_in, reached, records_of, with_records
from hhu.client.plan import Plan
from hhu.forms.entries import Entry, entries_in, entries_of
from hhu.forms.form_lines import fitted
from hhu.widgets.change_table import ChangeRow
from hhu.widgets.columns import fit
from hhu.words import Words


class Holdings:
    """Units held and units wanted, by point and unit."""

    def __init__(self, words: Words, changed: Callable[[], None]) -> None:
        self.words = words
        self.changed = changed
        self.units: dict[Key, Unit] = {}
        """What the terminal held when it was last read, by point and unit."""
        self.wanted: dict[Key, Unit] = {}
        self.absent: set[Key] = set()
        """Units the terminal does not have."""
        self.broken: dict[Key, CoreError] = {}
        """Units whose answer could not be read, and why."""
        self.changes: dict[tuple[int, type[Unit], str], Change] = {}
        """How far each change of the last write has come."""

    def forget_units(self) -> None:
        """Another terminal: nothing is known of it."""
        self.units, self.wanted, self.changes, self.absent, self.broken = {}, {}, {}, set(), {}

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
        label = ("  " if nested else "") + entry.label(self.words)
        return self.row(entry, label)

    def row(self, entry: Entry, label: str) -> ChangeRow:
        """One row of a table: what the terminal has, what is wanted, how far that has come."""
        held, code = self.held(entry.home), entry.unit.meaning.code
        if held is None:
            missing = self.words("value.absent") if entry.home in self.absent else None
            return ChangeRow(entry.key, label, code, missing)
        here = entry.shown(held, self.words)
        change = self.change_of(entry)
        wanted = self.wanted.get(entry.home)
        differs = wanted is not None and _differs(entry, held, wanted)
        if change is not None and not (differs and change.state is State.VERIFIED):
            after = entry.shown(wanted or held, self.words)
            return ChangeRow(entry.key, label, code, here, after, change.state)
        if differs and wanted is not None:
            after = entry.shown(wanted, self.words) if entry.stands_in(wanted) else self.words("value.gone")
            return ChangeRow(entry.key, label, code, here, after, State.PLANNED)
        return ChangeRow(entry.key, label, code, here)

    def held(self, key: Key) -> Unit | None:
        """Return what the terminal holds; a blank where it holds nothing and something is wanted."""
        return self.units.get(key) or (key[1].blank() if key in self.wanted else None)

    def changes_of(self, key: Key) -> tuple[Change, ...]:
        """Return how far the changes of a unit have come."""
        return tuple(change for change in self.changes.values() if change.key == key)

    def change_of(self, entry: Entry) -> Change | None:
        """Return the change that tells how far this row has come."""
        mine = [change for change in self.changes_of(entry.home) if entry.covers(change.path)]
        return max(mine, key=lambda change: LATER.index(change.state), default=None)

    def state_of(self, key: Key) -> State | None:
        """Return how far a whole unit has come, by its least finished change."""
        states = {change.state for change in self.changes_of(key)}
        if key in self.wanted and not states - {State.VERIFIED}:
            return State.PLANNED
        return max(states, key=LATER.index, default=None)

    def want(self, entry: Entry, value: object) -> None:
        """Plan another value for a row; the present one plans nothing."""
        held = self.units.get(entry.home)
        if held is None:
            return
        self._forget_changes(entry)
        before = self.wanted.get(entry.home, held)
        self._want(entry.home, fitted(before, entry.put(before, value)))

    def want_unit(self, key: Key, unit: Unit) -> None:
        """Plan a whole unit, as after a record was added to its list; other records keep their states."""
        before = self.wanted.get(key) or self.units.get(key)
        if list_of(key[1]) and before is not None:
            known = {number_of(record): record for record in records_of(before)}
            same = {number_of(r) for r in records_of(unit) if known.get(number_of(r)) == r}
            kept = with_records(unit, [r for r in records_of(before) if number_of(r) in same])
            self._move_changes(key, before, kept)
            self._move_changes(key, kept, unit)
        else:
            self.changes = {at: change for at, change in self.changes.items() if change.key != key}
        self._want(key, unit)

    def _want(self, key: Key, unit: Unit) -> None:
        if unit == self.units.get(key):
            self.wanted.pop(key, None)
        else:
            self.wanted[key] = unit
        self.changed()

    def drop(self, entry: Entry) -> None:
        """Forget the planned value of a row."""
        held = self.units.get(entry.home)
        if held is not None and entry.stands_in(held) and entry.stands_in(self.wanted.get(entry.home, held)):
            self.want(entry, entry.value(held))

    def _forget_changes(self, entry: Entry) -> None:
        self.changes = {
            at: change
            for at, change in self.changes.items()
            if not (change.key == entry.home and entry.covers(change.path))
        }

    def planned(self, without: Collection[Key] = ()) -> tuple[Entry, ...]:
        """Rows whose wanted value differs from the terminal's; units in ``without`` are left out."""
        return tuple(
            entry
            for key, wanted in self.wanted.items()
            if key not in without
            for held in (self.held(key),)
            if held is not None
            for entry in entries_of_both(key, held, wanted)
            if _differs(entry, held, wanted)
        )

    def uncertain(self) -> tuple[Key, ...]:
        """Units of which a broken write left unknown what the terminal holds: read before writing again."""
        open_units = (change.key for change in self.changes.values() if change.state in OPEN)
        return tuple(dict.fromkeys(key for key in open_units if key in self.wanted))

    def plan(self) -> Plan:
        """Return the plan from what the terminal holds to what is wanted."""
        keys = sorted(self.wanted, key=lambda key: (key[1] is TerminalAddress, key[1].meaning.fn, key[0]))
        return Plan.of(
            [(key[0], self.units[key]) for key in keys if key in self.units],
            [(key[0], self.wanted[key]) for key in keys],
        )

    def note(self, change: Change) -> None:
        """A change has come further; what was read back is what the terminal holds now."""
        self.changes[(*change.key, change.path)] = change
        if change.state in (State.VERIFIED, State.DIFFERS):
            value = change.after if change.state is State.VERIFIED else change.found
            self._hold(change, value)
        self.changed()

    def _hold(self, change: Change, value: object) -> None:
        key, held = change.key, self.units.get(change.key)
        if held is None or value is None:
            return
        path = path_in(self.wanted.get(key, held), change.path, held)
        if path is None or not _has(held, path):
            return
        self.units[key] = replaced(held, path, value)
        if self.wanted.get(key) == self.units[key]:
            del self.wanted[key]

    def settle(self, pn: int, proven: Unit) -> None:
        """A unit, or records of a list by number, were read back as wanted."""
        key = (pn, type(proven))
        before = self.wanted.get(key, proven)
        held = after_set(proven, self.units.get(key, proven))
        self.units[key] = held
        if key in self.wanted and list_of(key[1]):
            self.wanted[key] = _in_order_of(held, before, proven)
        if key in self.wanted and reached(self.wanted[key], held):
            del self.wanted[key]
        self._move_changes(key, before, self.wanted.get(key, held))
        self.changed()

    def _move_changes(self, key: Key, before: Unit, after: Unit) -> None:
        """Records have other places in a list now; changes of records that are gone are forgotten."""
        if list_of(key[1]) is None or before == after:
            return
        moved: dict[tuple[int, type[Unit], str], Change] = {}
        for at, change in self.changes.items():
            path = path_in(before, change.path, after) if change.key == key else change.path
            if path is not None:
                moved[(*at[:2], path)] = replace(change, path=path)
        self.changes = moved

    def take(self, units: Iterable[Unit], pn: int = 0) -> None:
        """The terminal was read: these are what it holds; what is wanted stays wanted."""
        for unit in units:
            key = (pn, type(unit))
            self.units[key] = unit
            self.absent.discard(key)
            self.broken.pop(key, None)
            self.changes = {at: change for at, change in self.changes.items() if change.key != key}
            if key in self.wanted and reached(self.wanted[key], unit):
                del self.wanted[key]
        self.changed()

    def lack(self, key: Key) -> None:
        """The terminal does not hold this unit, or no longer."""
        self.absent.add(key)
        if self.units.pop(key, None) is not None:  # what was never there may still be wanted
            self.wanted.pop(key, None)
        self.changed()

    def lines_of_plan(self, most: int) -> tuple[str, ...]:
        """What will be written, a line per row or meter, the rest counted."""
        lines = self.all_lines_of_plan()
        if len(lines) <= most:
            return lines
        return (*lines[:most], self.words("write.more", number=len(lines) - most))

    def all_lines_of_plan(self) -> tuple[str, ...]:
        """What will be written, a line per row; of a meter one line for all its rows."""
        held, wanted = rows_of(self.units), rows_of({**self.units, **self.wanted})
        serials = differing(held, wanted)
        meters = {row.serial: row for row in (*held, *wanted) if row.serial in serials}
        points = {row.point for row in meters.values()}
        there = {row.serial for row in wanted}
        before = {row.serial for row in held}
        lines = [
            self._meter_line(row, "change" if row.serial in before & there else _act(row, there))
            for row in meters.values()
        ]
        kinds = (DisplayNumber, ReadingStopped)
        shown: set[Key] = {(point, kind) for point in points for kind in kinds} | {ARCHIVE, KEYS}
        rest = self.planned(shown if meters else ())
        return (*lines, *(self._plan_line(entry) for entry in rest))

    def _meter_line(self, row: ArchiveRow, act: str) -> str:
        said = self.words("meters.about", serial=row.serial, point=row.point, port=row.port)
        return f"{fit(self.words(f'meters.{act}'), 10)} {row.address}  {said}"

    def _plan_line(self, entry: Entry) -> str:
        before = entry.shown(self.held(entry.home), self.words)
        wanted = self.wanted[entry.home]
        after = entry.shown(wanted, self.words) if entry.stands_in(wanted) else self.words("value.gone")
        return f"{fit(entry.label(self.words), 24)} {fit(before, 18)} -> {after}"


def _act(row: ArchiveRow, there: set[int]) -> str:
    return "add" if row.serial in there else "delete"


def entries_of_both(key: Key, held: Unit, wanted: Unit) -> tuple[Entry, ...]:
    """Return the rows of what is wanted, then those that only the terminal still has."""
    rows = entries_in(wanted, key[0])
    known = {entry.path for entry in rows}
    return (*rows, *(entry for entry in entries_in(held, key[0]) if entry.path not in known))


def _in_order_of(held: Unit, wanted: Unit, proven: Unit) -> Unit:
    """Return ``wanted`` without the records proven gone, in the order of ``held``, new ones last."""
    rank = {number_of(record): place for place, record in enumerate(records_of(held))}
    gone = {number_of(record) for record in records_of(proven)} - rank.keys()
    kept = [record for record in records_of(wanted) if number_of(record) not in gone]
    return with_records(wanted, sorted(kept, key=lambda record: rank.get(number_of(record), len(rank))))


def _differs(entry: Entry, held: Unit, wanted: Unit) -> bool:
    if not (entry.stands_in(held) and entry.stands_in(wanted)):
        return True
    return entry.value(held) != entry.value(wanted)


def _has(unit: Unit, path: str) -> bool:
    try:
        value_at(unit, path)
    except UsageError:
        return False
    return True
