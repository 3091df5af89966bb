"""Questions for events (part B §4.1): a window of one ring, Pm to Pn - 1 modulo 256.

The answer names the window really sent: Pm behind leading empty slots, Pn behind the last record. An empty
window, and one whose records do not fit one frame, are denied: a master reads small windows and goes on from
the Pn it was given. What is denied is not read: flags and ACD stay.
"""

from contextlib import suppress
from typing import cast

from core.errors import StoreError
from core.gdw376 import dadt
from core.gdw376.message import Item
from core.gdw376.packing import room
from core.gdw376.trailer import EC_SIZE, TP_SIZE
from core.gdw376.unit import Unit
from core.gdw376.units.afn0e import RINGS, EventWindow
from core.gdw376.units.afn0e import Events as EventRecords
from core.service.order import Answer, Order
from core.service.queries import answered_items
from core.terminal.access import Channel
from core.terminal.concentrator import Concentrator
from core.terminal.events.records import event_of
from core.terminal.ledger import RING, EventRecord

AFN = 0x0E
IMPORTANT = 1
"""Fn of the ring of important events; 2 is the other one."""
LARGEST = room(aux=EC_SIZE + TP_SIZE) - dadt.SIZE


def serve(terminal: Concentrator, order: Order) -> Answer:
    """Answer with stored records."""
    return answered_items(order, lambda item: _window(terminal, order.channel, item))


def _window(terminal: Concentrator, channel: Channel, item: Item) -> Unit | None:
    asked = item.asked
    if item.pn != 0 or not isinstance(asked, EventWindow) or not 1 <= item.fn <= len(RINGS):
        return None
    count = (asked.last - asked.first) % RING
    records = terminal.events.since(item.fn == IMPORTANT, asked.first, count)
    unit = unit_for(terminal, item.fn, records) if records else None
    if unit is None or len(unit.encode()) > LARGEST:
        return None
    with suppress(StoreError):  # the flags then stay, and the store fault shows
        terminal.events.read(channel, records)
    return unit


def unit_for(terminal: Concentrator, fn: int, records: tuple[EventRecord, ...]) -> Unit:
    """Return records that follow each other in one ring, as F1 or F2."""
    counters = (terminal.events.important, terminal.events.ordinary)
    window = (records[0].slot, (records[-1].slot + 1) % RING)
    kind = cast("type[EventRecords]", RINGS[fn - 1])
    return kind(*counters, *window, tuple(map(event_of, records)))
