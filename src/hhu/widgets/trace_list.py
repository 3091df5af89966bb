"""Frames as lines: time, since the one before, way, bytes, what it says; follows the newest when asked."""

from collections.abc import Callable, Sequence

from rich.style import Style

from core.lines.recorder import TraceEntry
from hhu.palette import palette_of
from hhu.widgets.columns import Piece, fit
from hhu.widgets.rows import Rows

Summary = Callable[[TraceEntry], str]


class TraceList(Rows):
    """Draws entries; ``summary`` puts one into words."""

    def __init__(
        self, summary: Summary, *, compact: bool = False, id: str | None = None
    ) -> None:  # Textual's name
        super().__init__(id=id)
        self._summary = summary
        self._compact = compact
        self.entries: tuple[TraceEntry, ...] = ()
        self.follows = True

    @property
    def count(self) -> int:
        """One line per entry."""
        return len(self.entries)

    @property
    def current(self) -> TraceEntry | None:
        """The entry under the cursor."""
        return self.entries[self.cursor] if self.entries else None

    def show(self, entries: Sequence[TraceEntry]) -> None:
        """Show other entries; the cursor keeps its entry, or goes to the newest while following."""
        current = self.current
        self.entries = tuple(entries)
        self.rows_changed()
        if not self.entries:
            return
        if self.follows or current is None:
            self.cursor = len(self.entries) - 1
            self.call_after_refresh(self.show_line, self.cursor)
        elif current in self.entries:
            self.cursor = self.entries.index(current)

    def pieces(self, index: int, width: int) -> list[Piece]:
        """One entry."""
        entry = self.entries[index]
        palette = palette_of(self)
        dim = Style(color=palette.dim)
        way = {"tx": palette.sent, "rx": palette.verified}.get(entry.direction, palette.dim)
        bad = palette.refused if entry.kind == "noise" else palette.ink
        text = self._summary(entry)
        if self._compact:
            return [(f" {entry.wall:%H:%M:%S} ", dim), (f"{entry.direction} ", Style(color=way, bold=True)),
                    (fit(text, width - 14), Style(color=bad))]  # fmt: skip
        gap = entry.monotonic - self.entries[index - 1].monotonic if index else 0.0
        size = f"{len(entry.raw):>4}" if entry.raw else "    "
        return [
            (f" {entry.wall:%H:%M:%S}.{entry.wall.microsecond // 1000:03d}", dim),
            (f"{'+' + format(gap, '.2f'):>9} ", dim),
            (f"{entry.direction} ", Style(color=way, bold=True)),
            (f"{size}  ", dim),
            (fit(text, width - 33), Style(color=bad)),
        ]
