"""Between the session of a line and the services: a call becomes an order, an answer becomes blocks."""

from core.gdw376.address import Address
from core.gdw376.call import CONFIRM, DATA, DENIAL, Answer, Call
from core.gdw376.fields import Direction, Ec
from core.gdw376.message import Item, decode_items, encode_blocks
from core.gdw376.packing import DEFAULT_LARGEST
from core.gdw376.pieces import cut
from core.gdw376.station import Station
from core.gdw376.trailer import EC_SIZE, TP_SIZE, VENDOR_AFN
from core.gdw376.unit import Edition
from core.gdw376.units.afn00 import Confirm
from core.gdw376.units.afn04 import GroupAddresses
from core.gdw376.units.afn10 import SWITCHING, TripMeter
from core.service import order as service
from core.terminal.access import Channel
from core.terminal.concentrator import Concentrator

FORWARDING, BATCH = 0x10, 10
"""AFN10, and its function with two layouts (part A §12)."""


def station_of(terminal: Concentrator, channel: Channel) -> Station:
    """How the line sees the terminal now: own address, groups, and whether a person stands there."""
    own = terminal.address
    groups = frozenset(terminal.parameters.value(GroupAddresses).groups) - {0}
    return Station(Address(own.region, own.terminal), groups, channel.local)


def waiting_events(terminal: Concentrator, channel: Channel) -> Ec | None:
    """The counters that go with every answer while an important event waits (ACD)."""
    if not terminal.events.waiting(channel):
        return None
    return Ec(terminal.events.important, terminal.events.ordinary)


def order_of(call: Call, channel: Channel, *, serial: bool = True) -> service.Order:
    """Decode a call for the services."""
    items = _items_of(call)
    first, last = call.frames[0], call.frames[-1]
    return service.Order(
        channel,
        call.afn,
        items,
        first.address.msa,
        call.passwords,
        call.arrived,
        call.payload,
        last.seq.con,
        call.frames,
        serial,
    )


def _items_of(call: Call) -> tuple[Item, ...]:
    """Read units by 2009. F10 of AFN10 looks different in 2012, and shows it: no order stands there."""
    items = decode_items(call.afn, Direction.DOWN, call.payload)
    if call.afn != FORWARDING or not any(_misread(item) for item in items):
        return items
    newer = decode_items(call.afn, Direction.DOWN, call.payload, Edition.ADDED_2012)
    return items if any(item.value is None for item in newer) else newer


def _misread(item: Item) -> bool:
    return item.fn == BATCH and not (isinstance(item.value, TripMeter) and item.value.order in SWITCHING)


def session_answer(answer: service.Answer, largest: int = DEFAULT_LARGEST) -> Answer:
    """Encode what a service answered, long lists in pieces that fit a frame of ``largest`` bytes.

    The function code says data, confirmed or denied (part A §1.3).
    """
    if answer.afn == VENDOR_AFN:
        return Answer(VENDOR_AFN, (answer.raw,)) if answer.raw else Answer.silence()
    blocks = tuple(encode_blocks(cut(answer.items, largest, EC_SIZE + TP_SIZE)))
    if answer.afn != 0x00:
        return Answer(answer.afn, blocks, DATA)
    agreed = all(isinstance(item.value, Confirm) for item in answer.items)
    return Answer(answer.afn, blocks, CONFIRM if agreed else DENIAL)
