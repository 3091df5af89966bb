"""Stored values: current, day, reading day, month, hour, curve, statistics; table, plot, export."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from rich.cells import cell_len
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from core.errors import CoreError, UsageError
from core.gdw376.units.afn04 import DisplayNumber, MeterArchive
from hhu.client.archived import archived_meters, parse_points, reading_days
from hhu.client.fetching import Query, Question, fetch, room_of
from hhu.client.reading_rows import MeterName, write_readings
from hhu.client.reading_sets import SETS, Kind
from hhu.client.reading_table import Column, Piece, ReadingTable, Row, stamp_text
from hhu.client.terminal import TerminalClient
from hhu.screens import jobs
from hhu.screens.data_choice import Choice, ChoiceSheet
from hhu.screens.data_export import ExportSheet
from hhu.screens.data_rows import curve_of, grid_rows, left_columns, said_of, value_columns
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
SERIES_DAYS = 31
SERIES_MONTHS = 365


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

    HELP_TEXTS: ClassVar[dict[str, str]] = {
        "en": """\
# Data

What the terminal has **stored** of its meters and of itself. Nothing here touches a meter.

- **R** reads what the first line says; **C** chooses kind, items, points and days. Usual is
  yesterday, all points of the archive, forward active energy.
- **Left** and **Right** mark a quantity, the arrow keys a row. The plot shows the marked quantity
  of the marked point: energy used from reading to reading as bars, other values as a line.
- **Enter** reads the point over time: 31 days, 12 months, or its curve. **Esc** goes back.
- **P** shows or hides the plot. **E** writes the table as XLSX or CSV.

## Signs

- `--` no value: the terminal has none for this place. Never zero.
- `-` before a row: values are missing, or nothing is stored for it
- `!` the tariffs do not add up to the total; the last lines say by how much. Meters that cut
  hidden digits differ by a few units of the last place.
- `?` the answer could not be read

Digits are those of the terminal, none is rounded. Rows that came before a line broke stay.
""",
        "zh": """\
# 数据

终端**已存储**的电表数据和终端自身统计。读取时不访问电表。

- **R** 按首行读取；**C** 选择类型、数据项、测量点和日期。默认为昨日、档案中全部测量点、正向有功。
- **左右键** 选择数据项，**上下键** 选择行。图中为所选测量点的所选数据项：
  示值显示每段用电量（柱），其他数据显示数值（线）。
- **回车** 读取该测量点的历史：31 天、12 个月或曲线。**Esc** 返回。
- **P** 显示或隐藏图。**E** 保存为 XLSX 或 CSV。

## 标记

- `--` 无数据，绝不是零
- 行前 `-`：有缺项，或无存储数据
- `!` 各费率之和不等于总，底部显示差值。电表截去隐藏位时末位会有少量差值。
- `?` 回答无法解析

