"""Code 11: items of the short list (vendor extension §2.4)."""

from collections.abc import Callable
from datetime import datetime
from ipaddress import IPv4Address
from math import ceil

from core.errors import DecodeError
from core.service.order import Order as Call
from core.terminal.concentrator import Concentrator
from core.terminal.uplink.state import NOWHERE, Failure, Obstacle
from core.vendor import items
from core.vendor.envelope import READ_ITEMS, Order, Outcome, Result
from core.wire.record import Record

ALL_PARTS = frozenset(items.TEST_PARTS)
STATES = {english: code for code, (_, english) in items.LINK_STATES.items()}
ERRORS: dict[Obstacle, tuple[int, tuple[str, int] | None]] = {
    Obstacle.MODULE: (1, None), Obstacle.SIM: (2, None), Obstacle.SIGNAL: (11, None),
    Obstacle.REGISTRATION: (3, None), Obstacle.APN: (4, None), Obstacle.CONNECT: (6, ("refused", 5)),
    Obstacle.LOGIN: (8, ("denied", 7)), Obstacle.HEARTBEAT: (9, None), Obstacle.LOST: (10, None),
}  # fmt: skip
"""Code of an obstacle, and another one where the reason holds a word."""


def read(terminal: Concentrator, _: Call, order: Order) -> Outcome:
    """Code 11; one unknown item refuses the whole frame (§2.4)."""
    try:
        asked = items.asked_items(order.content)
    except DecodeError:
        return Outcome.error(Result.CONTENT)
    if any(one not in VALUES for one in asked):
        return Outcome.error(Result.NO_SUCH_ITEM)
    values = {one: VALUES[one](terminal) for one in asked}
    return Outcome(READ_ITEMS, items.answer(values), order.maker)


def _resets(terminal: Concentrator) -> Record:
    return items.Resets(min(terminal.resets, 0xFFFF))


def _self_test(terminal: Concentrator) -> Record:
    """The last self-check (7.3), of the parts last asked for; bit 0 of the mask is its first part (§2.6)."""
    last = terminal.checks.result
    state = 2 if last.at else 0
    asked = terminal.download.self_test_parts or ALL_PARTS
    return items.SelfTest(state, frozenset(part - 1 for part in last.faults) & asked)


def _self_test_order(terminal: Concentrator) -> Record:
    return items.SelfTestOrder(int(terminal.download.self_test_begun), terminal.download.self_test_parts)


def _uplink(terminal: Concentrator) -> Record:
    """Item 6003 [design]: where the way to the master stands, and why it ended last."""
    uplink, now = terminal.uplink, terminal.clock.monotonic()
    target, fitted = uplink.target, uplink.presence
    peer = _address(target.host) if target else NOWHERE
    return items.UplinkReport(
        version=1,
        flags=_flags(terminal),
        csq=items.CSQ_UNKNOWN if fitted.csq is None else fitted.csq,
        state=STATES[uplink.state.value],
        own_ip=fitted.ip,
        peer_ip=peer,
        peer_port=target.port if target else 0,
        error=_error(uplink.last_error),
        error_at=_whole(uplink.last_error.at) if uplink.last_error else None,
        login_at=_whole(uplink.login_at),
        acknowledged_at=_whole(uplink.acknowledged_at),
        attempts=min(uplink.attempts, 0xFFFF),
        next_dial=min(ceil(uplink.next_try(now)), 0xFFFF),
    )


def _flags(terminal: Concentrator) -> items.LinkFlags:
    fitted = terminal.uplink.presence
    return items.LinkFlags(
        module=fitted.module,
        sim=fitted.card,
        registered=fitted.registered,
        attached=fitted.attached,
        standby=terminal.uplink.standby_in_use,
        mains=not terminal.on_battery,
        wanted=terminal.controls.connection_wanted,
    )


def _address(host: str) -> IPv4Address:
    try:
        return IPv4Address(host)
    except ValueError:
        return NOWHERE


def _whole(at: datetime | None) -> datetime | None:
    return at.replace(microsecond=0) if at else None


def _error(failure: Failure | None) -> int:
    """Return the code of the last failure; refused and denied are told apart by the reason."""
    if failure is None:
        return 0
    plain, harder = ERRORS[failure.obstacle]
    return harder[1] if harder and harder[0] in failure.reason else plain


VALUES: dict[items.ItemId, Callable[[Concentrator], Record]] = {
    items.SELF_TEST_ORDER: _self_test_order, items.SELF_TEST: _self_test, items.RESETS: _resets,
    items.UPLINK: _uplink,
}  # fmt: skip
