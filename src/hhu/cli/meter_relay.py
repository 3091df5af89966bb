"""``hhu meters relay``: bytes to a meter through the terminal, and what came back.

Raw bytes in hexadecimal, or one identifier of DL/T 645 by ``--read``; to a point of the archive, or to a port
and an address. What may change something in a meter asks first.
"""

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from typing import Any

from core.errors import UsageError
from core.gdw376.unit import Edition
from core.gdw376.units.afn04 import MeterRecord
from core.meters.dlt645.address import padded
from core.meters.dlt645.control import Edition as MeterEdition
from hhu.cli.asking import Desk, confirmed, somebody_there
from hhu.cli.connection import connected
from hhu.cli.decode import frame_lines
from hhu.cli.exits import DONE, INTERRUPTED, LINE, REFUSED
from hhu.cli.hexadecimal import given_text, unhex
from hhu.cli.meter_reading import points_in
from hhu.cli.options import LineOptions, add_yes
from hhu.cli.output import print_json, print_lines, talk
from hhu.client.console import coloured
from hhu.client.found_frames import Found
from hhu.client.frame_objects import to_object
from hhu.client.meter_items import quantity_named, text_of
from hhu.client.meter_reading import meters_at
from hhu.client.relay import PROTOCOLS, WAIT, BusLine, Exchange, deeds, line_of, read_request, relay
from hhu.client.terminal import TerminalClient

PARITIES = {"even": "E", "odd": "O", "none": "N"}
EDITIONS = {edition.value: edition for edition in MeterEdition}


@dataclass(frozen=True, slots=True)
class RelayOptions:
    """Where to, what, and how long to wait."""

    point: int | None
    line: BusLine | None
    address: str
    edition: MeterEdition
    name: str
    content: bytes
    wait: int

    @classmethod
    def of(cls, args: Namespace) -> "RelayOptions":
        """Check what was given; ``UsageError`` for what does not go together."""
        if (args.point is None) == (args.port is None):
            raise UsageError("Where to?", "Give --point N of the archive, or --port N.")
        if bool(args.hex) == bool(args.read):
            raise UsageError("What is to be sent?", "Give --hex BYTES, or --read NAME.")
        if args.read and args.port is not None and not args.meter:
            raise UsageError("Which meter?", "Give its address with --meter.")
        return cls(
            point=None if args.point is None else points_in(str(args.point))[0],
            line=None if args.port is None else BusLine(args.port, args.speed, PARITIES[args.parity]),
            address=padded(args.meter) if args.meter else "",
            edition=EDITIONS[args.edition],
            name=args.read or "",
            content=unhex(given_text(args.hex)) if args.hex else b"",
            wait=args.wait,
        )


def configure(parser: ArgumentParser) -> None:
    """Arguments of the act."""
    parser.add_argument("--hex", nargs="+", metavar="HEX", help="bytes to send; - reads them")
    parser.add_argument("--point", type=int, metavar="N", help="measuring point of the archive")
    parser.add_argument("--port", type=int, metavar="N", help="port of the terminal: 1 to 31")
    parser.add_argument("--speed", type=int, default=2400, metavar="BAUD", help="with --port (2400)")
    parser.add_argument("--parity", choices=PARITIES, default="even", help="with --port (even)")
    parser.add_argument("--meter", metavar="ADDRESS", help="with --port: up to twelve digits")
    parser.add_argument("--edition", choices=EDITIONS, default="2007", help="with --port: DL/T 645 (2007)")
    parser.add_argument("--read", metavar="NAME", help="ask for a value, as energy or 00010000")
    parser.add_argument("--wait", type=int, default=WAIT, metavar="S", help=f"seconds for the meter ({WAIT})")
    add_yes(parser)


def run(args: Namespace) -> int:
    """Send, and print what came back; 3 when nothing did, 1 when the meter refused."""
    options = RelayOptions.of(args)
    yes = getattr(args, "yes", False)
    exchange = asyncio.run(_relay(LineOptions.of(args), options, yes=yes))
    if exchange is None:
        talk("Nothing was sent.")
        return INTERRUPTED
    if getattr(args, "json", False):
        print_json(as_json(exchange))
    else:
        _print(exchange)
    if not exchange.answered:
        return LINE
    return REFUSED if exchange.refusal else DONE


async def _relay(line: LineOptions, options: RelayOptions, *, yes: bool) -> Exchange | None:
    _agreed_or_nobody(options.content, yes=yes)
    async with connected(line, Desk(from_stdin=line.password_stdin)) as session:
        bus, content = await _prepared(session.client, options)
        acts = ", ".join(en for _, en in deeds(content))
        if acts and not yes and not confirmed(f"This may change the meter ({acts}). Send it?"):
            return None
        return await relay(session.client, bus, content, options.wait)


def _agreed_or_nobody(content: bytes, *, yes: bool) -> None:
    if deeds(content) and not yes and not somebody_there():
        raise UsageError("This may change a meter, and nobody is there to confirm it.", "Add --yes.")


async def _prepared(client: TerminalClient, options: RelayOptions) -> tuple[BusLine, bytes]:
    """Return the port and the bytes."""
    if options.line is not None:
        return options.line, options.content or _question(options, options.address, options.edition)
    record = (await meters_at(client, [options.point or 0]))[0]
    return line_of(record), options.content or _question(options, record.address or "", _spoken(record))


def _spoken(record: MeterRecord) -> MeterEdition:
    return PROTOCOLS.get(record.protocol, MeterEdition.V2007)


def _question(options: RelayOptions, address: str, edition: MeterEdition) -> bytes:
    return read_request(address, quantity_named(options.name, edition).code, edition)


def as_json(exchange: Exchange) -> dict[str, Any]:
    """What went out, what came back, and the frames in it as ``hhu decode --json`` prints them."""
    frames = [to_object(p) for p in exchange.pieces if isinstance(p, Found) and p.protocol != "gdw376.1"]
    return {
        "sent": exchange.sent.hex().upper(),
        "answered": exchange.answered.hex().upper() or None,
        "frames": frames,
    }


def _print(exchange: Exchange) -> None:
    print(f"sent      {exchange.sent.hex(' ').upper()}")
    print(f"answered  {exchange.answered.hex(' ').upper() or 'nothing'}")
    for piece in exchange.pieces:
        if isinstance(piece, Found):
            print_lines(frame_lines(piece, Edition.BASE_2009, on=coloured(sys.stdout)))
        else:
            print(f"noise     {piece.raw.hex(' ').upper()}  {piece.reason}")
    reading = exchange.reading
    if reading and reading.quantity and not reading.error:
        text = text_of(reading.quantity.codec, reading.value)
        print(f"value     {reading.quantity.en}: {text} {reading.quantity.unit}".rstrip())
