"""USB upgrade mode, waiting for a disk (M145, M172, device behaviour 3.3)."""

from core.panel.cells import Canvas
from core.panel.facts import Facts
from core.panel.rhythm import minutes_seconds
from core.panel.view import View


def draw_usb(canvas: Canvas, facts: Facts, view: View) -> None:
    """Draw rows 3 to 9."""
    canvas.put(2, 0, view.texts.usb_title)
    for row, text in enumerate(view.texts.usb_insert, start=4):
        canvas.put(row, 0, text)
    canvas.put(8, 0, view.texts.usb_cancel)


def usb_bar(facts: Facts, view: View, columns: int) -> str:
    """Return the bottom bar: the step and the time left to insert a disk."""
    left = "" if facts.usb_left is None else minutes_seconds(facts.usb_left)
    return view.texts.usb_waiting + left.rjust(columns - len(view.texts.usb_waiting))
