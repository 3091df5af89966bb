"""Setting parameters (part A §7): all units are checked, then all are written, in one transaction."""

from core.gdw376.refusals import Refusal
from core.service.afn00 import confirmed, denied, refused
from core.service.guard import stopped
from core.service.order import Answer, Order
from core.terminal.access import Level
from core.terminal.concentrator import Concentrator
from core.terminal.parameters import KINDS, objection


def serve(terminal: Concentrator, order: Order) -> Answer:
    """Write everything or nothing; the refusal names the units that are not acceptable."""
    if any(item.pn != 0 or item.fn not in KINDS for item in order.items):
        return denied()
    if answer := stopped(terminal, order, Level.SET):
        return answer
    units = [item.value for item in order.items if item.value is not None]
    bad = [item for item in order.items if item.value is None or objection(item.value)]
    if bad:
        return refused(order.afn, bad, Refusal.VALUE)
    terminal.configure(units, order.msa)
    return confirmed()
