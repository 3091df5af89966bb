"""HOME, the main interface of the manual (M181 to M187, device behaviour 3.3)."""

from core.panel.cells import Canvas
from core.panel.facts import Event, Facts, FailedPoint
from core.panel.texts import Texts
from core.panel.view import View


def draw_home(canvas: Canvas, facts: Facts, view: View) -> None:
    """Draw rows 2 to 9: event, parameter, then the points or what an invalid clock stops."""
    draw_event(canvas, facts.newest_events, view)
    canvas.spread(3, view.row4)
    if not facts.clock_valid:
        for row, text in enumerate(view.texts.clock_invalid, start=5):
            canvas.put(row, 0, text)
        return
    _draw_points(canvas, facts, view)


def draw_event(canvas: Canvas, events: tuple[Event, ...], view: View) -> None:
    """Draw one event on rows 2 and 3: position, ERC and name above, time and subject below."""
    if not events:
        canvas.put(1, 0, view.texts.no_event)
        return
    position = view.event % len(events)
    event = events[position]
    name = view.texts.event_names.get(event.code, "")
    canvas.put(1, 0, f"{position + 1:02d}/{len(events):02d} E{event.code:02d} {name}")
    canvas.put(2, 0, f"{event.at:%m-%d %H:%M:%S} {subject(event, view.texts)}")


def subject(event: Event, texts: Texts) -> str:
    """What an event concerns: a point, a part of the terminal, or the terminal."""
    if event.point is not None:
        return f"{texts.point}{event.point:04d}"
    return texts.say(event.subject) or texts.terminal


def _draw_points(canvas: Canvas, facts: Facts, view: View) -> None:
    reading, texts = facts.reading, view.texts
    canvas.put(5, 0, texts.counts.format(points=reading.points, read=reading.read))
    count = len(reading.failed)
    position = view.failed % count if count else 0
    canvas.spread(6, texts.failed.format(count=count), f"{position + 1}/{count}" if count else "")
    if count:
        _draw_failed(canvas, facts, reading.failed[position], texts)


def _draw_failed(canvas: Canvas, facts: Facts, failed: FailedPoint, texts: Texts) -> None:
    """Name the point with its property number (M187); a failure of another day shows its date."""
    same_day = failed.since.date() == facts.time.date()
    since = f"{failed.since:%H:%M}" if same_day else f"{failed.since:%m-%d}"
    canvas.put(7, 0, f"{texts.point}{failed.point:04d} {failed.port} {texts.failed_since} {since}")
    canvas.put(8, 0, f"{texts.property_number}{failed.property_number}")
