"""Libraries for tests, and the text of the shipped ones."""

from collections.abc import Callable
from importlib.resources import files
from typing import Any

from core.errors import LibraryError
from core.meters.library.entries import Entry
from core.meters.library.loader import library_from, read_library
from core.meters.library.model import Library
from core.meters.library.readout.model import ReadoutLibrary


def text_of(name: str) -> str:
    """The text of a shipped file."""
    return files("core.meters.library").joinpath("files", f"{name}.toml").read_text("utf-8")


def shipped_library(name: str) -> Library:
    """A shipped library, read."""
    entry = read_library(text_of(name), name)
    assert isinstance(entry, Library)
    return entry


def shipped_readout(name: str) -> ReadoutLibrary:
    """A shipped readout library, read."""
    entry = read_library(text_of(name), name)
    assert isinstance(entry, ReadoutLibrary)
    return entry


def defects_of(read: Callable[[Any], Entry], given: Any) -> list[str]:
    """What is wrong, line by line; nothing for a good one."""
    try:
        read(given)
    except LibraryError as error:
        return [str(one) for one in error.defects]
    return []


def text_defects(text: str) -> list[str]:
    """Of a text."""
    return defects_of(read_library, text)


def table_defects(table: Any) -> list[str]:
    """Of a table of a package."""
    return defects_of(library_from, table)
