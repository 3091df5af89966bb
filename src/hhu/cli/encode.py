"""``hhu encode``: the inverse of ``decode --json``; one object per line in, one frame in hexadecimal out."""

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from core.errors import EncodeError, UsageError
from hhu.cli.decode import edition_named
from hhu.cli.exits import DONE
from hhu.cli.options import add_json
from hhu.cli.output import print_json
from hhu.client.meter_objects import PROTOCOLS, from_meter_object
from hhu.client.object_frames import from_object


def configure(parser: ArgumentParser) -> None:
    """See `hhu.cli.parser.Command`."""
    parser.add_argument("file", nargs="?", default="-", help="objects, one per line; - is standard input")
    parser.add_argument("--profile", metavar="2009|2012", default="2009", help="edition of the protocol")
    add_json(parser)


def run(args: Namespace) -> int:
    """Print a frame per object; nothing is printed for an input that has a wrong one."""
    edition = edition_named(args.profile)
    frames = [_encoded(number, obj, edition) for number, obj in _objects(_text(args.file))]
    for frame in frames:
        if getattr(args, "json", False):
            print_json({"hex": frame.hex().upper()})
        else:
            print(frame.hex().upper())
    return DONE


def _text(name: str) -> str:
    if name == "-":
        return sys.stdin.read()
    try:
        return Path(name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{name} cannot be read: {error}.", "Give a file of JSON lines, or -.") from error


def _objects(text: str) -> Iterator[tuple[int, Any]]:
    """Read JSON values behind each other, with the line each begins on; a pretty-printed one is as good."""
    decoder, at = json.JSONDecoder(), 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        line = text.count("\n", 0, at) + 1
        try:
            obj, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            raise UsageError(
                f"Line {error.lineno} is no JSON: {error.msg}.", "One object per line."
            ) from error
        yield line, obj


def _encoded(line: int, obj: Any, edition: Any) -> bytes:
    meter = isinstance(obj, dict) and cast("dict[str, Any]", obj).get("protocol") in PROTOCOLS
    try:
        return from_meter_object(obj) if meter else from_object(obj, edition)
    except EncodeError as error:
        raise UsageError(f"Line {line}, {error}.", "See what hhu decode --json prints.") from error
