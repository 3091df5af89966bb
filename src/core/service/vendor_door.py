"""Who may give an order in the maker's envelope (vendor extension §1.6; device behaviour 9.3)."""

from core.gdw376.refusals import Refusal
from core.gdw376.units.afn04 import Authentication
from core.service.order import Order as Call
from core.terminal.access import Rank
from core.terminal.concentrator import Concentrator
from core.terminal.events.erc20 import unauthenticated
from core.vendor.envelope import Order, Result

PW = 16


def refusal(
    terminal: Concentrator, call: Call, order: Order, rank: Rank, *, switch: bool = False
) -> Result | None:
    """Return why an order is refused, ``None`` lets it pass: lock, password, then the programming switch.

    On the uplink a valid PW behind the inner frame stands for PSW where authentication is on (§1.3). A wrong
    password is counted once and recorded (ERC20).
    """
    with terminal.ledger.transaction():
        wrong = terminal.access.check_password(call.channel, rank, *_passwords(terminal, call, order))
        if wrong is Refusal.PASSWORD:
            terminal.events.add(unauthenticated(order.password.encode().ljust(PW, b"\0"), call.msa))
    if wrong is not None:
        return Result.LOCKED if wrong is Refusal.LOCKED else Result.PASSWORD
    if switch and terminal.access.switch_closed(call.channel, call.arrived):
        return Result.SWITCH_CLOSED
    return None


def _passwords(terminal: Concentrator, call: Call, order: Order) -> tuple[bytes, ...]:
    own = order.password.encode()
    authenticated = terminal.parameters.value(Authentication).scheme != 0
    if order.pw is None or call.channel.local or not authenticated:
        return (own,)
    return (own, order.pw)
