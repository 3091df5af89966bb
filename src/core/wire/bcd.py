"""Packed BCD, low-order byte first: the number formats of annex A.

A nibble above 9 is never a digit. All bytes EEH mean "no value"; terminals in the field also fill with EFH,
FEH or FFH, or only the upper bytes (part B §1 rule 4, §9). Anything else raises ``Flaw``.
Decimals keep their exact digits; nothing here goes through binary fractions.
"""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from core.errors import EncodeError
from core.wire.codec import NO_SCOPE, Flaw, Leaf, Scope, fits

_SIGN = 0x80
_FILLED = re.compile(r"[ef]{2}[0-9ef]*")


def filled(digits: str) -> bool:
    """Tell whether BCD digits, highest first, are a filler that stands for "no value"."""
    return _FILLED.fullmatch(digits) is not None


class Bcd(Leaf):
    """``size`` bytes with ``decimals`` digits behind the point; ``signed`` takes the top bit (S = 1: minus).

    Whole numbers come as ``int``, others as ``Decimal`` with exactly that many decimals.
    """

    nullable = True
    by_digits = True

    def __init__(self, size: int, decimals: int = 0, *, signed: bool = False, unit: str = "") -> None:
        self.size = size
        self.decimals = decimals
        self.signed = signed
        self.unit = unit
        self.top = 8 * 10 ** (2 * size - 1) - 1 if signed else 10 ** (2 * size) - 1
        self.length = 2 * size + 2
        self._size = size
        self._point = 2 * size - decimals

    def load(self, data: bytes, at: int) -> Decimal | int | None:
        """Return the exact digits."""
        return self.from_digits(data[at : at + self._size][::-1].hex())

    def from_digits(self, digits: str) -> Decimal | int | None:
        """The same from hexadecimal digits, highest first."""
        if digits.isdecimal() and not (self.signed and digits[0] > "7"):
            if self.decimals:
                return Decimal(f"{digits[: self._point]}.{digits[self._point :]}")
            return int(digits)
        return self._special(digits)

    def _special(self, digits: str) -> Decimal | int | None:
        """No value, a minus, or no digits at all."""
        if filled(digits):
            return None
        positive = f"{int(digits[0], 16) & 7}{digits[1:]}" if self.signed else digits
        if not positive.isdecimal():
            raise Flaw(f"not BCD: {bytes.fromhex(digits)[::-1].hex(' ').upper()}")
        if self.decimals:
            return Decimal(f"-{positive[: self._point]}.{positive[self._point :]}")
        return -int(positive)

    def dump(self, value: Any, scope: Scope = NO_SCOPE) -> bytes:
        """Refuse signs, digits and decimals that have no place."""
        return bytes.fromhex(self.to_digits(value))[::-1]

    def to_digits(self, value: Any) -> str:
        """The same as hexadecimal digits, highest first."""
        if value is None:
            return "ee" * self._size
        digits, negative = self._digits(value)
        digits = digits.zfill(2 * self._size)
        if len(digits) > 2 * self._size or (self.signed and digits[0] > "7"):
            raise EncodeError(f"{value} is above {self._place(self.top)}")
        if not negative:
            return digits
        if not self.signed:
            raise EncodeError(f"{value} is negative")
        return f"{int(digits[0]) + 8:x}{digits[1:]}"

    def _digits(self, value: Any) -> tuple[str, bool]:
        """Digits without point, and whether there is a minus."""
        if not self.decimals:
            fits(value, int, "a whole number")
            return str(abs(value)), value < 0
        fits(value, Decimal, "a decimal number")
        text = str(value)
        if len(text) > self.decimals and text[-self.decimals - 1] == ".":  # the usual number of decimals
            figures = text[: -self.decimals - 1].lstrip("-") + text[-self.decimals :]
            if figures.isdecimal():
                return figures, text[0] == "-"
        return self._rescaled(value)

    def _rescaled(self, value: Decimal) -> tuple[str, bool]:
        """Digits of a number written with other decimals, if none of them is lost."""
        if not value.is_finite():
            raise EncodeError(f"{value} is no number")
        sign, figures, exponent = value.as_tuple()
        shift = int(exponent) + self.decimals
        digits = "".join(map(str, figures)).lstrip("0")
        if shift > 40 and digits:
            raise EncodeError(f"{value} is above {self._place(self.top)}")
        if digits[len(digits) + min(shift, 0) :].strip("0") if -shift <= len(digits) else digits:
            raise EncodeError(f"{value} has more than {self.decimals} decimals")
        kept = digits[: len(digits) + shift] if shift < 0 else digits + "0" * shift if digits else ""
        return kept or "0", bool(sign)

    def _place(self, units: int) -> str:
        return f"{Decimal(units).scaleb(-self.decimals):f}" if self.decimals else str(units)

    def show(self, value: Any) -> str:
        """All digits of the format, as a meter shows them; whole numbers without leading zeros."""
        if value is None or not self.decimals:
            return "" if value is None else str(value)
        width = 2 * (self.size or 0) + 1 + (1 if value.is_signed() else 0)
        return f"{value:0{width}.{self.decimals}f}"

    def read(self, text: str) -> Decimal | int | None:
        """A number; empty means "no value"."""
        if not text.strip():
            return None
        return self.checked(exact(text) if self.decimals else whole(text))

    def to_json(self, value: Any) -> Any:
        """Whole numbers as numbers, decimals as text with exact digits."""
        return value if not self.decimals else super().to_json(value)


