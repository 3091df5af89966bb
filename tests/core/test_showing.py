from dataclasses import replace
from decimal import Decimal

from core.clock import ManualClock
from core.gdw376.units.afn04 import MasterStation, UplinkMode
from core.panel.facts import Backup, Feed, Mode, UplinkState
from core.profile import DEMO
from core.showing import Signs, facts_of
from core.simulation.surroundings import Surroundings
from core.store.store import Store
from core.terminal.concentrator import Concentrator
from core.terminal.events.bodies import AuthenticationError, Cause, Initialisation
from core.terminal.factory import DEFAULTS
from tests.core.concentrators import NOON, concentrator


def demo() -> Concentrator:
    terminal = concentrator()
    terminal.parameters.write(DEMO.parameters)
    return terminal


def test_parameters_and_identity_reach_the_face():
    """Row 4 and the pages read the live values."""
    facts = facts_of(demo(), DEMO.surroundings, Signs())
    assert (facts.uplink.main_ip, facts.uplink.main_port) == ("10.20.30.40", 8001)
    assert (facts.uplink.apn, facts.uplink.transport, facts.uplink.signal_quality) == ("CMNET", "TCP", 27)
    assert facts.identity.address == "1122-7788"
    assert facts.identity.software == "1.02"
    assert facts.time == NOON
    assert facts.power.feed is Feed.MAINS
    assert facts.power.backup is Backup.PRESENT
    assert facts.reading.points == 0


def test_the_state_of_the_uplink_is_honest():
    """No card, nothing to dial, dialling, or dropped by order: never on line, as nobody is called yet."""
    terminal, place = demo(), DEMO.surroundings
    assert facts_of(terminal, place, Signs()).uplink.state is UplinkState.DIALLING
    terminal.controls.want_connection(False)
    assert facts_of(terminal, place, Signs()).uplink.state is UplinkState.OFFLINE
    assert facts_of(terminal, replace(place, sim=False), Signs()).uplink.state is UplinkState.NO_SIM
    assert facts_of(concentrator(), place, Signs()).uplink.state is UplinkState.NONE


def test_events_and_switch_and_modes():
    """Events carry what the detail page needs; a wrong password is not in it."""
    terminal = demo()
    terminal.access.open_programming()
    station = DEFAULTS[3]
    assert isinstance(station, MasterStation)
    terminal.configure([station], msa=5)
    terminal.events.add(AuthenticationError(b"secret".ljust(16, b"\0"), 5))
    terminal.events.add(Initialisation(Cause(True, False), "1.02", "1.02"))
    facts = facts_of(terminal, DEMO.surroundings, Signs(usb_left=3.0))
    assert facts.programming_left == 120
    assert facts.mode is Mode.USB_UPGRADE
    assert (facts.important_count, facts.ordinary_count, facts.unseen_event) == (1, 2, 20)
    assert [(event.code, event.body) for event in facts.newest_events] == [
        (1, (("SW before", "1.02"), ("SW after", "1.02"))),
        (20, ()),
        (3, (("By master", "5"), ("Changed", "F3"))),
    ]


def test_clock_power_and_store_faults_show():
    """What part 4 lists as alarm sources is taken from the domain and its surroundings."""
    terminal = demo()
    terminal.rtc.set(NOON.replace(hour=13))
    terminal.ledger.faulty = True
    facts = facts_of(terminal, Surroundings(supply=0, cell=Decimal("2.9")), Signs())
    assert facts.clock_set is not None
    assert (facts.clock_set.at.hour, facts.clock_set.correction) == (13, Decimal("3600.0"))
    assert facts.power.cell_low
    assert facts.power.feed is Feed.NONE
    assert facts.store_fault


def test_the_boot_shows_its_self_check():
    """The panel counts the steps of the self-check while the terminal boots."""
    clock = ManualClock(NOON)
    terminal = Concentrator(clock, concentrator(clock).ledger, Store(None).readings)
    terminal.power_up()
    clock.advance(4)
    facts = facts_of(terminal, Surroundings(), Signs())
    assert (facts.self_check.done, facts.self_check.running) == (3, True)


def test_udp_is_named():
    """Row 4 names the transport of F8."""
    terminal = demo()
    mode = terminal.parameters.value(UplinkMode)
    terminal.parameters.write([replace(mode, mode=replace(mode.mode, transport=1))])
    assert facts_of(terminal, Surroundings(), Signs()).uplink.transport == "UDP"
