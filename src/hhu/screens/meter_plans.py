"""Meters as they shall be: planned on the desk, or refused with the reason and the next step.

What the archive cannot carry is refused when it is typed, so a plan is always fit to be written.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from core.gdw376.units.afn04 import DisplayNumber, MeterArchive
from core.wire.paths import replaced
from hhu.archive_words import column_text, defect_text
from hhu.client.archive import ARCHIVE, CAPACITY, ArchiveRow, changed, free_number, rows_of, with_rows
from hhu.client.archive_check import Placed, defects_of
from hhu.client.archive_file import DL645_2007
from hhu.forms.entries import Entry
from hhu.screens.desk import Desk
from hhu.screens.meter_form import leaves_of
from hhu.widgets.notice_row import Notice, Tone


class MeterPlans:
    """The archive that is wanted."""

    def __init__(self, desk: Desk, changed: Callable[[], None]) -> None:
        self._desk = desk
        self._changed = changed

    @property
    def rows(self) -> tuple[ArchiveRow, ...]:
        """The meters as they shall be."""
        return rows_of({**self._desk.units, **self._desk.wanted})

    def put(self, rows: Iterable[ArchiveRow], gone: Iterable[int] = ()) -> None:
        """Plan these meters, and that those serial numbers are gone."""
        for key, unit in with_rows(self._desk.units, rows, gone, self._desk.wanted).items():
            self._desk.want_unit(key, unit)
        self._changed()

    def accept(self, row: ArchiveRow) -> bool:
        """Plan a meter, or say why it cannot be."""
        if not self.may_plan():
            return False
        others = [Placed(0, other) for other in self.rows if other.serial != row.serial]
        defect = next((d for d in defects_of([*others, Placed(1, row)]) if d.blocking), None)
        if defect is not None:
            language = self._desk.words.language
            said = f"{column_text(defect, language)}: {defect_text(defect, language)}"
            self._desk.tell(Notice(said, "", Tone.WARN))
            return False
        self.put((row,))
        return True

    def drop(self, row: ArchiveRow) -> None:
        """As the terminal has it; a meter that it does not have is forgotten."""
        held = {one.serial: one for one in rows_of(self._desk.units)}
        if row.serial in held:
            self.put((held[row.serial],))
        else:
            self.put((), (row.serial,))

    def another(self) -> ArchiveRow:
        """A meter without address under free numbers, on the port of the last one."""
        rows = self.rows
        serial = free_number(row.serial for row in rows)
        point = free_number(row.point for row in rows)
        port = rows[-1].port if rows else 1
        return ArchiveRow(serial, point, port, rows[-1].protocol if rows else DL645_2007, "")

    def may_plan(self) -> bool:
        """Tell whether there is an archive to change, and say so when not."""
        if ARCHIVE not in self._desk.units:
            self.refuse("edit.unread")
            return False
        return True

    def may_add(self) -> bool:
        """Tell whether one more meter can be, and say why not."""
        if not self.may_plan():
            return False
        if len(self.rows) >= CAPACITY:
            self.refuse("meters.full")
            return False
        return True

    def refuse(self, why: str) -> None:
        """Say why something is not planned, and what to do."""
        self._desk.tell(Notice(self._desk.words(why), self._desk.words(f"{why}-next"), Tone.WARN))


def entry_value(row: ArchiveRow, entry: Entry, path: str) -> Any:
    """Return what a row of the form holds now."""
    if entry.unit is MeterArchive:
        return next(place.value for place in leaves_of(row) if place.path == path)
    return row.asset if entry.unit is DisplayNumber else int(row.stopped)


def edited(row: ArchiveRow, record: Any, entry: Entry, path: str, value: Any) -> ArchiveRow:
    """Return the meter with another value in a row of its form."""
    if entry.unit is MeterArchive:
        return changed(row, replaced(record, path, value))
    if entry.unit is DisplayNumber:
        return replace(row, asset=value)
    return replace(row, stopped=bool(value))
