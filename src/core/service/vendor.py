"""Orders in the maker's envelope (vendor extension §1, §2): reading of items and identification.

What is not offered is answered 0AH, format store (03) and shell (13) among it, whatever the password is.
Downloads, file transfer, lamp test, self-test and site report belong to the upgrade room and are not offered.
"""

from collections.abc import Callable

from core.errors import DecodeError
from core.gdw376.address import Address
from core.service.order import Answer
from core.service.order import Order as Call
from core.terminal.access import Channel
from core.terminal.concentrator import Concentrator
from core.terminal.uplink_status import UplinkStatus
from core.vendor import items
from core.vendor.envelope import IDENTIFY, READ_ITEMS, Order, Outcome, Result
from core.vendor.identify import Identity, IdentityFlags
from core.wire.record import Record

AFN = 0xF0
STATES = {english: code for code, (_, english) in items.LINK_STATES.items()}
ERRORS = {english: code for code, (_, english) in items.DIAL_ERRORS.items()}


def serve(terminal: Concentrator, call: Call) -> Answer:
    """Answer an order of this maker's; anything else of AFN F0H gets silence on local channels (§1.4)."""
    try:
        order = Order.decode(call.payload)
    except DecodeError:
        return Answer(AFN, ())
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


def _uplink(terminal: Concentrator) -> Record:
    return report_of(terminal.uplink_status())


def report_of(status: UplinkStatus) -> items.UplinkReport:
    """Put the state of the uplink into item 6003 [design]."""
    flags = items.LinkFlags(
        status.module, status.sim, status.registered, status.attached, status.standby_in_use, status.mains,
        status.wanted,
    )  # fmt: skip
    return items.UplinkReport(
        version=1,
        flags=flags,
        csq=items.CSQ_UNKNOWN if status.csq is None else status.csq,
        state=STATES[status.state.value],
        own_ip=status.own_ip,
        peer_ip=status.peer_ip,
        peer_port=status.peer_port,
        error=ERRORS[status.error.value],
        error_at=status.error_at,
        login_at=status.login_at,
        acknowledged_at=status.acknowledged_at,
        attempts=min(status.attempts, 0xFFFF),
        next_dial=min(status.next_dial, 0xFFFF),
    )


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


VALUES: dict[items.ItemId, Callable[[Concentrator], Record]] = {items.RESETS: _resets, items.UPLINK: _uplink}
OFFERED: dict[int, Callable[[Concentrator, Channel, Order], Outcome]] = {
    READ_ITEMS: _read_items,
    IDENTIFY: _identify,
}
