"""The one-line truth: emulated or not, channel, port and speed, terminal, write state, password, counters.

Every part keeps its place and width, so nothing jumps when a number grows.
"""

from dataclasses import dataclass
from enum import Enum

from rich.cells import cell_len
from rich.style import Style
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from hhu.palette import Palette, palette_of
from hhu.widgets.columns import Piece, fit, middle_cut, minutes, strip_of
from hhu.words import Words, words_of


class Writing(Enum):
    """Whether the tool may write, and whether the terminal would let it."""

    READ_ONLY = "read-only"
    ARMED = "armed"
    OPEN = "open"
    """Programming switch open; the tool is not armed."""
    ARMED_OPEN = "armed-open"


class Pass(Enum):
    """What is known about the password of this channel."""

    NONE = "none"
    KEPT = "kept"
    """At hand, the terminal has not judged it yet."""
    ACCEPTED = "accepted"
    REFUSED = "refused"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class LineStatus:
    """What the row shows; ``left`` are seconds of arming or of the open switch."""

    channel: str = ""
    port: str = ""
    speed: str = ""
    address: str = ""
    writing: Writing = Writing.READ_ONLY
    left: float | None = None
    password: Pass = Pass.NONE
    tx: int = 0
    rx: int = 0
    errors: int = 0
    emulated: bool = False
    lost: bool = False


class StatusRow(Widget):
    """Draws a `LineStatus`; the caller sets ``status``."""

    DEFAULT_CSS = "StatusRow { height: 1; background: $panel; }"
    status: reactive[LineStatus] = reactive(LineStatus())

    def render_line(self, y: int) -> Strip:
        """The whole row."""
        palette, words = palette_of(self), words_of(self)
        width = self.size.width
        parts = status_parts(self.status, palette, words, width)
        return strip_of(parts, width, Style(color=palette.ink, bgcolor=palette.raised))


def status_parts(status: LineStatus, palette: Palette, words: Words, width: int) -> list[Piece]:
    """Lay the parts out: fixed widths, the counters at the right edge, a long port name cut in the middle."""
    dim = Style(color=palette.dim)
    if not status.channel:
        return [(f" {words('status.no-line')}", dim)]
    ink = Style(color=palette.ink)
    tail = _counters(status, palette)
    middle: list[Piece] = [
        (f"{fit(status.address or words('status.no-address'), 9)} ", ink),
        _writing(status, palette, words),
        _password(status.password, palette, words),
    ]
    head: list[Piece] = []
    if status.emulated:
        badge = f" {words('status.emulated')} "
        head.append((badge, Style(color=palette.ground, bgcolor=palette.emulated, bold=True)))
    used = sum(cell_len(text) for text, _ in (*head, *middle, *tail))
    line = " ".join(part for part in (status.channel, status.port, status.speed) if part)
    shown = middle_cut(line, max(0, width - used - 2))
    slack = " " * max(0, width - used - 2 - cell_len(shown))
    style = Style(color=palette.refused, bold=True) if status.lost else ink
    return [*head, (f" {shown} ", style), *middle, (slack, ink), *tail]


def _writing(status: LineStatus, palette: Palette, words: Words) -> Piece:
    left = minutes(status.left) if status.left is not None else ""
    text = fit(f"{words(f'write.{status.writing.value}')} {left}".strip(), 17)
    styles = {
        Writing.READ_ONLY: Style(color=palette.dim),
        Writing.ARMED: Style(color=palette.acknowledged),
        Writing.OPEN: Style(color=palette.accent),
        Writing.ARMED_OPEN: Style(color=palette.accent_ink, bgcolor=palette.accent, bold=True),
    }
    return f" {text} ", styles[status.writing]


def _password(known: Pass, palette: Palette, words: Words) -> Piece:
    colours = {
        Pass.NONE: palette.dim,
        Pass.KEPT: palette.dim,
        Pass.ACCEPTED: palette.verified,
        Pass.REFUSED: palette.refused,
        Pass.LOCKED: palette.refused,
    }
    return f" {fit(words(f'pass.{known.value}'), 6)}", Style(color=colours[known])


def _counters(status: LineStatus, palette: Palette) -> list[Piece]:
    dim, ink = Style(color=palette.dim), Style(color=palette.ink)
    bad = Style(color=palette.refused, bold=True) if status.errors else ink
    numbers = (("tx", status.tx, ink), ("rx", status.rx, ink), ("err", status.errors, bad))
    pieces = [
        piece for name, number, style in numbers for piece in ((f" {name}", dim), _number(number, style))
    ]
    return [*pieces, (" ", dim)]


def _number(number: int, style: Style) -> Piece:
    shown = str(number) if number < 1000 else f"{number // 1000}k"
    return f"{shown:>3}" if len(shown) <= 3 else shown[:3], style
