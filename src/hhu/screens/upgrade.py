"""Upgrade: choose way and package, check, arm, command, change the cable, send, prove (device behaviour 5).

One key, Enter, does the next step, and the line above the footer says which. The upgrade itself runs as the
workbench's job: Esc stops it, what arrived is kept, Enter goes on.
"""

from pathlib import Path
from typing import ClassVar, cast

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Static

from core.gdw376.address import Address
from hhu.client.upgrade.stages import Way
from hhu.frontend.limits import USUAL_PORT
from hhu.screens import upgrade_jobs as work
from hhu.screens.desk import Desk
from hhu.screens.job_screen import Prepare, Start
from hhu.screens.page import Page
from hhu.screens.saving import documents
from hhu.screens.upgrade_answers import ScreenAnswers
from hhu.screens.upgrade_board import Check, ChosenPackage, Next, UpgradeBoard
from hhu.screens.upgrade_help import UPGRADE
from hhu.screens.upgrade_rows import log_text, package_text, signature_text, terminal_text
from hhu.screens.upgrade_sheets import DiskSheet, OverrideSheet, RemoteSheet
from hhu.upgrade_words import WAYS
from hhu.widgets.choice_row import ChoiceRow
from hhu.widgets.columns import fit
from hhu.widgets.glyphs import glyphs
from hhu.widgets.grid_table import GridCell, GridColumn, GridRow, GridTable
from hhu.widgets.notice_row import Notice, Tone
from hhu.widgets.rows import Rows
from hhu.widgets.stage_bar import StageBar

ORDER = (Way.RS485, Way.REMOTE, Way.STANDARD, Way.USB)
LABEL = 10


