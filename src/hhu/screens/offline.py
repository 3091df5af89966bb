"""Why is it offline? The ladder over the Overview page: rungs, the first that fails, what to do next."""

from textwrap import wrap
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from core.errors import CoreError
from hhu.client.offline.gathering import examine
from hhu.client.offline.ladder import Diagnosis, Step, Verdict
from hhu.offline_words import headline_of, name_of, said_of, verdict_of
from hhu.palette import palette_of
from hhu.screens.desk import Desk
from hhu.screens.jobs import connected, trouble
from hhu.widgets.columns import fit
from hhu.widgets.key_row import KeyRow
from hhu.words import words_of

NAME, VERDICT = 13, 8
INDENT = 1 + NAME + 1 + VERDICT + 1
"""Cells in front of the evidence."""
TONES = {
    Verdict.GOOD: "verified",
    Verdict.NOTED: "acknowledged",
    Verdict.UNSEEN: "dim",
    Verdict.WAITING: "dim",
    Verdict.FAILED: "refused",
}


class OfflineSheet(ModalScreen[None]):
    """Looks when it is opened, and again with R."""

    CSS = """
    OfflineSheet { align: center bottom; background: transparent; }
    OfflineSheet VerticalScroll {
        width: 100%; height: auto; max-height: 20; background: $panel; padding: 1 2;
        scrollbar-size-vertical: 1;
    }
    OfflineSheet .title { height: 1; color: $accent; text-style: bold; }
    OfflineSheet #ladder { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "again", "Look again", id="offline.again", tooltip="Go up the ladder again"),
        Binding("escape,o", "dismiss(None)", "Close", id="sheet.close", tooltip="Back to the page"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.diagnosis: Diagnosis | None = None

    def compose(self) -> ComposeResult:
        """Title and ladder."""
        with VerticalScroll():
            yield Static(words_of(self)("offline.title"), classes="title", markup=False)
            yield Static(id="ladder", markup=False)
        yield KeyRow()

    def on_mount(self) -> None:
        """Look at once."""
        self.query_one(VerticalScroll).focus()
        self.action_again()

    def action_again(self) -> None:
        """Gather and judge in a worker."""
        self.run_worker(self._examine(), group="offline", exclusive=True)

    async def _examine(self) -> None:
        try:
            evidence, diagnosis = await examine(connected(self._desk).client, self._tell)
        except CoreError as error:
            notice = trouble(error, self._desk)
            self.query_one("#ladder", Static).update(f"{notice.text}\n{notice.next_step}")
            return
        if evidence.report is not None:
            self._desk.uplink, self._desk.tells_uplink = evidence.report, True
        self.diagnosis = diagnosis
        self.query_one("#ladder", Static).update(self._text(diagnosis))
        self._desk.changed()

    def _tell(self, phase: str) -> None:
        self.query_one("#ladder", Static).update(self._desk.words(f"offline.work-{phase}"))

    def _text(self, diagnosis: Diagnosis) -> Text:
        palette, language = palette_of(self), self._desk.words.language
        failed = diagnosis.failing is not None
        text = Text()
        colour = palette.refused if failed else palette.verified if diagnosis.online else palette.acknowledged
        text.append(f"{headline_of(diagnosis, language)}\n\n", Style(color=colour, bold=True))
        for step in diagnosis.steps:
            self._add(text, step, shown=step is diagnosis.failing or step.verdict is Verdict.NOTED)
        return text

    def _add(self, text: Text, step: Step, *, shown: bool) -> None:
        palette, language = palette_of(self), self._desk.words.language
        said, tone = said_of(step, language), getattr(palette, TONES[step.verdict])
        text.append(f" {fit(name_of(step.rung, language), NAME)} ")
        loud = step.verdict is Verdict.FAILED
        text.append(f"{fit(verdict_of(step.verdict, language), VERDICT)} ", Style(color=tone, bold=loud))
        text.append(f"{self._hanging(said.evidence)}\n", Style(color=palette.ink if shown else palette.dim))
        if shown and said.next_step:
            next_step = f"{self._desk.words('offline.next')}: {said.next_step}"
            text.append(f"{'':<{INDENT}}{self._hanging(next_step)}\n", Style(color=palette.accent))

    def _hanging(self, text: str) -> str:
        """Wrap behind name and verdict; Chinese takes two cells a sign."""
        room = max(20, self.size.width - INDENT - 6)
        width = room // 2 if self._desk.words.language == "zh" else room
        return f"\n{'':<{INDENT}}".join(wrap(text, width) or [""])
