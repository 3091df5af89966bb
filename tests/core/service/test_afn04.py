from dataclasses import replace
from ipaddress import IPv4Address

import pytest

from core.gdw376.units.afn04 import Authentication, MasterStation, TerminalAddress, UplinkPort
from core.terminal.access import Channel
from core.terminal.concentrator import Concentrator
from core.terminal.factory import DEFAULTS
from tests.core.concentrators import PASSWORD, WRONG, Shelf, ask, concentrator, send, send_bytes, verdict

STATION = MasterStation(IPv4Address("10.20.30.40"), 8001, IPv4Address("10.20.30.41"), 9001, "cmiot")
OWN = TerminalAddress("1122", 0x7788)
F3, F89 = "00000400", "0000010b"
CONFIRMED, DENIED = ("Confirm", []), ("Deny", [])


@pytest.fixture
def terminal() -> Concentrator:
    """A terminal with the programming switch open."""
    made = concentrator()
    made.access.open_programming()
    return made


def test_what_is_set_is_read_back(terminal: Concentrator):
    """Several units in one message, all written, all read back in the set form."""
    assert verdict(send(terminal, 0x04, STATION, OWN)) == CONFIRMED
    assert ask(terminal, 0x0A, 3, 89) == (0x0A, [STATION, OWN])


def test_the_closed_switch_refuses_with_its_code():
    """0BH for each unit, nothing written (9.3)."""
    terminal = concentrator()
    answer = send(terminal, 0x04, STATION, OWN)
    assert verdict(answer) == ("Verdicts", [(F3, 0x0B), (F89, 0x0B)])
    assert ask(terminal, 0x0A, 3)[1] == [DEFAULTS[3]]


def test_a_wrong_password_is_refused_recorded_and_locks(terminal: Concentrator):
    """03H three times, then 0EH even for the right password; each try is an ERC20."""
    codes = [verdict(send(terminal, 0x04, STATION, pw=pw))[1][0][1] for pw in (WRONG, WRONG, WRONG, PASSWORD)]
    assert codes == [0x03, 0x03, 0x03, 0x0E]
    assert [record.erc for record in terminal.events.newest()] == [20, 20, 20]
    assert terminal.events.newest()[0].body == WRONG + b"\x01"
    assert ask(terminal, 0x0A, 3)[0] == 0x0A


def test_one_unacceptable_unit_stops_all(terminal: Concentrator):
    """The culprit is named with 01H; the others were not written either."""
    assert verdict(send(terminal, 0x04, STATION, Authentication(255, 0))) == (
        "Verdicts",
        [("00001000", 0x01)],
    )
    assert ask(terminal, 0x0A, 3)[1] == [DEFAULTS[3]]


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ("00000400" + "0A141E28", ("Verdicts", [(F3, 0x01)])),
        ("0000010B" + "22110000", ("Verdicts", [(F89, 0x01)])),
        ("00000400" + bytes(12).hex() + "C3" * 16, ("Verdicts", [(F3, 0x01)])),
        ("00000102" + "00" * 20, DENIED),
        ("01010400" + "00" * 28, DENIED),
        ("00000280", DENIED),
        ("0000", DENIED),
        ("", DENIED),
    ],
    ids=["cut", "address 0", "APN not ASCII", "unknown F17", "of a point", "bad DT", "cut DADT", "nothing"],
)
def test_broken_content_is_refused_and_nothing_written(
    terminal: Concentrator, payload: str, expected: tuple[str, list[tuple[str, int]]]
):
    """Unknown units are denied as a whole, broken ones named; the try costs nothing."""
    before = dict(terminal.ledger.kept.parameters)
    assert verdict(send_bytes(terminal, 0x04, bytes.fromhex(payload))) == expected
    assert terminal.ledger.kept.parameters == before
    assert terminal.access.attempts_left(Channel.IR) == 3


def test_a_frame_too_short_for_its_password_is_denied(terminal: Concentrator):
    """No PW in the frame: denied without counting a try (part A §2.4)."""
    assert verdict(send(terminal, 0x04, STATION, pw=None)) == DENIED
    assert terminal.access.attempts_left(Channel.IR) == 3


def test_the_uplink_needs_no_switch_and_by_default_no_password():
    """The switch guards local channels (Q8); F5 scheme 0 checks nothing, scheme 1 the plain password."""
    terminal = concentrator()
    assert verdict(send(terminal, 0x04, STATION, channel=Channel.UPLINK, pw=bytes(16))) == CONFIRMED
    scheme = send(terminal, 0x04, Authentication(1, 0), channel=Channel.UPLINK, pw=bytes(16))
    assert verdict(scheme) == CONFIRMED
    assert verdict(send(terminal, 0x04, OWN, channel=Channel.UPLINK, pw=bytes(16)))[0] == "Verdicts"
    assert verdict(send(terminal, 0x04, OWN, channel=Channel.UPLINK)) == CONFIRMED


def test_a_full_store_lets_nothing_half_written():
    """The store refuses: parameters and events are as before, and the order is not confirmed."""
    shelf = Shelf()
    terminal = concentrator(shelf=shelf)
    terminal.access.open_programming()
    shelf.full = True
    assert verdict(send(terminal, 0x04, STATION)) == DENIED
    shelf.full = False
    assert ask(terminal, 0x0A, 3)[1] == [DEFAULTS[3]]
    assert terminal.events.newest() == ()


def test_a_change_is_recorded_with_its_sender(terminal: Concentrator):
    """ERC3 names master and units; writing the same again records nothing."""
    port = DEFAULTS[1]
    assert isinstance(port, UplinkPort)
    send(terminal, 0x04, replace(port, heartbeat=5), STATION)
    send(terminal, 0x04, STATION)
    (record,) = terminal.events.newest()
    assert (record.erc, record.body.hex()) == (3, "01" + "00000100" + "00000400")
