"""Twelve digits of a nameplate as the bytes of a frame, in the forms that a library may name."""

from dataclasses import dataclass

from core.errors import EncodeError


@dataclass(frozen=True, slots=True)
class AddressForm:
    """How a family writes addresses."""

    form: str
    size: int
    big: bool = False
    last: int = 12
    """So many digits count, from the right."""
    most: int | None = None
    blank: bool = False
    """Zeros alone are no address: nothing is sent, and whoever hears it is meant."""

    @property
    def room(self) -> int | None:
        """Bytes in a frame, ``None`` where an address may be left away."""
        return None if self.blank else self.size

    def wire(self, address: str) -> bytes:
        """Return the bytes of an address; ``EncodeError`` for one that cannot be sent."""
        if not (len(address) == 12 and address.isascii() and address.isdecimal()):
            raise EncodeError(f"{address!r} is not twelve digits", field="address")
        digits = address[-self.last :]
        number = int(digits)
        if self.blank and not number:
            return b""
        if self.most is not None and number > self.most:
            raise EncodeError(f"{number} is over {self.most}, the most this family knows", field="address")
        raw = self._bytes(digits, number)
        if len(raw) > self.size:
            raise EncodeError(f"{digits} does not fit into {self.size} bytes", field="address")
        return raw if self.big or self.form == "text" else raw[::-1]

    def _bytes(self, digits: str, number: int) -> bytes:
        match self.form:
            case "bcd":
                text = f"{number:0{2 * self.size}d}"
                return bytes.fromhex(text.zfill(len(text) + len(text) % 2))
            case "uint":
                return number.to_bytes(max(self.size, (number.bit_length() + 7) // 8), "big")
            case _:
                return f"{number:0{self.size}d}".encode("ascii")
