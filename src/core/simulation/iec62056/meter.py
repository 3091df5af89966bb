"""A meter on a bus that speaks IEC 62056-21: physics, face and faults behind a `Station`."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from core.errors import DecodeError
from core.lines.line import SerialSettings
from core.meters.iec62056 import a1700
from core.meters.iec62056.station import Book, Habits, Station
from core.meters.iec62056.telegram import Identification
from core.meters.iec62056.values import Readout
from core.simulation.faults import Faults
from core.simulation.groups import BusMeter
from core.simulation.iec62056.readouts import Look, readout
from core.simulation.physics.instant import Phase, tenths, thousandths
from core.simulation.physics.meter import Meter
from core.simulation.shown import Shown

LANDIS_GYR = Identification("LGZ", "5", "\\2ZMD4054407.B24")
ELSTER = Identification("GEC", "5", "090100180702")
"""As A1700 meters name themselves [design]: the source records none."""
PASSWORD = "00000000"
NUMBER_DIGITS = 8


class Contents(Protocol):
    """What an emulated meter answers, at any moment."""

    look: Look

    def at(self, now: datetime) -> Book:
        """Return what it knows at a true moment."""
        ...


class LandisGyr:
    """A ZxD: readout, and single values behind a plain password."""

    def __init__(self, meter: Meter, look: Look, password: str = PASSWORD) -> None:
        self.look = look
        self._shown = Shown(meter)
        self._password = password
        self._now = meter.registers.start

    def at(self, now: datetime) -> Book:
        """Return what it knows."""
        self._now = now
        return self

    def readout(self) -> str:
        """All lines."""
        number = self._shown.meter.plate.address[-NUMBER_DIGITS:]
        return readout(self._shown, self.look, number, self._now)

    def challenge(self) -> str:
        """The key means nothing to a plain password."""
        return PASSWORD

    def admits(self, number: str, text: str) -> bool:
        """``P1`` with the password as it is."""
        return number == "1" and text == self._password

    def read(self, code: str, argument: str) -> str | None:
        """The line of a code, as the readout shows it."""
        base, _, history = code.partition("*")
        entries = Readout(self.readout()).sets(base, int(history) if history.isdigit() else None)
        for entry in entries:
            fields = "".join(f"({f.text}*{f.unit})" if f.unit else f"({f.text})" for f in entry.fields)
            return code + fields
        return None

    def write(self, code: str, argument: str) -> bool:
        """Nothing can be written."""
        return False


class A1700:
    """An A1700, as its single source describes it: no readout worth the name."""

    def __init__(self, meter: Meter, look: Look, password: str = PASSWORD) -> None:
        self.look = look
        self._shown = Shown(meter)
        self._password = password
        self._now = meter.registers.start
        self._number = 0
        self._key = ""
        self._measured: bytes | None = None

    def at(self, now: datetime) -> Book:
        """Return what it knows."""
        self._now = now
        return self

    def readout(self) -> str:
        """Nothing but the end."""
        return "!\r\n"

    def challenge(self) -> str:
        """Another key for each login."""
        self._number += 1
        mixed = (self._shown.meter.plate.seed * 0x9E3779B97F4A7C15 + self._number) % 2**64
        self._key = f"{mixed:016X}"
        return self._key

    def admits(self, number: str, text: str) -> bool:
        """``P2`` with the enciphered password."""
        return number == "2" and text == a1700.cipher(self._password, self._key)

    def read(self, code: str, argument: str) -> str | None:
        """A packet of an identity."""
        try:
            packet = a1700.packet_of(code, argument)
        except DecodeError:
            return None
        content = self._content(packet.identity)
        begin = (packet.number - 1) * a1700.PACKET
        part = content[begin : begin + packet.length] if content else b""
        return a1700.text_of(part) if len(part) == packet.length else None

    def write(self, code: str, argument: str) -> bool:
        """Order a measurement; nothing else can be written."""
        if code != f"{a1700.MEASURE}001" or len(argument) != 2:
            return False
        try:
            self._measured = self._measurement(int(argument, 16))
        except ValueError:
            return False
        return self._measured is not None

    def _content(self, identity: str) -> bytes | None:
        match identity:
            case a1700.CLOCK:
                return a1700.clock_bytes(None if self.look.calendar_lost else self._shown.clock(self._now))
            case a1700.ENERGIES:
                kinds = (1, 2, 5, 6, 7, 8, 9)
                return a1700.energies_bytes(tuple(self._shown.energies(kind, self._now)[0] for kind in kinds))
            case a1700.SERIAL:
                return self._shown.meter.plate.address.ljust(a1700.SERIAL_LENGTH).encode("ascii")
            case a1700.MEASURE:
                return bytes([a1700.DONE if self._measured is not None else 0])
            case _:
                return self._measured if identity == a1700.MEASURED else None

    def _measurement(self, code: int) -> bytes | None:
        instant = self._shown.meter.instant(self._now)
        of, what = code & 0xF0, code & 0x0F
        if of == a1700.TOTAL:
            return _measured(instant.total, what)
        if of not in a1700.PHASES:
            return None
        place = a1700.PHASES.index(of)
        return _measured(instant.phases[place], what) if place < len(instant.phases) else None


def _measured(phase: Phase, what: int) -> bytes | None:
    values: dict[int, tuple[Decimal, int]] = {
        a1700.AMPERE: (thousandths(abs(phase.current)), 3),
        a1700.VOLT: (tenths(phase.voltage), 1),
        a1700.FACTOR: (thousandths(phase.factor), 3),
        a1700.WATT: (tenths(phase.active), 1),
        a1700.VAR: (tenths(phase.reactive), 1),
        a1700.VA: (tenths(phase.apparent), 1),
    }
    return a1700.measured_bytes(*values[what]) if what in values else None


class IecMeter(BusMeter):
    """One meter on a bus."""

    def __init__(
        self,
        meter: Meter,
        contents: Contents | None = None,
        *,
        look: Look | None = None,
        habits: Habits | None = None,
        identification: Identification | None = None,
        data_bits: int = 7,
        parity: str = "E",
    ) -> None:
        """``contents``: what the meter is, a ZxD if not said, with this ``look``."""
        super().__init__(meter)
        self.contents = contents or LandisGyr(meter, look or Look())
        self._address = meter.plate.address
        self._shape = (data_bits, parity)
        self._look = self.contents.look
        named = identification or (ELSTER if isinstance(self.contents, A1700) else LANDIS_GYR)
        book = self.contents.at(meter.registers.start)
        self.station = Station(meter.plate.address[-NUMBER_DIGITS:], named, book, habits)

    @property
    def address(self) -> str:
        """Twelve digits, as on the plate unless it bears another."""
        return self._address

    def bear(self, address: str) -> None:
        """See `BusMeter`; the last digits are heard."""
        self._address, self.station.address = address, address[-NUMBER_DIGITS:]

    def settings(self, baud: int) -> SerialSettings:
        """Return how its characters travel at a rate."""
        return SerialSettings(baud, *self._shape)

    def set_time(self, now: datetime) -> None:
        """Let time pass."""
        self.contents.at(self.meter.at(now))

    def _spoil(self, faults: Faults) -> None:
        """Status words are none of this family's."""
        self.contents.look = replace(self._look, garbage=faults.garbage)
