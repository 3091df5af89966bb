"""Questions in the maker's envelope (vendor extension §1, §2), as far as they need no password.

A maker's own terminal keeps silent to what it does not offer, so silence after two tries is "not offered";
so is a refusal, and an answer that is no envelope of this maker.
"""

from typing import TypeVar

from core.errors import DecodeError, SilenceError
from core.gdw376.request import Request
from core.gdw376.trailer import VENDOR_AFN
from core.vendor import items
from core.vendor.envelope import IDENTIFY, READ_ITEMS, Order, Outcome
from core.vendor.identify import SIZE, Identity, identity_in
from core.wire.record import Record
from hhu.client.terminal import TerminalClient

R = TypeVar("R", bound=Record)
WAIT = 3.0
"""Seconds for an answer: the terminal has it at hand."""


async def ask(client: TerminalClient, order: Order) -> Outcome | None:
    """Send an order that only asks; ``None`` when the terminal does not offer it."""
    wait = min(WAIT, client.link.profile.timings.reply)
    request = Request(client.address, VENDOR_AFN, (order.encode(),), timeout=wait, retries=1)
    try:
        outcome = Outcome.decode((await client.link.request(request)).payload)
    except (SilenceError, DecodeError):
        return None
    return outcome if outcome.code == order.code else None


async def read_item(client: TerminalClient, item: items.ItemId, kind: type[R]) -> R | None:
    """Read one item of the short list; ``None`` when the terminal does not have it."""
    outcome = await ask(client, Order(READ_ITEMS, items.question([item])))
    if outcome is None:
        return None
    try:
        value = items.values_in(outcome.content).get(item)
    except DecodeError:
        return None
    return value if isinstance(value, kind) else None


async def uplink_report(client: TerminalClient) -> items.UplinkReport | None:
    """Read how the uplink stands (item 6003), ``None`` when the terminal cannot tell."""
    return await read_item(client, items.UPLINK, items.UplinkReport)


async def identify(client: TerminalClient) -> Identity | None:
    """Ask who the terminal is and what it is doing (code E0)."""
    outcome = await ask(client, Order(IDENTIFY))
    if outcome is None or len(outcome.content) < SIZE or outcome.content[0]:
        return None
    try:
        return identity_in(outcome.content)
    except DecodeError:
        return None
