from datetime import datetime

import pytest

from core.gdw376 import dadt
from core.gdw376.unit import Unit
from core.gdw376.units.afn0c import TerminalClock, UplinkPermissions, UplinkState
from core.gdw376.units.afn05 import AllowReports, ConnectMaster, DisconnectMaster, ForbidReports, SetClock
from tests.core.concentrators import NOON, WRONG, ask, concentrator, send, send_bytes, verdict

LATER = datetime(2026, 12, 1, 8, 30, 15)


def test_the_clock_is_set_without_the_switch_but_with_the_password():
    """Setting the clock is operating, not setting parameters (9.3, M91)."""
    terminal = concentrator()
    assert verdict(send(terminal, 0x05, SetClock(LATER), pw=WRONG)) == ("Verdicts", [("00004003", 0x03)])
    assert ask(terminal, 0x0C, 2)[1] == [TerminalClock(NOON)]
    assert verdict(send(terminal, 0x05, SetClock(LATER))) == ("Confirm", [])
    assert ask(terminal, 0x0C, 2)[1] == [TerminalClock(LATER)]


@pytest.mark.parametrize("raw", ["EE" * 6, "000000010100", "006000010126"], ids=["none", "lost", "minute 60"])
def test_times_that_are_none_are_refused(raw: str):
    """The unit is named with 01H and the clock goes on."""
    terminal = concentrator()
    answer = send_bytes(terminal, 0x05, bytes.fromhex("00004003" + raw))
    assert verdict(answer) == ("Verdicts", [("00004003", 0x01)])
    assert terminal.rtc.now() == NOON


@pytest.mark.parametrize(("order", "state"), [(ForbidReports(), 2), (AllowReports(), 1)])
def test_reports_are_allowed_and_forbidden(order: Unit, state: int):
    """0C F4 shows what F29 and F37 ordered."""
    terminal = concentrator()
    terminal.controls.allow_reports(state != 1)
    assert verdict(send(terminal, 0x05, order)) == ("Confirm", [])
    assert ask(terminal, 0x0C, 4)[1] == [UplinkState(UplinkPermissions(state, 1))]


@pytest.mark.parametrize(("fn", "state"), [(35, 2), (27, 1)])
def test_calls_with_the_master_are_allowed_and_forbidden(fn: int, state: int):
    """M50: 0C F4 shows what F27 and F35 ordered; initialisation releases it."""
    terminal = concentrator()
    terminal.controls.allow_calls(state != 1)
    order = bytes.fromhex("0000") + dadt.encode_dt([fn])
    assert verdict(send_bytes(terminal, 0x05, order)) == ("Confirm", [])
    assert ask(terminal, 0x0C, 4)[1] == [UplinkState(UplinkPermissions(1, state))]
    terminal.controls.release()
    assert terminal.controls.calls_allowed


def test_the_link_is_wanted_or_not():
    """F39 drops the link until F38 wants it again."""
    terminal = concentrator()
    send(terminal, 0x05, DisconnectMaster())
    assert not terminal.controls.connection_wanted
    send(terminal, 0x05, ConnectMaster())
    assert terminal.controls.connection_wanted


def test_a_message_is_done_as_a_whole():
    """One bad command keeps the others from being done."""
    terminal = concentrator()
    bad = bytes.fromhex("00001004") + bytes.fromhex("00004003" + "EE" * 6)
    assert verdict(send_bytes(terminal, 0x05, bad)) == ("Verdicts", [("00004003", 0x01)])
    assert terminal.controls.reports_allowed


@pytest.mark.parametrize("payload", ["00000100" + "00", "01014003" + "EE" * 6], ids=["F1 trip", "of a point"])
def test_commands_of_other_terminals_are_denied(payload: str):
    """This model has no control outputs."""
    assert verdict(send_bytes(concentrator(), 0x05, bytes.fromhex(payload))) == ("Deny", [])
