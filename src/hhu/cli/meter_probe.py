"""``hhu meters probe``: which family and speed an unknown meter speaks, at its bus or through the terminal.

Only reads and sign-ons go out: no password, no login, no write. How long it may take is told before.
"""

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.errors import UsageError
from core.lines.pace import LoopClock
from core.meters.dlt645.address import padded
from core.meters.driver import Speed
from core.meters.mapping import DEFAULT, LISTS
from core.meters.probe.codes import codes_of
from core.meters.probe.order import Wish, plan
from core.meters.probe.prober import direct_limit
from core.meters.probe.question import NATIVES, Question
from core.meters.probe.sighting import Sighting
from core.meters.probe.sweep import Outcome, Result
from hhu.cli.asking import Desk
from hhu.cli.connection import connected
from hhu.cli.exits import DONE, LINE
from hhu.cli.options import LINE_HELP, LineOptions, add_json, add_line
from hhu.cli.output import print_json, table, talk
from hhu.client.console import coloured
from hhu.client.meter_probe import (
    Asking,
    LineProbe,
    PortProbe,
    carries_speed,
    control_of,
    once_each,
    open_bus,
    terminal_limit,
)
from hhu.probe_words import Setting, headline, protocol_of, shape_text, told
from hhu.settings import open_settings

PORTS = range(1, 32)
"""Ports that a relay can name (part A §12 F1)."""
USUAL_LIST = next(name for name, codes in LISTS.items() if codes is DEFAULT)
WHEN = (
    "Without --port the line is your own RS485 adapter at the meter bus (--line COM4, /dev/ttyUSB0, "
    "rs485:COM4, tcp:HOST:PORT): quick and exact; take the terminal off that bus. With --port N the line "
    "leads to the terminal (--line ir:COM4), which puts the questions to its port N: when you stand at its "
    "IR window, or the bus cannot be opened; slower, and it needs the password of the channel."
)
STEP = 10
"""Questions between two lines of progress where no screen shows it."""


@dataclass(frozen=True, slots=True)
class ProbeOptions:
    """Where, what, and how long."""

    port: int | None
    wish: Wish
    limit: float | None
    codes: str

    @classmethod
    def of(cls, args: Namespace) -> "ProbeOptions":
        """Check what was given; ``UsageError`` for what cannot be."""
        if args.port is not None and args.port not in PORTS:
            raise UsageError(f"Port {args.port} is none of the terminal.", "Give 1 to 31.")
        if args.port is None and getattr(args, "address", None):
            raise UsageError("--address is that of a terminal.", "Give the meter's nameplate with --meter.")
        meter = padded(args.meter) if args.meter else ""
        wish = Wish(meter, tuple(args.family or ()), tuple(args.speed or ()))
        return cls(args.port, wish, getattr(args, "timeout", None), args.codes)


def configure(parser: ArgumentParser) -> None:
    """Arguments of the act."""
    parser.description = f"Find out which family and speed an unknown meter speaks. {WHEN}"
    parser.add_argument("--port", type=int, metavar="N", help="through the terminal: its port, 1 to 31")
    parser.add_argument(
        "--meter", metavar="ADDRESS", help="the nameplate, if it can be read: up to 12 digits"
    )
    parser.add_argument(
        "--family",
        action="append",
        metavar="NAME",
        help=f"ask this family only, again for more: {', '.join(NATIVES)}, or a library",
    )
    parser.add_argument(
        "--speed", action="append", type=int, metavar="BAUD", help="try this rate only; again for more"
    )
    parser.add_argument(
        "--codes", choices=LISTS, default=USUAL_LIST, help=f"the terminal's list of codes ({USUAL_LIST})"
    )
    add_line(parser, f"the adapter at the bus; with --port: {LINE_HELP}", "seconds the whole probe may take")
    add_json(parser)


def run(args: Namespace) -> int:
    """Ask, and print what was found; 0 for a meter, 3 when none answered, or several at once."""
    options = ProbeOptions.of(args)
    questions = plan(options.wish)
    probe = _Run(options, questions, replace(LineOptions.of(args), timeout=None))
    as_object = getattr(args, "json", False)
    try:
        asyncio.run(probe.directly() if options.port is None else probe.through_terminal())
    except KeyboardInterrupt:
        probe.tell_broken_off()
        if probe.result.sightings:  # it answered while we took our leave
            _show(probe.result, probe.setting, as_object=as_object)
        raise
    result = probe.result
    _show(result, probe.setting, as_object=as_object)
    return DONE if result.sightings and not result.suspect else LINE


