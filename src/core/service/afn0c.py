"""Questions for the present state (part B §2.1)."""

from collections.abc import Callable

from core.gdw376.unit import Unit
from core.gdw376.units.afn0c import (
    EventCounters,
    EventFlags,
    ParameterState,
    TerminalClock,
    Traffic,
    UplinkPermissions,
    UplinkState,
)
from core.service.order import Answer, Order
from core.service.queries import answered
from core.terminal.concentrator import Concentrator

ALLOWED, PROHIBITED = 1, 2


def serve(terminal: Concentrator, order: Order) -> Answer:
    """Answer what of the terminal's state is known."""
    return answered(order, lambda fn, pn: STATES[fn](terminal) if pn == 0 and fn in STATES else None)


def _clock(terminal: Concentrator) -> Unit:
    """Whole seconds; an invalid clock is "no value" (EEH)."""
    now = terminal.rtc.now()
    return TerminalClock(now.replace(microsecond=0) if now else None)


def _parameters(terminal: Concentrator) -> Unit:
    return ParameterState(terminal.parameters.set_functions)


def _uplink(terminal: Concentrator) -> Unit:
    reporting = ALLOWED if terminal.controls.reports_allowed else PROHIBITED
    return UplinkState(UplinkPermissions(reporting, ALLOWED))


def _counters(terminal: Concentrator) -> Unit:
    return EventCounters(terminal.events.important, terminal.events.ordinary)


def _flags(terminal: Concentrator) -> Unit:
    return EventFlags(terminal.events.unread)


def _traffic(terminal: Concentrator) -> Unit:
    return Traffic(terminal.traffic.today, terminal.traffic.month)


STATES: dict[int, Callable[[Concentrator], Unit]] = {
    2: _clock,
    3: _parameters,
    4: _uplink,
    7: _counters,
    8: _flags,
    10: _traffic,
}