class UpgradePage(Page):
    """Way, package and terminal above, then checks, stages, and what happened, the newest first."""

    HELP_TEXTS: ClassVar[dict[str, str]] = UPGRADE
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "next", "Next step", id="upgrade.next", tooltip="The step named above the keys"),
        Binding("p", "package", "Package", id="upgrade.package", tooltip="Choose the package file"),
        Binding("u", "disk", "USB disk", id="upgrade.disk", tooltip="Write the package to a USB disk"),
        Binding("r", "read", "Check", id="upgrade.check", tooltip="Ask the terminal and check everything"),
        Binding("x", "leave_mode", "Leave mode", id="upgrade.leave-mode",
                tooltip="Let the terminal leave download mode; what arrived is kept 24 h"),
    ]  # fmt: skip
    DEFAULT_CSS = """
    UpgradePage .line { height: 1; }
    UpgradePage .label { width: 11; color: $dim; padding: 0 0 0 1; }
    UpgradePage .text { width: 1fr; text-wrap: nowrap; }
    UpgradePage .part { height: 1; background: $surface; color: $accent; padding: 0 1; text-style: bold; }
    UpgradePage #checks { height: 2fr; min-height: 3; }
    UpgradePage #log { height: 1fr; min-height: 3; }
    UpgradePage #next { height: 1; background: $surface; color: $accent; padding: 0 1; text-style: bold; }
    """

    def __init__(self, desk: Desk, *, id: str) -> None:  # Textual's name
        super().__init__(id=id)
        self._desk = desk

    @property
    def board(self) -> UpgradeBoard:
        """What is known."""
        return self._desk.upgrade

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        words = self.words
        with Horizontal(classes="line"):
            yield Static(words("upgrade.way"), classes="label", markup=False)
            yield ChoiceRow([words.of(*WAYS[way]) for way in ORDER], id="way")
        for name in ("package", "terminal", "costs"):
            with Horizontal(classes="line"):
                yield Static(words(f"upgrade.{name}"), classes="label", markup=False)
                yield Static(id=f"upgrade-{name}", classes="text", markup=False)
        yield Static(classes="part", id="checks-title", markup=False)
        yield GridTable((GridColumn("", 4), GridColumn("", 0)), id="checks")
        yield Static(words("upgrade.proof"), classes="part", markup=False)
        yield StageBar()
        yield GridTable((GridColumn("", 0),), id="log")
        yield Static(id="next", markup=False)

    def on_mount(self) -> None:
        """The way the line suggests."""
        if self.board.way is None:
            link = self._desk.connection
            self.board.choose(Way.REMOTE if link and link.dialled_in else Way.RS485)
        self.query_one(ChoiceRow).chosen = ORDER.index(self.board.way or Way.RS485)
        log = self.query_one("#log", GridTable)
        log.can_focus = log.shows_cursor = False
        self.refresh_page()

    def enter_page(self) -> None:
        """The ways have the keys; the terminal is asked once what it runs, which needs no password."""
        self.query_one(ChoiceRow).focus()
        self.refresh_page()
        if self._desk.connection and self.board.known is None and not self.board.running:
            title = self.words("upgrade.work-identify")
            self.call_later(self.post_message, Start(title, lambda said: work.meet(self._desk, said)))

    def on_resize(self) -> None:
        """Lines are cut to the width."""
        self.refresh_page()

    # Drawing

    def refresh_page(self) -> None:
        """Everything anew."""
        board, words, room = self.board, self.words, max(20, self.size.width - LABEL - 3)
        package, running = board.package, board.known
        texts = {
            "package": package_text(package, words) if package else words("upgrade.no-package"),
            "terminal": terminal_text(running, words) if running else words("upgrade.not-asked"),
            "costs": self._costs(),
        }
        for name, text in texts.items():
            self.query_one(f"#upgrade-{name}", Static).update(fit(text, room), layout=False)
        self._show_checks()
        self.query_one(StageBar).look = board.look
        self._show_log()
        self.query_one("#next", Static).update(fit(self._next_text(), max(20, self.size.width - 2)))

    def _costs(self) -> str:
        package = self.board.package
        if package is None or self.board.way is None:
            return ""
        parts = [work.costs(self._desk, self.board.way, len(package.content))]
        parts.append(signature_text(package, self.words))
        return "   ".join(part for part in parts if part)

    def _show_checks(self) -> None:
        checks, words = self.board.checks, self.words
        bad = len(self.board.blockers)
        key = "unlooked" if checks is None else "good" if not bad else "found"
        key = "overridden" if bad and self.board.forced else key
        self.query_one("#checks-title", Static).update(
            words(f"upgrade.checks-{key}", bad=bad, number=len(checks or ()))
        )
        ordered = sorted(checks or (), key=lambda check: (check.good, check.later))
        self.query_one("#checks", GridTable).show([
            row for number, check in enumerate(ordered) for row in self._check_rows(number, check)
        ])  # fmt: skip

    def _check_rows(self, number: int, check: Check) -> list[GridRow]:
        """A line, and below a blocker its next step."""
        passed = check.later or self.board.forced
        tone = "verified" if check.good else "acknowledged" if passed else "refused"
        mark = glyphs().check if check.good else ".." if check.later else "!!"
        rows = [GridRow(f"{number}", (GridCell(mark, tone, bold=True), GridCell(check.text)))]
        if check.next_step:
            rows.append(GridRow(f"{number}.", (GridCell(""), GridCell(check.next_step, "dim"))))
        return rows

    def _show_log(self) -> None:
        table = self.query_one("#log", GridTable)
        lines = [log_text(line, self.words) for line in reversed(self.board.log)]
        table.show([GridRow(str(number), (GridCell(text, "dim"),)) for number, text in enumerate(lines)])

    def _next_text(self) -> str:
        """What Enter does now, in words."""
        step = self.board.next
        key = f"upgrade.next-{step.value}"
        if step is Next.CHECK and self.board.checks is not None:
            key = "upgrade.next-recheck"
        if step is Next.START and self.board.way is not None:
            key = f"upgrade.next-start-{self.board.way.value}"
        return self.words(key)

    # Keys

    def on_choice_row_changed(self, event: ChoiceRow.Changed) -> None:
        """Another way; not while one is walked."""
        event.stop()
        if self.board.running:
            event.row.chosen = ORDER.index(self.board.way or Way.RS485)
            return
        self.board.choose(ORDER[event.index])
        self.refresh_page()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter on a list."""
        event.stop()
        self.action_next()

    def action_next(self) -> None:
        """Do the next step."""
        match self.board.next:
            case Next.PACKAGE | Next.AGAIN:
                self.action_package()
            case Next.CHECK:
                self.action_read()
            case Next.OVERRIDE:
                self._override()
            case Next.DISK:
                self.action_disk()
            case Next.START | Next.RESUME:
                self._begin()
            case Next.WAIT:
                self._desk.tell(Notice(self.words("upgrade.next-wait"), self.words("upgrade.wait-next")))

    def action_package(self) -> None:
        """The file menu."""
        from hhu.screens.upgrade_files import FilesSheet  # noqa: PLC0415  # made on first use

        if self.board.running:
            self.app.bell()
            return
        package = self.board.package
        folder = package.path.parent if package else documents()
        sheet = FilesSheet(folder if folder.is_dir() else Path.cwd(), self.board.known)
        self.app.push_screen(sheet, self._take)

    def _take(self, package: ChosenPackage | None) -> None:
        if package is not None:
            self.board.take_package(package)
            self._desk.changed()
            if self._desk.connection:
                self.action_read()

    def action_read(self) -> None:
        """Ask the terminal, check everything."""
        title = self.words("upgrade.work-check")
        self.call_later(self.post_message, Start(title, lambda progress: work.examine(self._desk, progress)))

    def _override(self) -> None:
        address = self._desk.connection.client.address if self._desk.connection else Address("0000", 0)
        lines = [check.text for check in self.board.blockers]
        self.app.push_screen(OverrideSheet(lines, address), self._force)

    def _force(self, sure: bool | None) -> None:
        self.board.forced = bool(sure)
        self._desk.changed()

    def _begin(self) -> None:
        """Where the terminal shall dial, then arming, switch, password."""
        if self.board.way is Way.REMOTE and self.board.dials is None:
            ports = self._desk.front_end.ports if self._desk.front_end else ()
            sheet = RemoteSheet(next((port for _, _, port in ports), USUAL_PORT))
            self.app.push_screen(sheet, self._dial)
        else:
            self._walk()

    def _dial(self, dials: tuple[str, int] | None) -> None:
        if dials is not None:
            self.board.dials = dials
            self._walk()

    def _walk(self) -> None:
        package, link = self.board.package, self._desk.connection
        if package is None or link is None:
            self._desk.tell(Notice(self.words("error.no-line"), self.words("error.connect-first"), Tone.BAD))
            return
        title = self.words("upgrade.title", address=link.address_text)
        answers = ScreenAnswers(cast("App[None]", self.app), self._desk)
        way = self.board.way or Way.RS485
        self.post_message(
            Prepare(
                title,
                (package_text(package, self.words), *work.rules(self._desk, way)),
                lambda progress: work.upgrade(self._desk, answers, progress),
                switch=self._needs_switch,
                work=title,
            )
        )

    @property
    def _needs_switch(self) -> bool:
        """A terminal that waits in download mode asks for no switch again (vendor extension §1.6)."""
        waits = self.board.way is Way.RS485 and self.board.next is Next.RESUME
        return self.board.way in (Way.RS485, Way.USB) and not waits

    def action_disk(self) -> None:
        """Choose a removable disk, write and prove."""
        package = self.board.package
        if package is None:
            self._desk.tell(
                Notice(self.words("upgrade.no-package"), self.words("upgrade.next-package"), Tone.WARN)
            )
            return
        own = work.own_disk_folder(self._desk)
        self.app.push_screen(DiskSheet(package_text(package, self.words), own), self._prepare)

    def _prepare(self, folder: Path | None) -> None:
        if folder is not None:
            title = self.words("upgrade.work-disk", folder=folder)
            job = Start(title, lambda progress: work.prepare_disk(self._desk, folder, progress))
            self.call_later(self.post_message, job)

    def action_leave_mode(self) -> None:
        """Order the terminal out of download mode."""
        title = self.words("upgrade.work-leave")
        self.post_message(
            Prepare(
                title,
                (self.words("upgrade.leave-rule"),),
                lambda progress: work.leave_mode(self._desk, progress),
                switch=True,
                work=title,
            )
        )
