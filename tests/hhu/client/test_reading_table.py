"""Readings as a table: exact digits from the frame to every file, sums, absent values."""

import csv
import io
import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from core.errors import UsageError
from core.gdw376.catalogue import unit_class
from core.gdw376.fields import Direction
from core.gdw376.unit import Unit
from hhu.client.reading_rows import MeterName, remark, row_object, rows_of, write_readings
from hhu.client.reading_sets import SETS, Kind, sets_named
from hhu.client.reading_table import ReadingTable, pieces_of
from hhu.client.tables import csv_text, table_bytes

NOW = datetime(2026, 11, 20, 14, 36)
DAY = date(2026, 11, 19)
BOOK = Path("readings.xlsx")
METERS = {7: MeterName("000012345678", "A-07")}


def kind_of(afn: int, fn: int) -> Any:
    found = unit_class(afn, fn, direction=Direction.UP)
    assert found is not None
    return found


def register(fn: int, *digits: str | None, day: date = DAY) -> Unit:
    values = tuple(None if text is None else Decimal(text) for text in digits)
    return kind_of(0x0D, fn)(day, datetime(2026, 11, 20, 0, 7), len(digits) - 1, values)


def table_of(
    *units: Unit, kind: Kind = Kind.DAY, names: str = "forward-active", point: int = 7
) -> ReadingTable:
    table = ReadingTable()
    for unit in units:
        table.add(pieces_of(point, unit, sets_named(kind, names.split(",")), NOW))
    return table


DIGITS = st.one_of(st.none(), st.integers(0, 10**10 - 1).map(lambda n: f"{n // 10_000:06d}.{n % 10_000:04d}"))


@given(st.lists(DIGITS, min_size=1, max_size=5))
def test_exact_digits_survive_to_csv_json_and_xlsx(digits: list[str | None]) -> None:
    """M39: what the bytes say is what every file says, digit for digit; no value is empty, never zero."""
    unit = register(161, *digits)
    table = table_of(type(unit).decode(unit.encode()))
    (row,) = table.rows
    keys = [column.key for column in table.columns]
    assert keys == ["forward-active.total", *(f"forward-active.t{n}" for n in range(1, len(digits)))]
    (head, line) = csv.reader(io.StringIO(csv_text(rows_of(table, METERS)).removeprefix("\ufeff")))
    assert line[:4] == ["7", "\t000012345678", "A-07", "2026-11-19"]
    assert [text or None for text in line[4:-2]] == digits
    shown = json.loads(json.dumps(row_object(row, table.columns, METERS)))
    assert list(shown["values"].values()) == digits
    sheet: Any = load_workbook(io.BytesIO(table_bytes(BOOK, "readings", rows_of(table, METERS)))).active
    assert [cell.value for cell in sheet[1]] == head
    for cell, text in zip(sheet[2][4:-2], digits, strict=True):
        if text is None:
            assert cell.value is None
        else:
            assert (f"{cell.value:.4f}", cell.number_format) == (str(Decimal(text) + 0), "0.0000")


def test_addresses_keep_their_zeros_in_a_workbook() -> None:
    """A meter's address is text, not a number."""
    sheet: Any = load_workbook(
        io.BytesIO(table_bytes(BOOK, "readings", rows_of(table_of(register(161, "1.0000")), METERS)))
    ).active
    assert (sheet["B2"].value, sheet["B2"].number_format) == ("000012345678", "@")


def test_a_csv_begins_with_a_byte_order_mark(tmp_path: Path) -> None:
    """Excel then takes it for UTF-8; the ending decides about the format."""
    write_readings(tmp_path / "a.CSV", table_of(register(161, "1.0000")), METERS)
    assert (tmp_path / "a.CSV").read_bytes().startswith(b"\xef\xbb\xbfpoint,address")
    with pytest.raises(UsageError, match="no table"):
        write_readings(tmp_path / "a.ods", table_of(register(161, "1.0000")), METERS)


