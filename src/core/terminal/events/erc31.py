"""ERC31: a point has no data of the day at the end of the period (6.4 rule 4; M46).

Row 31 of 7.2 speaks of points that were readable before; the manual (M46) and 6.4 do not ask for that, and a
meter archived with a wrong address is what a master wants to hear of.
"""

from datetime import datetime
from decimal import Decimal

from core.gdw376.units.erc import Erc31, PointMark
from core.quantities import Quantity
from core.terminal.archive import Meter, history_of
from core.terminal.readings import CURRENT_STAMP, Kind, Reading, Readings


def read_failure(point: int, begin: bool, meter: Meter | None, readings: Readings) -> Erc31:
    """Name the last success and what the meter showed then."""
    active = _last(meter, readings, Quantity.FORWARD_ACTIVE)
    reactive = _last(meter, readings, Quantity.REACTIVE_1)
    read_at = active.read_at.replace(second=0) if active else None
    return Erc31(None, PointMark(int(begin), point), read_at, _total(active), _total(reactive))


def _last(meter: Meter | None, readings: Readings, quantity: Quantity) -> Reading | None:
    """Return what was read last."""
    if meter is None:
        return None
    history = history_of(meter)
    days = readings.between(history, Kind.DAY, quantity, datetime.min, datetime.max)
    present = readings.at(history, Kind.CURRENT, CURRENT_STAMP, quantity)
    found = [*days[-1:], *([present] if present else [])]
    return max(found, key=lambda reading: reading.read_at) if found else None


def _total(reading: Reading | None) -> Decimal | None:
    """Return the total of an energy."""
    value = reading.value if reading else None
    total = value[0] if isinstance(value, tuple) and value else None
    return total if isinstance(total, Decimal) else None
