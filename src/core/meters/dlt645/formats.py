"""The formats of values (dlt645 §5): leaves where they differ from those of annex A of 376.1.

Digits are BCD, low byte first. A value whose bytes are all FFH is not supported by the meter and comes as
``None``, never as zero; 1997 meters also say BBH. A time of zeros never happened, which is ``None`` too.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Any

from core.errors import EncodeError
from core.wire import times
from core.wire.bcd import Bcd
from core.wire.codec import NO_SCOPE, Flaw, Leaf, Scope, fits
from core.wire.leaf import Ascii, printable, typed

_FOREIGN = ("ee", "ef", "fe", "ff")
"""Highest bytes that annex A takes for "no value"; here they are garbage unless all bytes are FFH."""


class Number(Bcd):
    """Digits with a fixed point; ``signed`` takes the top bit of the highest byte (1: minus)."""

    def from_digits(self, digits: str) -> Decimal | int | None:
        """Exact digits from hexadecimal ones, highest first."""
        if digits.isdecimal() and not (self.signed and digits[0] > "7"):
            if self.decimals:
                return Decimal(f"{digits[: self._point]}.{digits[self._point :]}")
            return int(digits)
        return self._special(digits)

    def _special(self, digits: str) -> Decimal | int | None:
        if digits.strip("f") == "" or digits.strip("b") == "":
            return None
        if digits[:2] in _FOREIGN:
            raise Flaw(f"not BCD: {bytes.fromhex(digits)[::-1].hex(' ').upper()}")
        return super()._special(digits)

    def to_digits(self, value: Any) -> str:
        """Hexadecimal digits, highest first; FFH for "not supported"."""
        return "ff" * (self.size or 0) if value is None else super().to_digits(value)


class Name(Leaf):
    """Digits that are a name, not a number: leading zeros stay. All FFH is ``None``."""

    nullable = True

    def __init__(self, size: int) -> None:
        self.size = size
        self.length = 2 * size

    def load(self, data: bytes, at: int) -> str | None:
        """Return the digits in the order people write them."""
        digits = data[at : at + (self.size or 0)][::-1].hex()
        if digits.isdecimal():
            return digits
        if not digits.strip("f"):
            return None
        raise Flaw(f"not BCD: {bytes.fromhex(digits)[::-1].hex(' ').upper()}")

    def dump(self, value: Any, scope: Scope = NO_SCOPE) -> bytes:
        """Refuse anything but exactly the full number of digits."""
        if value is None:
            return b"\xff" * (self.size or 0)
        fits(value, str, "digits")
        if len(value) != self.length or not (value.isascii() and value.isdecimal()):
            raise EncodeError(f"exactly {self.length} digits are needed, not {value!r}")
        return bytes.fromhex(value)[::-1]

    def read(self, text: str) -> str:
        """The digits; missing ones on top are zeros."""
        return self.checked(text.strip().zfill(self.length or 0))


class Code(Leaf):
    """A number that people write in hexadecimal, low byte first: identifiers, operators."""

    def __init__(self, size: int, *, secret: bool = False) -> None:
        self.size = size
        self.length = 2 * size
        self.secret = secret

    def load(self, data: bytes, at: int) -> str:
        """All digits, upper case."""
        return data[at : at + (self.size or 0)][::-1].hex().upper()

    def dump(self, value: Any, scope: Scope = NO_SCOPE) -> bytes:
        """Refuse any other length."""
        fits(value, str, "hexadecimal digits")
        try:
            raw = bytes.fromhex(value)
        except ValueError as error:
            raise EncodeError(f"hexadecimal digits expected, not {value!r}") from error
        if len(raw) != self.size:
            raise EncodeError(f"exactly {self.length} digits are needed, not {value!r}")
        return raw[::-1]

    def read(self, text: str) -> str:
        """The digits."""
        return self.checked(text.strip().upper())


class Secret(str):
    """Digits of a password: they encode, but are never printed by accident."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'••••'"


class PasswordDigits(Code):
    """P0 P1 P2: six digits, low byte first, always secret (dlt645 §4)."""

    def __init__(self) -> None:
        super().__init__(3, secret=True)

    def load(self, data: bytes, at: int) -> Secret:
        """The digits, guarded."""
        return Secret(super().load(data, at))

    def show(self, value: Any) -> str:
        """Never the digits."""
        return "••••"

    def to_json(self, value: Any) -> str:
        """Never the digits."""
        return "present"

    def read(self, text: str) -> Secret:
        """Six digits; ``present``, which stands for digits that were not told, is 000000."""
        return Secret(super().read("000000" if text == "present" else text))


class Text(Ascii):
    """ASCII sent last character first, padded with 00H or blanks."""

    def load(self, data: bytes, at: int) -> str:
        """Turn it round; drop the padding. All FFH is no text."""
        raw = data[at : at + (self.size or 0)][::-1]
        return "" if not raw.strip(b"\xff") else printable(raw.strip(b"\0 "))

    def dump(self, value: Any, scope: Scope = NO_SCOPE) -> bytes:
        """Refuse what is too long or not ASCII."""
        return typed(value, self.size or 0).ljust(self.size or 0, b"\0")[::-1]


class _Unset(times.Time):
    """Adds the ways of meters to say "never" or "unused": all zeros, all FFH, all 99H."""

    fillers: tuple[int, ...] = (0x00, 0xFF)
    """The first is the one that is written."""

    def load(self, data: bytes, at: int) -> Any:
        """``None`` for a filler."""
        size = self.size or 0
        raw = data[at : at + size]
        if raw[0] in self.fillers and raw.count(raw[0]) == size:
            return None
        try:
            return self.join(raw)
        except ValueError as error:
            raise Flaw(f"no such time: {raw.hex(' ').upper()} ({error})") from error

    def dump(self, value: Any, scope: Scope = NO_SCOPE) -> bytes:
        """The first filler for ``None``."""
        return bytes([self.fillers[0]]) * (self.size or 0) if value is None else super().dump(value, scope)


