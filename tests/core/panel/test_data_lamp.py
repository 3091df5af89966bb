"""The two-colour data lamp: long enough to be seen, never lagging."""

from itertools import pairwise

from core.panel.data_lamp import QUIET, RECEIVING, SENDING, DataLamp, Glow


def glows(lamp: DataLamp, *times: float) -> list[Glow]:
    return [lamp.glow_at(now) for now in times]


def test_flash_lasts_150_ms() -> None:
    """One note is one flash of 150 ms, red for sending (M176)."""
    lamp = QUIET.noted(SENDING, 1.0)
    assert glows(lamp, 0.99, 1.0, 1.149, 1.151) == [Glow.OFF, Glow.RED, Glow.RED, Glow.OFF]


def test_reply_right_after_the_request_gets_its_flash() -> None:
    """Red shows its full length, then green."""
    lamp = QUIET.noted(SENDING, 0.0).noted(RECEIVING, 0.02)
    assert glows(lamp, 0.1, 0.16, 0.29, 0.31) == [Glow.RED, Glow.GREEN, Glow.GREEN, Glow.OFF]


def test_steady_traffic_blinks() -> None:
    """Chunks every 10 ms give flashes parted by dark moments, and the last flash ends soon after them."""
    lamp = QUIET
    seen: list[Glow] = []
    for count in range(300):
        lamp = lamp.noted(RECEIVING, count / 100)
        seen.append(lamp.glow_at(count / 100))
    changes = sum(a is not b for a, b in pairwise(seen))
    assert set(seen) == {Glow.OFF, Glow.GREEN}
    assert 20 <= changes <= 26
    assert lamp.glow_at(3.0 + 0.31) is Glow.OFF
