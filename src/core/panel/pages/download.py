"""Download mode, local and remote (M158, device behaviour 3.3, 5.3, 5.4)."""

from core.panel.cells import Canvas, text_width
from core.panel.facts import Facts
from core.panel.rhythm import hours_minutes_seconds
from core.panel.texts import Texts
from core.panel.view import View
from core.terminal.upgrade.leaving import Question
from core.terminal.upgrade.look import DownloadLook, DownloadState
from core.terminal.upgrade.slots import Way


def draw_download(canvas: Canvas, facts: Facts, view: View) -> None:
    """Draw rows 2 to 9: where it comes from and how far it is, or the question whether to leave."""
    look, texts = facts.upgrading, view.texts
    if not isinstance(look, DownloadLook):
        return
    if look.question:
        _ask(canvas, look.question, texts)
        return
    canvas.put(2, 0, texts.download_titles[look.way])
    canvas.put(3, 0, texts.download_wait[0])
    canvas.put(4, 0, refusal(look, texts) or texts.download_wait[1])
    address = f"{texts.address} {facts.identity.address.replace('-', ' ')}"
    if look.way is Way.LOCAL:
        _local(canvas, look, address, texts)
    else:
        _remote(canvas, look, address, texts)


def download_bar(look: DownloadLook, texts: Texts) -> str:
    """Return the bottom bar: the time until the mode ends by itself, or what the strokes do."""
    if look.question:
        return texts.press_do.format(left=-int(-look.question.left // 1))
    return texts.download_left.format(left=hours_minutes_seconds(look.left))


def download_hold_word(look: DownloadLook, texts: Texts) -> str:
    """Name what a hold of 2 s does."""
    return texts.word_do if look.question else texts.word_leave


def refusal(look: DownloadLook, texts: Texts) -> str:
    """Why the last package was refused, empty when none was."""
    if not look.reason:
        return ""
    return texts.download_last.format(reason=texts.upgrade_reasons.get(look.reason, str(look.reason)))


def percent(look: DownloadLook) -> int:
    """What is there of the file, rounded down: 100 only for all of it."""
    return 100 * look.units_there // look.units if look.units else 0


def _local(canvas: Canvas, look: DownloadLook, address: str, texts: Texts) -> None:
    canvas.put(5, 0, look.line)
    canvas.put(6, 0, address)
    if look.state is not DownloadState.RECEIVING:
        canvas.put(7, 0, texts.download_states[look.state])
        return
    canvas.put(7, 0, f"{texts.download_block}{look.units_there:6d}/{look.units:6d}")
    canvas.put(8, 0, f"{percent(look):15d}%")


def _remote(canvas: Canvas, look: DownloadLook, address: str, texts: Texts) -> None:
    canvas.put(5, 0, f"{texts.download_host} {look.host}")
    canvas.put(6, 0, f"{texts.port} {look.port}")
    canvas.put(7, 0, address)
    if look.state is not DownloadState.RECEIVING:
        canvas.put(8, 0, texts.download_states[look.state])
        return
    count, part = f"{look.units_there}/{look.units}", f"{percent(look)}%"
    label = f"{texts.download_block} {count}"
    fits = text_width(label) + len(part) < canvas.columns
    canvas.spread(8, label if fits else count, part)


def _ask(canvas: Canvas, question: Question, texts: Texts) -> None:
    for row, text in enumerate(texts.download_leave, start=3):
        canvas.centre(row, text)
    canvas.put(6, 2, f"{' ' if question.yes else '>'}{texts.no}")
    canvas.put(6, 11, f"{'>' if question.yes else ' '}{texts.yes}")
