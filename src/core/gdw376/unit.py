"""The row of the dictionary: what a data unit is called, where the standard has it, whom it belongs to."""

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, TypeVar, dataclass_transform

from core.wire.record import Layout, Record, item, sealed

T = TypeVar("T", bound="Unit")


class Point(Enum):
    """What Pn numbers: part A §7, part B §1 rule 1."""

    TERMINAL = "terminal"
    """Always p0."""
    MEASURING = "measuring point"
    GROUP = "total group"
    ROUND = "control round"
    TASK = "task"


class Edition(Enum):
    """Which text defines the unit; the profile of a terminal picks one (part A §0)."""

    BASE_2009 = "2009"
    ADDED_2012 = "2012"


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
    note: str
    """Doubts and deviations that a user of the row must know."""

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
    note: str = "",
):
    """Declare a data unit: ``afn`` 04 serves setting (04) and query answers (0A) alike."""

    def declare(cls: type[T]) -> type[T]:
        made = sealed(cls, Layout)
        made.meaning = Meaning(afn, fn, zh, en, alias, clause, point, edition, note)
        return made

    return declare
