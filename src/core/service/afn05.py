"""Control commands (part A §8)."""

from collections.abc import Callable
from functools import partial

from core.gdw376.catalogue import unit_class
from core.gdw376.refusals import Refusal
from core.gdw376.unit import Unit
from core.gdw376.units.afn05 import (
    AllowReports,
    ConnectMaster,
    DisconnectMaster,
    ForbidReports,
    MeterClockSetting,
    OfPort,
    SetClock,
)
from core.service.afn00 import confirmed, denied, refused
from core.service.guard import stopped
from core.service.order import Answer, Order
from core.terminal.access import Level
from core.terminal.concentrator import Concentrator
from core.terminal.factory import METER_PORTS
from core.terminal.rtc import EARLIEST, LATEST

Deed = Callable[[], None]
AFN = 0x05
PAUSE, RESUME, AGAIN, DELETE, STOP_SEARCH = 49, 50, 51, 53, 58
"""Fn of the commands about reading the meters of a port."""
ALLOW_CALLS, FORBID_CALLS = 27, 35
"""Fn about voice calls with the master."""
ABOUT_CALLS = frozenset(filter(None, (unit_class(AFN, fn) for fn in (ALLOW_CALLS, FORBID_CALLS))))
ABOUT_READING = frozenset(
    filter(None, (unit_class(AFN, fn) for fn in (PAUSE, RESUME, AGAIN, DELETE, STOP_SEARCH)))
)
OFFERED = ABOUT_READING | ABOUT_CALLS | {
    SetClock, AllowReports, ForbidReports, ConnectMaster, DisconnectMaster, MeterClockSetting,
}  # fmt: skip
"""Commands of this model; it has no control outputs, no load control and no PLC (device behaviour 2.2)."""


def serve(terminal: Concentrator, order: Order) -> Answer:
    """Do all commands of the message, or none."""
    if any(
        item.pn != 0 or (item.value is not None and type(item.value) not in OFFERED) for item in order.items
    ):
        return denied()
    level = Level.SET if any(item.fn == DELETE for item in order.items) else Level.OPERATE
    if answer := stopped(terminal, order, level):
        return answer
    deeds = [(item, _deed(terminal, item.value, order.msa)) for item in order.items]
    if bad := [item for item, deed in deeds if deed is None]:
        return refused(order.afn, bad, Refusal.VALUE)
    with terminal.ledger.transaction():
        for _, deed in deeds:
            if deed:
                deed()
    return confirmed()


def _deed(terminal: Concentrator, command: Unit | None, msa: int) -> Deed | None:
    """Return what the command asks for, ``None`` when its content is not acceptable."""
    match command:
        case SetClock(time=moment) if moment is not None and EARLIEST <= moment < LATEST:
            return partial(terminal.rtc.set, moment)
        case AllowReports() | ForbidReports():
            return partial(_allow_reports, terminal, isinstance(command, AllowReports))
        case ConnectMaster():
            return terminal.uplink.wake
        case DisconnectMaster():
            return terminal.uplink.drop
        case Unit() if type(command) in ABOUT_CALLS:
            return partial(terminal.controls.allow_calls, command.meaning.fn == ALLOW_CALLS)
        case _:
            return _reading_deed(terminal, command, msa) if command else None


def _allow_reports(terminal: Concentrator, allowed: bool) -> None:
    terminal.controls.allow_reports(allowed)
    terminal.uplink.rouse()


def _reading_deed(terminal: Concentrator, command: Unit, msa: int) -> Deed | None:
    """Return what a command about reading meters asks for."""
    acquisition = terminal.acquisition
    match command:
        case MeterClockSetting(on=on):
            return partial(acquisition.allow_meter_clocks, bool(on))
        case OfPort(port=port) if port in METER_PORTS:
            return {
                PAUSE: partial(acquisition.pause, port),
                RESUME: partial(acquisition.resume, port),
                AGAIN: partial(acquisition.read_now, port),
                DELETE: partial(_delete_meters, terminal, port, msa),
            }.get(command.meaning.fn)
        case _:
            return partial(_stop_search, terminal) if command.meaning.fn == STOP_SEARCH else None


def _delete_meters(terminal: Concentrator, port: int, msa: int) -> None:
    """Empty the archive of a port, as a set of F10 would."""
    if clearing := terminal.archive.clearing(port):
        terminal.configure([clearing], msa)


def _stop_search(terminal: Concentrator) -> None:
    for port in METER_PORTS:
        terminal.acquisition.stop_search(port)
