"""The Upgrade page against the emulated terminal: the guided flow, resume, refusals, the USB disk."""

from pathlib import Path

import pytest

from hhu.client.upgrade.stages import Done, Stage
from tests.hhu.stage import on_stage, opened, text_of
from tests.hhu.upgrade_plays import board_of, proved


@pytest.mark.parametrize(("size", "language"), [((80, 24), "zh"), ((132, 43), "en")])
def test_the_guided_flow_ends_with_the_version(tmp_path: Path, size: tuple[int, int], language: str) -> None:
    """M151-M159: package, checks, command, cable, file, restart, and the version as proof; Enter only."""

    async def play() -> None:
        async with opened(tmp_path, size=size, page="upgrade", language=language) as pilot:
            await proved(pilot)
            outcome = board_of(pilot).outcome
            assert isinstance(outcome, Done)
            assert outcome.after == "9902 2026-11-15"
            assert board_of(pilot).reached is Stage.CONFIRMED
            assert "9902 2026-11-15" in text_of(pilot)

    on_stage(play)
