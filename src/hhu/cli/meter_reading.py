"""``hhu meters read``: values of meters, asked at once through the terminal (M43)."""

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import Any

from core.errors import EncodeError, UsageError
from core.gdw376.units.afn04 import MeterRecord
from core.meters.dlt645.identifiers import Quantity
from core.wire.leaf import members
from hhu.cli.asking import Desk
from hhu.cli.connection import connected
from hhu.cli.exits import DONE, LINE, REFUSED
from hhu.cli.options import LineOptions
from hhu.cli.output import print_json, table, talk
from hhu.client.console import coloured
from hhu.client.meter_items import ITEMS, USUAL, quantity_named
from hhu.client.meter_reading import Got, MeterReader, MeterValue, meters_at
from hhu.client.relay import edition_of
from hhu.settings import open_settings

COLOURS = {Got.VALUE: "green", Got.NOTHING: "yellow"}


def configure(parser: ArgumentParser) -> None:
    """Arguments of the act."""
    parser.add_argument("points", metavar="POINTS", help="measuring points, as 1-8,12")
    parser.add_argument(
        "--item",
        action="append",
        metavar="NAME",
        help=f"what to read; again for more: {', '.join(item.name for item in ITEMS)}, or an identifier "
        f"such as 00010000 (default {USUAL})",
    )


def run(args: Namespace) -> int:
    """Print a row per meter and value; 3 when a meter kept silent, 1 when one refused."""
    points = points_in(args.points)
    values = asyncio.run(_read(LineOptions.of(args), points, args.item or [USUAL]))
    zh = open_settings().load().language == "zh"
    if getattr(args, "json", False):
        for value in values:
            print_json(as_json(value))
    else:
        rows = [_row(value, zh=zh) for value in values]
        colours = [("", "dim", "", "", COLOURS.get(value.got, "red")) for value in values]
        print(table(rows, colours, on=coloured(sys.stdout)))
    return outcome_code(values)


def points_in(text: str) -> tuple[int, ...]:
    """Read ``1-8,12``; ``UsageError`` for anything else."""
    try:
        points = sorted(members(text))
    except EncodeError as error:
        raise UsageError(f"{text!r} names no measuring points.", "Write them as 1-8,12.") from error
    if not points or points[0] < 1 or points[-1] > 2040:
        raise UsageError(f"{text!r} is outside 1..2040.", "Write measuring points as 1-8,12.")
    return tuple(points)


async def _read(options: LineOptions, points: Sequence[int], names: Sequence[str]) -> list[MeterValue]:
    desk = Desk(from_stdin=options.password_stdin)
    async with connected(options, desk) as session:
        records = await meters_at(session.client, points)
        wanted = [(record, named) for record in records for named in _wanted(record, names)]
        reader = MeterReader(session.client)
        found: list[MeterValue] = []
        for number, (record, quantity) in enumerate(wanted, start=1):
            if sys.stderr.isatty():
                talk(f"{number}/{len(wanted)}  point {record.point}  {quantity.en}")
            found.append(await reader.read(record, quantity))
        return found


def _wanted(record: MeterRecord, names: Sequence[str]) -> list[Quantity]:
    """Look every name up before anything is asked."""
    edition = edition_of(record)
    return [quantity_named(name, edition) for name in names]


def as_json(value: MeterValue) -> dict[str, Any]:
    """One value with what it is of."""
    return {
        "point": value.record.point,
        "port": value.record.line.port,
        "address": value.record.address,
        "di": value.quantity.code,
        "name_zh": value.quantity.zh,
        "name_en": value.quantity.en,
        "value": value.json,
        "unit": value.quantity.unit or None,
        "result": value.got.value,
        "reason": value.reason or None,
    }


def _row(value: MeterValue, *, zh: bool) -> tuple[str, str, str, str, str]:
    quantity = value.quantity
    text = f"{value.text(zh=zh)} {quantity.unit}".strip() if value.got is Got.VALUE else ""
    state = value.got.value + (f": {value.reason}" if value.reason else "")
    return (
        str(value.record.point),
        value.record.address or "",
        quantity.zh if zh else quantity.en,
        text,
        state,
    )


def outcome_code(values: Sequence[MeterValue]) -> int:
    """Silence and noise may go away, a refusal does not."""
    results = {value.got for value in values}
    if results & {Got.SILENT, Got.BROKEN}:
        return LINE
    return REFUSED if results & {Got.REFUSED, Got.IMPOSSIBLE} else DONE
