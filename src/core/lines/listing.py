"""The serial ports of this computer, the likely probe first."""

import re
from dataclasses import dataclass
from enum import Enum

from serial.tools import list_ports as system
from serial.tools.list_ports_common import ListPortInfo


class PortHint(Enum):
    """What a port probably is, for a person who looks for the probe."""

    PROBE = "probe"
    """A USB-serial chip as IR heads and RS485 adapters carry."""
    USB = "usb"
    """On USB, but with a chip that is rare in probes."""
    UNKNOWN = "unknown"
    BUILT_IN = "built-in"
    """Part of the computer: not a probe, at most the socket of an RS232 head."""
    MODEM = "modem"
    """The service port of a mobile modem: not a probe."""
    BLUETOOTH = "bluetooth"
    """Hardly ever a probe."""


SCORES = {
    PortHint.PROBE: 90,
    PortHint.USB: 60,
    PortHint.UNKNOWN: 40,
    PortHint.BUILT_IN: 20,
    PortHint.MODEM: 10,
    PortHint.BLUETOOTH: 5,
}
"""How likely the probe hangs on such a port, from 0 to 100."""
RECOMMENDED = 60

PROBE_CHIPS = {0x1A86: "CH340", 0x10C4: "CP210x", 0x0403: "FTDI", 0x067B: "PL2303"}
"""USB vendor to the usual name of its serial chips."""
MODEM_MAKERS = {0x12D1: "Huawei", 0x19D2: "ZTE", 0x2C7C: "Quectel", 0x1199: "Sierra", 0x1BC7: "Telit"}
BLUETOOTH_WORDS = ("bluetooth", "bthenum", "rfcomm", "蓝牙")
BUILT_IN_WORDS = ("acpi", "pnp05", "ttys", "ttyama", "通信端口", "communications port")


@dataclass(frozen=True, slots=True)
class PortListing:
    """A port that can be opened by its ``device`` name."""

    device: str
    description: str
    """The system's own words, empty when it has none."""
    hint: PortHint
    chip: str = ""
    """Usual name of the USB chip or of the modem's maker, empty when unknown."""

    @property
    def score(self) -> int:
        """How likely the probe is here, from 0 to 100."""
        return SCORES[self.hint]

    @property
    def recommended(self) -> bool:
        """Whether to try this port without being told."""
        return self.score >= RECOMMENDED


def list_ports() -> tuple[PortListing, ...]:
    """The ports of this computer: best score first, then by name, COM4 before COM10."""
    listings = [listing_of(found) for found in system.comports()]
    return tuple(sorted(listings, key=lambda listing: (-listing.score, _numbers_apart(listing.device))))


def listing_of(found: ListPortInfo) -> PortListing:
    """Judge one port by its USB vendor, else by the words its driver uses."""
    vendor = found.vid if isinstance(found.vid, int) else 0
    words = f"{found.device} {found.description} {found.hwid}".lower()
    description = "" if found.description in ("n/a", None) else found.description
    if vendor in PROBE_CHIPS:
        return PortListing(found.device, description, PortHint.PROBE, PROBE_CHIPS[vendor])
    if vendor in MODEM_MAKERS:
        return PortListing(found.device, description, PortHint.MODEM, MODEM_MAKERS[vendor])
    return PortListing(found.device, description, _hint_of(words, on_usb=bool(vendor)))


def _hint_of(words: str, *, on_usb: bool) -> PortHint:
    if any(word in words for word in BLUETOOTH_WORDS):
        return PortHint.BLUETOOTH
    if on_usb:
        return PortHint.USB
    if any(word in words for word in BUILT_IN_WORDS):
        return PortHint.BUILT_IN
    return PortHint.UNKNOWN


def _numbers_apart(device: str) -> list[tuple[int, str]]:
    """Sort key: digit runs by value, the rest by text."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", device)]
