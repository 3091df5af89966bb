"""The table of words: complete, and short enough for its fields."""

from dataclasses import fields, replace
from typing import Any

import pytest

from core.panel.display import Display
from core.panel.facts import Backup, UplinkState
from core.panel.pages.link import traffic
from core.panel.panel import Panel
from core.panel.texts import ENGLISH, EVENT_NAMES
from tests.core.panel.scenes import HEALTHY


def words() -> list[str]:
    found: list[str] = []
    for field in fields(ENGLISH):
        value: Any = getattr(ENGLISH, field.name)
        found += (
            [value] if isinstance(value, str) else list(value.values() if hasattr(value, "values") else value)
        )
    return found


def test_every_word_fits_a_row() -> None:
    """No text is longer than the glass, placeholders aside."""
    assert [word for word in words() if "{" not in word and len(word) > 20] == []


def test_event_names_fit_their_field() -> None:
    """Short names have at most 10 characters, 9 joined for the compact face."""
    assert all(len(name) <= 10 for name in EVENT_NAMES.values())
    assert all(len(name.replace(" ", "")) <= 9 for name in EVENT_NAMES.values())


def test_no_state_is_wordless() -> None:
    """Every uplink and battery state has its words."""
    assert set(ENGLISH.communication) == set(ENGLISH.states) == set(UplinkState)
    assert set(ENGLISH.backup) == set(Backup)


@pytest.mark.parametrize(("octets", "text"), [
    (0, "0"), (999, "999"), (1000, "1.0k"), (1999, "1.9k"), (9999, "9.9k"), (10_000, "10k"),
    (124_600, "124k"), (999_999, "999k"), (1_000_000, "1.0M"), (2_190_000, "2.1M"), (10**9, "1.0G"),
    (987 * 10**9, "987G"),
])  # fmt: skip
def test_traffic_fits_four_cells(octets: int, text: str) -> None:
    """Traffic is cut, never rounded up, and keeps to four cells."""
    assert traffic(octets) == text
    assert len(text) <= 4


def test_language_pack_is_another_table() -> None:
    """A second language replaces words only; wide characters take two cells."""
    chinese = replace(HEALTHY, display=Display(language="zh"))
    panel = Panel(-20.0)
    panel.tick(chinese, 0.0)
    assert panel.face(chinese, 0.0).cells.line(1) == "无事件记录" + " " * 10
