"""Clock: terminal against computer to a tenth of a second, the meters' clocks, setting and broadcast."""

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from core.gdw376.units.afn04 import MeterRecord
from hhu.client.change import State
from hhu.client.clock_reading import ALLOWED_ERROR
from hhu.client.meter_clocks import MeterTime, is_quiet, lines_of, worst_first
from hhu.screens import reading_jobs as work
from hhu.screens.desk import Desk
from hhu.screens.job_screen import Job, Prepare, Start
from hhu.screens.overview import SetClock, difference
from hhu.screens.page import Page
from hhu.screens.reading_help import CLOCK
from hhu.widgets.change_table import STATE_COLOURS
from hhu.widgets.fact_list import Fact, FactList, Section
from hhu.widgets.grid_table import GridCell, GridColumn, GridHeading, GridRow, GridTable
from hhu.widgets.notice_row import Notice, Tone
from hhu.words import Words


class ClockPage(Page):
    """Facts about the terminal's clock above, the meters' clocks below."""

    HELP_TEXTS: ClassVar[dict[str, str]] = CLOCK
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "read", "Measure", id="clock.measure", tooltip="Compare the clocks to 0.1 s"),
        Binding("c", "set", "Set clock", id="overview.clock", tooltip="Set it to this computer's time"),
        Binding("m", "meters", "Meters", id="clock.meters", tooltip="Read the clocks of all meters"),
        Binding("n", "read_now", "Read now", id="clock.now", tooltip="Read the clock of this meter now"),
        Binding("b", "broadcast", "Broadcast", id="clock.broadcast", tooltip="Tell all meters the time"),
    ]
    DEFAULT_CSS = """
    ClockPage { height: 1fr; }
    ClockPage FactList { margin: 0 0 1 0; }
    ClockPage .part { height: 1; background: $surface; color: $accent; padding: 0 1; text-style: bold; }
    """

    def __init__(self, desk: Desk, *, id: str) -> None:  # Textual's name
        super().__init__(id=id)
        self._desk = desk

    def compose(self) -> ComposeResult:
        """Facts, table."""
        columns = clock_columns(self.words)
        yield FactList()
        yield Static(classes="part", id="clocks-title", markup=False)
        yield GridHeading(columns)
        yield GridTable(columns)

    def on_mount(self) -> None:
        """Show what is known."""
        self.refresh_page()

    def enter_page(self) -> None:
        """The table has the keys; a clock that was never measured is measured now."""
        self.query_one(GridTable).focus()
        reading = self._desk.clock_reading
        fine = reading is not None and (reading.residual_s is None or reading.uncertain_s < 0.5)
        if self._desk.connection and not fine:
            self.action_read()

    def refresh_page(self) -> None:
        """Facts and table anew."""
        words, clocks = self.words, self._desk.board.clocks
        self.query_one(FactList).sections = (
            Section(words("clock.terminal"), tuple(self._facts()), 0),
            Section(words("clock.rules"), tuple(self._rules()), 1),
        )
        self.query_one(GridTable).show([] if clocks is None else [*map(self._row, self._all(clocks))])
        title = words(
            "clock.meters-unread" if clocks is None else "clock.meters-title", number=len(clocks or ())
        )
        self.query_one("#clocks-title", Static).update(title)

    def _facts(self) -> Iterator[Fact]:
        words, reading = self.words, self._desk.clock_reading
        if reading is None:
            yield Fact(words("overview.terminal-clock"), words("table.unread"), "dim")
            return
        valid = reading.terminal is not None
        shown = f"{reading.terminal:%Y-%m-%d %H:%M:%S}" if reading.terminal else words("clock.invalid")
        yield Fact(words("overview.terminal-clock"), shown, "ink" if valid else "refused")
        yield Fact(
            words("overview.computer-clock"),
            f"{reading.pc:%Y-%m-%d %H:%M:%S}",
        )
        if reading.residual_s is None:
            return
        far = abs(reading.residual_s) >= ALLOWED_ERROR
        word = words("clock.off" if far else "clock.good")
        tone = "acknowledged" if far else "verified"
        yield Fact(words("overview.difference"), f"{difference(reading.residual_s)}  {word}", tone)
        yield Fact(words("clock.uncertain"), f"{reading.uncertain_s:.1f} s", "dim")

    def _rules(self) -> Iterator[Fact]:
        """What a broadcast must keep to now."""
        words, quiet = self.words, is_quiet(self._desk.clock.now())
        yield Fact(
            words("clock.quiet"),
            words("clock.quiet-now" if quiet else "clock.quiet-not"),
            "refused" if quiet else "ink",
        )
        clocks = self._desk.board.clocks or ()
        late = sum(not clock.obeys for clock in clocks)
        if clocks:
            yield Fact(words("clock.beyond"), str(late), "acknowledged" if late else "verified")
        else:
            yield Fact(words("clock.beyond"), words("table.unread"), "dim")
        proofs = self._desk.board.proofs.values()
        if proofs:
            good = sum(proof.state is State.VERIFIED for proof in proofs)
            yield Fact(
                words("clock.proven"),
                f"{good} / {len(proofs)}",
                "verified" if good == len(proofs) else "acknowledged",
            )

    def _all(self, clocks: tuple[MeterTime, ...]) -> Iterator[MeterTime]:
        """The clocks that are known, the worst first, then the meters whose clock nobody told."""
        known = {clock.point for clock in clocks}
        yield from worst_first(clocks)
        for record in work.records_of(self._desk) or ():
            if record.point not in known:
                yield MeterTime(record.point, None, None, 0.0)

    def _row(self, clock: MeterTime) -> GridRow:
        words, off = self.words, clock.difference_s
        record = next((r for r in work.records_of(self._desk) or () if r.point == clock.point), None)
        proof = self._desk.board.proofs.get(clock.point)
        if proof is not None:
            state = GridCell(words(f"state.{proof.state.value}"), STATE_COLOURS[proof.state], bold=True)
        elif off is None:
            unknown = clock.compared is None
            state = GridCell(
                words("clock.unknown" if unknown else "clock.invalid"), "dim" if unknown else "refused"
            )
        elif not clock.obeys:
            state = GridCell(words("clock.too-far"), "acknowledged", bold=True)
        else:
            state = GridCell("")
        return GridRow(
            str(clock.point),
            (
                GridCell(str(clock.point)),
                GridCell((record.address or "") if record else ""),
                GridCell(f"{clock.meter:%Y-%m-%d %H:%M:%S}" if clock.meter else ""),
                GridCell("" if off is None else whole_seconds(off), "ink" if clock.obeys else "acknowledged"),
                GridCell("" if off is None else f"+-{clock.uncertain_s:.0f} s", "dim"),
                state,
            ),
        )

    @property
    def record(self) -> MeterRecord | None:
        """The meter under the cursor."""
        row = self.query_one(GridTable).current
        records = work.records_of(self._desk) or ()
        return next((record for record in records if row and str(record.point) == row.key), None)

    # Actions

    def action_read(self) -> None:
        """Measure."""
        self._start("clock.work-measure", lambda progress: work.measure(self._desk, progress))

    def action_meters(self) -> None:
        """Clocks of all meters."""
        self._start("clock.work-meters", lambda progress: work.read_clocks(self._desk, progress))

    def _start(self, title: str, job: Job) -> None:
        # from the page's own turn: a message does not rise to the screen whose callback has sent it
        self.call_later(self.post_message, Start(self.words(title), job))

    def action_set(self) -> None:
        """Set the terminal's clock."""
        self.post_message(SetClock())

    def action_read_now(self) -> None:
        """Read the clock of the meter under the cursor."""
        record = self.record
        if record is None:
            self._desk.tell(Notice(self.words("clock.choose"), self.words("clock.choose-next"), Tone.WARN))
            return
        title = self.words("clock.work-one", point=record.point)
        self.post_message(
            Prepare(
                title,
                (record.address or "",),
                lambda progress: work.read_clock_now(self._desk, record, progress),
                switch=False,
                arm=False,
                work=title,
            )
        )

    def action_broadcast(self) -> None:
        """Tell the meters the time; not around midnight, and not while the terminal itself is wrong."""
        words, reading = self.words, self._desk.clock_reading
        if is_quiet(self._desk.clock.now()):
            self._desk.tell(Notice(words("clock.quiet-refused"), words("clock.quiet-next"), Tone.BAD))
        elif reading is None or reading.residual_s is None or abs(reading.residual_s) >= ALLOWED_ERROR:
            self._desk.tell(Notice(words("clock.terminal-first"), words("clock.set-it"), Tone.BAD))
        else:
            self.post_message(
                Prepare(
                    words("clock.broadcast-title"),
                    tuple(self._broadcast_lines()),
                    lambda progress: work.broadcast(self._desk, progress),
                    switch=False,
                    work=words("clock.broadcast-title"),
                )
            )

    def _broadcast_lines(self) -> Iterator[str]:
        words, records = self.words, work.records_of(self._desk)
        for line in lines_of(records or ()):
            yield words("clock.broadcast-port", port=line.port, baud=line.baud)
        yield words("clock.broadcast-once")
        late = [str(clock.point) for clock in self._desk.board.clocks or () if not clock.obeys]
        if late:
            yield words("clock.broadcast-late", points=", ".join(late[:12]))


def clock_columns(words: Words) -> tuple[GridColumn, ...]:
    """Point, address, clock, difference, uncertainty, state."""
    return (
        GridColumn(words("reading.point"), 5, "right"),
        GridColumn(words("reading.meter"), 12),
        GridColumn(words("clock.meter"), 19),
        GridColumn(words("overview.difference"), 12, "right"),
        GridColumn("", 6, "right"),
        GridColumn(words("table.state"), 0),
    )


def whole_seconds(seconds: float) -> str:
    """Write a difference to the second: meters tell no less."""
    return difference(seconds) if abs(seconds) >= 100 else f"{round(seconds):+d} s"
