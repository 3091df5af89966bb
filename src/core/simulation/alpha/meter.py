"""A meter on a bus that speaks ALPHA: physics, classes and faults behind an `AlphaSlave`."""

from datetime import datetime

from core.lines.line import SerialSettings
from core.meters.alpha import packets as p
from core.meters.alpha.slave import PACKET, AlphaSlave
from core.simulation.alpha.contents import KINDS, Contents
from core.simulation.faults import Faults
from core.simulation.groups import BusMeter
from core.simulation.physics.meter import Meter

SETTINGS = SerialSettings(1200, 8, "N", 1)
"""Speed from the factory (meter protocols §4.1)."""
DELAY = 0.05
"""Seconds from the end of a request to the answer."""


class AlphaMeter(BusMeter):
    """One meter of the family; its device number is the last three digits on its plate."""

    def __init__(
        self,
        meter: Meter,
        *,
        codes: tuple[int, ...] = tuple(KINDS),
        settings: SerialSettings = SETTINGS,
        delay: float = DELAY,
        packet: int = PACKET,
        password: int = 0,
        tells_map: bool = True,
    ) -> None:
        """``codes`` of its two or four blocks; ``EncodeError`` for a plate that names no device number."""
        super().__init__(meter)
        self._address = meter.plate.address
        self.settings = settings
        self.delay = delay
        self.contents = Contents(meter, codes, tells_map=tells_map)
        self.slave = AlphaSlave(
            p.device_of(meter.plate.address), self.contents, password=password, packet=packet
        )

    @property
    def address(self) -> str:
        """Twelve digits, as on the plate unless it bears another."""
        return self._address

    def bear(self, address: str) -> None:
        """See `BusMeter`; ``EncodeError`` for one that names no device number."""
        self._address, self.slave.device = address, p.device_of(address)

    def _spoil(self, faults: Faults) -> None:
        """Status words are none of this family's."""
        self.contents.garbage = faults.garbage

    def answer(self, request: p.Request, arrived: float, now: datetime) -> bytes | None:
        """Return the answer to a request that it heard, if it gives one; ``arrived`` in monotonic seconds."""
        self.contents.at(self.meter.at(now))
        return self.slave.hear(request, arrived)
