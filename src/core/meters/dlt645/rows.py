"""Identifiers as rows: one row names a family, its letters count tariffs, phases, days or records.

A pattern such as ``0001ttss`` is the identifier as people write it, DI3 first (1997: DI1 first). Capital
digits are fixed; each run of one small letter is an index. Where an index has words for a block, FH (FFH) in
its place asks for all values of that position, one after the other (dlt645 §3.1, §5.1).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from core.meters.dlt645.blocks import Series
from core.meters.dlt645.control import Edition
from core.wire.codec import Codec, Leaf
from core.wire.record import codec_in

Words = tuple[str, str]
"""Chinese and English."""


@dataclass(frozen=True, slots=True)
class Index:
    """What one position of an identifier counts."""

    values: Mapping[int, Words]
    block: Words | None = None
    """Words when the position asks for all; ``None`` where a meter has no such block."""


def counted(first: int, last: int, zh: str, en: str, block: Words | None = None) -> Index:
    """An index whose words carry the number, as ``{}``."""
    return Index({n: (zh.format(n), en.format(n)) for n in range(first, last + 1)}, block)


@dataclass(frozen=True, slots=True)
class Quantity:
    """One identifier: what it is called and how its value is coded."""

    code: str
    """Eight hexadecimal digits, DI3 first; four in 1997."""
    edition: Edition
    zh: str
    en: str
    codec: Codec
    unit: str = ""
    access: str = "R"
    """``R``, ``RW`` or ``W``."""
    members: tuple[str, ...] = ()
    """Codes of the values of a block, in order; a meter may have fewer."""
    extension: bool = False
    """Not in the standard: an extension of a utility or a maker."""

    @property
    def readable(self) -> bool:
        """Passwords are not."""
        return "R" in self.access

    @property
    def writable(self) -> bool:
        """By function 14 (04); some only by functions of their own."""
        return "W" in self.access

    @property
    def wire(self) -> bytes:
        """As sent, DI0 first."""
        return bytes.fromhex(self.code)[::-1]


@dataclass(frozen=True, slots=True)
class Row:
    """A family of identifiers, or a single one; ``{t}`` in a name is the word of index t."""

    pattern: str
    zh: str
    en: str
    annotation: Any
    """Type with its codec."""
    unit: str = ""
    access: str = "R"
    members: tuple[str, ...] = ()
    extension: bool = False


class Family:
    """A row with its indices, ready to resolve codes."""

    def __init__(self, row: Row, edition: Edition, indices: Mapping[str, Index]) -> None:
        self.row = row
        self._edition = edition
        self.places: list[tuple[int, int, Index, str]] = []
        at = 0
        for letter, run in groupby(row.pattern):
            width = len(list(run))
            if letter.islower():
                self.places.append((at, width, indices[letter], letter))
            at += width
        self.blanks = tuple(at for at, digit in enumerate(row.pattern) if digit.islower())

    def quantity(self, code: str) -> Quantity | None:
        """Resolve a code that agrees in the fixed digits; ``None`` when an index is out of its range."""
        words: dict[str, Words] = {}
        block: tuple[int, int, Index] | None = None
        for at, width, index, letter in self.places:
            number = int(code[at : at + width], 16)
            found = index.values.get(number)
            if found is None and number == 16**width - 1 and index.block and block is None:
                block, found = (at, width, index), index.block
            if found is None:
                return None
            words[letter] = found
        return self._made(code, words, block)

    def _made(self, code: str, words: Mapping[str, Words], block: tuple[int, int, Index] | None) -> Quantity:
        row, codec = self.row, codec_in(self.row.annotation)
        zh = row.zh.format(**{letter: pair[0] for letter, pair in words.items()})
        en = row.en.format(**{letter: pair[1] for letter, pair in words.items()})
        unit = row.unit or (codec.unit if isinstance(codec, Leaf) else "")
        members = row.members
        if block:
            at, width, index = block
            members = tuple(code[:at] + f"{n:0{width}X}" + code[at + width :] for n in index.values)
            codec, zh = Series(row.annotation), zh + "数据块"
        return Quantity(code, self._edition, zh, en, codec, unit, row.access, members, row.extension)

    def codes(self) -> Iterator[str]:
        """Every code of the family without its blocks."""
        return _expanded(self.row.pattern, tuple((at, width, index) for at, width, index, _ in self.places))


def _expanded(pattern: str, places: tuple[tuple[int, int, Index], ...]) -> Iterator[str]:
    if not places:
        yield pattern
        return
    at, width, index = places[0]
    for number in index.values:
        yield from _expanded(pattern[:at] + f"{number:0{width}X}" + pattern[at + width :], places[1:])


class Table:
    """Rows of one edition, found by code."""

    def __init__(self, edition: Edition, indices: Mapping[str, Index], rows: Iterable[Row]) -> None:
        self.edition = edition
        self.families = tuple(Family(row, edition, indices) for row in rows)
        self._found: dict[tuple[tuple[int, ...], str], list[Family]] = {}
        for family in self.families:
            self._found.setdefault((family.blanks, _fixed(family.row.pattern, family.blanks)), []).append(
                family
            )
        self._blanks = sorted({family.blanks for family in self.families}, key=len)

    def find(self, code: str) -> Quantity | None:
        """Return the quantity of a code in capital digits; the row with the fewest indices wins."""
        for blanks in self._blanks:
            for family in self._found.get((blanks, _fixed(code, blanks)), ()):
                if quantity := family.quantity(code):
                    return quantity
        return None


def _fixed(code: str, blanks: tuple[int, ...]) -> str:
    return "".join(digit for at, digit in enumerate(code) if at not in blanks)
