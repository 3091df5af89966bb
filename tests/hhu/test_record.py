import json
import re
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import cast

import pytest

from core.clock import ManualClock
from core.errors import DecodeError, UsageError
from hhu.record import MASK, START, Fact, VisitRecord, read_record, verify


@pytest.fixture
def visit() -> VisitRecord:
    clock = ManualClock(datetime(2026, 1, 5, 9, 30))
    record = VisitRecord(clock, "1122-3344", "1.0.0")
    clock.advance(1.5)
    record.read("0CF25@12", {"u_a": Decimal("220.10"), "u_b": None})
    record.changed("04F3.main_ip", "10.20.30.40", "10.20.30.41", "verified")
    record.clock_residual(Decimal("-0.3"))
    record.firmware("1.02", "1.03")
    record.event("ERC3", datetime(2026, 1, 5, 9, 29), {"changed": ["F3", "F16"]})
    record.trace("ab" * 32)
    return record


def test_the_chain_is_whole_and_survives_the_file(visit: VisitRecord) -> None:
    """Every entry hangs on the one before it, in memory and after export."""
    assert visit.verify() is None
    assert visit.entries[0].previous == START
    again = read_record(visit.export_json())
    assert verify(again) is None
    assert again == visit.entries
    assert [entry.kind for entry in again] == [
        "opened",
        "read",
        "changed",
        "clock",
        "firmware",
        "event",
        "trace",
    ]


def test_digits_times_and_no_value_stay_exact(visit: VisitRecord) -> None:
    """Decimals keep their zeros, no value stays null, times are ISO 8601."""
    read = visit.entries[1]
    assert read.facts == {"name": "0CF25@12", "value": {"u_a": "220.10", "u_b": None}}
    assert read.time == "2026-01-05T09:30:01.500"
    assert visit.entries[5].facts["time"] == "2026-01-05T09:29:00"


def test_the_digest_is_the_published_one() -> None:
    """The rule of the chain is pinned by a digest computed outside: sha256(previous + canonical JSON)."""
    record = VisitRecord(ManualClock(datetime(2026, 1, 5)), "1122-3344", "1.0.0")
    assert record.entries[0].digest == "d0f1989b40b534bd3a18bd6bb4d0a8f57e34bdd76819a08789992b80c7c07ccc"


@pytest.mark.parametrize("number", range(1, 8))
def test_any_edit_is_found_where_it_is(visit: VisitRecord, number: int) -> None:
    """A changed fact, time or kind, and a removed entry, break the chain at that entry."""
    entries = list(visit.entries)
    at = number - 1
    for edited in (
        replace(entries[at], facts={**entries[at].facts, "state": "planned"}),
        replace(entries[at], time="2026-01-05T10:00:00.000"),
        replace(entries[at], kind="noted"),
    ):
        assert verify([*entries[:at], edited, *entries[at + 1 :]]) == number
    if number < len(entries):
        assert verify([*entries[:at], *entries[at + 1 :]]) == number


@pytest.mark.parametrize(
    "name", ["04F16.password", "PW", "high_password", "sim-pin", "channel.key", "虚拟专网密码"]
)
def test_secrets_are_masked_before_the_chain(visit: VisitRecord, name: str) -> None:
    """A value under a secret's name never enters, alone, inside a unit or in a list."""
    last = name.rpartition(".")[2]
    visit.changed(name, "135792", "246813", "verified")
    visit.read("04F16", {last: "135792", "user": "CARD"})
    visit.read(name, ["135792"])
    visit.event("ERC20", datetime(2026, 1, 5), {last: "135792"})
    exports = visit.export_json() + visit.export_html()
    assert "135792" not in exports
    assert "246813" not in exports
    assert MASK in exports
    assert "CARD" in exports


def test_harmless_names_are_not_masked(visit: VisitRecord) -> None:
    """A word that only contains the letters of a secret's name stays readable."""
    visit.read("spinning.monkeys", "4")
    assert visit.entries[-1].facts["value"] == "4"


@pytest.mark.parametrize("value", [1.5, b"\x00"])
def test_floats_and_bytes_are_refused(visit: VisitRecord, value: object) -> None:
    """A float would round and bytes could hold a PW: neither is recorded, the chain stays as it was."""
    before = visit.entries
    with pytest.raises(UsageError, match="04F1"):
        visit.read("04F1", cast("Fact", {"04F1": value}))
    assert visit.entries == before


def test_the_page_needs_nothing_and_runs_nothing(visit: VisitRecord) -> None:
    """The HTML has no link, no script, shows the last digest, and text from the terminal stays text."""
    visit.read("04F3.apn", "<script>alert(1)</script>")
    page = visit.export_html()
    assert not re.search(r"https?:|src=|href=|url\(|<script", page)
    assert visit.entries[-1].digest in page
    assert "chain whole" in page


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format":"x"}', '{"format":"hhu-visit-1","entries":[{}]}']
)
def test_other_files_are_no_record(text: str) -> None:
    """Anything else is refused by name, not by traceback."""
    with pytest.raises(DecodeError, match="not a visit record"):
        read_record(text)


def test_an_edited_file_is_found(visit: VisitRecord) -> None:
    """Editing the exported JSON shows at the edited entry."""
    top = json.loads(visit.export_json())
    top["entries"][2]["facts"]["after"] = "10.20.30.99"
    assert verify(read_record(json.dumps(top))) == 3
