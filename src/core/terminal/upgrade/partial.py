"""A file on its way in: what it is, what of it is there, and when that is made durable (B1 to B5).

Rules
- Identity (vendor extension §3.5): both sides know the prefix of the hash, then size and prefix decide; else
  the header of a package in unit 0, all of it, and the size; else name, size and check. The first two ignore
  the name, so that a file begun by the standard path goes on here.
- The map is stored every 16 blocks or 2 s. After a power loss at most 16 blocks travel twice; a block that
  comes again is compared, and written anew only where it differs.
- A partial package lives 24 h after its last stored block.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from math import ceil
from typing import Protocol

from core.terminal.rtc import Rtc
from core.terminal.upgrade.coverage import Coverage
from core.terminal.upgrade.slots import Partial, ProgramStore
from core.vendor.header import MAGIC
from core.vendor.header import SIZE as HEADER
from core.vendor.transfer.terms import UNIT, units_of

BODY_LENGTH = slice(48, 52)
"""Where a header says how long the body is (§5.1)."""
UNKEPT_BLOCKS, UNKEPT_SECONDS = 16, 2.0
"""Blocks, and time, after which the map is stored (B3)."""
LIFE = timedelta(hours=24)
HOUR = timedelta(hours=1)


def begins_package(unit: bytes) -> bool:
    """Tell whether a file begins as packages do."""
    return unit[: len(MAGIC)] == MAGIC


def package_size(header: bytes) -> int | None:
    """Return the size that the header of a package tells, ``None`` where it is no header."""
    if not begins_package(header) or len(header) < HEADER:
        return None
    return HEADER + int.from_bytes(header[BODY_LENGTH], "little")


@dataclass(frozen=True, slots=True)
class Offer:
    """What a sender says of its file."""

    about: Partial
    unit: bytes
    """Unit 0."""


class Incoming(Protocol):
    """A file that is being received."""

    @property
    def name(self) -> str:
        """Name that its sender gave."""
        ...

    @property
    def size(self) -> int:
        """Bytes."""
        ...

    @property
    def coverage(self) -> Coverage:
        """What is there."""
        ...

    def write(self, offset: int, data: bytes, now: float) -> None:
        """Take a block; ``StoreError`` when it cannot be kept."""
        ...

    def keep(self) -> None:
        """Make what came durable."""
        ...

    def read(self) -> bytes:
        """Return all of it."""
        ...

    def erase(self) -> None:
        """Forget it."""
        ...

    def begin_anew(self) -> None:
        """Forget what came, not what the file is: its check failed."""
        ...


class FileInMemory:
    """A small file that a restart forgets: a parameter file."""

    def __init__(self, name: str, size: int) -> None:
        self.name = name
        self.size = size
        self.coverage = Coverage()
        self._body = bytearray(size)

    def write(self, offset: int, data: bytes, now: float) -> None:
        """Take a block."""
        self._body[offset : offset + len(data)] = data
        self.coverage.add(offset, offset + len(data))

    def keep(self) -> None:
        """There is nothing to make durable."""

    def read(self) -> bytes:
        """Return all of it."""
        return bytes(self._body)

    def erase(self) -> None:
        """Forget what came."""
        self.coverage = Coverage()

    def begin_anew(self) -> None:
        """The same."""
        self.erase()


class PartialPackage:
    """The one partial file of the store. Without one, ``about`` is ``None`` and its size 0."""

    def __init__(self, store: ProgramStore, rtc: Rtc) -> None:
        self._store = store
        self._rtc = rtc
        self.restart()

    def restart(self) -> None:
        """Power came back: only what was made durable counts."""
        self.about = self._store.partial()
        self.coverage = Coverage(self.about.coverage if self.about else ())
        self._unkept = 0
        self._kept_by: float | None = None

    @property
    def name(self) -> str:
        """Name that its sender gave."""
        return self.about.name if self.about else ""

    @property
    def size(self) -> int:
        """Bytes."""
        return self.about.size if self.about else 0

    @property
    def units(self) -> int:
        """Units of 256 bytes."""
        return units_of(self.size)

    @property
    def missing(self) -> int:
        """Units that are not there."""
        return self.units - self.coverage.units(self.size)

    @property
    def deadline(self) -> float | None:
        """When the map has to be stored."""
        return self._kept_by

    @property
    def hours_left(self) -> int:
        """Hours until it is erased, 0 when there is none."""
        return max(0, ceil(self._left() / HOUR)) if self.about else 0

    def _left(self) -> timedelta:
        if self.about is None:
            return timedelta()
        return LIFE - max(timedelta(), self._rtc.reading() - self.about.touched)

    @property
    def header(self) -> bytes:
        """The bytes where a package has its header."""
        return self._store.read_partial(0, HEADER)

    def holds(self, offset: int, data: bytes) -> bool:
        """Tell whether exactly these bytes are there."""
        covered = self.coverage.covers(offset, offset + len(data))
        return covered and self._store.read_partial(offset, len(data)) == data

    def is_same(self, offer: Offer) -> bool:
        """Tell whether the file offered is the one that is here in part (B1)."""
        here, offered = self.about, offer.about
        if here is None:
            return False
        if here.prefix and offered.prefix:
            return (here.size, here.prefix) == (offered.size, offered.prefix)
        known = self._unit_zero(here)
        if known is not None and begins_package(offer.unit):
            return here.size == offered.size and known == offer.unit
        if (here.name, here.size) != (offered.name, offered.size):
            return False
        if offered.crc is None:
            return known == offer.unit
        return (here.crc, here.arc) == (offered.crc, offered.arc)

    def _unit_zero(self, here: Partial) -> bytes | None:
        stop = min(UNIT, here.size)
        return self._store.read_partial(0, stop) if self.coverage.covers(0, stop) else None

    def begin(self, about: Partial) -> None:
        """Erase what there was and begin another file (B4)."""
        self._store.begin_partial(replace(about, touched=self._rtc.reading()))
        self.restart()

    def go_on(self, about: Partial) -> None:
        """Keep what is there, under what its sender says now."""
        self.keep()
        if self.about is None:
            raise ValueError("there is no partial file to go on with")
        same_check = about.crc is None and about.arc == self.about.arc
        self._describe(
            replace(
                about,
                crc=self.about.crc if same_check else about.crc,
                prefix=about.prefix or self.about.prefix,
            )
        )

    def resize(self, size: int) -> None:
        """The header tells how long the file really is."""
        self.keep()
        if self.about is not None and self.about.size != size:
            self._describe(replace(self.about, size=size))

    def _describe(self, about: Partial) -> None:
        self._store.describe_partial(
            replace(about, touched=self._rtc.reading(), coverage=self.coverage.ranges)
        )
        self.about = self._store.partial()

    def write(self, offset: int, data: bytes, now: float) -> None:
        """Take a block at a byte offset; ``StoreError`` when it cannot be kept."""
        if self.holds(offset, data):
            return
        self._store.write_partial(offset, data)
        self.coverage.add(offset, offset + len(data))
        self._unkept += 1
        if self._kept_by is None:
            self._kept_by = now + UNKEPT_SECONDS
        if self._unkept >= UNKEPT_BLOCKS or now >= self._kept_by:
            self.keep()

    def keep(self) -> None:
        """Store the map, if a block came since."""
        if not self._unkept:
            return
        self._store.keep_map(self.coverage.ranges, self._rtc.reading())
        self.about = self._store.partial()
        self._unkept, self._kept_by = 0, None

    def tick(self, now: float) -> None:
        """Store the map in time, and erase a file that has grown old."""
        if self._kept_by is not None and now >= self._kept_by:
            self._kept_by = now + UNKEPT_SECONDS
            self.keep()
        if self.about is not None and self._left() <= timedelta():
            self.erase()

    def read(self) -> bytes:
        """Return all of it."""
        return self._store.read_partial()

    def erase(self) -> None:
        """Forget it and its map."""
        self._store.erase_partial()
        self.restart()

    def begin_anew(self) -> None:
        """Forget what came, not what the file is: its check failed."""
        if self.about is not None:
            self.begin(replace(self.about, coverage=()))
