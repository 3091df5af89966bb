"""The key's bar and its words."""

import pytest

from hhu.widgets.key import meaning, progress


def test_each_threshold_ends_a_third_of_the_bar() -> None:
    """2 s, 5 s and 30 s are equally far apart, so that 2 s can be aimed at."""
    assert [round(progress(held), 3) for held in (0.0, 2.0, 5.0, 30.0, 60.0)] == [0.0, 0.333, 0.667, 1.0, 1.0]
    assert progress(1.0) == pytest.approx(1 / 6)


def test_letting_go_means_what_the_grammar_says() -> None:
    """Short, report from 2 s, open from 5 s, upgrade at 30 s (device behaviour 3.7)."""
    assert [meaning(held) for held in (None, 0.1, 1.99, 2.0, 4.9, 5.0, 29.9, 30.0)] == [
        "idle", "tap", "tap", "report", "report", "opened", "opened", "usb",
    ]  # fmt: skip