数字与终端一致，不取整。线路中断前收到的行保留。
""",
    }
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
        counts = self._counts()
        said = fit(self.view.choice.said(self.words), width - cell_len(counts) - 2)
        self.query_one("#said", Static).update(f"{said}  {counts}")
        curve = self._curve() if self._plot_wanted else None
        self.set_class(curve is not None, "-plotted")
        if curve is not None:
            self.query_one(Plot).show(curve)
        lines = self._about() if self.row else (self._hint(), "")
        self.query_one("#detail", Static).update("\n".join(fit(line, width) for line in lines), layout=False)

    def _counts(self) -> str:
        rows = self.view.table.rows
        missing = sum(not row.whole for row in rows)
        text = self.words("data.rows", number=len(rows)) if rows else ""
        return f"{text}, {self.words('data.missing', number=missing)}" if missing else text

    def _hint(self) -> str:
        return self.words("data.empty" if self.view.asked and not self._busy else "data.hint")

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

    def _about(self) -> tuple[str, str]:
        """What the marked value is, of which meter, when it was read; what is wrong with the row."""
        row, column = self.row, self.column
        assert row is not None
        meter = self._meters.get(row.point)
        parts = [self.words("data.point-number", number=row.point)]
        if meter:
            parts.append(" ".join(dict.fromkeys(text for text in (meter.address, meter.asset) if text)))
        parts.append(stamp_text(row.stamp))
        if column:
            cell = row.cells.get(column.key)
            name = f"{self.words.of(column.of_zh, column.of_en)} {self.words.of(column.zh, column.en)}"
            parts.append(f"{name} {cell.text if cell and cell.text is not None else '--'} {column.unit}")
        read = self.words("data.was-read", time=f"{row.read_at:%Y-%m-%d %H:%M}") if row.read_at else ""
        return "  ".join(filter(None, parts)), "  ".join(filter(None, (read, said_of(row, self.words))))

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
        self._views.append(View(self._series(self.view.choice, row), at=self.view.at))
        self._start(self.view)

    def _series(self, choice: Choice, row: Row) -> Choice:
        """The same items over the days the terminal keeps; present values by day."""
        today = self._desk.clock.now().date()
        kind = Kind.DAY if choice.kind in (Kind.CURRENT, Kind.READING_DAY) else choice.kind
        sets = tuple(one for one in SETS[kind] if one.name in {each.name for each in choice.sets})
        usual = Choice.usual(kind, today, str(row.point))
        if kind is Kind.DAY:
            usual = replace(usual, first=today - timedelta(days=SERIES_DAYS + 1))
        elif kind is Kind.MONTH:
            usual = replace(usual, first=usual.last - timedelta(days=SERIES_MONTHS))
        else:
            usual = replace(usual, first=choice.first, last=choice.last)
        return replace(usual, sets=sets or usual.sets)

    def _start(self, view: View) -> None:
        view.asked = True
        self.refresh_page()
        self.post_message(Start(self.words("data.reading"), lambda progress: self._read(view, progress)))

    async def _read(self, view: View, progress: jobs.Progress) -> None:
        connection = jobs.connected(self._desk)
        client, link, choice = connection.client, connection.session.link, view.choice

        def take(pieces: Sequence[Piece]) -> None:
            view.table.add(pieces)
            self._desk.changed()

        def show(done: int, total: int, question: Question | None) -> None:
            if question is not None:
                name = self.words("data.asking", point=question.point, stamp=stamp_text(question.stamp))
                progress(name, done, total)

        self._busy = True
        try:
            progress(self.words("data.archive"), 0, 1)
            query = await self._query(choice, client)
            room = room_of(link.profile)
            await fetch(client, query, take, show, room=room, now=self._desk.clock.now())
        finally:
            self._busy = False
            self.refresh_page()
            self._go_to(view.at)
        rows = view.table.rows
        stored = sum(row.stored for row in rows)
        said = self.words("data.done", number=stored, all=len(rows))
        self._desk.tell(
            Notice(said, "" if stored else self.words("data.done-next"), Tone.GOOD if stored else Tone.WARN)
        )

    def _go_to(self, key: str) -> None:
        grid = self.query_one(ReadingGrid)
        place = next((number for number, row in enumerate(grid.rows) if row.key == key), None)
        if place is not None:
            grid.cursor = place

    async def _query(self, choice: Choice, client: TerminalClient) -> Query:
        points = (0,) if choice.kind is Kind.STATISTICS else parse_points(choice.points)
        self._know_meters()
        if points is None and not self._meters:
            self._meters = await archived_meters(client)
        points = points or tuple(self._meters)
        if not points:
            raise UsageError("The terminal's archive holds no meter.", "Name points with C, as 1-20.")
        days = await reading_days(client) if choice.kind is Kind.READING_DAY else None
        return Query(choice.kind, choice.sets, points, choice.first, choice.last, reading_days=days)

    def _know_meters(self) -> None:
        """What other pages have read of the archive counts here too."""
        archive = self._desk.units.get((0, MeterArchive))
        if isinstance(archive, MeterArchive):
            self._meters = {
                record.point: MeterName(record.address or "", self._asset(record.point))
                for record in sorted(archive.meters, key=lambda record: record.point)
                if record.point
            }

    def _asset(self, point: int) -> str:
        held = self._desk.units.get((point, DisplayNumber))
        return held.number if isinstance(held, DisplayNumber) else ""

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
