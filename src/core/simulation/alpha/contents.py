"""What the classes of an emulated ALPHA hold, with the digits that the meters of DL/T 645 show (§4.3)."""

from datetime import datetime
from decimal import Decimal

from core.meters.alpha import classes as c
from core.simulation.physics.meter import Meter
from core.simulation.shown import Shown

KINDS = {0x80: 1, 0x40: 2, 0x03: 3, 0x0C: 4}
"""Code of a block to the kind of the face."""
QUADRANT_KINDS = (5, 6, 7, 8)
PLACES = c.Constants(energy_places=2, demand_places=4)
"""Registers of XXXXXX.XX kWh and XX.XXXX kW."""
RATES = (2, 3, 4, 1)
"""Place on the face of rates 0 to 3: peak, flat, valley, sharp."""
LONG_MAP = (53, 54, 84, 85)
IDENTITY_SIZE, STATUS_SIZE = 106, 48
NOTHING = c.Rate(Decimal(0), Decimal(0), None, Decimal(0))


class Contents:
    """The classes of one meter at one moment."""

    def __init__(self, meter: Meter, codes: tuple[int, ...], *, tells_map: bool = True) -> None:
        """``codes``: what its two or four blocks measure."""
        self._meter = meter
        self._shown = Shown(meter)
        self._codes = codes
        self._tells_map = tells_map
        self._now = meter.registers.start
        self.garbage = False
        """Registers are no BCD."""
        self.calendar_lost = False

    def at(self, now: datetime) -> None:
        """Let this be the true moment of what is asked."""
        self._now = now

    def content(self, number: int) -> bytes | None:
        """See `core.meters.alpha.slave.Classes`."""
        match number:
            case c.CONSTANTS:
                return c.constants_bytes(PLACES)
            case c.IDENTITY if self._tells_map:
                return self._identity()
            case c.STATUS:
                return self._status()
            case c.PRESENT | c.PREVIOUS:
                return self._registers(0 if number == c.PRESENT else 1)
            case _:
                return None

    def _identity(self) -> bytes:
        found = bytearray(IDENTITY_SIZE)
        found[:5] = bytes.fromhex(self._meter.plate.address[-10:])
        for place, code in zip(LONG_MAP, self._codes, strict=False):
            found[place] = code
        return bytes(found)

    def _status(self) -> bytes:
        found = bytearray(STATUS_SIZE)
        clock = self._shown.clock(self._now)
        found[27:33] = bytes.fromhex(
            f"000000{clock:%H%M%S}" if self.calendar_lost else f"{clock:%y%m%d%H%M%S}"
        )
        settled = self._meter.settled(1, self._now)
        if settled is not None:
            found[35:38] = bytes.fromhex(f"{self._meter.timepiece.shown(settled):%y%m%d}")
        return bytes(found)

    def _registers(self, number: int) -> bytes:
        moment = self._meter.settled(number, self._now) or self._meter.registers.start
        period = self._meter.period(number, self._now) or (moment, moment)
        blocks = tuple(self._block(code, moment, period) for code in self._codes)
        quadrants = tuple(self._shown.energies(kind, moment)[0] for kind in QUADRANT_KINDS)
        raw = c.billing_bytes(c.Billing(blocks, quadrants), PLACES)
        return bytes(byte | 0xA0 for byte in raw) if self.garbage else raw

    def _block(self, code: int, moment: datetime, period: tuple[datetime, datetime]) -> tuple[c.Rate, ...]:
        kind = KINDS.get(code)
        if kind is None:
            return (NOTHING,) * c.RATES
        energies, peaks = self._shown.energies(kind, moment), self._shown.peaks(kind, *period)
        return tuple(
            c.Rate(energies[place], peaks[place].value or Decimal(0), peaks[place].at, Decimal(0))
            if place < len(energies)
            else NOTHING
            for place in RATES
        )
