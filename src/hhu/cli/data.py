"""``hhu data``: what the terminal has stored of its meters and of itself, as a table, JSON, CSV or XLSX."""

import asyncio
import shutil
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from core.errors import CoreError, UsageError
from hhu.cli.asking import Desk
from hhu.cli.connection import connected
from hhu.cli.exits import DONE, INTERRUPTED, REFUSED, exit_code
from hhu.cli.guard import complain
from hhu.cli.options import LineOptions, add_json, add_line
from hhu.cli.output import print_json, talk
from hhu.cli.reading_text import text_of
from hhu.client.archived import archived_meters, parse_day, parse_points, reading_days, usual_days
from hhu.client.connect import Session
from hhu.client.console import coloured
from hhu.client.fetching import DENSITIES, Query, Question, fetch, room_of
from hhu.client.reading_rows import MeterName, row_object, write_readings
from hhu.client.reading_sets import SETS, Kind, ReadingSet, sets_named, usual_sets
from hhu.client.reading_table import ReadingTable, stamp_text
from hhu.settings import open_settings

HELPS = {
    Kind.CURRENT: "what was read last",
    Kind.DAY: "frozen at the end of each day; default yesterday",
    Kind.READING_DAY: "frozen on reading days; default the last 31 days",
    Kind.MONTH: "frozen at the end of each month; default last month",
    Kind.HOUR: "frozen each hour; default yesterday and today",
    Kind.CURVE: "curves; default yesterday",
    Kind.STATISTICS: "the terminal's own supply time, resets and traffic",
}


@dataclass(slots=True)
class Result:
    """What was read, also when reading ended early."""

    table: ReadingTable = field(default_factory=ReadingTable)
    meters: dict[int, MeterName] = field(default_factory=dict[int, MeterName])
    error: CoreError | None = None


def configure(parser: ArgumentParser) -> None:
    """See `hhu.cli.parser.Command`."""
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
    for kind in Kind:
        one = kinds.add_parser(kind.value, help=HELPS[kind], epilog=f"Items: {_names(kind)}.")
        if kind is not Kind.STATISTICS:
            one.add_argument(
                "--points", metavar="1-20,33|all", default="all", help="default all of the archive"
            )
            one.add_argument(
                "--meters", action="store_true", help="read the archive too: addresses, asset numbers"
            )
        if kind is not Kind.CURRENT:
            one.add_argument(
                "--from", dest="first", metavar="DATE", help="first day, as 2026-11-19 or 2026-11"
            )
            one.add_argument("--to", dest="last", metavar="DATE", help="last day; default the first")
        if kind is Kind.CURVE:
            one.add_argument(
                "--every", type=int, choices=sorted(DENSITIES), default=15, metavar="MIN",
                help="minutes between points: 1, 5, 15 (default), 30, 60",
            )  # fmt: skip
        one.add_argument("--items", metavar="NAME,...", help="what to read; all: everything")
        one.add_argument("--csv", metavar="FILE", help="write a CSV file with a byte order mark")
        one.add_argument("--xlsx", metavar="FILE", help="write a workbook")
        add_line(one)
        add_json(one)


def _names(kind: Kind) -> str:
    return ", ".join(one.name for one in SETS[kind])


def run(args: Namespace) -> int:
    """Print what came, whole or not; 0 when anything is stored, 1 when nothing is, 3 when the line broke."""
    result = Result()
    interrupted = False
    try:
        asyncio.run(_read(args, result))
    except KeyboardInterrupt:
        interrupted = True
    except CoreError as error:
        if not len(result.table):
            raise
        result.error = error
    _hand_out(args, result)
    if interrupted:
        talk(f"Interrupted. {len(result.table)} rows were read.")
        return INTERRUPTED
    if result.error:
        complain(result.error)
        talk(f"{len(result.table)} rows were read before.")
        return exit_code(result.error)
    return DONE if any(row.stored for row in result.table.rows) else REFUSED


# Reading


async def _read(args: Namespace, result: Result) -> None:
    options, kind = LineOptions.of(args), Kind(args.kind)
    _checked(args, kind)
    async with connected(options, Desk(from_stdin=options.password_stdin)) as session:
        query = await _query(args, kind, session, result)
        link = session.link
        show = _progress if sys.stderr.isatty() else None
        room = room_of(link.profile)
        await fetch(session.client, query, result.table.add, show, room=room, now=link.clock.now())


def _checked(args: Namespace, kind: Kind) -> None:
    """Refuse what is typed wrong before anything is connected."""
    _sets(args, kind)
    parse_points(getattr(args, "points", "all"))
    _days(args, kind, date.today())


def _sets(args: Namespace, kind: Kind) -> tuple[ReadingSet, ...]:
    if not args.items:
        return usual_sets(kind)
    return SETS[kind] if args.items == "all" else sets_named(kind, args.items.split(","))


def _days(args: Namespace, kind: Kind, today: date) -> tuple[date, date]:
    first, last = getattr(args, "first", None), getattr(args, "last", None)
    if last and not first:
        raise UsageError("--to without --from.", "Give the first day too.")
    if not first:
        return usual_days(kind, today)
    return parse_day(first), parse_day(last or first, end=True)


async def _query(args: Namespace, kind: Kind, session: Session, result: Result) -> Query:
    points = (0,) if kind is Kind.STATISTICS else parse_points(args.points)
    if points is None or getattr(args, "meters", False):
        result.meters.update(await archived_meters(session.client, assets=args.meters))
        points = points or tuple(result.meters)
    if not points:
        raise UsageError("The terminal's archive holds no meter.", "Name points with --points 1-20.")
    first, last = _days(args, kind, session.link.clock.now().date())
    days = await reading_days(session.client) if kind is Kind.READING_DAY else None
    density = DENSITIES[getattr(args, "every", 15)]
    return Query(kind, _sets(args, kind), points, first, last, density, days)


def _progress(done: int, total: int, question: Question | None) -> None:
    if question is not None:
        talk(f"{done:>5} / {total}  {question.name.text} {stamp_text(question.stamp)}".rstrip())


# Showing


def _hand_out(args: Namespace, result: Result) -> None:
    if args.csv:
        write_readings(Path(args.csv), result.table, result.meters)
    if args.xlsx:
        write_readings(Path(args.xlsx), result.table, result.meters)
    if getattr(args, "json", False):
        for row in result.table.rows:
            print_json(row_object(row, result.table.columns, result.meters))
    elif not (args.csv or args.xlsx) and len(result.table):
        columns = shutil.get_terminal_size((80, 24)).columns
        zh = open_settings().load().language == "zh"
        print(text_of(result.table, result.meters, columns, zh=zh, on=coloured(sys.stdout)))
    else:
        talk(f"{len(result.table)} rows.")
