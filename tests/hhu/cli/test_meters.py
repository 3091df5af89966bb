"""The meter archive from the command line, against the emulated terminal."""

from pathlib import Path

import pytest

from tests.hhu.cli.conftest import Hhu

EMULATOR = ("--line", "emulator")
WRITE = (*EMULATOR, "--hold", "5", "--yes", "--password-stdin")
PASSWORD = "000000\n"
TABLE = "address,port,protocol,asset,key\n000000012345,1,30,A-1,1\n12346,2,645-97,,\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A list of two meters, one with lost zeros."""
    path = tmp_path / "list.csv"
    path.write_text(TABLE, "utf-8")
    return path


def test_a_dry_run_without_a_line_checks_the_file_alone(hhu: Hhu, table: Path) -> None:
    """M96: notes are said, nothing is opened."""
    ended = hhu("meters", "import", str(table), "--dry-run")
    assert (ended.code, ended.out) == (0, "")
    assert "row 3, Meter address: leading zeros were lost" in ended.err
    assert "2 new" in ended.err


def test_meters_go_in_come_out_and_go_again(hhu: Hhu, table: Path, tmp_path: Path) -> None:
    """M96: import, list, search, export, import again without a change, delete; each proven."""
    ended = hhu("meters", "import", str(table), *WRITE, "--json", typed=PASSWORD)
    assert ended.code == 0, ended.err
    assert [(row["serial"], row["act"], row["state"]) for row in ended.objects if "state" in row] == [
        (1, "set", "verified"),
        (2, "set", "verified"),
    ]
    rows = hhu("meters", "list", *EMULATOR, "--json").objects
    assert [(row["serial"], row["address"], row["port"], row["protocol"]) for row in rows] == [
        (1, "000000012345", 1, 30),
        (2, "000000012346", 2, 1),
    ]
    assert (rows[0]["asset"], rows[0]["key"], rows[0]["password"]) == ("A-1", True, None)
    assert hhu("meters", "search", "p2", *EMULATOR, "--json").objects[0]["serial"] == 2
    assert hhu("meters", "search", "nowhere", *EMULATOR).code == 1
    for name in ("out.csv", "out.xlsx"):
        path = tmp_path / name
        assert hhu("meters", "export", str(path), *EMULATOR).code == 0
        again = hhu("meters", "export", str(path), *EMULATOR)
        assert (again.code, "--yes" in again.err) == (2, True)
        ended = hhu("meters", "import", str(path), *EMULATOR, "--yes")
        assert (ended.code, "Nothing differs." in ended.err) == (0, True), ended.err
    ended = hhu("meters", "delete", "1-2", *EMULATOR, "--dry-run", "--json")
    assert (ended.code, len(ended.objects)) == (0, 2)
    assert hhu("meters", "delete", "1,7", *EMULATOR, "--yes").code == 1
    ended = hhu("meters", "delete", "1", *WRITE, "--json", typed=PASSWORD)
    assert [(row["act"], row["state"]) for row in ended.objects] == [("delete", "verified")]
    assert [row["serial"] for row in hhu("meters", "list", *EMULATOR, "--json").objects] == [2]
    table.write_text("address,port\n000000077777,1\n", "utf-8")
    assert hhu("meters", "import", str(table), "--replace", *WRITE, typed=PASSWORD).code == 0
    assert [row["address"] for row in hhu("meters", "list", *EMULATOR, "--json").objects] == ["000000077777"]


def test_a_defect_stops_everything(hhu: Hhu, table: Path) -> None:
    """Exit code 2, every defect with row and column, nothing sent; the 193rd meter is one (M83)."""
    table.write_text(TABLE + "12345678901234,1,77,,maybe\n", "utf-8")
    ended = hhu("meters", "import", str(table), *WRITE, "--json", typed=PASSWORD)
    assert ended.code == 2
    assert {(row["row"], row["column"]) for row in ended.objects if row["blocking"]} == {
        (4, "address"),
        (4, "protocol"),
        (4, "key"),
    }
    many = "".join(f"{n:012d},1,30,,\n" for n in range(1, 194))
    table.write_text(f"address,port,protocol,asset,key\n{many}", "utf-8")
    ended = hhu("meters", "import", str(table), "--dry-run")
    assert (ended.code, "192 meters at most" in ended.err) == (2, True)
    assert hhu("meters", "list", *EMULATOR, "--json").out == ""


def test_refusals_have_their_codes(hhu: Hhu, table: Path, tmp_path: Path) -> None:
    """No file, wrong type, nobody to ask, switch closed, wrong password."""
    assert hhu("meters", "import", str(tmp_path / "none.csv"), *EMULATOR, "--yes").code == 2
    assert hhu("meters", "export", str(tmp_path / "out.pdf"), *EMULATOR).code == 2
    assert hhu("meters", "import", str(table), *EMULATOR).code == 2
    assert hhu("meters", "delete", "0", *EMULATOR, "--yes").code == 2
    ended = hhu("meters", "import", str(table), *EMULATOR, "--yes", "--password-stdin", typed=PASSWORD)
    assert (ended.code, "refused" in ended.out) == (1, True)
    ended = hhu("meters", "import", str(table), *WRITE, typed="111111\n")
    assert ended.code == 4


def test_people_see_a_table(hhu: Hhu, table: Path) -> None:
    """Number, address, protocol by name; with --values also how the reading goes."""
    hhu("meters", "import", str(table), *WRITE, typed=PASSWORD)
    ended = hhu("meters", "list", "--values", *EMULATOR)
    assert "000000012345" in ended.out
    assert "645-2007" in ended.out
    assert "2 of 2 meters." in ended.err
