"""What it takes to recognise telegrams of a meter family in a dump, and to explain them.

Strategy
- ``sight`` looks at one place of the bytes: a telegram with a right check value, or with the fixed form of
  one that carries none. It is asked at every place, so it must cost little where nothing begins.
- ``meant`` looks at bytes that nobody could read as a whole: what they were meant to be, and what is wrong.
- ``explain`` makes the tree. It never raises: damage stands at the node that has it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from core.errors import DecodeError
from core.wire.codec import Node

DOWN, UP = "down", "up"
"""Towards the meter, and from it."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A telegram, or what was meant to be one."""

    size: int
    error: DecodeError | None = None
    """Why it is no good one."""
    checked: bool = True
    """It carries a check value; without ``error`` that is right."""
    doubtful: bool = False
    """A byte or two that a line brings by chance as well: its neighbours must speak for it."""
    also: tuple[str, ...] = ()
    """Other families that say the same."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of a telegram, or one thing it asks for."""

    code: str
    """Register, class, identity, identifier or item code, as the family writes it."""
    zh: str = ""
    en: str = ""
    value: str | None = None
    """Exact digits; ``None`` where it is asked for, or where there is none."""
    unit: str = ""
    error: str = ""
    at: str = ""
    """When, where the telegram says it, as it stands there."""


@dataclass(frozen=True, slots=True)
class Explained:
    """All that a telegram says."""

    nodes: tuple[Node, ...]
    zh: str = ""
    en: str = ""
    """What kind of telegram it is."""
    direction: str | None = None
    """``None`` where the protocol does not tell it."""
    address: str | None = None
    readings: tuple[Reading, ...] = ()
    refusal: str = ""
    """What the meter says against it."""


class Dissector(Protocol):
    """One family."""

    @property
    def name(self) -> str:
        """Its id, as ``hhu decode`` prints it."""
        ...

    @property
    def shape(self) -> str:
        """How its telegrams look, for a person whose bytes hold none."""
        ...

    @property
    def starts(self) -> frozenset[int]:
        """Bytes a telegram may begin with."""
        ...

    def sight(self, data: bytes, at: int) -> Sighting | None:
        """Return the telegram that begins at ``at``."""
        ...

    def meant(self, data: bytes) -> Sighting | None:
        """Return what these bytes begin with, damaged or half; ``None`` if nothing speaks for this family."""
        ...

    def explain(self, raw: bytes, asked: bytes = b"") -> Explained:
        """Explain what was sighted; ``asked`` is the last telegram before it that asked for something."""
        ...


def covered(node: Node, spans: Sequence[tuple[int, int]]) -> Node:
    """Make a secret of every leaf that has bytes of these spans: in damage no field tells what it holds."""
    if node.children:
        return replace(node, children=tuple(covered(child, spans) for child in node.children))
    if node.secret or not any(node.start < end and start < node.end for start, end in spans):
        return node
    return replace(node, text="••••", secret=True)


def secrets_of(nodes: tuple[Node, ...]) -> Iterator[tuple[int, int]]:
    """Return the spans of all passwords in a tree."""
    for node in nodes:
        if node.secret:
            yield node.start, node.end
        yield from secrets_of(node.children)
