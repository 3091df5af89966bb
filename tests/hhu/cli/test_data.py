"""Stored values from the command line, against the emulated terminal."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from tests.hhu.cli.conftest import Hhu
from tests.hhu.stored import Stored, metered, serving

EMULATOR = ("--line", "emulator")


@pytest.fixture(autouse=True)
def stored() -> Iterator[Stored]:
    """Twelve points with a month of values; commands take the computer's day for today."""
    with serving(metered(today=datetime.now().date())) as kept:
        yield kept


def test_try(hhu: Hhu) -> None:
    for words in (
        ("day",),
        ("day", "--points", "5,6", "--items", "forward-active"),
        ("current", "--points", "1-3"),
        ("curve", "--points", "1", "--items", "voltage", "--every", "60"),
        ("hour", "--points", "1"),
        ("statistics",),
        ("reading-day", "--points", "1"),
    ):
        ended = hhu("data", *words, *EMULATOR)
        print(words, ended.code)
        print(ended.out)
        print(ended.err)
    assert 0
