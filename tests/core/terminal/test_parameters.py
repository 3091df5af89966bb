from dataclasses import replace
from datetime import time
from decimal import Decimal
from ipaddress import IPv4Address
from typing import TypeVar

import pytest

from core.errors import EncodeError
from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import (
    ITEM_SETS,
    Authentication,
    KeyMeters,
    MasterStation,
    MeterThresholds,
    MeterThresholds2012,
    ModulePort,
    ModulePorts,
    PointLimits,
    ReadingControl,
    ReadingParameters,
    ReadingStopped,
    SerialControl,
    TariffPeriods,
    TerminalAddress,
    TerminalIp,
    UplinkMode,
    UplinkPort,
    Window,
)
from core.terminal.factory import DEFAULTS, FACTORY, LIST_FACTORY, POINT_FACTORY
from core.terminal.ledger import Ledger, ParameterKept
from core.terminal.parameters import Parameters
from core.terminal.setting import Setting
from core.wire.times import DayTime
from tests.core.concentrators import Shelf

U = TypeVar("U", bound=Unit)
STATION = MasterStation(IPv4Address("10.20.30.40"), 8001, IPv4Address(0), 0, "cmiot")


def test_factory_state_is_part_ten():
    """Defaults of part 10, and all of them can travel."""
    parameters = Parameters(Ledger(Shelf()))
    own = {1, *range(3, 10), 12, 16, 21, 22, 35, 36, 57, 58, 59, 61, 89}
    assert {unit.meaning.fn for unit in FACTORY} == own
    assert {unit.meaning.fn for unit in POINT_FACTORY} == {25, 26, 28, 29, 30}
    assert {unit.meaning.fn for unit in LIST_FACTORY} == {10, 14, 33, 34}
    for unit in (*FACTORY, *POINT_FACTORY, *LIST_FACTORY):
        assert type(unit).decode(unit.encode()) == unit
        assert parameters.value(type(unit), 7 if unit in POINT_FACTORY else 0) == unit
    assert parameters.value(MasterStation).apn == "CMNET"
    assert parameters.value(UplinkPort).heartbeat == 15
    assert parameters.set_functions == frozenset()


def test_written_values_survive_and_are_marked_as_set():
    """What was written is there after a restart (M129), and 0C F3 knows it."""
    shelf = Shelf()
    assert Parameters(Ledger(shelf)).write([STATION]) == (Setting(STATION),)
    again = Parameters(Ledger(shelf))
    assert again.value(MasterStation) == STATION
    assert again.set_functions == {3}
    assert again.write([STATION]) == ()


def factory(kind: type[U]) -> U:
    return next(unit for unit in FACTORY if isinstance(unit, kind))


PORT = Parameters(Ledger(Shelf())).value(ReadingParameters).ports[0]


@pytest.mark.parametrize(
    "unit",
    [
        replace(STATION, apn="a" * 17),
        replace(STATION, main_port=70000),
        TerminalAddress("1122", 0),
        TerminalAddress("1122", 0xFFFF),
        replace(factory(UplinkPort), heartbeat=61),
        replace(factory(UplinkPort), heartbeat=0),
        Authentication(255, 0),
        replace(factory(TerminalIp), proxy=4),
        replace(factory(UplinkMode), mode=replace(factory(UplinkMode).mode, online=0)),
        TariffPeriods((0,) * 47 + (4,), 4),
        MeterThresholds(Decimal("0.0"), Decimal("9.9"), 1, 5),
        MeterThresholds(Decimal("1.5"), None, 1, 5),
        MeterThresholds(Decimal("1.5"), Decimal("9.9"), 1, 61),
        MeterThresholds2012(Decimal("1.5"), Decimal("9.9"), 1, 300),
        KeyMeters(tuple(range(1, 22))),
        KeyMeters((1, 2, 1)),
        ReadingParameters((replace(PORT, port=4),)),
        ReadingParameters((replace(PORT, interval=0),)),
        ReadingParameters((replace(PORT, time=None),)),
        ReadingParameters((replace(PORT, windows=(Window(None, time(8)),)),)),
        ModulePorts((ModulePort(31, SerialControl(3, 0, True, 0, 3), 2400),)),
        ITEM_SETS[0].from_json({"major": 16, "minors": []}),
    ],
)
def test_one_bad_unit_keeps_all_from_being_written(unit: Unit):
    """Several units are one transaction: all or nothing, and the culprit is named."""
    shelf = Shelf()
    parameters = Parameters(Ledger(shelf))
    with pytest.raises(EncodeError, match=unit.meaning.code):
        parameters.write([STATION, unit])
    assert parameters.set_functions == frozenset()
    assert shelf.writes == 0


