"""Meters of one library on a bus."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from core.lines.line import SerialSettings
from core.meters.library.contents import Contents
from core.meters.library.frames import Found
from core.meters.library.model import Library
from core.meters.library.slave import LibraryMeter, RequestReader
from core.quantities import Quantity, Value
from core.simulation.air import Saying
from core.simulation.faults import Faults
from core.simulation.groups import BusMeter, MeterGroup
from core.simulation.library.holding import Holding
from core.simulation.physics.meter import Meter


class SimulatedLibraryMeter(BusMeter):
    """One meter: physics behind the meter's end of a library."""

    def __init__(
        self, library: Library, meter: Meter, settings: SerialSettings | None = None, *, address: str = ""
    ) -> None:
        """``address``: where the family cannot carry that of the plate."""
        super().__init__(meter)
        speed = library.speed
        self.settings = settings or SerialSettings(speed.baud, speed.data_bits, speed.parity, speed.stop_bits)
        self._holding = Holding(meter)
        self._now = meter.registers.start
        self._garbage = False
        self._contents = Contents(library, self._value)
        self._end = LibraryMeter(library, address or meter.plate.address, self._content)

    @property
    def library(self) -> Library:
        """What it speaks."""
        return self._end.library

    @property
    def address(self) -> str:
        """Twelve digits."""
        return self._end.address

    def bear(self, address: str) -> None:
        """See `BusMeter`; ``EncodeError`` for one that the family cannot carry."""
        self._end = LibraryMeter(self.library, address, self._content)

    def _spoil(self, faults: Faults) -> None:
        """Status words are none of a library's."""
        self._garbage = faults.garbage

    def _value(self, quantity: Quantity, back: int) -> Value | None:
        return self._holding.value(quantity, back, self._now)

    def _content(self, code: str) -> bytes | None:
        """Garbage is no BCD and no number that a meter could show."""
        held = self._contents.content(code)
        return bytes(byte & 0x0F | 0xD0 for byte in held) if held and self._garbage else held

    def answer(self, heard: Found, arrived: float, now: datetime) -> Saying | None:
        """Return what it says to a request, with its faults."""
        self._now = self.meter.at(now)
        sent = self._end.answer(heard, arrived)
        if sent is None or self.faults.silent:
            return None
        raw = sent.raw
        if self.faults.checksum:
            raw = raw[:-2] + bytes([raw[-2] ^ 0x55]) + raw[-1:]
        return Saying(sent.delay + self.faults.late, raw, self.faults.pieces)


class LibraryGroup(MeterGroup[SimulatedLibraryMeter]):
    """Meters of one library."""

    def __init__(self, library: Library, meters: Iterable[SimulatedLibraryMeter]) -> None:
        self.library = library
        super().__init__(meters)

    def listener(self) -> "LibraryListener":
        """Return an ear for another line."""
        return LibraryListener(self)


class LibraryListener:
    """The ear of a group on one line."""

    def __init__(self, group: LibraryGroup) -> None:
        self._group = group
        self._reader = RequestReader(group.library)

    def feed(
        self, data: bytes, arrived: float, now: datetime, settings: SerialSettings | None
    ) -> Sequence[Saying]:
        """Take bytes that arrived."""
        reached = [one for one in self._group.meters if settings is None or settings == one.settings]
        said = (
            meter.answer(heard, arrived, now)
            for heard in self._reader.feed(data, arrived)
            for meter in reached
        )
        return [one for one in said if one is not None]
