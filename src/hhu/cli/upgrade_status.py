"""``hhu upgrade status``: code E0 in words, or AFN09 F1 of a terminal that does not offer it."""

import asyncio
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import Any

from core.vendor.identify import MODES, Identity
from core.vendor.package import REASONS
from hhu.cli.asking import Desk
from hhu.cli.connection import connected
from hhu.cli.exits import DONE
from hhu.cli.options import LineOptions, add_json, add_line
from hhu.cli.output import print_json, table
from hhu.client.upgrade.asking import address_of, running
from hhu.client.upgrade.package import Running
from hhu.upgrade_words import SLOT_STATES

WAYS = {0: "none", 1: "usb", 2: "rs485", 3: "remote", 4: "standard"}
RESULTS = {0: "none", 1: "good", 2: "refused", 3: "rolled back", 4: "on trial", 5: "abandoned"}


def configure(parser: ArgumentParser) -> None:
    """See `hhu.cli.parser.Command`."""
    add_line(parser)
    add_json(parser)


def run(args: Namespace) -> int:
    """Ask and print."""
    return asyncio.run(_status(LineOptions.of(args), as_json=getattr(args, "json", False)))


async def _status(options: LineOptions, *, as_json: bool) -> int:
    async with connected(options, Desk(from_stdin=options.password_stdin)) as session:
        known = await running(session.client)
    if as_json:
        print_json(as_object(known))
    else:
        print(table(list(rows(known))))
    return DONE


def as_object(known: Running) -> dict[str, Any]:
    """Return what is known as an object."""
    identity = known.identity
    told: dict[str, Any] = {"program": str(known.program), "library": str(known.library) or None}
    if identity is None:
        return told
    return told | {
        "address": address_of(identity).text,
        "mode": identity.mode,
        "minutes_left": identity.minutes_left,
        "switch_open": identity.flags.open,
        "signature_required": identity.flags.signed,
        "slots": {"active": "AB"[identity.slot & 1], "a": identity.slot_a, "b": identity.slot_b},
        "last": {
            "way": WAYS.get(identity.upgrade_way),
            "result": RESULTS.get(identity.upgrade_result),
            "reason": identity.upgrade_reason,
            "before": identity.version_before or None,
            "after": identity.version_after or None,
        },
        "partial": {
            "units": identity.units,
            "missing": identity.units_missing,
            "hours_left": identity.hours_left,
        }
        if identity.partial
        else None,
    }


def rows(known: Running) -> Iterator[tuple[str, str]]:
    """What a person reads."""
    yield "program", str(known.program)
    identity = known.identity
    if identity is None:
        yield "status", "not offered: an original terminal"
        return
    yield "library", str(known.library)
    yield "mode", MODES.get(identity.mode, ("", str(identity.mode)))[1] + _left(identity)
    yield "slot A", _slot(identity, 0)
    yield "slot B", _slot(identity, 1)
    if identity.upgrade_result:
        yield "last upgrade", _last(identity)
    if identity.partial:
        have = identity.units - identity.units_missing
        yield "kept", f"{have} of {identity.units} units of 256 bytes, {identity.hours_left} h more"


def _left(identity: Identity) -> str:
    return f", {identity.minutes_left} min left" if identity.minutes_left else ""


def _slot(identity: Identity, slot: int) -> str:
    state = SLOT_STATES.get((identity.slot_a, identity.slot_b)[slot], ("?", "?"))[1]
    return f"{state}, running" if identity.slot == slot else state


def _last(identity: Identity) -> str:
    reason = REASONS.get(identity.upgrade_reason, ("?", "?"))[1] if identity.upgrade_reason else ""
    versions = f"{identity.version_before} -> {identity.version_after}"
    ended = RESULTS.get(identity.upgrade_result, "?")
    parts = (WAYS.get(identity.upgrade_way, "?"), ended, reason, versions)
    return ", ".join(part for part in parts if part)
