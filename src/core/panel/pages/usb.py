"""Upgrade from a USB disk, one picture per state (M145 to M149, device behaviour 3.3, 5.2)."""

from collections.abc import Callable

from core.panel.cells import Canvas, padded, text_width
from core.panel.facts import Facts
from core.panel.rhythm import minutes_seconds
from core.panel.texts import Texts
from core.panel.view import View
from core.terminal.upgrade.look import UsbLook, UsbState
from core.terminal.upgrade.usb import MOUNT_TRIES

LISTED = 3
"""Packages on the glass at a time."""
BAR = 11
"""Steps of the bar; the percentage stands upon its end."""
STEPS = (UsbState.CHECK, UsbState.COPY, UsbState.VERIFY)


def draw_usb(canvas: Canvas, facts: Facts, view: View) -> None:
    """Draw rows 2 to 9."""
    if isinstance(facts.upgrading, UsbLook):
        PICTURES[facts.upgrading.state](canvas, facts.upgrading, view.texts)


def usb_bar(look: UsbLook, texts: Texts, columns: int) -> str:
    """Return the bottom bar: the state, and what is counted in it."""
    word, right = texts.usb_states[look.state], _counted(look, texts)
    return padded(word, columns - text_width(right)) + right


def _counted(look: UsbLook, texts: Texts) -> str:
    if look.state is UsbState.MOUNT:
        return f"{min(look.tries + 1, MOUNT_TRIES)}/{MOUNT_TRIES}"
    if look.left is None or look.state is UsbState.RESET:
        return ""
    if look.state is UsbState.CHOOSE:
        return texts.usb_auto.format(left=seconds(look.left))
    return minutes_seconds(look.left)


def usb_hold_word(look: UsbLook, texts: Texts) -> str:
    """Name what a hold of 2 s does; empty where it does nothing."""
    match look.state:
        case UsbState.ARMED | UsbState.MOUNT:
            return texts.word_cancel
        case UsbState.CHOOSE:
            return texts.word_take
        case UsbState.FAILED:
            return texts.word_back
        case _:
            return ""


def seconds(left: float) -> int:
    """Whole seconds left; a started one counts."""
    return -int(-left // 1)


def failure(look: UsbLook, texts: Texts, columns: int) -> str:
    """Name the step and the reason; a step that leaves no room loses its blank."""
    reason = texts.upgrade_reasons.get(look.reason, str(look.reason))
    step = texts.usb_steps.get(look.failed)
    if step is None:
        return reason
    spaced = f"{step}: {reason}"
    return spaced if text_width(spaced) <= columns else f"{step}:{reason}"


def listed(look: UsbLook, rows: int) -> tuple[tuple[bool, str], ...]:
    """Return the packages that fit, with the one under the cursor marked."""
    first = max(0, min(look.cursor - rows + 1, len(look.names) - rows))
    shown = range(first, min(first + rows, len(look.names)))
    return tuple((index == look.cursor, look.names[index]) for index in shown)


def _armed(canvas: Canvas, look: UsbLook, texts: Texts) -> None:
    canvas.put(2, 0, texts.usb_title)
    for row, text in enumerate(texts.usb_insert, start=4):
        canvas.put(row, 0, text)
    canvas.put(8, 0, texts.usb_cancel)


def _mount(canvas: Canvas, look: UsbLook, texts: Texts) -> None:
    canvas.put(1, 0, texts.usb_upgrade)
    canvas.put(3, 0, texts.usb_detecting)
    canvas.put(8, 0, texts.usb_cancel)


def _choose(canvas: Canvas, look: UsbLook, texts: Texts) -> None:
    canvas.put(1, 0, texts.usb_upgrade)
    canvas.spread(2, texts.usb_package, f"{look.cursor + 1}/{len(look.names)}")
    for row, (marked, name) in enumerate(listed(look, LISTED), start=3):
        canvas.put(row, 0, (">" if marked else " ") + name)
    canvas.spread(6, texts.usb_running, look.before)
    canvas.put(8, 0, texts.press_take)


def _work(canvas: Canvas, look: UsbLook, texts: Texts) -> None:
    """Check, copy and verify: what is done, what goes on, what comes."""
    canvas.put(1, 0, texts.usb_upgrade)
    canvas.put(2, 0, look.names[0] if look.names else "")
    at = STEPS.index(look.state) if look.state in STEPS else len(STEPS)
    for place, step in enumerate(STEPS):
        if step is look.state is UsbState.COPY:
            _copying(canvas, 3 + place, look, texts)
        else:
            word = texts.usb_passed if place < at else texts.usb_underway
            canvas.put(3 + place, 0, padded(texts.usb_steps[step], 7) + word)
    for row, text in enumerate(texts.usb_keep, start=7):
        canvas.put(row, 0, text)


def _copying(canvas: Canvas, row: int, look: UsbLook, texts: Texts) -> None:
    percent = min(look.percent, 99)
    filled = -(-BAR * percent // 100)
    canvas.spread(row, padded(texts.usb_steps[UsbState.COPY], 7) + "#" * filled, f"{percent}%")


def _reset(canvas: Canvas, look: UsbLook, texts: Texts) -> None:
    canvas.put(1, 0, texts.usb_upgrade)
    canvas.put(3, 0, texts.usb_finished)
    canvas.put(4, 0, texts.usb_versions.format(before=look.before, after=look.after))
    left = seconds(look.left or 0.0)
    for row, text in enumerate(texts.usb_resets, start=6):
        canvas.put(row, 0, text.format(left=left))


def _failed(canvas: Canvas, look: UsbLook, texts: Texts) -> None:
    canvas.put(1, 0, texts.usb_upgrade)
    canvas.put(3, 0, texts.usb_failed)
    if look.reason:
        canvas.put(4, 0, failure(look, texts, canvas.columns))
        canvas.put(6, 0, texts.usb_kept)
    else:
        for row, text in enumerate(texts.usb_busy, start=4):
            canvas.put(row, 0, text)
    canvas.put(8, 0, texts.usb_back)


PICTURES: dict[UsbState, Callable[[Canvas, UsbLook, Texts], None]] = {
    UsbState.ARMED: _armed,
    UsbState.MOUNT: _mount,
    UsbState.CHOOSE: _choose,
    UsbState.CHECK: _work,
    UsbState.COPY: _work,
    UsbState.VERIFY: _work,
    UsbState.COMMIT: _work,
    UsbState.RESET: _reset,
    UsbState.FAILED: _failed,
}
