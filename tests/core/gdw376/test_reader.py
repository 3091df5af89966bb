"""The reader: nothing lost, nothing invented, whatever the line does."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.gdw376.frame import Frame, FrameProfile, encode_frame
from core.gdw376.reader import LARGEST_NOISE, Noise, Reader, Received
from tests.core.gdw376.frames import ANY_PROTOCOL, RAW, down, frames, up
from tests.vectors import Published, published

OTHER = encode_frame(up(number=5))
LONG_PROMISE = bytes.fromhex("68 0240 0240 68 4B")
"""A header that claims 4096 bytes."""
pieces = st.lists(
    st.binary(max_size=12)
    | st.builds(encode_frame, frames())
    | st.sampled_from([b"\x68", b"\xfe\xfe\xfe\xfe", LONG_PROMISE, RAW[:9], RAW[:-1]]),
    max_size=8,
)


def read(raw: bytes, reader: Reader | None = None) -> list[Received | Noise]:
    """Feed everything at once, then let the line fall silent."""
    reader = reader or Reader()
    return reader.feed(raw, 0.0) + reader.tick(99.0)


def joined(found: Sequence[Received | Noise]) -> bytes:
    """All bytes that came out."""
    return b"".join(p.raw if isinstance(p, Noise) else p.preamble + p.raw for p in found)


def good(found: Sequence[Received | Noise]) -> list[bytes]:
    """The frames that came out."""
    return [piece.raw for piece in found if isinstance(piece, Received)]


@pytest.mark.parametrize("row", published("gdw376/frames"), ids=lambda row: row.meaning[:40])
def test_published_frames(row: Published) -> None:
    """Each correct frame is received with its preamble; each damaged one is noise with a reason."""
    found = read(row.raw, Reader(ANY_PROTOCOL))
    if row.valid:
        assert good(found) == [row.frame]
    else:
        assert [type(piece) for piece in found] == [Noise]
        assert all(piece.reason for piece in found if isinstance(piece, Noise))
    assert joined(found) == row.raw


@given(pieces, st.randoms(use_true_random=False))
@settings(derandomize=True, deadline=None, max_examples=150)
def test_bytes_are_conserved(parts: list[bytes], random: Random) -> None:
    """In any chunks, at any moment: what came out plus what is pending is what went in."""
    raw, reader, now = b"".join(parts), Reader(), 0.0
    found: list[Received | Noise] = []
    at = 0
    while at < len(raw):
        size = random.randint(1, 7)
        found += reader.feed(raw[at : at + size], now)
        at += size
        assert joined(found) + reader.pending == raw[:at]
        now += random.choice([0.0, 0.05, 0.2])
        found += reader.tick(now)
        assert joined(found) + reader.pending == raw[:at]
    found += reader.tick(now + 1)
    assert joined(found) == raw
    assert reader.deadline is None
    assert reader.pending == b""


@given(pieces)
@settings(derandomize=True, deadline=None, max_examples=100)
def test_chunks_do_not_matter(parts: list[bytes]) -> None:
    """Byte by byte and all at once find the same frames."""
    raw, reader = b"".join(parts), Reader()
    slowly: list[Received | Noise] = []
    for byte in raw:
        slowly += reader.feed(bytes([byte]), 0.0)
    slowly += reader.tick(9.0)
    assert good(slowly) == good(read(raw))


@given(frames(), st.binary(max_size=20).filter(lambda noise: 0x68 not in noise))
@settings(derandomize=True, deadline=None)
def test_frame_in_garbage(frame: Frame, noise: bytes) -> None:
    """A frame inside garbage is found at once, without waiting for silence."""
    raw = encode_frame(frame)
    assert good(Reader().feed(noise + raw + noise, 0.0)) == [raw]


@pytest.mark.parametrize("cut", range(1, len(RAW)))
def test_cut_anywhere(cut: int) -> None:
    """The head of a cut frame does not swallow the good frame behind it."""
    assert RAW in good(read(RAW[:cut] + RAW))
    reader = Reader()
    assert reader.feed(RAW[:cut], 0.0) == []
    assert good(reader.feed(RAW[cut:], 0.1)) == [RAW]


def test_preamble_is_kept_apart() -> None:
    """FE before 68H is the preamble of its frame; other bytes before it are noise."""
    found = read(b"\x00\xfe\xfe\xfe\xfe" + RAW + b"\xfe\xfe")
    assert [type(piece) for piece in found] == [Noise, Received, Noise]
    assert found[0] == Noise(b"\x00", "no start byte 68H")
    assert isinstance(found[1], Received)
    assert found[1].preamble == b"\xfe" * 4
    assert found[2] == Noise(b"\xfe\xfe", "preamble without a frame")


def test_frame_inside_a_payload() -> None:
    """A whole frame carried in another one is payload, not a second frame."""
    outer = encode_frame(down(0x10, bytes.fromhex("000001001F6BBC0A1400") + RAW))
    assert good(read(outer)) == [outer]


def test_frame_inside_a_broken_one() -> None:
    """When the outer frame is damaged the inner one is found: only the first 68H is given up."""
    outer = bytearray(encode_frame(down(0x10, bytes.fromhex("000001001F6BBC0A1400") + RAW)))
    outer[-2] ^= 1
    assert good(read(bytes(outer))) == [RAW]


@pytest.mark.parametrize("false_start", [b"\x68", b"\x68\x68", b"\x68\x32\x00", LONG_PROMISE[:5]])
def test_false_starts(false_start: bytes) -> None:
    """A 68H in noise costs nothing when the next bytes speak against it."""
    assert good(Reader().feed(false_start + RAW, 0.0)) == [RAW]


def test_false_promise_ends_with_the_silence() -> None:
    """A header that promises 4096 bytes holds the reader until the gap, then what it held is delivered."""
    reader = Reader(gap=0.12)
    assert reader.feed(LONG_PROMISE + RAW + OTHER, 10.0) == []
    assert reader.deadline == pytest.approx(10.12)
    assert reader.tick(10.1) == []
    found = reader.tick(10.13)
    assert good(found) == [RAW, OTHER]
    assert isinstance(found[0], Noise)
    assert found[0].raw == LONG_PROMISE
    assert "cut short" in found[0].reason


def test_reasons_are_the_deepest() -> None:
    """Noise tells what went wrong furthest in: the checksum, not the bytes around it."""
    (noise,) = read(b"\x01\x02" + RAW[:-2] + bytes([RAW[-2] ^ 1, 0x16]) + b"\x03")
    assert isinstance(noise, Noise)
    assert noise.reason.startswith("checksum")


def test_oversized_length() -> None:
    """A length over the profile's limit is refused from the header, without waiting for its bytes."""
    reader = Reader(FrameProfile(largest=2048))
    assert good(reader.feed(LONG_PROMISE + RAW, 0.0)) == [RAW]


