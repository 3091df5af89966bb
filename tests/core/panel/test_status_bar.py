"""Signs of the top bar, one by one: the lost table of M183 (device behaviour 2.3)."""

from dataclasses import replace

import pytest

from core.panel.cells import Canvas, Cell
from core.panel.facts import Backup, Facts, Medium, Mode, Reading, RunningPass, UplinkState
from core.panel.status_bar import bars, draw_compact_bar, draw_status_bar
from core.panel.texts import ENGLISH
from tests.core.panel.scenes import FAILING, HEALTHY, POWER, UPLINK, Player

RUNNING = Reading(running=RunningPass("485_1", 1, 1))


def cells(facts: Facts, now: float = 0.0) -> tuple[Cell, ...]:
    canvas = Canvas()
    draw_status_bar(canvas, facts, now, ENGLISH)
    return canvas.finished().rows[0]


def line(facts: Facts, now: float = 0.0) -> str:
    return "".join(cell.glyph for cell in cells(facts, now))


def with_uplink(state: UplinkState = UplinkState.ONLINE, medium: Medium = Medium.GPRS) -> Facts:
    return replace(HEALTHY, uplink=replace(UPLINK, state=state, medium=medium))


@pytest.mark.parametrize(("quality", "sign"), [
    (None, " "), (0, " "), (10, " "), (11, "▂"), (15, "▂"), (16, "▄"), (20, "▄"), (21, "▆"), (25, "▆"),
    (26, "█"), (31, "█"),
])  # fmt: skip
def test_bars(quality: int | None, sign: str) -> None:
    """More than 10, 15, 20 and 25 of CSQ give 1 to 4 steps."""
    assert bars(replace(HEALTHY, uplink=replace(UPLINK, signal_quality=quality))) == sign


@pytest.mark.parametrize(("medium", "start"), [
    (Medium.GPRS, "Ψ█G"), (Medium.CDMA, "Ψ█C"), (Medium.SMS, "Ψ█S"),
    (Medium.LAN, "  L"), (Medium.NONE, "  -"),
])  # fmt: skip
def test_medium_letters(medium: Medium, start: str) -> None:
    """Mast and bars belong to the radio ones; each medium has its letter."""
    assert line(with_uplink(medium=medium))[:3] == start


@pytest.mark.parametrize("state", UplinkState)
def test_letter_blinks_until_logged_in(state: UplinkState) -> None:
    """Steady means logged in; without a master there is nothing to blink for."""
    if state is UplinkState.NO_SIM:
        assert line(with_uplink(state))[:5] == "NoSIM"
        return
    letter = cells(with_uplink(state))[2]
    steady = state in {UplinkState.ONLINE, UplinkState.NONE}
    assert letter == Cell("-" if state is UplinkState.NONE else "G", blink=not steady)


def test_the_bar_never_scrolls() -> None:
    """M182: on every page and at any time the signs, the date and the clock keep their columns."""
    player = Player(FAILING)
    for _ in range(8):
        for _ in range(4):
            bar = player.wait(2).face.cells.line(0)
            assert (bar[:3], bar[9:]) == ("Ψ█G", "11-20 14:36")
            assert bar[3:5] in {"31", "! "}
        player.tap()


def test_silent_module() -> None:
    """A module that does not answer has a cross for its mast, and no bars."""
    assert line(with_uplink(UplinkState.NO_MODULE))[:2] == "x "


def test_alarm_alternates_with_the_number() -> None:
    """Number and "!" change every half second."""
    facts = replace(HEALTHY, unseen_event=3)
    assert [line(facts, now)[3:5] for now in (0.0, 0.5, 1.0, 1.5)] == ["03", "! ", "03", "! "]


def test_programming_sign() -> None:
    """P is steady, blinks in the last 20 s, and goes with the window."""
    shown = [cells(replace(HEALTHY, programming_left=left))[5] for left in (120.0, 20.1, 20.0, 0.1, 0.0)]
    assert shown == [Cell("P"), Cell("P"), Cell("P", blink=True), Cell("P", blink=True), Cell()]


def test_usb_wins_over_programming() -> None:
    """A disk present hides P; download mode shows D."""
    both = replace(HEALTHY, programming_left=100.0, usb_present=True)
    assert line(both)[5] == "U"
    assert line(replace(HEALTHY, mode=Mode.REMOTE_DOWNLOAD))[5] == "D"


@pytest.mark.parametrize(
    ("power", "sign"),
    [
        (POWER, Cell()),
        (replace(POWER, backup=Backup.MISSING), Cell("B")),
        (replace(POWER, backup=Backup.LOW), Cell("B")),
        (replace(POWER, backup=Backup.LOW, cell_low=True), Cell("b", blink=True)),
    ],
)
def test_battery_signs(power: object, sign: Cell) -> None:
    """The clock cell wins over the backup battery, and only it blinks."""
    assert cells(replace(HEALTHY, power=power))[6] == sign


def test_activity_signs() -> None:
    """R during a pass, F while freezing."""
    assert line(replace(HEALTHY, reading=RUNNING))[7] == "R"
    assert line(replace(HEALTHY, reading=replace(RUNNING, freezing=True)))[7] == "F"


def test_invalid_clock_blinks_dashes() -> None:
    """No time is shown that cannot be trusted; the battery sign yields its cell to a running pass."""
    facts = replace(HEALTHY, clock_valid=False, power=replace(POWER, cell_low=True))
    assert cells(facts)[15:] == tuple(Cell(glyph, blink=True) for glyph in "--:--")
    assert line(facts)[6:8] == " b"
    assert line(replace(facts, reading=RUNNING))[6:8] == "bR"


@pytest.mark.parametrize(("left", "shown"), [(0.0, "NoSIM11-20 14:36"), (60.0, "NoS P11-20 14:36")])
def test_compact_bar_without_card(left: float, shown: str) -> None:
    """The programming sign stays visible beside the missing card."""
    canvas = Canvas(4, 16)
    facts = replace(with_uplink(UplinkState.NO_SIM), programming_left=left)
    draw_compact_bar(canvas, facts, 0.0, ENGLISH)
    assert canvas.finished().line(0) == shown
