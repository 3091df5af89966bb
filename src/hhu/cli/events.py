"""``hhu events``: both rings of event records: list, watch as they come, acknowledge, export."""

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from core.errors import SilenceError
from hhu.cli.asking import Desk
from hhu.cli.connection import connected
from hhu.cli.exits import DIFFERS, DONE, REFUSED
from hhu.cli.options import LineOptions, add_json, add_line, seconds
from hhu.cli.output import print_json, table, talk
from hhu.client.connect import Session
from hhu.client.console import coloured
from hhu.client.event_files import mark_of, write_events
from hhu.client.event_log import RING, EventLog, Ring
from hhu.client.event_records import (
    USUAL,
    EventEntry,
    Filter,
    acknowledge,
    follow,
    read_new,
    read_newest,
    read_state,
)
from hhu.settings import open_settings

HEAD = {
    "zh": ("时间", "ERC", "事件", "点号", "", "重要", "内容"),
    "en": ("TIME", "ERC", "EVENT", "POINT", "", "", "BODY"),
}
EVERY = 5.0
"""Seconds between two looks while watching."""


def configure(parser: ArgumentParser) -> None:
    """See `hhu.cli.parser.Command`."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    listed = acts.add_parser("list", help="the newest records, newest first; reading clears their flags")
    exported = acts.add_parser("export", help="write them to FILE.csv, FILE.xlsx or FILE.json")
    exported.add_argument("file", metavar="FILE", type=Path)
    for one in (listed, exported):
        one.add_argument(
            "--count", type=int, metavar="N", help=f"newest N of each ring, at most {RING}; default {USUAL}"
        )
    watched = acts.add_parser("watch", help="show new records as they come, until Ctrl-C")
    watched.add_argument(
        "--every", type=seconds, metavar="S", default=EVERY, help=f"look every S seconds; default {EVERY:.0f}"
    )
    confirmed = acts.add_parser(
        "acknowledge",
        help="read what is flagged, and read the flags back",
        description="Reading a record clears the flag of its ERC (0C F8) for all channels, and ACD on this "
        "one. Nothing is deleted; the alarm on the LCD stays until somebody looks at it there.",
    )
    for one in (listed, exported, watched):
        _add_filter(one)
    for one in (listed, exported, watched, confirmed):
        add_line(one)
        add_json(one)


def _add_filter(parser: ArgumentParser) -> None:
    ring = parser.add_mutually_exclusive_group()
    ring.add_argument("--important", action="store_true", help="only the ring of important events")
    ring.add_argument("--ordinary", action="store_true", help="only the other one")
    parser.add_argument("--erc", type=int, metavar="N", help="only this event")
    parser.add_argument("--point", type=int, metavar="N", help="only this measuring point")
    parser.add_argument("--text", metavar="WORD", default="", help="only rows with this word")


def run(args: Namespace) -> int:
    """Do it; 0 done, 1 when the terminal has no events, 5 when flags stay set after acknowledging."""
    act: Callable[[Namespace, Session], Coroutine[Any, Any, int]] = ACTS[args.act]
    try:
        return asyncio.run(_with_session(args, act))
    except KeyboardInterrupt:
        if args.act != "watch":
            raise
        return DONE


async def _with_session(
    args: Namespace, act: Callable[[Namespace, Session], Coroutine[Any, Any, int]]
) -> int:
    options = LineOptions.of(args)
    async with connected(options, Desk(from_stdin=options.password_stdin)) as session:
        return await act(args, session)


def _wanted(args: Namespace) -> Filter:
    rings = frozenset(Ring)
    if args.important or args.ordinary:
        rings = frozenset({Ring.IMPORTANT if args.important else Ring.ORDINARY})
    return Filter(rings, args.erc, args.point, args.text)


async def _read(args: Namespace, session: Session) -> list[EventEntry]:
    log, wanted = EventLog(), _wanted(args)
    most = max(1, min(args.count or (RING if wanted.erc is not None else USUAL), RING))
    await read_state(session.client, log)
    for ring in (ring for ring in Ring if ring in wanted.rings):
        await read_newest(session.client, log, ring, most, _progress(ring, log))
    return [one for one in log.entries if wanted.lets(one)]


def _progress(ring: Ring, log: EventLog) -> Callable[[list[EventEntry]], None] | None:
    if not sys.stderr.isatty():
        return None
    return lambda _: talk(f"{ring.name.lower():<9} {log.count(ring):>4}")


async def _list(args: Namespace, session: Session) -> int:
    entries = await _read(args, session)
    if getattr(args, "json", False):
        for one in entries:
            print_json(one.to_json())
    elif entries:
        print(text_of(entries, zh=_zh(), on=coloured(sys.stdout)))
    talk(f"{len(entries)} events.")
    return DONE if entries else REFUSED


async def _export(args: Namespace, session: Session) -> int:
    write_events(args.file, (), zh=_zh())  # a bad name is told before the long reading
    entries = await _read(args, session)
    write_events(args.file, entries, zh=_zh())
    if getattr(args, "json", False):
        print_json({"file": str(args.file), "events": len(entries)})
    talk(f"{len(entries)} events in {args.file}.")
    return DONE if entries else REFUSED


async def _watch(args: Namespace, session: Session) -> int:
    """Look at the counters; what the terminal reports by itself is shown at once. Silence is waited out."""
    log, wanted = EventLog(), _wanted(args)
    as_json = getattr(args, "json", False)

    def show(entries: Sequence[EventEntry]) -> None:
        for one in entries:
            if wanted.lets(one):
                _tell(one, as_json=as_json)

    stop = follow(session.link, log, show)
    try:
        while True:
            with suppress(SilenceError):
                show(await read_new(session.client, log))
            await session.link.clock.sleep(args.every)
    finally:
        stop()


def _tell(entry: EventEntry, *, as_json: bool) -> None:
    if as_json:
        print_json(entry.to_json())
        return
    bell = "\a" if entry.important and sys.stdout.isatty() else ""
    print(bell + text_of([entry], zh=_zh(), on=coloured(sys.stdout), head=False), flush=True)


async def _acknowledge(args: Namespace, session: Session) -> int:
    log = EventLog()
    stop = follow(session.link, log, lambda _: None)
    outcome = await acknowledge(session.client, log)
    stop()
    if getattr(args, "json", False):
        print_json(
            {
                "flags_before": sorted(outcome.before),
                "flags_after": sorted(outcome.after),
                "records_read": outcome.read,
                "acd": outcome.waiting,
                "state": "verified" if outcome.verified else "differs",
            }
        )
    else:
        left = ", ".join(f"ERC{one}" for one in sorted(outcome.after)) or "none"
        acd = {True: "still set", False: "off", None: "not told"}[outcome.waiting]
        print(f"{outcome.read} records read. Flags left: {left}. ACD on this channel: {acd}.")
    return DONE if outcome.verified else DIFFERS


ACTS: dict[str, Callable[[Namespace, Session], Coroutine[Any, Any, int]]] = {
    "list": _list,
    "export": _export,
    "watch": _watch,
    "acknowledge": _acknowledge,
}


def text_of(entries: Sequence[EventEntry], *, zh: bool, on: bool, head: bool = True) -> str:
    """Lay records out in columns; important ones by word and colour."""
    rows = [HEAD["zh" if zh else "en"]] if head else []
    colours: list[tuple[str, ...]] = [("dim",) * 7] if head else []
    for one in entries:
        rows.append(_row(one, zh=zh))
        colours.append(("", "dim", "yellow" if one.important else "", "", "", "yellow", "dim"))
    return table(rows, colours, on=on)


def _row(one: EventEntry, *, zh: bool) -> tuple[str, str, str, str, str, str, str]:
    return (
        f"{one.time:%Y-%m-%d %H:%M}" if one.time else "-",
        str(one.erc),
        one.name(zh=zh),
        "" if one.point is None else str(one.point),
        mark_of(one, zh=zh),
        ("重要" if zh else "important") if one.important else "",
        one.summary(zh=zh),
    )


def _zh() -> bool:
    return open_settings().load().language == "zh"
