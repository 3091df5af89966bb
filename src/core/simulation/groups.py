"""Meters of one family on a bus: who of them hears a request, and what they say to it.

A bus serves any number of groups; each listens to the same bytes with a reader of its own. Another family is
another `BusMeter` with its `MeterGroup`; physics and faults are the same for all.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from core.lines.line import SerialSettings
from core.simulation.air import Saying
from core.simulation.faults import SOUND, Faults
from core.simulation.physics.meter import Meter


class Listener(Protocol):
    """The ear of a group on one line."""

    def feed(
        self, data: bytes, arrived: float, now: datetime, settings: SerialSettings | None
    ) -> Sequence[Saying]:
        """Take bytes that arrived (``arrived`` in monotonic seconds) and return the answers to them.

        With ``settings`` only meters of that speed and shape of character understand them.
        """
        ...


class Group(Protocol):
    """Meters of one family."""

    @property
    def meters(self) -> Sequence["BusMeter"]:
        """In order of their numbers, which begin at 1."""
        ...

    def suffer(self, number: int, faults: Faults, now: datetime) -> None:
        """Give the meter ``number`` these faults from now on, and no others."""
        ...

    def listener(self) -> Listener:
        """Return an ear for another line."""
        ...


class BusMeter(ABC):
    """A meter as a thing, and what is wrong with it; how it speaks is the family's."""

    def __init__(self, meter: Meter) -> None:
        self.meter = meter
        self._faults = SOUND

    @property
    @abstractmethod
    def address(self) -> str:
        """Twelve digits that reach it."""

    @abstractmethod
    def bear(self, address: str) -> None:
        """Take another address, as a meter that was set up wrongly."""

    @property
    def faults(self) -> Faults:
        """What is wrong with it."""
        return self._faults

    def suffer(self, faults: Faults, now: datetime) -> None:
        """Have these faults from now on, and no others."""
        now = self.meter.at(now)
        before, self._faults = self._faults, faults
        if faults.counting != before.counting:
            self.meter.misbehave(
                now, stuck=faults.stuck, backwards=faults.backwards, fast=faults.fast, volts=faults.volts
            )
        if faults.clock != before.clock:
            self.meter.timepiece.shift(now, faults.clock - before.clock)
        self._spoil(faults)

    @abstractmethod
    def _spoil(self, faults: Faults) -> None:
        """Let contents be what faults make of them: garbage, status words where the family has some."""


M = TypeVar("M", bound=BusMeter)


class MeterGroup(ABC, Generic[M]):
    """Meters numbered from 1 in the order given."""

    def __init__(self, meters: Iterable[M]) -> None:
        self.meters: tuple[M, ...] = tuple(meters)
        self._file()

    def join(self, meter: M) -> None:
        """Hang one more meter on the bus; it gets the next number."""
        self.meters = (*self.meters, meter)
        self._file()

    def suffer(self, number: int, faults: Faults, now: datetime) -> None:
        """Give the meter ``number`` these faults from now on, and no others; ``twin`` is a number here."""
        meter = self.meters[number - 1]
        before = meter.faults
        meter.suffer(faults, now)
        if faults.twin != before.twin:
            bearer = self.meters[faults.twin - 1].address if faults.twin else meter.meter.plate.address
            meter.bear(bearer)
            self._file()

    def _file(self) -> None:
        """Take down who is reached by which address, where the family looks that up."""

    @abstractmethod
    def listener(self) -> Listener:
        """Return an ear for another line."""
