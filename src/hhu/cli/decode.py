"""``hhu decode``: any frame of any family explained, damaged ones as far as they make sense."""

import re
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from core.errors import UsageError
from core.gdw376.unit import Edition
from core.meters.dissector import Dissector
from core.wire.codec import Node
from hhu.cli.exits import DONE
from hhu.cli.hexadecimal import given_text, unhex
from hhu.cli.options import add_json
from hhu.cli.output import paint, print_json, print_lines, talk
from hhu.client.console import coloured
from hhu.client.dissection import nodes_of
from hhu.client.found_frames import Found, Skipped, find_frames
from hhu.client.frame_objects import to_object
from hhu.client.masking import masked_meters
from hhu.client.recognition import AUTO, CHOICES, family_named, next_step


def configure(parser: ArgumentParser) -> None:
    """See `hhu.cli.parser.Command`."""
    parser.add_argument(
        "hex", nargs="*", metavar="HEX", help="bytes in hexadecimal; - or nothing: standard input"
    )
    parser.add_argument("--profile", metavar="2009|2012", default="2009", help="edition of the protocol")
    parser.add_argument(
        "--family", metavar="NAME", default=AUTO, help=f"take the bytes for one family of meters: {CHOICES}"
    )
    add_json(parser)


def run(args: Namespace) -> int:
    """Print one object or one tree per frame."""
    edition, family = edition_named(args.profile), family_named(args.family)
    found = list(find_frames(unhex(given_text(args.hex or ["-"])), family))
    if not any(isinstance(piece, Found) for piece in found):
        raise _nothing_found(family)
    for piece in found:
        if isinstance(piece, Skipped):
            raw = masked_meters(piece.raw)
            talk(f"skipped {len(raw)} bytes ({piece.reason}): {raw.hex(' ').upper()}")
        elif getattr(args, "json", False):
            print_json(to_object(piece, edition))
        else:
            print_lines(frame_lines(piece, edition, on=coloured(sys.stdout)))
            if piece.error and piece.family:
                talk(next_step(piece.error, piece.protocol))
    return DONE


def _nothing_found(family: Dissector | str) -> UsageError:
    if isinstance(family, str):
        return UsageError(
            "There is no frame in these bytes.",
            "A frame begins with 68 L L L L 68, of a meter with 68, six bytes, 68; bytes of one family are "
            "read with --family NAME.",
        )
    return UsageError(f"There is no telegram of {family.name} in these bytes.", f"One {family.shape}.")


def edition_named(text: str) -> Edition:
    """Read ``2009`` or ``2012``."""
    try:
        return Edition(text)
    except ValueError:
        known = ", ".join(edition.value for edition in Edition)
        raise UsageError(f"No profile is called {text!r}.", f"Profiles: {known}.") from None


def frame_lines(found: Found, edition: Edition, *, on: bool) -> Iterator[str]:
    """Explain one frame, a line per field."""
    verdict, colour = _verdict(found)
    yield f"{paint(found.protocol, 'bold', on=on)}  {len(found.raw)} bytes  {paint(verdict, colour, on=on)}"
    for node in nodes_of(found, edition):
        yield from _branch(node, found.raw, 0, on=on)


def _verdict(found: Found) -> tuple[str, str]:
    """How good it is, how sure that is, and the colour of that."""
    doubt = f"could be {' or '.join(found.could_be)}" if found.could_be else ""
    if found.error:
        return "; ".join(filter(None, (f"damaged: {found.error}", doubt))), "red"
    if doubt:
        return f"{doubt}: no check value tells; --family NAME decides", "yellow"
    return ("valid" if found.checked else "well formed, carries no check value"), "green"


SHOWN = 8
"""Bytes of a field that are printed; the rest is what the value says."""


def _branch(node: Node, raw: bytes, depth: int, *, on: bool) -> Iterator[str]:
    place = "" if node.bits else f"{node.start}"
    octets = _octets(node, raw)
    code = f"{paint(node.name, 'bold', on=on)} " if UNIT.fullmatch(node.name) else ""
    name = f"{'  ' * depth}{code}{node.en} {paint(node.zh, 'dim', on=on)}"
    value = paint(f"{node.text} {node.unit}".strip(), "cyan", on=on)
    error = f"  {paint(node.error, 'red', on=on)}" if node.error else ""
    head = paint(f"{place:>5}  {octets:<{3 * SHOWN + 1}}", "dim", on=on)
    yield f"{head} {name}{': ' if value else ''}{value}{error}".rstrip()
    for child in node.children:
        yield from _branch(child, raw, depth + 1, on=on)


UNIT = re.compile(r"[0-9A-F]{2}F\d+")


def _octets(node: Node, raw: bytes) -> str:
    """Bits as the standard names them, bytes of a leaf as sent; nothing for what its children show."""
    if node.bits:
        low, high = node.bits
        return f"{'D' + str(high) if high > low else ''}{'-' if high > low else ''}D{low}"
    if node.secret or node.name == "pw":
        return "** " * min(node.end - node.start, SHOWN)
    if node.children and node.children[0].bits is None:
        return ""
    shown = raw[node.start : min(node.end, node.start + SHOWN)].hex(" ").upper()
    return shown + (" .." if node.end - node.start > SHOWN else "")
