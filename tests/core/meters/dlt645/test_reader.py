"""The reader: nothing lost, nothing invented, whatever the line does."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.meters.dlt645.frame import Frame, encode_frame
from core.meters.dlt645.reader import Noise, Reader, Received
from tests.core.meters.dlt645.published import Row, rows
from tests.core.meters.dlt645.test_frame import RAW, frames

pieces = st.lists(
    st.binary(max_size=12)
    | st.builds(encode_frame, frames)
    | st.sampled_from([b"\x68", b"\xfe\xfe\xfe\xfe", RAW[:10], RAW[:-1], b"\x68" * 20]),
    max_size=8,
)


def read(raw: bytes) -> list[Received | Noise]:
    """Feed everything at once, then let the line fall silent."""
    reader = Reader()
    return reader.feed(raw, 0.0) + reader.tick(99.0)


def joined(found: Sequence[Received | Noise]) -> bytes:
    """All bytes that came out."""
    return b"".join(p.raw if isinstance(p, Noise) else p.preamble + p.raw for p in found)


def good(found: Sequence[Received | Noise]) -> list[bytes]:
    """The frames that came out."""
    return [piece.raw for piece in found if isinstance(piece, Received)]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.raw.hex())
def test_published_frames(row: Row) -> None:
    """Each correct frame is received, each damaged one is noise with a reason."""
    found = read(b"\xfe\xfe\xfe\xfe" + row.frame)
    assert good(found) == ([row.frame] if row.valid else [])
    assert joined(found) == b"\xfe\xfe\xfe\xfe" + row.frame


@given(pieces, st.randoms(use_true_random=False))
@settings(derandomize=True, deadline=None, max_examples=150)
def test_bytes_are_conserved(parts: list[bytes], random: Random) -> None:
    """In any chunks, at any moment: what came out plus what is pending is what went in."""
    raw, reader, now, at = b"".join(parts), Reader(), 0.0, 0
    found: list[Received | Noise] = []
    while at < len(raw):
        size = random.randint(1, 7)
        found += reader.feed(raw[at : at + size], now)
        at += size
        now += random.choice([0.0, 0.05, 0.7])
        found += reader.tick(now)
        assert joined(found) + reader.pending == raw[:at]
    found += reader.tick(now + 1)
    assert joined(found) == raw


@given(pieces)
@settings(derandomize=True, deadline=None, max_examples=100)
def test_chunks_do_not_matter(parts: list[bytes]) -> None:
    """Byte by byte and all at once find the same frames."""
    raw, reader = b"".join(parts), Reader()
    slowly = [piece for i in range(len(raw)) for piece in reader.feed(raw[i : i + 1], 0.0)]
    assert good(slowly + reader.tick(9.0)) == good(read(raw))


def test_address_with_start_bytes() -> None:
    """A 68H inside the address is no new start (vector of address 192168001101)."""
    raw = encode_frame(Frame("680068006800", 0x11, bytes(4)))
    assert good(read(b"\x68" + raw)) == [raw]


def test_wake_up_bytes_belong_to_the_frame() -> None:
    """FEH in front is the preamble; FEH inside the data stays."""
    raw = bytes.fromhex("68 11 11 11 11 11 11 68 91 05 33 33 34 33 FE")
    raw += bytes([sum(raw) & 0xFF, 0x16])
    (only,) = read(b"\xfe\xfe" + raw)
    assert isinstance(only, Received)
    assert (only.preamble, only.frame.data[-1]) == (b"\xfe\xfe", 0xCB)
