"""Orders in the maker's envelope (vendor extension §1, §2): reading of items and identification.

What is not offered is answered 0AH, format store (03) and shell (13) among it, whatever the password is.
Downloads, file transfer, lamp test, self-test and site report belong to the upgrade room and are not offered.
"""

from collections.abc import Callable
from datetime import datetime
from ipaddress import IPv4Address
from math import ceil

from core.errors import DecodeError
from core.gdw376.address import Address
from core.service.afn00 import denied
from core.service.order import Answer
from core.service.order import Order as Call
from core.terminal.access import Channel
from core.terminal.concentrator import Concentrator
from core.terminal.uplink.state import NOWHERE, Failure, Obstacle
from core.vendor import items
from core.vendor.envelope import IDENTIFY, READ_ITEMS, Order, Outcome, Result
from core.vendor.identify import Identity, IdentityFlags
from core.wire.record import Record

AFN = 0xF0
STATES = {english: code for code, (_, english) in items.LINK_STATES.items()}
ERRORS: dict[Obstacle, tuple[int, tuple[str, int] | None]] = {
    Obstacle.MODULE: (1, None), Obstacle.SIM: (2, None), Obstacle.SIGNAL: (11, None),
    Obstacle.REGISTRATION: (3, None), Obstacle.APN: (4, None), Obstacle.CONNECT: (6, ("refused", 5)),
    Obstacle.LOGIN: (8, ("denied", 7)), Obstacle.HEARTBEAT: (9, None), Obstacle.LOST: (10, None),
}  # fmt: skip
"""Code of an obstacle, and another one where the reason holds a word."""


def serve(terminal: Concentrator, call: Call) -> Answer:
    """Answer an order of this maker's (§1.4).

    Anything else of AFN F0H gets silence, on the uplink a denial where a confirmation was asked for.
    """
    try:
        order = Order.decode(call.payload)
    except DecodeError:
        return denied() if call.con and not call.channel.local else Answer(AFN, ())
    handler = OFFERED.get(order.code)
    outcome = handler(terminal, call.channel, order) if handler else Outcome.of(order, Result.NOT_OFFERED)
    return Answer(AFN, (), raw=outcome.encode())


def _read_items(terminal: Concentrator, _: Channel, order: Order) -> Outcome:
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
    """The last self-check (7.3); bit 0 of the mask is its first part (§2.6)."""
    last = terminal.checks.result
    state = 2 if last.at else 0
    return items.SelfTest(state, frozenset(part - 1 for part in last.faults))


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


def _identify(terminal: Concentrator, channel: Channel, order: Order) -> Outcome:
    """Code E0: normal mode, no transfer offered, nothing ever upgraded."""
    who, own, access = terminal.identity, terminal.address, terminal.access
    flags = IdentityFlags(access.programming_open, False, False, access.locked_for(channel) > 0, False)
    identity = Identity(
        result=0, layout=1, mode=0, flags=flags, block=0, burst=0, window=0, crcs=0, minutes_left=0,
        address=Address(own.region, own.terminal).encode()[:4], product=who.model, hardware=1,
        program=who.software, program_date=who.software_date, library="", library_date=None, slot=0, slot_a=1,
        slot_b=0, upgrade_way=0, upgrade_result=0, upgrade_reason=0, upgrade_at=bytes(6), version_before="",
        version_after="", partial=0, units=0, units_missing=0, file_crc=0, hours_left=0,
    )  # fmt: skip
    return Outcome(IDENTIFY, identity.encode(), order.maker)


VALUES: dict[items.ItemId, Callable[[Concentrator], Record]] = {
    items.SELF_TEST: _self_test, items.RESETS: _resets, items.UPLINK: _uplink,
}  # fmt: skip
OFFERED: dict[int, Callable[[Concentrator, Channel, Order], Outcome]] = {
    READ_ITEMS: _read_items,
    IDENTIFY: _identify,
}
