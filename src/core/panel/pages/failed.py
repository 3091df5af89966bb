"""FAILED: the points that could not be read, 3 per page, and the detail of one (M175, M187)."""

from core.panel.actions import Action, ReadPoint
from core.panel.cells import Canvas, clipped, text_width
from core.panel.facts import Facts, FailedPoint
from core.panel.view import Level, View

PER_PAGE = 3


def failed_keys(facts: Facts) -> tuple[int, ...]:
    """Point numbers in list order."""
    return tuple(failed.point for failed in facts.reading.failed)


def failed_held(point: int) -> Action:
    """Read the opened point now."""
    return ReadPoint(point)


def draw_failed(canvas: Canvas, facts: Facts, view: View) -> None:
    """Draw the list, or the point that is open."""
    opened = [failed for failed in facts.reading.failed if failed.point == view.subject]
    if view.level is Level.DETAIL and opened:
        _draw_detail(canvas, opened[0], view)
    else:
        _draw_list(canvas, facts, view)


def _draw_list(canvas: Canvas, facts: Facts, view: View) -> None:
    failed, texts = facts.reading.failed, view.texts
    pages = max(-(-len(failed) // PER_PAGE), 1)
    page = min(view.cursor // PER_PAGE, pages - 1) if view.level is Level.LIST else view.page % pages
    canvas.spread(1, texts.failed_points, f"{page + 1}/{pages}")
    if not failed:
        canvas.put(2, 0, texts.no_failed)
    for index in range(page * PER_PAGE, min((page + 1) * PER_PAGE, len(failed))):
        row = 2 + 2 * (index - page * PER_PAGE)
        mark = ">" if view.level is Level.LIST and index == view.cursor else " "
        point = f"{mark}{texts.point}{failed[index].point:04d} {failed[index].port}"
        canvas.spread(row, point, _duration(facts, failed[index]))
        canvas.put(row + 1, 1, f"{texts.property_number}{failed[index].property_number}")
    if view.level is Level.LIST and view.cursor >= len(failed):
        canvas.put(8, 0, f">{texts.back}")


def _duration(facts: Facts, failed: FailedPoint) -> str:
    hours = max(int((facts.time - failed.since).total_seconds()) // 3600, 0)
    return f"{hours // 24}d{hours % 24:02d}h"


def _draw_detail(canvas: Canvas, failed: FailedPoint, view: View) -> None:
    texts = view.texts
    days = texts.day_unit if failed.missing_days == 1 else texts.days_unit
    last = "--" if failed.last_read is None else f"{failed.last_read:%m-%d %H:%M}"
    canvas.spread(1, f"{texts.point_title} {failed.point:04d}", failed.port)
    canvas.put(2, 0, f"{texts.point_address} {failed.address}")
    canvas.put(3, 0, f"{texts.property_number}{failed.property_number}")
    canvas.spread(4, failed.protocol, failed.line)
    canvas.spread(5, texts.last_ok, last)
    canvas.spread(6, texts.last_energy, failed.last_energy or "--")
    tries = f"{texts.tries} {failed.tries}"
    canvas.spread(7, tries, clipped(texts.say(failed.reason), canvas.columns - text_width(tries) - 1))
    canvas.spread(8, texts.missing, f"{failed.missing_days} {days}")
