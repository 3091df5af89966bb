"""Values over time: energy between neighbours, or the value itself; gaps are never bridged."""

from datetime import date, datetime
from decimal import Decimal

from core.wire.times import Month
from hhu.client.reading_table import Cell, Column, Row, Stamp
from hhu.client.series import series_of, short_stamp

REGISTER = Column("forward-active.total", "正向有功", "Forward active", "总", "total", "kWh")
VOLTS = Column("voltage.a", "电压", "Voltage", "A相", "A", "V")


def rows(column: Column, *values: tuple[Stamp, str | None]) -> list[Row]:
    """Rows of one point."""
    return [
        Row(1, stamp, {column.key: Cell(text, None if text is None else Decimal(text))})
        for stamp, text in values
    ]


def test_a_register_gives_what_was_used_each_day() -> None:
    """Exact differences, dated by the day that ended."""
    days = [(date(2026, 11, n), text) for n, text in ((1, "10.01"), (2, "12.51"), (3, "12.51"))]
    series = series_of(rows(REGISTER, *days), REGISTER)
    assert (series.used, series.unit) == (True, "kWh")
    assert series.stamps == (date(2026, 11, 2), date(2026, 11, 3))
    assert series.values == (Decimal("2.50"), Decimal("0.00"))


def test_a_missing_day_leaves_a_gap_and_not_a_double_bar() -> None:
    """Neither the day without value nor a day that has no row lets two days look like one."""
    days = [(1, "10"), (2, "11"), (3, None), (4, "15"), (6, "19"), (7, "20")]
    series = series_of(rows(REGISTER, *((date(2026, 11, n), text) for n, text in days)), REGISTER)
    assert series.values == (Decimal(1), None, None, None, Decimal(1))


def test_months_count_as_one_step_each() -> None:
    """From December to January too, though months have different lengths."""
    months = [(Month(2025, 12), "100"), (Month(2026, 1), "130"), (Month(2026, 3), "190")]
    assert series_of(rows(REGISTER, *months), REGISTER).values == (Decimal(30), None)


def test_other_values_are_drawn_as_they_are() -> None:
    """A voltage is no register."""
    quarters = [(datetime(2026, 11, 19, 0, 15 * n), f"22{n}.0") for n in range(3)]
    series = series_of(rows(VOLTS, *quarters), VOLTS)
    assert (series.used, series.values) == (False, (Decimal("220.0"), Decimal("221.0"), Decimal("222.0")))


def test_names_under_the_axis_are_short() -> None:
    """Day and month, hour and minute, month of a year."""
    stamps = (date(2026, 11, 19), datetime(2026, 11, 19, 4, 15), Month(2026, 3))
    assert [short_stamp(stamp) for stamp in stamps] == ["11-19", "04:15", "2026-03"]
