"""The file of a terminal as transactions: opened, checked, locked, within its quota (M82, M129; DESIGN §4).

Rules
- One process at a time: the file stays locked from opening to closing; a killed one leaves no lock.
- Every write is one transaction, all or none. A durable one is on disk when it returns
  (``synchronous=FULL``); the others survive the death of the program, and a power cut may take the last of
  them, never half of one (``synchronous=NORMAL``: a reading is not worth waiting for the disk, and meters
  can be asked again).
- A damaged file is moved aside, never deleted, and said so; the next opening starts a new one.
- When the quota is reached, ``relief`` may make room before the write is refused.
"""

import sqlite3
import weakref
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from core.errors import StoreError
from core.store.migrate import migrate, steps

T = TypeVar("T")

QUOTA = 64 * 1024 * 1024
"""Bytes of FLASH (M82)."""
PAGE = 4096
FILE = "terminal.db"

Execute = Callable[..., sqlite3.Cursor]


class _Damage(sqlite3.DatabaseError):
    """What the check of the file found."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT


DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class Flash:
    """The file in ``directory``; without one all is forgotten at the end.

    ``schema``: the room with the steps of its schema. Raises ``StoreError`` with the file and the reason.
    """

    def __init__(
        self,
        directory: Path | None,
        quota: int = QUOTA,
        *,
        file: str = FILE,
        schema: str = "core.store.schema",
    ) -> None:
        self._place = directory / file if directory else None
        self._schema = schema
        self._pages = quota // PAGE
        self._durable = True
        self.relief: Callable[[], bool] = lambda: False
        """Asked for room when the quota is reached; tells whether it freed some."""
        if directory:
            try:
                directory.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError(f"{directory} cannot be made: {error.strerror}") from error
        with self._guarded():
            # the last reference may be dropped by the collector in whatever thread it runs
            self._connection = sqlite3.connect(
                self._place or ":memory:", timeout=0, isolation_level=None, check_same_thread=False
            )
        weakref.finalize(self, self._connection.close)
        self._execute: Execute = self._connection.execute
        try:
            with self._guarded():
                self._prepare()
        except BaseException:
            self._connection.close()
            raise

    @property
    def name(self) -> str:
        """The file, as people know it."""
        return str(self._place) if self._place else "the memory of the terminal"

    def _prepare(self) -> None:
        for pragma in (
            f"page_size = {PAGE}",
            "locking_mode = EXCLUSIVE",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            f"max_page_count = {self._pages}",
        ):
            self._execute(f"PRAGMA {pragma}")
        self._execute("BEGIN EXCLUSIVE")
        self._execute("COMMIT")
        verdict = self._execute("PRAGMA quick_check(1)").fetchone()[0]
        if verdict != "ok":
            raise _Damage(verdict)
        try:
            migrate(self._connection, steps(self._schema))
        except StoreError as error:
            raise StoreError(f"{self.name}: {error.reason}") from error

    @contextmanager
    def _guarded(self) -> Generator[None]:
        """Turn what SQLite raises into ``StoreError``; put a damaged file aside."""
        try:
            yield
        except sqlite3.Error as error:
            if _primary_code(error) in DAMAGE:
                reason = f"{self.name} is damaged ({error}); {self._put_aside()}"
                raise StoreError(reason) from error
            full = _primary_code(error) == sqlite3.SQLITE_FULL
            raise StoreError(f"{self.name}: {_cause(error)}", full=full) from error

    def _put_aside(self) -> str:
        """Move the file and its journal out of the way; tell where."""
        with suppress(AttributeError):
            self._connection.close()
        if self._place is None:
            return "it is given up"
        number, file = 1, self._place.name
        while (aside := self._place.with_name(f"{file}.damaged-{number}")).exists():
            number += 1
        try:
            for ending in ("-wal", "-shm"):
                with suppress(FileNotFoundError):
                    self._place.with_name(file + ending).rename(aside.with_name(aside.name + ending))
            self._place.rename(aside)
        except OSError as error:
            return f"it could not be moved aside: {error.strerror}"
        return f"it was kept as {aside.name}, the next start begins in factory state"

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """Read."""
        try:
            return self._execute(sql, values).fetchall()
        except sqlite3.Error:
            with self._guarded():
                raise

    def write(self, work: Callable[[Execute], T], *, durable: bool) -> T:
        """Do all of ``work`` in one transaction, or nothing of it."""
        while True:
            try:
                return self._transaction(work, durable)
            except sqlite3.Error as error:
                if _primary_code(error) != sqlite3.SQLITE_FULL or not self._relieved():
                    with self._guarded():
                        raise

    def _relieved(self) -> bool:
        """Let room be made, without asking for more room meanwhile."""
        relief, self.relief = self.relief, lambda: False
        try:
            return relief()
        except StoreError:
            return False
        finally:
            self.relief = relief

    def _transaction(self, work: Callable[[Execute], T], durable: bool) -> T:
        if durable is not self._durable:
            self._execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._durable = durable
        self._execute("BEGIN IMMEDIATE")
        try:
            done = work(self._execute)
            self._execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._execute("ROLLBACK")
            raise
        return done

    def close(self) -> None:
        """Fold the journal into the file and free the lock."""
        with self._guarded():
            self._connection.close()


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
