"""The keeper of a ledger, and of the values of meters, in one file (device behaviour M129, M82; DESIGN §4).

Parameters, facts and events are on disk when ``write`` returns (but what only runs on, a clock, a counter):
killed or unpowered at any moment, the file holds everything acknowledged and nothing half-written. The rules
of the file itself: `core.store.flash`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from core.errors import StoreError
from core.store.flash import FILE, QUOTA, Execute, Flash
from core.store.program import StoredPrograms
from core.store.readings import StoredReadings
from core.terminal.ledger import (
    Change,
    EventRecord,
    FactKept,
    Kept,
    ListKept,
    ParameterKept,
    RecordKept,
    RecordsCleared,
)

__all__ = ["FILE", "QUOTA", "Store"]


class Store:
    """State of one terminal in ``directory``; without one it is forgotten at the end.

    Raises ``StoreError`` with the file and the reason.
    """

    def __init__(self, directory: Path | None, quota: int = QUOTA) -> None:
        self._flash = Flash(directory, quota)
        try:
            self.programs = StoredPrograms(directory)
            """Program slots, in a file of their own."""
        except StoreError:
            self._flash.close()
            raise
        self.readings = StoredReadings(self._flash)
        """Values of meters and statistics of the terminal."""

    def load(self) -> Kept:
        """Read the whole state."""
        rows = self._flash.rows
        return Kept(
            {(fn, pn): raw for fn, pn, raw in rows("SELECT fn, pn, raw FROM parameter")},
            _lists(rows("SELECT fn, number, raw FROM list_record")),
            dict(rows("SELECT name, value FROM fact")),
            {(record.important, record.slot): record for record in map(_record, rows(SELECT_EVENTS))},
            {bool(important): stored for important, stored in rows("SELECT important, stored FROM ring")},
        )

    def write(self, changes: Sequence[Change]) -> None:
        """Keep all changes or none; on disk when it returns, but for facts that only run on."""

        def work(run: Execute) -> None:
            for change in changes:
                WRITERS[type(change)](run, change)

        running = all(isinstance(change, FactKept) and change.running for change in changes)
        self._flash.write(work, durable=not running)

    def close(self) -> None:
        """Fold the journal into the file and free the lock."""
        try:
            self.programs.close()
        finally:
            self._flash.close()


SELECT_EVENTS = "SELECT important, number, serial, erc, time, pn, body FROM event"


def _record(row: tuple[int, int, int, int, str, int | None, bytes]) -> EventRecord:
    important, number, serial, erc, time, pn, body = row
    return EventRecord(bool(important), number, serial, erc, datetime.fromisoformat(time), pn, body)


def _lists(rows: Iterable[tuple[int, int, bytes]]) -> dict[int, Mapping[int, bytes]]:
    found: dict[int, dict[int, bytes]] = {}
    for fn, number, raw in rows:
        found.setdefault(fn, {})[number] = raw
    return {**found}


def _write_list(execute: Execute, change: ListKept) -> None:
    for number, raw in change.records.items():
        if raw is None:
            execute("DELETE FROM list_record WHERE fn = ? AND number = ?", (change.fn, number))
        else:
            execute("INSERT OR REPLACE INTO list_record VALUES (?, ?, ?)", (change.fn, number, raw))


def _write_parameter(execute: Execute, change: ParameterKept) -> None:
    if change.raw is None:
        execute("DELETE FROM parameter WHERE fn = ? AND pn = ?", (change.fn, change.pn))
    else:
        execute("INSERT OR REPLACE INTO parameter VALUES (?, ?, ?)", (change.fn, change.pn, change.raw))


def _write_fact(execute: Execute, change: FactKept) -> None:
    if change.value is None:
        execute("DELETE FROM fact WHERE name = ?", (change.name,))
    else:
        execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (change.name, change.value))


def _write_record(execute: Execute, change: RecordKept) -> None:
    r = change.record
    row = (r.important, r.slot, r.number, r.serial, r.erc, r.time.isoformat(), r.pn, r.body)
    execute("INSERT OR REPLACE INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
    execute("UPDATE ring SET stored = ? WHERE important = ?", (r.number + 1, r.important))


def _clear_records(execute: Execute, change: RecordsCleared) -> None:
    execute("DELETE FROM event")
    execute("UPDATE ring SET stored = 0")


WRITERS: dict[type, Callable[[Execute, Any], None]] = {
    ParameterKept: _write_parameter,
    ListKept: _write_list,
    FactKept: _write_fact,
    RecordKept: _write_record,
    RecordsCleared: _clear_records,
}
