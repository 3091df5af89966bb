"""What the pages ask of the workbench: read, edit, write, set the clock, show a frame, save the trace."""

from functools import partial
from typing import Any, cast

from core.errors import CoreError
from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import TerminalAddress
from core.lines.recorder import TraceEntry
from hhu.forms.entries import Entry
from hhu.screens import jobs
from hhu.screens.job_screen import JobScreen
from hhu.widgets.notice_row import Notice, Tone
from hhu.words import words_of


class AnsweringScreen(JobScreen):
    """Answers the messages that several pages post; ``page`` is the one in front."""

    page = ""

    def on_read(self, event: Any) -> None:
        """Read units; the overview reads the clock with them."""
        units = cast("tuple[type[Unit], ...]", event.units)
        overview = self.page == "overview"
        self.start(words_of(self)("work.reading"), partial(self._read, units, overview))

    async def _read(self, units: tuple[type[Unit], ...], overview: bool, progress: jobs.Progress) -> None:
        await jobs.read_units(self.desk, units, progress, overview=overview)

    def on_read_keys(self, event: Any) -> None:
        """Read parameters of any points."""
        keys = event.keys
        self.start(words_of(self)("work.reading"), lambda progress: jobs.read_keys(self.desk, keys, progress))

    def on_edit(self, event: Any) -> None:
        """Edit a row on a sheet; the outcome is planned."""
        from hhu.screens.sheets import EditSheet  # noqa: PLC0415  # made on first use

        entry = event.entry
        held = self.desk.units.get(entry.home)
        words = words_of(self)
        if held is None:
            self.desk.tell(Notice(words("edit.unread"), words("edit.unread-next"), Tone.WARN))
            return
        value = entry.value(self.desk.wanted.get(entry.home, held))

        def keep(outcome: tuple[Any] | None) -> None:
            if outcome is not None:
                self.desk.want(entry, outcome[0])

        self.app.push_screen(EditSheet(entry, entry.shown(held, words), value), keep)

    def on_write(self) -> None:
        """Write the plan, after what is missing was made good."""
        words = words_of(self)
        lines = self.desk.all_lines_of_plan()
        if not lines:
            self.desk.tell(Notice(words("write.nothing"), words("write.nothing-next")))
            return
        title = words("write.title", number=len(lines), address=self._address())
        self.when_ready(title, self.desk.lines_of_plan(8), self._warning(), switch=True, then=self._write)

    def on_write_on_trial(self) -> None:
        """Write the plan and keep it only if the master acknowledges the terminal in time."""
        from hhu.screens.trial import refusal, rules, write_on_trial  # noqa: PLC0415  # made on first use

        words, lines = words_of(self), self.desk.all_lines_of_plan()
        if not lines:
            self.desk.tell(Notice(words("write.nothing"), words("write.nothing-next")))
            return
        if notice := refusal(self.desk):
            self.desk.tell(notice)
            return
        title = words("confirm.title", number=len(lines), address=self._address())
        shown = (*self.desk.lines_of_plan(4), *rules(self.desk))
        job = partial(write_on_trial, self.desk)
        self.when_ready(title, shown, "", switch=True, then=lambda: self.start(words("confirm.writing"), job))

    def _address(self) -> str:
        return self.desk.connection.address_text if self.desk.connection else ""

    def _warning(self) -> str:
        """What cannot be undone: an overwritten secret, or an address changed from afar."""
        words, planned = words_of(self), self.desk.planned()
        if any(entry.leaf.secret and self._overwrites(entry) for entry in planned):
            return words("write.warn-secret")
        far = self.desk.connection is not None and not self.desk.connection.local
        return words("write.warn-address") if far and any(e.unit is TerminalAddress for e in planned) else ""

    def _overwrites(self, entry: Entry) -> bool:
        """Tell whether the terminal has something in this row."""
        held = self.desk.units.get(entry.home)
        return held is not None and entry.stands_in(held)

    def _write(self) -> None:
        self.start(words_of(self)("work.writing"), lambda progress: jobs.write_plan(self.desk, progress))

    def on_set_clock(self) -> None:
        """Set the clock: arming and password, no switch (device behaviour 9.3: level operate)."""
        words = words_of(self)
        lines = (words("clock.plan"),)
        self.when_ready(words("clock.title"), lines, "", switch=False, then=self._set_clock)

    def _set_clock(self) -> None:
        self.start(words_of(self)("work.set-clock"), lambda progress: jobs.set_clock(self.desk, progress))

    def on_show_frame(self, event: Any) -> None:
        """The frame behind a value."""
        from hhu.screens.frame_sheet import FrameSheet  # noqa: PLC0415  # made on first use

        self.app.push_screen(FrameSheet(event.proof))

    def on_save_trace(self, event: Any) -> None:
        """Write the shown entries to files."""
        self._save(event.entries)

    def save_all(self) -> None:
        """Write the whole trace to files."""
        self._save(self.desk.connection.trace.entries if self.desk.connection else ())

    def _save(self, entries: tuple[TraceEntry, ...]) -> None:
        from hhu.screens.saving import save_trace  # noqa: PLC0415  # made on first use

        words = words_of(self)
        try:
            path = save_trace(entries, self.desk.clock.now())
        except CoreError as error:
            self.desk.tell(jobs.trouble(error, self.desk))
            return
        self.desk.tell(Notice(words("trace.saved", number=len(entries)), str(path), Tone.GOOD))
