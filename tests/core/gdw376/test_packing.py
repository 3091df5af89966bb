"""Messages cut into frames."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import EncodeError
from core.gdw376.packing import pack


@given(st.lists(st.binary(min_size=4, max_size=40), max_size=20), st.integers(60, 120), st.integers(0, 8))
@settings(derandomize=True, deadline=None)
def test_frames_hold_whole_blocks(blocks: list[bytes], largest: int, aux: int) -> None:
    """All bytes in order, no frame too long, none emptier than needed, cuts only between blocks."""
    parts = pack(blocks, largest, aux)
    assert b"".join(parts) == b"".join(blocks)
    assert all(len(part) + 16 + aux <= largest for part in parts)
    edges = {sum(map(len, blocks[:i])) for i in range(len(blocks) + 1)}
    assert {sum(map(len, parts[:i])) for i in range(len(parts) + 1)} <= edges
    assert all(len(a) + min(map(len, blocks)) + 16 + aux <= largest or a for a in parts[:-1])


def test_a_block_that_fits_nowhere() -> None:
    """A unit longer than a frame is refused: units are never cut."""
    with pytest.raises(EncodeError):
        pack([bytes(50)], 60)
