"""Two fixed lines above the footer: what just happened and the next step, or the work that is running.

A notice stays until the next one; nobody has to be quick to read why something was refused.
"""

from dataclasses import dataclass
from enum import Enum

from rich.style import Style
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from hhu.palette import Palette, palette_of
from hhu.widgets.columns import Piece, fit, minutes, strip_of
from hhu.widgets.glyphs import glyphs
from hhu.words import Words, words_of


class Tone(Enum):
    """How a notice is meant; also its word, so colour never stands alone."""

    PLAIN = "plain"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Notice:
    """What happened and what to do next."""

    text: str = ""
    next_step: str = ""
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Work:
    """A job that takes time: steps done of all, bytes per second on the line, seconds since its start."""

    title: str
    done: int
    total: int
    rate: float = 0.0
    elapsed: float = 0.0

    @property
    def left(self) -> float | None:
        """Seconds to go, from the pace so far; ``None`` before the first step is done."""
        return self.elapsed / self.done * (self.total - self.done) if self.done else None


class NoticeRow(Widget):
    """Draws a `Notice`, or a `Work` while there is one."""

    DEFAULT_CSS = "NoticeRow { height: 2; }"
    notice: reactive[Notice] = reactive(Notice())
    work: reactive[Work | None] = reactive(None)

    def render_line(self, y: int) -> Strip:
        """First line: what; second line: next step or progress."""
        palette, words = palette_of(self), words_of(self)
        lines = (
            work_lines(self.work, palette, words, self.size.width)
            if self.work
            else notice_lines(self.notice, palette, words, self.size.width)
        )
        ground = Style(color=palette.ink, bgcolor=palette.surface)
        return strip_of(lines[y] if y < len(lines) else [], self.size.width, ground)


def notice_lines(notice: Notice, palette: Palette, words: Words, width: int) -> list[list[Piece]]:
    """Mark and text, then the next step under the text."""
    if not notice.text:
        return []
    colours = {
        Tone.PLAIN: palette.dim,
        Tone.GOOD: palette.verified,
        Tone.WARN: palette.acknowledged,
        Tone.BAD: palette.refused,
    }
    tone = Style(color=colours[notice.tone], bold=notice.tone is not Tone.PLAIN)
    word = words(f"tone.{notice.tone.value}")
    lead = f" {word}  " if word else " "
    return [
        [(lead, tone), (fit(notice.text, width - len(lead) - 1), Style())],
        [(f" {fit(notice.next_step, width - 2)}", Style(color=palette.dim))],
    ]


def work_lines(work: Work, palette: Palette, words: Words, width: int) -> list[list[Piece]]:
    """Title with count, then bar, rate, time left and how to stop."""
    count = f"{work.done:>3} / {work.total}"
    left = "" if work.left is None else words("work.left", time=minutes(work.left))
    tail = f"  {work.rate:6.0f} B/s  {fit(left, 12)}  {words('work.cancel')}"
    room = max(8, min(48, width - len(tail) - 6))
    full = room * work.done // max(1, work.total)
    signs = glyphs()
    return [
        [(f" {fit(work.title, width - 14)}", Style(bold=True)), (f"{count:>11}", Style())],
        [
            (f" {signs.full * full}", Style(color=palette.accent)),
            (signs.void * (room - full), Style(color=palette.dim)),
            (tail, Style(color=palette.dim)),
        ],
    ]
