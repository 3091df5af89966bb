"""Presses as people say them."""

import pytest

from core.errors import UsageError
from hhu.client.presses import TAP, strokes_of


def test_presses_are_taps_and_holds() -> None:
    """One text with commas, or a list."""
    assert strokes_of("tap 2, hold 5.2") == (TAP, TAP, 5.2)
    assert strokes_of(["tap", "hold 30"]) == (TAP, 30.0)
    assert strokes_of("") == ()


@pytest.mark.parametrize("words", ["tip", "hold", "hold x", "tap 0", "hold 9999", "tap -1", "hold nan"])
def test_anything_else_is_refused_with_an_example(words: str) -> None:
    """The word that is none is named."""
    with pytest.raises(UsageError) as caught:
        strokes_of(words)
    assert words in caught.value.reason
    assert "tap 3" in caught.value.hint
