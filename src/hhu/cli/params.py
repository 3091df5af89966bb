"""``hhu params``: all parameters to a file, compared with a file, set from a file where they differ."""

import asyncio
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from core.errors import EncodeError, UsageError
from core.gdw376.unit import Unit
from core.wire.leaf import members
from hhu.cli.asking import Desk, confirmed, somebody_there
from hhu.cli.connection import connected
from hhu.cli.exits import DIFFERS, DONE, INTERRUPTED, REFUSED
from hhu.cli.guard import complain
from hhu.cli.options import LineOptions, add_json, add_line, add_yes
from hhu.cli.output import print_json, table, talk
from hhu.cli.set import agreed, keep_password, outcome_code, print_plan, told
from hhu.client.change import Key
from hhu.client.connect import Session
from hhu.client.console import coloured
from hhu.client.groups import GROUPS, all_parameters, has_points, units_in
from hhu.client.names import Name
from hhu.client.parameter_file import (
    Comparison,
    Match,
    ParameterFile,
    compared,
    differing,
    load,
    render,
    save,
    taken_over,
)
from hhu.client.plan import Plan
from hhu.client.reading import Outcome, read_parameters
from hhu.settings import open_settings

STANDARD = "-"
COLOURS = {
    Match.DIFFERS: "red",
    Match.ONLY_FILE: "yellow",
    Match.ONLY_TERMINAL: "yellow",
    Match.ABSENT: "dim",
    Match.UNREAD: "red",
    Match.SAME: "green",
}
SAID = {
    Match.DIFFERS: "differs",
    Match.ONLY_FILE: "only in the file",
    Match.ONLY_TERMINAL: "only in the terminal",
    Match.ABSENT: "not held by this terminal",
    Match.UNREAD: "not readable",
    Match.SAME: "same",
}


