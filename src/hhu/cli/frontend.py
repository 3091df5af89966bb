"""``hhu frontend``: play master station at the bench; terminals dial in here."""

import asyncio
import signal
from argparse import ArgumentParser, Namespace
from datetime import datetime
from typing import Any

from core.errors import UsageError
from core.gdw376.message import items_of
from core.lines.pace import LoopClock
from hhu.cli.exits import DONE
from hhu.cli.options import add_json, seconds
from hhu.cli.output import print_json, talk
from hhu.client.found_frames import Found
from hhu.client.frame_objects import to_object
from hhu.frontend.callers import CallReport, DialledTerminal
from hhu.frontend.front_end import FrontEnd
from hhu.frontend.happenings import Happening, Kind
from hhu.frontend.limits import USUAL_PORT, Limits

LOCAL_ONLY = "127.0.0.1"


def configure(parser: ArgumentParser) -> None:
    """See `hhu.cli.parser.Command`."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="listen")
    listen = acts.add_parser("listen", help="take terminals, answer them, print what happens until Ctrl-C")
    listen.add_argument("--tcp", type=_port, metavar="PORT", help=f"TCP port; {USUAL_PORT} if none is given")
    listen.add_argument("--udp", type=_port, metavar="PORT", help="UDP port; 0: any")
    listen.add_argument(
        "--host",
        default=LOCAL_ONLY,
        metavar="IP",
        help="address to listen on: 127.0.0.1 for this computer alone (default), 0.0.0.0 for the network",
    )
    listen.add_argument(
        "--silence",
        type=_long,
        default=Limits().silence,
        metavar="S",
        help="seconds without a frame after which a terminal is lost; default: three heartbeats of 15 min",
    )
    listen.add_argument(
        "--by-unit", action="store_true", help="confirm with AFN00 F3, unit by unit, instead of F1"
    )
    add_json(listen)


def run(args: Namespace) -> int:
    """Listen until interrupted."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # stop as on Ctrl-C: everybody is hung up on
    return asyncio.run(_listen(args))


async def _listen(args: Namespace) -> int:
    as_json = getattr(args, "json", False)
    front_end = FrontEnd(LoopClock(), Limits(silence=args.silence), by_unit=args.by_unit)
    front_end.subscribe(lambda happening: print_happening(happening, as_json=as_json))
    try:
        if args.tcp is not None or args.udp is None:
            await front_end.listen_tcp(args.host, USUAL_PORT if args.tcp is None else args.tcp)
        if args.udp is not None:
            await front_end.listen_udp(args.host, args.udp)
        for way, host, port in front_end.ports:
            _announce(way.value, f"{host}:{port}", as_json=as_json)
        if args.host == LOCAL_ONLY:
            talk("only this computer can dial in; --host 0.0.0.0 lets the network in")
        await asyncio.Event().wait()
    finally:
        await front_end.close()
    return DONE


def _announce(way: str, where: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"port": way, "address": where})
    else:
        print(f"{way} {where}", flush=True)


def print_happening(happening: Happening, *, as_json: bool) -> None:
    """Print one line, or one object."""
    if as_json:
        print_json(to_json(happening))
        return
    here = happening.terminal
    print(
        f"{happening.at:%Y-%m-%d %H:%M:%S}  {here.address.text}  {happening.kind.value:<9}  "
        f"{here.way.value} {here.peer}  {_detail(happening)}".rstrip(),
        flush=True,
    )


def _detail(happening: Happening) -> str:
    here = happening.terminal
    match happening.kind:
        case Kind.LOGIN:
            again = ", in the place of an older connection" if happening.replaced else ""
            return f"by {happening.hello.value}{again}" if happening.hello else ""
        case Kind.HEARTBEAT:
            off = "" if here.clock_off is None else f", clock {here.clock_off:+.0f} s"
            return f"{here.heartbeats}{off}"
        case Kind.REPORT:
            return _told(happening.report) if happening.report else ""
        case _:
            moved = f", is {happening.moved_to.text} now" if happening.moved_to else ""
            return f"{happening.reason.value if happening.reason else ''}{moved}"


def _told(report: CallReport) -> str:
    """Name the units of a report; of events the records."""
    words: list[str] = []
    for item in items_of(report.frame):
        records = getattr(item.value, "records", ())
        name = item.value.meaning.en if item.value is not None else "not readable"
        words.append(f"{report.frame.afn:02X}F{item.fn}@{item.pn} {name}")
        words += [f"ERC{record.erc} {record.name[1]}" for record in records]
    return ", ".join(words)


def to_json(happening: Happening) -> dict[str, Any]:
    """Return what happened as an object; a report carries its frame as ``hhu decode --json`` prints it."""
    shown: dict[str, Any] = {
        "event": happening.kind.value,
        "at": _time(happening.at),
        **terminal_to_json(happening.terminal),
    }
    if happening.hello:
        shown |= {"by": happening.hello.value, "replaced": happening.replaced}
    if happening.reason:
        shown["reason"] = happening.reason.value
    if happening.moved_to:
        shown["moved_to"] = happening.moved_to.text
    if happening.report:
        shown["frame"] = to_object(Found(happening.report.raw))
    return shown


def terminal_to_json(here: DialledTerminal) -> dict[str, Any]:
    """Return a terminal as an object."""
    return {
        "address": here.address.text,
        "transport": here.way.value,
        "peer": here.peer,
        "since": _time(here.since),
        "last": _time(here.last),
        "frames": here.frames,
        "heartbeats": here.heartbeats,
        "bytes_in": here.bytes_in,
        "bytes_out": here.bytes_out,
        "event_reports": here.events,
        "task_reports": here.tasks,
        "version": here.version,
        "clock_off": here.clock_off,
        "ec": [here.counters.important, here.counters.ordinary] if here.counters else None,
    }


def _time(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise UsageError(f"Port {text!r} is not a number from 0 to 65535.", "0 takes any free port.")
    return int(text)


def _long(text: str) -> float:
    """Read seconds, up to a day."""
    return float(text) if text.isdigit() and 0 < int(text) <= 86_400 else seconds(text)
