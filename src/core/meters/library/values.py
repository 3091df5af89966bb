"""Values as bytes, both ways, in the formats that a library may name (meter protocols §9, "Decode").

Numbers keep the digits they came with. Bytes that mean "no value" are ``None``. A time may lack parts: what
the meter does not send is ``None`` in its `Stamp`.
"""

import struct
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal

from core.errors import DecodeError, EncodeError


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a meter tells of a time."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    hour: int | None = None
    minute: int | None = None
    second: int | None = None

    def joined(self, other: "Stamp") -> "Stamp":
        """Return both together; parts of ``other`` count more."""
        held = {one.name: getattr(self, one.name) for one in fields(self)}
        more = {one.name: getattr(other, one.name) for one in fields(other)}
        return Stamp(**(held | {name: part for name, part in more.items() if part is not None}))

    @property
    def moment(self) -> datetime:
        """The same as a time, no seconds being 0; ``ValueError`` where parts lack or no calendar has it."""
        if None in (self.year, self.month, self.day, self.hour, self.minute):
            raise ValueError("parts of the time are missing")
        return datetime(
            self.year or 0, self.month or 0, self.day or 0, self.hour or 0, self.minute or 0, self.second or 0
        )

    @property
    def day_and_time(self) -> datetime:
        """The same where hours and minutes may lack: the begin of the day."""
        return replace(self, hour=self.hour or 0, minute=self.minute or 0).moment


Plain = Decimal | int | Stamp | None
"""What one identifier holds."""
_PARTS = {"yy": "year", "MM": "month", "dd": "day", "hh": "hour", "mm": "minute", "ss": "second"}
_LIMITS = {"yy": (0, 99), "MM": (1, 12), "dd": (1, 31), "hh": (0, 23), "mm": (0, 59), "ss": (0, 59)}


@dataclass(frozen=True, slots=True)
class Format:
    """One format; ``size`` 0: as many bytes as come, for floats of 4 or 8."""

    name: str
    decode: str
    size: int
    big: bool = False
    decimals: int = 0
    signed: bool = False
    unit: str = ""
    missing: tuple[bytes, ...] = ()
    binary: bool = False
    layout: tuple[str, ...] = ()

    def load(self, raw: bytes) -> Plain:
        """Decode; ``DecodeError`` for bytes that are no value."""
        if self.size and len(raw) != self.size:
            raise DecodeError(f"{len(raw)} bytes, {self.name} has {self.size}")
        if raw in self.missing:
            return None
        match self.decode:
            case "bcd":
                return self._scaled(*self._digits(raw))
            case "uint" | "int":
                order = "big" if self.big else "little"
                return self._scaled(int.from_bytes(raw, order, signed=self.decode == "int"))
            case "float":
                return self._float(raw)
            case _:
                return self._stamp(raw)

    def dump(self, value: Plain) -> bytes:
        """Encode; ``EncodeError`` for what the format cannot carry."""
        if value is None:
            return self._nothing()
        if isinstance(value, Stamp):
            return self._stamped(value)
        match self.decode:
            case "bcd":
                return self._from_digits(value)
            case "uint" | "int":
                return self._from_number(value)
            case "float":
                size = self.size or 4
                code = (">" if self.big else "<") + ("f" if size == 4 else "d")
                return struct.pack(code, float(Decimal(value).scaleb(self.decimals)))
            case _:
                raise EncodeError(f"{value!r} is no time", field=self.name)

    def _scaled(self, number: int, digits: int = 0) -> Decimal | int:
        if self.decimals <= 0:
            return number * 10**-self.decimals
        sign, figures = ("-" if number < 0 else ""), f"{abs(number):0{max(digits, self.decimals + 1)}d}"
        return Decimal(f"{sign}{figures[: -self.decimals]}.{figures[-self.decimals :]}")

    def _digits(self, raw: bytes) -> tuple[int, int]:
        text = (raw if self.big else raw[::-1]).hex()
        minus = self.signed and text[0] > "7"
        if minus:
            text = f"{int(text[0], 16) & 7}{text[1:]}"
        if not text.isdecimal():
            raise DecodeError(f"not BCD: {raw.hex(' ').upper()}")
        return -int(text) if minus else int(text), len(text)

    def _whole(self, value: Decimal | int) -> int:
        number = Decimal(value).scaleb(self.decimals)
        if number != int(number):
            raise EncodeError(f"{value} has more than {self.decimals} decimals", field=self.name)
        if number < 0 and not (self.signed or self.decode == "int"):
            raise EncodeError(f"{value} is negative", field=self.name)
        return int(number)

    def _from_digits(self, value: Decimal | int) -> bytes:
        number = self._whole(value)
        text = f"{abs(number):0{2 * self.size}d}"
        if len(text) > 2 * self.size or (self.signed and text[0] > "7"):
            raise EncodeError(f"{value} has too many digits", field=self.name)
        raw = bytearray.fromhex(text)
        raw[0] |= 0x80 if number < 0 else 0
        return bytes(raw if self.big else raw[::-1])

    def _from_number(self, value: Decimal | int) -> bytes:
        try:
            number = self._whole(value)
            return number.to_bytes(self.size, "big" if self.big else "little", signed=self.decode == "int")
        except OverflowError as error:
            raise EncodeError(f"{value} is too large", field=self.name) from error

    def _float(self, raw: bytes) -> Decimal:
        if len(raw) not in (4, 8):
            raise DecodeError(f"{len(raw)} bytes are no float")
        code = "f" if len(raw) == 4 else "d"
        (number,) = struct.unpack((">" if self.big else "<") + code, raw)
        if not abs(number) < 1e18:  # also nan
            raise DecodeError(f"no number: {raw.hex(' ').upper()}")
        return Decimal(_shortest(number, code)).scaleb(-self.decimals)

    def _stamp(self, raw: bytes) -> Stamp:
        parts: dict[str, int] = {}
        for word, byte in zip(self.layout, raw, strict=True):
            if word in _PARTS:
                low, high = _LIMITS[word]
                number = byte if self.binary else _bcd(byte)
                if not low <= number <= high:
                    raise DecodeError(f"no such time: {raw.hex(' ').upper()}")
                parts[_PARTS[word]] = number + (2000 if word == "yy" else 0)
        return Stamp(**parts)

    def _stamped(self, value: Stamp) -> bytes:
        raw = bytearray()
        for word in self.layout:
            number = (getattr(value, _PARTS[word]) or 0) if word in _PARTS else _weekday(value, word)
            raw.append(number % 100 if self.binary else int(f"{number % 100}", 16))
        return bytes(raw)

    def _nothing(self) -> bytes:
        if not self.missing:
            raise EncodeError("there are no bytes for no value", field=self.name)
        return self.missing[0]


def _weekday(value: Stamp, word: str) -> int:
    """Sunday is 0, as in all meters of DL/T 645."""
    if word != "ww" or not (value.year and value.month and value.day):
        return 0
    return datetime(value.year, value.month, value.day).isoweekday() % 7


def _bcd(byte: int) -> int:
    if byte >> 4 > 9 or byte & 15 > 9:
        raise DecodeError(f"not BCD: {byte:02X}")
    return 10 * (byte >> 4) + (byte & 15)


def _shortest(number: float, code: str) -> str:
    """Return the fewest digits that mean this very number, as the meter's display would."""
    if code == "d":
        return repr(number)
    packed = struct.pack("f", number)
    texts = (f"{number:.{digits}g}" for digits in range(6, 10))
    return next((text for text in texts if struct.pack("f", float(text)) == packed), repr(number))
