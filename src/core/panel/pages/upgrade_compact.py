"""Upgrades on the compact face: three lines under the bar (device behaviour 3.4) [design]."""

from core.panel.cells import Canvas, clipped
from core.panel.pages.download import download_bar, percent
from core.panel.pages.usb import failure, listed, seconds, usb_bar
from core.panel.texts import Texts
from core.terminal.upgrade.look import DownloadLook, DownloadState, Look, UsbLook, UsbState
from core.terminal.upgrade.slots import Way


def draw_upgrade_compact(canvas: Canvas, look: Look, hint: str, texts: Texts) -> None:
    """Draw rows 2 to 4; ``hint``: what the key that is held would do, instead of the last row."""
    lines = _usb(look, texts, canvas.columns) if isinstance(look, UsbLook) else _download(look, texts)
    for row, line in enumerate((*lines, hint or _bar(look, texts, canvas.columns)), start=1):
        canvas.spread(row, line)


def _bar(look: Look, texts: Texts, columns: int) -> str:
    if isinstance(look, DownloadLook):
        bar = download_bar(look, texts)
        return clipped(bar, columns)
    if look.state is UsbState.RESET:
        return texts.usb_resets[1].format(left=seconds(look.left or 0.0))
    return usb_bar(look, texts, columns)


def _usb(look: UsbLook, texts: Texts, columns: int) -> tuple[str, str]:
    if look.state is UsbState.FAILED:
        return (texts.usb_failed, failure(look, texts, columns)) if look.reason else texts.usb_busy
    match look.state:
        case UsbState.ARMED:
            return texts.usb_upgrade, texts.usb_insert[0]
        case UsbState.MOUNT:
            return texts.usb_upgrade, texts.usb_detecting
        case UsbState.CHOOSE:
            return _two(look)
        case UsbState.RESET:
            return texts.usb_finished, f"{look.before} > {look.after}"
        case _:
            return look.names[0] if look.names else "", _step(look, texts)


def _two(look: UsbLook) -> tuple[str, str]:
    """The package under the cursor, and one more."""
    first, second, *_ = *((">" if marked else " ") + name for marked, name in listed(look, 2)), "", ""
    return first, second


def _step(look: UsbLook, texts: Texts) -> str:
    done = f"{min(look.percent, 99)}%" if look.state is UsbState.COPY else texts.usb_underway
    return f"{texts.usb_steps[look.state]} {done}"


def _download(look: DownloadLook, texts: Texts) -> tuple[str, str]:
    if look.question:
        chosen = texts.yes if look.question.yes else texts.no
        return texts.download_leave[0], f"{texts.download_leave[1]} >{chosen}"
    if look.state is DownloadState.RECEIVING:
        return _place(look), f"{look.units_there}/{look.units} {percent(look)}%"
    reason = texts.upgrade_reasons.get(look.reason, str(look.reason)) if look.reason else ""
    return _place(look), reason or texts.download_states[look.state]


def _place(look: DownloadLook) -> str:
    """Where the file comes from, without what the compact face has no room for."""
    return look.line.split("  ")[0] + " D" if look.way is Way.LOCAL else look.host
