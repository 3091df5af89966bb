"""Times of annex A. The terminal's civil time carries no zone; a year YY means 20YY.

Complete times are ``datetime`` and ``date``; times that leave the year or month open have small classes of
their own, written as truncated ISO 8601: ``--11-20T14:36`` (no year), ``---20T14:36`` (no month).
"""

import re
from abc import abstractmethod
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from core.errors import EncodeError
from core.wire.bcd import filled
from core.wire.codec import NO_SCOPE, Flaw, Leaf, Scope, fits


def bcd_byte(byte: int) -> int:
    """Two digits of one byte; ``Flaw`` above 9."""
    high, low = byte >> 4, byte & 0x0F
    if high > 9 or low > 9:
        raise Flaw(f"not BCD: {byte:02X}")
    return 10 * high + low


def bcd_bytes(*numbers: int) -> bytes:
    """One byte per number 0..99."""
    return bytes(number // 10 << 4 | number % 10 for number in numbers)


def _within(number: int, low: int, high: int, what: str) -> int:
    if not low <= number <= high:
        raise ValueError(f"{what} {number} is outside {low}..{high}")
    return number


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A.21: a month of a year."""

    year: int
    month: int

    def __post_init__(self) -> None:
        _within(self.month, 1, 12, "month")

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True, slots=True, order=True)
class MonthDayTime:
    """A.17: month, day, hour, minute; no year."""

    month: int
    day: int
    hour: int
    minute: int

    def __post_init__(self) -> None:
        datetime(2000, self.month, self.day, self.hour, self.minute)  # leap year: 29 February is possible

    def __str__(self) -> str:
        return f"--{self.month:02d}-{self.day:02d}T{self.hour:02d}:{self.minute:02d}"


@dataclass(frozen=True, slots=True, order=True)
class DayTime:
    """A.16 and A.18: day of any month, hour, minute, second; day 0 means every day where that is allowed."""

    day: int
    hour: int
    minute: int
    second: int = 0

    def __post_init__(self) -> None:
        _within(self.day, 0, 31, "day")
        time(self.hour, self.minute, self.second)

    def __str__(self) -> str:
        return f"---{self.day:02d}T{self.hour:02d}:{self.minute:02d}:{self.second:02d}"


@dataclass(frozen=True, slots=True, order=True)
class DayHour:
    """A.24: day of any month and hour."""

    day: int
    hour: int

    def __post_init__(self) -> None:
        _within(self.day, 1, 31, "day")
        _within(self.hour, 0, 23, "hour")

    def __str__(self) -> str:
        return f"---{self.day:02d}T{self.hour:02d}"


class Time(Leaf):
    """Shared walk: EEH is none, digits are read, the class of the value checks the calendar."""

    kind: type = datetime
    nullable = True
    example = ""

    def load(self, data: bytes, at: int) -> Any:
        """Build the value, ``None`` for all EEH."""
        raw = data[at : at + (self.size or 0)]
        if filled(raw[::-1].hex()):
            return None
        try:
            return self.join(raw)
        except ValueError as error:
            raise Flaw(f"no such time: {raw.hex(' ').upper()} ({error})") from error

    @abstractmethod
    def join(self, raw: bytes) -> Any:
        """Build the value from BCD bytes; ``ValueError`` for what is no time."""

    @abstractmethod
    def split(self, value: Any) -> bytes:
        """Return the BCD bytes of a value of the right kind."""

    def dump(self, value: Any, scope: Scope = NO_SCOPE) -> bytes:
        """Refuse zones, foreign centuries and parts that have no place."""
        if value is None:
            return b"\xee" * (self.size or 0)
        fits(value, self.kind, self.example)
        if getattr(value, "tzinfo", None) is not None:
            raise EncodeError("the terminal's time has no zone")
        if not 2000 <= getattr(value, "year", 2000) <= 2099:
            raise EncodeError(f"year {value.year} is outside 2000..2099")
        return self.split(value)

    def blank(self) -> Any:
        """No value."""
        return None

    @abstractmethod
    def parse(self, text: str) -> Any:
        """Build the value from what a person typed; ``ValueError`` when it is none."""

    def read(self, text: str) -> Any:
        """What a person types; empty means "no value"."""
        if not text.strip():
            return None
        try:
            return self.checked(self.parse(text.strip()))
        except ValueError as error:
            raise EncodeError(f"a time like {self.example} expected, not {text!r}") from error


def _numbers(pattern: str, text: str) -> list[int]:
    match = re.fullmatch(pattern, text)
    if not match:
        raise ValueError(text)
    return [int(group) for group in match.groups(default="0")]


class CalendarTime(Time):
    """A.1: ss mm hh DD WM YY; the month byte carries the weekday in D7–D5 (1 Monday .. 7 Sunday, 0 unknown).

    The weekday sent is ignored and written anew, so a wrong one is not carried on.
    """

    size = 6
    length = 19
    example = "2026-11-20 14:36:07"

    def join(self, raw: bytes) -> datetime:
        """Build the time; the weekday is dropped."""
        second, minute, hour, day, year = (bcd_byte(raw[i]) for i in (0, 1, 2, 3, 5))
        return datetime(2000 + year, bcd_byte(raw[4] & 0x1F), day, hour, minute, second)

    def split(self, value: datetime) -> bytes:
        """Refuse fractions of a second; compute the weekday."""
        if value.microsecond:
            raise EncodeError("fractions of a second cannot be sent")
        month = bcd_bytes(value.month)[0] | value.isoweekday() << 5
        head = bcd_bytes(value.second, value.minute, value.hour, value.day)
        return head + bytes([month]) + bcd_bytes(value.year - 2000)

    def parse(self, text: str) -> datetime:
        """ISO 8601 with blank or T."""
        return datetime.fromisoformat(text)

    def to_json(self, value: Any) -> Any:
        """ISO 8601 without zone."""
        return None if value is None else value.isoformat()


class MinuteTime(CalendarTime):
    """A.15: mm hh DD MM YY."""

    size = 5
    length = 16
    example = "2026-11-20 14:36"

    def join(self, raw: bytes) -> datetime:
        """Build the time, second 0."""
        minute, hour, day, month, year = map(bcd_byte, raw)
        return datetime(2000 + year, month, day, hour, minute)

    def split(self, value: datetime) -> bytes:
        """Refuse seconds."""
        if value.second or value.microsecond:
            raise EncodeError("seconds cannot be sent")
        return bcd_bytes(value.minute, value.hour, value.day, value.month, value.year - 2000)

    def show(self, value: Any) -> str:
        """To the minute."""
        return "" if value is None else f"{value:%Y-%m-%d %H:%M}"


class Date(Time):
    """A.20: DD MM YY."""

    size = 3
    kind = date
    length = 10
    example = "2026-11-20"

    def join(self, raw: bytes) -> date:
        """Build the date."""
        day, month, year = map(bcd_byte, raw)
        return date(2000 + year, month, day)

    def split(self, value: date) -> bytes:
        """A date, never a date with time."""
        if isinstance(value, datetime):
            raise EncodeError("a date without time expected")
        return bcd_bytes(value.day, value.month, value.year - 2000)

    def parse(self, text: str) -> date:
        """ISO 8601."""
        return date.fromisoformat(text)


class MonthOfYear(Time):
    """A.21: MM YY."""

    size = 2
    kind = Month
    length = 7
    example = "2026-11"

    def join(self, raw: bytes) -> Month:
        """Build the month."""
        return Month(2000 + bcd_byte(raw[1]), bcd_byte(raw[0]))

    def split(self, value: Month) -> bytes:
        """Two bytes."""
        return bcd_bytes(value.month, value.year - 2000)

    def parse(self, text: str) -> Month:
        """``YYYY-MM``."""
        return Month(*_numbers(r"(\d{4})-(\d\d)", text))


class ClockTime(Time):
    """A.19: mm hh."""

    size = 2
    kind = time
    length = 5
    example = "14:36"

    def join(self, raw: bytes) -> time:
        """Build the time of day."""
        return time(bcd_byte(raw[1]), bcd_byte(raw[0]))

    def split(self, value: time) -> bytes:
        """Refuse seconds."""
        if value.second or value.microsecond:
            raise EncodeError("seconds cannot be sent")
        return bcd_bytes(value.minute, value.hour)

    def parse(self, text: str) -> time:
        """``hh:mm``."""
        hour, minute = _numbers(r"(\d\d?):(\d\d)", text)
        return time(hour, minute)

    def show(self, value: Any) -> str:
        """``hh:mm``."""
        return "" if value is None else f"{value:%H:%M}"


class MonthDayClock(Time):
    """A.17: mm hh DD MM."""

    size = 4
    kind = MonthDayTime
    length = 13
    example = "--11-20T14:36"

    def join(self, raw: bytes) -> MonthDayTime:
        """Build it."""
        minute, hour, day, month = map(bcd_byte, raw)
        return MonthDayTime(month, day, hour, minute)

    def split(self, value: MonthDayTime) -> bytes:
        """Four bytes."""
        return bcd_bytes(value.minute, value.hour, value.day, value.month)

    def parse(self, text: str) -> MonthDayTime:
        """With or without the leading dashes."""
        return MonthDayTime(*_numbers(r"(?:--)?(\d\d)-(\d\d)[T ](\d\d):(\d\d)", text))


class DayClock(Time):
    """A.16 (``seconds``): ss mm hh DD; A.18: mm hh DD."""

    kind = DayTime
    length = 14
    example = "---20T14:36:07"

    def __init__(self, *, seconds: bool) -> None:
        self.seconds = seconds
        self.size = 4 if seconds else 3

    def join(self, raw: bytes) -> DayTime:
        """Build it."""
        day, hour, minute, *rest = map(bcd_byte, reversed(raw))
        return DayTime(day, hour, minute, *rest)

    def split(self, value: DayTime) -> bytes:
        """Refuse seconds where the format has none."""
        if value.second and not self.seconds:
            raise EncodeError("seconds cannot be sent")
        low = bcd_bytes(value.second) if self.seconds else b""
        return low + bcd_bytes(value.minute, value.hour, value.day)

    def parse(self, text: str) -> DayTime:
        """With or without the leading dashes and the seconds."""
        return DayTime(*_numbers(r"(?:---)?(\d\d?)[T ](\d\d):(\d\d)(?::(\d\d))?", text))

    def blank(self) -> DayTime:
        """Every day at midnight."""
        return DayTime(0, 0, 0)


class DayAndHour(Time):
    """A.24: hh DD."""

    size = 2
    kind = DayHour
    length = 7
    example = "---20T14"

    def join(self, raw: bytes) -> DayHour:
        """Build it."""
        return DayHour(bcd_byte(raw[1]), bcd_byte(raw[0]))

    def split(self, value: DayHour) -> bytes:
        """Two bytes."""
        return bcd_bytes(value.hour, value.day)

    def parse(self, text: str) -> DayHour:
        """With or without the leading dashes."""
        return DayHour(*_numbers(r"(?:---)?(\d\d)[T ](\d\d)", text))
