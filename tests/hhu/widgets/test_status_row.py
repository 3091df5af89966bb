"""The one-line truth keeps its columns in every state and both languages."""

from dataclasses import replace

import pytest
from rich.cells import cell_len

from hhu.palette import DARK
from hhu.widgets.status_row import LineStatus, Pass, Writing, status_parts
from hhu.words import Words

FULL = LineStatus(
    channel="IR",
    speed="2400 8N1",
    address="1122-7788",
    writing=Writing.ARMED_OPEN,
    left=119.5,
    emulated=True,
    password=Pass.ACCEPTED,
    tx=999,
    rx=999,
)
"""Every column as full as it gets."""


def text(status: LineStatus, language: str = "en", width: int = 80) -> str:
    """The row as text."""
    words = Words("zh" if language == "zh" else "en")
    return "".join(piece for piece, _ in status_parts(status, DARK, words, width))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("writing", Writing)
@pytest.mark.parametrize("known", Pass)
def test_nothing_moves_between_states(language: str, writing: Writing, known: Pass) -> None:
    """Counters stay at the right edge and the address in its column, whatever else changes."""
    row = text(replace(FULL, writing=writing, password=known), language)
    assert cell_len(row) == 80
    assert row.endswith("tx999 rx999 err  0 ")
    assert row.index("1122-7788") == text(FULL, language).index("1122-7788")


def test_it_says_everything() -> None:
    """Emulated, channel, speed, address, open switch with countdown, password, counters."""
    row = text(FULL)
    for word in ("EMULATED", "IR 2400 8N1", "1122-7788", "PROGRAM OPEN 2:00", "pw ok", "tx999", "err  0"):
        assert word in row


def test_a_long_port_is_cut_and_the_rest_stays() -> None:
    """A device path that does not fit loses its middle, not its speed."""
    row = text(replace(FULL, emulated=False, port="serial/by-id/usb-1a86_USB_Serial-if00-port0"))
    assert cell_len(row) == 80
    assert "2400 8N1" in row


def test_thousands_are_shortened() -> None:
    """A long visit does not widen the counters."""
    assert text(replace(FULL, tx=12_345, rx=1_000)).endswith("tx12k rx 1k err  0 ")


def test_without_a_line_it_says_so() -> None:
    """No half-filled row before the first connection."""
    assert text(LineStatus()).strip() == "not connected"