def exact(text: str) -> Decimal:
    """Read a decimal number exactly as typed."""
    try:
        return Decimal(text.strip())
    except InvalidOperation as error:
        raise EncodeError(f"a number expected, not {text!r}") from error


def whole(text: str) -> int:
    """Read a whole number, sign allowed."""
    try:
        return int(text.strip())
    except ValueError as error:
        raise EncodeError(f"a whole number expected, not {text!r}") from error


class Digits(Leaf):
    """BCD digits that are a name, not a number (A.12, region codes): leading zeros stay."""

    nullable = True

    def __init__(self, size: int) -> None:
        self.size = size
        self.length = 2 * size
        self._none = b"\xee" * size

    def load(self, data: bytes, at: int) -> str | None:
        """Return the digits in the order people write them."""
        raw = data[at : at + (self.size or 0)]
        digits = raw[::-1].hex()
        if digits.isdecimal():
            return digits
        if filled(digits):
            return None
        raise Flaw(f"not BCD: {raw.hex(' ').upper()}")

    def dump(self, value: Any, scope: Scope = NO_SCOPE) -> bytes:
        """Refuse anything but exactly the full number of digits."""
        if value is None:
            return self._none
        fits(value, str, "digits")
        if len(value) != self.length or not (value.isascii() and value.isdecimal()):
            raise EncodeError(f"exactly {self.length} digits needed, not {value!r}")
        return bytes.fromhex(value)[::-1]

    def read(self, text: str) -> str | None:
        """Digits; shorter ones are filled with zeros on the left; empty means "no value"."""
        plain = text.strip()
        return self.checked(plain.zfill(self.length or 0)) if plain else None

    def from_json(self, obj: Any) -> Any:
        """Only text or null; a number would lose leading zeros."""
        return self.checked(obj)


class Scaled3(Leaf):
    """A.2: three digits times a power of ten; D7–D5 of the second byte 0..7 mean 10^4..10^-3, D4 the sign."""

    size = 2
    nullable = True
    length = 9

    def __init__(self, unit: str = "") -> None:
        self.unit = unit

    def load(self, data: bytes, at: int) -> Decimal | None:
        """Digits and power as sent."""
        low, high = data[at], data[at + 1]
        if low == high == 0xEE:
            return None
        digits = f"{high & 0x0F:x}{low:02x}"
        if not digits.isdecimal():
            raise Flaw(f"not A.2: {low:02X} {high:02X}")
        return Decimal((high >> 4 & 1, tuple(map(int, digits)), 4 - (high >> 5)))

    def dump(self, value: Any, scope: Scope = NO_SCOPE) -> bytes:
        """Keep the power of the value where three digits allow it, else find one that loses nothing."""
        if value is None:
            return b"\xee\xee"
        number, power = mantissa(value, digits=3, lowest=-3, highest=4)
        text = f"{number:03d}"
        high = (4 - power) << 5 | value.is_signed() << 4 | int(text[0])
        return bytes([int(text[1:], 16), high])

    def show(self, value: Any) -> str:
        """Plain notation, no exponent."""
        return "" if value is None else f"{value:f}"

    def read(self, text: str) -> Decimal | None:
        """A number; empty means "no value"."""
        return self.checked(exact(text)) if text.strip() else None


