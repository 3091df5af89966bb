"""The text a meter of a readout library shows: the dialect the other way round (meter protocols §5.3).

The values come from a store in the common vocabulary, so that one store can play every family.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from core.meters.iec62056.dialects import Dialect, Registers
from core.meters.library.contents import Store
from core.quantities import Count, Peak, PhaseLoss, Quantity, Value

NEVER = "00-00-00 00:00"
NOTHING = "----"
PERIODS = 2
"""Ended billing periods that are shown."""


def sheet(dialect: Dialect, store: Store, number: str) -> str:
    """Return all lines and the mark of their end; what the store does not have is not shown."""
    lines = [*_heading(dialect, store, number), *_registers(dialect, store), *_phases(dialect, store)]
    lines += _counters(dialect, store)
    return "".join(f"{line}\r\n" for line in [*lines, "!"])


def _heading(dialect: Dialect, store: Store, number: str) -> Iterator[str]:
    if dialect.error:
        yield f"{dialect.error}(00000000)"
    if dialect.number:
        yield f"{dialect.number}({number})"
    clock = store(Quantity.CLOCK, 0)
    if isinstance(clock, datetime) and dialect.clock:
        yield f"{dialect.clock}({clock:%H:%M:%S})"
        yield f"{dialect.date}({clock:%y-%m-%d})"
    resets = store(Quantity.DEMAND_CLEARS, 0)
    if dialect.resets and isinstance(resets, Count):
        yield f"{dialect.resets}({resets.times or 0:02d})"
        yield from (f"{dialect.resets}*{index:02d}({_stamp(end)})" for _, index, end in _periods(store))


def _periods(store: Store) -> Iterator[tuple[int, int, datetime | None]]:
    """How many months back, the index of the reset that ended the period, and when that was."""
    resets, clock = store(Quantity.DEMAND_CLEARS, 0), store(Quantity.CLOCK, 0)
    if not isinstance(resets, Count):
        return
    end = clock.replace(day=1, hour=0, minute=0, second=0) if isinstance(clock, datetime) else None
    for back in range(1, PERIODS + 1):
        yield back, ((resets.times or 0) - back + 1) % 100, resets.at if back == 1 and resets.at else end
        end = (end - timedelta(days=1)).replace(day=1) if end else None


def _registers(dialect: Dialect, store: Store) -> Iterator[str]:
    columns = [("", 0), *((f"*{index:02d}", back) for back, index, _ in _periods(store))]
    for quantity, (row, *_) in dialect.registers.items():
        for mark, back in columns:
            value = store(quantity, back)
            for place, one in enumerate(value if isinstance(value, tuple) else ()):
                yield f"{_code(dialect, row, place)}{mark}{_register(one, row.unit)}"


def _code(dialect: Dialect, row: Registers, place: int) -> str:
    return f"{row.rates}{dialect.rate(place)}" if place else row.total


def _register(one: Any, unit: str) -> str:
    if isinstance(one, Peak):
        return f"({_digits(one.value)}*{unit})({_stamp(one.at)})"
    return f"({_digits(one)}*{unit})"


def _phases(dialect: Dialect, store: Store) -> Iterator[str]:
    for quantity, row in dialect.phases.items():
        value: Value | None = store(quantity, 0)
        for code, one in zip(row.codes, value if isinstance(value, tuple) else (), strict=False):
            if code and one is not None:
                yield f"{code}({_digits(one)}{'*' if row.unit else ''}{row.unit})"


def _counters(dialect: Dialect, store: Store) -> Iterator[str]:
    done, battery = store(Quantity.PROGRAMMINGS, 0), store(Quantity.BATTERY, 0)
    if isinstance(done, Count) and dialect.programmings:
        yield f"{dialect.programmings[0]}({done.times:08d})"
        if len(dialect.programmings) > 1:
            yield f"{dialect.programmings[-1]}({_stamp(done.at)})"
    if isinstance(battery, int) and dialect.battery:
        yield f"{dialect.battery}({battery // 60:08d})"
    losses = store(Quantity.PHASE_LOSSES, 0)
    for code, loss in zip(dialect.losses, losses if isinstance(losses, tuple) else (), strict=False):
        if isinstance(loss, PhaseLoss) and loss.times is not None:
            yield f"{code}({loss.times:08d})"


def _digits(value: Any) -> str:
    return NOTHING if not isinstance(value, Decimal) else f"{value:f}"


def _stamp(moment: datetime | None) -> str:
    return NEVER if moment is None else moment.strftime("%y-%m-%d %H:%M")
