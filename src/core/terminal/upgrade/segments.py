"""The standard path: AFN 0FH F1 (vendor extension part 4; part A §11), into the same partial file.

Rules
- Only message transfer of the terminal program, in normal mode. Segment i stands at i x Lf. The header, when
  it is there, tells the size; until then n x Lf bounds it. Lf of the last segment follows from the size, or
  from the segments before it.
- Since a segment says nothing about its file, those behind the first count only once segment 0 was there
  since the start of the terminal: two builds are never mixed.
- When all bytes are there the package is judged and installed; the answer has no field for the verdict.
"""

from dataclasses import dataclass, replace
from typing import Protocol

from core.clock import Clock
from core.errors import StoreError
from core.terminal.upgrade.files import KEPT_AFTER, Files
from core.terminal.upgrade.mode import Mode
from core.terminal.upgrade.partial import Offer, package_size
from core.terminal.upgrade.slots import Partial, Way
from core.vendor.header import MAGIC
from core.vendor.header import SIZE as HEADER
from core.vendor.transfer.terms import LARGEST

CLEAR, PROGRAM = 0, 1
"""File ids that are offered (part A §11)."""
REFUSED = 0xFFFFFFFF
RUNNING = 60.0
"""Seconds behind a segment in which the transfer counts as running."""
GROUP = 1024
"""Segments of one answer of 0C F14."""
NAME = "afn0f.hxp"


