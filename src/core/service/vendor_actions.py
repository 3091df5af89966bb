"""Codes that make the terminal do something: 10, 19, 21, 22, E1 (vendor extension §2.3, §2.5, §2.6, §2.8)."""

import asyncio
from collections.abc import Awaitable

from core.errors import DecodeError
from core.gdw376.fields import Direction
from core.gdw376.message import Item, decode_items
from core.service.order import Order as Call
from core.service.vendor_door import refusal
from core.terminal.access import Rank
from core.terminal.concentrator import Concentrator
from core.terminal.factory import offers
from core.terminal.setting import Setting
from core.terminal.uplink.state import EventReport, SiteOutcome
from core.vendor.envelope import Order, Outcome, Result
from core.vendor.package import Reason
from core.vendor.parameter_file import Applied, units_in
from core.vendor.transfer.terms import plain_name
from core.wire.leaf import Mask

SETTING = 0x04
LIT, DARK = 1, 2
NO_CONTENT = b"\x00\x00"
"""The lamp test has none: its length."""
PARTS = Mask(4, first=0)
SITE_WAIT, SITE_PAUSE = 8.0, 10.0
"""Seconds that the answer waits for the uplink, and between two site reports."""
CONFIRMED, QUEUED, NO_LINK = range(3)
EVENT, STATUS = 2, 3
"""What a site report says; a login that goes before it is none of its own."""


def apply_parameters(terminal: Concentrator, call: Call, order: Order) -> Outcome:
    """10: all records of the parameter file, or none."""
    if denied := refusal(terminal, call, order, Rank.HIGH, switch=True):
        return Outcome.of(order, denied)
    return Outcome(order.code, _applied(terminal, call, order).octet, order.maker)


def _applied(terminal: Concentrator, call: Call, order: Order) -> Applied:
    name = plain_name(order.content.decode("ascii", "replace"))
    file = terminal.download.shelf.kept
    if name is None or file is None or file.name != name:
        return Applied.FAILED
    units = units_in(file.body)
    if isinstance(units, Applied):
        return units
    items = [item for unit in units for item in decode_items(SETTING, Direction.DOWN, unit)]
    settings = _settings(terminal, items)
    if settings is None:
        return Applied.FAILED
    terminal.configure(settings, call.msa)
    return Applied.OK


def _settings(terminal: Concentrator, items: list[Item]) -> list[Setting] | None:
    """Return what the records set, ``None`` when any of it may not be."""
    settings = [Setting(item.value, item.pn) for item in items if item.value is not None]
    known = len(settings) == len(items) and all(offers(item.fn, item.pn) for item in items)
    return settings if known and not terminal.parameters.objections(settings) else None


def upgrade_from_usb(terminal: Concentrator, call: Call, order: Order) -> Outcome:
    """19: begin at once (U2); how it goes on is told by E0."""
    if denied := refusal(terminal, call, order, Rank.HIGH, switch=True):
        return Outcome.of(order, denied)
    path = order.content.split(b"\0", 1)[0].decode("utf-8", "replace")
    begun = terminal.upgrade.start_usb(path)
    if begun is None:
        return Outcome.of(order, Result.BUSY)
    return Outcome.of(order, Result.NO_SUCH_ITEM if begun is Reason.NO_DISK else Result.OK)


def test_lamps(terminal: Concentrator, call: Call, order: Order) -> Outcome:
    """21: all lamps on or off; the watchdog test (00) is not offered."""
    if denied := refusal(terminal, call, order, Rank.LOW):
        return Outcome.of(order, denied)
    if order.content[:1] == b"\0":
        return Outcome.of(order, Result.NOT_OFFERED)
    if order.content[0:1] not in (bytes([LIT]), bytes([DARK])) or order.content[1:] != NO_CONTENT:
        return Outcome.of(order, Result.CONTENT)
    terminal.download.test_lamps(lit=order.content[0] == LIT)
    return Outcome(order.code, order.content, order.maker)


def test_itself(terminal: Concentrator, call: Call, order: Order) -> Outcome:
    """22: the self-check, at once; its result is an item of code 11."""
    if denied := refusal(terminal, call, order, Rank.HIGH, switch=True):
        return Outcome.of(order, denied)
    try:
        mode, parts = order.content[0], PARTS.load(order.content, 1)
    except (DecodeError, IndexError):
        return Outcome.of(order, Result.CONTENT)
    terminal.download.self_test_begun, terminal.download.self_test_parts = bool(mode), parts
    if mode:
        terminal.self_test()
    return Outcome.of(order, Result.OK)


def report_site(terminal: Concentrator, call: Call, order: Order) -> Outcome | Awaitable[Outcome]:
    """E1: the same as the key held for 2 s (M113); the answer waits for the master's up to 8 s."""
    if denied := refusal(terminal, call, order, Rank.LOW):
        return Outcome.of(order, denied)
    if order.content != b"\0":
        return Outcome.of(order, Result.CONTENT)
    now, download = terminal.clock.monotonic(), terminal.download
    if download.active or now - download.site_report_at < SITE_PAUSE:
        return Outcome.of(order, Result.BUSY)
    download.site_report_at = now
    what = EVENT if isinstance(terminal.uplink.reports.site_report(), EventReport) else STATUS
    if terminal.uplink.site_report() is SiteOutcome.NO_LINK:
        return Outcome(order.code, bytes([Result.OK.value, NO_LINK, what]), order.maker)
    return _reported(terminal, order, what, now + SITE_WAIT)


async def _reported(terminal: Concentrator, order: Order, what: int, until: float) -> Outcome:
    told: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    terminal.uplink.await_site_report(until, told.set_result)
    state = CONFIRMED if await told else QUEUED
    return Outcome(order.code, bytes([Result.OK.value, state, what]), order.maker)