class Scaled7(Leaf):
    """A.3: seven digits; D6 of the last byte is the unit (0 kWh or li, 1 MWh or yuan), D4 the sign.

    The value is always in the small unit; MWh and yuan are multiples of 1000 of it.
    """

    size = 4
    nullable = True
    length = 12

    def __init__(self, unit: str = "") -> None:
        self.unit = unit

    def load(self, data: bytes, at: int) -> Decimal | None:
        """Digits as sent, in the small unit."""
        raw = data[at : at + 4]
        if raw == b"\xee\xee\xee\xee":
            return None
        digits = f"{raw[3] & 0x0F:x}{raw[2::-1].hex()}"
        if not digits.isdecimal():
            raise Flaw(f"not A.3: {raw.hex(' ').upper()}")
        return Decimal((raw[3] >> 4 & 1, tuple(map(int, digits)), 3 if raw[3] & 0x40 else 0))

    def dump(self, value: Any, scope: Scope = NO_SCOPE) -> bytes:
        """Use the small unit where seven digits allow it."""
        if value is None:
            return b"\xee\xee\xee\xee"
        fits(value, Decimal, "a decimal number")
        power = 3 if value.is_finite() and value.as_tuple().exponent == 3 else 0
        try:
            number, _ = mantissa(value, digits=7, lowest=power, highest=power)
        except EncodeError:
            power = 3
            number, _ = mantissa(value, digits=7, lowest=power, highest=power)
        text = f"{number:07d}"
        top = (0x40 if power else 0) | value.is_signed() << 4 | int(text[0])
        return bytes.fromhex(text[1:])[::-1] + bytes([top])

    def show(self, value: Any) -> str:
        """Plain notation, no exponent."""
        return "" if value is None else f"{value:f}"

    def read(self, text: str) -> Decimal | None:
        """A number; empty means "no value"."""
        return self.checked(exact(text)) if text.strip() else None


def mantissa(value: Any, *, digits: int, lowest: int, highest: int) -> tuple[int, int]:
    """Split ``value`` into a whole number of at most ``digits`` digits and a power of ten in the range."""
    fits(value, Decimal, "a decimal number")
    if not value.is_finite():
        raise EncodeError(f"{value} is no number")
    _, figures, exponent = value.as_tuple()
    number, power = int("".join(map(str, figures)) or "0"), int(exponent)
    if number == 0:
        return 0, min(max(power, lowest), highest)
    while (number >= 10**digits or power < lowest) and number % 10 == 0:
        number, power = number // 10, power + 1
    while power > highest and number < 10**digits:
        number, power = number * 10, power - 1
    if number >= 10**digits or not lowest <= power <= highest:
        raise EncodeError(f"{value:f} does not fit {digits} digits")
    return number, power


class SignedPercent(Leaf):
    """A.4: whole percent, D7 = 1 down; 79 at most."""

    size = 1
    nullable = True
    unit = "%"
    minimum = -79
    maximum = 79

    def load(self, data: bytes, at: int) -> int | None:
        """Down is negative."""
        byte = data[at]
        if byte == 0xEE:
            return None
        digits = f"{byte & 0x7F:02x}"
        if not digits.isdecimal():
            raise Flaw(f"not A.4: {byte:02X}")
        return -int(digits) if byte & _SIGN else int(digits)

    def dump(self, value: Any, scope: Scope = NO_SCOPE) -> bytes:
        """Refuse more than 79 %."""
        if value is None:
            return b"\xee"
        fits(value, int, "a whole number")
        if abs(value) > 79:
            raise EncodeError(f"{value} is outside -79..79")
        return bytes([int(str(abs(value)), 16) | (_SIGN if value < 0 else 0)])

    def read(self, text: str) -> int | None:
        """A whole number; empty means "no value"."""
        return self.checked(whole(text)) if text.strip() else None

    def to_json(self, value: Any) -> Any:
        """The number."""
        return value
