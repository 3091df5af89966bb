"""Readings as the Data page shows them: grid rows, the words about a row, the curve of a point."""

from collections.abc import Mapping, Sequence

from rich.cells import cell_len

from hhu.client.reading_rows import MeterName
from hhu.client.reading_sets import Kind
from hhu.client.reading_table import Column, ReadingTable, Row, stamp_text
from hhu.client.series import series_of, short_stamp
from hhu.widgets.plot import Curve
from hhu.widgets.reading_grid import GridColumn, GridRow
from hhu.words import Words

MISSING = "--"
WIDE = 90
"""Columns from which meters and reading times have columns of their own."""


def left_columns(
    rows: Sequence[Row], meters: Mapping[int, MeterName], words: Words, width: int
) -> tuple[tuple[GridColumn, ...], tuple[tuple[str, ...], ...]]:
    """Return what tells the rows apart, and its texts for every row; what all share is said above."""
    stamps = {stamp_text(row.stamp) for row in rows}
    texts: list[tuple[str, list[str], bool]] = []
    if len({row.point for row in rows}) > 1 or len(stamps) == 1:
        texts.append((words("data.point"), [str(row.point) for row in rows], True))
    if width >= WIDE and any(row.point in meters for row in rows):
        texts.append((words("data.meter"), [_meter(meters.get(row.point)) for row in rows], False))
    if len(stamps) > 1:
        texts.append((words("data.of"), [stamp_text(row.stamp) for row in rows], False))
    if width >= WIDE and any(row.read_at for row in rows):
        read = [f"{row.read_at:%m-%d %H:%M}" if row.read_at else "" for row in rows]
        texts.append((words("data.read-at"), read, False))
    columns = tuple(GridColumn("", name, _widest(name, cells), right) for name, cells, right in texts)
    return columns, tuple(zip(*(cells for _, cells, _ in texts), strict=True))


def _meter(meter: MeterName | None) -> str:
    return meter.asset or meter.address if meter else ""


def _widest(name: str, cells: Sequence[str]) -> int:
    return max(map(cell_len, (name, *cells)), default=0)


def value_columns(table: ReadingTable, words: Words) -> tuple[tuple[GridColumn, ...], list[list[str]]]:
    """Return the quantities, and their cells column by column; where nothing came, one column says so."""
    rows = table.rows
    if not table.columns:
        said = [said_of(row, words) or MISSING for row in rows]
        return (GridColumn("", words("data.values"), _widest(words("data.values"), said), right=False),), [
            said
        ]
    columns: list[GridColumn] = []
    cells: list[list[str]] = []
    for column in table.columns:
        texts = [_text(row, column) for row in rows]
        name = f"{words.of(column.zh, column.en)} {column.unit}".strip()
        columns.append(GridColumn(words.of(column.of_zh, column.of_en), name, _widest(name, texts)))
        cells.append(texts)
    return tuple(columns), cells


def _text(row: Row, column: Column) -> str:
    cell = row.cells.get(column.key)
    return MISSING if cell is None or cell.text is None else cell.text


def grid_rows(
    rows: Sequence[Row], left: Sequence[tuple[str, ...]], cells: Sequence[Sequence[str]]
) -> list[GridRow]:
    """Lay rows out; a sign tells those that are not as they should be."""
    return [_grid_row(row, left[n], tuple(column[n] for column in cells)) for n, row in enumerate(rows)]


def _grid_row(row: Row, left: tuple[str, ...], cells: tuple[str, ...]) -> GridRow:
    mark, tone = " ", "ink"
    if row.trouble:
        mark, tone = "?", "refused"
    elif row.differences:
        mark, tone = "!", "refused"
    elif not row.whole:
        mark, tone = "-", "acknowledged"
    return GridRow(f"{row.point} {stamp_text(row.stamp)}", left, cells, mark, tone, quiet=not row.stored)


def said_of(row: Row, words: Words) -> str:
    """Say what the sign of a row means; empty for a row that is as it should be."""
    if row.trouble:
        return words("data.unreadable", reason=row.trouble)
    if not row.stored:
        return words("data.nothing")
    differences = [words("data.difference", value=value) for value in row.differences.values()]
    return "; ".join(differences) if differences else "" if row.whole else words("data.holes")


def about(row: Row, column: Column | None, meter: MeterName | None, words: Words) -> tuple[str, str]:
    """Say what a value is, of which meter, when it was read; what is wrong with its row."""
    parts = [words("data.point-number", number=row.point)]
    if meter:
        parts.append(" ".join(dict.fromkeys(text for text in (meter.address, meter.asset) if text)))
    parts.append(stamp_text(row.stamp))
    if column:
        name = f"{words.of(column.of_zh, column.of_en)} {words.of(column.zh, column.en)}"
        parts.append(f"{name} {_text(row, column)} {column.unit}")
    read = words("data.was-read", time=f"{row.read_at:%Y-%m-%d %H:%M}") if row.read_at else ""
    return "  ".join(filter(None, parts)), "  ".join(filter(None, (read, said_of(row, words))))


def counted(rows: Sequence[Row], words: Words) -> str:
    """Say how many rows there are, and how many have holes."""
    missing = sum(not row.whole for row in rows)
    text = words("data.rows", number=len(rows)) if rows else ""
    return f"{text}, {words('data.missing', number=missing)}" if missing else text


def curve_of(rows: Sequence[Row], column: Column, kind: Kind, words: Words) -> Curve | None:
    """Return the curve of a point, if two values are known at least."""
    series = series_of(rows, column)
    if len(series.known) < 2:
        return None
    name = f"{words.of(column.of_zh, column.of_en)} {words.of(column.zh, column.en)}".strip()
    if not series.used:
        title = words("data.plot-value", name=name, unit=column.unit, point=rows[0].point)
    else:
        each = (
            words(f"data.each-{kind.value}")
            if kind in (Kind.DAY, Kind.MONTH, Kind.HOUR)
            else words("data.each")
        )
        title = words("data.plot-used", name=name, unit=column.unit, point=rows[0].point, each=each)
    names = tuple(short_stamp(stamp) for stamp in series.stamps)
    return Curve(series.values, names, column.unit, series.used, title)
