"""The key grammar of device behaviour 3.7 as plays: edges in, strokes out."""

import pytest

from core.panel.key import Key, Stroke


def stroke_of(seconds: float, step: float = 0.01) -> list[tuple[float, Stroke]]:
    """Hold the key for ``seconds`` from second 1 on; return each stroke with the time it came."""
    key = Key()
    seen: list[tuple[float, Stroke]] = []
    for count in range(int((seconds + 2) / step) + 1):
        now = count * step
        strokes = key.tick(now)
        if abs(now - 1) < step / 2:
            strokes += key.press(1.0)
        if abs(now - 1 - seconds) < step / 2:
            strokes += key.release(1.0 + seconds)
        seen += [(round(now - 1, 2), stroke) for stroke in strokes]
    return seen


@pytest.mark.parametrize("seconds", [0.05, 0.2, 1.9, 1.99])
def test_short_below_two_seconds(seconds: float) -> None:
    """Below 2 s a release is a short press, told once the release is debounced."""
    assert stroke_of(seconds) == [(pytest.approx(seconds + 0.03, abs=0.011), Stroke.SHORT)]


@pytest.mark.parametrize("seconds", [2.0, 2.1, 4.9, 4.99])
def test_hold_is_decided_at_release(seconds: float) -> None:
    """From 2 s to below 5 s the release is a hold (K1)."""
    assert stroke_of(seconds) == [(pytest.approx(seconds + 0.03, abs=0.011), Stroke.HOLD)]


@pytest.mark.parametrize("seconds", [5.0, 5.1, 29.9])
def test_program_acts_while_held(seconds: float) -> None:
    """5 s act at the threshold, and the release says nothing more (M170, K1)."""
    assert stroke_of(seconds) == [(pytest.approx(5.0, abs=0.011), Stroke.PROGRAM)]


def test_usb_acts_while_held() -> None:
    """30 s act at the threshold, after the 5 s did (M172, K3)."""
    assert stroke_of(31) == [(5.0, Stroke.PROGRAM), (30.0, Stroke.USB)]


def test_stuck_key_is_told_once() -> None:
    """60 s are told once, then the key is ignored until released, and works again afterwards."""
    key = Key()
    key.press(0.0)
    strokes = [stroke for second in range(1, 200) for stroke in key.tick(float(second))]
    assert strokes == [Stroke.PROGRAM, Stroke.USB, Stroke.STUCK]
    assert key.release(200.0) + key.tick(200.1) == []
    assert key.press(201.0) + key.release(201.2) + key.tick(201.3) == [Stroke.SHORT]


def test_contact_bounce_is_no_press() -> None:
    """A contact shorter than 30 ms is nothing."""
    key = Key()
    assert key.press(0.0) + key.release(0.02) + key.tick(1.0) == []


def test_bouncing_edges_are_one_press() -> None:
    """Bounce at both edges makes one stroke."""
    key = Key()
    strokes: list[Stroke] = []
    for at in (0.0, 0.02):
        strokes += key.press(at) + key.release(at + 0.01)
    strokes += key.press(0.04) + key.tick(1.0)
    for at in (1.0, 1.02):
        strokes += key.release(at) + key.press(at + 0.01)
    strokes += key.release(1.04) + key.tick(1.1)
    assert strokes == [Stroke.SHORT]


def test_bounce_does_not_cut_a_long_hold() -> None:
    """A gap shorter than 30 ms while held starts nothing anew."""
    key = Key()
    key.press(0.0)
    key.tick(4.0)
    key.release(4.0)
    key.press(4.02)
    assert key.tick(5.0) == [Stroke.PROGRAM]


def test_late_ticks_judge_by_the_edges() -> None:
    """A tick long after the release still knows how long the key was held."""
    key = Key()
    assert key.press(0.0) + key.release(1.9) + key.tick(100.0) == [Stroke.SHORT]
    assert key.press(200.0) == []
    assert key.release(231.0) == [Stroke.PROGRAM, Stroke.USB]
    assert key.tick(300.0) == []


def test_held_counts_from_the_edge() -> None:
    """``held`` feeds the hold bar: from the press on, none while up."""
    key = Key()
    assert key.held(0.0) is None
    key.press(1.0)
    key.tick(1.1)
    assert key.held(3.0) == pytest.approx(2.0)
    key.release(3.5)
    key.tick(3.6)
    assert key.held(3.6) is None


@pytest.mark.parametrize(
    ("seconds", "strokes"),
    [
        (0.2, [Stroke.SHORT]),
        (2.0, [Stroke.HOLD]),
        (5.0, [Stroke.PROGRAM]),
        (30.0, [Stroke.PROGRAM, Stroke.USB]),
    ],
)
@pytest.mark.parametrize("step", [0.05, 0.5, 7.3, 100.0])
def test_scripted_hold_runs_on_any_tick(seconds: float, strokes: list[Stroke], step: float) -> None:
    """A scripted stroke of exactly a threshold reaches it, whatever the pace of the ticks (K8)."""
    key = Key()
    key.hold(seconds)
    assert [s for n in range(int(100 / step) + 2) for s in key.tick(n * step)] == strokes


def test_scripted_strokes_queue() -> None:
    """Two taps and a hold are three strokes, in order."""
    key = Key()
    key.tap()
    key.tap()
    key.hold(2.5)
    seen = [s for n in range(100) for s in key.tick(n * 0.1)]
    assert seen == [Stroke.SHORT, Stroke.SHORT, Stroke.HOLD]


def test_release_by_hand_ends_a_script() -> None:
    """Whoever started a 30 s hold by mistake lets go; a press by hand meanwhile does nothing."""
    key = Key()
    key.hold(30.0)
    key.tap()
    key.tick(0.0)
    assert key.down
    assert key.press(1.0) == []
    assert key.release(1.5) + key.tick(40.0) == [Stroke.SHORT]
    assert not key.down


def test_script_waits_for_the_hand() -> None:
    """A scripted stroke starts only when the key is up."""
    key = Key()
    key.press(0.0)
    key.tap()
    assert key.tick(1.0) == []
    assert key.release(1.2) + key.tick(1.3) + key.tick(2.0) == [Stroke.SHORT]
    assert key.tick(3.0) == [Stroke.SHORT]
