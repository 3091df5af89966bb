"""Frames mangled by the thousand: declared errors only, with an offset inside the bytes.

20 000 frames in the ordinary run; a million with ``pytest -m nightly``.
"""

import random

import pytest

from core.errors import DecodeError, EncodeError
from core.gdw376.catalogue import MODULES, units_of
from core.gdw376.dadt import identifier
from core.gdw376.dissect import dissect
from core.gdw376.frame import Address, Direction, Frame, Seq, decode_frame, encode_frame
from core.gdw376.message import decode_items, encode_blocks, encode_query, items_of
from core.gdw376.unit import Edition
from tests.vectors import published

REAL = [row.frame for row in published("gdw376/frames")]
EDITIONS = tuple(Edition)
AFNS = (*MODULES, 0x0A, 0x07, 0x13)


def mangled(rng: random.Random) -> bytes:
    """A real frame with bytes changed, cut out or put in, its checksum made right half of the time."""
    raw = bytearray(rng.choice(REAL))
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(raw))
        match rng.randrange(4):
            case 0:
                raw[at] = rng.randrange(256)
            case 1:
                raw[at] ^= 1 << rng.randrange(8)
            case 2 if len(raw) > 20:
                del raw[at : at + rng.randint(1, 5)]
            case _:
                raw[at:at] = rng.randbytes(rng.randint(1, 5))
    if rng.random() < 0.5 and len(raw) > 8:
        raw[-2] = sum(raw[6:-2]) & 0xFF
    return bytes(raw)


def invented(rng: random.Random) -> bytes:
    """A valid frame with a known unit and random data behind it."""
    afn = rng.choice(AFNS)
    fn = rng.choice([*units_of(afn), rng.randint(1, 248)])
    body = rng.choice([rng.randbytes, lambda n: b"\xee" * n, bytes, lambda n: b"\x99" * n])(
        rng.randint(0, 300)
    )
    points = [rng.randint(0, 2040)]
    payload = identifier(points, [max(fn, 1)]) + body
    direction = rng.choice(tuple(Direction))
    return encode_frame(
        Frame(direction, rng.random() < 0.5, 11, Address("1122", 0x7788), afn, Seq(), payload)
    )


def examine(raw: bytes, edition: Edition) -> None:
    """Everything that reads frames reads this one."""
    dissect(raw, edition)
    try:
        frame = decode_frame(raw)
    except DecodeError as error:
        assert 0 <= error.offset <= len(raw) + 16383
        return
    items = items_of(frame, edition)
    for item in items:
        assert 0 <= item.start <= item.end <= len(frame.payload)
        if item.error:
            assert item.start <= item.error.offset <= len(frame.payload)
    try:
        encode_blocks(items)
        encode_query(items)
    except EncodeError:
        pass  # what may be read but not written, such as terminal address 0


def run(frames: int, seed: int) -> None:
    """Half mangled, half invented."""
    rng = random.Random(seed)
    for number in range(frames):
        examine((mangled if number % 2 else invented)(rng), rng.choice(EDITIONS))


def test_twenty_thousand_frames() -> None:
    """Nothing but declared errors, everything inside the bytes."""
    run(20_000, seed=376)


@pytest.mark.nightly
def test_a_million_frames() -> None:
    """The same for longer."""
    run(1_000_000, seed=20261121)


def test_all_points_in_one_frame() -> None:
    """2040 points asked for in one frame come out in order."""
    payload = b"".join(identifier(list(range(8 * g + 1, 8 * g + 9)), [2]) for g in range(255))
    items = decode_items(0x0C, Direction.DOWN, payload)
    assert [item.pn for item in items] == list(range(1, 2041))


def test_the_largest_frame() -> None:
    """16 383 bytes of L1 are read and explained."""
    payload = identifier([0], [1]) + bytes(16383 - 8 - 4)
    raw = encode_frame(Frame(Direction.UP, False, 8, Address("1122", 0x7788), 0x0E, Seq(), payload))
    assert len(raw) == 16391
    items = items_of(decode_frame(raw))
    assert items[0].fn == 1
    assert dissect(raw)[-1].name == "end"
