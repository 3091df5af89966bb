"""How each kind of line is spoken to: port settings, preamble and waiting times.

IR and RS485 are fixed by the manual (M144, M152); settings of the user may differ for odd probes. TCP stands
in the place of the RS485 maintenance port, as a serial server or an emulated terminal offers it. UDP and
terminals that dial in are on their uplink, as from the master: no programming switch, its own password.
"""

from dataclasses import dataclass, replace

from core.gdw376 import timing
from core.gdw376.timing import Timings
from core.lines.address import LineKind
from core.lines.line import IR, RS485, SerialSettings
from hhu.settings import SerialOverride

PREAMBLE = b"\xfe" * 4
"""Wakes the receiver of an infrared probe (part A §1.6)."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of line. ``channel`` is whose password is asked: ir, rs485 or uplink."""

    name: str
    channel: str
    settings: SerialSettings | None
    """``None`` where the line has no speed of its own."""
    timings: Timings
    preamble: bytes = b""

    def overridden(self, override: SerialOverride | None) -> "Profile":
        """Return the profile for a probe or port that differs from the manual; no effect on a network."""
        if override is None or self.settings is None:
            return self
        settings = SerialSettings(
            override.baud or self.settings.baud,
            self.settings.data_bits,
            override.parity or self.settings.parity,
            override.stop_bits or self.settings.stop_bits,
        )
        return replace(self, settings=settings, timings=self.timings.over(settings.wire_time))

    def waiting(self, seconds: float | None) -> "Profile":
        """Return the profile with another waiting time for an answer."""
        return self if seconds is None else replace(self, timings=replace(self.timings, reply=seconds))


PROFILES = {
    LineKind.IR: Profile("IR", "ir", IR, timing.IR.over(IR.wire_time), PREAMBLE),
    LineKind.RS485: Profile("RS485", "rs485", RS485, timing.SERIAL.over(RS485.wire_time)),
    LineKind.TCP: Profile("TCP", "rs485", None, timing.TCP),
    LineKind.UDP: Profile("UDP", "uplink", None, timing.TCP),
    LineKind.LISTEN: Profile("Uplink", "uplink", None, timing.TCP),
}
EMULATED = {"ir": PROFILES[LineKind.IR], "rs485": PROFILES[LineKind.RS485]}
"""Profiles by the channel of an emulated terminal."""


def profile_of(kind: LineKind) -> Profile:
    """Return the profile of a line; an emulated terminal is spoken to as over infrared."""
    return PROFILES[LineKind.IR if kind is LineKind.EMULATOR else kind]
