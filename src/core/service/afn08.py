"""A master that relays for others asks whether something waits to be reported (part A §10).

This terminal has no cascaded ones behind it; asked itself, it tells the oldest important event the master
does not know, in the form of a spontaneous report, or denies.
"""

from core.service.afn00 import denied
from core.service.order import Answer, Order
from core.service.reports import event_report
from core.terminal.concentrator import Concentrator


def serve(terminal: Concentrator, order: Order) -> Answer:
    """Report or deny. The event stays unreported until its own report is confirmed."""
    if [(item.pn, item.fn) for item in order.items] != [(0, 0)]:
        return denied()
    record = terminal.events.untold
    return event_report(terminal, record) if record else denied()
