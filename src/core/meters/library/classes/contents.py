"""What the classes of a meter hold: values put where the picture cuts them out.

The values come from a store in the common vocabulary, so that one store can play every family.
"""

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal

from core.errors import EncodeError
from core.meters.library.classes.model import Cell, ClassLibrary, Extent
from core.meters.library.classes.picture import Places, scaled
from core.meters.library.contents import Store
from core.meters.library.values import Plain, Stamp
from core.quantities import Peak, Quantity, Value

ENERGY_PLACES, DEMAND_PLACES = 2, 4
"""Registers of XXXXXX.XX kWh and XX.XXXX kW."""
NOTHING = Decimal(0)


class Contents:
    """The classes of one meter."""

    def __init__(self, library: ClassLibrary, store: Store) -> None:
        self._library = library
        self._store = store
        count = max(library.records.sizes.values())
        self.codes = tuple(library.map.codes)[:count]
        """What the blocks measure."""
        self._size = next(size for size, blocks in library.records.sizes.items() if blocks == count)

    @property
    def places(self) -> dict[str, int]:
        """The constants."""
        _, cells = self._library.constants
        energy = self._library.records.energy.places
        return {name: ENERGY_PLACES if name == energy else DEMAND_PLACES for name in cells}

    def content(self, number: bytes) -> bytes | None:
        """Return a class, ``None`` if the meter does not have it, or cannot carry what it holds."""
        records = self._library.records
        try:
            for extent, back in ((records.present, 0), (records.previous, 1)):
                if extent.id == number:
                    return self._registers(back)
            return self._rest(number)
        except EncodeError:
            return None

    def _rest(self, number: bytes) -> bytes | None:
        """A class that is put together from all that is known to stand in it."""
        puts = [put for extent, put in self._puts() if extent.id == number]
        if not puts:
            return None
        extents = [extent for extent, _ in self._puts() if extent.id == number]
        sizes = (max((one.start + one.count, *one.sizes)) for one in extents)
        raw = bytearray(max((*sizes, *(at + len(put) for at, put in puts))))
        for at, put in puts:
            raw[at : at + len(put)] = put
        check = next((one.sum for one in extents if one.sum), None)
        return bytes(raw[: -check.size]) + check.of(bytes(raw[: -check.size])) if check else bytes(raw)

    def _puts(self) -> Iterator[tuple[Extent, tuple[int, bytes]]]:
        """Every value outside the registers: its class, and where it stands there."""
        library, told = self._library, self._library.map
        extent, cells = library.constants
        for name, cell in cells.items():
            yield extent, (cell.at, cell.format.dump(self.places[name]))
        places = told.places.get(told.extent.count, next(iter(told.places.values())))
        for place, code in zip(places, self.codes, strict=False):
            yield told.extent, (place, bytes([code]))
        clock = self._store(Quantity.CLOCK, 0)
        extent, cell = library.clock
        if isinstance(clock, datetime):
            yield extent, (extent.start + cell.at, cell.format.dump(_stamp(clock)))
        if library.reset and isinstance(clock, datetime):
            extent, cell = library.reset
            first = datetime.combine(date(clock.year, clock.month, 1), time())
            yield extent, (extent.start + cell.at, cell.format.dump(_stamp(first)))

    # Registers

    def _registers(self, back: int) -> bytes:
        records = self._library.records
        raw = bytearray(self._size)
        for block, code in enumerate(self.codes):
            for tariff, rate in enumerate(records.rates, 1):
                at = block * records.block + rate * records.stride
                self._record(raw, at, self._library.map.codes[code], tariff, back)
        end = records.block * len(self.codes)
        for quantity, cell in records.tail.items():
            self._put(raw, end, cell, part(self._store(quantity, back), 0))
        return bytes(raw)

    def _record(self, raw: bytearray, at: int, quantity: Quantity, tariff: int, back: int) -> None:
        records = self._library.records
        self._put(raw, at, records.energy, part(self._store(quantity, back), tariff))
        peaks = self._store(Quantity(f"{quantity.value}-demand"), back)
        peak = peaks[tariff] if isinstance(peaks, tuple) and tariff < len(peaks) else None
        if isinstance(peak, Peak) and records.demand:
            self._put(raw, at, records.demand, peak.value)
            if records.time and peak.at:
                self._put(raw, at, records.time, _stamp(peak.at))

    def _put(self, raw: bytearray, at: int, cell: Cell, value: Plain) -> None:
        places: Places = self.places
        begin = at + cell.at
        raw[begin : begin + cell.format.size] = scaled(cell, places).dump(NOTHING if value is None else value)


def part(value: Value | None, place: int) -> Decimal | None:
    """Return one number of a value, ``None`` if it has none there."""
    if not isinstance(value, tuple) or place >= len(value):
        return None
    one = value[place]
    return one if isinstance(one, Decimal) else None


def _stamp(moment: datetime) -> Stamp:
    return Stamp(moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