def test_foreign_protocol_id() -> None:
    """A frame with the protocol id of 2005 is noise here, and the frame behind it is not."""
    row = next(row for row in published("gdw376/frames") if row.raw[1] & 3 == 1)
    found = read(row.raw + RAW)
    assert good(found) == [RAW]
    assert isinstance(found[0], Noise)
    assert "protocol id 1" in found[0].reason


def test_long_noise_does_not_pile_up() -> None:
    """Endless noise is handed out in pieces."""
    reader = Reader()
    found = [piece for _ in range(200) for piece in reader.feed(b"\x00" * 10, 0.0)]
    assert len(reader.pending) <= LARGEST_NOISE
    assert len(found) == 2000 // (LARGEST_NOISE + 8)


def test_arrival_is_that_of_the_first_byte() -> None:
    """A frame knows when its first byte came, also behind noise in one chunk (device behaviour 3.7 K4)."""
    reader = Reader(gap=5)
    reader.feed(b"\x00\x01", 1.0)
    reader.feed(b"\x02" + RAW[:3], 2.0)
    reader.feed(RAW[3:10], 3.0)
    (_, first, second) = reader.feed(RAW[10:] + RAW, 4.0)
    assert isinstance(first, Received)
    assert isinstance(second, Received)
    assert (first.arrived, second.arrived) == (2.0, 4.0)
