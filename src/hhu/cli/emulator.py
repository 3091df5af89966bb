"""``hhu emulator``: a terminal for other programs, on pseudo-terminals, serial ports or TCP.

While it runs headless, typed lines act on its face: ``hold 5``, ``tap``, ``screen``, ``quit``. ``snapshot``
writes the face as a picture, ``--scenario`` plays a file; both end by themselves.
"""

import asyncio
import os
import re
import signal
import socket
import sys
import threading
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address
from pathlib import Path

from core.errors import LineError, UsageError
from core.lines.address import LineAddress
from core.lines.line import IR, RS485, Line, SerialSettings
from core.lines.modem import SETTINGS as MODEM
from core.lines.pace import LoopClock
from core.lines.pty import open_pty
from core.lines.serial_port import open_serial
from hhu.cli.exits import DONE, LINE
from hhu.cli.options import add_hold, add_json
from hhu.cli.output import print_json, talk
from hhu.cli.tui import open_screens
from hhu.client.emulated import EmulatedTerminal
from hhu.glass import FORMATS

PTY = "pty"
HAS_PTYS = sys.platform != "win32"


@dataclass(frozen=True, slots=True)
class Socket:
    """A place on the terminal where a line can be plugged in."""

    name: str
    settings: SerialSettings
    channel: str = ""
    """Channel of maintenance; empty for a meter port and for the modem."""
    port: int = 0
    """Which of 485_1 to 485_3 a meter port is."""


METERS = SerialSettings(2400, 8, "E", 1)
"""How a meter port stands before it asks the first meter (device behaviour 10)."""
SOCKETS = {
    "ir": Socket("ir", IR, "ir"),
    "rs485_1": Socket("rs485-1", METERS, port=1),
    "rs485_2": Socket("rs485-2", METERS, port=2),
    "rs485_3": Socket("rs485-3", RS485, "rs485"),
    "modem": Socket("modem", MODEM),
}
METERS_ON_3 = Socket("rs485-3", METERS, port=3)
FUNCTIONS = ("maintenance", "meters")
"""What 485_3 may do (device behaviour 6.1)."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the terminal lives; ``free`` lets its lines run without a speed of their own."""

    factor: float = 1.0
    free: bool = False

    @classmethod
    def parse(cls, text: str) -> "Pace":
        """Read ``1``, ``60`` or ``max``."""
        if text == "max":
            return cls(free=True)
        if not re.fullmatch(r"\d{1,4}(\.\d+)?", text) or float(text) == 0:
            raise ArgumentTypeError(f"{text!r} is no speed; give a number up to 9999, or max")
        return cls(float(text))


def configure(parser: ArgumentParser) -> None:
    """See `hhu.cli.parser.Command`."""
    parser.add_argument(
        "act", nargs="?", choices=("snapshot",), help="snapshot: write the face as text, SVG or PNG and end"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="snapshot: .txt, .svg or .png; else stdout")
    parser.add_argument(
        "--format", choices=FORMATS, help="snapshot: what to write when the name does not say"
    )
    parser.add_argument("--press", metavar="KEYS", help="snapshot: press the key first: 'tap 3, hold 2'")
    parser.add_argument(
        "--after", type=_seconds, default=0.0, metavar="S", help="snapshot: wait so long behind the presses"
    )
    parser.add_argument(
        "--scenario",
        type=Path,
        metavar="FILE",
        help="play a TOML file of actions and expectations; ends with 5 when one is not met",
    )
    parser.add_argument(
        "--profile",
        default="demo",
        metavar="factory|demo|full|FILE",
        help="what the terminal is: factory has no meters, demo 24, full 192 simulated ones",
    )
    parser.add_argument("--ir", metavar="pty|PORT|URL", help="serve the infrared window there")
    parser.add_argument("--rs485-1", metavar="pty|PORT|URL", help="read meters there, no simulated ones")
    parser.add_argument("--rs485-2", metavar="pty|PORT|URL", help="read meters there, no simulated ones")
    parser.add_argument("--rs485-3", metavar="pty|PORT|URL", help="serve the third RS485 there")
    parser.add_argument(
        "--rs485-3-function",
        choices=FUNCTIONS,
        default=FUNCTIONS[0],
        help="what the third RS485 does; maintenance unless told",
    )
    parser.add_argument(
        "--modem", metavar="pty|PORT|URL", help="send and receive short messages through the modem there"
    )
    parser.add_argument(
        "--tcp", type=int, metavar="PORT", help="serve the maintenance port on TCP; 0: any port"
    )
    parser.add_argument(
        "--master", metavar="HOST:PORT", help="dial this master station, through the real network"
    )
    parser.add_argument(
        "--headless",
        action="store_true",
        help="no screens: serve; so does any port given",
    )
    parser.add_argument(
        "--speed",
        type=Pace.parse,
        metavar="N|max",
        help="N times as fast; max: unpaced lines",
    )
    parser.add_argument("--state", type=Path, metavar="DIR", help="folder of its state")
    add_hold(parser)
    add_json(parser)


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= 1e8:
        raise ArgumentTypeError(f"{text!r} is no number of seconds")
    return seconds


def run(args: Namespace) -> int:
    """Serve until interrupted, told to quit, or every line is lost."""
    if args.act or args.scenario:
        from hhu.cli import emulator_acts  # noqa: PLC0415  # pictures and scenarios, only where they are used

        return emulator_acts.snapshot(args) if args.act else emulator_acts.scenario(args)
    served = args.tcp is not None or args.master is not None or any(getattr(args, name) for name in SOCKETS)
    if not (args.headless or served):
        return open_screens(args.profile)
    if args.tcp is not None and not 0 <= args.tcp <= 65535:
        raise UsageError(f"Port {args.tcp} is outside 0..65535.", "0 takes any free port.")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # stop as on Ctrl-C: lines closed, state whole
    return asyncio.run(_serve(args))


