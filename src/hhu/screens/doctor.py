"""What could be in the way: the doctor's findings, each with its next step."""

from textwrap import wrap
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from hhu.client.doctor import Finding, findings
from hhu.palette import palette_of
from hhu.widgets.key_row import KeyRow
from hhu.words import words_of

INDENT = 17
"""Cells of verdict and topic."""


def hanging(text: str, width: int) -> str:
    """Wrap a text that begins behind verdict and topic, its further lines under its beginning."""
    return f"\n{'':<{INDENT}}".join(wrap(text, max(20, width - INDENT - 6)) or [""])


class DoctorSheet(ModalScreen[None]):
    """The findings as a list."""

    CSS = """
    DoctorSheet { align: center bottom; background: transparent; }
    DoctorSheet VerticalScroll {
        width: 100%; height: auto; max-height: 20; background: $surface; padding: 1 2;
        scrollbar-size-vertical: 1;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f2", "dismiss(None)", "Close", id="help.close", tooltip="Back to the page"),
    ]

    def compose(self) -> ComposeResult:
        """The list."""
        with VerticalScroll():
            yield Static(words_of(self)("doctor.looking"), id="findings", markup=False)
        yield KeyRow()

    def on_mount(self) -> None:
        """Look in a thread: ports and keyrings may take their time."""
        self.query_one(VerticalScroll).focus()
        self.run_worker(self._find, thread=True, group="doctor")

    def _find(self) -> None:
        found = tuple(findings())
        self.app.call_from_thread(self._show, found)

    def _show(self, found: tuple[Finding, ...]) -> None:
        palette = palette_of(self)
        colours = {"ok": palette.verified, "note": palette.acknowledged, "bad": palette.refused}
        text = Text()
        for finding in found:
            text.append(
                f"{finding.verdict:<6}", Style(color=colours.get(finding.verdict, palette.ink), bold=True)
            )
            text.append(f"{finding.topic:<11}", Style(color=palette.dim))
            text.append(f"{hanging(finding.fact, self.size.width)}\n")
            if finding.next_step:
                next_step = hanging(finding.next_step, self.size.width)
                text.append(f"{'':<{INDENT}}{next_step}\n", Style(color=palette.dim))
        self.query_one("#findings", Static).update(text)
