"""Protocol libraries before they travel: judged in full, as the terminal will, every defect in its place.

`core.vendor.package` looks only at the shape of section LIBR; here its tables are read and tried out (M29).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.errors import DecodeError, Defect, LibraryError
from core.vendor.package import sections_of
from core.vendor.sections import LIBRARY_TAG, library_tables
from hhu.client.json_lines import line_at, lines_of

Tables = Sequence[Mapping[str, Any]]


def section_of(file: bytes) -> bytes:
    """Return section LIBR of a package; empty without one, or where the file cannot be cut."""
    try:
        return next((one.content for one in sections_of(file) if one.tag == LIBRARY_TAG), b"")
    except DecodeError:
        return b""


def flaws_in(content: bytes) -> tuple[Defect, ...]:
    """Return every defect of a library in JSON, with the line of its text; none for a good one."""
    try:
        tables = library_tables(content)
    except DecodeError as error:
        return (Defect("", error.reason, 1),)
    found = tuple(defects_of(tables))
    lines = lines_of(content.decode("utf-8")) if found else {}
    return tuple(replace(one, line=line_at(lines, one.path)) for one in found)


def defects_of(tables: Tables) -> Iterator[Defect]:
    """Tell every defect of every table, then what only the tables together can have."""
    alone = [
        Defect(".".join(filter(None, (f"tables[{place}]", defect.path))), defect.reason)
        for place, table in enumerate(tables)
        for defect in _of_one(table)
    ]
    yield from alone
    if not alone:
        yield from _together(tables)


def _of_one(table: Mapping[str, Any]) -> Sequence[Defect]:
    from core.meters.library.entries import Described, try_out  # noqa: PLC0415 - only where a library is
    from core.meters.library.loader import library_from  # noqa: PLC0415

    try:
        entry = library_from(table)
        if isinstance(entry, Described):
            try_out(entry)
    except LibraryError as error:
        return error.defects
    return ()


def _together(tables: Tables) -> Sequence[Defect]:
    """Ids that stand twice or belong to the program, aliases that lead nowhere."""
    from core.meters.families import NATIVES  # noqa: PLC0415 - only where a library is
    from core.meters.library.shelf import accept  # noqa: PLC0415

    try:
        accept(tables, NATIVES)
    except LibraryError as error:
        place = max((i for i, one in enumerate(tables) if one.get("id") == error.library), default=None)
        if place is None:
            return error.defects
        return [replace(one, path=f"tables[{place}].{one.path}") for one in error.defects]
    return ()


def compact(content: bytes) -> bytes:
    """Return the same library without blanks: on a slow line each byte counts."""
    tables = {"tables": library_tables(content)}
    return json.dumps(tables, ensure_ascii=False, separators=(",", ":")).encode()
