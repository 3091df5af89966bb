"""Code 07: enter and leave download mode (vendor extension §2.2; M151, M161 to M163, M168)."""

from core.errors import DecodeError
from core.gdw376.address import Address
from core.service.order import Order as Call
from core.service.vendor_door import refusal
from core.terminal.access import Rank
from core.terminal.concentrator import Concentrator
from core.vendor.download import Download, Leave, Remote, expected_address
from core.vendor.envelope import Order, Outcome, Result


def enter(terminal: Concentrator, call: Call, order: Order) -> Outcome:
    """Check in the order of the clause, write the record; the reset follows 2 s later.

    In the mode itself the switch is not asked for: it was when the mode was entered.
    """
    return Outcome.of(order, _refusal(terminal, call, order) or _done(terminal, order))


def _refusal(terminal: Concentrator, call: Call, order: Order) -> Result | None:
    """Lock, password, switch, other upgrade, address."""
    entering = not terminal.download.active
    if denied := refusal(terminal, call, order, Rank.HIGH, switch=entering):
        return denied
    if _busy(terminal, call, order.content):
        return Result.BUSY
    expected = expected_address(order.content)
    own = Address(terminal.address.region, terminal.address.terminal).encode()[:4]
    return Result.ADDRESS if expected is not None and expected != own else None


def _busy(terminal: Concentrator, call: Call, content: bytes) -> bool:
    """Another upgrade goes on; what is ordered already, and leaving, are no other one."""
    mode, upgrade = terminal.download.mode, terminal.upgrade
    wanted = _read(content)
    if wanted is not None and mode.stands(wanted):
        return False
    if mode.way is None or upgrade.reset_due is not None or upgrade.on_trial:
        return upgrade.busy
    return not isinstance(wanted.way if wanted else None, Leave) and terminal.download.files.busy_for(
        call.channel
    )


def _read(content: bytes) -> Download | None:
    try:
        return Download.decode(content)
    except DecodeError:
        return None


def _done(terminal: Concentrator, order: Order) -> Result:
    mode, wanted = terminal.download.mode, _read(order.content)
    if wanted is None or (isinstance(wanted.way, Remote) and not terminal.uplink.presence.module):
        return Result.CONTENT
    if mode.stands(wanted):
        return Result.OK
    if isinstance(wanted.way, Leave):
        mode.leave()
    else:
        mode.enter(wanted)
    return Result.OK
