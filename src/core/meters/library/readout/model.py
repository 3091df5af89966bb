"""A readout library as it is used: made by `core.meters.library.readout.building`, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.meters.driver import Speed
from core.meters.iec62056.dialects import Dialect
from core.meters.library.address import AddressForm
from core.meters.library.frames import Frame
from core.meters.library.model import Identity, Session, Timing
from core.quantities import Quantity

LONGEST_VISIT = 900.0
"""Seconds that all sessions of one question may take at worst."""


@dataclass(frozen=True, slots=True)
class Play:
    """An embedded test: a question, what goes over the line, how it ends."""

    address: str
    quantity: Quantity
    lines: tuple[tuple[bytes, bytes | None], ...]
    gives: tuple[str, ...] = ()
    outcome: str = "read"


@dataclass(frozen=True, slots=True)
class Extract:
    """An embedded test: what a text says of a quantity."""

    text: str
    quantity: Quantity
    gives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadoutLibrary:
    """One family."""

    identity: Identity
    speed: Speed
    fold: bool
    """Characters have seven bits; a port of eight without parity carries the even parity in bit 7."""
    address: AddressForm
    timing: Timing
    frames: Mapping[str, Frame]
    session: Session
    sheets: tuple[Frame, ...]
    """Frames that carry the text."""
    dialects: tuple[Dialect, ...]
    """The first whose mark is shown counts, else the first."""
    holds: float
    """Seconds for which a text stands for the meter."""
    failure_holds: float
    """Seconds in which a failure answers further questions too."""
    tests: tuple[Play | Extract, ...] = ()

    @property
    def quantities(self) -> frozenset[Quantity]:
        """Everything that some dialect has."""
        return frozenset(quantity for dialect in self.dialects for quantity in held(dialect))


def held(dialect: Dialect) -> frozenset[Quantity]:
    """Return what a dialect has codes for."""
    single = {
        Quantity.CLOCK: dialect.clock, Quantity.BATTERY: dialect.battery,
        Quantity.PROGRAMMINGS: dialect.programmings, Quantity.DEMAND_CLEARS: dialect.resets,
        Quantity.PHASE_LOSSES: dialect.losses,
    }  # fmt: skip
    return frozenset({*dialect.registers, *dialect.phases, *(q for q, code in single.items() if code)})
