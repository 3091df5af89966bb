import pytest

from core.errors import UsageError
from core.lines.address import LineAddress, LineKind
from core.lines.line import IR, RS485


@pytest.mark.parametrize(
    ("text", "kind", "target"),
    [
        ("ir:COM4", LineKind.IR, "COM4"),
        ("IR:/dev/ttyUSB0", LineKind.IR, "/dev/ttyUSB0"),
        ("rs485:socket://10.0.0.7:4001", LineKind.RS485, "socket://10.0.0.7:4001"),
        ("rs485:rfc2217://gate:2217", LineKind.RS485, "rfc2217://gate:2217"),
        ("tcp:10.1.2.3:7000", LineKind.TCP, "10.1.2.3:7000"),
        ("udp:gate.example:7000", LineKind.UDP, "gate.example:7000"),
        ("listen:9001", LineKind.LISTEN, "9001"),
        ("emulator", LineKind.EMULATOR, ""),
        ("emulator:demo", LineKind.EMULATOR, "demo"),
        (" emulator:C:\\terminal.json", LineKind.EMULATOR, "C:\\terminal.json"),
    ],
)
def test_every_kind_reads_and_shows(text: str, kind: LineKind, target: str) -> None:
    """The forms of the command line give kind and target, and show as the same address again."""
    address = LineAddress.parse(text)
    assert (address.kind, address.target) == (kind, target)
    assert LineAddress.parse(str(address)) == address


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("tcp:10.1.2.3:7000", "10.1.2.3", 7000),
        ("tcp:[fe80::1]:65535", "fe80::1", 65535),
        ("listen:9001", "0.0.0.0", 9001),
        ("listen:0", "0.0.0.0", 0),
        ("listen:127.0.0.1:9001", "127.0.0.1", 9001),
    ],
)
def test_network_kinds_name_host_and_port(text: str, host: str, port: int) -> None:
    """Host and port come apart, IPv6 in brackets; listening without a host means every interface."""
    address = LineAddress.parse(text)
    assert (address.host, address.port) == (host, port)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "kind of line"),
        ("COM4", "kind of line"),
        ("com:COM4", "kind of line"),
        ("ir:", "names no PORT"),
        ("rs485", "names no PORT"),
        ("tcp:7000", "names no host"),
        ("tcp::7000", "names no host"),
        ("listen::7000", "names no host"),
        ("tcp:host:70000", "Port '70000'"),
        ("tcp:host:0", "Port '0'"),
        ("tcp:host:-1", "Port '-1'"),
        ("tcp:host:", "Port ''"),
        ("tcp:host:８０", "Port '８０'"),
        ("udp:host:http", "Port 'http'"),
        ("listen:", "Port ''"),
        ("listen:70000", "Port '70000'"),
    ],
)
def test_bad_addresses_are_refused_with_a_hint(text: str, words: str) -> None:
    """A wrong address names the part that is wrong and what to write."""
    with pytest.raises(UsageError) as refusal:
        LineAddress.parse(text)
    assert words in refusal.value.reason
    assert "Write" in refusal.value.hint


def test_bare_port_is_answered_with_its_two_forms() -> None:
    """Who types only a port is shown both kinds it could be."""
    with pytest.raises(UsageError) as refusal:
        LineAddress.parse("COM4")
    assert refusal.value.hint == "Write ir:COM4 or rs485:COM4."


def test_serial_kinds_bring_the_settings_of_the_manual() -> None:
    """IR and RS485 are fixed in the manual, the others have no serial settings."""
    assert LineAddress.parse("ir:COM4").settings == IR
    assert LineAddress.parse("rs485:COM4").settings == RS485
    assert LineAddress.parse("tcp:h:1").settings is None
