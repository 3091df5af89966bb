"""Reset and initialisation (part A §6.2, device behaviour 9.4)."""

from core.service.afn00 import confirmed, denied
from core.service.guard import stopped
from core.service.order import Answer, Order
from core.terminal.access import Level
from core.terminal.concentrator import Concentrator
from core.terminal.initialise import Extent, initialise


def serve(terminal: Concentrator, order: Order) -> Answer:
    """Erase what is ordered, confirm, and restart after the answer where the matrix asks for it."""
    if any(item.pn != 0 for item in order.items):
        return denied()
    if answer := stopped(terminal, order, Level.ADMIN):
        return answer
    extents = [Extent(item.fn) for item in order.items]
    with terminal.ledger.transaction():
        for extent in extents:
            initialise(terminal, extent)
    return confirmed(restart=any(extent.restarts for extent in extents))
