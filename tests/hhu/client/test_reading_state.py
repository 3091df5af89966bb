"""What two looks at a port prove, order by order."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from core.gdw376.units.afn0c import PortReading, ReadingState
from hhu.client.reading_state import PortAct, can_show, shows

START = datetime(2026, 11, 20, 14, 30)
RUNNING = PortReading(1, 96, ReadingState(True, False), 40, 2, START, None)
IDLE = replace(RUNNING, state=ReadingState(False, False))
FINISHED = replace(RUNNING, state=ReadingState(False, True), read=96, end=START + timedelta(minutes=7))
AGAIN = replace(RUNNING, read=0, start=START + timedelta(hours=1))


@pytest.mark.parametrize(
    ("act", "before", "after", "proven"),
    [
        (PortAct.PAUSE, RUNNING, IDLE, True),
        (PortAct.PAUSE, RUNNING, RUNNING, False),
        (PortAct.PAUSE, RUNNING, FINISHED, False),
        (PortAct.PAUSE, IDLE, IDLE, False),
        (PortAct.RESUME, IDLE, RUNNING, True),
        (PortAct.RESUME, IDLE, IDLE, False),
        (PortAct.AGAIN, FINISHED, AGAIN, True),
        (PortAct.AGAIN, RUNNING, replace(RUNNING, read=3), True),
        (PortAct.AGAIN, RUNNING, replace(RUNNING, read=41), False),
        (PortAct.AGAIN, FINISHED, FINISHED, False),
        (PortAct.AGAIN, FINISHED, None, False),
    ],
)
def test_only_what_the_port_shows_is_proof(
    act: PortAct, before: PortReading, after: PortReading | None, proven: bool
) -> None:
    """M54: a pass that came to its end is no pause, progress is no new pass, no answer is no proof."""
    assert shows(act, before, after) is proven


def test_a_pause_can_be_seen_only_of_a_port_that_reads() -> None:
    """So nobody waits for a proof that cannot come."""
    assert can_show(PortAct.PAUSE, RUNNING)
    assert not can_show(PortAct.PAUSE, IDLE)
    assert can_show(PortAct.AGAIN, IDLE)
    assert not can_show(PortAct.AGAIN, None)
