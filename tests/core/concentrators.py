"""Concentrators for tests: a clock that stands, a keeper that remembers, orders in two words."""

from collections.abc import Sequence
from datetime import datetime

from core.clock import ManualClock
from core.errors import StoreError
from core.gdw376.frame import Direction
from core.gdw376.message import Item, decode_items, encode_blocks, encode_query
from core.gdw376.unit import Unit
from core.gdw376.units.afn00 import Verdicts
from core.service.dispatch import serve
from core.service.order import Answer, Order
from core.store.store import Store
from core.terminal.access import Channel
from core.terminal.concentrator import Concentrator
from core.terminal.ledger import Change, Kept, Ledger
from core.terminal.readings import Readings

NOON = datetime(2026, 11, 20, 12, 0, 0)
PASSWORD = b"000000".ljust(16, b"\0")
WRONG = b"123456".ljust(16, b"\0")


class Shelf:
    """A keeper in memory; ``full`` makes it refuse."""

    def __init__(self) -> None:
        self.kept = Kept()
        self.writes = 0
        self.full = False

    def load(self) -> Kept:
        return self.kept.copy()

    def write(self, changes: Sequence[Change]) -> None:
        if self.full:
            raise StoreError("the store is full")
        self.writes += 1
        for change in changes:
            self.kept.apply(change)


def concentrator(
    clock: ManualClock | None = None, shelf: Shelf | None = None, readings: Readings | None = None
) -> Concentrator:
    """A terminal that has just booted."""
    ledger = Ledger(shelf or Shelf())
    terminal = Concentrator(clock or ManualClock(NOON), ledger, readings or Store(None).readings, boot=0.0)
    terminal.power_up()
    return terminal


def send(
    terminal: Concentrator, afn: int, *units: Unit, channel: Channel = Channel.IR, pw: bytes | None = PASSWORD
) -> Answer:
    """Send units the way the wire carries them."""
    payload = b"".join(encode_blocks([Item.of(unit) for unit in units]))
    return send_bytes(terminal, afn, payload, channel=channel, pw=pw)


def send_bytes(
    terminal: Concentrator,
    afn: int,
    payload: bytes,
    *,
    channel: Channel = Channel.IR,
    pw: bytes | None = PASSWORD,
) -> Answer:
    """Send a payload as it is."""
    items = decode_items(afn, Direction.DOWN, payload)
    return served(terminal, Order(channel, afn, items, msa=1, passwords=(pw,)))


def served(terminal: Concentrator, order: Order) -> Answer:
    """Serve an order that waits for no meter."""
    answer = serve(terminal, order)
    assert isinstance(answer, Answer)
    return answer


def ask(terminal: Concentrator, afn: int, *functions: int, pn: int = 0) -> tuple[int, list[Unit | None]]:
    """Ask for functions; return the AFN of the answer and what a master decodes from its bytes."""
    query = b"".join(encode_query([Item(pn, fn) for fn in functions]))
    items = decode_items(afn, Direction.DOWN, query)
    answer = served(terminal, Order(Channel.IR, afn, items, msa=1))
    decoded = decode_items(answer.afn, Direction.UP, b"".join(encode_blocks(answer.items)))
    assert [item.value for item in decoded] == [item.value for item in answer.items]
    return answer.afn, [item.value for item in decoded]


def verdict(answer: Answer) -> tuple[str, list[tuple[str, int]]]:
    """Class name of the answer's unit, and (DADT, ERR) of each refused unit."""
    (item,) = answer.items
    refused = item.value.verdicts if isinstance(item.value, Verdicts) else ()
    return type(item.value).__name__, [((one.da + one.dt).hex(), one.err) for one in refused]
