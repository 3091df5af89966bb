"""The README's table of meter families tells what the program has."""

import re
from pathlib import Path

from core.meters.families import NATIVES
from core.meters.library.classes.model import ClassLibrary
from core.meters.library.model import Alias, Library, Slot
from core.meters.library.readout.model import ReadoutLibrary
from core.meters.library.shelf import shipped
from core.meters.mapping import DEFAULT, LISTS

ROOT = Path(__file__).parents[3]
NAMED = (
    "DL/T 645-1997", "DL/T 645-2007", "CLOU", "WASION", "HND", "Fujian", "ABB (square meter)", "ABB A1700",
    "ABB (round meter)", "Red Phase EDMI", "Landis+Gyr/Siemens B", "Landis+Gyr/Siemens D",
)  # fmt: skip
"""What the manual names."""


def rows() -> list[list[str]]:
    """The cells of the table, without its head."""
    text = (ROOT / "README.md").read_text("utf-8")
    section = text.partition("\n## Meter families\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def drivers() -> dict[str, tuple[str, set[int]]]:
    """What follows each id in its cell, and the codes of its row."""
    found: dict[str, tuple[str, set[int]]] = {}
    for row in rows():
        codes = set(map(int, re.findall(r"\d+", row[4])))
        for id_, words in re.findall(r"`([^`]+)`([^`]*)", row[2]):
            found[id_] = words, codes
    return found


def test_every_family_of_the_manual_has_a_row() -> None:
    """One row at least, every cell filled."""
    names = [row[0] for row in rows()]
    assert all(any(name.startswith(one) for name in names) for one in NAMED)
    assert all(len(row) == 7 and all(row) for row in rows())


def test_every_id_of_the_program_stands_in_the_table() -> None:
    """Natives, shipped files, and whatever a list of codes names; nothing that is not there."""
    listed = {name for codes in LISTS.values() for name in codes.values()}
    assert set(drivers()) == set(NATIVES) | set(shipped()) | listed


def test_what_each_driver_is() -> None:
    """Native, file, alias or empty slot, as the program has it."""
    for id_, (words, _) in drivers().items():
        entry = shipped().get(id_)
        match entry:
            case Alias(of=of):
                assert f"alias of {of.removeprefix('dlt645-')}" in words, id_
            case Slot():
                assert "empty slot" in words, id_
            case Library() | ReadoutLibrary() | ClassLibrary():
                assert "file" in words, id_
            case _:
                assert "native" in words, id_


def test_codes_are_those_of_the_default_list() -> None:
    """The column of codes is the default list, no more and no less."""
    told = {code: id_ for id_, (_, codes) in drivers().items() for code in codes if id_ in DEFAULT.values()}
    assert told == dict(DEFAULT)
    assert {code for _, codes in drivers().values() for code in codes} == set(DEFAULT)


def test_confidence_is_not_better_than_the_files_say() -> None:
    """A single source is called one, an empty slot has none."""
    for row in rows():
        for id_ in re.findall(r"`([^`]+)`", row[2]):
            entry = shipped().get(id_)
            if entry and entry.identity.confidence == "single source":
                assert "one source" in row[6], id_
            if isinstance(entry, Slot):
                assert "**none**" in row[6], id_
