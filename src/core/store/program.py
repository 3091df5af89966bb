"""Program slots and partial file in a file of their own beside the state (device behaviour 5.1).

Apart from the state, so that a firmware of 16 MiB can neither crowd out a reading nor be crowded out. When
the quota is reached, the program in the spare slot makes room, unless it is the way back of a trial. What
``commit`` changes is one durable transaction; pieces of a file wait for ``keep_map`` to be durable.
"""

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from core.store.flash import QUOTA, Execute, Flash
from core.terminal.upgrade.slots import (
    ATTEMPTS,
    Attempt,
    Commit,
    Outcome,
    Part,
    Partial,
    Range,
    Slot,
    SlotName,
    Slots,
    SlotState,
    Versions,
    Way,
)

FILE = "program.db"
SCHEMA = "core.store.program_schema"
PIECE = 15 * 256
"""Bytes of the partial file in one row: it fits a page, and a block of 256 lies in one row."""
SELECT_SLOTS = "SELECT state, boots, program, program_date, library, library_date FROM slot ORDER BY name"
SELECT_ATTEMPTS = "SELECT at, way, outcome, reason, before, after, note, number FROM attempt ORDER BY number"
SELECT_PARTIAL = "SELECT name, size, way, crc, arc, prefix, touched, coverage FROM partial"
ACTIVE = "(SELECT active FROM pointer)"
DROP_UNUSED = """DELETE FROM image WHERE id NOT IN (
    SELECT program_image FROM slot WHERE program_image IS NOT NULL
    UNION SELECT library_image FROM slot WHERE library_image IS NOT NULL
    UNION SELECT candidate FROM pointer WHERE candidate IS NOT NULL)"""


