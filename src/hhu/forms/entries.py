"""What a form has a row for: a leaf of a data unit, or a whole unit that people write in one piece."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from core.errors import EncodeError, UsageError
from core.gdw376.frame import Address
from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import TerminalAddress
from core.wire.bcd import Bcd, Digits, Scaled3, Scaled7
from core.wire.bits import BitField
from core.wire.codec import NO_SCOPE, Leaf, Scope
from core.wire.leaf import Ascii, Ipv4, Mask, Octets, Phone
from core.wire.paths import places, replaced, value_at
from core.wire.stretch import ShortText
from core.wire.times import Time
from hhu.widgets.glyphs import glyphs
from hhu.words import Words


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a form; an empty ``path`` means the whole unit."""

    unit: type[Unit]
    path: str
    labels_zh: tuple[str, ...]
    labels_en: tuple[str, ...]
    leaf: Leaf
    pn: int = 0

    @property
    def home(self) -> tuple[int, type[Unit]]:
        """Point and unit that the row belongs to."""
        return self.pn, self.unit

    @property
    def key(self) -> str:
        """Name as the command line writes it: ``04F3.main_ip``, ``04F25.pt@12``."""
        code = self.unit.meaning.code
        name = f"{code}.{self.path}" if self.path else code
        return f"{name}@{self.pn}" if self.pn else name

    def label(self, words: Words) -> str:
        """The field's own name."""
        return words.of(self.labels_zh[-1], self.labels_en[-1])

    def long_label(self, words: Words) -> str:
        """The name with what stands above it."""
        return " / ".join(words.of(zh, en) for zh, en in zip(self.labels_zh, self.labels_en, strict=True))

    def value(self, unit: Unit) -> Any:
        """Take the row's value out of a unit."""
        return value_at(unit, self.path) if self.path else unit

    def stands_in(self, unit: Unit) -> bool:
        """Tell whether the unit has this row: a record of a list may be new or gone."""
        try:
            self.value(unit)
        except UsageError:
            return False
        return True

    def put(self, unit: Unit, value: Any) -> Unit:
        """Return the unit with another value in this row."""
        return replaced(unit, self.path, value) if self.path else value

    def shown(self, unit: Unit | None, words: Words) -> str:
        """Text of the row's value with its unit; secrets covered; empty without a unit."""
        return "" if unit is None or not self.stands_in(unit) else shown(self.leaf, self.value(unit), words)

    def covers(self, path: str) -> bool:
        """Tell whether a change of the leaf at ``path`` belongs to this row."""
        return not self.path or self.path == path


class WholeAddress(Leaf):
    """The terminal's address in the form people use, 1122-3344 (device behaviour 5.6 A6)."""

    size = None
    length = 9

    def load(self, data: bytes, at: int) -> TerminalAddress:
        """As the unit itself."""
        return TerminalAddress.decode(data[at:])

    def dump(self, value: Any, scope: Scope = NO_SCOPE) -> bytes:
        """As the unit itself."""
        return value.encode()

    def show(self, value: Any) -> str:
        """Both parts, the second in hexadecimal."""
        return Address(value.region, value.terminal).text

    def read(self, text: str) -> TerminalAddress:
        """Refuse what is no address, and 0000, which no terminal may have."""
        try:
            address = Address.parse(text)
        except EncodeError as error:
            raise EncodeError(error.reason, error.hint) from error  # the row names the field
        return self.checked(TerminalAddress(address.region, address.terminal))


WHOLE: dict[type[Unit], Leaf] = {TerminalAddress: WholeAddress()}
"""Units that people write in one piece."""


@cache
def entries_of(unit: type[Unit]) -> tuple[Entry, ...]:
    """Return the rows of a unit in wire order."""
    meaning = unit.meaning
    if unit in WHOLE:
        return (Entry(unit, "", (meaning.zh,), (meaning.en,), WHOLE[unit]),)
    return tuple(
        Entry(unit, place.path, place.labels_zh, place.labels_en, place.leaf)
        for place in places(unit.blank())
    )


def entries_in(unit: Unit, pn: int = 0) -> tuple[Entry, ...]:
    """Return the rows of a value: of lists as many as it has records."""
    kind = type(unit)
    if kind in WHOLE:
        return tuple(replace(entry, pn=pn) for entry in entries_of(kind))
    return tuple(Entry(kind, p.path, p.labels_zh, p.labels_en, p.leaf, pn) for p in places(unit))


def all_entries(units: tuple[type[Unit], ...]) -> Iterator[Entry]:
    """Rows of several units."""
    for unit in units:
        yield from entries_of(unit)


def shown(leaf: Leaf, value: Any, words: Words) -> str:
    """Text of a value in the language of the screen."""
    if value is None:
        return words("value.none")
    if leaf.secret:
        return glyphs().secret * 6 if value else words("value.empty")
    if isinstance(value, bool):
        return words("value.yes" if value else "value.no")
    if isinstance(leaf, Mask):
        return {"all": words("value.all"), "none": words("value.no-bits")}.get(
            leaf.show(value), leaf.show(value)
        )
    named = (leaf.choices or {}).get(value) if isinstance(value, int) else None
    if named:
        return words.of(*named)
    return f"{leaf.show(value)} {leaf.unit}".strip()


LIMITS: tuple[tuple[type[Leaf], str], ...] = (
    (Ipv4, "limit.ip"),
    (WholeAddress, "limit.address"),
    (Phone, "limit.phone"),
    (Ascii, "limit.text"),
    (ShortText, "limit.text"),
    (Mask, "limit.mask"),
    (Bcd, "limit.decimal"),
    (Scaled3, "limit.decimal"),
    (Scaled7, "limit.decimal"),
    (Digits, "limit.digits"),
    (Octets, "limit.octets"),
    (Time, "limit.time"),
)
"""Leaves whose limit has words of its own; others name their lowest and highest number."""


def typed(leaf: Leaf, value: Any) -> str:
    """Text to start typing from: the value without its unit, nothing for a secret."""
    return "" if value is None or leaf.secret else leaf.show(value)


def limit(leaf: Leaf, words: Words) -> str:
    """Say what may be typed."""
    key = next((key for kind, key in LIMITS if isinstance(leaf, kind)), "")
    if not key and leaf.maximum is not None:
        key = "limit.codes" if leaf.choices else "limit.number"
    if not key:
        return ""
    facts: dict[str, Any] = {"example": leaf.example} if isinstance(leaf, Time) else {}
    facts |= {"longest": leaf.length, "lowest": leaf.minimum, "highest": leaf.maximum, "unit": leaf.unit}
    codes = ", ".join(f"{code} {words.of(*pair)}" for code, pair in (leaf.choices or {}).items())
    return words(key, **facts, codes=codes if not isinstance(leaf, Mask) else "").strip()


def is_closed(leaf: Leaf) -> bool:
    """Tell whether the named codes are all there can be: they follow each other without a gap."""
    codes = sorted(leaf.choices or ())
    return bool(codes) and codes == list(range(codes[0], codes[-1] + 1))


def is_yes_no(leaf: Leaf) -> bool:
    """Tell whether only yes and no can stand there."""
    return isinstance(leaf, BitField) and leaf.is_flag