def configure(parser: ArgumentParser) -> None:
    """See `hhu.cli.parser.Command`."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="save|compare|set")
    keep = acts.add_parser("save", help="read the parameters and write them to FILE, or - for stdout")
    keep.add_argument(
        "--group",
        action="append",
        choices=[group.name for group in GROUPS],
        help="only this group; repeatable",
    )
    keep.add_argument(
        "--points",
        metavar="1-8",
        type=_points,
        default=(1,),
        help="points, groups and tasks to read; default 1",
    )
    compare = acts.add_parser("compare", help="show where the terminal differs from FILE")
    compare.add_argument("--all", action="store_true", help="show equal values too")
    put = acts.add_parser("set", help="write what differs from FILE and prove it by reading back")
    for act in (keep, compare, put):
        act.add_argument("file", metavar="FILE")
        add_line(act)
        add_json(act)
    add_yes(keep)
    add_yes(put)


def _points(text: str) -> tuple[int, ...]:
    try:
        points = tuple(sorted(members(text)))
    except EncodeError as error:
        raise ArgumentTypeError(str(error)) from error
    if not points or not 1 <= points[0] <= points[-1] <= 2040:
        raise ArgumentTypeError(f"{text} is outside 1..2040")
    return points


def run(args: Namespace) -> int:
    """Do one of the three."""
    return {"save": _save, "compare": _compare, "set": _set}[args.act](args)


# Reading


async def _read(session: Session, keys: Iterable[Key]) -> tuple[dict[Key, Unit], set[Key]]:
    """Read what there is; say what cannot be read and go on."""
    held: dict[Key, Unit] = {}
    absent: set[Key] = set()

    def take(outcome: Outcome) -> None:
        if outcome.unit is not None:
            held[outcome.key] = outcome.unit
        elif outcome.error is None:
            absent.add(outcome.key)
        else:
            talk(f"{Name(outcome.key[1], None, outcome.key[0]).text}:")
            complain(outcome.error)

    await read_parameters(session.client, keys, take, _progress if sys.stderr.isatty() else None)
    return held, absent


def _progress(batch: Sequence[Key], done: int) -> None:
    names = " ".join(Name(unit, None, pn).text for pn, unit in batch)
    talk(f"{done:>4}  reading {names}")


# Save


def _save(args: Namespace) -> int:
    path: str = args.file
    if path != STANDARD and Path(path).exists() and not _may_replace(path, yes=getattr(args, "yes", False)):
        talk("Nothing was saved.")
        return INTERRUPTED
    held, absent, terminal = asyncio.run(_saved(args))
    now = datetime.now()
    if path == STANDARD:
        text, left_out = render(held, terminal, now)
        print(text, end="")
    else:
        left_out = save(Path(path), held, terminal, now)
    _tell_saved(args, held, absent, left_out)
    return DONE if held else REFUSED


def _may_replace(path: str, *, yes: bool) -> bool:
    if not yes and not somebody_there():
        raise UsageError(f"{path} exists.", "Add --yes to replace it.")
    return yes or confirmed(f"Replace {path}?")


async def _saved(args: Namespace) -> tuple[dict[Key, Unit], set[Key], str]:
    options = LineOptions.of(args)
    async with connected(options, Desk(from_stdin=options.password_stdin)) as session:
        held, absent = await _read(session, _keys(session, args.group, args.points))
        return held, absent, session.client.address.text


def _keys(session: Session, groups: Sequence[str] | None, points: Sequence[int]) -> list[Key]:
    edition = session.client.edition
    chosen = [unit for group in GROUPS if group.name in (groups or ()) for unit in units_in(group, edition)]
    units = chosen if groups else all_parameters(edition)
    return [(pn, unit) for unit in units for pn in (points if has_points(unit) else (0,))]


def _tell_saved(args: Namespace, held: dict[Key, Unit], absent: set[Key], left_out: Sequence[str]) -> None:
    if getattr(args, "json", False) and args.file != STANDARD:
        print_json(
            {"file": args.file, "saved": len(held), "absent": _codes(absent), "left_out": list(left_out)}
        )
        return
    talk(f"{len(held)} units saved, {len(absent)} not held by this terminal.")
    if left_out:
        talk(f"Left out, secret: {', '.join(left_out)}")


def _codes(keys: Iterable[Key]) -> list[str]:
    ordered = sorted(keys, key=lambda key: (key[1].meaning.fn, key[0]))
    return [Name(unit, None, pn).text for pn, unit in ordered]


# Compare


def _compare(args: Namespace) -> int:
    rows = asyncio.run(_compared(LineOptions.of(args), Path(args.file)))
    different = differing(rows)
    shown = rows if args.all else [row for row in rows if row.match is not Match.SAME]
    ordered = [row for row in shown if row in different] + [row for row in shown if row not in different]
    if getattr(args, "json", False):
        for row in ordered:
            print_json(comparison_object(row))
    elif ordered:
        _print(ordered)
    talk(f"{len(different)} of {len(rows)} values differ.")
    if any(row.match is Match.UNREAD for row in rows):
        return REFUSED
    return DIFFERS if different else DONE


async def _compared(options: LineOptions, path: Path) -> tuple[Comparison, ...]:
    file = load(path)
    async with connected(options, Desk(from_stdin=options.password_stdin)) as session:
        held, absent = await _read(session, file.units)
        return compared(file, held, absent)


def comparison_object(row: Comparison) -> dict[str, Any]:
    """One row as JSON; secrets are never compared, so never here."""

    def plain(value: Any) -> Any:
        return None if value is None or row.place is None else row.place.leaf.to_json(value)

    zh, en = _labels(row)
    return {
        "name": row.name,
        "name_zh": zh,
        "name_en": en,
        "terminal": plain(row.in_terminal),
        "file": plain(row.in_file),
        "match": row.match.value,
    }


def _labels(row: Comparison) -> tuple[str, str]:
    if row.place is None:
        return row.key[1].meaning.zh, row.key[1].meaning.en
    return " ".join(row.place.labels_zh), " ".join(row.place.labels_en)


def _print(rows: Sequence[Comparison]) -> None:
    zh = open_settings().load().language == "zh"
    lines = [("FIELD", "CODE", "TERMINAL", "FILE", "")]
    lines += [_line(row, zh=zh) for row in rows]
    colours = [("dim",) * 5] + [("", "dim", "", "", COLOURS[row.match]) for row in rows]
    print(table(lines, colours, on=coloured(sys.stdout)))


def _line(row: Comparison, *, zh: bool) -> tuple[str, str, str, str, str]:
    label = _labels(row)[0 if zh else 1]
    return label, row.name, row.shown(row.in_terminal), row.shown(row.in_file), SAID[row.match]


# Set


def _set(args: Namespace) -> int:
    yes = getattr(args, "yes", False)
    file = load(Path(args.file))
    if not yes and not somebody_there():
        raise UsageError("Nobody is there to confirm the write.", "Add --yes.")
    outcome = asyncio.run(_written(LineOptions.of(args), file, yes=yes))
    if outcome is None:
        talk("Nothing was written.")
        return INTERRUPTED
    plan, missing = outcome
    for text in missing:
        talk(f"{text}: not held by this terminal, left as it is")
    if not plan.changes:
        talk("Nothing differs.")
        return REFUSED if missing else DONE
    print_plan(plan, as_json=getattr(args, "json", False))
    if plan.error:
        complain(plan.error)
    return REFUSED if plan.done and missing else outcome_code(plan)


async def _written(options: LineOptions, file: ParameterFile, *, yes: bool) -> tuple[Plan, list[str]] | None:
    """Read, plan what differs, ask, write and read back; with the units that the terminal does not hold."""
    desk = Desk(from_stdin=options.password_stdin)
    async with connected(options, desk) as session:
        held, _ = await _read(session, file.units)
        missing = _codes(key for key in file.units if key not in held)
        wanted = taken_over(file, held)
        plan = Plan.of(_pairs({key: held[key] for key in wanted}), _pairs(wanted))
        if plan.changes:
            if not (yes or agreed(plan, session.client.address.text)):
                return None
            before = session.client.address.text
            await plan.run(session.client, told if sys.stderr.isatty() else None)
            keep_password(desk, options, plan, before, session)
        return plan, missing


def _pairs(units: dict[Key, Unit]) -> list[tuple[int, Unit]]:
    return [(pn, unit) for (pn, _), unit in units.items()]
