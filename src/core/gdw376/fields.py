"""Small fields of the frame: direction, sequence byte, time label and event counters."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import cache

from core.errors import EncodeError


class Direction(Enum):
    """DIR bit of C."""

    DOWN = "down"
    """Master to terminal."""
    UP = "up"


def within(value: int, low: int, high: int, field: str) -> int:
    """Return ``value``, or raise ``EncodeError`` naming the limit it breaks."""
    if not low <= value <= high:
        raise EncodeError(f"{value} is outside {low}..{high}", field=field)
    return value


@dataclass(frozen=True, slots=True)
class Seq:
    """Frame sequence field (Q/GDW 376.1-2009, part A §2.2)."""

    number: int = 0
    """PSEQ of the one who starts, RSEQ of the one who answers, 0..15."""
    con: bool = False
    """The receiver shall confirm this frame."""
    fir: bool = True
    fin: bool = True
    tpv: bool = False
    """A time label stands at the end."""

    def encode(self) -> int:
        """Return the byte."""
        within(self.number, 0, 15, "seq.number")
        return self.tpv << 7 | self.fir << 6 | self.fin << 5 | self.con << 4 | self.number

    @classmethod
    @cache
    def decode(cls, byte: int) -> "Seq":
        """Read the byte; every value has a meaning."""
        return cls(byte & 15, bool(byte & 16), bool(byte & 64), bool(byte & 32), bool(byte & 128))


@dataclass(frozen=True, slots=True)
class Ec:
    """Event counters EC1 and EC2, each modulo 256 (part A §2.4)."""

    important: int
    ordinary: int

    def encode(self) -> bytes:
        """Return two bytes."""
        within(self.important, 0, 255, "ec.important")
        within(self.ordinary, 0, 255, "ec.ordinary")
        return bytes([self.important, self.ordinary])


def is_bcd(raw: bytes) -> bool:
    """Tell whether every nibble is a digit."""
    return raw.hex().isdecimal()


@dataclass(frozen=True, slots=True)
class Tp:
    """Time label (part A §2.4): when the starter sent, and for how many minutes that stays valid."""

    pfc: int
    """Frame counter of the starter, 0..255."""
    second: int
    minute: int
    hour: int
    day: int
    delay: int
    """Allowed delay in minutes, 0..255; 0 means no check."""

    @classmethod
    def at(cls, pfc: int, civil: datetime, delay: int) -> "Tp":
        """Return the label of a frame sent at ``civil``."""
        return cls(pfc, civil.second, civil.minute, civil.hour, civil.day, delay)

    @classmethod
    def decode(cls, raw: bytes) -> "Tp":
        """Read six bytes whose time bytes are BCD; values no clock shows are kept as they are."""
        second, minute, hour, day = (int(f"{byte:02x}") for byte in raw[1:5])
        return cls(raw[0], second, minute, hour, day, raw[5])

    def encode(self) -> bytes:
        """Return six bytes: PFC, A.16 second to day, delay."""
        within(self.pfc, 0, 255, "tp.pfc")
        within(self.delay, 0, 255, "tp.delay")
        times = (self.second, self.minute, self.hour, self.day)
        for name, value in zip(("second", "minute", "hour", "day"), times, strict=True):
            within(value, 0, 99, f"tp.{name}")
        return bytes([self.pfc, *(int(str(value), 16) for value in times), self.delay])

    def is_late(self, civil: datetime) -> bool:
        """Tell whether the frame is older than it allows, by a clock that shows ``civil``.

        A label whose time no clock can show is late: it cannot be checked.
        """
        if self.delay == 0:
            return False
        sent = self._sent_near(civil)
        return sent is None or civil - sent > timedelta(minutes=self.delay)

    def _sent_near(self, civil: datetime) -> datetime | None:
        """The label knows only the day of the month: take the date nearest to ``civil``."""
        for days in (0, -1, 1, *(sign * n for n in range(2, 32) for sign in (-1, 1))):
            near = civil + timedelta(days=days)
            if near.day == self.day:
                break
        else:
            return None
        try:
            return near.replace(hour=self.hour, minute=self.minute, second=self.second, microsecond=0)
        except ValueError:
            return None
