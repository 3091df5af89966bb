"""What all questions have in common (part A §2.3): answer what is there, deny when nothing is."""

from collections.abc import Callable

from core.gdw376.message import Item
from core.gdw376.unit import Unit
from core.service.afn00 import denied
from core.service.order import Answer, Order

Lookup = Callable[[int, int], Unit | None]
"""Fn and Pn to the value, ``None`` where there is none."""


def answered(order: Order, lookup: Lookup) -> Answer:
    """Answer the questions in their order; those without a value are left out."""
    return answered_items(order, lambda item: lookup(item.fn, item.pn))


def answered_items(order: Order, lookup: Callable[[Item], Unit | None]) -> Answer:
    """The same for questions that say more than a point and a function."""
    found = [(item.pn, lookup(item)) for item in order.items if item.fn]
    items = tuple(Item.of(value, pn) for pn, value in found if value is not None)
    return Answer(order.afn, items) if items else denied()
