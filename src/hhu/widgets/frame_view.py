"""A frame twice: its bytes beside the tree of what they mean; what is chosen in one lights in the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.reactive import reactive
from textual.widget import Widget

from core.wire.codec import Node
from hhu.palette import palette_of
from hhu.widgets.columns import Piece, fit
from hhu.widgets.glyphs import glyphs
from hhu.widgets.rows import Rows
from hhu.words import words_of


@dataclass(frozen=True, slots=True)
class Branch:
    """A line of the tree: the node and the lines drawn before it."""

    node: Node
    lead: str


def branches(nodes: Sequence[Node], trunk: str = "") -> Iterator[Branch]:
    """Walk a tree top down with its branch lines."""
    signs = glyphs()
    for index, node in enumerate(nodes):
        last = index == len(nodes) - 1
        yield Branch(node, trunk + (signs.last if last else signs.branch))
        yield from branches(node.children, trunk + ("  " if last else signs.trunk))


def tree_of(nodes: Sequence[Node]) -> tuple[Branch, ...]:
    """Flatten a dissection; the frame's own parts stand at the left edge."""
    return tuple(
        branch
        for node in nodes
        for branch in (Branch(node, ""), *branches(node.children))
    )  # fmt: skip


def innermost(tree: Sequence[Branch], offset: int) -> int | None:
    """Return the line of the smallest node over a byte."""
    over = [
        (branch.node.end - branch.node.start, -index)
        for index, branch in enumerate(tree)
        if branch.node.start <= offset < branch.node.end and branch.node.bits is None
    ]
    return -min(over)[1] if over else None


class TreePane(Rows):
    """The meaning: one line per node."""

    DEFAULT_CSS = "TreePane { width: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self.tree_lines: tuple[Branch, ...] = ()

    @property
    def count(self) -> int:
        """One line per node."""
        return len(self.tree_lines)

    def pieces(self, index: int, width: int) -> list[Piece]:
        """Branch, label, text with unit, error."""
        branch = self.tree_lines[index]
        node, words = branch.node, words_of(self)
        label = words.of(node.zh, node.en)
        text = node.text if "•" not in node.text else glyphs().secret * 4
        value = f"{text} {node.unit}".strip()
        error = f"  {node.error}" if node.error else ""
        room = min(26, width * 2 // 5)
        dim = self.colour("dim")
        return [
            (f" {branch.lead}", dim),
            (f"{fit(label, room - len(branch.lead))} ", dim),
            (fit(value, max(0, width - room - 2 - len(error))) if not error else value, self.colour("ink")),
            (error, self.colour("refused", bold=True)),
        ]


class HexPane(Rows):
    """The bytes; ``lit`` is the stretch that the tree points at."""

    DEFAULT_CSS = "HexPane { width: 33; &.-wide { width: 57; } }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "Byte left", show=False, id="hex.left", tooltip="One byte back"),
        Binding("right", "step(1)", "Byte right", show=False, id="hex.right", tooltip="One byte on"),
    ]
    lit: reactive[tuple[int, int]] = reactive((0, 0))
    shows_cursor = False

    class Pointed(Rows.Moved):
        """A byte was chosen here; ``index`` is its offset."""

    def __init__(self) -> None:
        super().__init__()
        self.raw = b""
        self.at = 0

    @property
    def per_line(self) -> int:
        """Bytes on one line."""
        return 16 if self.has_class("-wide") else 8

    @property
    def count(self) -> int:
        """Lines of eight or sixteen bytes."""
        return -(-len(self.raw) // self.per_line)

    def pieces(self, index: int, width: int) -> list[Piece]:
        """Offset, then bytes, the lit ones in the accent colour."""
        palette = palette_of(self)
        first = index * self.per_line
        dim, ink = Style(color=palette.dim), Style(color=palette.ink)
        bright = Style(color=palette.accent_ink, bgcolor=palette.accent)
        pieces: list[Piece] = [(f" {first:04X}  ", dim)]
        for offset in range(first, min(first + self.per_line, len(self.raw))):
            lit = self.lit[0] <= offset < self.lit[1]
            joined = lit and offset + 1 < self.lit[1] and (offset + 1) % self.per_line
            gap = "" if (offset + 1) % self.per_line == 0 else " "
            pieces.append((f"{self.raw[offset]:02X}", bright if lit else ink))
            pieces.append((gap, bright if joined else ink))
        return pieces

    def watch_lit(self, lit: tuple[int, int]) -> None:
        """Show the first lit byte."""
        self.show_line(lit[0] // self.per_line)
        self.refresh()

    def action_step(self, by: int) -> None:
        """Point at the next byte."""
        self._point(self.at + by)

    def action_move(self, by: int) -> None:
        """Point one line up or down."""
        self._point(self.at + by * self.per_line)

    def _point(self, offset: int) -> None:
        self.at = max(0, min(offset, len(self.raw) - 1))
        self.post_message(self.Pointed(self, self.at))

    def on_click(self, event: object) -> None:
        """Point at the byte under the mouse."""
        from textual.events import Click  # noqa: PLC0415  # narrow the event here only

        if isinstance(event, Click):
            column = (event.x - 7) // 3
            if 0 <= column < self.per_line:
                self._point((event.y + self.scroll_offset.y) * self.per_line + column)


class FrameView(Widget):
    """Both panes; ``show`` gives another frame."""

    DEFAULT_CSS = """
    FrameView { height: 1fr; layout: horizontal; }
    FrameView Horizontal { height: 1fr; }
    FrameView HexPane { background: $surface; }
    """

    def compose(self) -> ComposeResult:
        """Bytes left, meaning right."""
        with Horizontal():
            yield HexPane()
            yield TreePane()

    def show(self, raw: bytes, nodes: Sequence[Node], span: tuple[int, int] | None = None) -> None:
        """Show a frame; ``span`` chooses the node that covers exactly these bytes."""
        hexes, tree = self.query_one(HexPane), self.query_one(TreePane)
        hexes.raw, tree.tree_lines = raw, tree_of(nodes)
        hexes.rows_changed()
        tree.rows_changed()
        spans = [(branch.node.start, branch.node.end) for branch in tree.tree_lines]
        tree.cursor = spans.index(span) if span in spans else 0
        self._light()
        self.call_after_refresh(tree.show_line, tree.cursor)  # before the first layout nothing can scroll

    @property
    def current(self) -> Node | None:
        """The node under the cursor."""
        tree = self.query_one(TreePane)
        return tree.tree_lines[tree.cursor].node if tree.tree_lines else None

    def _light(self) -> None:
        node = self.current
        hexes = self.query_one(HexPane)
        hexes.lit = (node.start, node.end) if node else (0, 0)
        hexes.at = node.start if node else 0

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """Another line of the tree: light its bytes."""
        if event.rows is self.query_one(TreePane):
            event.stop()
            self._light()

    def on_hex_pane_pointed(self, event: HexPane.Pointed) -> None:
        """A byte: go to the smallest node over it."""
        event.stop()
        tree = self.query_one(TreePane)
        found = innermost(tree.tree_lines, event.index)
        if found is not None:
            tree.cursor = found

    def on_resize(self) -> None:
        """Sixteen bytes a line where there is room."""
        self.query_one(HexPane).set_class(self.size.width >= 110, "-wide")
