"""Address field A: region code A1, terminal number A2, master number MSA and the group flag."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from core.errors import EncodeError

_TEXT = re.compile(r"([0-9]{4}|FFFF)-?([0-9A-F]{4})|([0-9]{4})-([0-9]{5})")
ALL = 0xFFFF
"""A2 of a broadcast; 0 is invalid."""


@dataclass(frozen=True, slots=True)
class Address:
    """Who a frame is for, or from (Q/GDW 376.1-2009 address field, part A §1.4)."""

    region: str
    """A1 as four digits, high digit first; ``FFFF`` only in the local discovery of a handheld."""
    terminal: int
    """A2, 1..65535; 65535 with ``group`` is everybody."""
    msa: int = 0
    """Master number 0..127: not 0 when the master starts, echoed by the terminal."""
    group: bool = False

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read ``1122-3344`` or ``11223344`` (A2 hexadecimal), or ``1122-13124`` (A2 as five decimals)."""
        found = _TEXT.fullmatch(text.strip().upper())
        if found is None:
            raise EncodeError(
                f"{text!r} is not a terminal address",
                "Four digits of the region, then four hexadecimal digits: 1122-3344.",
                "address",
            )
        region, number = (found[1], int(found[2], 16)) if found[1] else (found[3], int(found[4]))
        if not 1 <= number <= ALL:
            raise EncodeError(f"terminal number {number} is outside 1..65535", field="address")
        return cls(region, number)

    @property
    def text(self) -> str:
        """``1122-3344``: region digits and A2 hexadecimal (device behaviour 5.6 A6)."""
        return f"{self.region}-{self.terminal:04X}"

    @property
    def decimal_text(self) -> str:
        """``1122-13124``: the same with A2 in five decimal digits."""
        return f"{self.region}-{self.terminal:05d}"

    def same_station(self, other: "Address") -> bool:
        """Tell whether A1 and A2 agree; MSA and group flag do not name a station."""
        return (self.region, self.terminal) == (other.region, other.terminal)

    def by(self, msa: int) -> "Address":
        """Return the same address as used by master ``msa``."""
        return replace(self, msa=msa)

    def encode(self) -> bytes:
        """Return the five bytes A1 A2 A3; ``EncodeError`` for what they cannot carry."""
        if not (self.region.isascii() and self.region.isdecimal() and len(self.region) == 4) and (
            self.region != "FFFF"
        ):
            raise EncodeError(f"region code {self.region!r} is not four digits", field="address.region")
        if not 0 <= self.terminal <= ALL:
            raise EncodeError(f"{self.terminal} is outside 0..65535", field="address.terminal")
        if not 0 <= self.msa <= 127:
            raise EncodeError(f"{self.msa} is outside 0..127", field="address.msa")
        a3 = self.msa << 1 | self.group
        return bytes.fromhex(self.region)[::-1] + self.terminal.to_bytes(2, "little") + bytes([a3])

    @classmethod
    @lru_cache(maxsize=256)
    def decode(cls, raw: bytes) -> "Address":
        """Read five bytes; a region that is not BCD stays visible as hexadecimal digits."""
        return cls(
            raw[1::-1].hex().upper(), int.from_bytes(raw[2:4], "little"), raw[4] >> 1, bool(raw[4] & 1)
        )


UNIVERSAL = Address("1122", 0x3344)
"""Answered by every terminal on local channels besides its own (device behaviour 5.6 A2)."""
UNIVERSAL_REVERSED = Address("2211", 0x4433)
"""The same in the other byte order, as one maker's tool sends it (vendor extension 1.8)."""
BROADCAST = Address("FFFF", ALL, group=True)
"""A1 = FFFF, A2 = FFFF, group flag: a handheld asks who is there with AFN0A F89 (part A §1.4)."""