class _Run:
    """One probe, and what is known while it runs."""

    def __init__(self, options: ProbeOptions, questions: Sequence[Question], line: LineOptions) -> None:
        self._options = options
        self._questions = questions
        self._line = line
        self.result = Result(Outcome.NOTHING)
        """What is known."""
        zh = open_settings().load().language == "zh"
        where = line.line if line.line and options.port is not None else "ir:PORT"
        self.setting = Setting(zh, options.port, where, options.codes, options.wish.meter)

    async def directly(self) -> None:
        """Ask on the adapter's own line."""
        if not self._line.line:
            raise UsageError("Which line?", "Give --line COM4 (the adapter at the bus), or --port N as well.")
        speed = self._questions[0].speed
        async with await open_bus(self._line.line, speed) as line:
            carried = carries_speed(line)
            questions = tuple(self._questions) if carried else once_each(self._questions)
            self.setting = replace(self.setting, carries_speed=carried)
            limit = self._options.limit or direct_limit(questions)
            self._announce(questions, limit, line.name)
            await self._carry_out(LineProbe(line, LoopClock(), questions, limit, self._tell))

    async def through_terminal(self) -> None:
        """Let the terminal ask."""
        port = self._options.port or 0
        for question in self._questions:
            control_of(port, question.speed)  # a speed that no relay can say is told before anything else
        limit = self._options.limit or terminal_limit(self._questions)
        async with connected(self._line, Desk(from_stdin=self._line.password_stdin)) as session:
            self._announce(self._questions, limit, f"port {port} of {session.client.address.text}")
            clock = session.link.clock
            probe = PortProbe(session.client, clock, port, self._questions, limit, self._tell)
            await self._carry_out(probe)

    async def _carry_out(self, probe: LineProbe | PortProbe) -> None:
        try:
            await probe.run()
        finally:
            self.result = probe.result

    def _announce(self, questions: Sequence[Question], limit: float, where: str) -> None:
        count = len(questions)
        if self.setting.zh:
            talk(f"在 {where} 上探测：{count} 个询问，最多 {limit:.0f} 秒，Ctrl-C 结束")
        else:
            talk(f"Probing {where}: {count} questions, at most {limit:.0f} s; Ctrl-C ends it.")

    def _tell(self, asking: Asking) -> None:
        if sys.stderr.isatty() or asking.number % STEP == 1:
            question = asking.question
            what = f"{question.family} {shape_text(question.speed)}, {question.asks}"
            left = f"剩 {asking.left:.0f} 秒" if self.setting.zh else f"{asking.left:.0f} s left"
            talk(f"{asking.number}/{asking.total}  {what}  ({left})")

    def tell_broken_off(self) -> None:
        """Say how far it came."""
        tried = len(self.result.tried)
        talk(f"中断：已问 {tried} 个" if self.setting.zh else f"Broken off after {tried} questions.")


# Printing


def _show(result: Result, setting: Setting, *, as_object: bool) -> None:
    if as_object:
        print_json(as_json(result, setting))
        return
    print(headline(result, setting))
    lines = told(result, setting)
    if lines:
        print(table(lines, [("dim", "")] * len(lines), on=coloured(sys.stdout)))


def as_json(result: Result, setting: Setting) -> dict[str, Any]:
    """The result in one object."""
    return {
        "outcome": result.outcome.value,
        "meters": [_meter_object(seen, setting) for seen in result.sightings],
        "collision": _question_object(result.suspect, setting) if result.suspect else None,
        "seconds": round(result.seconds, 1),
        "tried": [
            {**_question_object(tried.question, setting), "noise": tried.noise} for tried in result.tried
        ],
        "not_tried": [_question_object(question, setting) for question in result.left],
        "echo": result.echo,
        "other_master": result.others,
        "text": headline(result, setting),
        "advice": [" ".join(filter(None, line)) for line in told(result, setting)],
    }


def _meter_object(seen: Sighting, setting: Setting) -> dict[str, Any]:
    return {
        "family": seen.family,
        "dialect": seen.dialect or None,
        "drivers": list(seen.drivers),
        "speed": _speed_object(seen.speed, setting),
        "address": seen.address or None,
        "identification": seen.text or None,
        "offers": seen.offers or None,
        "confidence": seen.confidence.value,
        "protocol": protocol_of(seen, setting),
        "codes": {name: list(codes) for name, codes in codes_of(seen).items()},
    }


def _question_object(question: Question, setting: Setting) -> dict[str, Any]:
    return {
        "family": question.family,
        "speed": _speed_object(question.speed, setting),
        "asks": question.asks,
        "raw": question.raw.hex().upper(),
    }


def _speed_object(speed: Speed, setting: Setting) -> dict[str, Any] | None:
    """``None`` on lines that carry none."""
    if not setting.carries_speed:
        return None
    return {
        "baud": speed.baud,
        "data_bits": speed.data_bits,
        "parity": speed.parity,
        "stop_bits": speed.stop_bits,
    }
