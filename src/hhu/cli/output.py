"""What commands print: tables, JSON, colour where a person looks on, and talk on stderr."""

import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

COLOURS = {
    "dim": "2",
    "bold": "1",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "cyan": "36",
}
STATE_COLOURS = {
    "planned": "dim",
    "sent": "blue",
    "acknowledged": "yellow",
    "verified": "green",
    "refused": "red",
    "failed": "red",
    "differs": "red",
}
"""Truth has a colour and a word; never colour alone."""


def harden(stream: TextIO) -> None:
    """Let a console that lacks a sign show a question mark; a command must not die of its own output."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure:
        reconfigure(errors="replace")


def paint(text: str, colour: str, *, on: bool) -> str:
    """Return ``text`` in a colour of ``COLOURS``, or as it is."""
    return f"\x1b[{COLOURS[colour]}m{text}\x1b[0m" if on and colour else text


def talk(text: str) -> None:
    """Say something to the person; never part of the product."""
    print(text, file=sys.stderr, flush=True)


def print_json(obj: Any) -> None:
    """Print one object on one line; escaped where the console is not UTF-8."""
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")
    print(json.dumps(obj, ensure_ascii=not utf8, separators=(",", ":")), flush=True)


def width(text: str) -> int:
    """Columns a text takes; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def padded(text: str, columns: int) -> str:
    """Fill with blanks to a number of columns."""
    return text + " " * max(0, columns - width(text))


def table(rows: Sequence[Sequence[str]], colours: Sequence[Sequence[str]] = (), *, on: bool = False) -> str:
    """Align columns; ``colours`` may give each cell a colour name."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    lines: list[str] = []
    for number, row in enumerate(rows):
        tints = colours[number] if number < len(colours) else ("",) * len(row)
        cells = (
            paint(padded(cell, columns), tint, on=on)
            for cell, columns, tint in zip(row, widths, tints, strict=True)
        )
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def print_lines(lines: Iterable[str]) -> None:
    """Print the product line by line."""
    for line in lines:
        print(line)
