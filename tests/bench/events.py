"""What deciding about events costs: CPU of the judges beside the time that the passes take on the wire."""

from collections.abc import Sequence
from time import process_time

from core.simulation.area import Area
from core.terminal.events.watch import Watch
from core.terminal.readings import History, Reading
from tests.core.terminal.events.play import Play, play

METERS = 24
VISIT = 0.6
"""Seconds on the wire of the shortest visit: two questions and their answers at 2400."""


def share() -> float:
    """CPU of judging a visit, as a share of the shortest visit's time on the wire."""
    spent, judged = 0.0, Watch.point_read

    def timed(self: Watch, history: History, readings: Sequence[Reading]) -> None:
        nonlocal spent, visits
        began = process_time()
        judged(self, history, readings)
        spent += process_time() - began
        visits += 1

    async def steps(p: Play) -> None:
        await p.until(12)

    visits = 0
    Watch.point_read = timed
    try:
        play(steps, Area(seed=1, tariff_control=METERS))
    finally:
        Watch.point_read = judged
    return spent / visits / VISIT
