"""How to get to any place of the face: the presses from HOME, in words that fit the telephone."""

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from hhu.screens.sheets import SHEET_CSS
from hhu.widgets.grid_table import GridCell, GridColumn, GridRow, GridTable
from hhu.widgets.key_row import KeyRow
from hhu.widgets.rows import Rows
from hhu.words import Words


class WaySheet(ModalScreen[str | None]):
    """Lists all places; gives the one to go to, or ``None`` when left."""

    CSS = (
        SHEET_CSS.format(name="WaySheet")
        + "WaySheet GridTable { height: auto; max-height: 15; background: $panel; }"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Go", id="way.go", tooltip="Press the key so"),
        Binding("escape", "dismiss(None)", "Close", id="way.leave", tooltip="Press nothing"),
    ]

    def __init__(self, ways: Mapping[str, str], words: Words) -> None:
        """``ways``: the words of the way, by place."""
        super().__init__()
        self._ways = ways
        self._words = words

    def compose(self) -> ComposeResult:
        """Places and ways."""
        with Vertical(id="sheet"):
            yield Static(self._words("way.title"), classes="title", markup=False)
            yield GridTable((GridColumn("", 18), GridColumn("", 0)))
            yield Static(self._words("way.hint"), classes="hint", markup=False)
        yield KeyRow()

    def on_mount(self) -> None:
        """Fill and focus."""
        table = self.query_one(GridTable)
        table.show([GridRow(page, (GridCell(page), GridCell(way))) for page, way in self._ways.items()])
        table.focus()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter on a line."""
        event.stop()
        self.action_choose()

    def action_choose(self) -> None:
        """Close with the place."""
        row = self.query_one(GridTable).current
        self.dismiss(row.key if row else None)
