"""The guard at the door of every order that changes something (device behaviour 9.3)."""

from core.gdw376.refusals import Refusal
from core.gdw376.units.afn04 import Authentication
from core.service.afn00 import denied, refused
from core.service.order import Answer, Order
from core.terminal.access import Channel, Level
from core.terminal.concentrator import Concentrator
from core.terminal.events.erc20 import unauthenticated


def stopped(terminal: Concentrator, order: Order, level: Level) -> Answer | None:
    """Return the answer to an order that may not be done; ``None`` lets it pass.

    Unreadable content is denied before the password is looked at, so it costs no try. A wrong password is
    counted and recorded (ERC20) in one transaction.
    """
    if not order.readable or None in order.passwords:
        return denied()
    if _unchecked(terminal, order.channel):
        return None
    for pw in filter(None, order.passwords):
        if refusal := _check(terminal, order, level, pw):
            return refused(order.afn, order.items, refusal)
    return None


def _check(terminal: Concentrator, order: Order, level: Level, pw: bytes) -> Refusal | None:
    with terminal.ledger.transaction():
        refusal = terminal.access.check(order.channel, level, pw, order.arrived)
        if refusal is Refusal.PASSWORD:
            terminal.events.add(unauthenticated(pw, order.msa))
    return refusal


def _unchecked(terminal: Concentrator, channel: Channel) -> bool:
    """Towards the master PW is checked only if parameter F5 names a scheme (part A §2.4)."""
    return not channel.local and terminal.parameters.value(Authentication).scheme == 0
