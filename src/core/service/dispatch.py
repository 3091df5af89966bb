"""From the AFN to the module that serves it. What is not served is denied (part A §6.1 F2)."""

from collections.abc import Callable

from core.errors import StoreError
from core.service import (
    afn0a,
    afn0b,
    afn0c,
    afn0d,
    afn0e,
    afn0f,
    afn01,
    afn04,
    afn05,
    afn08,
    afn09,
    afn10,
    vendor,
)
from core.service.afn00 import denied
from core.service.order import Order, Served
from core.terminal.concentrator import Concentrator

SERVED: dict[int, Callable[[Concentrator, Order], Served]] = {
    0x01: afn01.serve,
    0x04: afn04.serve,
    0x05: afn05.serve,
    0x08: afn08.serve,
    0x09: afn09.serve,
    0x0A: afn0a.serve,
    0x0B: afn0b.serve,
    0x0C: afn0c.serve,
    0x0D: afn0d.serve,
    0x0E: afn0e.serve,
    afn0f.AFN: afn0f.serve,
    0x10: afn10.serve,
    vendor.AFN: vendor.serve,
}


IN_DOWNLOAD = frozenset({0x09, 0x0A, vendor.AFN})
"""Who it is, which address it has, and the download itself: no other task runs (device behaviour 5.3 L4)."""


def serve(terminal: Concentrator, order: Order) -> Served:
    """Carry out an order or answer a question. What the store cannot take is denied and was not done."""
    offered = order.afn in IN_DOWNLOAD or not terminal.download.active
    handler = SERVED.get(order.afn) if offered else None
    try:
        return handler(terminal, order) if handler else denied()
    except StoreError:
        return denied()
