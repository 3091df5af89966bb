"""The list with a cursor."""

from textual.app import App, ComposeResult

from hhu.widgets.change_table import ChangeRow, ChangeTable

TABLE = (
    ChangeRow("h1", "Heading", "04F3", heading=True),
    ChangeRow("a", "A", "04F3", "1"),
    ChangeRow("h2", "Heading", "04F4", heading=True),
    ChangeRow("b", "B", "04F4", "2"),
    *(ChangeRow(f"c{n}", f"C{n}", "04F7", str(n)) for n in range(30)),
)


class Case(App[None]):
    """Only the table."""

    def compose(self) -> ComposeResult:
        yield ChangeTable(TABLE)


async def test_the_cursor_passes_over_headings_and_stays_inside() -> None:
    """Up and down go from row to row; ends do not wrap; page keys go far."""
    app = Case()
    async with app.run_test(size=(80, 10)) as pilot:
        table = app.query_one(ChangeTable)
        table.focus()
        keys: list[str] = []
        for key in ("down", "down", "up", "up", "up", "end", "down", "home", "pagedown"):
            await pilot.press(key)
            keys.append(table.current.key if table.current else "")
        assert keys == ["b", "c0", "b", "a", "a", "c29", "c29", "a", "c6"]


async def test_the_cursor_keeps_its_row_when_values_change() -> None:
    """New states do not move the technician."""
    app = Case()
    async with app.run_test(size=(80, 10)) as pilot:
        table = app.query_one(ChangeTable)
        table.focus()
        await pilot.press("end")
        table.show(tuple(ChangeRow(row.key, row.label, row.code, "9", heading=row.heading) for row in TABLE))
        assert table.current is not None
        assert table.current.key == "c29"
        assert table.current.terminal == "9"


async def test_a_second_click_on_a_row_chooses_it() -> None:
    """The first click marks, the second takes; a click on a heading does nothing."""
    chosen: list[int] = []

    class Listening(Case):
        def on_rows_chosen(self, event: ChangeTable.Chosen) -> None:
            chosen.append(event.index)

    app = Listening()
    async with app.run_test(size=(80, 10)) as pilot:
        await pilot.click(ChangeTable, offset=(3, 2))
        assert app.query_one(ChangeTable).cursor == 1
        await pilot.click(ChangeTable, offset=(3, 3))
        await pilot.click(ChangeTable, offset=(3, 3))
        assert chosen == [3]
