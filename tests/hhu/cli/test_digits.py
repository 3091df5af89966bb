"""From a meter's display to the JSON of the tool: everything between is real, two families on one port."""

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from core.app import Terminal
from core.lines.pace import LoopClock
from core.lines.virtual_time import virtual_time
from core.meters.mapping import DLT645_1997, DLT645_2007
from core.quantities import Quantity
from core.terminal.archive import history_of
from core.terminal.readings import Kind
from hhu.client.emulated import state_folder
from tests.bench.month import right
from tests.hhu.cli.conftest import Hhu

TODAY = datetime.combine(datetime.now().date(), datetime.min.time())
DAY = timedelta(days=1)
ENDED = TODAY - 2 * DAY
ROW = "[area]\nresidential = 3\ntariff_control = 2\nthree_phase = 1\nevery_1997 = 3\n"

Registers = dict[int, tuple[Decimal, ...]]


async def night(profile: Path) -> Registers:
    """Let a terminal read six meters; return, by point, what each of them showed when the day ended."""
    async with Terminal.create(
        profile, state_folder(str(profile)), LoopClock(ENDED + timedelta(hours=22)), boot=0.0
    ) as terminal:
        await terminal.clock.sleep(4 * 3600)
        assert terminal.area
        meters = {meter.point: meter for meter in terminal.concentrator.archive.meters()}
        on_port_1 = {one.family for one in terminal.area.placed if one.port == 1}
        assert on_port_1 == {DLT645_1997, DLT645_2007}
        found: Registers = {}
        for one in terminal.area.placed:
            history = history_of(meters[one.point])
            kept = terminal.concentrator.readings.at(history, Kind.DAY, ENDED, Quantity.FORWARD_ACTIVE)
            assert kept is not None
            assert right(one, kept, ENDED + DAY)
            found[one.point] = kept.value  # pyright: ignore[reportArgumentType]  # registers, by the quantity
        return found


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registers:
    """What the meters of a terminal showed; its state is where the tool finds it."""
    monkeypatch.setenv("HHU_HOME", str(tmp_path / "home"))
    profile = tmp_path / "row.toml"
    profile.write_text(ROW, "utf-8")
    with virtual_time() as runner:
        return runner.run(night(profile))


def test_the_digits_of_the_display_reach_the_tool(hhu: Hhu, tmp_path: Path, shown: Registers) -> None:
    """M28, M30, M38, M39, M64: 645-1997 and -2007 in one pass of a port; each digit comes out."""
    day = str(ENDED.date())
    line = ("--line", f"emulator:{tmp_path / 'row.toml'}", "--json")
    ended = hhu("data", "day", "--points", "1-6", "--from", day, "--to", day, *line)
    assert ended.code == 0, ended.err
    told = {row["point"]: list(row["values"].values())[:5] for row in ended.objects}
    assert told == {point: [f"{value:011.4f}" for value in values] for point, values in shown.items()}
