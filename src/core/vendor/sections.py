"""Body of a package: sections one behind the other (vendor extension §5.1); nothing in them is executed."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from core.errors import DecodeError, EncodeError
from core.vendor.header import BOTH, LIBRARY, PROGRAM

META, PROGRAM_TAG, LIBRARY_TAG = "META", "PROG", "LIBR"
NEEDED = {PROGRAM: {PROGRAM_TAG}, LIBRARY: {LIBRARY_TAG}, BOTH: {PROGRAM_TAG, LIBRARY_TAG}}
ALIGNED = 4
_HEAD = 8


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the body; a tag that begins with a small letter may be passed over."""

    tag: str
    content: bytes

    def encode(self) -> bytes:
        """Return tag, length, content and padding; ``EncodeError`` for a tag that is not four letters."""
        if len(self.tag) != 4 or not (self.tag.isascii() and self.tag.isalnum() and self.tag[0].isalpha()):
            raise EncodeError(f"{self.tag!r} is no tag of four letters", field="tag")
        head = self.tag.encode("ascii") + len(self.content).to_bytes(4, "little")
        return head + self.content + bytes(-len(self.content) % ALIGNED)


def body_of(sections: Iterable[Section]) -> bytes:
    """Put the sections one behind the other."""
    return b"".join(section.encode() for section in sections)


def sections_in(body: bytes) -> tuple[Section, ...]:
    """Cut a body; ``DecodeError`` where it breaks. Offsets count from the start of the body."""
    found: list[Section] = []
    at = 0
    while at < len(body):
        section, at = _section(body, at)
        found.append(section)
    return tuple(found)


def _section(body: bytes, at: int) -> tuple[Section, int]:
    tag, size = body[at : at + 4], int.from_bytes(body[at + 4 : at + _HEAD], "little")
    start, end = at + _HEAD, at + _HEAD + size
    behind = end + -size % ALIGNED
    if behind > len(body):
        raise DecodeError("the section leaves the body", at, "length")
    if not (tag.isalnum() and tag[:1].isalpha()):
        raise DecodeError(f"{tag.hex(' ').upper()} is no tag", at, "tag")
    if any(body[end:behind]):
        raise DecodeError("padding is not zero", end, "padding")
    return Section(tag.decode("ascii"), body[start:end]), behind


def judge(sections: Iterable[Section], kind: int, count: int) -> None:
    """Raise ``DecodeError`` unless these are the sections of a package of this kind.

    META comes first and is not judged itself; the library must be readable, since it will be applied.
    """
    given = tuple(sections)
    tags = [section.tag for section in given]
    known = [tag for tag in tags if not tag[0].islower()]
    if len(given) != count or tags[:1] != [META]:
        raise DecodeError(f"{len(given)} sections, {count} announced; META comes first", 0, "sections")
    if len(set(known)) != len(known) or set(known) != {META} | NEEDED.get(kind, set()):
        raise DecodeError(f"sections {', '.join(tags)} do not make a package of kind {kind}", 0, "sections")
    for section in given:
        if section.tag == LIBRARY_TAG:
            library_tables(section.content)


def library_tables(content: bytes) -> list[Mapping[str, Any]]:
    """Return the tables of a protocol library: UTF-8 JSON ``{"tables": [...]}``, each table an object."""
    top = json_object(content)
    tables = top.get("tables")
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in cast("list[Any]", tables)):
        raise DecodeError('a library is {"tables": [...]} of objects', 0, LIBRARY_TAG)
    return cast("list[Mapping[str, Any]]", tables)


def json_object(content: bytes) -> Mapping[str, Any]:
    """Read one JSON object in UTF-8; ``DecodeError`` for anything else."""
    try:
        value: Any = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:  # bad UTF-8 is a ValueError too
        raise DecodeError(f"no JSON in UTF-8: {error}", 0, "json") from error
    if not isinstance(value, dict):
        raise DecodeError("no JSON object", 0, "json")
    return cast("Mapping[str, Any]", value)
