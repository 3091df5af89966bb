from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.simulation.physics.timepiece import Timepiece

START = datetime(2026, 1, 1)
HOUR = timedelta(hours=1)


def test_offset_and_drift() -> None:
    """100 ppm fast is 8.64 s a day on top of the offset."""
    piece = Timepiece(START, offset=5.0, ppm=100.0)
    assert piece.shown(START + timedelta(days=1)) - START == timedelta(days=1, seconds=13.64)


def test_a_clock_set_forward_passes_what_it_jumps_over_at_once() -> None:
    """Midnight that was jumped over happens at the moment of the jump."""
    piece = Timepiece(START)
    piece.set(START + 20 * HOUR, START + 26 * HOUR)
    assert piece.passed(START + 24 * HOUR) == START + 20 * HOUR
    assert piece.passed(START + 27 * HOUR) == START + 21 * HOUR


def test_a_clock_set_back_passes_nothing_twice() -> None:
    """A midnight that was passed before the clock was set back stays where it was."""
    piece = Timepiece(START)
    piece.set(START + 25 * HOUR, START + 23 * HOUR)
    assert piece.passed(START + 24 * HOUR) == START + 24 * HOUR
    assert piece.reached(START + 26 * HOUR) == START + 25 * HOUR
    assert piece.passed(START + 26 * HOUR) == START + 28 * HOUR


def test_times_before_the_clock_was_started() -> None:
    """They were never shown."""
    assert Timepiece(START).passed(START - HOUR) is None


@given(
    st.floats(-100, 100), st.floats(-200, 200), st.integers(0, 10**7),
    st.lists(st.tuples(st.integers(1, 10**6), st.integers(-7200, 7200)), max_size=4),
)  # fmt: skip
def test_first_passing_is_found(offset: float, ppm: float, later: int, sets: list[tuple[int, int]]) -> None:
    """What the clock has reached was passed by then, and nothing later than it."""
    piece, at = Timepiece(START, offset, ppm), START
    for after, step in sets:
        at += timedelta(seconds=after)
        piece.shift(at, step)
    now = at + timedelta(seconds=later)
    reached = piece.reached(now)
    passed = piece.passed(reached)
    assert passed is not None
    assert passed <= now + timedelta(milliseconds=1)
    beyond = piece.passed(reached + timedelta(seconds=1))
    assert beyond is not None
    assert beyond > now - timedelta(milliseconds=1)
