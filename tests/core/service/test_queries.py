from datetime import date

import pytest

from core.clock import ManualClock
from core.gdw376.units.afn0c import EventCounters, EventFlags, ParameterState, TerminalClock, Traffic
from core.gdw376.units.afn00 import Deny
from core.gdw376.units.afn04 import TerminalAddress
from core.gdw376.units.afn09 import Version
from core.store.store import Store
from core.terminal.concentrator import Concentrator
from core.terminal.events.erc20 import unauthenticated
from core.terminal.factory import DEFAULTS, FACTORY
from core.terminal.ledger import Ledger
from core.terminal.self_check import Equipment
from core.terminal.statistics import TRAFFIC
from tests.core.concentrators import NOON, Shelf, ask, concentrator, send_bytes, verdict


def test_all_parameters_of_a_new_terminal_can_be_read():
    """AFN0A answers every parameter this terminal has, in wire order."""
    afn, values = ask(concentrator(), 0x0A, *(unit.meaning.fn for unit in FACTORY))
    assert afn == 0x0A
    assert sorted(map(repr, values)) == sorted(map(repr, FACTORY))


def test_what_is_not_there_is_left_out():
    """Bits of unavailable items are left out of the answer (part A §2.3)."""
    assert ask(concentrator(), 0x0A, 2, 3, 85, 89)[1] == [DEFAULTS[3], DEFAULTS[89]]


@pytest.mark.parametrize(
    ("afn", "functions", "pn"),
    [
        (0x0A, (17, 25), 0),
        (0x0A, (3,), 1),
        (0x0C, (25, 33), 0),
        (0x0C, (2,), 7),
        (0x09, (2, 8), 0),
        (0x0D, (1,), 0),
    ],
)
def test_nothing_there_is_denied(afn: int, functions: tuple[int, ...], pn: int):
    """AFN00 F2 when nothing asked for is available."""
    assert ask(concentrator(), afn, *functions, pn=pn) == (0x00, [Deny()])


@pytest.mark.parametrize("afn", [0x00, 0x02, 0x03, 0x06, 0x08, 0x0B, 0x0E, 0x0F, 0x10, 0x13, 0xFF])
def test_what_is_not_served_is_denied(afn: int):
    """Any bytes under any other AFN get a clear denial."""
    assert verdict(send_bytes(concentrator(), afn, bytes.fromhex("0000010000"))) == ("Deny", [])


def test_an_unknown_unit_does_not_hide_what_came_before():
    """Known units in front of an unknown one with selector data are still answered."""
    payload = bytes.fromhex("00000400" + "00000104" + "0105")
    answer = send_bytes(concentrator(), 0x0A, payload, pw=None)
    assert [item.fn for item in answer.items] == [3]


def test_the_version_says_who_it_is():
    """AFN09 F1: maker, versions and dates of part 10."""
    (version,) = ask(concentrator(), 0x09, 1)[1]
    assert isinstance(version, Version)
    assert (version.maker, version.software, version.software_date) == ("CLOU", "1.02", date(2026, 10, 8))
    assert (version.hardware, version.hardware_date) == ("1.00", date(2026, 1, 15))


def test_the_present_state_in_one_answer():
    """M48, M49, M51 to M53: 0C F2, F3, F7, F8 and F10 together."""
    terminal = concentrator()
    terminal.parameters.write([TerminalAddress("1122", 0x7788)])
    terminal.events.add(unauthenticated(bytes(16), 1))
    terminal.statistics.add(TRAFFIC, 1024)
    assert ask(terminal, 0x0C, 2, 3, 7, 8, 10)[1] == [
        TerminalClock(NOON),
        ParameterState(frozenset({89})),
        EventCounters(1, 0),
        EventFlags(frozenset({20})),
        Traffic(1024, 1024),
    ]


def test_a_lost_clock_is_no_value():
    """An invalid clock is answered as EEH, never as a wrong time."""
    shelf = Shelf()
    concentrator(shelf=shelf)
    terminal = Concentrator(ManualClock(NOON), Ledger(shelf), Store(None).readings, boot=0.0)
    terminal.power_up(Equipment(cell=1.0))
    assert ask(terminal, 0x0C, 2)[1] == [TerminalClock(None)]
