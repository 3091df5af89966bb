"""Text in columns of terminal cells; a Chinese character takes two."""

from collections.abc import Iterable

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

Piece = tuple[str, Style]
"""A stretch of text in one style."""

CUT = ".."


def fit(text: str, width: int, align: str = "left") -> str:
    """Return exactly ``width`` cells: padded, or cut with two dots at the end."""
    if width <= 0:
        return ""
    if cell_len(text) > width:
        return set_cell_size(text, max(0, width - len(CUT))) + CUT[: min(width, len(CUT))]
    gap = " " * (width - cell_len(text))
    return gap + text if align == "right" else text + gap


def middle_cut(text: str, width: int) -> str:
    """Return at most ``width`` cells, cut in the middle: ends of port names tell them apart."""
    if cell_len(text) <= width:
        return text
    tail = (width - len(CUT)) // 2
    head = width - len(CUT) - tail
    return set_cell_size(text, head).rstrip() + CUT + text[-tail:] if tail > 0 else fit(text, width)


def strip_of(pieces: Iterable[Piece], width: int, ground: Style) -> Strip:
    """Join pieces into a line of exactly ``width`` cells on ``ground``."""
    segments = [Segment(text, ground + style) for text, style in pieces if text]
    return Strip(segments).adjust_cell_length(width, ground)


def minutes(seconds: float) -> str:
    """Write a countdown as ``m:ss``; the last second is shown as 0:01, never 0:00 while time is left."""
    whole = max(0, -int(-seconds // 1))
    return f"{whole // 60}:{whole % 60:02d}"