def test_restoring_can_spare_functions():
    """Factory values come back for all but the named Fn."""
    parameters = Parameters(Ledger(Shelf()))
    parameters.write([STATION, TerminalAddress("1122", 0x7788)])
    parameters.restore(keep=frozenset({89}))
    assert parameters.value(MasterStation) == DEFAULTS[3]
    assert parameters.value(TerminalAddress).terminal == 0x7788


def test_unreadable_values_are_given_up():
    """A kept value that fails its check falls back to the factory value and is named."""
    ledger = Ledger(Shelf())
    ledger.put(ParameterKept(3, 0, b"short"), ParameterKept(200, 0, b"?"))
    parameters = Parameters(ledger)
    assert parameters.give_up_unreadable() == {(3, 0), (200, 0)}
    assert parameters.value(MasterStation) == DEFAULTS[3]


def test_other_points_and_functions_are_not_there():
    """Each parameter belongs to the terminal, to points or to tasks, and to nothing else."""
    parameters = Parameters(Ledger(Shelf()))
    assert parameters.at(3, 0) is not None
    assert parameters.at(3, 1) is None
    assert parameters.at(25, 0) is None
    assert parameters.at(25, 1) is None
    assert parameters.at(10, 1) is None
    assert parameters.at(65, 65) is None
    for wrong in (Setting(STATION, 1), Setting(ReadingStopped(1), 2041), Setting(ReadingStopped(1))):
        with pytest.raises(EncodeError, match="no such parameter"):
            parameters.write([wrong])


def test_defaults_of_reading_are_part_ten():
    """M102, M103: every day at 00:05, each hour, clock broadcast at 01:30, all day, control 0,0,0,1,0,1."""
    parameters = Parameters(Ledger(Shelf()))
    for port in parameters.value(ReadingParameters).ports:
        assert (port.days, port.time, port.interval) == (frozenset(range(1, 32)), time(0, 5), 60)
        assert (port.clock_at, port.windows) == (DayTime(0, 1, 30), (Window(time(0), time(23, 59)),))
        assert port.control == ReadingControl(False, False, False, True, False, True)
    thresholds = parameters.value(MeterThresholds)
    assert (str(thresholds.over), str(thresholds.fast), thresholds.stop, thresholds.clock) == (
        "1.5",
        "9.9",
        1,
        5,
    )
    limits = parameters.value(PointLimits, 1)
    assert (str(limits.high), str(limits.low), str(limits.lower_voltage.limit)) == ("242.0", "198.0", "176.0")
    assert parameters.value(KeyMeters).serials == ()


def test_asking_decodes_only_once():
    """Between two changes the same object is answered; a change of something else costs no decoding."""
    parameters = Parameters(Ledger(Shelf()))
    parameters.write([STATION])
    before = parameters.value(MasterStation)
    assert parameters.value(MasterStation) is before
    assert parameters.at(3) is before
    parameters.write([KeyMeters((1,))])
    assert parameters.value(MasterStation) is before
    parameters.write([replace(STATION, main_port=1)])
    assert parameters.value(MasterStation).main_port == 1
