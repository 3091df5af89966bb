"""Libraries of packages: all or nothing, the old ones kept, tests at the door."""

import tomllib
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from core.errors import LibraryError
from core.meters.driver import Access, Finished, Outcome, Speed
from core.meters.families import NATIVES, Families
from core.meters.library.driver import LibraryDriver
from core.meters.library.model import Library
from core.meters.library.shelf import Shelf
from core.meters.mapping import LISTS, codes_of
from core.quantities import Quantity, Wanted
from tests.core.meters.library.stage import text_of

Table = dict[str, Any]


def table(name: str = "wasion-4.1", **changes: Any) -> Table:
    return {**tomllib.loads(text_of(name)), **changes}


def spoilt(change: Callable[[Table], object]) -> Table:
    spoilt = deepcopy(table())
    change(spoilt)
    return spoilt


def version(shelf: Shelf, name: str = "wasion-4.1") -> str:
    entry = shelf.find(name)
    assert isinstance(entry, Library)
    return entry.identity.version


def test_a_package_replaces_and_can_be_taken_back():
    """M29: the new version serves from now on, the set before is one step away."""
    shelf = Shelf(NATIVES)
    shelf.install([table(version="1.1.0")])
    assert (version(shelf), shelf.generation) == ("1.1.0", 1)
    shelf.install([table(version="1.2.0"), table(id="hnd", version="9.0.0")])
    assert version(shelf, "hnd") == "9.0.0"
    shelf.go_back()
    assert version(shelf) == "1.1.0"
    assert shelf.generation == 3
    shelf.install(())
    assert version(shelf) == "1.0.0"


BROKEN: list[tuple[str, Callable[[Table], object], str]] = [
    ("unknown key", lambda one: one.update(execute="rm"), "execute: unknown key"),
    ("wrong test", lambda one: one["tests"][2].update(gives=["1234.568"]), "tests[2]: gives 1234.567"),
    ("wrong frame", lambda one: one["tests"][0].update(hex="00"), "tests[0]: sends 01550110046B0D"),
    ("taken", lambda one: one["tests"][-1].update(address="000000000001"), "tests[7]: taken as 1234.567"),
    ("one id for two", lambda one: one["quantities"]["voltage"].update(each=["10B3", "10B3", "10B5"]),
     "the meter holds 0.11, 0.12"),
    ("no alias", lambda one: (one.clear(), one.update(alias("nowhere"))), "there is no library nowhere"),
    ("circle", lambda one: (one.clear(), one.update(alias("ring"))), "a cycle: ring leads back here"),
    ("native", lambda one: one.update(id="dlt645-2007"), "belongs to the program"),
]  # fmt: skip


def alias(of: str) -> Table:
    return {"schema": 1, "kind": "alias", "id": "ring", "version": "1.0.0", "title": "Ring",
            "confidence": "none", "of": of}  # fmt: skip


@pytest.mark.parametrize(("change", "says"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_a_broken_library_changes_nothing(change: Callable[[Table], object], says: str):
    """M29: one bad table among good ones, and everything stays as it was."""
    shelf = Shelf(NATIVES)
    shelf.install([table(version="1.1.0")])
    held = dict(shelf.entries)
    with pytest.raises(LibraryError) as caught:
        shelf.install([table("edmi-table", version="7.0.0"), spoilt(change)])
    assert any(says in str(defect) for defect in caught.value.defects), caught.value.defects
    assert (shelf.entries, shelf.generation) == (held, 1)


def test_the_same_id_twice_and_too_many_tables():
    """Nobody could say which of them counts; and a package is bounded."""
    with pytest.raises(LibraryError, match="stands twice"):
        Shelf(NATIVES).install([table(), table()])
    slots = [{**tomllib.loads(text_of("hnd")), "id": f"slot-{number}"} for number in range(65)]
    with pytest.raises(LibraryError, match="more than 64"):
        Shelf(NATIVES).install(slots)


def ended(families: Families, protocol: int) -> tuple[Outcome, str]:
    driver = families.driver(protocol, lambda: None)
    assert driver is not None
    (end,) = driver.ask(Access("000000000018", protocol), Wanted(Quantity.CLOCK), 0.0)
    assert isinstance(end, Finished)
    return end.answer.outcome, end.answer.reason


@pytest.mark.parametrize(("codes", "code", "says"), [("xinlian", 17, "HND"), ("xinlian", 3, "Fujian")])
def test_an_empty_slot_says_what_is_missing(codes: str, code: int, says: str):
    """M27: a declared family without a document answers "library not installed", and what is not known."""
    outcome, reason = ended(Families(LISTS[codes]), code)
    assert outcome is Outcome.UNSUPPORTED
    assert reason.startswith("library not installed: ")
    assert says in reason
    assert "Missing: " in reason


def test_the_owner_of_a_document_fills_a_slot():
    """A file under the id of the slot is all that is needed."""
    families = Families(LISTS["xinlian"])
    families.shelf.install([table(id="hnd")])
    assert isinstance(families.driver(17, lambda: None), LibraryDriver)


def test_codes_mean_what_the_profile_says():
    """Meter protocols §2: 7 is Wasion in Hebei and HND in Hubei; aliases lead to the native drivers."""
    assert Families(LISTS["hebei"]).name(7) == "wasion-4.1"
    assert Families(LISTS["hubei"]).name(7) == "hnd"
    assert Families(LISTS["xinlian"]).name(223) == "dlt645-2007"
    assert Families(LISTS["huacai"]).name(22) == "dlt645-1997"
    assert Families(codes_of("hebei", {40: "edmi-table"})).name(40) == "edmi-table"
    assert Families().driver(99, lambda: None) is None


def test_every_list_leads_somewhere():
    """Each code of each list is a native driver, a library, an alias or a slot."""
    known = {*NATIVES, *Shelf(NATIVES).entries}
    assert {name for codes in LISTS.values() for name in codes.values()} <= known


def test_speeds_come_from_the_library_where_the_archive_names_none():
    """Meter protocols §2: first guesses per protocol; the archive's rate keeps the library's parity."""
    families = Families(LISTS["xinlian"])
    assert families.speed(12) == Speed(1200)
    assert families.speed(17, 2400) == Speed(2400, "N")
    assert families.speed(226) == Speed(2400)
    assert families.speed(1) == Speed(1200)
