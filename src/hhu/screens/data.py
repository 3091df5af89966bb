"""Stored values: current, day, reading day, month, hour, curve, statistics; table, plot, export."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from rich.cells import cell_len
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from core.errors import CoreError
from hhu.client.reading_rows import MeterName, write_readings
from hhu.client.reading_sets import Kind
from hhu.client.reading_table import Column, ReadingTable, Row
from hhu.screens import jobs
from hhu.screens.data_choice import Choice, ChoiceSheet
from hhu.screens.data_export import ExportSheet
from hhu.screens.data_help import DATA
from hhu.screens.data_jobs import outcome_of, read_stored
from hhu.screens.data_rows import about, counted, curve_of, grid_rows, left_columns, value_columns
from hhu.screens.desk import Desk
from hhu.screens.job_screen import Start
from hhu.screens.page import Page
from hhu.widgets.columns import fit
from hhu.widgets.notice_row import Notice, Tone
from hhu.widgets.plot import Curve, Plot
from hhu.widgets.reading_grid import GridHeading, ReadingGrid
from hhu.widgets.rows import Rows

MANY, PATIENCE = 500, 1.0
"""Rows from which a growing table is laid out once in so many seconds only: keys come first."""


@dataclass(slots=True, eq=False)
class View:
    """A choice and what came of it so far."""

    choice: Choice
    table: ReadingTable = field(default_factory=ReadingTable)
    asked: bool = False
    at: str = ""
    """The row the cursor belongs on: where it was, or where the series was asked for."""


class DataPage(Page):
    """Table of what was read, with the plot of the point under the cursor."""

    HELP_TEXTS: ClassVar[dict[str, str]] = DATA
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "read", "Read", id="data.read", tooltip="Read what the first line says"),
        Binding("c", "choose", "Choose", id="data.choose", tooltip="Kind, items, points, days"),
        Binding("p", "plot", "Plot", id="data.plot", tooltip="Show or hide the plot"),
        Binding("e", "export", "Export", id="data.export", tooltip="Write the table as XLSX or CSV"),
        Binding("escape", "back", "Back", show=False, id="data.back", tooltip="Back to all points"),
    ]
    DEFAULT_CSS = """
    DataPage #said { height: 1; background: $surface; color: $accent; padding: 0 1; }
    DataPage ReadingGrid { height: 1fr; }
    DataPage Plot { height: 9; display: none; }
    DataPage.-plotted Plot { display: block; }
    DataPage.-tall Plot { height: 15; }
    DataPage #detail { height: 2; background: $surface; color: $dim; padding: 0 1; }
    """

    def __init__(self, desk: Desk, *, id: str) -> None:  # Textual's name
        super().__init__(id=id)
        self._desk = desk
        self._views = [View(Choice.usual(Kind.DAY, desk.clock.now().date()))]
        self._meters: dict[int, MeterName] = {}
        self._plot_wanted = True
        self._busy = False
        self._drawn_at = float("-inf")
        self._drawn: tuple[object, ...] = ()
        """What the table shows: laid out again only when that changes."""

    def compose(self) -> ComposeResult:
        """What is read, the table, the plot, two lines about the marked value."""
        grid = ReadingGrid()
        yield Static(id="said", markup=False)
        yield GridHeading(grid)
        yield grid
        yield Plot()
        yield Static(id="detail", markup=False)

    def on_mount(self) -> None:
        """Show what is known."""
        self.refresh_page()

    def enter_page(self) -> None:
        """The table has the keys."""
        self.query_one(ReadingGrid).focus()

    def on_resize(self) -> None:
        """More room, more columns and a taller plot."""
        self.set_class(self.size.height >= 28, "-tall")
        self.refresh_page()

    @property
    def view(self) -> View:
        """What is seen."""
        return self._views[-1]

    # Drawing

    def refresh_page(self) -> None:
        """Everything anew."""
        if not self.is_mounted or not self.query(ReadingGrid):
            return
        table, width = self.view.table, self.size.width
        drawn = self.view, table.revision, width, tuple(self._meters)
        now = self._desk.clock.monotonic()
        late = not self._busy or len(table) < MANY or now - self._drawn_at >= PATIENCE
        if drawn != self._drawn and late:
            self._drawn, self._drawn_at = drawn, now
            self._lay_out(table, width)
        self._tell()

    def _lay_out(self, table: ReadingTable, width: int) -> None:
        left, texts = left_columns(table.rows, self._meters, self.words, width)
        columns, cells = value_columns(table, self.words)
        self.query_one(ReadingGrid).show(
            left if table.rows else (), columns if table.rows else (), grid_rows(table.rows, texts, cells)
        )

    def _tell(self) -> None:
        """The line above, the plot, the lines below."""
        self.query_one(GridHeading).refresh()
        width = max(20, self.size.width - 2)
        counts = counted(self.view.table.rows, self.words)
        said = fit(self.view.choice.said(self.words), width - cell_len(counts) - 2)
        self.query_one("#said", Static).update(f"{said}  {counts}")
        curve = self._curve() if self._plot_wanted else None
        self.set_class(curve is not None, "-plotted")
        if curve is not None:
            self.query_one(Plot).show(curve)
        self.query_one("#detail", Static).update(
            "\n".join(fit(line, width) for line in self._detail()), layout=False
        )

    def _detail(self) -> tuple[str, str]:
        row = self.row
        if row is not None:
            return about(row, self.column, self._meters.get(row.point), self.words)
        return self.words("data.empty" if self.view.asked and not self._busy else "data.hint"), ""

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        rows, grid = self.view.table.rows, self.query_one(ReadingGrid)
        return rows[grid.cursor] if grid.cursor < len(rows) else None

    @property
    def column(self) -> Column | None:
        """The marked quantity."""
        columns, grid = self.view.table.columns, self.query_one(ReadingGrid)
        return columns[grid.marked] if grid.marked < len(columns) else None

    def _curve(self) -> Curve | None:
        row, column = self.row, self.column
        if row is None or column is None:
            return None
        rows = self.view.table.of_point(row.point)
        return curve_of(rows, column, self.view.choice.kind, self.words)

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """Another row."""
        event.stop()
        self._tell()

    def on_reading_grid_turned(self, event: ReadingGrid.Turned) -> None:
        """Another column."""
        event.stop()
        self._tell()

    # Reading

    def action_read(self) -> None:
        """Read what is chosen, anew."""
        self._views[-1] = view = View(self.view.choice)
        self._start(view)

    def action_choose(self) -> None:
        """Choose, then read."""
        sheet = ChoiceSheet(self._views[0].choice, self._desk.clock.now().date())
        self.app.push_screen(sheet, self._chosen)

    def _chosen(self, choice: Choice | None) -> None:
        if choice is not None:
            self._views = [View(choice)]
            self._start(self.view)

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter: the point over time."""
        event.stop()
        row = self.row
        if row is None or row.point == 0 or len(self._views) > 1:
            return
        grid = self.query_one(ReadingGrid)
        self.view.at = grid.current.key if grid.current else ""
        self._views.append(
            View(self.view.choice.over_time(row.point, self._desk.clock.now().date()), at=self.view.at)
        )
        self._start(self.view)

    def _start(self, view: View) -> None:
        view.asked = True
        self.refresh_page()
        self.post_message(Start(self.words("data.reading"), lambda progress: self._read(view, progress)))

    async def _read(self, view: View, progress: jobs.Progress) -> None:
        connection = jobs.connected(self._desk)
        self._busy = True
        try:
            await read_stored(self._desk, connection, view.choice, view.table, self._meters, progress)
        finally:
            self._busy = False
            self.refresh_page()
            self._go_to(view.at)
        self._desk.tell(outcome_of(view.table.rows, self.words))

    def _go_to(self, key: str) -> None:
        grid = self.query_one(ReadingGrid)
        place = next((number for number, row in enumerate(grid.rows) if row.key == key), None)
        if place is not None:
            grid.cursor = place

    def action_back(self) -> None:
        """Back to all points; while something is read, Esc stops that."""
        if self._busy or len(self._views) == 1:
            raise SkipAction
        self._views.pop()
        self.refresh_page()
        self._go_to(self.view.at)

    # Plot and files

    def action_plot(self) -> None:
        """Show or hide the plot."""
        self._plot_wanted = not self._plot_wanted
        self._tell()
        if self._plot_wanted and not self.has_class("-plotted"):
            self._desk.tell(Notice(self.words("data.no-plot"), self.words("data.no-plot-next"), Tone.WARN))

    def action_export(self) -> None:
        """Ask for a file."""
        if not len(self.view.table):
            self._desk.tell(Notice(self.words("data.no-rows"), self.words("data.no-rows-next"), Tone.WARN))
            return
        link = self._desk.connection
        sheet = ExportSheet(
            self.view.choice.kind.value,
            link.address_text if link else "",
            self._desk.clock.now(),
            self.words("data.export"),
            self.words("data.export-note", number=len(self.view.table)),
        )
        self.app.push_screen(sheet, self._export)

    def _export(self, path: Path | None) -> None:
        if path is None:
            return
        table = self.view.table
        try:
            write_readings(path, table, self._meters)
        except CoreError as error:
            self._desk.tell(jobs.trouble(error, self._desk))
            return
        self._desk.tell(Notice(self.words("data.saved", number=len(table)), str(path), Tone.GOOD))
