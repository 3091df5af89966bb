"""Drivers by protocol code where nothing else is configured; a terminal has `Families` of its own."""

from collections.abc import Callable
from datetime import datetime

from core.meters.dlt645.control import Edition
from core.meters.driver import Driver
from core.meters.families import Families
from core.meters.mapping import DLT645_1997 as ID_1997
from core.meters.mapping import DLT645_2007 as ID_2007

DLT645_1997, DLT645_2007 = 1, 30
"""Codes that mean the same in every list."""
LANDIS_GYR_D, LANDIS_GYR_B, ALPHA, EDMI = 4, 6, 8, 10
"""Codes of the usual list (`core.meters.mapping.DEFAULT`)."""
EDITIONS = {ID_1997: Edition.V1997, ID_2007: Edition.V2007}
USUAL = Families()


def unknown_time() -> datetime | None:
    """Stand in where nobody knows the time."""
    return None


def driver_for(protocol: int, civil: Callable[[], datetime | None] | None = None) -> Driver | None:
    """Make a driver, ``None`` for a code that means nothing.

    ``civil`` tells the terminal's time (``None`` while it is invalid); drivers that know it read fewer dates
    from the meters.
    """
    return USUAL.driver(protocol, civil or unknown_time)


def edition_of(protocol: int, families: Families = USUAL) -> Edition | None:
    """Return the edition of DL/T 645 a protocol code stands for, ``None`` for other families."""
    return EDITIONS.get(families.name(protocol) or "")
