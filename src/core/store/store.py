"""The keeper of a ledger in a file (device behaviour M129, M82; DESIGN §4).

Rules
- One process at a time: the file stays locked from opening to closing; a killed one leaves no lock.
- Every write is one transaction, on disk when it returns (WAL, ``synchronous=FULL``): killed at any moment,
  the file holds everything acknowledged and nothing half-written.
- A damaged file is moved aside, never deleted, and said so; the next opening starts a new one.
"""

import sqlite3
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from core.errors import StoreError
from core.store.migrate import migrate, steps
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

QUOTA = 64 * 1024 * 1024
"""Bytes of FLASH (M82)."""
PAGE = 4096
FILE = "terminal.db"


class Store:
    """State of one terminal in ``directory``. Raises ``StoreError`` with the file and the reason."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / FILE
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{directory} cannot be made: {error.strerror}") from error
        with self._guarded():
            self._connection = sqlite3.connect(self.path, timeout=0, isolation_level=None)
        try:
            with self._guarded():
                self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self) -> None:
        for pragma in (
            f"page_size = {PAGE}",
            "locking_mode = EXCLUSIVE",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            f"max_page_count = {QUOTA // PAGE}",
        ):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("BEGIN EXCLUSIVE")
        self._connection.execute("COMMIT")
        verdict = self._connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if verdict != "ok":
            raise _Damage(verdict)
        try:
            migrate(self._connection, steps())
        except StoreError as error:
            raise StoreError(f"{self.path}: {error.reason}") from error

    @contextmanager
    def _guarded(self) -> Generator[None]:
        """Turn what SQLite raises into ``StoreError``; put a damaged file aside."""
        try:
            yield
        except sqlite3.Error as error:
            if _primary_code(error) in DAMAGE:
                reason = f"{self.path} is damaged ({error}); {self._put_aside()}"
                raise StoreError(reason) from error
            raise StoreError(f"{self.path}: {_cause(error)}") from error

    def _put_aside(self) -> str:
        """Move the file and its journal out of the way; tell where."""
        with suppress(AttributeError):
            self._connection.close()
        number = 1
        while (aside := self.path.with_name(f"{FILE}.damaged-{number}")).exists():
            number += 1
        try:
            for ending in ("-wal", "-shm"):
                with suppress(FileNotFoundError):
                    self.path.with_name(FILE + ending).rename(aside.with_name(aside.name + ending))
            self.path.rename(aside)
        except OSError as error:
            return f"it could not be moved aside: {error.strerror}"
        return f"it was kept as {aside.name}, the next start begins in factory state"

    def load(self) -> Kept:
        """Read the whole state."""
        with self._guarded():
            rows = self._connection.execute
            return Kept(
                {(fn, pn): raw for fn, pn, raw in rows("SELECT fn, pn, raw FROM parameter")},
                _lists(rows("SELECT fn, number, raw FROM list_record")),
                dict(rows("SELECT name, value FROM fact")),
                {(record.important, record.slot): record for record in map(_record, rows(SELECT_EVENTS))},
                {bool(important): stored for important, stored in rows("SELECT important, stored FROM ring")},
            )

    def write(self, changes: Sequence[Change]) -> None:
        """Keep all changes or none; on disk when it returns."""
        with self._guarded():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                for change in changes:
                    WRITERS[type(change)](self._connection.execute, change)
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Fold the journal into the file and free the lock."""
        with self._guarded():
            self._connection.close()


SELECT_EVENTS = "SELECT important, number, serial, erc, time, pn, body FROM event"

Execute = Callable[..., sqlite3.Cursor]


class _Damage(sqlite3.DatabaseError):
    """What the check of the file found."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT


DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _primary_code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def _cause(error: sqlite3.Error) -> str:
    match _primary_code(error):
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return "another program runs this terminal"
        case sqlite3.SQLITE_FULL:
            return "the store is full"
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return "it cannot be written here"
        case _:
            return str(error)


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
