"""The checks of the file transfer against their published values and against one bit at a time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.vendor.crc import CrcKind

SHAPES = {CrcKind.X25: (0x8408, 0xFFFF, 0xFFFF), CrcKind.ARC: (0xA001, 0x0000, 0x0000)}
"""Polynomial mirrored, start, final."""


def bit_by_bit(kind: CrcKind, data: bytes) -> int:
    polynomial, crc, final = SHAPES[kind]
    for octet in data:
        crc ^= octet
        for _ in range(8):
            crc = crc >> 1 ^ (polynomial if crc & 1 else 0)
    return crc ^ final


@pytest.mark.parametrize(("kind", "wanted"), [(CrcKind.X25, 0x906E), (CrcKind.ARC, 0xBB3D)])
def test_the_published_check_values(kind: CrcKind, wanted: int) -> None:
    """Vendor extension §3.1: both values of 123456789."""
    assert kind.of(b"123456789") == wanted


@given(st.sampled_from(CrcKind), st.binary(max_size=70))
def test_fast_is_the_same_as_bit_by_bit(kind: CrcKind, data: bytes) -> None:
    """Even and odd lengths, nothing included."""
    assert kind.of(data) == bit_by_bit(kind, data)


def test_the_kind_is_told_by_the_block() -> None:
    """§3.1: X.25 is tried first, then ARC; none fits a damaged block."""
    block = b"unit 0 of a file"
    assert CrcKind.fitting(block, CrcKind.X25.of(block)) is CrcKind.X25
    assert CrcKind.fitting(block, CrcKind.ARC.of(block)) is CrcKind.ARC
    assert CrcKind.fitting(block, CrcKind.X25.of(block) ^ 1) is None
