"""The meter archive in CSV and XLSX: what is written comes back, and every defect is found before sending."""

import string
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import StoreError, UsageError
from hhu.archive_words import KINDS, column_text, defect_text
from hhu.client.archive import ArchiveRow
from hhu.client.archive_columns import COLUMNS, column_of
from hhu.client.archive_file import Draft, draft_of, load_draft, save_archive
from hhu.client.tables import BOM, LARGEST, Cell, csv_text

HEAD = "序号,测量点号,端口号,通信协议,通信地址"
LIKE = "{} is no meter address: exactly 12 digits are needed"
LOST = "1.23457E+11 was rounded by a spreadsheet, its digits are lost: type the address as text"
KNOWN = "protocol 77 is unknown; known codes are 0, 1, 2, 30, 31, 32"
DAMAGED = "m.csv is damaged: field larger than field limit (131072)."
TAKEN = "000000000002 stands in row 2 already"
HELD = ArchiveRow(1, 1, 1, 30, "000000000001", asset="A-1", key=True, password=b"secret")
DIGITS = st.text(string.digits, min_size=12, max_size=12).filter(lambda text: text != "9" * 12)
ASSETS = st.text(string.ascii_letters + string.digits + "=+-@,;\"' ", max_size=12).map(str.strip)


@st.composite
def archives(draw: st.DrawFn) -> list[ArchiveRow]:
    """Up to eight meters that do not get into each other's way."""
    addresses = draw(st.lists(DIGITS, max_size=8, unique=True))
    return [
        ArchiveRow(
            serial=number, point=number,
            port=draw(st.integers(1, 3)), protocol=draw(st.sampled_from((1, 30))),
            address=address, speed=draw(st.sampled_from((0, 1200, 2400, 9600))),
            tariffs=draw(st.integers(1, 48)), integers=draw(st.integers(4, 7)),
            decimals=draw(st.integers(1, 4)), collector=draw(st.sampled_from(("", "000000000012"))),
            major=draw(st.integers(0, 15)), minor=draw(st.integers(0, 15)), asset=draw(ASSETS),
            key=draw(st.booleans()), stopped=draw(st.booleans()),
        )
        for number, address in enumerate(addresses, start=1)
    ]  # fmt: skip


