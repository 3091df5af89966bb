from dataclasses import replace

from core.clock import ManualClock
from core.gdw376.units.afn04 import MasterStation
from core.store.store import Store
from core.terminal.concentrator import Concentrator
from core.terminal.factory import DEFAULTS
from core.terminal.identity import Identity
from core.terminal.ledger import Ledger, ParameterKept
from core.terminal.readings import Kind
from core.terminal.statistics import RESETS
from tests.core.concentrators import NOON, Shelf, concentrator

STATION = DEFAULTS[3]


def test_boot_takes_eight_seconds_and_counts_its_checks():
    """Nothing is answered until the boot page is over (3.3)."""
    clock = ManualClock(NOON)
    terminal = Concentrator(clock, Ledger(Shelf()), Store(None).readings)
    assert not terminal.running
    terminal.power_up()
    assert terminal.self_check == 0
    clock.advance(4)
    assert terminal.self_check == 3
    assert not terminal.running
    clock.advance(4)
    assert terminal.running
    assert terminal.self_check == 7


def test_power_loss_closes_the_switch():
    """There is no manual close; power loss closes (K4)."""
    terminal = concentrator()
    terminal.access.open_programming()
    terminal.power_down()
    assert not terminal.running
    terminal.power_up()
    assert not terminal.access.programming_open


def test_resets_are_counted_per_day_and_ever():
    """M66, M120: counted by the terminal's calendar."""
    clock = ManualClock(NOON)
    terminal = concentrator(clock)
    terminal.reset()
    terminal.reset()
    assert (terminal.resets_today, terminal.resets) == (2, 2)
    clock.advance(86400)
    assert (terminal.resets_today, terminal.resets) == (0, 2)


def test_resets_are_counted_per_month():
    """M80: every reset of the month counts, those of the month before stay with it."""
    clock = ManualClock(NOON)
    terminal = concentrator(clock)
    terminal.reset()
    terminal.reset()
    before = NOON.date().replace(day=1)
    clock.advance(31 * 86400)
    terminal.reset()
    value = terminal.statistics.value
    assert value(Kind.MONTH, before, RESETS) == 2
    assert terminal.statistics.present(Kind.MONTH, RESETS) == 1


def test_a_new_program_version_is_recorded_at_boot():
    """ERC1 with the version flag, found by comparison (7.2)."""
    shelf = Shelf()
    concentrator(shelf=shelf)
    newer = Concentrator(
        ManualClock(NOON), Ledger(shelf), Store(None).readings, replace(Identity(), software="1.03"), boot=0.0
    )
    newer.power_up()
    (record,) = newer.events.newest()
    assert record.erc == 1
    assert record.body == b"\x021.021.03"


def test_lost_parameters_are_recorded_at_boot():
    """ERC2 when kept parameters fail their check (7.2)."""
    shelf = Shelf()
    Ledger(shelf).put(ParameterKept(3, 0, b"?"))
    terminal = concentrator(shelf=shelf)
    assert terminal.parameters.value(MasterStation) == STATION
    assert [record.erc for record in terminal.events.newest()] == [2]


def test_a_change_is_recorded_with_it_in_one_write():
    """Parameters and ERC3 reach the disk together; an unchanged value makes no event."""
    shelf = Shelf()
    terminal = concentrator(shelf=shelf)
    before = shelf.writes
    assert isinstance(STATION, MasterStation)
    changed = replace(STATION, apn="cmiot")
    terminal.configure([changed], msa=5)
    assert shelf.writes == before + 1
    terminal.configure([changed], msa=5)
    (record,) = terminal.events.newest()
    assert (record.erc, record.body.hex()) == (3, "0500000400")
