"""``hhu simulate meters``: meters alone on a bus, for testing masters (DESIGN §3)."""

import asyncio
import signal
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable

from core.errors import LineError, UsageError
from core.lines.line import Line
from core.lines.pace import LoopClock
from core.lines.pty import open_pty
from core.lines.serial_port import open_serial
from core.lines.tcp import TcpServer, listen_tcp
from hhu.cli.exits import LINE
from hhu.cli.options import add_json
from hhu.cli.output import print_json, talk
from hhu.client.emulated import MetersAlone

PTY, TCP = "pty", "tcp:"
LOOPBACK = "127.0.0.1"
DEFAULT_LINE = "tcp:0" if sys.platform == "win32" else PTY


def configure(parser: ArgumentParser) -> None:
    """See `hhu.cli.parser.Command`."""
    parser.add_argument("what", choices=["meters"], help="what to simulate")
    parser.add_argument("--protocol", default=MetersAlone.USUAL, choices=MetersAlone.protocols())
    parser.add_argument("--count", type=int, default=1, metavar="N", help="how many meters")
    parser.add_argument(
        "--line", default=DEFAULT_LINE, metavar="pty|tcp:PORT|PORT", help="where to serve them"
    )
    parser.add_argument(
        "--faults", default="", metavar="N:FAULT,...", help="what is wrong with whom: 3:silent,5:late=2.5"
    )
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help="the same seed gives the same meters"
    )
    parser.add_argument(
        "--baud", type=int, default=0, metavar="N", help="another speed than from the factory"
    )
    parser.add_argument("--key", action="store_true", help="press the programming key of every meter")
    add_json(parser)


def run(args: Namespace) -> int:
    """Serve until interrupted, or until the line is lost."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # stop as on Ctrl-C: lines closed
    return asyncio.run(_serve(args))


async def _serve(args: Namespace) -> int:
    clock = LoopClock()
    meters = MetersAlone(args.protocol, args.count, clock, seed=args.seed, faults=args.faults, baud=args.baud)
    if args.key:
        meters.press_keys()
    as_json: bool = getattr(args, "json", False)
    if args.line.startswith(TCP):
        return await _serve_tcp(meters, args.line.removeprefix(TCP), as_json=as_json)
    return await _serve_line(meters, args.line, clock, as_json=as_json)


async def _serve_line(meters: MetersAlone, target: str, clock: LoopClock, *, as_json: bool) -> int:
    if target == PTY:
        line, where = open_pty(meters.settings, clock)
    else:
        line, where = await open_serial(target, meters.settings), target
    async with line:
        _announce(meters, where, meters.settings.text, as_json=as_json)
        error = await meters.serve(line)
    talk(f"lost {error}")
    return LINE


async def _serve_tcp(meters: MetersAlone, port: str, *, as_json: bool) -> int:
    """Every caller has the whole bus to himself, without a speed."""
    serving: set[asyncio.Task[LineError]] = set()

    def answer(line: Line) -> None:
        task = asyncio.get_running_loop().create_task(meters.serve(line))
        serving.add(task)
        task.add_done_callback(serving.discard)

    server = await _listening(port, answer)
    _announce(meters, f"{server.host}:{server.port}", "", as_json=as_json)
    try:
        await asyncio.Event().wait()
    finally:
        await server.close()
    return LINE


async def _listening(port: str, answer: Callable[[Line], None]) -> TcpServer:
    if not (port.isascii() and port.isdecimal() and int(port) <= 65535):
        raise UsageError(f"Port {port!r} is outside 0..65535.", "0 takes any free port: tcp:0.")
    return await listen_tcp(LOOPBACK, int(port), answer)


def _announce(meters: MetersAlone, where: str, settings: str, *, as_json: bool) -> None:
    """Say where the bus is and who is on it."""
    if as_json:
        print_json({"port": "meters", "address": where, "settings": settings or None})
    else:
        print(f"meters {where} {settings}".rstrip(), flush=True)
    for number in range(1, len(meters.meters) + 1):
        address, kind, faults = meters.describe(number)
        if as_json:
            print_json({"meter": number, "address": address, "kind": kind, "faults": faults or None})
        else:
            print(f"{number} {address} {kind} {faults}".rstrip(), flush=True)
