"""ERC21: a fault of the terminal itself: found by the self-check, or a meter port without any answer."""

from enum import IntEnum

from core.gdw376.units.erc import Erc21


class Fault(IntEnum):
    """Codes of the record (part B §4.3)."""

    MEMORY = 1
    CLOCK = 2
    BOARD = 3
    """Main board communication; the uplink module with its card too."""
    RS485 = 4
    DISPLAY = 5


def fault(code: Fault) -> Erc21:
    """One record per fault."""
    return Erc21(None, int(code))