async def _serve(args: Namespace) -> int:
    pace: Pace = args.speed or Pace()
    clock = LoopClock(None if pace.factor == 1.0 else datetime.now(), pace.factor)
    master = await _master(args.master) if args.master else None
    taken = [place.port for name, place in SOCKETS.items() if place.port and getattr(args, name)]
    emulated = await EmulatedTerminal.start(
        args.profile, state=args.state, clock=clock, boot=0.0, taken=taken, master=master
    )
    try:
        lines = await _plug_in(args, emulated, None if pace.free else clock)
        talk(f"terminal {emulated.terminal.address.text}; type hold 5, tap, screen or quit")
        if getattr(args, "hold", None):
            emulated.terminal.key.hold(args.hold)
        return await _until_told(emulated, lines)
    finally:
        await emulated.stop()


async def _master(text: str) -> tuple[IPv4Address, int]:
    """Read HOST:PORT; a parameter of the terminal holds an IPv4 address, so a name is looked up here."""
    where = LineAddress.parse(f"tcp:{text}")
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(where.host, where.port, family=socket.AF_INET, type=socket.SOCK_STREAM)
    except OSError as error:
        raise UsageError(
            f"Master {text}: host {where.host} is not known.", "Give its IPv4 address."
        ) from error
    return IPv4Address(found[0][4][0]), where.port


async def _plug_in(args: Namespace, emulated: EmulatedTerminal, pace: LoopClock | None) -> list[Line]:
    """Open what was asked for, infrared on a pseudo-terminal (or TCP) by default, and say where."""
    wanted = {name: getattr(args, name) for name in SOCKETS if getattr(args, name)}
    tcp: int | None = args.tcp
    if not wanted and tcp is None:
        wanted, tcp = ({"ir": PTY}, None) if HAS_PTYS else ({}, 0)
    lines: list[Line] = []
    for name, target in wanted.items():
        place = _socket(name, args.rs485_3_function)
        lines.append(await _open(place, target, emulated, pace, as_json=getattr(args, "json", False)))
    if tcp is not None:
        server = await emulated.terminal.listen(tcp)
        _announce("tcp", f"{server.host}:{server.port}", "", as_json=getattr(args, "json", False))
    return lines


def _socket(name: str, function_of_3: str) -> Socket:
    return METERS_ON_3 if (name, function_of_3) == ("rs485_3", "meters") else SOCKETS[name]


async def _open(
    place: Socket, target: str, emulated: EmulatedTerminal, pace: LoopClock | None, *, as_json: bool
) -> Line:
    if target == PTY:
        line, path = open_pty(place.settings, pace)
    else:
        line, path = await open_serial(target, place.settings), target
    if place.port:
        emulated.serve_meters(place.port, line)
    elif place.channel:
        emulated.serve(place.channel, line)
    else:
        emulated.serve_modem(line)
    _announce(place.name, path, place.settings.text, as_json=as_json)
    return line


def _announce(name: str, where: str, settings: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"port": name, "address": where, "settings": settings or None})
    else:
        print(f"{name} {where} {settings}".rstrip(), flush=True)


async def _until_told(emulated: EmulatedTerminal, lines: list[Line]) -> int:
    told: asyncio.Queue[str | None] = asyncio.Queue()
    _listen_to_person(told)
    losses = asyncio.create_task(_all_lost(emulated, told)) if lines else None
    try:
        while (order := await told.get()) is not None:
            if order == "quit":
                return DONE
            _act(emulated, order)
        return LINE
    finally:
        if losses:
            losses.cancel()


async def _all_lost(emulated: EmulatedTerminal, told: "asyncio.Queue[str | None]") -> None:
    """Tell when the last serial line is gone; a pseudo-terminal never is."""
    terminal = emulated.terminal
    modem = (terminal.modem,) if terminal.modem else ()
    for attachment in (*terminal.attachments, *terminal.meter_lines, *modem):
        error: LineError = await attachment.ended()
        talk(f"lost {error}")
    told.put_nowait(None)


def _listen_to_person(told: "asyncio.Queue[str | None]") -> None:
    """Bring typed lines to the event loop; a closed standard input only ends the listening."""
    loop = asyncio.get_running_loop()

    def read() -> None:
        # Not through sys.stdin: its lock, held by a waiting thread, would stop the interpreter from ending.
        rest = b""
        while chunk := os.read(sys.stdin.fileno(), 4096):
            *typed, rest = (rest + chunk).split(b"\n")
            for order in typed:
                text = order.decode(errors="replace").strip().casefold()
                loop.call_soon_threadsafe(told.put_nowait, text)

    threading.Thread(target=read, name="typed lines", daemon=True).start()


def _act(emulated: EmulatedTerminal, order: str) -> None:
    word, _, rest = order.partition(" ")
    acts: dict[str, Callable[[], None]] = {
        "tap": emulated.terminal.key.tap,
        "hold": lambda: emulated.terminal.key.hold(float(rest or "5")),
        "screen": lambda: talk(emulated.terminal.face().cells.text()),
        "": lambda: None,
    }
    try:
        acts[word]()
    except (KeyError, ValueError):
        talk(f"{order!r} is not understood; type hold 5, tap, screen or quit")
