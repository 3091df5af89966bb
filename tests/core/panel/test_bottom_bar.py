"""The bottom bar: words, turns, countdown, hints and who wins (device behaviour 3.1, 3.7)."""

from dataclasses import replace

import pytest

from core.panel.actions import ReportOutcome
from core.panel.bottom_bar import bottom_bar, state_word
from core.panel.facts import Facts, Reading, RunningPass, SelfCheck, UplinkState
from core.panel.texts import ENGLISH
from core.panel.view import View
from tests.core.panel.scenes import HEALTHY, UPLINK

READING = replace(HEALTHY, reading=Reading(running=RunningPass("485_2", 44, 100)))


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (UplinkState.NONE, "Local"),
        (UplinkState.NO_MODULE, "NoMod"),
        (UplinkState.NO_SIM, "NoMod"),
        (UplinkState.DIALLING, "Dial"),
        (UplinkState.LOGIN, "Login"),
        (UplinkState.ONLINE, "Idle"),
        (UplinkState.OFFLINE, "OffL"),
        (UplinkState.LISTENING, "Lstn"),
    ],
)
def test_communication_words(state: UplinkState, word: str) -> None:
    """Each uplink state has its word, and a frame within 12 s wins over all."""
    facts = replace(HEALTHY, uplink=replace(UPLINK, state=state, last_frame_at=100.0))
    assert [state_word(facts, now, ENGLISH) for now in (112.0, 112.1)] == ["Comu", word]


def test_pass_takes_turns() -> None:
    """The pass and the communication word change every 3 s; a running pass never claims 100 %."""
    words = [state_word(READING, now, ENGLISH) for now in (0.0, 2.9, 3.0, 5.9, 6.0)]
    running = "Rd-M 485_2 P0044 99%"
    assert words == [running, running, "Idle", "Idle", running]


def test_freezing_and_checking() -> None:
    """Freezing replaces the pass, a self-check replaces everything."""
    freezing = replace(READING, reading=replace(READING.reading, freezing=True))
    assert state_word(freezing, 0.0, ENGLISH) == "Frz"
    assert state_word(replace(freezing, self_check=SelfCheck(done=2)), 0.0, ENGLISH) == "Chk"


def bar(facts: Facts, now: float = 0.0, held: float | None = None, hint: str = "", note: bool = False) -> str:
    outcome = ReportOutcome.SENT if note else None
    return bottom_bar(facts, View(now, held=held, hold_word="report", key_hint=hint, note=outcome), 20)


OPEN = replace(HEALTHY, programming_left=107.0)


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (120.0, "PROGRAM OPEN    2:00"),
        (107.0, "PROGRAM OPEN    1:47"),
        (106.2, "PROGRAM OPEN    1:47"),
        (9.0, "PROGRAM OPEN    0:09"),
        (0.1, "PROGRAM OPEN    0:01"),
        (0.0, "Idle"),
    ],
)
def test_countdown(left: float, text: str) -> None:
    """The countdown ends with 0:01, never shows 0:00 while open (M171)."""
    assert bar(replace(HEALTHY, programming_left=left)) == text


@pytest.mark.parametrize(
    ("held", "text"),
    [
        (0.4, "PROGRAM OPEN    1:47"),
        (0.5, "hold >2s report"),
        (1.9, "hold >2s report"),
        (2.0, "release = report"),
        (4.9, "release = report"),
        (5.0, "PROGRAM OPEN  2:00"),
        (8.2, "PROGRAM OPEN  1:57"),
        (20.0, "30s: USB upgrade 10"),
        (29.5, "30s: USB upgrade 1"),
        (30.0, "PROGRAM OPEN    1:47"),
    ],
)
def test_hold_hints(held: float, text: str) -> None:
    """The bar names what letting go would do, step by step (K2); it wins over everything."""
    assert bar(OPEN, held=held) == text
    if 0.5 <= held < 30:
        assert bar(OPEN, held=held, hint="press next hold open", note=True) == text


def test_order_of_precedence() -> None:
    """Note over key hint over countdown over state word."""
    assert bar(OPEN, note=True, hint="hold: back") == "Report sent"
    assert bar(OPEN, hint="hold: back") == "hold: back"


def test_key_hint_takes_turns() -> None:
    """On lists the open switch and a running pass share the bar with the hint; nothing else does."""
    assert [bar(OPEN, now, hint="hold: back") for now in (0.0, 3.0)] == ["hold: back", "PROGRAM OPEN    1:47"]
    assert bar(READING, 3.0, hint="hold: back") == "Rd-M 485_2 P0044 99%"
    assert bar(HEALTHY, 3.0, hint="hold: back") == "hold: back"
