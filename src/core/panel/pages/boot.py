"""The boot page: type, clock, versions, progress of the self-check (device behaviour 3.3)."""

from core.panel.cells import Canvas
from core.panel.facts import Facts
from core.panel.view import View

SHORTEST, LONGEST = 8.0, 20.0
"""Seconds the page stays: until the self-check ends, within these bounds (device behaviour 3.8)."""


def boot_over(facts: Facts, elapsed: float) -> bool:
    """Tell whether the page has to go, ``elapsed`` seconds after power-on."""
    return elapsed >= LONGEST or (elapsed >= SHORTEST and not facts.self_check.running)


def draw_boot(canvas: Canvas, facts: Facts, view: View) -> None:
    """Draw the whole glass but the bottom bar; there is no top bar yet."""
    texts, identity, check = view.texts, facts.identity, facts.self_check
    canvas.centre(2, texts.boot_use)
    canvas.centre(3, texts.boot_kind)
    canvas.centre(4, identity.model)
    canvas.centre(5, f"{facts.time:%Y-%m-%d}")
    canvas.centre(6, f"{facts.time:%H:%M:%S}")
    canvas.centre(7, texts.boot_versions.format(software=identity.software, hardware=identity.hardware))
    canvas.centre(8, texts.boot_check.format(done=check.done, total=check.total))
