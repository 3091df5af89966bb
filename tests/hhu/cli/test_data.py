"""Stored values from the command line, against the emulated terminal with a furnished store."""

import csv
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from openpyxl import load_workbook

from core.errors import LineError
from hhu.client.terminal import TerminalClient
from tests.hhu.cli.conftest import Hhu
from tests.hhu.stored import address_of, furnish, register_of

EMULATOR = ("--line", "emulator")
TODAY = datetime.now().date()
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def stored(tmp_path: Path) -> None:
    """Twelve points with 40 days of values before today."""
    furnish(tmp_path / "home", TODAY)


def shown(point: int) -> list[str]:
    """What the wire makes of yesterday's register: six digits before the point, four behind it."""
    return [f"{value:011.4f}" for value in register_of(point, YESTERDAY)]


def test_the_day_of_all_points_is_yesterday_of_the_archive(hhu: Hhu) -> None:
    """M38, M68: what is stored is answered without a meter in sight; what is not stored is said, no error."""
    ended = hhu("data", "day", "--json", *EMULATOR)
    assert ended.code == 0, ended.err
    rows = ended.objects
    assert [row["point"] for row in rows] == list(range(1, 13))
    assert {row["stamp"] for row in rows} == {YESTERDAY.isoformat()}
    assert [row["point"] for row in rows if not row["stored"]] == [3, 4]
    assert rows[0]["address"] == address_of(1) == "001122000001"


def test_digits_are_those_of_the_store(hhu: Hhu) -> None:
    """M39: the meter's digits with the zeros of the format behind them, as strings; read time beside them."""
    (row,) = hhu("data", "day", "--points", "7", "--json", *EMULATOR).objects
    assert list(row["values"].values()) == shown(7)
    assert list(row["values"]) == ["forward-active.total", *(f"forward-active.t{n}" for n in range(1, 5))]
    assert set(row["units"].values()) == {"kWh"}
    assert row["read_at"] == f"{TODAY}T00:07"


def test_a_missing_tariff_is_null_and_a_wrong_sum_is_told(hhu: Hhu) -> None:
    """EE is no value; total minus tariffs stands in the row."""
    odd, holed = hhu("data", "day", "--points", "5,6", "--json", *EMULATOR).objects
    assert odd["differences"] == {"forward-active": "0.0200"}
    assert (holed["values"]["forward-active.t4"], holed["differences"]) == (None, {})


def test_the_text_fits_eighty_columns(hhu: Hhu) -> None:
    """Digits right-aligned in blocks; the day they share stands once above; gaps are two dashes."""
    ended = hhu("data", "day", *EMULATOR)
    lines = ended.out.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0] == str(YESTERDAY)
    assert lines[3].split() == ["POINT", "total", "kWh", *(w for n in range(1, 5) for w in (f"T{n}", "kWh"))]
    assert lines[4].split() == ["1", *shown(1)]
    assert lines[6].split() == ["3", *["--"] * 5]
    assert any(line.split()[:2] == ["4", "001122000004"] and "nothing stored" in line for line in lines)


def test_csv_and_xlsx_have_the_same_digits(hhu: Hhu, tmp_path: Path) -> None:
    """M39: a byte order mark, a row per point and day; numbers of the workbook show all their decimals."""
    paths = tmp_path / "day.csv", tmp_path / "day.xlsx"
    days = ("--from", str(YESTERDAY - timedelta(days=3)), "--to", str(YESTERDAY), "--points", "1-2")
    ended = hhu("data", "day", *days, "--csv", str(paths[0]), "--xlsx", str(paths[1]), *EMULATOR)
    assert (ended.code, ended.out) == (0, ""), ended.err
    head, *rows = csv.reader(paths[0].read_text("utf-8-sig").splitlines())
    assert head[4] == "forward-active.total [kWh]"
    assert len(rows) == 8
    assert rows[3][4:9] == shown(1)
    sheet: Any = load_workbook(paths[1]).active
    assert [f"{cell.value:011.4f}" for cell in sheet[5][4:9]] == shown(1)


@pytest.mark.parametrize(
    ("words", "number", "column"),
    [
        (("current", "--points", "1-2", "--items", "forward-active,voltage"), 2, "voltage.u_a"),
        (("reading-day", "--points", "1", "--from", str(TODAY.replace(day=1))), 1, "forward-active.t4"),
        (("month", "--points", "1-2"), 2, "forward-active.total"),
        (("hour", "--points", "1", "--from", str(YESTERDAY)), 24, "forward-active.total"),
        (("curve", "--points", "1", "--items", "active-power"), 96, "active-power.total"),
        (("curve", "--points", "1", "--items", "voltage", "--every", "60"), 24, "voltage.a"),
        (("day", "--points", "1", "--items", "forward-active-demand"), 1, "forward-active-demand.total.time"),
        (("statistics",), 3, "supply.minutes"),
    ],
)
def test_every_kind_is_read(hhu: Hhu, words: tuple[str, ...], number: int, column: str) -> None:
    """M55, M66 to M75, M77 to M81, M85, M86: current, reading day, month, hour, curve, demand, statistics."""
    if words[0] == "reading-day" and TODAY.day == 1:
        pytest.skip("the reading day of this month is not over")
    ended = hhu("data", *words, "--json", *EMULATOR)
    assert ended.code == 0, ended.err
    assert len(ended.objects) == number
    assert any(row["values"].get(column) is not None for row in ended.objects)


def test_nothing_stored_is_exit_code_1(hhu: Hhu) -> None:
    """Not an error of the line: the terminal has none of it."""
    ended = hhu("data", "day", "--points", "4", *EMULATOR)
    assert ended.code == 1
    assert "nothing stored" in ended.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--items", "bananas"), "No item 'bananas' in day data. Items: forward-active,"),
        (("--points", "0"), "leave 1..2040"),
        (("--from", "19.11."), "is no day"),
        (("--to", "2026-11-19"), "--to without --from"),
        (("--from", "2026-11-19", "--to", "2026-11-18"), "before"),
    ],
)
def test_what_is_typed_wrong_is_exit_code_2(hhu: Hhu, words: tuple[str, ...], said: str) -> None:
    """Cause and next step, before anything is asked."""
    ended = hhu("data", "day", "--points", "1", *words, *EMULATOR)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err


def test_what_came_before_the_line_broke_is_shown(hhu: Hhu) -> None:
    """Exit code 3, and the rows that were read."""
    read, asked = TerminalClient.read, [0]

    async def breaking(client: TerminalClient, wanted: Any) -> Any:
        asked[0] += 1
        if asked[0] == 2:
            raise LineError("COM4", "unplugged")
        return await read(client, wanted)

    first = str(TODAY - timedelta(days=30))
    words = ("day", "--points", "1", "--from", first, "--to", str(YESTERDAY), "--json")
    with patch.object(TerminalClient, "read", breaking):
        ended = hhu("data", *words, *EMULATOR)
    assert ended.code == 3
    assert len(ended.objects) == 15
    assert "15 rows were read before" in ended.err
