"""The trace: everything that went over a line, damaged bytes included, kept while the program runs and after.

Rules: recording never fails and never waits. The ring holds the newest entries; the file, when there is one,
gets every entry as one JSON line at once, so a crash loses at most the line being written. A file that cannot
be written is given up with a note in the trace. Secrets are masked by the caller before they come here.
"""

import contextlib
import json
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Literal, Self, get_args

from core.clock import Clock
from core.errors import DecodeError, StoreError

Way = Literal["tx", "rx", "--"]
"""Sent, received, or neither: something that happened to the line."""
Kind = Literal["frame", "noise", "event"]
WAYS: tuple[Way, ...] = get_args(Way)
KINDS: tuple[Kind, ...] = get_args(Kind)
FILE_LIMIT = 16 * 1024 * 1024
"""Bytes at which the file becomes its own predecessor (``NAME.1``) and a new one begins."""


@dataclass(frozen=True, slots=True)
class TraceEntry:
    """One frame, run of noise, or event."""

    number: int
    """Counts up from 1 over the life of the file."""
    monotonic: float
    """Seconds of the recording clock; only differences mean something."""
    wall: datetime
    direction: Way
    raw: bytes
    kind: Kind
    note: str = ""

    def to_line(self) -> str:
        """The entry as one line of JSON, without the line end."""
        shown = {
            "n": self.number,
            "t": round(self.monotonic, 6),
            "wall": self.wall.isoformat(),
            "dir": self.direction,
            "kind": self.kind,
            "raw": self.raw.hex().upper(),
            "note": self.note,
        }
        return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_line(cls, line: str) -> Self:
        """Read what ``to_line`` wrote; ``DecodeError`` for anything else, as a line torn by a crash."""
        try:
            shown = json.loads(line)
            return cls(
                int(shown["n"]),
                float(shown["t"]),
                datetime.fromisoformat(shown["wall"]),
                WAYS[WAYS.index(shown["dir"])],
                bytes.fromhex(shown["raw"]),
                KINDS[KINDS.index(shown["kind"])],
                str(shown["note"]),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise DecodeError(f"no trace entry: {error}") from error


def read_trace(file: Path) -> tuple[TraceEntry, ...]:
    """The entries of a trace file, without lines torn by a crash; ``StoreError`` when it cannot be read."""
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise StoreError(f"{file}: {error.strerror}") from error
    return tuple(_entries_of(text.split("\n")))


def _entries_of(lines: Iterable[str]) -> Iterator[TraceEntry]:
    for line in lines:
        with contextlib.suppress(DecodeError):
            yield TraceEntry.from_line(line)


class Trace:
    """A ring of the newest ``capacity`` entries, also written to ``file`` when one is given.

    A ``file`` that exists is continued: its newest entries fill the ring and the numbers go on.
    """

    def __init__(
        self, capacity: int, clock: Clock, file: Path | None = None, *, file_limit: int = FILE_LIMIT
    ) -> None:
        self._clock = clock
        self._ring: deque[TraceEntry] = deque(maxlen=capacity)
        self._subscribers: list[Callable[[TraceEntry], None]] = []
        self._last_number = 0
        self._file = file
        self._file_limit = file_limit
        self._stream: BinaryIO | None = None
        self.fault: StoreError | None = None
        """Why the file was given up, ``None`` while all is well."""
        if file is not None:
            self._continue(file)

    @property
    def entries(self) -> tuple[TraceEntry, ...]:
        """The ring, oldest first."""
        return tuple(self._ring)

    @property
    def last_number(self) -> int:
        """Number of the newest entry, 0 before the first."""
        return self._last_number

    def record(self, direction: Way, raw: bytes, note: str = "", kind: Kind = "frame") -> TraceEntry:
        """Add bytes as they were on the line, secrets masked."""
        entry = TraceEntry(
            self.last_number + 1, self._clock.monotonic(), self._clock.now(), direction, raw, kind, note
        )
        self._keep(entry)
        self._write(entry)
        return entry

    def event(self, note: str) -> TraceEntry:
        """Add something that happened to the line: opened, lost, another speed."""
        return self.record("--", b"", note, "event")

    def subscribe(self, callback: Callable[[TraceEntry], None]) -> Callable[[], None]:
        """Call back with every new entry, until the returned function is called."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback) if callback in self._subscribers else None

    def close(self) -> None:
        """Close the file; the ring stays and goes on."""
        if self._stream is not None:
            stream, self._stream = self._stream, None
            stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _keep(self, entry: TraceEntry) -> None:
        self._ring.append(entry)
        self._last_number = entry.number
        for callback in tuple(self._subscribers):
            callback(entry)

    def _continue(self, file: Path) -> None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            if file.exists():
                self._ring.extend(read_trace(file))
                self._last_number = self._ring[-1].number if self._ring else 0
                _end_torn_line(file)
            self._stream = file.open("ab")
        except OSError as error:
            self._give_up(error)
        except StoreError as error:
            self.fault = error

    def _write(self, entry: TraceEntry) -> None:
        if self._stream is None:
            return
        try:
            self._stream.write(entry.to_line().encode() + b"\n")
            self._stream.flush()
            if self._stream.tell() > self._file_limit:
                self._begin_anew()
        except OSError as error:
            self._give_up(error)

    def _begin_anew(self) -> None:
        """Rename the full file to its predecessor's name and go on with an empty one."""
        assert self._file is not None
        self.close()
        self._file.replace(self._file.with_name(self._file.name + ".1"))
        self._stream = self._file.open("ab")

    def _give_up(self, error: OSError) -> None:
        self.fault = StoreError(f"{self._file}: {error.strerror}")
        stream, self._stream = self._stream, None
        if stream is not None:
            with contextlib.suppress(OSError):  # closing tries once more to write what did not fit
                stream.close()
        self.event(f"trace file given up: {error.strerror}")


def _end_torn_line(file: Path) -> None:
    """Let new entries begin on their own line after a crash in the middle of one."""
    with file.open("rb+") as stream:
        if stream.seek(0, os.SEEK_END) and stream.seek(-1, os.SEEK_END) >= 0 and stream.read(1) != b"\n":
            stream.write(b"\n")
