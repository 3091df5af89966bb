"""``hhu units``: the catalogue of data units."""

import re
import sys
from argparse import ArgumentParser, Namespace
from typing import Any

from core.gdw376.catalogue import all_units
from core.gdw376.unit import Confidence, Unit
from core.wire.bits import BitLayout
from core.wire.codec import Codec, Leaf
from core.wire.record import Layout, layout_of
from core.wire.repeat import Repeat, Tail
from hhu.cli.exits import DONE
from hhu.cli.options import add_json
from hhu.cli.output import print_json, table
from hhu.client.console import coloured


def configure(parser: ArgumentParser) -> None:
    """See `hhu.cli.parser.Command`."""
    parser.add_argument("name", nargs="*", help="only this code, or units with this in alias or name")
    add_json(parser)


def run(args: Namespace) -> int:
    """Print a row per unit."""
    words: list[str] = args.name
    units = [unit for unit in all_units() if all(_matches(unit, word) for word in words)]
    if getattr(args, "json", False):
        for unit in units:
            print_json(described(unit))
    elif units:
        _print(units)
    return DONE


CODE = re.compile(r"[0-9A-Fa-f]{2}[Ff]\d+")


def _matches(unit: type[Unit], word: str) -> bool:
    meaning = unit.meaning
    if CODE.fullmatch(word):
        return word.upper() == meaning.code
    texts = (meaning.alias, meaning.zh, meaning.en, *(f.name for f in layout_of(unit).fields))
    return any(word.casefold() in text.casefold() for text in texts)


def _print(units: list[type[Unit]]) -> None:
    rows = [("CODE", "ALIAS", "WAY", "EDITION", "BYTES", "SURE", "NAME", "名称")]
    rows += [
        (m.code, m.alias, _way(unit), m.edition.value, _size(layout_of(unit)), SURE[m.confidence], m.en, m.zh)
        for unit in units
        for m in (unit.meaning,)
    ]
    print(table(rows, [("dim",) * 8], on=coloured(sys.stdout)))


SURE = {Confidence.CONFIRMED: "", Confidence.SINGLE: "one source", Confidence.UNVERIFIED: "unverified"}
"""Marks of the reference: nothing where two sources agree."""


def _way(unit: type[Unit]) -> str:
    """Which way the layout travels; most go both."""
    return unit.meaning.direction.value if unit.meaning.direction else ""


def _size(codec: Codec) -> str:
    return "varies" if codec.size is None else str(codec.size)


def described(unit: type[Unit]) -> dict[str, Any]:
    """One unit as JSON: what it is called, where it stands, and its layout in wire order."""
    meaning = unit.meaning
    return {
        "code": meaning.code,
        "afn": f"{meaning.afn:02X}",
        "fn": meaning.fn,
        "alias": meaning.alias,
        "name_zh": meaning.zh,
        "name_en": meaning.en,
        "edition": meaning.edition.value,
        "point": meaning.point.value,
        "direction": meaning.direction.value if meaning.direction else None,
        "clause": meaning.clause,
        "confidence": meaning.confidence.value,
        "note": meaning.note,
        "asks": _fields(layout_of(meaning.asks)),
        "size": layout_of(unit).size,
        "layout": _fields(layout_of(unit)),
    }


def _fields(codec: Codec) -> list[dict[str, Any]]:
    while isinstance(codec, Tail):
        codec = codec.inner
    if isinstance(codec, Repeat):
        return _fields(codec.element)
    if not isinstance(codec, Layout | BitLayout):
        return []
    return [_field(f.name, f.label.zh, f.label.en, f.codec) for f in codec.fields]


def _field(name: str, zh: str, en: str, codec: Codec) -> dict[str, Any]:
    field: dict[str, Any] = {"name": name, "name_zh": zh, "name_en": en, "size": codec.size}
    field["format"] = type(codec).__name__.lower()
    if isinstance(codec, Leaf) and not isinstance(codec, BitLayout):
        field |= _limits(codec)
    if isinstance(codec, Repeat):
        field["most"] = codec.most
    if inner := _fields(codec):
        field["layout"] = inner
    return field


def _limits(leaf: Leaf) -> dict[str, Any]:
    limits: dict[str, Any] = {"unit": leaf.unit or None, "secret": leaf.secret}
    limits |= {"minimum": leaf.minimum, "maximum": leaf.maximum, "length": leaf.length}
    if leaf.choices:
        limits["choices"] = {str(code): list(words) for code, words in leaf.choices.items()}
    return {name: value for name, value in limits.items() if value not in (None, False)}
