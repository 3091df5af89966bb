"""The bottom bar: state word, key hint, countdown, hold hint, note (device behaviour 3.1, 3.7 K2, K7).

Who wins: the hold hint while the key is held, then the note of a site report, then what the page says: the
key hint on lists and detail pages, else the countdown of the programming switch, else the state word. An
open switch takes turns of 3 s with a key hint, and so does the state word while a pass runs.
"""

from core.panel.cells import COMPACT_COLUMNS, text_width
from core.panel.facts import Facts
from core.panel.key import HOLD, PROGRAM, USB
from core.panel.rhythm import first_turn, minutes_seconds
from core.panel.texts import Texts
from core.panel.view import View

RECEIVED_FOR = 12.0
"""Seconds for which the last frame counts as communication."""
PROGRAMMING = 120.0
"""Seconds the programming switch stays open (M171)."""
FIRST_HINT, USB_HINT = 0.5, 20.0
"""Seconds of holding from which the bottom bar speaks, and from which it announces the USB upgrade."""
HIGHEST_PERCENT = 99
"""A pass that still runs is not complete, and the field holds two digits."""


def bottom_bar(facts: Facts, view: View, columns: int) -> str:
    """Return the text of the bottom bar."""
    hint = hold_hint(view, columns)
    if hint:
        return hint
    if view.note is not None:
        return view.texts.notes[view.note]
    if view.key_hint:
        return _hint_in_turn(facts, view, columns)
    if facts.programming_open:
        return countdown(facts, view.texts, columns)
    return state_word(facts, view.now, view.texts)


def hold_hint(view: View, columns: int) -> str:
    """What letting go or holding on would do; empty when the key is up or nothing more happens (K2)."""
    held, texts = view.held, view.texts
    if held is None or held < FIRST_HINT or held >= USB:
        return ""
    compact = columns <= COMPACT_COLUMNS
    if held >= USB_HINT:
        left = -int(-(USB - held) // 1)
        return (texts.hint_usb_compact if compact else texts.hint_usb).format(left=left)
    if held >= PROGRAM:
        left = minutes_seconds(PROGRAMMING + PROGRAM - held)
        return (texts.hint_program_compact if compact else texts.hint_program).format(left=left)
    if not view.hold_word:
        return ""
    return (texts.hint_release if held >= HOLD else texts.hint_hold).format(word=view.hold_word)


def countdown(facts: Facts, texts: Texts, columns: int) -> str:
    """Time for which the programming switch stays open."""
    left = minutes_seconds(facts.programming_left)
    words = texts.program_open if columns > COMPACT_COLUMNS else texts.program_open_compact
    return words + left.rjust(columns - text_width(words))


def state_word(facts: Facts, now: float, texts: Texts) -> str:
    """The activity and the communication word in turn."""
    if facts.self_check.running:
        return texts.checking
    activity = _activity(facts, texts)
    return activity if activity and first_turn(now) else _communication(facts, now, texts)


def _hint_in_turn(facts: Facts, view: View, columns: int) -> str:
    if first_turn(view.now) or (view.menu is not None and view.menu.box is not None):
        return view.key_hint  # the hint of a box counts its own seconds
    if facts.programming_open:
        return countdown(facts, view.texts, columns)
    return _activity(facts, view.texts) or view.key_hint


def _activity(facts: Facts, texts: Texts) -> str:
    running = facts.reading.running
    if facts.reading.freezing:
        return texts.freezing
    if running is None:
        return ""
    percent = min(running.percent, HIGHEST_PERCENT)
    return texts.reading.format(port=running.port, point=running.point, percent=percent)


def _communication(facts: Facts, now: float, texts: Texts) -> str:
    last = facts.uplink.last_frame_at
    if last is not None and now - last <= RECEIVED_FOR:
        return texts.received
    return texts.communication[facts.uplink.state]
