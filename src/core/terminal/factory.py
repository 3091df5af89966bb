"""Which parameters this model keeps, and what they are before anybody sets them (device behaviour part 10).

What part 10 leaves open is 0, empty or "no value". Not kept, so denied: radio forwarding, pulse, analogue and
DC inputs' scales, load control, cascading, capacitors, harmonics - this model has none of that (2.1).
"""

from datetime import time
from decimal import Decimal
from ipaddress import IPv4Address
from typing import Any

from core.gdw376.catalogue import unit_class
from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import (
    ApnUser,
    Authentication,
    ConfirmedServices,
    CurrentLimit,
    DisplayNumber,
    EventMasks,
    FactorLimits,
    GroupAddresses,
    KeyMeters,
    MasterStation,
    MeterArchive,
    MeterThresholds,
    ModulePorts,
    PhoneNumbers,
    PointBasics,
    PointLimits,
    PortReading,
    PowerLimit,
    ReadingControl,
    ReadingParameters,
    ReadingStopped,
    Retry,
    StatusInputSetup,
    TariffPeriods,
    TariffPrices,
    TerminalAddress,
    TerminalIp,
    TotalGroups,
    UnbalanceLimit,
    UplinkMode,
    UplinkPort,
    VoltageLimit,
    Window,
    Wiring,
    WorkMode,
)
from core.wire.times import DayTime

NOWHERE = IPv4Address(0)
ALWAYS, CLIENT, TCP = 1, 1, 0
VALID_EVENTS = frozenset({*range(1, 5), 8, *range(12, 15), 20, 21, 24, *range(27, 34), 35})
IMPORTANT_EVENTS = frozenset({2, 4, 8, 14, 20, 21, 27, *range(29, 33), 35})
METER_PORTS = (1, 2, 3)
"""Ports of F10 and F33: 485_1 to 485_3."""
TARIFFS = 4
SINGLE_PHASE = 3
LARGEST_POINT = 2040
TASKS_OF_A_CLASS = 64
EVERY_DAY = 0


def _kind(fn: int) -> type[Any]:
    found = unit_class(0x04, fn)
    assert found is not None, fn
    return found


def _of_port(port: int) -> PortReading:
    """Every day at 00:05, present values every hour, clock broadcast at 01:30. A.19 has no 24:00."""
    return PortReading(
        port, ReadingControl(False, False, False, True, False, True), frozenset(range(1, 32)), time(0, 5), 60,
        DayTime(EVERY_DAY, 1, 30), (Window(time(0), time(23, 59)),),
    )  # fmt: skip


FACTORY: tuple[Unit, ...] = (
    UplinkPort(0, 0, Retry(30, 3), ConfirmedServices(False, False, True), 15),
    MasterStation(NOWHERE, 0, NOWHERE, 0, "CMNET"),
    PhoneNumbers("", ""),
    Authentication(0, 0),
    GroupAddresses((0,) * 8),
    TerminalIp(NOWHERE, NOWHERE, NOWHERE, 0, NOWHERE, 0, 0, "", "", 0),
    UplinkMode(WorkMode(ALWAYS, CLIENT, TCP), 60, 3, 5, frozenset(range(24))),
    EventMasks(VALID_EVENTS, IMPORTANT_EVENTS),
    StatusInputSetup(frozenset({1, 2}), frozenset({1, 2})),
    ApnUser("CARD", "CARD"),
    TariffPeriods((0,) * 48, TARIFFS),
    TariffPrices((Decimal(0),) * TARIFFS),
    KeyMeters(()),
    _kind(36)(0),
    _kind(57)(frozenset()),
    _kind(58)(0),
    MeterThresholds(Decimal("1.5"), Decimal("9.9"), 1, 5),
    _kind(61)(frozenset()),
    TerminalAddress("1122", 0x3344),
)
"""The terminal's own. A.22 of F59 carries 9.9 at most, so "runs too fast" cannot be the 10 of part 10."""

POINT_FACTORY: tuple[Unit, ...] = (
    PointBasics(1, 1, Decimal("220.0"), Decimal("5.0"), Decimal("1.1000"), Wiring(SINGLE_PHASE, 0)),
    PointLimits(
        Decimal("242.0"), Decimal("198.0"), None,
        VoltageLimit(None, 0, None), VoltageLimit(Decimal("176.0"), 0, None),
        CurrentLimit(None, 0, None), CurrentLimit(None, 0, None), CurrentLimit(None, 0, None),
        PowerLimit(None, 0, None), PowerLimit(None, 0, None),
        UnbalanceLimit(None, 0, None), UnbalanceLimit(None, 0, None), 0,
    ),
    FactorLimits(None, None),
    DisplayNumber(""),
    ReadingStopped(0),
)  # fmt: skip
"""Of every archived measuring point. No limit is ``None``; F29 is the meter's address unless set (Q23)."""

TASK_KINDS: tuple[type[Unit], ...] = tuple(_kind(fn) for fn in (65, 66, 67, 68))
"""Of tasks 1 to 64; a task that was never set is not there."""

LIST_FACTORY: tuple[Unit, ...] = (
    MeterArchive(()),
    TotalGroups(()),
    ReadingParameters(tuple(_of_port(port) for port in METER_PORTS)),
    ModulePorts(()),
)
"""Lists by number: what is set is merged into them record by record."""

ITEM_SET_KINDS: tuple[type[Unit], ...] = (_kind(38), _kind(39))
"""Which items are collected, by major and minor class; empty until set."""

DEFAULTS: dict[int, Unit] = {unit.meaning.fn: unit for unit in FACTORY}
POINT_DEFAULTS: dict[int, Unit] = {unit.meaning.fn: unit for unit in POINT_FACTORY}
FACTORY_VALUES: dict[int, Unit] = {
    unit.meaning.fn: unit for unit in (*FACTORY, *POINT_FACTORY, *LIST_FACTORY)
}
KINDS: dict[int, type[Unit]] = {
    kind.meaning.fn: kind
    for kind in (*map(type, (*FACTORY, *POINT_FACTORY, *LIST_FACTORY)), *TASK_KINDS, *ITEM_SET_KINDS)
}
"""All parameters of this model, by Fn."""


def offers(fn: int, pn: int) -> bool:
    """Tell whether this model has F``fn`` for that Pn."""
    if fn in POINT_DEFAULTS:
        return 1 <= pn <= LARGEST_POINT
    if any(kind.meaning.fn == fn for kind in TASK_KINDS):
        return 1 <= pn <= TASKS_OF_A_CLASS
    return pn == 0 and fn in KINDS
