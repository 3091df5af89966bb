"""Values over time, drawn with characters: bars for what was used, a line for what stood there.

Strategy
- Drawing is a function from numbers to lines of text, so a picture is a golden in a test; the widget only
  colours it. Fine consoles get eighths of a cell for bars and two by four dots (braille) for lines, others
  ``#`` and ``*``.
- The scale ends at round numbers; bars start at zero. A missing value is a gap in a line, and ``-`` on the
  ground of a bar chart; zero is an empty place.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import count, pairwise

from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from hhu.palette import palette_of
from hhu.widgets.columns import fit, strip_of
from hhu.widgets.glyphs import Glyphs, glyphs

BRAILLE = 0x2800
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bits of a braille cell, by row and column."""
WIDEST_BAR = 5
LEAST_SIZE = (16, 3)
NAME_STEPS = (1, 2, 4, 8, 12, 16, 24, 48, 96)
"""Every how many values a name may stand under the axis: hours of quarters, days of hours."""


@dataclass(frozen=True, slots=True)
class Curve:
    """What is to be drawn: values in the order of time with their names under the axis."""

    values: tuple[Decimal | None, ...] = ()
    names: tuple[str, ...] = ()
    unit: str = ""
    bars: bool = True
    title: str = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """Round numbers that enclose the values."""

    low: Decimal
    high: Decimal
    step: Decimal

    @property
    def ticks(self) -> tuple[Decimal, ...]:
        """The numbers at the axis, the lowest first."""
        steps = int((self.high - self.low) / self.step)
        return tuple(self.low + self.step * number for number in range(steps + 1))

    def text(self, value: Decimal) -> str:
        """Write a number with as many decimals as the step has."""
        decimals = max(0, -int(self.step.normalize().as_tuple().exponent))
        return f"{value:.{decimals}f}"


def scale_of(values: Sequence[Decimal], *, from_zero: bool, most: int) -> Scale:
    """Return a scale of at most ``most`` steps of 1, 2 or 5 times a power of ten; two if zero is inside."""
    low, high = min(values), max(values)
    if from_zero:
        low, high = min(low, Decimal(0)), max(high, Decimal(0))
    if low == high:
        low, high = (low, low + 1) if low >= 0 else (low - 1, low)
    most = max(2, most) if low < 0 < high else most
    exponent = (high - low).adjusted() - 1
    steps = (Decimal(digit).scaleb(exponent + more) for more in count() for digit in (1, 2, 5))
    return next(
        scale for scale in (_enclosing(low, high, step) for step in steps) if len(scale.ticks) <= most + 1
    )


def _enclosing(low: Decimal, high: Decimal, step: Decimal) -> Scale:
    bottom = (low / step).to_integral_value(ROUND_FLOOR)
    top = (high / step).to_integral_value(ROUND_CEILING)
    return Scale(bottom * step, top * step, step)


