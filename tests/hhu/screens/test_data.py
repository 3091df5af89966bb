from pathlib import Path
import pytest
from tests.hhu.stage import *
from tests.hhu.stored import metered, serving


@pytest.mark.parametrize("size", [(80, 24), (132, 43)])
def test_try(tmp_path: Path, size) -> None:
    async def play() -> None:
        with serving(metered()):
            async with opened(tmp_path, size=size, page="data") as pilot:
                await idle(pilot)
                await press(pilot, "r")
                await idle(pilot)
                await pilot.pause(1)
                print(text_of(pilot))
                await press(pilot, "down", "down", "down", "down", "enter")
                await idle(pilot)
                await pilot.pause(1)
                print(text_of(pilot))
                await press(pilot, "c")
                print(text_of(pilot))
                await press(pilot, "escape", "e")
                print(text_of(pilot))
                await press(pilot, "enter")
                await pilot.pause(1)
                print(text_of(pilot))

    on_stage(play)
    assert 0
