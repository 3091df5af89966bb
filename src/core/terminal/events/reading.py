"""Events of reading meters: ERC31 per point, ERC21 code 4 per port (device behaviour 6.3, 6.4, 7.2)."""

from contextlib import suppress
from datetime import datetime
from decimal import Decimal

from core.errors import StoreError
from core.gdw376.units.erc import PointMark
from core.quantities import Quantity
from core.terminal.archive import Archive, history_of
from core.terminal.events.bodies import ReadFailure, TerminalFault
from core.terminal.events.rings import Events
from core.terminal.readings import CURRENT_STAMP, Kind, Reading, Readings

RS485_FAULT = 4


class ReadingEvents:
    """The sink of acquisition. What the store cannot take is lost; the store's own alarm tells so."""

    def __init__(self, events: Events, archive: Archive, readings: Readings) -> None:
        self._events = events
        self._archive = archive
        self._readings = readings

    def port_failed(self, port: int) -> None:
        """Every point of a port failed."""
        with suppress(StoreError):
            self._events.add(TerminalFault(RS485_FAULT))

    def point_missing(self, point: int, begin: bool) -> None:
        """The freeze of the day is missing, or came."""
        active, reactive = (self._last(point, q) for q in (Quantity.FORWARD_ACTIVE, Quantity.REACTIVE_1))
        read_at = active.read_at.replace(second=0) if active else None
        body = ReadFailure(PointMark(int(begin), point), read_at, _total(active), _total(reactive))
        with suppress(StoreError):
            self._events.add(body, point)

    def _last(self, point: int, quantity: Quantity) -> Reading | None:
        """Return what was read last."""
        meter = self._archive.at(point)
        if meter is None:
            return None
        history = history_of(meter)
        days = self._readings.between(history, Kind.DAY, quantity, datetime.min, datetime.max)
        present = self._readings.at(history, Kind.CURRENT, CURRENT_STAMP, quantity)
        found = [*days[-1:], *([present] if present else [])]
        return max(found, key=lambda reading: reading.read_at) if found else None


def _total(reading: Reading | None) -> Decimal | None:
    """Return the total of an energy."""
    value = reading.value if reading else None
    total = value[0] if isinstance(value, tuple) and value else None
    return total if isinstance(total, Decimal) else None