class Installer(Protocol):
    """The upgrade of a terminal, as the standard path needs it."""

    reset_due: float | None

    def take(self, way: Way) -> bool:
        """Claim the next upgrade."""
        ...

    def let_go(self, way: Way) -> None:
        """Give the claim back."""
        ...

    def rouse(self) -> None:
        """``deadline`` may have changed."""
        ...

    def install(self, file: bytes, way: Way, forced: bool = False) -> int:
        """Judge and install; return the reason of §5.5."""
        ...


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment as it came."""

    file: int
    total: int
    index: int
    content: bytes


@dataclass(frozen=True, slots=True)
class _Cut:
    """How the file is cut: ``total`` segments of ``length`` bytes, the last one shorter."""

    total: int
    length: int


class Segments:
    """Segments in, their numbers out."""

    def __init__(self, upgrade: Installer, mode: Mode, files: Files, clock: Clock) -> None:
        self._upgrade = upgrade
        self._mode = mode
        self._files = files
        self._package = files.package
        self._clock = clock
        self._cut: _Cut | None = None
        self._taken_at = float("-inf")
        self._last: Segment | None = None
        """The segment that made the file whole: its repetition is answered as it was."""
        self._claimed = False

    def restart(self) -> None:
        """Power came back: segment 0 has to come again."""
        self._cut, self._taken_at, self._last = None, float("-inf"), None
        self._claimed = False

    @property
    def running(self) -> bool:
        """Did a segment come within the last minute?"""
        return self._claimed and self._clock.monotonic() - self._taken_at < RUNNING

    @property
    def deadline(self) -> float | None:
        """When the claim on the upgrade is given back."""
        return self._taken_at + RUNNING if self._claimed else None

    def tick(self, now: float) -> None:
        """A transfer that nobody goes on with keeps nobody else waiting."""
        if self._claimed and now >= self._taken_at + RUNNING:
            self._let_go()

    def _let_go(self) -> None:
        self._claimed = False
        self._upgrade.let_go(Way.STANDARD)

    def take(self, segment: Segment) -> int:
        """Take a segment; return its number, or `REFUSED`."""
        if self._last is not None and segment == self._last:
            return segment.index
        try:
            return segment.index if self._taken(segment) else REFUSED
        except StoreError:
            return REFUSED

    def _taken(self, segment: Segment) -> bool:
        if self._mode.way is not None or self._files.transferring:
            return False
        if segment.file == CLEAR:
            return self._cleared()
        if segment.file != PROGRAM or not self._upgrade.take(Way.STANDARD):
            return False
        return self._placed(segment)

    def _cleared(self) -> bool:
        if self._upgrade.reset_due is not None:
            return False
        self._package.erase()
        self.restart()
        self._let_go()
        return True

    def _placed(self, segment: Segment) -> bool:
        length = self._length(segment)
        if length is None or not self._begun(segment, length):
            if not self._claimed:
                self._upgrade.let_go(Way.STANDARD)
            return False
        now = self._clock.monotonic()
        self._cut, self._taken_at, self._claimed = _Cut(segment.total, length), now, True
        self._package.write(segment.index * length, segment.content, now)
        self._learn_size(segment, length)
        self._upgrade.rouse()
        if self._package.size and not self._package.missing:
            self._finish(segment)
        return True

    def _length(self, segment: Segment) -> int | None:
        """Return Lf, ``None`` for a segment that cannot stand anywhere."""
        total, index, own = segment.total, segment.index, len(segment.content)
        if not (0 <= index < total and own):
            return None
        length = self._length_before_last(total, own) if 0 < index == total - 1 else own
        return length if length is not None and total * length <= LARGEST else None

    def _length_before_last(self, total: int, own: int) -> int | None:
        if self._sized and (self._package.size - own) % (total - 1) == 0:
            length = (self._package.size - own) // (total - 1)
        elif self._cut and self._cut.total == total:
            length = self._cut.length
        else:
            return None
        return length if own <= length else None

    @property
    def _sized(self) -> bool:
        """Is the header here, so that the size is known?"""
        return self._cut is not None and self._package.coverage.covers(0, HEADER)

    def _begun(self, segment: Segment, length: int) -> bool:
        """Segment 0 opens the file; the others go into an open one, within its size."""
        if segment.index == 0:
            return self._opened(segment, length)
        if self._cut is None or self._package.about is None:
            return False
        start = segment.index * length
        if self._sized:
            return start + len(segment.content) <= self._package.size
        if segment.total * length > self._package.size:
            self._package.resize(segment.total * length)
        return True

    def _opened(self, segment: Segment, length: int) -> bool:
        """Keep what is there of the same file, else begin (B2, B4)."""
        head = segment.content[: len(MAGIC)]
        if head != MAGIC[: len(head)]:
            return False
        size = package_size(segment.content) or segment.total * length
        if size > LARGEST or size > segment.total * length:
            return False
        about = Partial(NAME, size, Way.STANDARD)
        if package_size(segment.content) and self._package.is_same(Offer(about, segment.content[:HEADER])):
            kept = self._package.about
            self._package.go_on(replace(about, name=kept.name if kept else NAME))
        elif not self._repeats_beginning(segment):
            self._package.begin(about)
        return True

    def _repeats_beginning(self, segment: Segment) -> bool:
        """A beginning too short for a header can only be compared with what is here."""
        own = len(segment.content)
        return own < HEADER and self._cut is not None and self._package.holds(0, segment.content)

    def _learn_size(self, segment: Segment, length: int) -> None:
        if self._package.coverage.covers(0, HEADER):
            size = package_size(self._package.header)
            if size and size <= segment.total * length:
                self._package.resize(size)

    def _finish(self, segment: Segment) -> None:
        """The file is whole: judge and install it, with the reset 5 s later."""
        self._package.keep()
        reason = self._upgrade.install(self._package.read(), Way.STANDARD)
        self._last, self._cut, self._claimed = segment, None, False
        if reason:
            if reason not in KEPT_AFTER:
                self._package.erase()
            self._upgrade.let_go(Way.STANDARD)
        else:
            self._package.restart()

    def missing(self, group: int) -> frozenset[int] | None:
        """0C F14: segments of a group of 1024 that are not there; ``None`` while no transfer is known."""
        if self._cut is None:
            return frozenset() if self._last is not None and group * GROUP < self._last.total else None
        first = group * GROUP
        if first >= self._cut.total:
            return None
        upto = min(first + GROUP, self._cut.total)
        return frozenset(index - first for index in range(first, upto) if not self._has(index, self._cut))

    def _has(self, index: int, cut: _Cut) -> bool:
        start = index * cut.length
        stop = min(start + cut.length, self._package.size) if self._sized else start + cut.length
        return start >= stop or self._package.coverage.covers(start, stop)
