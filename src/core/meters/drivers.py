"""From the protocol code of the archive (AFN04 F10) to the driver of the family; imported on use."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from core.meters.dlt645.control import Edition
from core.meters.driver import Driver, Speed

NOT_READ = 0
"""Protocol code of a meter that is kept in the archive and not read."""
DLT645_1997, DLT645_2007 = 1, 30
_EDITIONS = {DLT645_1997: Edition.V1997, DLT645_2007: Edition.V2007}
LANDIS_GYR_D, LANDIS_GYR_B = 4, 6
"""IEC 62056-21 readout; codes of one maker's terminals (meter protocols §2)."""
ALPHA, EDMI = 8, 10
"""ABB square meter and EDMI command line; codes of the same terminals."""
READOUTS = (LANDIS_GYR_D, LANDIS_GYR_B)
SPEEDS = {
    DLT645_1997: Speed(1200),
    DLT645_2007: Speed(2400),
    ALPHA: Speed(1200, "N"),
    EDMI: Speed(9600, "N"),
    **dict.fromkeys(READOUTS, Speed(300, data_bits=7)),
}
"""Speed where the archive names none (device behaviour 6.1, 10)."""


def _readout() -> Driver:
    from core.meters.iec62056.driver import ReadoutDriver  # noqa: PLC0415 - made on first use

    return ReadoutDriver()


def _alpha() -> Driver:
    from core.meters.alpha.driver import AlphaDriver  # noqa: PLC0415 - made on first use

    return AlphaDriver()


def _edmi() -> Driver:
    from core.meters.edmi.driver import EdmiDriver  # noqa: PLC0415 - made on first use

    return EdmiDriver()


_FAMILIES: dict[int, Callable[[], Driver]] = {
    **dict.fromkeys(READOUTS, _readout),
    ALPHA: _alpha,
    EDMI: _edmi,
}
"""Families that need not know the terminal's time."""


def driver_for(protocol: int, civil: Callable[[], datetime | None] | None = None) -> Driver | None:
    """Make a driver, ``None`` for a protocol that is not known.

    ``civil`` tells the terminal's time (``None`` while it is invalid); drivers that know it read fewer dates
    from the meters.
    """
    if (family := _FAMILIES.get(protocol)) is not None:
        return family()
    edition = _EDITIONS.get(protocol)
    if edition is None:
        return None
    from core.meters.dlt645.driver import Dlt645Driver, unknown_time  # noqa: PLC0415 - tables, made on first use

    return Dlt645Driver(edition, civil or unknown_time)


def edition_of(protocol: int) -> Edition | None:
    """Return the edition of DL/T 645 a protocol code stands for, ``None`` for other families."""
    return _EDITIONS.get(protocol)


@lru_cache(maxsize=256)
def default_speed(protocol: int, baud: int = 0) -> Speed:
    """Return how characters travel to a meter; ``baud`` 0 means the default of the protocol."""
    speed = SPEEDS.get(protocol, Speed())
    return Speed(baud, speed.parity, speed.data_bits, speed.stop_bits) if baud else speed
