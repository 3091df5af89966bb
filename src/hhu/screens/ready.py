"""Before a write: the plan, and what is still missing - arming, the programming switch, the password.

One key, Enter, does the next missing step or starts; when nothing is missing the sheet is never shown.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from core.errors import CoreError
from hhu.screens.desk import TRIES, Desk
from hhu.screens.sheets import SHEET_CSS
from hhu.widgets.columns import minutes
from hhu.widgets.field import Field
from hhu.widgets.glyphs import glyphs
from hhu.widgets.key_row import KeyRow
from hhu.widgets.status_row import Pass
from hhu.wording.explain import explain

LOOK = 0.25
"""Seconds between looks at the switch and the countdowns while the sheet is open."""


class Act(Enum):
    """What makes a condition good."""

    ARM = "arm"
    SWITCH = "switch"
    PASSWORD = "password"
    READ_WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Step:
    """One condition: met or not, its words, and what Enter does about it."""

    done: bool
    text: str
    act: Act


class ReadySheet(ModalScreen[bool]):
    """Shows a plan and its conditions; gives ``True`` when all are met and the technician goes on."""

    CSS = (
        SHEET_CSS.format(name="ReadySheet")
        + """
    ReadySheet #steps { height: auto; margin: 1 0 0 0; }
    ReadySheet #plan { height: auto; }
    ReadySheet #line { height: 1; margin: 0 0 0 4; }
    ReadySheet #line.-hidden { display: none; }
    """
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter", "next", "Next step", id="ready.next", tooltip="Do the step that is missing, or start"
        ),
        Binding("f5", "app.hold_key", "Hold key 5 s", id="app.hold-5", tooltip="Open the programming switch"),
        Binding("escape", "dismiss(False)", "Leave", id="sheet.leave", tooltip="Write nothing"),
    ]

    def __init__(
        self,
        desk: Desk,
        title: str,
        lines: tuple[str, ...],
        *,
        switch: bool,
        arm: bool = True,
        warning: str = "",
    ) -> None:
        super().__init__()
        self._desk = desk
        self._title = title
        self._lines = lines
        self._switch = switch
        self._arm = arm
        self._warning = warning
        self._warned = not warning

    def compose(self) -> ComposeResult:
        """Plan, steps, password line."""
        with Vertical(id="sheet"):
            yield Static(self._title, classes="title", markup=False)
            yield Static("\n".join(self._lines), id="plan", markup=False)
            yield Static(id="steps", markup=False)
            line = Field(secret=True, longest=16, id="line")
            line.add_class("-hidden")
            yield line
            yield Static(classes="hint", id="hint", markup=False)
        yield KeyRow()

    def on_mount(self) -> None:
        """Look at the conditions four times a second while open."""
        self.set_interval(LOOK, self._look)
        self._look()

    @property
    def steps(self) -> tuple[Step, ...]:
        """All conditions in the order they are met."""
        return tuple(self._steps())

    def _steps(self) -> Iterator[Step]:
        words, desk = self._desk.words, self._desk
        armed = desk.armed_left
        if self._arm:
            text = words("ready.armed", left=minutes(armed)) if armed else words("ready.unarmed")
            yield Step(bool(armed), text, Act.ARM)
        if self._switch and desk.needs_switch:
            yield self._switch_step()
        known = bool(desk.password) or desk.password_state in (Pass.KEPT, Pass.ACCEPTED)
        yield Step(
            known,
            words(f"ready.password-{'known' if known else 'missing'}", left=TRIES - desk.wrong_passwords),
            Act.PASSWORD,
        )
        if self._warning:
            yield Step(self._warned, self._warning, Act.READ_WARNING)

    def _switch_step(self) -> Step:
        words, desk = self._desk.words, self._desk
        face = desk.connection.face if desk.connection else None
        if desk.open_left:
            return Step(True, words("ready.open", left=minutes(desk.open_left)), Act.SWITCH)
        if face is not None and face.held is not None:
            held = min(face.held, 5.0)
            signs = glyphs()
            full = round(held * 4)
            return Step(
                False,
                words("ready.holding", held=f"{held:.1f}")
                + f"  {signs.full * full}{signs.void * (20 - full)}",
                Act.SWITCH,
            )
        return Step(False, words("ready.closed-emulated" if face else "ready.closed"), Act.SWITCH)

    @property
    def missing(self) -> int | None:
        """Index of the first condition that is not met."""
        return next((index for index, step in enumerate(self.steps) if not step.done), None)

    @property
    def _next(self) -> Act | None:
        """What is to be done now."""
        missing = self.missing
        return None if missing is None else self.steps[missing].act

    def _look(self) -> None:
        """Conditions anew; the password line shows only when it is the step to do."""
        missing = self.missing
        lines = [self._line(index, step, here=index == missing) for index, step in enumerate(self.steps)]
        if missing is None:
            lines.append(f"     {self._desk.words('ready.all')}")
        self.query_one("#steps", Static).update("\n".join(lines))
        asks = self._next is Act.PASSWORD
        line = self.query_one("#line", Field)
        if asks and line.has_class("-hidden"):
            line.remove_class("-hidden")
            line.focus()
        elif not asks and not line.has_class("-hidden"):
            line.add_class("-hidden")
            self.set_focus(None)

    def _line(self, index: int, step: Step, *, here: bool) -> str:
        mark = glyphs().check if step.done else str(index + 1)
        return f"{'>' if here else ' '} {mark:<2} {step.text}"

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the password line."""
        event.stop()
        self.action_next()

    def action_next(self) -> None:
        """Do the first missing step; start when there is none."""
        match self._next:
            case None:
                self.dismiss(True)
                return
            case Act.ARM:
                self._desk.arm()
            case Act.SWITCH:
                self._open_switch()
            case Act.PASSWORD:
                self._take_password()
                if self.missing is None:
                    self.dismiss(True)
                    return
            case Act.READ_WARNING:
                self._warned = True
        self._look()

    def _open_switch(self) -> None:
        face = self._desk.connection.face if self._desk.connection else None
        if face is None:
            self._desk.switch_opened()  # the technician says so; the terminal has the last word
        elif face.held is None:
            face.stroke(5.2)

    def _take_password(self) -> None:
        from hhu.secrets import check_password  # noqa: PLC0415  # keyring is slow to import

        line, hint = self.query_one("#line", Field), self.query_one("#hint", Static)
        try:
            self._desk.password = check_password(line.value)
            hint.update("")
        except CoreError as error:
            hint.add_class("-bad")
            hint.update(explain(error, self._desk.words.language).cause)
        line.value = ""