class Minute(_Unset, times.MinuteTime):
    """YYMMDDhhmm: mm hh DD MM YY on the wire."""


class Day(_Unset, times.Date):
    """YYMMDD: DD MM YY on the wire."""


class YearlyMinute(_Unset, times.MonthDayClock):
    """MMDDhhmm: mm hh DD MM on the wire."""


class SettlementHour(_Unset, times.DayAndHour):
    """DDhh: hh DD on the wire; 9999 is unused."""

    fillers = (0x99, 0x00, 0xFF)


class Second(_Unset, times.CalendarTime):
    """YYMMDDhhmmss: ss mm hh DD MM YY on the wire; no weekday in the month byte."""

    def join(self, raw: bytes) -> datetime:
        """Build the time."""
        second, minute, hour, day, month, year = map(times.bcd_byte, raw)
        return datetime(2000 + year, month, day, hour, minute, second)

    def split(self, value: datetime) -> bytes:
        """Refuse fractions of a second."""
        if value.microsecond:
            raise EncodeError("fractions of a second cannot be sent")
        low = times.bcd_bytes(value.second, value.minute, value.hour)
        return low + times.bcd_bytes(value.day, value.month, value.year - 2000)


class ClockTime(times.ClockTime):
    """hhmm: mm hh on the wire; FFH is none."""

    def dump(self, value: Any, scope: Scope = NO_SCOPE) -> bytes:
        """FFH for ``None``."""
        return b"\xff\xff" if value is None else super().dump(value, scope)


class ClockSecond(times.Time):
    """Hhmmss: ss mm hh on the wire; FFH is none."""

    size = 3
    kind = time
    length = 8
    example = "14:36:07"

    def join(self, raw: bytes) -> time:
        """Build the time of day."""
        second, minute, hour = map(times.bcd_byte, raw)
        return time(hour, minute, second)

    def split(self, value: time) -> bytes:
        """Refuse fractions of a second."""
        if value.microsecond:
            raise EncodeError("fractions of a second cannot be sent")
        return times.bcd_bytes(value.second, value.minute, value.hour)

    def dump(self, value: Any, scope: Scope = NO_SCOPE) -> bytes:
        """FFH for ``None``."""
        return b"\xff\xff\xff" if value is None else super().dump(value, scope)

    def parse(self, text: str) -> time:
        """``hh:mm:ss``."""
        return time.fromisoformat(text)


@dataclass(frozen=True, slots=True, order=True)
class MonthDay:
    """A day of any year."""

    month: int
    day: int

    def __post_init__(self) -> None:
        date(2000, self.month, self.day)  # leap year: 29 February is possible

    def __str__(self) -> str:
        return f"--{self.month:02d}-{self.day:02d}"


class YearlyDay(_Unset):
    """MMDD: DD MM on the wire."""

    size = 2
    kind = MonthDay
    length = 7
    example = "--11-20"

    def join(self, raw: bytes) -> MonthDay:
        """Build it."""
        return MonthDay(times.bcd_byte(raw[1]), times.bcd_byte(raw[0]))

    def split(self, value: MonthDay) -> bytes:
        """Two bytes."""
        return times.bcd_bytes(value.day, value.month)

    def parse(self, text: str) -> MonthDay:
        """With or without the leading dashes."""
        month, day = text.removeprefix("--").split("-")
        return MonthDay(int(month), int(day))


Energy = Annotated[Decimal | None, Number(4, 2)]
SignedEnergy = Annotated[Decimal | None, Number(4, 2, signed=True)]
Demand = Annotated[Decimal | None, Number(3, 4)]
SignedDemand = Annotated[Decimal | None, Number(3, 4, signed=True)]
Volt = Annotated[Decimal | None, Number(2, 1, unit="V")]
Ampere = Annotated[Decimal | None, Number(3, 3, signed=True, unit="A")]
Kilowatt = Annotated[Decimal | None, Number(3, 4, signed=True, unit="kW")]
Kilovar = Annotated[Decimal | None, Number(3, 4, signed=True, unit="kvar")]
Factor = Annotated[Decimal | None, Number(2, 3, signed=True)]
Percent = Annotated[Decimal | None, Number(2, 2, unit="%")]
WidePercent = Annotated[Decimal | None, Number(3, 2, unit="%")]
Hertz = Annotated[Decimal | None, Number(2, 2, unit="Hz")]
AmpereHours = Annotated[Decimal | None, Number(4, 2, unit="Ah")]
Count1 = Annotated[int | None, Number(1)]
Count2 = Annotated[int | None, Number(2)]
Times = Annotated[int | None, Number(3, unit="times")]
Minutes = Annotated[int | None, Number(3, unit="min")]
At = Annotated[datetime | None, Second()]
AtMinute = Annotated[datetime | None, Minute()]
AtYearlyMinute = Annotated[times.MonthDayTime | None, YearlyMinute()]
OnDay = Annotated[date | None, Day()]
OnYearlyDay = Annotated[MonthDay | None, YearlyDay()]
DayTimeOf = Annotated[time | None, ClockTime()]
DaySecondOf = Annotated[time | None, ClockSecond()]
Settlement = Annotated[times.DayHour | None, SettlementHour()]
Code4 = Annotated[str, Code(4)]
