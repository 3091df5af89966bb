"""A screen as SVG, cell by cell: the same picture on every machine, whatever fonts it has."""

from collections.abc import Iterable
from xml.sax.saxutils import escape

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.pilot import Pilot

WIDE, HIGH = 8.4, 17.0
SIZE = 14
PAD = 10.0
FONTS = "'DejaVu Sans Mono', 'Cascadia Mono', Consolas, Menlo, monospace"
WIDE_FONTS = "'WenQuanYi Micro Hei Mono', 'Noto Sans Mono CJK SC', 'Microsoft YaHei', monospace"
FULL, LIGHT_SHADE, UPPER_HALF = "█", "░", "▀"
EIGHTHS = "▁▂▃▄▅▆▇"
BRAILLE = range(0x2801, 0x2900)
DOTS = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))
"""Column and row of the dots of a braille sign, by bit."""
STROKES = {"─": "h", "│": "v", "├": "vr", "└": "ur", "┌": "dr", "┐": "dl", "┘": "ul", "┤": "vl"}


def svg(pilot: Pilot[None]) -> str:
    """Draw what stands on the screen."""
    size = pilot.app.size
    strips = pilot.app.screen._compositor.render_strips()  # pyright: ignore[reportPrivateUsage]
    ground = pilot.app.theme_variables["background"]
    width, height = size.width * WIDE + 2 * PAD, size.height * HIGH + 2 * PAD
    body = [line for y, strip in enumerate(strips) for line in _row(y, strip, ground)]
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
            f'width="{width:g}" height="{height:g}">',
            f'<rect width="100%" height="100%" rx="6" fill="{ground}"/>',
            f'<g font-family="{FONTS}" font-size="{SIZE}" xml:space="preserve">',
            *body,
            "</g></svg>\n",
        )
    )


def _row(y: int, strip: Iterable[Segment], ground: str) -> list[str]:
    top, at = PAD + y * HIGH, 0
    backs: list[str] = []
    fronts: list[str] = []
    for segment in strip:
        style = segment.style or Style()
        front, back = _colours(style, ground)
        cells = cell_len(segment.text)
        left = PAD + at * WIDE
        if back != ground:
            backs.append(_box(left, top, cells * WIDE + 0.3, HIGH + 0.3, back))
        fronts += _runs(segment.text, left, top, front, style)
        at += cells
    return backs + fronts


def _colours(style: Style, ground: str) -> tuple[str, str]:
    front = style.color.get_truecolor().hex if style.color else "#ffffff"
    back = style.bgcolor.get_truecolor().hex if style.bgcolor and not style.bgcolor.is_default else ground
    return (back, front) if style.reverse else (front, back)


def _runs(text: str, left: float, top: float, colour: str, style: Style) -> list[str]:
    """Cut at the border of narrow and wide signs: each run has a width of its own."""
    drawn: list[str] = []
    run, run_left, at = "", left, left
    for sign in text:
        wide = cell_len(sign)
        special = sign in STROKES or sign in FULL + LIGHT_SHADE + UPPER_HALF + EIGHTHS or ord(sign) in BRAILLE
        if run and (special or wide != cell_len(run[0]) or sign == " "):
            drawn.append(_text(run, run_left, top, colour, style))
            run = ""
        if special:
            drawn.append(_drawn(sign, at, top, colour))
        elif sign != " ":
            run_left = run_left if run else at
            run += sign
        at += wide * WIDE
    return [*drawn, _text(run, run_left, top, colour, style)] if run else drawn


def _text(run: str, left: float, top: float, colour: str, style: Style) -> str:
    weight = ' font-weight="bold"' if style.bold else ""
    foot = f"{top + HIGH - 4.5:g}"
    if cell_len(run[0]) == 2:  # each sign at its own cell: fonts disagree about the width of Chinese
        lefts = " ".join(f"{left + 1 + index * 2 * WIDE:g}" for index in range(len(run)))
        where = f'x="{lefts}" font-family="{WIDE_FONTS}"'
    else:
        where = f'x="{left:g}" textLength="{cell_len(run) * WIDE:g}"'
    return f'<text {where} y="{foot}" fill="{colour}"{weight}>{escape(run)}</text>'


def _box(left: float, top: float, width: float, height: float, colour: str, more: str = "") -> str:
    return f'<rect x="{left:g}" y="{top:g}" width="{width:g}" height="{height:g}" fill="{colour}"{more}/>'


def _drawn(sign: str, left: float, top: float, colour: str) -> str:
    if sign in (FULL, LIGHT_SHADE):
        return _box(left, top + 2, WIDE + 0.2, HIGH - 4, colour, "" if sign == FULL else ' opacity="0.35"')
    if sign == UPPER_HALF:
        return _box(left, top, WIDE + 0.2, HIGH / 2, colour)
    if sign in EIGHTHS:
        high = HIGH * (EIGHTHS.index(sign) + 1) / 8
        return _box(left, top + HIGH - high, WIDE + 0.2, high, colour)
    if ord(sign) in BRAILLE:
        return _dots(ord(sign) - BRAILLE.start + 1, left, top, colour)
    x, y = left + WIDE / 2, top + HIGH / 2
    ends = {
        "h": (left, y, left + WIDE, y),
        "v": (x, top, x, top + HIGH),
        "u": (x, top, x, y),
        "d": (x, y, x, top + HIGH),
        "r": (x, y, left + WIDE, y),
        "l": (left, y, x, y),
    }
    paths = "".join(f"M{a:g} {b:g}L{c:g} {d:g}" for a, b, c, d in (ends[k] for k in STROKES[sign]))
    return f'<path d="{paths}" stroke="{colour}" fill="none"/>'


def _dots(bits: int, left: float, top: float, colour: str) -> str:
    places = (DOTS[bit] for bit in range(8) if bits >> bit & 1)
    return "".join(
        _box(left + WIDE * (2 * x + 0.5) / 4, top + HIGH * (2 * y + 0.5) / 8, WIDE / 4, HIGH / 8, colour)
        for x, y in places
    )
