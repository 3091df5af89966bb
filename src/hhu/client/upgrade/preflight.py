"""Everything that speaks against an upgrade, found at once and before anything is sent."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from core.errors import DecodeError, DeniedError
from core.gdw376.address import Address
from core.vendor.package import Reason, objections
from hhu.client.battery import Battery
from hhu.client.packages import library_flaws
from hhu.client.terminal import TerminalClient
from hhu.client.upgrade.asking import address_of, running
from hhu.client.upgrade.package import Running, Shipment
from hhu.client.upgrade.stages import Way

SANE = timedelta(days=1)
"""How far the clock may be off: the 3 h of the download mode and the date of the upgrade hang on it."""
LOCAL_CHANNELS = frozenset({"ir", "rs485"})
LOCAL_MODES = frozenset({1, 2})
REMOTE_MODES = frozenset({3, 4, 5})
BUSY_MODES = frozenset({6, 7})


class Blocker(Enum):
    """What was found."""

    NO_PACKAGE = "no package"
    """Not a package file, or one whose header cannot be read."""
    PRODUCT = "product"
    HARDWARE = "hardware"
    SIZE = "size"
    DAMAGED = "damaged"
    """Its own checks fail."""
    LIBRARY = "library"
    """Its protocol library cannot be used (M29)."""
    SIGNATURE = "signature"
    OLDER = "older"
    SAME = "same"
    """The same version is running."""
    TERMINAL = "terminal"
    """Another terminal than the one that was meant."""
    SWITCH = "switch"
    """The programming switch is closed (M143)."""
    CLOCK = "clock"
    """Not valid, or more than a day off."""
    BATTERY = "battery"
    """This computer runs on battery below 30 %."""
    BUSY = "busy"
    LOCKED = "locked"
    """The channel is locked after wrong passwords."""


_REASONS = {
    Reason.NO_PROGRAM: Blocker.NO_PACKAGE,
    Reason.PRODUCT: Blocker.PRODUCT,
    Reason.HARDWARE: Blocker.HARDWARE,
    Reason.SIZE: Blocker.SIZE,
    Reason.CRC: Blocker.DAMAGED,
    Reason.HASH: Blocker.DAMAGED,
    Reason.SIGNATURE: Blocker.SIGNATURE,
    Reason.OLD_VERSION: Blocker.OLDER,
    Reason.SAME_VERSION: Blocker.SAME,
}
NEVER = frozenset({Blocker.SIGNATURE})
"""No override."""
FORCED = frozenset({Blocker.OLDER, Blocker.SAME})
"""Overridden by the flag that forces the version (V2)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason against it; ``note`` is a fact without language: versions, percent, difference."""

    blocker: Blocker
    note: str = ""

    @property
    def overridable(self) -> bool:
        """Whether typing the terminal's address goes past it."""
        return self.blocker not in NEVER


@dataclass(frozen=True, slots=True)
class Preflight:
    """What the terminal and this computer say before an upgrade."""

    running: Running
    address: Address
    """The terminal's own."""
    findings: tuple[Finding, ...]

    def stands(self, typed: Address | None) -> tuple[Finding, ...]:
        """What still blocks when the operator typed this address to override, ``None`` when he did not."""
        right = typed is not None and typed.same_station(self.address)
        return tuple(one for one in self.findings if not (right and one.overridable))

    @property
    def forces(self) -> bool:
        """Whether an override means that the version is forced."""
        return any(one.blocker in FORCED for one in self.findings)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is not the terminal's to tell."""

    keys: Sequence[bytes] = ()
    """Public keys of the maker, 32 bytes each; none: the signature is the terminal's to judge."""
    battery: Battery | None = None
    expected: Address | None = None
    """The terminal that is meant, when it was named."""


async def examine(
    client: TerminalClient, way: Way, shipment: Shipment, around: Surroundings | None = None
) -> Preflight:
    """Ask the terminal and judge. ``SilenceError`` and ``LineError`` when it cannot be asked."""
    around = around or Surroundings()
    known = await running(client)
    own = address_of(known.identity) if known.identity else client.address
    findings = [
        *judge(shipment, known, around.keys),
        *_terminal(known, way, client.channel),
        *await _clock(client, known),
        *_around(around, own),
    ]
    return Preflight(known, own, tuple(findings))


def judge(shipment: Shipment, known: Running, keys: Sequence[bytes]) -> Iterator[Finding]:
    """Every reason against the package at this terminal."""
    found = dict.fromkeys(_REASONS[one] for one in objections(shipment.file, known.installed, keys))
    identity, header = known.identity, shipment.header
    if identity and identity.flags.signed and header and not header.flags.signed:
        found.setdefault(Blocker.SIGNATURE)
    versions = f"{shipment.running(known)} > {shipment.brings}"
    for blocker in found:
        yield Finding(blocker, versions if blocker in FORCED else "")
    if flaws := list(library_flaws(shipment.file)):
        more = f" (+{len(flaws) - 1})" if len(flaws) > 1 else ""
        yield Finding(Blocker.LIBRARY, f"{flaws[0]}{more}")


def _terminal(known: Running, way: Way, channel: str) -> Iterator[Finding]:
    identity = known.identity
    if identity is None:
        return
    waits = identity.mode in (LOCAL_MODES if way is Way.RS485 else REMOTE_MODES)
    if identity.flags.locked:
        yield Finding(Blocker.LOCKED)
    if identity.mode in BUSY_MODES or (identity.flags.busy and not waits):
        yield Finding(Blocker.BUSY)
    if channel in LOCAL_CHANNELS and not waits and not identity.flags.open:
        yield Finding(Blocker.SWITCH)


async def _clock(client: TerminalClient, known: Running) -> list[Finding]:
    """In download mode the terminal answers no question for its clock; it was asked before."""
    if known.identity and known.identity.mode in LOCAL_MODES | REMOTE_MODES:
        return []
    try:
        look = await client.look_at_clock()
    except (DeniedError, DecodeError):
        return []
    return list(clock_findings(look.terminal, look.before))


def clock_findings(terminal: datetime | None, here: datetime) -> Iterator[Finding]:
    """Judge the terminal's clock by this computer's."""
    if terminal is None:
        yield Finding(Blocker.CLOCK)
    elif abs(terminal - here) > SANE:
        yield Finding(Blocker.CLOCK, f"{terminal:%Y-%m-%d %H:%M}")


def _around(around: Surroundings, own: Address) -> Iterator[Finding]:
    if around.expected is not None and not around.expected.same_station(own):
        yield Finding(Blocker.TERMINAL, f"{own.text} / {around.expected.text}")
    if around.battery is not None and around.battery.low:
        yield Finding(Blocker.BATTERY, f"{around.battery.percent} %")