class StoredPrograms:
    """A `core.terminal.upgrade.slots.ProgramStore` in ``directory``; without one it forgets at the end.

    Raises ``StoreError`` with the file and the reason.
    """

    def __init__(self, directory: Path | None, quota: int = QUOTA) -> None:
        self._flash = Flash(directory, quota, file=FILE, schema=SCHEMA)
        self._slots: Slots | None = None
        self._attempts: tuple[Attempt, ...] | None = None
        self._flash.relief = self._free_spare

    def slots(self) -> Slots:
        """Return both slots."""
        if self._slots is None:
            a, b = map(_slot, self._flash.rows(SELECT_SLOTS))
            self._slots = Slots(SlotName(self._one("SELECT active FROM pointer")), a, b)
        return self._slots

    def _one(self, sql: str) -> Any:
        return self._flash.rows(sql)[0][0]

    def _free_spare(self) -> bool:
        """Give up the program before the last one to make room; never the way back of a trial."""
        slots = self.slots()
        if slots.current.state is SlotState.TRIAL or slots.spare.versions is None:
            return False

        def work(run: Execute) -> None:
            run(
                "UPDATE slot SET state = ?, program = NULL, program_date = NULL, library = NULL,"
                f" library_date = NULL, program_image = NULL, library_image = NULL WHERE name != {ACTIVE}",
                (SlotState.EMPTY,),
            )
            run(DROP_UNUSED)

        self._change_slots(work)
        return True

    def begin_candidate(self) -> None:
        """Begin an empty candidate."""

        def work(run: Execute) -> None:
            _drop_candidate(run)
            image = run("INSERT INTO image DEFAULT VALUES").lastrowid
            run("UPDATE pointer SET candidate = ?", (image,))

        self._flash.write(work, durable=False)

    def write_candidate(self, data: bytes) -> None:
        """Add to its end."""
        sql = "INSERT INTO image_piece (image, raw) SELECT candidate, ? FROM pointer"
        self._flash.write(lambda run: run(sql, (data,)), durable=False)

    def read_candidate(self) -> bytes:
        """Return it."""
        return self._image("SELECT candidate FROM pointer")

    def _image(self, which: str) -> bytes:
        rows = self._flash.rows(f"SELECT raw FROM image_piece WHERE image = ({which}) ORDER BY id")
        return b"".join(raw for (raw,) in rows)

    def erase_candidate(self) -> None:
        """Forget it."""
        if self._one("SELECT candidate FROM pointer") is not None:
            self._flash.write(_drop_candidate, durable=False)

    def commit(self, change: Commit) -> None:
        """Make the candidate the active slot, on trial."""
        old, new = self.slots().active, self.slots().active.other

        def work(run: Execute) -> None:
            for part in Part:
                source = "candidate FROM pointer" if part in change.parts else _image_of(part, old)
                run(f"UPDATE slot SET {part.value}_image = (SELECT {source}) WHERE name = ?", (new,))
            run(
                "UPDATE slot SET state = ?, boots = 0, program = ?, program_date = ?, library = ?,"
                " library_date = ? WHERE name = ?",
                (SlotState.TRIAL, *_row_of(change.versions), new),
            )
            run("UPDATE pointer SET active = ?, candidate = NULL, mode = NULL", (new,))
            run(DROP_UNUSED)
            _add_attempt(run, change.attempt)
            if change.erase_partial:
                _drop_partial(run)

        self._change_slots(work)

    def _change_slots(self, work: Callable[[Execute], object]) -> None:
        self._slots = self._attempts = None
        self._flash.write(work, durable=True)

    def count_boot(self) -> int:
        """Count a start of the active slot."""
        self._change_slots(lambda run: run(f"UPDATE slot SET boots = boots + 1 WHERE name = {ACTIVE}"))
        return self.slots().current.boots

    def confirm(self) -> None:
        """The active slot and its attempt are good."""

        def work(run: Execute) -> None:
            run(f"UPDATE slot SET state = ?, boots = 0 WHERE name = {ACTIVE}", (SlotState.GOOD,))
            _end_trial(run, Outcome.GOOD, "")

        self._change_slots(work)

    def roll_back(self, note: str, late: Attempt | None = None) -> None:
        """Back to the other slot."""

        def work(run: Execute) -> None:
            run(f"UPDATE slot SET state = ? WHERE name = {ACTIVE}", (SlotState.BAD,))
            run("UPDATE pointer SET active = 1 - active")
            _end_trial(run, Outcome.ROLLED_BACK, note)
            if late:
                _add_attempt(run, late)

        self._change_slots(work)

    def library(self) -> bytes:
        """Return the package with the protocol library of the active slot."""
        return self._image(f"SELECT library_image FROM slot WHERE name = {ACTIVE}")

    def kept_library(self) -> bytes:
        """Return the same of the other slot."""
        return self._image(f"SELECT library_image FROM slot WHERE name != {ACTIVE}")

    def note(self, attempt: Attempt) -> None:
        """Keep a record."""
        self._attempts = None
        self._flash.write(lambda run: _add_attempt(run, attempt), durable=True)

    def attempts(self) -> tuple[Attempt, ...]:
        """Return the records, oldest first."""
        if self._attempts is None:
            self._attempts = tuple(map(_attempt, self._flash.rows(SELECT_ATTEMPTS)))
        return self._attempts

    def mode(self) -> str | None:
        """Return the mode record."""
        return self._one("SELECT mode FROM pointer")

    def keep_mode(self, mode: str | None) -> None:
        """Replace or erase it."""
        self._flash.write(lambda run: run("UPDATE pointer SET mode = ?", (mode,)), durable=True)

    def next_file_id(self) -> int:
        """Return the next file id."""
        sql = "UPDATE pointer SET file_id = file_id % 4294967295 + 1"
        self._flash.write(lambda run: run(sql), durable=True)
        return self._one("SELECT file_id FROM pointer")

    def partial(self) -> Partial | None:
        """Return what is known of the partial file."""
        rows = self._flash.rows(SELECT_PARTIAL)
        return _partial(rows[0]) if rows else None

    def begin_partial(self, partial: Partial) -> None:
        """Begin another one."""

        def work(run: Execute) -> None:
            _drop_partial(run)
            _describe(run, partial)

        self._flash.write(work, durable=True)

    def write_partial(self, offset: int, data: bytes) -> None:
        """Write."""

        def work(run: Execute) -> None:
            for number in range(offset // PIECE, (offset + len(data) - 1) // PIECE + 1):
                _write_piece(run, number, offset, data)

        self._flash.write(work, durable=False)

    def keep_map(self, coverage: Sequence[Range], touched: datetime) -> None:
        """Make what was written, and this coverage, durable."""
        values = (json.dumps(tuple(coverage)), touched.isoformat())
        sql = "UPDATE partial SET coverage = ?, touched = ?"
        self._flash.write(lambda run: run(sql, values), durable=True)

    def describe_partial(self, partial: Partial) -> None:
        """Replace what is known of it."""
        self._flash.write(lambda run: _describe(run, partial), durable=True)

    def read_partial(self, offset: int = 0, length: int | None = None) -> bytes:
        """Return a stretch of it, or all."""
        partial = self.partial()
        size = partial.size if partial else 0
        end = size if length is None else min(size, offset + length)
        first = offset // PIECE
        stretch = bytearray(max(0, end - first * PIECE))
        sql = "SELECT number, raw FROM partial_piece WHERE number BETWEEN ? AND ?"
        for number, raw in self._flash.rows(sql, (first, end // PIECE)):
            at = (number - first) * PIECE
            stretch[at : at + PIECE] = raw[: max(0, len(stretch) - at)]
        return bytes(stretch[offset - first * PIECE :])

    def erase_partial(self) -> None:
        """Forget it."""
        self._flash.write(_drop_partial, durable=True)

    def close(self) -> None:
        """Fold the journal into the file and free the lock."""
        self._flash.close()


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _slot(row: tuple[int, int, str | None, str | None, str | None, str | None]) -> Slot:
    state, boots, program, program_date, library, library_date = row
    if program is None:
        return Slot(SlotState(state), None, boots)
    versions = Versions(program, _date(program_date), library or "", _date(library_date))
    return Slot(SlotState(state), versions, boots)


def _row_of(versions: Versions) -> tuple[str | None, ...]:
    dates = [day.isoformat() if day else None for day in (versions.program_date, versions.library_date)]
    return versions.program, dates[0], versions.library, dates[1]


def _image_of(part: Part, slot: SlotName) -> str:
    return f"{part.value}_image FROM slot WHERE name = {int(slot)}"


def _drop_candidate(run: Execute) -> None:
    run("UPDATE pointer SET candidate = NULL")
    run(DROP_UNUSED)


def _add_attempt(run: Execute, attempt: Attempt) -> None:
    run(
        "INSERT INTO attempt (at, way, outcome, reason, before, after, note) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            attempt.at.isoformat(), attempt.way, attempt.outcome, attempt.reason, attempt.before,
            attempt.after, attempt.note,
        ),
    )  # fmt: skip
    run("DELETE FROM attempt WHERE number <= (SELECT max(number) FROM attempt) - ?", (ATTEMPTS,))


def _attempt(row: tuple[str, int, int, int, str, str, str, int]) -> Attempt:
    at, way, outcome, reason, before, after, note, number = row
    when = datetime.fromisoformat(at)
    return Attempt(when, Way(way), Outcome(outcome), reason, before, after, note, number)


def _end_trial(run: Execute, outcome: Outcome, note: str) -> None:
    run("UPDATE attempt SET outcome = ?, note = ? WHERE outcome = ?", (outcome, note, Outcome.TRIAL))


def _partial(row: tuple[str, int, int, int | None, int, bytes, str, str]) -> Partial:
    name, size, way, crc, arc, prefix, touched, coverage = row
    ranges = tuple((first, behind) for first, behind in json.loads(coverage))
    return Partial(name, size, Way(way), crc, bool(arc), prefix, datetime.fromisoformat(touched), ranges)


def _describe(run: Execute, partial: Partial) -> None:
    known = (partial.name, partial.size, partial.way, partial.crc, partial.arc, partial.prefix)
    row = (*known, partial.touched.isoformat(), json.dumps(partial.coverage))
    run("INSERT OR REPLACE INTO partial VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)", row)


def _drop_partial(run: Execute) -> None:
    run("DELETE FROM partial")
    run("DELETE FROM partial_piece")


def _write_piece(run: Execute, number: int, offset: int, data: bytes) -> None:
    """Write what of ``data`` lies in one piece; the rest of the piece stays."""
    start = number * PIECE
    first, behind = max(offset, start), min(offset + len(data), start + PIECE)
    fresh = data[first - offset : behind - offset]
    if len(fresh) < PIECE:
        found = run("SELECT raw FROM partial_piece WHERE number = ?", (number,)).fetchone()
        before = found[0] if found else bytes(PIECE)
        fresh = before[: first - start] + fresh + before[behind - start :]
    run("INSERT OR REPLACE INTO partial_piece VALUES (?, ?)", (number, fresh))
