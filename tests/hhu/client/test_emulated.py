from datetime import datetime
from pathlib import Path

import pytest

from core.errors import StoreError, UsageError
from core.lines.address import LineAddress
from core.lines.pace import LoopClock
from core.lines.virtual_time import virtual_time
from hhu.client.emulated import EmulatedTerminal, emulated_session, state_folder
from hhu.client.names import parse_name, parse_wish, wanted_units
from hhu.client.plan import Plan
from hhu.client.profiles import EMULATED


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]  # used by pytest
    monkeypatch.setenv("HHU_HOME", str(tmp_path))


async def ask(address: str, channel: str) -> str | None:
    return "000000"


async def _write() -> None:
    where = LineAddress.parse("emulator:factory")
    async with emulated_session(where, ask, EMULATED["ir"], hold=5) as session:
        items = await session.client.read([parse_name("apn")])
        current = [(0, item.value) for item in items if item.value]
        plan = Plan.of(current, wanted_units(current, [parse_wish("apn=cmiot")]))
        await plan.run(session.client)
        assert plan.done


async def _read() -> str:
    where = LineAddress.parse("emulator:factory")
    async with emulated_session(where, ask, EMULATED["rs485"]) as session:
        [item] = await session.client.read([parse_name("apn")])
        return getattr(item.value, "apn", "")


def test_what_was_written_is_there_after_the_next_start() -> None:
    """The state lives in the user's folder; infrared and RS485 lead to the same terminal."""
    with virtual_time() as runner:
        runner.run(_write())
    with virtual_time() as runner:
        assert runner.run(_read()) == "cmiot"


def test_two_programs_cannot_run_the_same_terminal(tmp_path: Path) -> None:
    """The second one is told, instead of two terminals writing one state."""

    async def twice() -> None:
        first = await EmulatedTerminal.start("demo", clock=LoopClock(datetime(2026, 11, 20)))
        try:
            with pytest.raises(StoreError):
                await EmulatedTerminal.start("demo")
        finally:
            await first.stop()

    with virtual_time() as runner:
        runner.run(twice())
    assert state_folder("demo") == tmp_path / "terminals" / "demo"


def test_an_unknown_profile_is_refused() -> None:
    """Its name is in the refusal."""

    async def start() -> None:
        await EmulatedTerminal.start("nonsense")

    with virtual_time() as runner, pytest.raises(UsageError, match="nonsense"):
        runner.run(start())


@pytest.mark.area
def test_a_port_that_is_brought_outside_has_no_simulated_meters() -> None:
    """`hhu emulator --rs485-1 PORT` reads what hangs there; the area's meters of the other port stay."""

    async def play() -> set[int]:
        emulated = await EmulatedTerminal.start(
            "demo", clock=LoopClock(datetime(2026, 11, 20, 12)), taken={1}
        )
        try:
            return {line.port for line in emulated.terminal.meter_lines}
        finally:
            await emulated.stop()

    with virtual_time() as runner:
        assert runner.run(play()) == {2}
