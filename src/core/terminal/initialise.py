"""Initialisation by AFN01 (device behaviour 9.4, M121 to M124). Each writes ERC1 afterwards.

What is erased is durable before the order is confirmed; the restart, where there is one, follows the answer.
"""

from enum import Enum

from core.gdw376.units.afn04 import TerminalAddress
from core.terminal.concentrator import Concentrator
from core.terminal.events.erc01 import initialised
from core.terminal.parameters import UPLINK_FUNCTIONS


class Extent(Enum):
    """How much is initialised; the value is the Fn of AFN01."""

    HARDWARE = 1
    DATA = 2
    FACTORY = 3
    KEEP_UPLINK = 4

    @property
    def restarts(self) -> bool:
        """True where the matrix asks for a reset."""
        return self is not Extent.DATA


KEPT = {Extent.FACTORY: frozenset[int](), Extent.KEEP_UPLINK: UPLINK_FUNCTIONS | {TerminalAddress.meaning.fn}}


def initialise(concentrator: Concentrator, extent: Extent) -> None:
    """Erase what the matrix names, in one transaction; identity and clock always stay."""
    with concentrator.ledger.transaction():
        if extent is not Extent.HARDWARE:
            concentrator.events.clear()
            concentrator.statistics.clear()
            concentrator.controls.release()
            concentrator.acquisition.release()
            concentrator.acquisition.forget()
            concentrator.watch.forget()
            concentrator.supply.forget()
            concentrator.readings.clear()
        if extent in KEPT:
            concentrator.parameters.restore(KEPT[extent])
        if extent is Extent.FACTORY:
            concentrator.access.restore_passwords()
        concentrator.events.add(initialised(concentrator.identity.software))
