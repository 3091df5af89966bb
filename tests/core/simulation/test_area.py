"""The meters around a terminal of a profile."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core.app import Terminal
from core.errors import UsageError
from core.lines.pace import LoopClock
from core.lines.virtual_time import virtual_time
from core.quantities import Quantity
from core.simulation.area import Area
from core.terminal.archive import history_of
from core.terminal.readings import Kind

pytestmark = pytest.mark.area
START = datetime(2026, 11, 20, 22)


async def _night(state: Path, start: datetime) -> dict[int, str]:
    """Forward active at the end of the day that ended, by point, after a night with the demo terminal."""
    async with Terminal.create("demo", state, LoopClock(start), boot=0.0) as terminal:
        await terminal.clock.sleep(4 * 3600)
        inner = terminal.concentrator
        day = datetime.combine(start.date(), datetime.min.time())
        found = {
            meter.point: inner.readings.at(history_of(meter), Kind.DAY, day, Quantity.FORWARD_ACTIVE)
            for meter in inner.archive.meters()
        }
        return {point: str(reading.value[0]) for point, reading in found.items() if reading}  # pyright: ignore[reportIndexIssue]


def test_the_demo_terminal_reads_its_meters_every_night(tmp_path: Path) -> None:
    """M37, M84: all meters but the silent one have their day; after a restart the same meters counted on."""
    with virtual_time() as runner:
        first = runner.run(_night(tmp_path, START))
    with virtual_time() as runner:
        second = runner.run(_night(tmp_path, START + timedelta(days=1)))
    assert sorted(first) == sorted(second) == [point for point in range(1, 25) if point != 5]
    assert all(float(first[point]) < float(second[point]) for point in first)


def test_a_port_without_the_area_is_free(tmp_path: Path) -> None:
    """A port that a person wants for real meters carries none of the area."""

    async def play() -> list[int]:
        async with Terminal.create(
            "demo", tmp_path, LoopClock(START), boot=0.0, meter_ports=(2,)
        ) as terminal:
            return [line.port for line in terminal.meter_lines]

    with virtual_time() as runner:
        assert runner.run(play()) == [2]


@pytest.mark.parametrize(
    "area", [Area(residential=193), Area(residential=-1), Area(residential=2, faults="3:silent")]
)
def test_an_area_that_cannot_be_is_refused(area: Area) -> None:
    """Too many meters, less than none, a fault of a meter that is not there."""
    with pytest.raises(UsageError):
        area.check()
