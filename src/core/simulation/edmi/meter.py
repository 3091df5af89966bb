"""A meter on a bus that speaks EDMI: physics, registers and faults behind an `EdmiSlave`."""

from datetime import datetime

from core.lines.line import SerialSettings
from core.meters.edmi.address import digits_of, number_of
from core.meters.edmi.frame import Frame
from core.meters.edmi.slave import EdmiSlave
from core.simulation.edmi.contents import Contents, Habits
from core.simulation.faults import SOUND, Faults
from core.simulation.physics.meter import Meter

SETTINGS = SerialSettings(9600, 8, "N", 1)
"""Speed from the factory (meter protocols §3.1)."""
DELAY = 0.1
"""Seconds from the end of a command to the answer."""


class EdmiMeter:
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
        self.meter = meter
        self.settings = settings
        self.delay = delay
        self.contents = Contents(meter, habits or Habits())
        self.slave = EdmiSlave(
            number_of(meter.plate.address), self.contents, idle=idle, reads_many=reads_many
        )
        self._faults = SOUND

    @property
    def address(self) -> str:
        """Twelve digits."""
        return digits_of(self.slave.number)

    @property
    def faults(self) -> Faults:
        """What is wrong with it."""
        return self._faults

    def suffer(self, faults: Faults, now: datetime) -> None:
        """Have these faults from now on, and no others; status words are none of this family's."""
        now = self.meter.at(now)
        before, self._faults = self._faults, faults
        self.meter.misbehave(
            now, stuck=faults.stuck, backwards=faults.backwards, fast=faults.fast, volts=faults.volts
        )
        if faults.clock != before.clock:
            self.meter.timepiece.shift(now, faults.clock - before.clock)
        self.contents.garbage = faults.garbage

    def take_number(self, number: int) -> None:
        """Bear another number, as a meter that was set up wrongly."""
        self.slave.number = number

    def answer(self, frame: Frame, arrived: float, now: datetime) -> bytes | None:
        """Return the answer to a frame that it heard, if it gives one; ``arrived`` in monotonic seconds."""
        self.contents.at(self.meter.at(now))
        return self.slave.hear(frame, arrived)