@pytest.mark.parametrize("zh", [True, False])
@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".txt", ".xlsx"])
@settings(max_examples=25, deadline=None)
@given(rows=archives())
def test_what_is_saved_comes_back(
    rows: list[ArchiveRow], suffix: str, zh: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Leading zeros, signs of formulas, separators and quotes survive every format and language."""
    path = tmp_path_factory.getbasetemp() / f"m{suffix}"
    save_archive(path, rows, zh=zh)
    draft = load_draft(path, ())
    assert draft.meters == tuple(rows)
    assert [defect.kind for defect in draft.defects] == ([] if rows else ["no-rows"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_files_of_any_office_are_read(tmp_path: Path, encoding: str, separator: str, ends: str) -> None:
    """Encoding, separator, a title above the headings, any order of columns."""
    text = ends.join(["某某台区电表清单", "", "端口,表号,资产编号,规约", "2,000000012345,甲-1,645-97", ""])
    path = tmp_path / "list.csv"
    path.write_bytes(text.replace(",", separator).encode(encoding))
    draft = load_draft(path, ())
    assert [(m.serial, m.point, m.port, m.address, m.protocol) for m in draft.meters] == [
        (1, 1, 2, "000000012345", 1)
    ]
    assert [defect.kind for defect in draft.defects] == ["asset"]


def test_headings_are_taken_in_three_ways() -> None:
    """Chinese, English and field name mean the same; no two columns share one."""
    for column in COLUMNS:
        for heading in (column.zh, column.en, column.name, column.en.upper(), f" {column.zh}（必填）"):
            assert column_of(heading) is column, heading


def test_csv_opens_in_excel_with_all_its_zeros() -> None:
    """A BOM, and a tab that makes Excel keep digits as text; nothing that Excel would calculate."""
    text = csv_text([["000012345678", "=1+1", 7, "plain"]])
    assert text == f"{BOM}\t000012345678,\t=1+1,7,plain\r\n"


def test_xlsx_has_text_cells(tmp_path: Path) -> None:
    """Addresses and asset numbers are text, numbers are numbers."""
    path = tmp_path / "m.xlsx"
    save_archive(path, [replace(HELD, asset="=A1")], zh=True)
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    row = {head.value: cell for head, cell in zip(sheet[1], sheet[2], strict=True)}
    assert (row["通信地址"].value, row["通信地址"].data_type) == ("000000000001", "s")
    assert (row["资产编号"].value, row["资产编号"].data_type) == ("=A1", "s")
    assert row["端口号"].data_type == "n"


def test_passwords_are_in_no_file(tmp_path: Path) -> None:
    """Neither written nor taken; a known meter keeps its own."""
    path = tmp_path / "m.csv"
    save_archive(path, [HELD], zh=False)
    assert b"secret" not in path.read_bytes()
    path.write_text("address,port,password\n000000000001,2,111111\n", "utf-8")
    draft = load_draft(path, (HELD,))
    assert draft.meters == (replace(HELD, port=2),)
    assert [(d.kind, d.blocking) for d in draft.defects] == [("secret-column", False)]


def test_zeros_lost_by_a_spreadsheet_are_restored_and_said(tmp_path: Path) -> None:
    """A numeric cell of eight digits is the address with four zeros before it."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Serial number", "Port", "Meter address", "Protocol"])
    sheet.append([1, 1, 12345678, 30])
    sheet.append([2.0, 1, "87654321", "DL/T 645-2007"])
    sheet.append([3, 1, 1.5, 30])
    book.save(tmp_path / "m.xlsx")
    draft = load_draft(tmp_path / "m.xlsx", ())
    assert [meter.address for meter in draft.meters[:2]] == ["000012345678", "000087654321"]
    assert [(d.kind, d.row, d.blocking) for d in draft.defects] == [
        ("address", 4, True), ("zeros", 2, False), ("filled", 3, False),
    ]  # fmt: skip


def lines(*rows: str) -> list[tuple[Cell, ...]]:
    """Rows of a file under the usual headings."""
    return [tuple(Cell(text) for text in row.split(",")) for row in (HEAD, *rows)]


def said(draft: Draft) -> list[tuple[int, str, str]]:
    return [(d.row, d.column, defect_text(d, "en")) for d in draft.defects if d.blocking]


@pytest.mark.parametrize(
    ("rows", "defects"),
    [
        (["2,2,1,30,12345678901A"], [(2, "address", LIKE.format("12345678901A"))]),
        (["2,2,1,30,1234567890123"], [(2, "address", LIKE.format("1234567890123"))]),
        (["2,2,1,30,"], [(2, "address", "the meter address is missing")]),
        (["2,2,1,30,1.23457E+11"], [(2, "address", LOST)]),
        (["2,2,1,30,999999999999"], [(2, "address", "999999999999 is the broadcast address")]),
        (["2,2,1,30,000000000002", "2,3,1,30,000000000003"], [(3, "serial", "2 stands in row 2 already")]),
        (["2,2,1,30,000000000002", "3,2,1,30,000000000003"], [(3, "point", "2 stands in row 2 already")]),
        (["2,2,2,30,000000000002", "3,3,2,30,000000000002"], [(3, "address", TAKEN)]),
        (["2,2,2,30,000000000002", "3,3,3,30,000000000002"], []),
        (["2,1,2,30,000000000002"], [(2, "point", "1 belongs to meter 1 of the terminal")]),
        (["2,2,1,30,000000000001"], [(2, "address", "000000000001 belongs to meter 1 of the terminal")]),
        (["2,2,1,77,000000000002"], [(2, "protocol", KNOWN)]),
        (["2,2,,30,000000000002"], [(2, "port", "a new meter needs its port")]),
        (["2,2,32,30,000000000002"], [(2, "port", "32 is outside 1..31")]),
        (["0,2,1,30,000000000002"], [(2, "serial", "0 is outside 1..2040")]),
        (["2,two,1,30,000000000002"], [(2, "point", "two is no whole number")]),
        ([], [(1, "", "no meter stands under the headings")]),
        (["1,1,1,,"], []),
    ],
)  # fmt: skip
def test_every_defect_has_row_column_and_words(rows: list[str], defects: list[tuple[int, str, str]]) -> None:
    """M96: said before anything is sent; a row of a known serial number keeps what it leaves open."""
    draft = draft_of("m.csv", lines(*rows), (HELD,))
    assert said(draft) == defects
    assert draft.blocked == bool(defects)


