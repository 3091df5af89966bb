from dataclasses import replace
from ipaddress import IPv4Address
from typing import TypeVar

import pytest

from core.errors import EncodeError
from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import (
    Authentication,
    MasterStation,
    TerminalAddress,
    TerminalIp,
    UplinkMode,
    UplinkPort,
)
from core.terminal.factory import DEFAULTS, FACTORY, LIST_FACTORY, POINT_FACTORY
from core.terminal.ledger import Ledger, ParameterKept
from core.terminal.parameters import Parameters
from core.terminal.setting import Setting
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
    """This terminal has parameters of p0 only, and only the known ones."""
    parameters = Parameters(Ledger(Shelf()))
    assert parameters.at(3, 0) is not None
    assert parameters.at(3, 1) is None
    assert parameters.at(25, 0) is None
