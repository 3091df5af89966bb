"""A meter on a bus that speaks EDMI: physics, registers and faults behind an `EdmiSlave`."""

from datetime import datetime

from core.lines.line import SerialSettings
from core.meters.edmi.address import digits_of, number_of
from core.meters.edmi.frame import Frame
from core.meters.edmi.slave import EdmiSlave
from core.simulation.edmi.contents import Contents, Habits
from core.simulation.faults import Faults
from core.simulation.groups import BusMeter
from core.simulation.physics.meter import Meter

SETTINGS = SerialSettings(9600, 8, "N", 1)
"""Speed from the factory (meter protocols §3.1)."""
DELAY = 0.1
"""Seconds from the end of a command to the answer."""


class EdmiMeter(BusMeter):
    """One meter of the family; its number is the address on its plate."""

    def __init__(
        self,
        meter: Meter,
        habits: Habits | None = None,
        *,
        settings: SerialSettings = SETTINGS,
        delay: float = DELAY,
        reads_many: bool = True,
        idle: float = 300.0,
    ) -> None:
        """``delay`` in seconds before each answer, ``idle`` until a session lapses; ``EncodeError`` for a
        plate whose address is no serial number of this family."""
        super().__init__(meter)
        self.settings = settings
        self.delay = delay
        self.contents = Contents(meter, habits or Habits())
        self.slave = EdmiSlave(
            number_of(meter.plate.address), self.contents, idle=idle, reads_many=reads_many
        )

    @property
    def address(self) -> str:
        """Twelve digits."""
        return digits_of(self.slave.number)

    def bear(self, address: str) -> None:
        """See `BusMeter`; ``EncodeError`` for one that is no serial number of this family."""
        self.slave.number = number_of(address)

    def _spoil(self, faults: Faults) -> None:
        """Status words are none of this family's."""
        self.contents.garbage = faults.garbage

    def answer(self, frame: Frame, arrived: float, now: datetime) -> bytes | None:
        """Return the answer to a frame that it heard, if it gives one; ``arrived`` in monotonic seconds."""
        self.contents.at(self.meter.at(now))
        return self.slave.hear(frame, arrived)
