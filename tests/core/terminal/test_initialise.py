from datetime import timedelta
from ipaddress import IPv4Address

import pytest

from core.gdw376.units.afn04 import DisplayNumber, EventMasks, KeyMeters, MasterStation, TerminalAddress
from core.terminal.access import Channel, Level, Rank
from core.terminal.concentrator import Concentrator
from core.terminal.events.erc20 import unauthenticated
from core.terminal.factory import DEFAULTS
from core.terminal.initialise import Extent, initialise
from core.terminal.readings import Kind
from core.terminal.setting import Setting
from core.terminal.statistics import TRAFFIC
from tests.core.concentrators import NOON, PASSWORD, Shelf, concentrator
from tests.core.meter_records import archive

STATION = MasterStation(IPv4Address("10.20.30.40"), 8001, IPv4Address(0), 0, "cmiot")
OWN = TerminalAddress("1122", 0x7788)
MASKS = EventMasks(frozenset({1, 3, 20}), frozenset({20}))


@pytest.fixture
def used() -> Concentrator:
    """A terminal with something in every column of the matrix."""
    terminal = concentrator()
    terminal.configure([STATION, OWN, MASKS], msa=1)
    terminal.events.add(unauthenticated(bytes(16), 1))
    terminal.statistics.add(TRAFFIC, 1000)
    terminal.controls.allow_reports(False)
    terminal.access.set_password(Channel.IR, Rank.HIGH, "987654")
    terminal.rtc.set(NOON + timedelta(hours=1))
    return terminal


@pytest.mark.parametrize(
    ("extent", "uplink", "address", "masks", "data", "restarts"),
    [
        (Extent.HARDWARE, True, True, True, True, True),
        (Extent.DATA, True, True, True, False, False),
        (Extent.FACTORY, False, False, False, False, True),
        (Extent.KEEP_UPLINK, True, True, False, False, True),
    ],
)
def test_the_matrix(
    used: Concentrator,
    extent: Extent,
    uplink: bool,
    address: bool,
    masks: bool,
    data: bool,
    restarts: bool,
):
    """Each command keeps and clears what part 9.4 says, and writes ERC1 afterwards."""
    initialise(used, extent)
    value = used.parameters.value
    assert (value(MasterStation) == STATION) is uplink
    assert (value(TerminalAddress) == OWN) is address
    assert (value(EventMasks) == MASKS) is masks
    assert (used.statistics.present(Kind.DAY, TRAFFIC) == 1000) is data
    assert used.controls.reports_allowed is not data
    assert [record.erc for record in used.events.newest()] == ([1, 20, 3] if data else [1])
    assert extent.restarts is restarts
    assert used.rtc.now() == NOON + timedelta(hours=1)


def test_factory_state_is_the_state_of_delivery(used: Concentrator):
    """Universal address, default values, default passwords."""
    initialise(used, Extent.FACTORY)
    assert used.address == DEFAULTS[89]
    assert used.parameters.set_functions == frozenset()
    used.access.open_programming()
    assert used.access.check(Channel.IR, Level.ADMIN, PASSWORD) is None


def test_it_is_one_write():
    """A power cut finds it done or not begun."""
    shelf = Shelf()
    terminal = concentrator(shelf=shelf)
    terminal.configure([STATION], msa=1)
    before = shelf.writes
    initialise(terminal, Extent.FACTORY)
    assert shelf.writes == before + 1


@pytest.mark.parametrize("extent", list(Extent))
def test_the_archive_goes_with_the_parameters(extent: Extent):
    """9.4: hardware and data area keep the archive, F3 and F4 clear it with all parameters of points."""
    terminal = concentrator()
    settings = [Setting(archive(3)), Setting(KeyMeters((1,))), Setting(DisplayNumber("SN-2"), 2)]
    terminal.configure(settings, msa=1)
    before = terminal.archive.meters()
    initialise(terminal, extent)
    kept = extent in (Extent.HARDWARE, Extent.DATA)
    assert terminal.archive.meters() == (before if kept else ())
    assert (terminal.parameters.at(29, 2) is not None) is kept
    assert terminal.parameters.value(KeyMeters).serials == ((1,) if kept else ())