def draw(curve: Curve, width: int, height: int, signs: Glyphs) -> list[tuple[str, str]]:
    """Return ``height`` lines as (axis, picture); the last one names places on the time axis.

    Nothing is drawn where nothing is known, or where there is no room for it.
    """
    known = [value for value in curve.values if value is not None]
    rows = height - 1
    if not known or width < LEAST_SIZE[0] or rows < LEAST_SIZE[1]:
        return []
    from_zero = curve.bars
    scale = scale_of(known, from_zero=from_zero, most=max(1, (rows - 1) // 2))
    ticks = {_row(tick, scale, rows): scale.text(tick) for tick in scale.ticks}
    left = max(map(len, ticks.values()))
    room = width - left - 2
    bars = curve.bars and len(curve.values) <= room and scale.low >= 0
    body = _bars(curve, scale, room, rows, signs) if bars else _line(curve, scale, room, rows, signs)
    slot = _slot(curve, room) if bars else None
    lines = [(f"{ticks.get(row, ''):>{left}} {signs.bar}", text) for row, text in enumerate(body)]
    return [*lines, (" " * (left + 2), _names(curve, room, slot))]


def _row(value: Decimal, scale: Scale, rows: int) -> int:
    """Line of a value, the top one first."""
    return round((scale.high - value) / (scale.high - scale.low) * (rows - 1))


def _slot(curve: Curve, room: int) -> int:
    return min(WIDEST_BAR, room // len(curve.values))


def _bars(curve: Curve, scale: Scale, room: int, rows: int, signs: Glyphs) -> list[str]:
    """Bars end where their tick stands: the top of the scale is the top line, zero the foot of the lowest."""
    slot, steps = _slot(curve, room), len(signs.steps) - 1
    thick = max(1, slot - 1)
    columns = [_bar(value, scale, rows, signs.steps, steps) for value in curve.values]
    gap = " " * (slot - thick)
    return ["".join(column[row] * thick + gap for column in columns) for row in range(rows)]


def _bar(value: Decimal | None, scale: Scale, rows: int, signs: str, steps: int) -> str:
    """One column, the top line first."""
    if value is None:
        return " " * (rows - 1) + "-"
    filled = round((value - scale.low) / (scale.high - scale.low) * rows * steps)
    filled = max(1, filled) if value else 0
    return "".join(signs[max(0, min(steps, filled - (rows - 1 - row) * steps))] for row in range(rows))


def _line(curve: Curve, scale: Scale, room: int, rows: int, signs: Glyphs) -> list[str]:
    fine = signs.fine_dots == "8"
    across, down = (2, 4) if fine else (1, 1)
    wide, high = room * across, rows * down
    dots = set(_trace(curve.values, scale, wide, high))
    if not fine:
        return ["".join("*" if (x, y) in dots else " " for x in range(wide)) for y in range(high)]
    return ["".join(_braille(dots, x, y) for x in range(room)) for y in range(rows)]


def _braille(dots: set[tuple[int, int]], x: int, y: int) -> str:
    bits = sum(
        bit for dy, pair in enumerate(DOTS) for dx, bit in enumerate(pair) if (2 * x + dx, 4 * y + dy) in dots
    )
    return chr(BRAILLE + bits) if bits else " "


def _trace(values: Sequence[Decimal | None], scale: Scale, wide: int, high: int) -> Iterator[tuple[int, int]]:
    """Dots of the line; neighbours are joined, a missing value leaves a gap."""
    last = max(1, len(values) - 1)
    places = [
        None if value is None else (round(number * (wide - 1) / last), _row(value, scale, high))
        for number, value in enumerate(values)
    ]
    yield from (place for place in places if place)
    for one, other in pairwise(places):
        if one and other:
            yield from _joined(one, other)


def _joined(one: tuple[int, int], other: tuple[int, int]) -> Iterator[tuple[int, int]]:
    steps = max(abs(other[0] - one[0]), abs(other[1] - one[1]))
    for step in range(1, steps):
        x, y = (round(a + (b - a) * step / steps) for a, b in zip(one, other, strict=True))
        yield x, y


def _names(curve: Curve, room: int, slot: int | None) -> str:
    """Write names where they belong, as many as have room, at even steps: each hour, every fourth day."""
    last = max(1, len(curve.values) - 1)
    each = slot or (room - 1) / last
    widest = max(map(len, curve.names), default=0) + 2
    step = next((step for step in NAME_STEPS if step * each >= widest), last + 1)
    line = ""
    for number, name in enumerate(curve.names):
        at = round(number * each)
        if number % step == 0 and at + len(name) <= room:
            line = line.ljust(at) + name
    return line


class Plot(Widget):
    """Shows a `Curve`; its height is the style's business."""

    DEFAULT_CSS = "Plot { height: 8; width: 1fr; }"

    def __init__(self, *, id: str | None = None) -> None:  # Textual's name
        super().__init__(id=id)
        self._curve = Curve()
        self._lines: list[tuple[str, str]] = []

    @property
    def curve(self) -> Curve:
        """What is drawn."""
        return self._curve

    def show(self, curve: Curve) -> None:
        """Draw something else."""
        if curve != self._curve:
            self._curve = curve
            self._redraw()

    def on_resize(self) -> None:
        """Another size, another picture."""
        self._redraw()

    def _redraw(self) -> None:
        self._lines = draw(self._curve, self.size.width - 1, self.size.height - 1, glyphs())
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The title, then the picture."""
        palette, width = palette_of(self), self.size.width
        ground = Style(color=palette.ink, bgcolor=palette.ground)
        dim = Style(color=palette.dim)
        if y == 0:
            title = fit(f" {self._curve.title}", width)
            return strip_of([(title, dim)], width, Style(color=palette.ink, bgcolor=palette.surface))
        if y > len(self._lines):
            return strip_of([], width, ground)
        axis, body = self._lines[y - 1]
        foot = y == len(self._lines)
        return strip_of([(axis, dim), (body, dim if foot else Style(color=palette.accent))], width, ground)
