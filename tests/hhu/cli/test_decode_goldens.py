"""What ``hhu decode`` prints for real frames, line by line.

``HHU_WRITE_GOLDENS=1`` writes the file anew; read the difference before it is committed.
"""

import os
from pathlib import Path

import pytest

from tests.hhu.cli.conftest import Hhu
from tests.vectors import published

FILE = Path(__file__).parent / "goldens" / "decode.txt"
SEPARATOR = "\n=== "
FRAMES = tuple(dict.fromkeys(row.raw.hex().upper() for row in published("gdw376/frames")))
CHOSEN = FRAMES[::2]
"""Every second published frame, valid and damaged, known and private: more than 60."""


def goldens() -> dict[str, str]:
    """Expected text by the frame's bytes."""
    pieces = FILE.read_text("utf-8").split(SEPARATOR)[1:]
    return dict(piece.split("\n", 1) for piece in pieces)


def decoded(hhu: Hhu, raw: str) -> str:
    """Both streams, as a person sees them."""
    ended = hhu("decode", raw)
    return (ended.out + ended.err).rstrip("\n")


@pytest.mark.skipif(not os.environ.get("HHU_WRITE_GOLDENS"), reason="goldens are written only on request")
def test_write_goldens(hhu: Hhu) -> None:
    """Not a check: writes what the next test compares with."""
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text("".join(f"{SEPARATOR}{raw}\n{decoded(hhu, raw)}" for raw in CHOSEN), "utf-8")
    assert len(goldens()) == len(CHOSEN)


def test_enough_frames_are_pinned() -> None:
    """At least forty real frames have a golden."""
    assert set(goldens()) == set(CHOSEN)
    assert len(CHOSEN) >= 40


@pytest.mark.parametrize("raw", CHOSEN, ids=range(len(CHOSEN)))
def test_real_frames_are_printed_as_pinned(hhu: Hhu, raw: str) -> None:
    """The tree of a frame: offsets, bytes, labels, values, errors."""
    assert decoded(hhu, raw) == goldens()[raw]


def test_every_published_frame_goes_through(hhu: Hhu) -> None:
    """No published frame is too strange to be printed; what holds no frame says so."""
    for row in published("gdw376/frames"):
        ended = hhu("decode", row.raw.hex())
        assert (ended.code, bool(ended.out)) in ((0, True), (2, False)), row.meaning
