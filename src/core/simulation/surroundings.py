"""The physical facts around the terminal that a person or a scenario may change at any time."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Surroundings:
    """SIM card, antenna, mains, cell and battery. The defaults are the state of delivery (M193, M194)."""

    sim: bool = False
    csq: int = 0
    """Signal quality 0..31 while a SIM is in (device behaviour 2.3)."""
    supply: int = 221
    """Volts of the mains; 0 is none."""
    cell: Decimal = Decimal("3.58")
    """Volts of the clock cell."""
    backup: bool = False
    """Is the battery for outage reporting in?"""
    inputs: frozenset[int] = frozenset()
    """Contacts of the status inputs, 1 to 8, that are closed."""
    broken: frozenset[str] = frozenset()
    """Parts of the terminal that the self-check finds broken: store, clock, module, sim, rs485, display,
    program (device behaviour 7.3)."""
    drift: Decimal = Decimal(0)
    """Parts per million by which the clock runs fast."""
