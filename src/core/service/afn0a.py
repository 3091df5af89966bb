"""Questions for parameters (part A §7). Secrets are parameters too, except the passwords of the channels."""

from collections.abc import Iterator
from dataclasses import replace

from core.gdw376.dadt import ALL_POINTS
from core.gdw376.message import Item
from core.gdw376.unit import Nothing, Unit
from core.service.afn00 import denied
from core.service.order import Answer, Order
from core.terminal.concentrator import Concentrator
from core.terminal.factory import KINDS
from core.terminal.parameters import Parameters


def serve(terminal: Concentrator, order: Order) -> Answer:
    """Answer with the layout of the set form; what is not there is left out, down to single records."""
    parameters = terminal.parameters
    asked = [one for item in order.items for one in _meant(parameters, item)]
    found = [(item.pn, _value(parameters, item)) for item in asked if not item.error]
    items = tuple(Item.of(value, pn) for pn, value in found if value is not None)
    return Answer(order.afn, items) if items else denied()


def _meant(parameters: Parameters, item: Item) -> Iterator[Item]:
    """All valid points are those with a meter."""
    points = parameters.archived if item.pn == ALL_POINTS else (item.pn,)
    return (replace(item, pn=point) for point in points)


def _value(parameters: Parameters, item: Item) -> Unit | None:
    """Lists are asked by number."""
    kind = KINDS.get(item.fn)
    if kind is None or kind.meaning.asks is Nothing:
        return parameters.at(item.fn, item.pn)
    return parameters.chosen(item.fn, item.asked) if item.pn == 0 and item.asked else None
