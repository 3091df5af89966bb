import pytest
from serial.tools import list_ports as system
from serial.tools.list_ports_common import ListPortInfo

from core.lines.listing import PortHint, PortListing, list_ports, listing_of


def found(device: str, description: str = "n/a", hwid: str = "n/a", vid: int | None = None) -> ListPortInfo:
    port = ListPortInfo(device, skip_link_detection=True)
    port.description, port.hwid, port.vid = description, hwid, vid
    return port


@pytest.mark.parametrize(
    ("port", "hint", "chip"),
    [
        (found("COM4", "USB-SERIAL CH340 (COM4)", "USB VID:PID=1A86:7523", 0x1A86), PortHint.PROBE, "CH340"),
        (found("/dev/ttyUSB0", "CP2102", "USB VID:PID=10C4:EA60", 0x10C4), PortHint.PROBE, "CP210x"),
        (found("/dev/ttyUSB1", "FT232R", "USB VID:PID=0403:6001", 0x0403), PortHint.PROBE, "FTDI"),
        (found("COM7", "Prolific", "USB VID:PID=067B:2303", 0x067B), PortHint.PROBE, "PL2303"),
        (found("/dev/ttyACM0", "Thing", "USB VID:PID=2341:0043", 0x2341), PortHint.USB, ""),
        (found("/dev/ttyUSB2", "ME909s", "USB VID:PID=12D1:1573", 0x12D1), PortHint.MODEM, "Huawei"),
        (found("COM1", "Communications Port (COM1)", "ACPI\\PNP0501\\1"), PortHint.BUILT_IN, ""),
        (found("COM1", "通信端口 (COM1)"), PortHint.BUILT_IN, ""),
        (found("/dev/ttyS0", "ttyS0", "PNP0501"), PortHint.BUILT_IN, ""),
        (found("COM5", "Standard Serial over Bluetooth link (COM5)", "BTHENUM\\X"), PortHint.BLUETOOTH, ""),
        (found("/dev/cu.Bluetooth-Incoming-Port"), PortHint.BLUETOOTH, ""),
        (found("COM10", "com0com - serial port emulator"), PortHint.UNKNOWN, ""),
    ],
)
def test_ports_are_judged_by_chip_then_by_words(port: ListPortInfo, hint: PortHint, chip: str) -> None:
    """The USB vendor tells a probe or a modem; else the driver's words tell built-in and Bluetooth."""
    listing = listing_of(port)
    assert (listing.hint, listing.chip) == (hint, chip)
    assert listing.recommended == (hint in (PortHint.PROBE, PortHint.USB))


def test_likely_probe_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ports come by score, equal ones in the order of their numbers."""
    ports = [
        found("COM1", "Communications Port", "ACPI"),
        found("COM10", vid=0x1A86),
        found("COM3", "Bluetooth"),
        found("COM4", vid=0x1A86),
        found("COM2"),
    ]
    monkeypatch.setattr(system, "comports", lambda: ports)
    assert [listing.device for listing in list_ports()] == ["COM4", "COM10", "COM2", "COM1", "COM3"]


def test_nothing_said_shows_as_nothing() -> None:
    """pyserial's "n/a" is no description."""
    assert listing_of(found("COM2")) == PortListing("COM2", "", PortHint.UNKNOWN)
