"""The row of the dictionary: what a data unit is called, where the standard has it, whom it belongs to."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar, TypeVar, cast, dataclass_transform

from core.gdw376.fields import Direction
from core.wire.record import Layout, Record, item, record, sealed

T = TypeVar("T", bound="Unit")


class Point(Enum):
    """What Pn numbers: part A §7, part B §1 rule 1."""

    TERMINAL = "terminal"
    """Always p0."""
    MEASURING = "measuring point"
    GROUP = "total group"
    ROUND = "control round"
    TASK = "task"
    CAPACITOR = "capacitor point"
    DC_PORT = "DC analogue port"
    CLASS = "grading class"
    LEVEL = "grading level"


class Edition(Enum):
    """Which text defines the unit; the profile of a terminal picks one (part A §0)."""

    BASE_2009 = "2009"
    ADDED_2012 = "2012"


class Confidence(Enum):
    """How sure the layout is: the marks of the reference (part A §0, part B §0)."""

    CONFIRMED = "confirmed"
    SINGLE = "single source"
    UNVERIFIED = "unverified"


@record
class Nothing(Record):
    """No data at all: a bare identifier."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """Everything about a data unit that is not its bytes."""

    afn: int
    fn: int
    zh: str
    en: str
    alias: str
    clause: str
    """Section of the protocol reference, part A or B."""
    point: Point
    edition: Edition
    confidence: Confidence
    note: str
    """Doubts and deviations that a user of the row must know."""
    asks: type[Record]
    """What a query carries behind its identifier (rows marked Q, times of class 2 data)."""
    direction: Direction | None
    """Set where request and answer have layouts of their own; ``None``: one layout."""

    @property
    def code(self) -> str:
        """The short code people use: ``04F3``."""
        return f"{self.afn:02X}F{self.fn}"


class Unit(Record):
    """Base of all data units."""

    __slots__ = ()
    meaning: ClassVar[Meaning]


@dataclass_transform(frozen_default=True, field_specifiers=(item,))
def unit(
    afn: int,
    fn: int,
    zh: str,
    en: str,
    alias: str,
    clause: str,
    *,
    point: Point = Point.TERMINAL,
    edition: Edition = Edition.BASE_2009,
    confidence: Confidence = Confidence.CONFIRMED,
    note: str = "",
    asks: type[Record] = Nothing,
    direction: Direction | None = None,
):
    """Declare a data unit: ``afn`` 04 serves setting (04) and query answers (0A) alike.

    An empty ``alias`` is made from the English name.
    """

    def declare(cls: type[T]) -> type[T]:
        made = cls if issubclass(cls, Twin) else sealed(cls, Layout)
        name = alias or re.sub(r"[^a-z0-9]+", "-", en.casefold()).strip("-")
        made.meaning = Meaning(
            afn, fn, zh, en, name, clause, point, edition, confidence, note, asks, direction
        )
        return made

    return declare


class Twin:
    """Marks a class that takes fields and methods from its layout as they are: a row costs nothing."""

    __slots__ = ()


def same_layout(
    layout: type[Any], afn: int, fn: int, zh: str, en: str, clause: str, **more: Any
) -> type[Unit]:
    """Declare a data unit that looks like others: families are rows, not classes.

    ``layout`` is a record that is no data unit itself, else the row would count as one of its kind.
    """
    if "meaning" in vars(layout):
        raise TypeError(f"{layout.__name__} is a data unit itself")
    body = {"__slots__": (), "__doc__": f"{en}.", "__module__": layout.__module__}
    name = f"{layout.__name__}{afn:02X}F{fn}"
    twin = cast("type[Unit]", type(name, (layout, Twin), body))
    return unit(afn, fn, zh, en, more.pop("alias", ""), clause, **more)(twin)
