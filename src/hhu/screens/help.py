"""The help of a page, opened with F1; each page keeps its own text."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Markdown

from hhu.widgets.glyphs import glyphs
from hhu.widgets.key_row import KeyRow


class Sheet(Markdown):
    """Markdown with bullets every console can draw."""

    def __init__(self, text: str, *, open_links: bool) -> None:
        self.BULLETS = [f"{glyphs().bullet} "] * 5
        super().__init__(text, open_links=open_links)


class HelpScreen(ModalScreen[None]):
    """A sheet of Markdown over the page."""

    CSS = """
    HelpScreen { background: $surface; }
    HelpScreen VerticalScroll {
        width: 100%; height: 1fr; background: $surface; padding: 1 2; scrollbar-size-vertical: 1;
    }
    HelpScreen Markdown { background: $surface; padding: 0; margin: 0; }
    HelpScreen MarkdownH1, HelpScreen MarkdownH2 {
        content-align: left middle; color: $accent; margin: 1 0 0 0; padding: 0; background: $surface;
        text-style: bold;
    }
    HelpScreen MarkdownH1 { margin: 0 0 1 0; }
    HelpScreen MarkdownBulletList MarkdownParagraph, HelpScreen MarkdownOrderedList MarkdownParagraph {
        margin: 0;
    }
    HelpScreen MarkdownParagraph { margin: 0 0 1 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,q", "dismiss(None)", "Close", id="help.close", tooltip="Back to the page"),
    ]

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        """The sheet."""
        with VerticalScroll():
            yield Sheet(self._text, open_links=False)
        yield KeyRow()

    def on_mount(self) -> None:
        """Arrow keys scroll at once."""
        self.query_one(VerticalScroll).focus()
