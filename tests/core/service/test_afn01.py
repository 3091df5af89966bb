import pytest

from core.gdw376.unit import Unit
from core.gdw376.units.afn01 import ResetData, ResetFactory, ResetHardware, ResetKeepUplink
from core.gdw376.units.afn04 import TerminalAddress
from core.terminal.access import Channel, Rank
from core.terminal.causes import ResetCause
from core.terminal.readings import Kind
from core.terminal.statistics import RESETS_BY_CAUSE, TRAFFIC
from tests.core.concentrators import ask, concentrator, send, send_bytes, verdict

OWN = TerminalAddress("1122", 0x7788)


@pytest.mark.parametrize(
    ("order", "restart"),
    [(ResetHardware(), True), (ResetData(), False), (ResetFactory(), True), (ResetKeepUplink(), True)],
)
def test_each_order_is_confirmed_and_restarts_by_the_matrix(order: Unit, restart: bool):
    """The answer comes first, the reset after it (part A §6.2, 9.4)."""
    terminal = concentrator()
    terminal.access.open_programming()
    answer = send(terminal, 0x01, order)
    assert verdict(answer) == ("Confirm", [])
    assert answer.restart is restart
    assert terminal.running


def test_hardware_initialisation_restarts_and_erases_nothing():
    """M121: F1 is a reset by command; parameters, events, archive and counters stay as they were."""
    terminal = concentrator()
    terminal.parameters.write([OWN])
    terminal.statistics.add(TRAFFIC, 100)
    terminal.access.open_programming()
    answer = send(terminal, 0x01, ResetHardware())
    assert verdict(answer) == ("Confirm", []) and answer.restart
    terminal.reset()
    assert terminal.statistics.present(Kind.DAY, RESETS_BY_CAUSE[ResetCause.COMMAND]) == 1
    assert terminal.statistics.present(Kind.DAY, TRAFFIC) == 100
    assert ask(terminal, 0x0A, 89)[1] == [OWN]


def test_it_takes_the_high_password_and_the_switch():
    """Initialisation is administration (9.3)."""
    terminal = concentrator()
    terminal.access.set_password(Channel.IR, Rank.HIGH, "987654")
    high = b"987654".ljust(16, b"\0")
    assert verdict(send(terminal, 0x01, ResetData(), pw=high)) == ("Verdicts", [("00000200", 0x0B)])
    terminal.access.open_programming()
    assert verdict(send(terminal, 0x01, ResetData())) == ("Verdicts", [("00000200", 0x03)])
    assert verdict(send(terminal, 0x01, ResetData(), pw=high)) == ("Confirm", [])


def test_the_factory_address_holds_from_then_on():
    """F3 gives the address up, F4 keeps it."""
    terminal = concentrator()
    terminal.parameters.write([OWN])
    for order, expected in ((ResetKeepUplink(), OWN), (ResetFactory(), TerminalAddress("1122", 0x3344))):
        terminal.access.open_programming()
        send(terminal, 0x01, order)
        assert ask(terminal, 0x0A, 89)[1] == [expected]


@pytest.mark.parametrize("payload", ["01010100", "00001000", ""], ids=["of a point", "F5", "nothing"])
def test_unknown_orders_are_denied(payload: str):
    """Nothing is initialised by an order that is not understood."""
    terminal = concentrator()
    terminal.access.open_programming()
    assert verdict(send_bytes(terminal, 0x01, bytes.fromhex(payload))) == ("Deny", [])
    assert terminal.events.newest() == ()
