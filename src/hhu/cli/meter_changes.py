"""Meters set from a file or deleted, every change proven by reading back; for ``hhu meters``."""

import asyncio
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, cast

from core.errors import EncodeError, UsageError
from core.gdw376.units.afn04 import MeterArchive
from core.wire.leaf import members
from hhu.archive_words import column_text, defect_text
from hhu.cli.asking import Desk, confirmed, somebody_there
from hhu.cli.connection import connected
from hhu.cli.exits import DONE, INTERRUPTED, REFUSED, USAGE
from hhu.cli.guard import complain
from hhu.cli.meter_listing import Holding, meter_object, print_meters, read_all, spoken
from hhu.cli.options import LineOptions, add_yes
from hhu.cli.output import STATE_COLOURS, print_json, table, talk
from hhu.cli.set import outcome_code
from hhu.client.archive import (
    ARCHIVE,
    ArchiveRow,
    with_rows,
)
from hhu.client.archive_check import Defect
from hhu.client.archive_file import Draft, load_draft
from hhu.client.archive_states import states_of
from hhu.client.change import Change, State
from hhu.client.connect import Session
from hhu.client.console import coloured
from hhu.client.plan import Plan

# Import


def configure_import(parser: ArgumentParser) -> None:
    """Options of ``import``."""
    parser.add_argument("file", metavar="FILE", help=".csv or .xlsx")
    parser.add_argument(
        "--replace", action="store_true", help="also delete the meters that are not in the file"
    )
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="only say what would happen; without --line the file is checked alone",
    )
    add_yes(parser)


def run_import(args: Namespace) -> int:
    """Check the file, read the terminal, tell, ask, write."""
    path, options = Path(args.file), LineOptions.of(args)
    draft = load_draft(path, ())  # what cannot be read at all is said before a line is opened
    yes = getattr(args, "yes", False)
    if args.dry_run and options.line is None:
        return _told(draft, args)
    if not (yes or args.dry_run or somebody_there()):
        raise UsageError("Nobody is there to confirm the write.", "Add --yes, or --dry-run.")
    return asyncio.run(_imported(args, path, options, yes=yes))


async def _imported(args: Namespace, path: Path, options: LineOptions, *, yes: bool) -> int:
    async with connected(options, Desk(from_stdin=options.password_stdin)) as session:
        holding = await read_all(session)
        if holding.failed:
            talk("Nothing was written: the archive of the terminal could not be read.")
            return REFUSED
        draft = load_draft(path, holding.rows, replace_all=args.replace)
        if args.dry_run or draft.blocked:
            return _told(draft, args)
        _tell(draft, args)
        return await _write(session, holding, draft.meters, [row.serial for row in draft.gone], args, yes=yes)


def _told(draft: Draft, args: Namespace) -> int:
    _tell(draft, args)
    if draft.blocked:
        talk("Nothing was sent: repair the file first.")
        return USAGE
    return DONE


def _tell(draft: Draft, args: Namespace) -> None:
    """Every defect with its row and column; then what the file would do."""
    language = spoken()
    for defect in draft.defects:
        if getattr(args, "json", False):
            print_json(defect_object(defect))
        else:
            place = f"row {defect.row}" if defect.row else "file"
            grade, column = "error" if defect.blocking else "note ", column_text(defect, language)
            talk(f"{grade}  {', '.join(filter(None, (place, column)))}: {defect_text(defect, language)}")
    talk(
        f"{draft.name}: {len(draft.added)} new, {len(draft.meters) - len(draft.added)} changed, "
        f"{draft.same} as they are, {len(draft.gone)} to be deleted."
    )


def defect_object(defect: Defect) -> dict[str, Any]:
    """One defect as JSON."""
    return {
        "row": defect.row,
        "column": defect.column,
        "defect": defect.kind,
        "blocking": defect.blocking,
        "text_zh": defect_text(defect, "zh"),
        "text_en": defect_text(defect, "en"),
    }


# Delete


