import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from core.errors import StoreError
from core.store.migrate import migrate, statements, steps
from core.store.store import FILE, Store
from core.terminal.ledger import ListKept
from core.terminal.readings import Kind


def test_steps_are_numbered_without_gaps():
    """Schema steps are 001, 002 and so on."""
    assert list(steps()) == list(range(1, len(steps()) + 1))


def test_a_script_is_cut_into_statements():
    """Comments and semicolons in texts do not mislead."""
    script = "-- one; two\nCREATE TABLE a (b TEXT DEFAULT ';');\nINSERT INTO a VALUES ('x;\ny');\n"
    assert len(list(statements(script))) == 2


def test_missing_steps_are_applied_once():
    """An old file gets only the steps it lacks."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection, {1: "CREATE TABLE a (b);"})
    migrate(connection, {1: "CREATE TABLE a (b);", 2: "ALTER TABLE a ADD c;"})
    assert connection.execute("PRAGMA user_version").fetchone() == (2,)
    connection.execute("INSERT INTO a (b, c) VALUES (1, 2)")
    connection.close()


def test_a_failing_step_takes_back_all_steps():
    """Migration is one transaction: the file stays at its old schema."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, {1: "CREATE TABLE a (b);", 2: "ALTER TABLE nothing ADD c;"})
    assert connection.execute("PRAGMA user_version").fetchone() == (0,)
    assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    connection.close()


def test_a_newer_schema_is_refused():
    """What a newer program wrote is not guessed at."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA user_version = 7")
    with pytest.raises(StoreError, match="newer program"):
        migrate(connection, {1: ""})
    connection.close()


def test_a_state_of_the_first_schema_is_taken_over(tmp_path: Path):
    """Old files are migrated: parameters, facts and events stay, readings can be kept."""
    with closing(sqlite3.connect(tmp_path / FILE)) as old:
        old.executescript((Path(__file__).parent / "fixtures" / "schema_001.sql").read_text("utf-8"))
    store = Store(tmp_path)
    kept = store.load()
    assert kept.parameters == {(3, 0): bytes(range(28))}
    assert kept.facts == {"resets": "3", "software": "1.02"}
    assert kept.records[True, 0].body == b"\x01\x02"
    store.readings.note(Kind.DAY, datetime(2026, 11, 20), "resets", 1)
    assert store.readings.noted(Kind.DAY, datetime(2026, 11, 20), "resets") == 1
    store.close()


def test_a_state_of_the_second_schema_is_taken_over(tmp_path: Path):
    """Values and histories stay; lists by number can be kept."""
    with closing(sqlite3.connect(tmp_path / FILE)) as old:
        old.executescript((Path(__file__).parent / "fixtures" / "schema_002.sql").read_text("utf-8"))
    store = Store(tmp_path)
    assert store.load().parameters == {(3, 0): bytes(range(28))}
    assert store.load().lists == {}
    assert [history.address for history in store.readings.histories()] == ["202600000012"]
    store.write([ListKept(10, {1: b"one", 2: b"two"}), ListKept(10, {1: None})])
    assert store.load().lists == {10: {2: b"two"}}
    store.close()
