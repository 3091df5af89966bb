import pytest

from core.lines.address import LineKind
from hhu.client.profiles import PREAMBLE, profile_of
from hhu.settings import SerialOverride


def test_the_manual_fixes_infrared_and_rs485() -> None:
    """2400 8N1 with a preamble, 115200 8N1 without; TCP stands for the RS485 port."""
    shown = [
        (profile.channel, profile.settings.text if profile.settings else "", profile.preamble)
        for profile in map(profile_of, (LineKind.IR, LineKind.RS485, LineKind.TCP))
    ]
    assert shown == [("ir", "2400 8N1", PREAMBLE), ("rs485", "115200 8N1", b""), ("rs485", "", b"")]


def test_an_odd_probe_changes_settings_and_waiting() -> None:
    """Parity and speed of the settings count, and the wire times follow them."""
    odd = profile_of(LineKind.IR).overridden(SerialOverride(baud=1200, parity="E")).waiting(7)
    assert odd.settings is not None
    assert odd.settings.text == "1200 8E1"
    assert odd.timings.reply == 7
    assert odd.timings.wire_time(1200) == pytest.approx(11)


def test_a_network_has_no_settings_to_change() -> None:
    """An override is without effect there."""
    assert profile_of(LineKind.TCP).overridden(SerialOverride(baud=300)) == profile_of(LineKind.TCP)


@pytest.mark.parametrize("kind", [LineKind.UDP, LineKind.LISTEN])
def test_terminals_from_afar_have_the_uplinks_password(kind: LineKind) -> None:
    """UDP and terminals that dial in are reached over their uplink."""
    assert profile_of(kind).channel == "uplink"