def test_tariffs_that_do_not_add_up_are_told_by_how_much() -> None:
    """The difference is exact; a row with a hole, or demands, are not judged."""
    (row,) = table_of(register(161, "10.0300", "4.0100", "6.0000")).rows
    assert row.differences == {"forward-active": Decimal("0.0200")}
    assert remark(row) == "forward-active: total - tariffs = 0.0200"
    (holed,) = table_of(register(161, "10.0300", "4.0100", None)).rows
    assert (holed.differences, holed.whole, holed.stored) == ({}, False, True)
    demands = kind_of(0x0D, 185).from_json(
        {"day": "2026-11-19", "time": None, "tariffs": 1,
         "demands": [{"demand": "0.5000", "time": None}, {"demand": "0.1000", "time": "--11-19T19:00"}]}
    )  # fmt: skip
    table = table_of(demands, names="forward-active-demand")
    assert not table.rows[0].differences
    assert [column.key for column in table.columns] == [
        "forward-active-demand.total", "forward-active-demand.total.time",
        "forward-active-demand.t1", "forward-active-demand.t1.time",
    ]  # fmt: skip


def test_settled_and_unsettled_are_judged_apart() -> None:
    """Two registers of one unit are two sums."""
    three = (Decimal("3.0000"), Decimal("1.0000"), Decimal("2.0000"))
    odd = (Decimal("4.0000"), *three[1:])
    unit = kind_of(0x0C, 168)(None, 2, three, odd)
    (row,) = table_of(unit, kind=Kind.CURRENT, names="settlement").rows
    assert row.differences == {"settlement.unsettled": Decimal("1.0000")}


def test_several_units_of_a_point_and_day_are_one_row() -> None:
    """Columns stand in the order of the items, not of the answers; the read time is the latest."""
    table = table_of(register(163, "2.0000"), register(161, "1.0000"), names="forward-active,reverse-active")
    assert len(table) == 1
    assert [column.key for column in table.columns] == ["forward-active.total", "reverse-active.total"]
    assert table.rows[0].read_at == datetime(2026, 11, 20, 0, 7)


def test_a_part_of_the_phase_readings_is_only_that_part() -> None:
    """F25 is asked once for voltage and power; other fields make no columns."""
    table = table_of(kind_of(0x0C, 25).blank(), kind=Kind.CURRENT, names="voltage,active-power")
    assert {column.key.partition(".")[0] for column in table.columns} == {"voltage", "active-power"}
    assert len(table.columns) == 7


def test_a_curve_is_a_row_per_point_and_phases_are_columns() -> None:
    """Stamps go on from the start by the density; the unit is the column's."""
    start = datetime(2026, 11, 19, 23, 30)
    units = [kind_of(0x0D, fn)(start, 1, 3, (Decimal("220.1"), None, Decimal("219.9"))) for fn in (89, 90)]
    table = table_of(*units, kind=Kind.CURVE, names="voltage")
    assert [row.stamp for row in table.rows] == [
        start,
        datetime(2026, 11, 19, 23, 45),
        datetime(2026, 11, 20),
    ]
    assert [(column.key, column.unit) for column in table.columns] == [("voltage.a", "V"), ("voltage.b", "V")]
    assert table.rows[1].cells["voltage.a"].text is None


def test_every_set_has_units_with_distinct_columns() -> None:
    """No set names a function that is not there; a blank unit gives columns that do not collide."""
    for kind, sets in SETS.items():
        for one in sets:
            units = one.units(kind_of(0x0C, 25).meaning.edition)
            assert len(units) == len(one.functions), (kind, one.name)
            for unit in units:
                value = unit.blank()
                keys = [c.key for piece in pieces_of(1, value, (one,), NOW) for c, _ in piece.cells]
                assert len(keys) == len(set(keys)), (kind, one.name, keys)
