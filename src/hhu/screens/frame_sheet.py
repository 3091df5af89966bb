"""The frame behind a value: its bytes beside their meaning, the value's own bytes lit."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from hhu.screens.frames import Proof, summary
from hhu.widgets.frame_view import FrameView, TreePane
from hhu.widgets.key_row import KeyRow
from hhu.words import words_of


class FrameSheet(ModalScreen[None]):
    """Bytes and tree of one frame."""

    CSS = """
    FrameSheet { align: center bottom; background: transparent; }
    FrameSheet #sheet { width: 100%; height: 18; background: $surface; padding: 1 1 0 1; }
    FrameSheet .title { height: 2; color: $accent; text-style: bold; padding: 0 1; }
    FrameSheet HexPane, FrameSheet TreePane { background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", "Bytes / tree", id="trace.panes", tooltip="Go to bytes and tree"),
        Binding("escape,t", "dismiss(None)", "Close", id="help.close", tooltip="Back to the page"),
    ]

    def __init__(self, proof: Proof) -> None:
        super().__init__()
        self._proof = proof

    def compose(self) -> ComposeResult:
        """Which frame, then the frame."""
        entry, words = self._proof.entry, words_of(self)
        title = f"{entry.wall:%H:%M:%S}  {entry.direction}  {summary(entry, words)}"
        with Vertical(id="sheet"):
            yield Static(title, classes="title", markup=False)
            yield FrameView()
        yield KeyRow()

    def on_mount(self) -> None:
        """Light the value."""
        view = self.query_one(FrameView)
        view.show(self._proof.entry.raw, self._proof.nodes, self._proof.span)
        view.query_one(TreePane).focus()
