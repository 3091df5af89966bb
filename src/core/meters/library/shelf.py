"""The libraries a terminal has: those shipped with the program, and those a package brought (M29).

New ones are installed beside the old: all tables of a package are read and tried out before any is taken,
and a broken one changes nothing. Whoever holds a driver keeps the version it was made from; the next question
goes to the new one. The set before is kept for the way back.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from core.errors import Defect, LibraryError
from core.meters.library.entries import Described, Entry, try_out
from core.meters.library.loader import library_from, read_library
from core.meters.library.model import Alias

MOST_TABLES = 64
"""In one package."""
Entries = Mapping[str, Entry]


@cache
def shipped() -> Entries:
    """Return the libraries that come with the program, by id."""
    folder = files("core.meters.library").joinpath("files")
    read = (
        read_library(file.read_text("utf-8"), file.name)
        for file in sorted(folder.iterdir(), key=lambda one: one.name)
        if file.name.endswith(".toml")
    )
    return {entry.identity.id: entry for entry in read}


def accept(tables: Iterable[Mapping[str, Any]], natives: Iterable[str]) -> Entries:
    """Read and try out the tables of a package; ``LibraryError`` if one of them cannot be used.

    ``natives``: ids of the drivers of the program, which no table replaces.
    """
    taken: dict[str, Entry] = {}
    own = frozenset(natives)
    for place, table in enumerate(tables):
        if place >= MOST_TABLES:
            raise LibraryError((Defect("tables", f"more than {MOST_TABLES}"),))
        entry = library_from(table)
        name = entry.identity.id
        if name in own or name in taken:
            raise LibraryError(
                (Defect("id", "belongs to the program" if name in own else "stands twice"),), name
            )
        if isinstance(entry, Described):
            try_out(entry)
        taken[name] = entry
    _aliases_end({**shipped(), **taken}, own)
    return taken


def _aliases_end(entries: Entries, natives: frozenset[str]) -> None:
    """Every alias leads to something, none in a circle."""
    for name in entries:
        seen, entry = {name}, entries[name]
        while isinstance(entry, Alias) and entry.of not in natives:
            if entry.of in seen:
                raise LibraryError((Defect("of", f"a cycle: {entry.of} leads back here"),), name)
            seen.add(entry.of)
            if entry.of not in entries:
                raise LibraryError((Defect("of", f"there is no library {entry.of}"),), name)
            entry = entries[entry.of]


class Shelf:
    """The libraries of one terminal, now and before."""

    def __init__(self, natives: Iterable[str]) -> None:
        """``natives``: ids of the drivers of the program."""
        self._natives = tuple(natives)
        self._installed: Entries = {}
        self._before: Entries = {}
        self.generation = 0
        """Counts the switches: drivers of an earlier one are of old libraries."""

    @property
    def entries(self) -> Entries:
        """All, by id; installed ones stand in front of shipped ones."""
        return {**shipped(), **self._installed}

    def install(self, tables: Iterable[Mapping[str, Any]]) -> None:
        """Take the tables of a package instead of those installed; ``LibraryError`` changes nothing."""
        entries = accept(tables, self._natives)
        self._before, self._installed = self._installed, entries
        self.generation += 1

    def go_back(self) -> None:
        """Take the set before, which from then on is the other one."""
        self._before, self._installed = self._installed, self._before
        self.generation += 1

    def find(self, name: str) -> Entry | None:
        """Return what an id stands for, aliases of libraries followed; ``None`` for an unknown one.

        An alias that is returned names a driver of the program.
        """
        entries = self.entries
        entry = entries.get(name)
        while isinstance(entry, Alias) and entry.of not in self._natives:
            entry = entries.get(entry.of)
        return entry
