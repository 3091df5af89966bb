from dataclasses import replace
from decimal import Decimal

from core.clock import ManualClock
from core.gdw376.units.afn04 import MasterStation, UplinkMode
from core.panel.facts import Backup, Feed, Medium, Mode, UplinkState
from core.profile import DEMO
from core.showing import Signs, facts_of
from core.simulation.surroundings import Surroundings
from core.store.store import Store
from core.terminal.concentrator import Concentrator
from core.terminal.events.erc01 import initialised
from core.terminal.events.erc20 import unauthenticated
from core.terminal.factory import DEFAULTS
from tests.core.concentrators import NOON, concentrator
from tests.core.terminal.acquisition.scripted import Fitted
from tests.core.terminal.acquisition.test_passes import EVE, at
from tests.core.terminal.acquisition.test_retry import silent


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
    assert facts_of(terminal, replace(place, module=False), Signs()).uplink.state is UplinkState.NO_MODULE
    assert facts_of(concentrator(), place, Signs()).uplink.state is UplinkState.NONE


def test_the_kind_of_module_reaches_the_face():
    """M130: GPRS and CDMA have a letter and a signal, a wired module has neither card nor signal."""
    terminal, place = demo(), DEMO.surroundings
    for carrier, medium in (("GPRS", Medium.GPRS), ("CDMA", Medium.CDMA)):
        uplink = facts_of(terminal, replace(place, carrier=carrier), Signs()).uplink
        assert (uplink.medium, uplink.signal_quality) == (medium, 27)
    wired = facts_of(terminal, replace(place, carrier="LAN", sim=False), Signs()).uplink
    assert (wired.medium, wired.signal_quality, wired.state) == (Medium.LAN, None, UplinkState.DIALLING)
    assert facts_of(terminal, replace(place, csq=99), Signs()).uplink.signal_quality is None


def test_events_and_switch_and_modes():
    """Events carry what the detail page needs; a wrong password is not in it."""
    terminal = demo()
    terminal.access.open_programming()
    station = DEFAULTS[3]
    assert isinstance(station, MasterStation)
    terminal.configure([station], msa=5)
    terminal.events.add(unauthenticated(b"secret".ljust(16, b"\0"), 5))
    terminal.events.add(initialised("1.02"))
    terminal.upgrade.enter_usb()
    facts = facts_of(terminal, DEMO.surroundings, Signs())
    assert facts.programming_left == 120
    assert facts.mode is Mode.USB_UPGRADE
    assert (facts.important_count, facts.ordinary_count, facts.unseen_event) == (1, 2, 20)
    assert [(event.code, event.body) for event in facts.newest_events] == [
        (1, (("SW before", "1.02"), ("SW after", "1.02"))),
        (20, (("By master", "5"),)),
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


def test_reading_reaches_the_face():
    """M54, M175, M187: ports, failed point with its property number, supplement; the alarm lamp is lit."""
    world = Fitted(EVE)
    world.meters(1, 2)
    world.meters(12, port=2)
    world.keys(1)
    world.run(at(12), ports=(1, 2))
    world.scripts[12] = silent
    world.run(at(0, 20, day=22), ports=(1, 2))
    facts = facts_of(world.terminal, DEMO.surroundings, Signs())
    assert [(port.port, port.points, port.read, port.failed) for port in facts.reading.ports] == [
        ("485_1", 2, 2, 0), ("485_2", 1, 0, 1), ("485_3", 0, 0, 0),
    ]  # fmt: skip
    (failed,) = facts.reading.failed
    assert (failed.point, failed.port, failed.property_number) == (12, "485_2", "202600000012")
    assert (failed.protocol, failed.line, failed.reason) == ("645-07", "2400 8E1", "no answer")
    assert failed.last_energy == "123456.78"
    assert failed.missing_days == 1
    assert (facts.reading.key_points, facts.reading.key_points_read) == (1, 1)
    assert facts.reading.pass_at is not None
    assert facts.alarm
    world.scripts.clear()
    world.run(at(2, day=22), ports=(1, 2))
    facts = facts_of(world.terminal, DEMO.surroundings, Signs())
    assert facts.reading.failed == ()


def test_a_running_pass_shows_where_it_is():
    """The bottom bar names port, point and share of the pass."""
    world = Fitted(EVE)
    world.meters(*range(1, 11))
    world.run(at(0, 5).replace(second=7))
    running = facts_of(world.terminal, DEMO.surroundings, Signs()).reading.running
    assert running is not None
    assert (running.port, running.point in range(1, 11), 0 < running.percent < 100) == ("485_1", True, True)
