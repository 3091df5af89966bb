"""What could be in the way: the doctor's findings, each with its next step."""

from collections.abc import Callable, Iterable
from typing import ClassVar, Protocol

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from hhu.palette import palette_of
from hhu.widgets.key_row import KeyRow
from hhu.words import words_of


class Finding(Protocol):
    """One thing looked at."""

    @property
    def topic(self) -> str:
        """What it is about."""
        ...

    @property
    def verdict(self) -> str:
        """``ok``, ``note`` or ``bad``."""
        ...

    @property
    def fact(self) -> str:
        """What was found."""
        ...

    @property
    def next_step(self) -> str:
        """What to do, if anything."""
        ...


class DoctorSheet(ModalScreen[None]):
    """The findings as a list; ``look`` is run in a thread."""

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

    def __init__(self, look: Callable[[], Iterable[Finding]]) -> None:
        super().__init__()
        self._look = look

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
        found = tuple(self._look())
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
            text.append(f"{finding.fact}\n")
            if finding.next_step:
                text.append(f"{'':<17}{finding.next_step}\n", Style(color=palette.dim))
        self.query_one("#findings", Static).update(text)