def test_the_193rd_meter_is_refused_with_its_row() -> None:
    """M83: 192 fit, the row of the one too many is named."""
    rows = [f"{n},{n},1,30,{n:012d}" for n in range(2, 194)]
    assert said(draft_of("m.csv", lines(*rows[:-1]), (HELD,))) == []
    assert said(draft_of("m.csv", lines(*rows), (HELD,))) == [
        (193, "", "the terminal holds 192 meters at most, these would be 193")
    ]
    assert said(draft_of("m.csv", lines(*rows), (HELD,), replace_all=True)) == []


def test_unknown_and_double_columns_are_named() -> None:
    """The unknown one is left out and said, the double one must be repaired."""
    draft = draft_of("m.csv", [(Cell("表号"), Cell("户名"), Cell("端口"), Cell("通信端口")),
                               (Cell("000000000002"), Cell("张三"), Cell("1"), Cell("2"))], ())  # fmt: skip
    kinds = [(d.kind, d.row, column_text(d, "zh"), d.blocking) for d in draft.defects]
    assert kinds[:2] == [("double-column", 1, "端口号", True), ("unknown-column", 1, "户名", False)]


def test_replacing_deletes_what_the_file_does_not_have() -> None:
    """Its points and addresses are free for the file."""
    draft = draft_of("m.csv", lines("2,1,1,30,000000000001"), (HELD,), replace_all=True)
    assert (draft.gone, draft.blocked, draft.added) == ((HELD,), False, frozenset({2}))


def test_words_exist_in_both_languages_for_every_kind() -> None:
    """No kind without words; the Chinese text has the facts of the English one."""
    for english, chinese in KINDS.values():
        assert {mark for mark in ("{0}", "{1}", "{2}") if mark in english} == {
            mark for mark in ("{0}", "{1}", "{2}") if mark in chinese
        }


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("m.pdf", b"%PDF", "m.pdf is no table."),
        ("m.csv", b"", "m.csv is empty."),
        ("m.csv", b"\0\1\2\xff", "m.csv is no text."),
        ("m.csv", b"a,b\n1,2\n", "m.csv has no column of meter addresses."),
        ("m.csv", b'address\n"' + b"x" * 140_000, DAMAGED),
        ("m.csv", b"address\n" * 6000, "m.csv has too many rows or columns."),
        ("m.csv", b" " * (LARGEST + 1), "m.csv is too large."),
        ("m.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "m.xls is an old Excel file or has a password."),
        ("m.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "m.xlsx is an old Excel file or has a password."),
        ("m.xlsx", b"PK\3\4 cut short", "m.xlsx is damaged."),
        ("m.xlsx", b"something else", "m.xlsx is damaged."),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    """Wrong type, damaged, locked by a password, too large: cause and next step, never a traceback."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UsageError) as refused:
        load_draft(path, ())
    assert refused.value.reason == reason
    assert refused.value.hint


def test_a_spreadsheet_cut_in_the_middle_is_damaged(tmp_path: Path) -> None:
    """Each cut is found by the packing, none gets through as a shorter list."""
    path = tmp_path / "m.xlsx"
    save_archive(path, [HELD], zh=True)
    whole = path.read_bytes()
    for end in range(4, len(whole), 97):
        path.write_bytes(whole[:end])
        with pytest.raises(UsageError, match="damaged"):
            load_draft(path, ())


def test_a_file_that_does_not_open_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Missing, or held by the spreadsheet."""
    with pytest.raises(StoreError, match=r"gone\.csv cannot be read"):
        load_draft(tmp_path / "gone.csv", ())
    path = tmp_path / "held.csv"
    path.write_text("address\n", "utf-8")

    def locked(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", locked)
    with pytest.raises(StoreError, match=r"held\.csv is locked"):
        load_draft(path, ())
