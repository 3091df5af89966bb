"""The meter archive read, listed, searched and exported; for ``hhu meters``."""

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, cast

from core.errors import UsageError
from core.gdw376.unit import Unit
from core.gdw376.units.afn0c import MeterReadingInfo
from hhu.cli.asking import Desk, confirmed, somebody_there
from hhu.cli.connection import connected
from hhu.cli.exits import DONE, INTERRUPTED, REFUSED
from hhu.cli.guard import complain
from hhu.cli.options import LineOptions, add_yes
from hhu.cli.output import print_json, table, talk
from hhu.client.archive import (
    LAST_VALUE,
    ArchiveRow,
    protocol_name,
    read_archive,
    read_statuses,
    rows_of,
)
from hhu.client.archive_file import save_archive
from hhu.client.archive_find import found
from hhu.client.change import Key
from hhu.client.connect import Session
from hhu.client.console import coloured
from hhu.client.reading import Outcome
from hhu.settings import open_settings

COVERED = "••••"
HEAD = ("NO", "POINT", "PORT", "PROTOCOL", "ADDRESS", "ASSET", "MARKS", "LAST VALUE", "READING")


def spoken() -> str:
    """Return the language of the settings."""
    return open_settings().load().language


# Reading


@dataclass(slots=True)
class Holding:
    """What was read of a terminal."""

    units: dict[Key, Unit]
    failed: bool = False

    @property
    def rows(self) -> tuple[ArchiveRow, ...]:
        """The meters."""
        return rows_of(self.units)


async def read_all(session: Session, *, values: bool = False) -> Holding:
    """Read the archive; what cannot be read is said."""
    holding = Holding({})

    def take(outcome: Outcome) -> None:
        if outcome.unit is not None:
            holding.units[outcome.key] = outcome.unit
        elif outcome.error is not None:
            holding.failed = True
            complain(outcome.error)

    def tell(batch: Sequence[Key], _done: int) -> None:
        names = sorted({unit.meaning.code for _, unit in batch})
        points = [pn for pn, _ in batch if pn]
        talk(f"reading {' '.join(names)}" + (f" of points {min(points)}-{max(points)}" if points else ""))

    on_batch = tell if sys.stderr.isatty() else None
    await read_archive(session.client, take, on_batch)
    if values:
        points = [row.point for row in holding.rows]
        await read_statuses(session.client, points, take, on_batch)
    return holding


def _listing(args: Namespace) -> Holding:
    async def read() -> Holding:
        options = LineOptions.of(args)
        async with connected(options, Desk(from_stdin=options.password_stdin)) as session:
            return await read_all(session, values=getattr(args, "values", False))

    return asyncio.run(read())


# List and search


def configure_list(parser: ArgumentParser) -> None:
    """Options of ``list``."""
    parser.add_argument("--values", action="store_true", help="also how the reading goes, and the last value")


def configure_search(parser: ArgumentParser) -> None:
    """Options of ``search``."""
    parser.add_argument(
        "words", nargs="+", metavar="WORD", help="digits of an address, asset number, p2, key, zdh, stopped"
    )
    configure_list(parser)


def run_list(args: Namespace) -> int:
    """Print the meters; exit code 1 when a search finds none."""
    holding = _listing(args)
    rows = holding.rows
    if args.act == "search":
        rows = tuple(rows[index] for index in found(" ".join(args.words), rows))
    if getattr(args, "json", False):
        for row in rows:
            print_json(meter_object(row, holding.units))
    elif rows:
        print_meters(rows, holding.units)
    talk(f"{len(rows)} of {len(holding.rows)} meters.")
    return REFUSED if holding.failed or (args.act == "search" and not rows) else DONE


def meter_object(row: ArchiveRow, units: dict[Key, Unit]) -> dict[str, Any]:
    """One meter as JSON; its password only as present."""
    names = [f.name for f in fields(row) if f.name != "password"]
    shown: dict[str, Any] = {name: getattr(row, name) for name in names}
    shown["password"] = "present" if row.protected else None
    for name, kind in (("reading", MeterReadingInfo), ("last", LAST_VALUE)):
        unit = units.get((row.point, kind))
        if unit is not None:
            shown[name] = unit.to_json()
    return shown


def print_meters(rows: Sequence[ArchiveRow], units: dict[Key, Unit]) -> None:
    """Print a table for people."""
    lines = [HEAD, *(_line(row, units) for row in rows)]
    print(table(lines, [("dim",) * len(HEAD)], on=coloured(sys.stdout)))


def _line(row: ArchiveRow, units: dict[Key, Unit]) -> tuple[str, ...]:
    marks = " ".join(
        word
        for word, there in (("key", row.key), ("stopped", row.stopped), (COVERED, row.protected))
        if there
    )
    info, last = units.get((row.point, MeterReadingInfo)), cast("Any", units.get((row.point, LAST_VALUE)))
    value = last.readings[0] if last is not None and last.readings else None
    result = ("failed", "ok")[info.result] if isinstance(info, MeterReadingInfo) else ""
    return (
        f"{row.serial:>4}", f"{row.point:>5}", f"{row.port:>4}", protocol_name(row.protocol), row.address,
        row.asset, marks, "" if value is None else f"{value} kWh", result,
    )  # fmt: skip


# Export


def configure_export(parser: ArgumentParser) -> None:
    """Options of ``export``."""
    parser.add_argument("file", metavar="FILE", help=".csv (with BOM) or .xlsx")
    add_yes(parser)


def run_export(args: Namespace) -> int:
    """Save the archive; an existing file only after a yes."""
    path = Path(args.file)
    if path.suffix.lower() not in (".csv", ".tsv", ".txt", ".xlsx"):
        raise UsageError(f"{path.name} is no table.", "Give a .csv or .xlsx file.")
    yes = getattr(args, "yes", False)
    if path.exists() and not yes:
        if not somebody_there():
            raise UsageError(f"{path} exists.", "Add --yes to replace it.")
        if not confirmed(f"Replace {path}?"):
            talk("Nothing was saved.")
            return INTERRUPTED
    holding = _listing(args)
    if holding.failed:
        talk("Nothing was saved.")
        return REFUSED
    save_archive(path, holding.rows, zh=spoken() == "zh")
    if getattr(args, "json", False):
        print_json({"file": str(path), "meters": len(holding.rows)})
    talk(f"{len(holding.rows)} meters saved, without passwords.")
    return DONE
