"""``hhu set``: parameters written and proven by reading back; values are checked before anything else."""

import asyncio
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from dataclasses import replace
from getpass import getpass
from pathlib import Path
from typing import Any

from core.errors import CoreError, EncodeError, StoreError, UsageError
from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import TerminalAddress
from hhu.cli.asking import Desk, confirmed, somebody_there
from hhu.cli.connection import connected
from hhu.cli.exits import DIFFERS, DONE, INTERRUPTED, LINE, USAGE, exit_code
from hhu.cli.guard import complain
from hhu.cli.options import LineOptions, add_json, add_line, add_yes
from hhu.cli.output import STATE_COLOURS, print_json, table, talk
from hhu.client.change import Change, State
from hhu.client.connect import Session
from hhu.client.console import coloured
from hhu.client.keyed import selector_of
from hhu.client.names import (
    Name,
    Wish,
    parse_name,
    parse_wish,
    readable,
    secret,
    settable,
    wanted_units,
    wish,
)
from hhu.client.plan import Plan
from hhu.settings import open_settings

LONGEST = 240
"""Minutes a change may have to prove itself."""


def configure(parser: ArgumentParser) -> None:
    """See `hhu.cli.parser.Command`."""
    parser.add_argument(
        "wishes", nargs="+", metavar="NAME=VALUE", help="main-ip=10.1.2.3, 04F3.apn=cmiot, address=1122-7788"
    )
    parser.add_argument(
        "--confirm", type=minutes, metavar="MINUTES",
        help="uplink only: write the old values back unless the master acknowledges a login within MINUTES",
    )  # fmt: skip
    parser.add_argument(
        "--record", type=Path, metavar="FILE", help="with --confirm: write the record as .json or .html"
    )
    add_line(parser)
    add_yes(parser)
    add_json(parser)


def minutes(text: str) -> float:
    """Read how long a change has to prove itself."""
    value = float(text)
    if not 0 < value <= LONGEST:
        raise ArgumentTypeError(f"{text} is outside 0..{LONGEST} min")
    return value


def run(args: Namespace) -> int:
    """Check, connect, compare, ask, write, read back, and print what became of each field."""
    wishes = _checked(args.wishes)
    if wishes is None:
        return USAGE
    yes = getattr(args, "yes", False)
    if not yes and not somebody_there():
        raise UsageError("Nobody is there to confirm the write.", "Add --yes.")
    if args.confirm is not None:
        return _on_trial(args, wishes, yes=yes)
    plan = asyncio.run(_write(LineOptions.of(args), wishes, yes=yes))
    if plan is None:
        talk("Nothing was written.")
        return INTERRUPTED
    print_plan(plan, as_json=getattr(args, "json", False))
    if plan.error:
        complain(plan.error)
    return outcome_code(plan)


def _on_trial(args: Namespace, wishes: list[Wish], *, yes: bool) -> int:
    from hhu.cli.set_confirmed import write_confirmed  # noqa: PLC0415  # only with --confirm

    as_json = getattr(args, "json", False)
    return write_confirmed(
        LineOptions.of(args),
        wishes,
        args.confirm,
        agreed=lambda plan, address: yes or agreed(plan, address),
        printed=lambda plan: print_plan(plan, as_json=as_json),
        as_json=as_json,
        record=args.record,
    )


def _checked(texts: Sequence[str]) -> list[Wish] | None:
    """Read all wishes; name everything that is wrong with them, not only the first."""
    wishes: list[Wish] = []
    errors: list[CoreError] = []
    for text in texts:
        try:
            wishes.append(_wish(text))
        except UsageError as error:
            errors.append(error)
    for error in errors:
        complain(error)
    return None if errors else wishes


def _wish(text: str) -> Wish:
    """Read one wish; the value of a secret field is typed hidden, an argument would be seen by others."""
    head, sign, value = text.partition("=")
    name = settable(parse_name(head))
    if not sign or not secret(name):
        return parse_wish(text)
    if value != "?":
        raise EncodeError("secrets are not given as an argument", f"Write {head}=? and type it.", name.text)
    typed = getpass(f"{name.text}: ", sys.stderr) if somebody_there() else sys.stdin.readline().rstrip("\r\n")
    return wish(name, typed)


