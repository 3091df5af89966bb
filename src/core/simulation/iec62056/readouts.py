"""The readout of a meter in either dialect: the lines of a ZxD with the contents of the physics."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.meters.iec62056.dialects import OBIS, Dialect, Registers
from core.quantities import Peak, Quantity
from core.simulation.physics.instant import Phase, kilo, tenths, thousandths
from core.simulation.physics.operations import Operation
from core.simulation.shown import DEMANDS, ENERGIES, HALF_MINUTE, Shown

Q = Quantity
NEVER = "00-00-00 00:00"
BATTERY_HOURS = 1200
INSTALLATION_MONTH = 12
"""Months of a year, for counting resets."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a readout shows beyond the values."""

    dialect: Dialect = OBIS
    billings: int = 2
    """Billing periods shown, newest first."""
    calendar_lost: bool = False
    strange: tuple[str, ...] = ()
    """Further lines, as meters of other makes show them."""
    garbage: bool = False
    """Values are no digits."""


def readout(shown: Shown, look: Look, number: str, now: datetime) -> str:
    """Return all lines and the mark of their end."""
    lines = [*_heading(shown, look, number, now), *_counted(shown, look, now)]
    lines += [*_instants(shown, look, now), *_counters(shown, look.dialect), *look.strange]
    if look.garbage:
        lines = [line.replace("0", "?") for line in lines]
    return "".join(f"{line}\r\n" for line in [*lines, "!"])


def resets(shown: Shown, now: datetime) -> int:
    """Return how often the billing period was ended since the meter was put up, two digits."""
    start = shown.meter.registers.start
    reached = shown.meter.timepiece.reached(now)
    return (INSTALLATION_MONTH * (reached.year - start.year) + reached.month - start.month) % 100


def _heading(shown: Shown, look: Look, number: str, now: datetime) -> Iterator[str]:
    dialect, clock = look.dialect, shown.clock(now)
    yield f"{dialect.error}(00000000)"
    yield f"{dialect.number}({number})"
    yield f"{dialect.clock}({'00:00:00' if look.calendar_lost else clock.strftime('%H:%M:%S')})"
    yield f"{dialect.date}({'00-00-00' if look.calendar_lost else clock.strftime('%y-%m-%d')})"
    yield f"{dialect.resets}({resets(shown, now):02d})"
    for index, _, end in _periods(shown, look, now):
        passed = shown.meter.timepiece.shown(end) + HALF_MINUTE
        yield f"{dialect.resets}*{index:02d}({_stamp(passed)})"


def _periods(shown: Shown, look: Look, now: datetime) -> Iterator[tuple[int, datetime, datetime]]:
    """Index, begin and end of the ended billing periods, newest first."""
    newest = resets(shown, now)
    for back in range(1, look.billings + 1):
        period = shown.meter.period(back, now)
        if period is None:
            return
        yield (newest - back + 1) % 100, *period


def _counted(shown: Shown, look: Look, now: datetime) -> Iterator[str]:
    """Energies, then demands: the present value and those of billing periods, by register."""
    periods = list(_periods(shown, look, now))
    for quantity, kind in ENERGIES.items():
        columns = [("", shown.energies(kind, now))]
        columns += [(f"*{index:02d}", shown.energies(kind, end)) for index, _, end in periods]
        for row in look.dialect.registers.get(quantity, ())[:1]:
            yield from _columns(look.dialect, row, [(mark, map(_energy, col)) for mark, col in columns])
    present = shown.meter.period(0, now) or (shown.meter.registers.start, now)
    for quantity, kind in DEMANDS.items():
        spans = [("", shown.peaks(kind, *present))]
        spans += [(f"*{index:02d}", shown.peaks(kind, begin, end)) for index, begin, end in periods]
        for row in look.dialect.registers.get(quantity, ())[:1]:
            yield from _columns(
                look.dialect, row, [(mark, [_peak(one, row.unit) for one in col]) for mark, col in spans]
            )


def _columns(dialect: Dialect, row: Registers, columns: list[tuple[str, Iterable[str]]]) -> Iterator[str]:
    """Lines by code, each with its history behind it."""
    texts = [(mark, list(column)) for mark, column in columns]
    for tariff in range(len(texts[0][1])):
        code = f"{row.rates}{dialect.rate(tariff)}" if tariff else row.total
        for mark, column in texts:
            value = column[tariff]
            yield f"{code}{mark}{value}" if "(" in value else f"{code}{mark}({value}*{row.unit})"


def _energy(value: Decimal) -> str:
    return f"{value:09.2f}"


def _peak(peak: Peak, unit: str) -> str:
    return f"({peak.value:08.4f}*{unit})({_stamp(peak.at)})"


def _stamp(moment: datetime | None) -> str:
    return NEVER if moment is None else moment.strftime("%y-%m-%d %H:%M")


def _instants(shown: Shown, look: Look, now: datetime) -> Iterator[str]:
    instant = shown.meter.instant(now)
    phases = instant.phases
    both = (instant.total, *phases)
    values = {
        Q.VOLTAGE: [f"{tenths(phase.voltage):05.1f}*V" for phase in phases],
        Q.CURRENT: [f"{thousandths(abs(phase.current)):07.3f}*A" for phase in phases],
        Q.ACTIVE_POWER: [f"{kilo(phase.active):08.4f}*kW" for phase in both],
        Q.REACTIVE_POWER: [f"{kilo(phase.reactive):08.4f}*kvar" for phase in both],
        Q.POWER_FACTOR: [_factor(phase) for phase in both],
    }
    for quantity, row in look.dialect.phases.items():
        for code, value in zip(row.codes, values[quantity], strict=False):
            if code:
                yield f"{code}({value})"


def _factor(phase: Phase) -> str:
    return f"{thousandths(phase.factor):05.3f}"


def _counters(shown: Shown, dialect: Dialect) -> Iterator[str]:
    journal = shown.meter.journal
    last = journal.last(Operation.PROGRAMMING)
    yield f"{dialect.programmings[0]}({journal.times(Operation.PROGRAMMING):08d})"
    yield f"{dialect.programmings[-1]}({_stamp(last.shown if last else None)})"
    yield f"{dialect.battery}({BATTERY_HOURS:08d})"
    by_phase = [sum(loss.phase == phase for loss in shown.meter.losses) for phase in range(3)]
    for code, count in zip(dialect.losses, (sum(by_phase), *by_phase), strict=True):
        yield f"{code}({count:08d})"
