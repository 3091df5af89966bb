"""Choose what to read of a meter: the usual values, by name, with their identifiers."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from core.gdw376.units.afn04 import MeterRecord
from core.meters.dlt645.control import Edition
from hhu.client.meter_items import ITEMS
from hhu.client.relay import PROTOCOLS
from hhu.screens.sheets import SHEET_CSS
from hhu.widgets.grid_table import GridCell, GridColumn, GridRow, GridTable
from hhu.widgets.key_row import KeyRow
from hhu.widgets.rows import Rows
from hhu.words import Words


class ItemSheet(ModalScreen[str | None]):
    """Gives the name of the value, or ``None`` when left."""

    CSS = (
        SHEET_CSS.format(name="ItemSheet")
        + "ItemSheet GridTable { height: auto; max-height: 14; background: $panel; }"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Read now", id="reading.now", tooltip="Read it through the terminal"),
        Binding("escape", "dismiss(None)", "Leave", id="sheet.leave", tooltip="Read nothing"),
    ]

    def __init__(self, record: MeterRecord, words: Words) -> None:
        super().__init__()
        self._record = record
        self._words = words

    def compose(self) -> ComposeResult:
        """The values that the edition of this meter has."""
        words = self._words
        title = words("reading.now-title", point=self._record.point, address=self._record.address)
        with Vertical(id="sheet"):
            yield Static(title, classes="title", markup=False)
            yield GridTable((GridColumn("", 14), GridColumn("", 10), GridColumn("", 0)))
        yield KeyRow()

    def on_mount(self) -> None:
        """Fill and focus."""
        edition = PROTOCOLS.get(self._record.protocol, Edition.V2007)
        rows = [
            GridRow(
                item.name,
                (
                    GridCell(item.name),
                    GridCell(item.code(edition), "dim"),
                    GridCell(self._words.of(item.zh, item.en)),
                ),
            )
            for item in ITEMS
            if item.code(edition)
        ]
        table = self.query_one(GridTable)
        table.show(rows)
        table.focus()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter on a line."""
        event.stop()
        self.action_choose()

    def action_choose(self) -> None:
        """Close with the name of the line."""
        row = self.query_one(GridTable).current
        self.dismiss(row.key if row else None)
