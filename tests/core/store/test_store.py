import sqlite3
from datetime import datetime
from pathlib import Path

import pytest

from core.errors import StoreError
from core.store.store import FILE, QUOTA, Store
from core.terminal.ledger import EventRecord, FactKept, ListKept, ParameterKept, RecordKept, RecordsCleared

RECORD = EventRecord(True, 257, 300, 20, datetime(2026, 11, 20, 14, 31, 2, 500), 12, b"\x01\x02")
ORDINARY = EventRecord(False, 5, 301, 3, datetime(2026, 11, 20, 14, 31, 3), None, b"")


def test_everything_kept_comes_back(tmp_path: Path):
    """Parameters, facts and records return digit for digit; removal removes."""
    store = Store(tmp_path / "new" / "place")
    store.write([ParameterKept(3, 0, b"\x00\xff"), ParameterKept(8, 7, b"x"), FactKept("a", "1")])
    store.write([RecordKept(RECORD), RecordKept(ORDINARY), FactKept("b", "2"), ParameterKept(8, 7, None)])
    store.write([FactKept("a", None)])
    store.close()
    again = Store(tmp_path / "new" / "place")
    kept = again.load()
    again.close()
    assert kept.parameters == {(3, 0): b"\x00\xff"}
    assert kept.facts == {"b": "2"}
    assert kept.records == {(True, 1): RECORD, (False, 5): ORDINARY}
    assert kept.stored == {True: 258, False: 6}


def test_lists_are_kept_record_by_record(tmp_path: Path):
    """Records of a list come back by number; deleting one leaves the others."""
    store = Store(tmp_path)
    store.write([ListKept(10, {1: b"a", 2: b"b"}), ListKept(33, {1: b"c"})])
    store.write([ListKept(10, {1: None, 2: b"d", 2040: b"e"}), ListKept(33, {1: None})])
    store.close()
    again = Store(tmp_path)
    assert again.load().lists == {10: {2: b"d", 2040: b"e"}}
    again.close()


def test_cleared_rings_stay_cleared(tmp_path: Path):
    """Data initialisation reaches the disk."""
    store = Store(tmp_path)
    store.write([RecordKept(RECORD)])
    store.write([RecordsCleared()])
    store.close()
    again = Store(tmp_path)
    assert again.load().records == {}
    assert again.load().stored == {True: 0, False: 0}
    again.close()


def test_a_write_that_fails_midway_leaves_nothing(tmp_path: Path):
    """All changes of a write or none, also when the last one cannot be stored; the store goes on."""
    store = Store(tmp_path)
    with pytest.raises(StoreError):
        store.write([FactKept("a", "1"), ParameterKept(999, 0, b"")])
    assert store.load().facts == {}
    store.write([FactKept("a", "2")])
    assert store.load().facts == {"a": "2"}
    store.close()


def test_the_quota_is_the_flash_of_the_device(tmp_path: Path):
    """A full store says so, keeps what it has and stays usable (M82)."""
    store = Store(tmp_path)
    store.write([FactKept("a", "1")])
    store._flash._connection.execute("PRAGMA max_page_count = 40")  # pyright: ignore[reportPrivateUsage]
    with pytest.raises(StoreError, match="full"):
        store.write([FactKept("b", "x" * QUOTA)])
    assert store.load().facts == {"a": "1"}
    store.close()


def test_a_second_program_is_refused(tmp_path: Path):
    """One process at a time; closing frees the file."""
    first = Store(tmp_path)
    with pytest.raises(StoreError, match="another program runs this terminal"):
        Store(tmp_path)
    first.write([FactKept("a", "1")])
    first.close()
    second = Store(tmp_path)
    assert second.load().facts == {"a": "1"}
    second.close()


@pytest.mark.parametrize(
    "damage",
    [b"this is no database at all" * 400, b"SQLite format 3\0" + b"\xa5" * 9000],
    ids=["text", "torn"],
)
def test_a_damaged_file_is_kept_aside_and_named(tmp_path: Path, damage: bytes):
    """Never deleted in silence: the error says where it went, and the next start begins anew."""
    (tmp_path / FILE).write_bytes(damage)
    with pytest.raises(StoreError, match=r"damaged.*terminal\.db\.damaged-1"):
        Store(tmp_path)
    assert (tmp_path / f"{FILE}.damaged-1").read_bytes() == damage
    fresh = Store(tmp_path)
    assert fresh.load().facts == {}
    fresh.close()
    assert (tmp_path / f"{FILE}.damaged-1").exists()


def test_a_file_damaged_inside_is_found_at_opening(tmp_path: Path):
    """The check looks at every page, not only at the header."""
    store = Store(tmp_path)
    for number in range(60):
        store.write([FactKept(f"fact {number}", "x" * 900)])
    store.close()
    raw = bytearray((tmp_path / FILE).read_bytes())
    raw[5 * 4096 : -4096] = b"\xa5" * (len(raw) - 6 * 4096)
    (tmp_path / FILE).write_bytes(raw)
    with pytest.raises(StoreError, match="damaged"):
        Store(tmp_path)


def test_a_newer_file_is_left_alone(tmp_path: Path):
    """A state written by a newer program is refused, not touched."""
    Store(tmp_path).close()
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(StoreError, match="newer program"):
        Store(tmp_path)
    assert (tmp_path / FILE).read_bytes() == before


def test_a_place_that_cannot_be_used_is_refused(tmp_path: Path):
    """A file where the directory should be, named in the error."""
    (tmp_path / "place").write_text("")
    with pytest.raises(StoreError, match="place"):
        Store(tmp_path / "place")


def test_durability_settings(tmp_path: Path):
    """WAL, full synchronisation and foreign keys are really on (DESIGN §4)."""
    store = Store(tmp_path)
    execute = store._flash._connection.execute  # pyright: ignore[reportPrivateUsage]
    settings = [
        execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "foreign_keys")
    ]
    assert settings == ["wal", 2, 1]
    store.close()
