"""The compact face of 4 x 16 cells: events, failed points, one parameter; or the menu (device behaviour 3.4).

An address too long for its line loses its label, a version date its century; nothing that identifies is
cut.
"""

from core.panel.bottom_bar import countdown, hold_hint
from core.panel.cells import Canvas
from core.panel.facts import Event, Facts, FailedPoint
from core.panel.pages.menu import draw_menu
from core.panel.rhythm import first_turn
from core.panel.status_bar import draw_compact_bar
from core.panel.texts import Texts
from core.panel.view import View


def draw_compact(canvas: Canvas, facts: Facts, view: View, *, menu: bool = False) -> None:
    """Draw all four rows: HOME, or the place in the menu."""
    draw_compact_bar(canvas, facts, view.now, view.texts)
    if menu:
        draw_menu(canvas, facts, view)
        if word := _urgent(view, canvas.columns):
            canvas.spread(3, word)
        return
    scrolled = (*facts.newest_events, *facts.reading.failed)
    if not scrolled:
        canvas.put(1, 0, view.texts.no_event_compact)
    else:
        _draw_record(canvas, scrolled, view)
    canvas.spread(3, _last_row(facts, view, canvas.columns))


def _draw_record(canvas: Canvas, scrolled: tuple[Event | FailedPoint, ...], view: View) -> None:
    position = view.event % len(scrolled)
    record, texts = scrolled[position], view.texts
    if isinstance(record, FailedPoint):
        canvas.spread(1, f"{texts.point}{record.point:04d} {record.port}", f"{position + 1:02d}")
        canvas.put(2, 0, record.property_number)
        return
    name = _joined(texts.event_names.get(record.code, ""))
    whom = texts.terminal if record.point is None else _point(record.point, texts)
    canvas.spread(1, f"E{record.code:02d} {name}", f"{position + 1:02d}")
    canvas.put(2, 0, f"{record.at:%m-%d %H:%M} {whom}")


def _point(point: int, texts: Texts) -> str:
    """Name a point in four cells: the letter gives way to a fourth digit."""
    return f"{texts.point}{point:03d}" if point < 1000 else str(point)


def _joined(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in name.split())


def _urgent(view: View, columns: int) -> str:
    """What wins over everything on the last row: the hold hint, then the answer of what was asked for."""
    hint = hold_hint(view, columns)
    return hint or ("" if view.note is None else view.texts.notes[view.note])


def _last_row(facts: Facts, view: View, columns: int) -> str:
    if word := _urgent(view, columns):
        return word
    if facts.programming_open and first_turn(view.now):
        return countdown(facts, view.texts, columns)
    return _narrow(view.row4.replace("  ", " "), columns)


def _narrow(text: str, columns: int) -> str:
    label, _, value = text.partition(" ")
    if len(text) <= columns:
        return text
    return f"{text[:-10]}{text[-8:]}" if label == "SW" else value
