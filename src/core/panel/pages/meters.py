"""METERS: reading status per port (M54, device behaviour 3.3)."""

from core.panel.cells import Canvas
from core.panel.facts import Facts
from core.panel.view import View


def draw_meters(canvas: Canvas, facts: Facts, view: View) -> None:
    """Draw rows 2 to 9."""
    reading, texts = facts.reading, view.texts
    started = "--:--" if reading.pass_at is None else f"{reading.pass_at:%H:%M}"
    canvas.spread(1, texts.meters, f"{texts.last_pass} {started}")
    canvas.put(2, 0, texts.meters_columns)
    for row, port in enumerate(reading.ports[:3], start=3):
        canvas.put(row, 0, f"{port.port}{port.points:5d}{port.read:5d}{port.failed:5d}")
    canvas.spread(6, f"{texts.key_points} {reading.key_points}", f"{texts.ok} {reading.key_points_read}")
    due = "--:--" if reading.supplement_at is None else f"{reading.supplement_at:%H:%M}"
    turn = f"#{reading.supplement_round}" if reading.supplement_round else ""
    canvas.spread(7, f"{texts.supplement} {due}", turn)
    canvas.spread(8, texts.missing_days, str(reading.missing_days))