def configure_delete(parser: ArgumentParser) -> None:
    """Options of ``delete``."""
    parser.add_argument("serials", metavar="1-8,12", type=_serials, help="serial numbers")
    parser.add_argument("--dry-run", action="store_true", help="only say which meters these are")
    add_yes(parser)


def _serials(text: str) -> frozenset[int]:
    try:
        serials = frozenset(members(text))
    except EncodeError as error:
        raise ArgumentTypeError(str(error)) from error
    if not serials or not 1 <= min(serials) <= max(serials) <= 2040:
        raise ArgumentTypeError(f"{text} is outside 1..2040")
    return serials


def run_delete(args: Namespace) -> int:
    """Delete what is there; a serial number that is not there stops it."""
    yes = getattr(args, "yes", False)
    if not (yes or args.dry_run or somebody_there()):
        raise UsageError("Nobody is there to confirm the write.", "Add --yes, or --dry-run.")
    return asyncio.run(_deleted(args, LineOptions.of(args), yes=yes))


async def _deleted(args: Namespace, options: LineOptions, *, yes: bool) -> int:
    async with connected(options, Desk(from_stdin=options.password_stdin)) as session:
        holding = await read_all(session)
        rows = [row for row in holding.rows if row.serial in args.serials]
        missing = sorted(args.serials - {row.serial for row in rows})
        if missing:
            talk(f"Not in the archive: {', '.join(map(str, missing))}")
        if args.dry_run or missing or holding.failed:
            for row in rows:
                if getattr(args, "json", False):
                    print_json(meter_object(row, {}))
            if rows and not getattr(args, "json", False):
                print_meters(rows, {})
            return REFUSED if missing or holding.failed else DONE
        return await _write(session, holding, (), [row.serial for row in rows], args, yes=yes)


# Writing


async def _write(
    session: Session,
    holding: Holding,
    meters: Iterable[ArchiveRow],
    gone: Sequence[int],
    args: Namespace,
    *,
    yes: bool,
) -> int:
    """Plan, ask, write in small messages, read each back; say per meter how far it came."""
    wanted = with_rows(holding.units, meters, gone)
    current = [(key[0], holding.units[key]) for key in wanted if key in holding.units]
    plan = Plan.of(current, [(key[0], unit) for key, unit in wanted.items()])
    if not plan.changes:
        talk("Nothing differs.")
        return DONE
    archive = cast("MeterArchive", wanted.get(ARCHIVE) or holding.units.get(ARCHIVE) or MeterArchive(()))
    states = states_of(plan.changes, archive)
    if not (yes or confirmed(f"Write {len(states)} meters to {session.client.address.text}?")):
        talk("Nothing was written.")
        return INTERRUPTED
    said: dict[int, State] = {}

    def tell(_change: Change) -> None:
        for serial, state in states_of((_change,), archive).items():
            if said.get(serial) is not state:
                said[serial] = state
                talk(f"meter {serial}: {state.value}")

    await plan.run(session.client, tell if sys.stderr.isatty() else None)
    _print_states(plan, archive, frozenset(gone), as_json=getattr(args, "json", False))
    if plan.error:
        complain(plan.error)
    return outcome_code(plan)


def _print_states(plan: Plan, archive: MeterArchive, gone: frozenset[int], *, as_json: bool) -> None:
    states = states_of(plan.changes, archive)
    addresses = {record.serial: record.address or "" for record in archive.meters}
    rows = [
        (serial, addresses.get(serial, ""), "delete" if serial in gone else "set", states[serial].value)
        for serial in sorted(states)
    ]
    if as_json:
        for serial, address, act, state in rows:
            print_json({"serial": serial, "address": address, "act": act, "state": state})
        return
    lines = [("NO", "ADDRESS", "", "STATE"), *((str(row[0]), *row[1:]) for row in rows)]
    colours = [("dim",) * 4, *(("", "", "dim", STATE_COLOURS[row[3]]) for row in rows)]
    print(table(lines, colours, on=coloured(sys.stdout)))
