"""Setting parameters (part A §7): all units are checked, then all are written, in one transaction."""

from core.gdw376.message import Item
from core.gdw376.refusals import Refusal
from core.service.afn00 import confirmed, denied, refused_each
from core.service.guard import stopped
from core.service.order import Answer, Order
from core.terminal.access import Level
from core.terminal.concentrator import Concentrator
from core.terminal.factory import offers
from core.terminal.setting import Setting


def serve(terminal: Concentrator, order: Order) -> Answer:
    """Write everything or nothing; the refusal names the units that are not acceptable."""
    if not all(offers(item.fn, item.pn) for item in order.items):
        return denied()
    if answer := stopped(terminal, order, Level.SET):
        return answer
    settings = [Setting(item.value, item.pn) for item in order.items if item.value is not None]
    if bad := _refusals(terminal, order, settings):
        return refused_each(order.afn, bad)
    terminal.configure(settings, order.msa)
    return confirmed()


def _refusals(terminal: Concentrator, order: Order, settings: list[Setting]) -> dict[Item, Refusal]:
    """Return what keeps the message from being done, and why."""
    bad = terminal.parameters.objections(settings)
    broken = {item: Refusal.VALUE for item in order.items if item.value is None}
    keyed = {item: bad.get((item.fn, item.pn)) for item in order.items}
    return {item: wrong.refusal for item, wrong in keyed.items() if wrong} | broken
