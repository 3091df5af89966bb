"""The protocol library of a package: its tables, and whether they can be used (M29).

A package is good only if its library is: every table is read and tried out before the candidate is written.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from core.errors import LibraryError
from core.vendor.package import sections_of
from core.vendor.sections import LIBRARY_TAG, library_tables

Tables = Sequence[Mapping[str, Any]]


def _section(file: bytes) -> bytes:
    """Return section LIBR of a package that was checked; empty without one, or for no package."""
    sections = sections_of(file) if file else ()
    return next((one.content for one in sections if one.tag == LIBRARY_TAG), b"")


def tables_in(file: bytes) -> Tables:
    """Return the tables of a package that was checked; none for one without a library, or for no package."""
    content = _section(file)
    return library_tables(content) if content else ()


def digest_of(file: bytes) -> str:
    """Return what tells its library from any other: SHA-256 of section LIBR in hex, empty without one."""
    content = _section(file)
    return hashlib.sha256(content).hexdigest() if content else ""


def changed(before: Tables, after: Tables) -> frozenset[str]:
    """Return the ids of the families that two libraries read differently, or that only one of them has."""
    old, new = ({str(table.get("id")): table for table in tables} for tables in (before, after))
    return frozenset(name for name in {*old, *new} if old.get(name) != new.get(name))


def flaw_in(file: bytes) -> LibraryError | None:
    """Tell why the library of a package that was checked cannot be used."""
    if not (tables := tables_in(file)):
        return None
    from core.meters.families import NATIVES  # noqa: PLC0415 - only where a library comes
    from core.meters.library.shelf import accept  # noqa: PLC0415

    try:
        accept(tables, NATIVES)
    except LibraryError as error:
        return error
    return None
