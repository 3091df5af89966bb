"""The leaves of a point: values now and frozen, archive entry, a live reading (device behaviour 3.6).

Energies keep the digits of the meter, leading zeros too; other values stand as they were read.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from core.panel.sheets import Line, Sheet, Topic
from core.quantities import Peak, Quantity, Value
from core.terminal.archive import Meter, history_of
from core.terminal.concentrator import Concentrator
from core.terminal.readings import CURRENT_STAMP, Kind, Reading

NONE = "--"
FEET = {
    Quantity.FORWARD_ACTIVE: "kWh fwd",
    Quantity.REVERSE_ACTIVE: "kWh rev",
    Quantity.REACTIVE_1: "kvarh fwd",
    Quantity.REACTIVE_2: "kvarh rev",
    Quantity.FORWARD_ACTIVE_DEMAND: "kW max fwd",
    Quantity.REVERSE_ACTIVE_DEMAND: "kW max rev",
}
"""What a face shows of a moment, in this order, and in which unit."""
PRESENT = {
    **FEET,
    Quantity.VOLTAGE: "V",
    Quantity.CURRENT: "A",
    Quantity.CLOCK: "clock",
    Quantity.STATUS: "status",
}
PHASES = {Quantity.VOLTAGE: ("Ua", "Ub", "Uc"), Quantity.CURRENT: ("Ia", "Ib", "Ic", "In")}
ENERGIES = (
    Quantity.FORWARD_ACTIVE,
    Quantity.REVERSE_ACTIVE,
    Quantity.REACTIVE_1,
    Quantity.REACTIVE_2,
)
PROTOCOLS = {0: "not read", 1: "645-97", 30: "645-07"}
EVER = (datetime(2000, 1, 1), datetime(2100, 1, 1))
Points = Callable[[Concentrator, Meter, datetime], tuple[Sheet, ...]]


def _current(terminal: Concentrator, meter: Meter, since: datetime) -> tuple[Sheet, ...]:
    return tuple(_sheet("now", "", found, meter) for found in _present(terminal, meter))


def _present(terminal: Concentrator, meter: Meter) -> Iterator[Reading]:
    for quantity in PRESENT:
        found = terminal.readings.at(history_of(meter), Kind.CURRENT, CURRENT_STAMP, quantity)
        if found is not None:
            yield found


def _frozen(kind: Kind, title: str, pattern: str) -> Points:
    """Sheets of all slots of a store, newest first."""

    def sheets(terminal: Concentrator, meter: Meter, since: datetime) -> tuple[Sheet, ...]:
        slots: dict[datetime, list[Sheet]] = {}
        for quantity in FEET:
            for found in terminal.readings.between(history_of(meter), kind, quantity, *EVER):
                when = format(found.stamp, pattern)
                slots.setdefault(found.stamp, []).append(_sheet(title, when, found, meter))
        return tuple(sheet for stamp in sorted(slots, reverse=True) for sheet in slots[stamp])

    return sheets


def _sheet(title: str, when: str, found: Reading, meter: Meter) -> Sheet:
    read = Line("Read", f"{found.read_at:%m-%d %H:%M}", close=True)
    return Sheet(title, when, (read, *lines_of(found.quantity, found.value, meter)), PRESENT[found.quantity])


def lines_of(quantity: Quantity, value: Value, meter: Meter) -> tuple[Line, ...]:
    """Return a value as lines; parts that are not there are left out, missing ones show dashes."""
    if isinstance(value, datetime):
        return (Line("Clock", f"{value:%Y-%m-%d}"), Line("", f"{value:%H:%M:%S}"))
    if not isinstance(value, tuple):
        return (Line("", str(value)),)
    return tuple(line for place, part in enumerate(value) for line in _part(quantity, place, part, meter))


def _part(quantity: Quantity, place: int, part: object, meter: Meter) -> tuple[Line, ...]:
    match part:
        case Peak(value=value, at=at):
            label = _register(place)
            return (Line(label, _plain(value)), Line("at", NONE if at is None else f"{at:%m-%d %H:%M}"))
        case int():
            return (Line(f"Word {place + 1}", f"{part:04X}"),)
        case _:
            label = PHASES[quantity][place] if quantity in PHASES else _register(place)
            value = part if isinstance(part, Decimal) else None
            return (Line(label, _energy(value, meter) if quantity in ENERGIES else _plain(value)),)


def _register(place: int) -> str:
    return f"T{place}" if place else "Tot"


def _plain(value: Decimal | None) -> str:
    return NONE if value is None else str(value)


def _energy(value: Decimal | None, meter: Meter) -> str:
    if value is None:
        return NONE
    return f"{value:0{meter.integers + meter.decimals + 1}.{meter.decimals}f}"


def _archive(terminal: Concentrator, meter: Meter, since: datetime) -> tuple[Sheet, ...]:
    lines = (
        Line("Addr", meter.address),
        Line("No.", meter.asset),
        Line("Protocol", PROTOCOLS.get(meter.protocol, str(meter.protocol))),
        Line("Port", f"485_{meter.port} {meter.speed or ''}".rstrip()),
        Line("Class", f"{meter.major}/{meter.minor}"),
        Line("Key point", "yes" if meter.key else "no"),
    )
    return (Sheet("archive", lines=lines),)


def _read_now(terminal: Concentrator, meter: Meter, since: datetime) -> tuple[Sheet, ...]:
    """Say how the reading that was ordered at ``since`` stands, and show what it brought."""
    since = since.replace(microsecond=0)
    state = terminal.acquisition.meter_state(meter.point)
    asked = Line("Asked", f"{since:%H:%M:%S}")
    if state and state.last_ok and since <= state.last_ok <= since + timedelta(days=1):
        return (*_brought(terminal, meter, since), Sheet("live", lines=(asked, Line("Result", "ok"))))
    failed = state and state.last_failed and state.last_failed >= since
    result = state.reason if state and failed else "reading"
    return (Sheet("live", lines=(asked, Line("Result", result))),)


def _brought(terminal: Concentrator, meter: Meter, since: datetime) -> Iterator[Sheet]:
    """Energies first: of homes only yesterday's freeze is asked (6.2). Then what else there is."""
    now = [found for found in _present(terminal, meter) if found.read_at >= since]
    yield from (_sheet("now", "", found, meter) for found in now if found.quantity in FEET)
    for quantity in FEET:
        days = terminal.readings.between(history_of(meter), Kind.DAY, quantity, *EVER)
        if days and days[-1].read_at >= since:
            yield _sheet("day", f"{days[-1].stamp:%m-%d}", days[-1], meter)
    yield from (_sheet("now", "", found, meter) for found in now if found.quantity not in FEET)


POINTS: dict[Topic, Points] = {
    Topic.CURRENT: _current,
    Topic.DAY: _frozen(Kind.DAY, "day", "%m-%d"),
    Topic.READING_DAY: _frozen(Kind.READING_DAY, "rd-day", "%m-%d"),
    Topic.MONTH: _frozen(Kind.MONTH, "month", "%Y-%m"),
    Topic.HOUR: _frozen(Kind.HOUR, "hour", "%m-%d %H"),
    Topic.ARCHIVE: _archive,
    Topic.READ_NOW: _read_now,
}
