"""From the text of a library file, or the table of a package, to an entry; every defect with its line.

First the structure (``schema.json``), then what no schema can say: names that must exist, fields that must
fit, cycles, and sizes (meter protocols §9). All defects are told at once; one is enough to refuse the file.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.errors import Defect, LibraryError
from core.meters.driver import Speed
from core.meters.library.building import library_of
from core.meters.library.classes.building import classes_of
from core.meters.library.entries import Entry
from core.meters.library.model import Alias, Identity, Slot
from core.meters.library.readout.building import readout_of
from core.meters.library.structure import defect, objections
from core.meters.library.toml_lines import Path, line_at, lines_of

BUILDERS = {"protocol": library_of, "readout": readout_of, "classes": classes_of}
"""By kind of file."""
LARGEST_FILE = 256 * 1024
"""Bytes of a library."""
MOST_DEFECTS = 50
"""So many are told; who has more starts with these."""


@dataclass(slots=True)
class Defects:
    """What was found so far, and where it stands."""

    lines: dict[Path, int] = field(default_factory=dict[Path, int])
    found: list[Defect] = field(default_factory=list[Defect])

    def add(self, path: Path, reason: str) -> None:
        """Note a defect."""
        if len(self.found) < MOST_DEFECTS:
            self.found.append(defect(path, reason, line_at(self.lines, path)))

    def judge(self, library: str) -> None:
        """Raise what was found, in the order of the file."""
        if self.found:
            raise LibraryError(tuple(sorted(self.found, key=lambda one: one.line)), library)


def read_library(text: str, name: str = "") -> Entry:
    """Read a library file; ``LibraryError`` with all defects. ``name`` is what the error calls it."""
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST_FILE:
        raise LibraryError((Defect("", f"larger than {LARGEST_FILE // 1024} KiB"),), name)
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise LibraryError((_not_toml(text, str(error)),), name) from error
    return _entry(table, Defects(lines_of(text)), name)


def library_from(table: Mapping[str, Any]) -> Entry:
    """Read the same as an object, as packages carry it (LIBR section); ``LibraryError``."""
    name = str(table.get("id", ""))[:40]
    try:
        size = len(json.dumps(table))
    except (TypeError, ValueError, RecursionError) as error:
        raise LibraryError((Defect("", "no JSON object"),), name) from error
    if size > LARGEST_FILE:
        raise LibraryError((Defect("", f"larger than {LARGEST_FILE // 1024} KiB"),), name)
    return _entry(table, Defects(), name)


def _not_toml(text: str, reason: str) -> Defect:
    """``tomllib`` writes the line into its message: "... (at line 3, column 5)"."""
    words, _, place = reason.partition(" (at line ")
    number = place.partition(",")[0]
    return Defect("", f"no TOML: {words}", int(number) if number.isdecimal() else text.count("\n") + 1)


def _entry(table: Mapping[str, Any], defects: Defects, name: str) -> Entry:
    for path, reason in objections(table):
        defects.add(path, reason)
    defects.judge(name)
    identity = Identity(
        table["id"], table["version"], table["title"], table["confidence"],
        table.get("maker", ""), table.get("source", ""),
    )  # fmt: skip
    speed = speed_of(table["serial"]) if "serial" in table else None
    match table["kind"]:
        case "slot":
            return Slot(identity, table["missing"], table["fill"], speed)
        case "alias":
            return Alias(identity, table["of"], speed)
        case kind:
            library = BUILDERS[kind](table, identity, speed or Speed(), defects.add)
            defects.judge(name or identity.id)
            if library is None:
                raise LibraryError((Defect("", "cannot be used"),), name)
            return library


def speed_of(serial: Mapping[str, Any]) -> Speed:
    """Return the table ``serial`` as a speed."""
    return Speed(serial["baud"], serial["parity"], serial["data"], serial["stop"])
