"""Control commands (part A §8)."""

from collections.abc import Callable
from functools import partial

from core.gdw376.refusals import Refusal
from core.gdw376.unit import Unit
from core.gdw376.units.afn05 import AllowReports, ConnectMaster, DisconnectMaster, ForbidReports, SetClock
from core.service.afn00 import confirmed, denied, refused
from core.service.guard import stopped
from core.service.order import Answer, Order
from core.terminal.access import Level
from core.terminal.concentrator import Concentrator
from core.terminal.rtc import EARLIEST, LATEST

Deed = Callable[[], None]
OFFERED = frozenset({SetClock, AllowReports, ForbidReports, ConnectMaster, DisconnectMaster})
"""Commands of this model; it has no control outputs, no load control and no PLC (device behaviour 2.2)."""


def serve(terminal: Concentrator, order: Order) -> Answer:
    """Do all commands of the message, or none."""
    if any(
        item.pn != 0 or (item.value is not None and type(item.value) not in OFFERED) for item in order.items
    ):
        return denied()
    if answer := stopped(terminal, order, Level.OPERATE):
        return answer
    deeds = [(item, _deed(terminal, item.value)) for item in order.items]
    if bad := [item for item, deed in deeds if deed is None]:
        return refused(order.afn, bad, Refusal.VALUE)
    with terminal.ledger.transaction():
        for _, deed in deeds:
            if deed:
                deed()
    return confirmed()


def _deed(terminal: Concentrator, command: Unit | None) -> Deed | None:
    """Return what the command asks for, ``None`` when its content is not acceptable."""
    match command:
        case SetClock(time=moment) if moment is not None and EARLIEST <= moment < LATEST:
            return partial(terminal.rtc.set, moment)
        case AllowReports() | ForbidReports():
            return partial(terminal.controls.allow_reports, isinstance(command, AllowReports))
        case ConnectMaster() | DisconnectMaster():
            return partial(terminal.controls.want_connection, isinstance(command, ConnectMaster))
        case _:
            return None
