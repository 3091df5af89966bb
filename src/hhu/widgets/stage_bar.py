"""How far an upgrade is: the six stages, the bytes of stage 2, and what the line is doing.

Green only at the last stage; all bytes sent is drawn as the end of stage 2 and no more. Silence is said with
the reason it may have, so nobody pulls a cable while the terminal erases its store.
"""

from dataclasses import dataclass

from rich.style import Style
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from hhu.client.upgrade.stages import ERASING, Progress, Stage
from hhu.palette import Palette, palette_of
from hhu.upgrade_words import STAGES
from hhu.widgets.columns import Piece, fit, minutes, strip_of
from hhu.widgets.glyphs import glyphs
from hhu.words import Words, words_of

QUIET = 3.0
"""Seconds of silence from which it is said."""


@dataclass(frozen=True, slots=True)
class UpgradeLook:
    """What is drawn: stages proved, where the bytes are, and how it ended."""

    reached: Stage | None = None
    progress: Progress | None = None
    running: bool = False
    failed: bool = False
    line_limit: float | None = None
    """Bytes per second the line can carry at most."""


class StageBar(Widget):
    """Three lines; the owner sets ``look``."""

    DEFAULT_CSS = "StageBar { height: 3; }"
    look: reactive[UpgradeLook] = reactive(UpgradeLook())

    def render_line(self, y: int) -> Strip:
        """Stages, bar, what the line is doing."""
        palette, words, width = palette_of(self), words_of(self), self.size.width
        lines = (
            stage_pieces(self.look, palette, words),
            bar_pieces(self.look, palette, words, width),
            line_pieces(self.look, palette, words, width),
        )
        return strip_of(lines[y], width, Style(color=palette.ink, bgcolor=palette.ground))


def stage_pieces(look: UpgradeLook, palette: Palette, words: Words) -> list[Piece]:
    """``1 checked ok  2 sending 58 %  3 received ...``; what is proved has a mark, what runs has none yet."""
    reached = look.reached or 0
    pieces: list[Piece] = [(" ", Style())]
    for stage in Stage:
        name = words.of(*STAGES[stage])
        done = stage <= reached and not (stage is Stage.SENDING and reached == Stage.SENDING)
        here = look.running and stage == (reached if reached == Stage.SENDING else reached + 1)
        proved = reached == Stage.CONFIRMED
        style = _style(palette, done=done, here=here, proved=proved, failed=look.failed and not done)
        pieces.append((f"{stage.value} {name}{_mark(look, stage, done=done)}  ", style))
    return pieces


def _style(palette: Palette, *, done: bool, here: bool, proved: bool, failed: bool) -> Style:
    if proved:
        return Style(color=palette.verified, bold=True)
    if done:
        return Style(color=palette.acknowledged)
    if here:
        return Style(color=palette.sent, bold=True)
    return Style(color=palette.refused if failed else palette.dim)


def _mark(look: UpgradeLook, stage: Stage, *, done: bool) -> str:
    if done:
        return f" {glyphs().check}"
    if stage is Stage.SENDING and look.progress:
        return f" {percent(look.progress)} %"
    return ""


def percent(progress: Progress) -> int:
    """Return whole percents, 100 only when nothing is missing."""
    return 100 * progress.sent // max(1, progress.total)


def bar_pieces(look: UpgradeLook, palette: Palette, words: Words, width: int) -> list[Piece]:
    """The bytes that the terminal has, those on the way, the rate, the time left."""
    progress = look.progress
    if progress is None:
        return [(f" {glyphs().void * (width - 2)}", Style(color=palette.dim))]
    known = look.running and progress.left is not None and progress.sent < progress.total
    left = words("work.left", time=minutes(progress.left or 0.0)) if known else ""
    rate = f"{progress.rate / 1024:5.1f} KiB/s" if look.running else ""
    size = f"{kibibytes(progress.sent):>5} / {kibibytes(progress.total)} KiB"
    tail = f"  {size}  {fit(rate, 11)}  {fit(left, 12)}"
    room = max(8, width - len(tail) - 2)
    full = room * progress.sent // max(1, progress.total)
    flying = room * min(progress.total, progress.sent + progress.flying) // max(1, progress.total) - full
    return [
        (f" {glyphs().full * full}", Style(color=palette.accent)),
        (glyphs().void * flying, Style(color=palette.sent)),
        (glyphs().void * (room - full - flying), Style(color=palette.dim)),
        (tail, Style(color=palette.ink)),
    ]


def line_pieces(look: UpgradeLook, palette: Palette, words: Words, width: int) -> list[Piece]:
    """Block size, blocks sent again, silence with its reason."""
    progress = look.progress
    if progress is None:
        return []
    parts = [words("upgrade.block", size=progress.block)] if progress.block else []
    parts.append(words("upgrade.again", number=progress.retries))
    if look.line_limit:
        parts.append(words("upgrade.line-limit", rate=f"{look.line_limit / 1024:.2f}"))
    told: list[Piece] = [(" " + "   ".join(parts), Style(color=palette.dim))]
    if look.running and progress.silent >= QUIET:
        key = "upgrade.erasing" if progress.erasing else "upgrade.silent"
        text = words(key, seconds=int(progress.silent), most=int(ERASING))
        told.append((f"   {text}", Style(color=palette.acknowledged, bold=True)))
    return told


def kibibytes(count: int) -> int:
    """Return whole KiB, rounded up: a file of one byte is no 0 KiB."""
    return -(-count // 1024)
