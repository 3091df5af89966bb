"""MENU and everything below it: lists, points, choices, sheets, the No/Yes box (device behaviour 3.3, 3.6).

On the compact face three lines under the bar: a list without title and numbers, a sheet with its title and
two lines, a box with its question and its answers (3.4).
"""

from core.panel.cells import COLUMNS, COMPACT_COLUMNS, COMPACT_ROWS, Canvas, clipped, text_width
from core.panel.facts import Facts
from core.panel.menu import MENU, Branch, Choice, Leaf, PointList
from core.panel.texts import Texts
from core.panel.view import View
from core.panel.walk import Box, Floor, Spot, options_of

LIST_ROWS, POINT_ROWS, COMPACT_LIST = 7, 6, 3
WHEN_COLUMN = 13
YES_COLUMN = 12
TAIL = 9
"""Last digits of an address that the compact face has room for; they tell meters of one place apart."""
POINT_OF = ("POINT",)

Rows = list[tuple[str, str]]
"""Text and mark of each entry."""


def draw_menu(canvas: Canvas, facts: Facts, view: View) -> None:
    """Draw the place in the menu, or the closed menu while passing by."""
    spot = view.menu or Spot(Floor(MENU))
    if spot.box is not None:
        _draw_box(canvas, spot.box, view)
    elif isinstance(spot.floor.node, Leaf):
        _draw_sheet(canvas, spot, view)
    else:
        _draw_list(canvas, facts, spot, view)


def _compact(canvas: Canvas) -> bool:
    return canvas.rows == COMPACT_ROWS


def _draw_list(canvas: Canvas, facts: Facts, spot: Spot, view: View) -> None:
    node, cursor = spot.floor.node, spot.floor.cursor
    rows = _rows(facts, spot, view.texts)
    first = 1 if _compact(canvas) else 2
    height = COMPACT_LIST if _compact(canvas) else POINT_ROWS if isinstance(node, PointList) else LIST_ROWS
    page = cursor // height
    if not _compact(canvas):
        pages = -(-len(rows) // height)
        canvas.spread(1, _title(spot, view.texts), f"{page + 1}/{pages}" if pages > 1 else "")
    for index, (text, mark) in enumerate(rows[page * height : (page + 1) * height], page * height):
        pointer = ">" if view.menu is not None and index == cursor else " "
        canvas.spread(first + index - page * height, pointer + text, mark)


def _rows(facts: Facts, spot: Spot, texts: Texts) -> Rows:
    match spot.floor.node:
        case Branch(entries=entries):
            titles = [*(entry.title for entry in entries), texts.back]
            if facts.display.compact:
                return [(clipped(texts.say(title), COMPACT_COLUMNS - 1), "") for title in titles]
            return [(f"{number} {texts.say(title)}", "") for number, title in enumerate(titles, 1)]
        case PointList():
            digits = TAIL if facts.display.compact else None
            points = [
                f"{texts.point}{one.point:04d} {_tail(one.address, digits)}" for one in facts.sheets.points()
            ]
            return [*((point, "") for point in points), (texts.back, "")]
        case Choice() as choice:
            width = COMPACT_COLUMNS if facts.display.compact else COLUMNS
            options = [(texts.say(one.label), texts.say(one.mark)) for one in options_of(choice, facts)]
            return [*(_fitting(label, mark, width) for label, mark in options), (texts.back, "")]
        case _:
            return []


def _fitting(label: str, mark: str, width: int) -> tuple[str, str]:
    """Cut the label so far that pointer, label, a space and mark fit."""
    return clipped(label, width - text_width(mark) - (2 if mark else 1)), mark


def _tail(address: str, digits: int | None) -> str:
    return address if digits is None else address[-digits:]


def _title(spot: Spot, texts: Texts) -> str:
    node = spot.floor.node
    if spot.point is not None and node.name in POINT_OF:
        return f"{texts.point}{spot.point:04d}"
    title = texts.say(node.title).upper()
    return f"{spot.number} {title}" if spot.number else title


def _draw_sheet(canvas: Canvas, spot: Spot, view: View) -> None:
    pages = spot.pages
    if not pages:
        canvas.put(1, 0, view.texts.say(spot.floor.node.title))
        canvas.put(2, 0, view.texts.no_values)
        return
    page = pages[spot.floor.cursor % len(pages)]
    whose = "" if spot.point is None else f"{view.texts.point}{spot.point:04d} "
    canvas.put(1, 0, whose + page.title)
    if page.when:
        canvas.put(1, min(WHEN_COLUMN, canvas.columns - text_width(page.when)), page.when)
    for row, (label, column, value) in enumerate(page.rows, 2):
        canvas.put(row, 0, label)
        canvas.put(row, column, value)
    if not _compact(canvas):
        canvas.spread(8, page.foot, page.mark if len(pages) > 1 else "")


def _draw_box(canvas: Canvas, box: Box, view: View) -> None:
    texts = view.texts
    row, left = (1, 1) if _compact(canvas) else (3, 3)
    for offset, words in enumerate(box.deed.question):
        canvas.put(row + offset, left, texts.say(words))
    answers = 3 if _compact(canvas) else 6
    yes = YES_COLUMN if not _compact(canvas) else 8
    canvas.put(answers, left - 1, " " if box.yes else ">")
    canvas.put(answers, left, texts.no)
    canvas.put(answers, yes - 1, ">" if box.yes else " ")
    canvas.put(answers, yes, texts.yes)
    if _compact(canvas):
        left_seconds = max(-int(-(box.until - view.now) // 1), 0)
        canvas.put(answers, canvas.columns - 2, f"{left_seconds:2d}")
