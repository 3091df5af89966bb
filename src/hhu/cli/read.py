"""``hhu read``: data units or single fields, several in one go."""

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from typing import Any

from core.gdw376.message import Item
from core.wire.codec import Leaf
from core.wire.paths import Place, codec_at, places, value_at
from hhu.cli.asking import Desk
from hhu.cli.connection import connected
from hhu.cli.exits import DONE, REFUSED
from hhu.cli.options import LineOptions, add_json, add_line
from hhu.cli.output import print_json, table, talk
from hhu.client.console import coloured
from hhu.client.names import Name, labels, parse_name, readable
from hhu.settings import open_settings

COVERED = "••••"


def configure(parser: ArgumentParser) -> None:
    """See `hhu.cli.parser.Command`."""
    parser.add_argument(
        "names", nargs="+", metavar="NAME", help="04F3, 04F3.main_ip, 0CF25@12, master-station, apn"
    )
    add_line(parser)
    add_json(parser)


def run(args: Namespace) -> int:
    """Print a row per field, or an object per name; exit code 1 when the terminal lacks one."""
    texts: list[str] = args.names
    names = [readable(parse_name(text)) for text in texts]
    items = asyncio.run(_read(LineOptions.of(args), names))
    found = {(item.pn, type(item.value)): item for item in items if item.value is not None}
    missing = [text for text, name in zip(texts, names, strict=True) if (name.pn, name.unit) not in found]
    for text in missing:
        talk(f"{text}: the terminal does not have it")
    there = [
        (text, name, found[name.pn, name.unit])
        for text, name in zip(texts, names, strict=True)
        if text not in missing
    ]
    if getattr(args, "json", False):
        for text, name, item in there:
            print_json(as_json(text, name, item))
    elif there:
        _print(there)
    return REFUSED if missing else DONE


async def _read(options: LineOptions, names: list[Name]) -> list[Item]:
    desk = Desk(from_stdin=options.password_stdin)
    async with connected(options, desk) as session:
        return await session.client.read(names)


def as_json(text: str, name: Name, item: Item) -> dict[str, Any]:
    """One name with its value; secrets are covered."""
    zh, en = labels(name.unit, name.path)
    return {
        "name": text,
        "code": name.unit.meaning.code,
        "pn": name.pn,
        "path": name.path,
        "name_zh": zh,
        "name_en": en,
        "value": _json_value(name, item),
    }


def _json_value(name: Name, item: Item) -> Any:
    if item.value is None:
        return None
    if name.path is None:
        return _covered(item)
    codec = codec_at(name.unit, name.path)
    value = value_at(item.value, name.path)
    return "present" if isinstance(codec, Leaf) and codec.secret and value else codec.to_json(value)


def _covered(item: Item) -> Any:
    assert item.value is not None
    shown: Any = item.value.to_json()
    for place in places(item.value):
        if place.leaf.secret and place.value:
            shown[place.path] = "present"
    return shown


def _print(there: list[tuple[str, Name, Item]]) -> None:
    zh = open_settings().load().language == "zh"
    rows = [row for _, name, item in there for row in _rows(name, item, zh=zh)]
    print(table(rows, [("", "dim", "cyan", "")] * len(rows), on=coloured(sys.stdout)))


def _rows(name: Name, item: Item, *, zh: bool) -> list[tuple[str, str, str, str]]:
    there = places(item.value) if item.value is not None else ()
    return [_row(name, place, zh=zh) for place in there if name.covers(item.pn, name.unit, place.path)]


def _row(name: Name, place: Place, *, zh: bool) -> tuple[str, str, str, str]:
    labels = place.labels_zh if zh else place.labels_en
    text = COVERED if place.leaf.secret and place.value else place.leaf.show(place.value)
    return " ".join(labels), Name(name.unit, place.path, name.pn).text, text, place.leaf.unit
