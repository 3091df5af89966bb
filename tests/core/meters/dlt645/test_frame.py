"""The frame: byte for byte both ways, and what is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DecodeError, EncodeError
from core.meters.dlt645.address import BROADCAST, WILD, answers, matches, padded, shortened
from core.meters.dlt645.control import Edition
from core.meters.dlt645.frame import Frame, decode_frame, encode_frame
from tests.core.meters.dlt645.published import Row, rows, valid_rows

RAW = bytes.fromhex("68 78 56 34 12 00 00 68 91 08 33 33 34 33 89 67 45 33 B2 16")
addresses = st.text("0123456789", min_size=12, max_size=12) | st.sampled_from([WILD, BROADCAST])
frames = st.builds(Frame, addresses, st.integers(0, 255), st.binary(max_size=255))


@pytest.mark.parametrize("row", valid_rows(), ids=lambda row: row.raw.hex())
def test_published_frames_encode_to_their_own_bytes(row: Row) -> None:
    """Every published frame with a right checksum decodes and encodes to the same bytes."""
    assert encode_frame(decode_frame(row.frame)) == row.frame


@pytest.mark.parametrize("row", [row for row in rows() if not row.valid], ids=lambda row: row.raw.hex())
def test_damaged_published_frames_are_refused(row: Row) -> None:
    """Frames published with a wrong checksum are refused and name it."""
    with pytest.raises(DecodeError) as refused:
        decode_frame(row.frame)
    assert refused.value.field == "CS"


@pytest.mark.parametrize(
    "row", [r for r in valid_rows() if r.version in ("1997", "2007")], ids=lambda r: r.raw.hex()
)
def test_edition_is_told_by_the_function(row: Row) -> None:
    """The control byte and the length tell which edition a published frame is of (dlt645 §2.3)."""
    assert decode_frame(row.frame).edition is Edition(row.version)


def test_worked_example() -> None:
    """The read answer of dlt645 §14 comes apart as the table says."""
    frame = decode_frame(RAW)
    assert frame == Frame("000012345678", 0x91, bytes.fromhex("0000010056341200"))
    assert (frame.reply, frame.negative, frame.more, frame.function) == (True, False, False, 0x11)


@given(frames)
@settings(derandomize=True, deadline=None, max_examples=150)
def test_round_trip(frame: Frame) -> None:
    """Any address, control byte and data survive the wire."""
    assert decode_frame(encode_frame(frame)) == frame


@given(st.binary(max_size=40))
@settings(derandomize=True, deadline=None, max_examples=150)
def test_garbage_raises_only_the_declared_error(raw: bytes) -> None:
    """Arbitrary bytes are a frame or a DecodeError with an offset inside them."""
    try:
        decode_frame(raw)
    except DecodeError as error:
        assert 0 <= error.offset <= len(raw)


@pytest.mark.parametrize("at", range(len(RAW)))
def test_every_flipped_bit_is_noticed(at: int) -> None:
    """One wrong bit anywhere makes the frame invalid."""
    for bit in range(8):
        with pytest.raises(DecodeError):
            decode_frame(RAW[:at] + bytes([RAW[at] ^ 1 << bit]) + RAW[at + 1 :])


@pytest.mark.parametrize(
    "frame",
    [Frame("12", 1), Frame("00001234567G", 1), Frame("000012345678", 256), Frame(WILD, 1, bytes(256))],
)
def test_refusals(frame: Frame) -> None:
    """Short addresses, foreign digits, too large a control byte and too much data cannot be sent."""
    with pytest.raises(EncodeError):
        encode_frame(frame)


def test_wildcards() -> None:
    """AA on top matches anything, AA lower down does not; broadcast is no match (dlt645 §2.2)."""
    own = "000012345678"
    assert matches(WILD, own)
    assert matches("AAAAAAAA5678", own)
    assert matches(own, own)
    assert not matches("AAAAAAAA5679", own)
    assert not matches("00001234AAAA", own)
    assert not matches(BROADCAST, own)
    assert shortened("5678") == "AAAAAAAA5678"
    assert padded("12345678") == own
    assert answers(WILD, own)
    assert answers(own, "AAAAAAAA5678")
    assert not answers("000012345679", own)
