"""Orders in the maker's envelope (vendor extension §1, §2): which code is served by whom.

What is not offered is answered 0AH, format store (03) and shell (13) among it, whatever the password is; the
shell is noted in the log. Codes that act are carried out once: the same frame within 10 s gets the same
answer.
"""

import logging
from collections.abc import Awaitable, Callable

from core.errors import DecodeError, StoreError
from core.service import vendor_actions, vendor_download, vendor_files, vendor_identity, vendor_items
from core.service.afn00 import denied
from core.service.order import Answer, Served
from core.service.order import Order as Call
from core.terminal.access import Channel
from core.terminal.concentrator import Concentrator
from core.vendor import envelope
from core.vendor.envelope import Order, Outcome, Result

log = logging.getLogger(__name__)

AFN = 0xF0
SHELL = 0x13
Handler = Callable[[Concentrator, Call, Order], Outcome | Awaitable[Outcome] | None]
"""``None`` is silence."""

OFFERED: dict[int, Handler] = {
    envelope.ENTER_DOWNLOAD: vendor_download.enter,
    envelope.TRANSFER: vendor_files.transfer,
    envelope.APPLY_PARAMETERS: vendor_actions.apply_parameters,
    envelope.READ_ITEMS: vendor_items.read,
    envelope.USB_UPGRADE: vendor_actions.upgrade_from_usb,
    envelope.LAMP_TEST: vendor_actions.test_lamps,
    envelope.SELF_TEST: vendor_actions.test_itself,
    envelope.IDENTIFY: vendor_identity.identify,
    envelope.SITE_REPORT: vendor_actions.report_site,
}
ACTING = frozenset({
    envelope.ENTER_DOWNLOAD, envelope.APPLY_PARAMETERS, envelope.USB_UPGRADE, envelope.SELF_TEST,
    envelope.SITE_REPORT,
})  # fmt: skip
"""Codes with a guard against repetition (§1.3)."""


def serve(terminal: Concentrator, call: Call) -> Served:
    """Answer an order of this maker's (§1.4).

    Anything else of AFN F0H gets silence, on the uplink a denial where a confirmation was asked for; so does
    every order by short message (M127).
    """
    try:
        order = Order.decode(call.payload)
    except DecodeError:
        return denied() if call.con and not call.channel.local else Answer(AFN, ())
    if call.channel is Channel.SMS:
        return denied() if call.con else Answer(AFN, ())
    repeated = terminal.download.repeats.answer(_key(call)) if order.code in ACTING else None
    if repeated is not None:
        return Answer(AFN, (), raw=repeated)
    return _answered(terminal, call, order)


def _answered(terminal: Concentrator, call: Call, order: Order) -> Served:
    if order.code == SHELL:
        log.warning("an order to run a shell command was refused")
    handler = OFFERED.get(order.code, _not_offered)
    try:
        outcome = handler(terminal, call, order)
    except StoreError:
        outcome = Outcome.of(order, Result.FAILED)
    if outcome is None:
        return Answer(AFN, ())
    if isinstance(outcome, Outcome):
        return _kept(terminal, call, order, outcome)
    return _answered_later(terminal, call, order, outcome)


async def _answered_later(
    terminal: Concentrator, call: Call, order: Order, outcome: Awaitable[Outcome]
) -> Answer:
    return _kept(terminal, call, order, await outcome)


def _kept(terminal: Concentrator, call: Call, order: Order, outcome: Outcome) -> Answer:
    raw = outcome.encode()
    if order.code in ACTING:
        terminal.download.repeats.keep(_key(call), raw)
    return Answer(AFN, (), raw=raw)


def _key(call: Call) -> tuple[object, ...]:
    return (call.channel, call.frames)


def _not_offered(_: Concentrator, __: Call, order: Order) -> Outcome:
    return Outcome.of(order, Result.NOT_OFFERED)
