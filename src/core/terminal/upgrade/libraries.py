"""The protocol library of a package: its tables, and whether they can be used (M29).

A package is good only if its library is: every table is read and tried out before the candidate is written.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from core.errors import LibraryError
from core.vendor.package import sections_of
from core.vendor.sections import LIBRARY_TAG, library_tables

Tables = Sequence[Mapping[str, Any]]


def tables_in(file: bytes) -> Tables:
    """Return the tables of a package that was checked; none for one without a library, or for no package."""
    sections = sections_of(file) if file else ()
    return next((library_tables(one.content) for one in sections if one.tag == LIBRARY_TAG), ())


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
