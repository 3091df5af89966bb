"""EVENTS: the ten newest records, 6 per page, and the detail of one; looking at it acknowledges it."""

from core.panel.actions import AcknowledgeEvent, Action
from core.panel.cells import Canvas, text_width
from core.panel.facts import Event, Facts
from core.panel.pages.home import subject
from core.panel.view import Level, View

PER_PAGE = 6


def event_keys(facts: Facts) -> tuple[int, ...]:
    """Record numbers in list order."""
    return tuple(event.number for event in facts.newest_events)


def event_opened(number: int) -> Action:
    """A person looks at the record."""
    return AcknowledgeEvent(number)


def draw_events(canvas: Canvas, facts: Facts, view: View) -> None:
    """Draw the list, or the record that is open."""
    opened = [event for event in facts.newest_events if event.number == view.subject]
    if view.level is Level.DETAIL and opened:
        _draw_detail(canvas, opened[0], view)
    else:
        _draw_list(canvas, facts, view)


def _draw_list(canvas: Canvas, facts: Facts, view: View) -> None:
    events, texts = facts.newest_events, view.texts
    pages = max(-(-len(events) // PER_PAGE), 1)
    page = min(view.cursor // PER_PAGE, pages - 1) if view.level is Level.LIST else 0
    canvas.put(1, 0, _title(canvas, facts, view))
    if not events:
        canvas.put(2, 0, texts.no_event)
    for index in range(page * PER_PAGE, min((page + 1) * PER_PAGE, len(events))):
        mark = ">" if view.level is Level.LIST and index == view.cursor else " "
        canvas.put(2 + index - page * PER_PAGE, 0, mark + _line(events[index], view))
    if view.level is Level.LIST and view.cursor >= len(events):
        canvas.put(8, 0, f">{texts.back}")


def _title(canvas: Canvas, facts: Facts, view: View) -> str:
    """Name the page with both counters; three-digit counters need the short name."""
    counters = f" EC1 {facts.important_count} EC2 {facts.ordinary_count}"
    long = view.texts.events + counters
    return long if text_width(long) <= canvas.columns else view.texts.events_short + counters


def _line(event: Event, view: View) -> str:
    who = view.texts.terminal_letter if event.point is None else f"{event.point:03d}"
    return f"E{event.code:02d} {event.at:%m-%d %H:%M} {who}"


def _draw_detail(canvas: Canvas, event: Event, view: View) -> None:
    texts = view.texts
    name = texts.event_names.get(event.code, "")
    canvas.put(1, 0, f"E{event.code:02d} {name}")
    canvas.put(1, 16, texts.important if event.important else texts.ordinary)
    canvas.put(2, 0, f"{event.at:%Y-%m-%d %H:%M:%S}")
    whom = f"{texts.event_point} {event.point:04d}" if event.point is not None else subject(event, texts)
    flag = "" if event.begin is None else texts.begin if event.begin else texts.end
    canvas.spread(3, whom, flag)
    for row, (label, value) in enumerate(event.body[:5], start=4):
        canvas.spread(row, texts.say(label), texts.say(value))
