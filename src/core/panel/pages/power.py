"""POWER: clock, batteries, supply, self-check, resets (M189, device behaviour 3.3)."""

from decimal import Decimal

from core.panel.cells import Canvas
from core.panel.facts import Facts
from core.panel.view import View


def draw_power(canvas: Canvas, facts: Facts, view: View) -> None:
    """Draw rows 2 to 9; what is not measured shows dashes."""
    power, texts = facts.power, view.texts
    canvas.put(1, 0, texts.power)
    canvas.put(
        2, 0, f"{facts.time:%Y-%m-%d}  {facts.time:%H:%M:%S}" if facts.clock_valid else _invalid(facts)
    )
    canvas.put(3, 0, _clock_set(facts, view))
    canvas.spread(4, texts.clock_cell, f"{'-.--' if power.cell_volts is None else power.cell_volts} V")
    canvas.spread(5, texts.backup_battery, texts.backup[power.backup])
    canvas.spread(6, texts.supply, f"{'---' if power.supply_volts is None else power.supply_volts} V")
    check = facts.self_check
    at = "--:--" if check.at is None else f"{check.at:%H:%M}"
    canvas.spread(7, texts.check_good if check.good else texts.check_bad, at)
    total = texts.resets_total.format(total=power.resets_total)
    canvas.spread(8, texts.resets.format(today=power.resets_today), total)


def _invalid(facts: Facts) -> str:
    return f"{facts.time:%Y-%m-%d}  --:--:--"


def _clock_set(facts: Facts, view: View) -> str:
    """When the clock was last set, and by how many seconds it was corrected."""
    last = facts.clock_set
    if last is None:
        return f"{view.texts.clock_set} {view.texts.clock_never_set}"
    return f"{view.texts.clock_set} {last.at:%m-%d %H:%M} {_correction(last.correction)}"


def _correction(seconds: Decimal) -> str:
    """Write a correction in four cells: seconds, from 1000 on minutes, hours or days."""
    if abs(seconds) < 10:
        return f"{seconds:+.1f}"
    for step, letter, most in ((1, "", 999), (60, "m", 99), (3600, "h", 99), (86400, "d", 99)):
        if abs(seconds) // step <= most:
            return f"{int(seconds / step):+d}{letter}"
    return "jump"