async def _write(options: LineOptions, wishes: list[Wish], *, yes: bool) -> Plan | None:
    desk = Desk(from_stdin=options.password_stdin)
    async with connected(options, desk) as session:
        plan = await planned(session, wishes)
        if plan.done or not (yes or agreed(plan, session.client.address.text)):
            return plan if plan.done else None
        before = session.client.address.text
        await plan.run(session.client, told if sys.stderr.isatty() else None)
        keep_password(desk, options, plan, before, session)
        return plan


async def planned(session: Session, wishes: list[Wish]) -> Plan:
    """Read what is there and plan what differs; wishes that hold already are rows too, verified."""
    items = await session.client.read([asked(wish) for wish in wishes])
    current = [(item.pn, item.value) for item in items if item.value is not None]
    return Plan.of(current, wanted_units(current, wishes), keep=[wish.name for wish in wishes])


def asked(wish: Wish) -> Name:
    """Return the question for what a wish changes: of a list by number, the records that it names."""
    if wish.name.asked is None and isinstance(wish.value, Unit):
        return replace(wish.name, asked=selector_of(wish.value))
    return readable(wish.name)


def agreed(plan: Plan, address: str) -> bool:
    """Show the plan and ask whether to write it."""
    talk(_table(plan.changes, on=coloured(sys.stderr)))
    number = sum(change.state is State.PLANNED for change in plan.changes)
    return confirmed(f"Write {number} changes to {address}?")


def told(change: Change) -> None:
    """Say how far a change has come."""
    talk(f"{change.name}: {change.state.value}")


def keep_password(desk: Desk, options: LineOptions, plan: Plan, before: str, session: Session) -> None:
    """Keep the password under the terminal's new address too."""
    moved = any(c.unit is TerminalAddress and c.state is State.VERIFIED for c in plan.changes)
    if not moved or options.password_stdin:
        return
    try:
        password = desk.store.get(before, session.client.channel)
        if password:
            desk.store.set(session.client.address.text, session.client.channel, password)
    except (StoreError, UsageError) as error:
        talk(f"The password is not kept for the new address: {error}")


def outcome_code(plan: Plan) -> int:
    """Return the exit code of a plan that has run."""
    if plan.done:
        return DONE
    if any(change.state is State.DIFFERS for change in plan.changes):
        return DIFFERS
    return exit_code(plan.error) if plan.error else LINE


def print_plan(plan: Plan, *, as_json: bool) -> None:
    """Print what became of each field."""
    if as_json:
        for change in plan.changes:
            print_json(change_object(change))
    else:
        print(_table(plan.changes, on=coloured(sys.stdout)))


def change_object(change: Change) -> dict[str, Any]:
    """One field of a write as JSON; secrets are covered."""

    def shown(value: Any) -> Any:
        if value is None:
            return None
        return "present" if change.leaf.secret and value else change.leaf.to_json(value)

    return {
        "name": change.name,
        "name_zh": change.label_zh,
        "name_en": change.label_en,
        "before": shown(change.before),
        "after": shown(change.after),
        "state": change.state.value,
        "found": shown(change.found),
        "reason": str(change.reason) if change.reason else None,
    }


def _table(changes: Sequence[Change], *, on: bool) -> str:
    zh = open_settings().load().language == "zh"
    rows = [("FIELD", "CODE", "TERMINAL", "NEW", "STATE")]
    rows += [_row(change, zh=zh) for change in changes]
    colours = [("dim",) * 5] + [("", "dim", "", "", STATE_COLOURS[c.state.value]) for c in changes]
    return table(rows, colours, on=on)


def _row(change: Change, *, zh: bool) -> tuple[str, str, str, str, str]:
    found = f" ({change.shown(change.found)})" if change.found is not None else ""
    return (
        change.label_zh if zh else change.label_en,
        change.name,
        change.shown(change.before),
        change.shown(change.after),
        change.state.value + found,
    )
