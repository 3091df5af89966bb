"""Values of meters by the names people use, and identifiers of DL/T 645 by code or words (M43)."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

from core.errors import UsageError
from core.meters.dlt645.control import Edition
from core.meters.dlt645.identifiers import Quantity, families, identifier
from core.wire.bits import BitLayout
from core.wire.codec import Codec, Leaf
from core.wire.record import Layout
from core.wire.repeat import Repeat
from hhu.pinyin import initials


@dataclass(frozen=True, slots=True)
class MeterItem:
    """A name for the identifiers of both editions; an empty code: that edition has none."""

    name: str
    zh: str
    en: str
    v2007: str
    v1997: str

    def code(self, edition: Edition) -> str:
        """Return the identifier in one edition."""
        return self.v1997 if edition is Edition.V1997 else self.v2007


ITEMS = (
    MeterItem("energy", "正向有功总电能", "Forward active energy", "00010000", "9010"),
    MeterItem("energy-tariffs", "正向有功各费率", "Forward active, total and tariffs", "0001FF00", "901F"),
    MeterItem("reverse", "反向有功总电能", "Reverse active energy", "00020000", "9020"),
    MeterItem("demand", "正向有功最大需量", "Forward active demand", "01010000", "A010"),
    MeterItem("voltage", "电压", "Voltages", "0201FF00", "B61F"),
    MeterItem("current", "电流", "Currents", "0202FF00", "B62F"),
    MeterItem("power", "总有功功率", "Active power", "02030000", "B630"),
    MeterItem("power-factor", "总功率因数", "Power factor", "02060000", "B650"),
    MeterItem("frequency", "电网频率", "Frequency", "02800002", ""),
    MeterItem("date", "日期", "Date", "04000101", "C010"),
    MeterItem("time", "时间", "Time", "04000102", "C011"),
    MeterItem("status", "运行状态字", "Status word", "04000503", "C020"),
    MeterItem("battery", "电池工作时间", "Battery working time", "0280000A", ""),
)
USUAL = "energy"
"""Read when nothing else is asked for."""
MOST_OF_FAMILY = 64
"""Identifiers of one family that are searched by words; further ones are given by code."""


def quantity_named(text: str, edition: Edition) -> Quantity:
    """Return what a name, a code or words mean; ``UsageError`` when they mean nothing, or several things."""
    wanted = text.strip()
    item = next((item for item in ITEMS if item.name == wanted.casefold()), None)
    code = item.code(edition) if item else wanted
    quantity = identifier(code, edition) if _is_code(code, edition) else None
    if quantity is not None:
        return quantity
    if item is not None:
        raise UsageError(f"DL/T 645-{edition.value} has no {item.name}.", "Ask for another value.")
    found = quantities_like(wanted, edition, 2)
    if len(found) == 1:
        return found[0]
    names = ", ".join(item.name for item in ITEMS)
    what = "means several values" if found else "is no value of a meter"
    raise UsageError(f"{text!r} {what}.", f"Give a code like 00010000, or one of {names}.")


def _is_code(text: str, edition: Edition) -> bool:
    size = 4 if edition is Edition.V1997 else 8
    return len(text) == size and all(sign in "0123456789ABCDEFabcdef" for sign in text)


def quantities_like(text: str, edition: Edition, most: int) -> list[Quantity]:
    """Return values whose code or names hold all words, in the order of the standard."""
    words = text.casefold().split()
    fitting = (code for code, names in _names(edition) if words and all(word in names for word in words))
    found = (identifier(code, edition) for code in fitting)
    return list(islice((quantity for quantity in found if quantity is not None), most))


@cache
def _names(edition: Edition) -> tuple[tuple[str, str], ...]:
    """Codes with everything they can be found by; made when something is searched."""
    return tuple(_searchable(edition))


def _searchable(edition: Edition) -> Iterator[tuple[str, str]]:
    for family in families(edition):
        for code in islice(family.codes(), MOST_OF_FAMILY):
            quantity = identifier(code, edition)
            if quantity is not None and quantity.readable:
                names = (code, quantity.en, quantity.zh, initials(quantity.zh))
                yield code, "\n".join(names).casefold()


def text_of(codec: Codec, value: Any, *, zh: bool = False) -> str:
    """Write a value with all its digits; of a word of bits what is set; empty for "no value"."""
    if value is None:
        return ""
    if isinstance(codec, BitLayout):
        return _bits(codec, value, zh=zh)
    if isinstance(codec, Leaf):
        named = (codec.choices or {}).get(value) if isinstance(value, int) else None
        return named[0 if zh else 1] if named else codec.show(value)
    if isinstance(codec, Repeat):
        return "  ".join(text_of(codec.element, one, zh=zh) or "-" for one in value)
    if isinstance(codec, Layout):
        parts = (text_of(field.codec, getattr(value, field.name), zh=zh) for field in codec.fields)
        return "  ".join(part for part in parts if part)
    return str(value)


def _bits(codec: BitLayout, value: Any, *, zh: bool) -> str:
    said: list[str] = []
    for field in codec.fields:
        bits = getattr(value, field.name)
        label = field.label.zh if zh else field.label.en
        if bits:
            said.append(label if bits is True else f"{label}: {text_of(field, bits, zh=zh)}")
    return ", ".join(said) or ("无" if zh else "nothing set")
