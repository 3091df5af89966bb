"""Bitmaps of bursts and maps."""

from hypothesis import given
from hypothesis import strategies as st

from core.vendor.transfer.bitmap import bitmap_of, bits_of


@given(st.lists(st.booleans(), max_size=255))
def test_bitmaps(bits: list[bool]) -> None:
    """The first block in the lowest bit of the first byte; back to the same bits."""
    packed = bitmap_of(bits)
    assert bits_of(packed, len(bits)) == tuple(bits)
    assert len(packed) == -(-len(bits) // 8)
