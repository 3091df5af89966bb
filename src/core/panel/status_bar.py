"""The top bar (device behaviour 2.3): fixed signs, never scrolled (M182).

Columns from 0: mast 0, bars 1, letter 2, alarm 3-4, programming 5, battery 6, activity 7, date 9-13, clock
15-19. One exception follows the picture of the invalid clock: with freezing stopped the activity cell is
free there, and the battery sign stands in it, next to the clock it explains.
"""

from core.panel.cells import Canvas
from core.panel.facts import Backup, Facts, Medium, Mode, UplinkState
from core.panel.rhythm import blink_lit
from core.panel.texts import Texts

MAST, NO_ANSWER = "Ψ", "x"
BARS = " ▂▄▆█"
BAR_LIMITS = (10, 15, 20, 25)
"""CSQ above which one more bar shows."""
LAST_SECONDS = 20.0
"""The programming sign blinks for so long before the switch closes."""


def draw_status_bar(canvas: Canvas, facts: Facts, now: float, texts: Texts) -> None:
    """Draw row 1 of the standard face."""
    if facts.uplink.state is UplinkState.NO_SIM:
        canvas.put(0, 0, texts.no_sim)
    elif facts.mode is not Mode.LOCAL_DOWNLOAD:  # there the module is off
        canvas.put(0, 0, _mast(facts))
        canvas.put(0, 1, bars(facts))
        _draw_letter(canvas, 2, facts)
        canvas.put(0, 3, alarm_sign(facts, now))
    _draw_mode(canvas, 5, facts)
    _draw_battery(canvas, facts)
    canvas.put(0, 7, _activity(facts))
    _draw_clock(canvas, 9, facts)


def draw_compact_bar(canvas: Canvas, facts: Facts, now: float, texts: Texts) -> None:
    """Draw row 1 of the compact face: bars 1, letter 1, alarm 2, mode 1, date and clock 11 cells."""
    if facts.uplink.state is UplinkState.NO_SIM:
        canvas.put(0, 0, texts.no_sim[:3] if mode_sign(facts) else texts.no_sim)
    else:
        canvas.put(0, 0, bars(facts))
        _draw_letter(canvas, 1, facts)
        canvas.put(0, 2, alarm_sign(facts, now))
    _draw_mode(canvas, 4, facts)
    _draw_clock(canvas, 5, facts)


def bars(facts: Facts) -> str:
    """Signal strength in 0 to 4 steps; blank for a wired uplink or while the module does not answer."""
    quality = facts.uplink.signal_quality
    if not facts.uplink.medium.radio or quality is None or facts.uplink.state is UplinkState.NO_MODULE:
        return " "
    return BARS[sum(quality > limit for limit in BAR_LIMITS)]


def alarm_sign(facts: Facts, now: float) -> str:
    """ "!" and the two-digit ERC number in turn, blank without unacknowledged important event."""
    if facts.unseen_event is None:
        return ""
    return f"{facts.unseen_event:02d}" if blink_lit(now) else "!"


def mode_sign(facts: Facts) -> str:
    """U, D or P; USB wins, then the download mode."""
    if facts.usb_present or facts.mode is Mode.USB_UPGRADE:
        return "U"
    if facts.mode is not Mode.RUNNING:
        return "D"
    return "P" if facts.programming_open else ""


def _mast(facts: Facts) -> str:
    if not facts.uplink.medium.radio:
        return " "
    return NO_ANSWER if facts.uplink.state is UplinkState.NO_MODULE else MAST


def _draw_letter(canvas: Canvas, column: int, facts: Facts) -> None:
    """Draw the channel letter, steady when logged in; "-" without a channel to use is steady too.

    USB upgrade mode uses no channel and shows none.
    """
    if facts.mode is Mode.USB_UPGRADE:
        return
    state, medium = facts.uplink.state, facts.uplink.medium
    letter = Medium.NONE.value if state is UplinkState.NONE else medium.value
    canvas.put(0, column, letter, blink=letter != "-" and state is not UplinkState.ONLINE)


def _draw_mode(canvas: Canvas, column: int, facts: Facts) -> None:
    sign = mode_sign(facts)
    canvas.put(0, column, sign, blink=sign == "P" and facts.programming_left <= LAST_SECONDS)


def _draw_battery(canvas: Canvas, facts: Facts) -> None:
    column = 7 if not facts.clock_valid and not _activity(facts) else 6
    if facts.power.cell_low:
        canvas.put(0, column, "b", blink=True)
    elif facts.power.backup is not Backup.PRESENT:
        canvas.put(0, column, "B")


def _activity(facts: Facts) -> str:
    if facts.reading.freezing:
        return "F"
    return "R" if facts.reading.running else ""


def _draw_clock(canvas: Canvas, column: int, facts: Facts) -> None:
    canvas.put(0, column, f"{facts.time:%m-%d}")
    if facts.clock_valid:
        canvas.put(0, column + 6, f"{facts.time:%H:%M}")
    else:
        canvas.put(0, column + 6, "--:--", blink=True)
