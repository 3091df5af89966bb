"""Frames and the reader: published bytes both ways, stuffing, damage, any chunks."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DecodeError, EncodeError
from core.meters.edmi.address import digits_of, number_of
from core.meters.edmi.commands import answer_body, answer_in, command_body, command_in
from core.meters.edmi.frame import Frame, Header, check_of, decode_frame, encode_frame
from core.meters.edmi.reader import Reader, Received
from core.wire.scan import Noise
from tests.core.meters.edmi.published import Row, rows

FRAMES = [one for one in rows() if one.raw[0] == 2]
headers = st.builds(Header, *(st.integers(0, 0xFFFFFFFF),) * 2, st.integers(0, 0xFFFF))
bodies = st.binary(min_size=1, max_size=60).filter(lambda body: body[0] != 0x45)
frames = st.builds(Frame, bodies, st.none() | headers)


@pytest.mark.parametrize("vector", FRAMES, ids=lambda one: one.meaning)
def test_published_frames_both_ways(vector: Row):
    """Every published frame decodes and encodes to the same bytes."""
    assert encode_frame(decode_frame(vector.raw)) == vector.raw


@pytest.mark.parametrize("vector", FRAMES, ids=lambda one: one.meaning)
def test_published_bodies_both_ways(vector: Row):
    """Every published body is a known command or answer and comes back byte for byte."""
    body = decode_frame(vector.raw).body
    reply = "reply" in vector.meaning
    again = answer_body(answer_in(body)) if reply else command_body(command_in(body))
    assert again == body


def test_addresses_of_the_header():
    """Destination, source and sequence stand where the sources have them."""
    header = decode_frame(rows_of("login")[0].raw).header
    assert header is not None
    assert header == Header(212039174, 0, 0xFFFF)
    assert header.reply == Header(0, 212039174, 0xFFFF)


def rows_of(meaning: str) -> list[Row]:
    return [one for one in rows() if one.meaning == meaning]


def test_the_crc_over_everything_is_zero():
    """CRC-16/XMODEM from STX on: its own check value, and nothing left over a whole frame."""
    assert check_of(b"\x06") == 0x06A4
    frame = rows_of("login")[0].raw
    assert check_of(frame[1:-1]) == 0


@given(frames)
def test_frames_round_trip(frame: Frame):
    """Any body and header survive, and no special byte stands bare inside."""
    raw = encode_frame(frame)
    assert decode_frame(raw) == frame
    assert not set(raw[1:-1]) & {0x02, 0x03, 0x11, 0x13}


@given(frames, st.data())
def test_flow_control_of_a_converter_is_no_part_of_a_frame(frame: Frame, drawn: Any):
    """XON and XOFF may come anywhere: every byte that means something is stuffed."""
    raw = encode_frame(frame)
    at = drawn.draw(st.integers(1, len(raw) - 1))
    assert decode_frame(raw[:at] + drawn.draw(st.sampled_from([b"\x11", b"\x13"])) + raw[at:]) == frame


@given(frames, st.data())
def test_a_flipped_bit_is_never_taken(frame: Frame, drawn: Any):
    """One wrong bit between start and end: an error, never another frame."""
    raw = bytearray(encode_frame(frame))
    at = drawn.draw(st.integers(1, len(raw) - 2))
    raw[at] ^= 1 << drawn.draw(st.integers(0, 7))
    try:
        found = decode_frame(bytes(raw))
    except DecodeError:
        return
    assert found == frame  # the flag of an escaped byte does not count


@given(st.binary(max_size=80))
def test_arbitrary_bytes_raise_only_the_declared_error(noise: bytes):
    """Whatever comes, a frame or ``DecodeError``; bodies likewise."""
    for decode in (decode_frame, answer_in, command_in):
        try:
            decode(noise)
        except DecodeError:
            continue


def test_addresses():
    """000212039174 is 0CA37606; above 32 bits is refused (§3.1)."""
    assert number_of("000212039174") == 0x0CA37606
    assert digits_of(0x0CA37606) == "000212039174"
    for wrong in ("004294967296", "00000A000000", ""):
        with pytest.raises(EncodeError):
            number_of(wrong)


def heard(reader: Reader, pieces: list[bytes]) -> list[Received | Noise]:
    found: list[Received | Noise] = []
    for number, piece in enumerate(pieces):
        found += reader.feed(piece, number * 0.01)
    return found + reader.tick(1000.0)


@given(
    st.lists(frames.map(encode_frame) | st.binary(min_size=1, max_size=12), max_size=6),
    st.lists(st.integers(0, 400), max_size=8),
)
def test_nothing_is_lost_and_nothing_invented(parts: list[bytes], cuts: list[int]):
    """Frames and garbage in any chunks: all bytes come out once, in order, whole frames found."""
    stream = b"".join(parts)
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    found = heard(Reader(), [stream[a:b] for a, b in pairwise(places)])
    assert b"".join(event.raw for event in found) == stream
    whole = heard(Reader(), [stream])
    assert [e for e in found if isinstance(e, Received)] == [e for e in whole if isinstance(e, Received)]


def test_half_a_telegram_does_not_cost_the_next_one():
    """A start byte inside gives up what was begun; the frame behind it is found."""
    good = rows_of("login")[0].raw
    cut, frame = Reader().feed(good[:9] + good, 0.0)
    assert isinstance(cut, Noise)
    assert "cut short" in cut.reason
    assert isinstance(frame, Received)


def test_a_frame_without_end_is_given_up():
    """Silence ends it, and so does a size nobody believes in."""
    reader = Reader()
    assert reader.feed(b"\x02\x52", 1.0) == []
    assert reader.deadline == pytest.approx(1.5)
    (cut,) = reader.tick(1.6)
    assert isinstance(cut, Noise)
    (endless,) = reader.feed(b"\x02" + bytes(5000), 2.0)
    assert isinstance(endless, Noise)
