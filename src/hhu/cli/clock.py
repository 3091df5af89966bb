"""``hhu clock``: compare the terminal's clock with this computer's, set it, prove it; broadcast to meters."""

import asyncio
from argparse import ArgumentParser, Namespace
from datetime import datetime

from core.errors import UsageError
from hhu.cli import clock_broadcast
from hhu.cli.asking import Desk
from hhu.cli.connection import connected
from hhu.cli.exits import DIFFERS, DONE, REFUSED
from hhu.cli.options import LineOptions, add_json, add_line, add_yes
from hhu.cli.output import print_json, talk
from hhu.client.clock_reading import ClockReading, measure_clock


def configure(parser: ArgumentParser) -> None:
    """See `hhu.cli.parser.Command`."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="get|set|broadcast")
    get = acts.add_parser("get", help="read and compare, to 0.1 s")
    put = acts.add_parser("set", help="set to this computer's time, or to TIME")
    put.add_argument("time", nargs="?", metavar="TIME", help="local time as 2025-11-20T14:30:00")
    tell = acts.add_parser("broadcast", help="tell the meters this computer's time, and prove it")
    clock_broadcast.configure(tell)
    add_yes(tell)
    for act in (get, put, tell):
        add_line(act)
        add_json(act)


def run(args: Namespace) -> int:
    """Print both clocks and what is between them."""
    if args.act == "broadcast":
        return clock_broadcast.run(args)
    when = _time(args.time) if args.act == "set" and args.time else None
    reading = asyncio.run(_read(LineOptions.of(args), act=args.act, when=when))
    setting = args.act == "set"
    _print(reading, setting=setting, as_json=getattr(args, "json", False))
    if reading.terminal is None:
        talk("The terminal's clock is not valid: set it, and look after the clock cell.")
    if setting:
        return DONE if reading.kept else DIFFERS
    return REFUSED if reading.terminal is None else DONE


def _time(text: str) -> datetime:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is no time.", "Write it as 2025-11-20T14:30:00.") from None
    if when.tzinfo is not None:
        raise UsageError(f"{text} names a zone.", "The terminal knows local time only; leave the zone out.")
    return when


async def _read(options: LineOptions, *, act: str, when: datetime | None) -> ClockReading:
    async with connected(options, Desk(from_stdin=options.password_stdin)) as session:
        client, clock = session.client, session.link.clock
        if act == "get":
            return await measure_clock(client, clock, clock.sleep)
        return await client.set_clock(when)


def _print(reading: ClockReading, *, setting: bool, as_json: bool) -> None:
    shown = reading.terminal.isoformat() if reading.terminal else None
    pc = reading.pc.isoformat(timespec="milliseconds")
    state = ("verified" if reading.kept else "differs") if setting else None
    if as_json:
        print_json(
            {
                "terminal": shown,
                "pc": pc,
                "residual_s": reading.residual_s,
                "uncertain_s": None if reading.residual_s is None else reading.uncertain_s,
            }
            | ({"state": state} if state else {})
        )
        return
    print(f"terminal  {shown or 'not valid'}")
    print(f"computer  {pc}")
    if reading.residual_s is not None:
        difference = f"{reading.residual_s:+.1f} s (+- {reading.uncertain_s:.1f} s)"
        print(f"terminal - computer  {difference}{f'  {state}' if state else ''}")
