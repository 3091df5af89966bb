"""Questions for the present state (part B §2.1)."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from core.errors import StoreError
from core.gdw376.message import Item
from core.gdw376.unit import Edition, Unit
from core.gdw376.units.afn0c import (
    EventCounters,
    EventFlags,
    MeterReadingInfo,
    MissingSegments,
    ParameterState,
    SegmentGroup,
    StatusInputs,
    TerminalClock,
    Traffic,
    UplinkPermissions,
    UplinkState,
)
from core.quantities import Quantity
from core.service import contents
from core.service.contents import (
    KINDS,
    MAXIMA,
    REGISTER_GROUPS,
    REGISTERS,
    Filling,
    Values,
    filled_up,
    passed,
    run,
    values_of,
)
from core.service.curves import HOURS, hour_values
from core.service.fitting import fitted, unit_of
from core.service.order import Answer, Order
from core.service.points import Point, Slot, each_point, month_before, point_of
from core.service.queries import answered_items
from core.service.reading import meter_info, meters_found, reading_state
from core.terminal.concentrator import Concentrator
from core.terminal.readings import Kind
from core.terminal.statistics import TRAFFIC

AFN = 0x0C
ALLOWED, PROHIBITED = 1, 2
_Q = Quantity


def serve(terminal: Concentrator, order: Order) -> Answer:
    """Answer what is known of the terminal and of its meters, without asking a meter (M38, M47)."""
    order = each_point(terminal, order)
    return answered_items(order, lambda item: _unit(terminal, item))


def _unit(terminal: Concentrator, item: Item) -> Unit | None:
    if item.pn:
        return _value(terminal, item.fn, item.pn)
    if isinstance(item.asked, SegmentGroup):
        return _segments(terminal, item.asked.group)
    return _state(terminal, item.fn)


def _segments(terminal: Concentrator, group: int) -> Unit | None:
    """F14 of 2012: what of a file is still to come, by groups of 1024 segments."""
    if terminal.identity.edition is not Edition.ADDED_2012:
        return None
    missing = terminal.download.segments.missing(group)
    return None if missing is None else MissingSegments(group, missing)


def _state(terminal: Concentrator, fn: int) -> Unit | None:
    return STATES[fn](terminal) if fn in STATES else None


def _clock(terminal: Concentrator) -> Unit:
    """Whole seconds; an invalid clock is "no value" (EEH)."""
    now = terminal.rtc.now()
    return TerminalClock(now.replace(microsecond=0) if now else None)


def _parameters(terminal: Concentrator) -> Unit:
    return ParameterState(terminal.parameters.set_functions)


def _uplink(terminal: Concentrator) -> Unit:
    reporting = ALLOWED if terminal.controls.reports_allowed else PROHIBITED
    calling = ALLOWED if terminal.controls.calls_allowed else PROHIBITED
    return UplinkState(UplinkPermissions(reporting, calling))


def _counters(terminal: Concentrator) -> Unit:
    return EventCounters(terminal.events.important, terminal.events.ordinary)


def _flags(terminal: Concentrator) -> Unit:
    return EventFlags(terminal.events.unread)


def _inputs(terminal: Concentrator) -> Unit:
    """CD is told once: reading clears it."""
    with suppress(StoreError):
        return StatusInputs(*terminal.inputs.read())
    return StatusInputs(terminal.inputs.state, terminal.inputs.changed)


def _traffic(terminal: Concentrator) -> Unit:
    count = terminal.statistics.present
    return Traffic(count(Kind.DAY, TRAFFIC), count(Kind.MONTH, TRAFFIC))


STATES: dict[int, Callable[[Concentrator], Unit | None]] = {
    2: _clock,
    3: _parameters,
    4: _uplink,
    7: _counters,
    8: _flags,
    9: _inputs,
    10: _traffic,
    11: reading_state,
    13: meters_found,
}
"""Functions of the terminal itself."""


UNKNOWN = "eeee"


def status(slot: Slot) -> Values | None:
    """F28: the words, and which of their bits changed since the master last asked (M59)."""
    reading = slot.reading(_Q.STATUS)
    if reading is None:
        return None
    now = [UNKNOWN if word is None else f"{word:04x}" for word in filled_up(values_of(reading), 7)]
    changed = _changed(slot.point, now)
    return (reading.read_at, changed, tuple(_word(int(word, 16)) for word in now))


def _word(bits: int) -> bytes:
    return bits.to_bytes(2, "little")


def _changed(point: Point, now: list[str]) -> tuple[bytes, ...]:
    """Compare with the words told before, and note these as told; a reading clears the flags."""
    history, ledger = point.history, point.terminal.ledger
    name, told = f"status.told.{history.point}", f"{history.address} {' '.join(now)}"
    address, *before = (ledger.fact(name) or told).split()
    if address != history.address:
        before = now
    with suppress(StoreError):  # the flags then show once more
        ledger.note(name, told, running=True)
    return tuple(_difference(old, new) for old, new in zip(before, now, strict=True))


def _difference(old: str, new: str) -> bytes:
    return _word(0 if UNKNOWN in (old, new) else int(old, 16) ^ int(new, 16))


def energy_today(quantity: Quantity) -> Callable[[Point, datetime], Values | None]:
    """F41 and its like: the present reading less what the day began with."""

    def fill(point: Point, now: datetime) -> Values | None:
        begun = point.slot(Kind.DAY, now.date() - timedelta(days=1)).reading(quantity)
        return _since(
            point, quantity, values_of(begun), now.replace(hour=0, minute=0, second=0, microsecond=0)
        )

    return fill


def energy_this_month(quantity: Quantity) -> Callable[[Point, datetime], Values | None]:
    """F45 and its like: the present reading less what the month began with."""

    def fill(point: Point, now: datetime) -> Values | None:
        first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        begun = point.slot(Kind.MONTH, month_before(now.date())).reading(quantity)
        begun = begun or point.slot(Kind.DAY, first.date() - timedelta(days=1)).reading(quantity)
        return _since(point, quantity, values_of(begun), first)

    return fill


def _since(point: Point, quantity: Quantity, begun: Any, first: datetime) -> Values | None:
    """Nothing as long as the present reading is older than the period."""
    present = point.now().reading(quantity)
    if present is None or present.read_at < first:
        return None
    return passed(begun, values_of(present), point.ratio)


PRESENT: dict[int, Filling] = {
    25: contents.phases,
    26: contents.phase_losses,
    27: contents.clock_and_operations,
    28: status,
    **run(33, REGISTER_GROUPS),
    **run(129, REGISTERS),
    **run(145, MAXIMA),
    161: contents.relay,
    162: contents.clocks,
    165: contents.counts(_Q.PROGRAMMINGS, _Q.TAIL_COVERS),
    166: contents.counts(_Q.CLOCK_SETTINGS, _Q.PERIOD_CHANGES),
    167: contents.prepayment,
    168: contents.settlement,
}
"""Functions answered from the newest values."""
CHANGED_2012: dict[int, Filling] = {166: contents.parameter_changes_2012}
"""Functions whose content is another one in 2012."""
LAST_MONTH: dict[int, Filling] = {**run(37, REGISTER_GROUPS), **run(137, REGISTERS), **run(149, MAXIMA)}
"""Functions answered from the freeze of the last month."""
SINCE: dict[int, Callable[[Point, datetime], Values | None]] = {
    **{41 + index: energy_today(quantity) for index, quantity in enumerate(KINDS)},
    **{45 + index: energy_this_month(quantity) for index, quantity in enumerate(KINDS)},
}
"""Functions that need two readings."""


def _value(terminal: Concentrator, fn: int, pn: int) -> Unit | None:
    if fn == MeterReadingInfo.meaning.fn:
        return meter_info(terminal, pn)
    kind, point = unit_of(terminal, AFN, fn), point_of(terminal, pn)
    if kind is None or point is None:
        return None
    values = _values(point, fn, terminal.rtc.now())
    return fitted(kind, values) if values else None


def _values(point: Point, fn: int, now: datetime | None) -> Values | None:
    """Fields of a unit; while the clock is invalid there is no today and no last month."""
    if fn in PRESENT:
        new = point.terminal.identity.edition is Edition.ADDED_2012
        return ((new and CHANGED_2012.get(fn)) or PRESENT[fn])(point.now())
    if now is None:
        return None
    if fn in LAST_MONTH:
        return LAST_MONTH[fn](point.slot(Kind.MONTH, month_before(now.date())))
    if fn in SINCE:
        return SINCE[fn](point, now)
    return hour_values(point, fn, now) if fn in HOURS else None
