"""Stored values from the command line, against the emulated terminal."""

from datetime import datetime
from pathlib import Path

import pytest

from tests.hhu.cli.conftest import Hhu
from tests.hhu.stored import furnish

EMULATOR = ("--line", "emulator")
TODAY = datetime.now().date()


@pytest.fixture(autouse=True)
def stored(tmp_path: Path) -> None:
    """Twelve points with 40 days of values before today."""
    furnish(tmp_path / "home", TODAY)


def test_try(hhu: Hhu) -> None:
    for words in (
        ("day",),
        ("day", "--points", "5,6", "--items", "forward-active-demand"),
        ("current", "--points", "1-3", "--items", "forward-active,voltage,current,meter-clock"),
        ("curve", "--points", "1,2", "--items", "active-power,voltage", "--every", "60"),
        ("hour", "--points", "1,2"),
        ("statistics",),
        ("reading-day", "--points", "1"),
        ("month", "--from", "2026-01", "--to", "2026-10", "--points", "1"),
        ("statistics", "--items", "all"),
    ):
        ended = hhu("data", *words, *EMULATOR)
        print(words, ended.code)
        print(ended.out)
        print(ended.err)
    assert 0
