"""Everything that may speak against an upgrade, found before anything is sent, all at once.

What the technician makes good on the way anyway (arming, the programming switch) is shown, but does not block.
"""

from collections.abc import Iterator

from core.gdw376.address import UNIVERSAL
from core.vendor.identify import Identity
from core.vendor.package import REASONS, Installed, Reason, objections
from hhu.client.battery import LOWEST, Battery
from hhu.client.upgrade.stages import Way
from hhu.screens.desk import Desk
from hhu.screens.upgrade_board import Check, ChosenPackage
from hhu.screens.upgrade_rows import mode_text, version_text

INSANE = 86_400.0
"""Seconds by which a clock may be off: beyond, the deadlines of the download mode mean nothing."""
NORMAL_MODE, WAITING_MODE, LOCAL_MODE = 0, 1, 2
FORCED_BY_FLAG = frozenset({Reason.OLD_VERSION, Reason.SAME_VERSION})


def checks(desk: Desk, package: ChosenPackage, way: Way, battery: Battery | None) -> Iterator[Check]:
    """Look at package, terminal, line and computer."""
    identity = desk.upgrade.identity
    yield from _package(desk, package, identity, way)
    if identity is None:
        yield Check(True, desk.words("check.original"))
    else:
        yield from _terminal(desk, identity, way)
    yield from _line(desk, way)
    yield from _clock(desk)
    yield from _battery(desk, battery)


def _package(desk: Desk, package: ChosenPackage, identity: Identity | None, way: Way) -> Iterator[Check]:
    installed = identity and Installed(
        identity.program, identity.program_date, identity.library, identity.library_date, identity.hardware
    )
    found = list(dict.fromkeys(objections(package.content, installed, ())))
    unsigned = package.header is not None and not package.header.flags.signed
    if identity is not None and identity.flags.signed and unsigned:
        found.append(Reason.SIGNATURE)
    for reason in found:
        key = "check.version-usb" if reason in FORCED_BY_FLAG and way in UNFORCED else "check.package"
        text = desk.words(key, reason=desk.words.of(*REASONS[reason]))
        overridable = reason is not Reason.SIGNATURE and key == "check.package"
        yield Check(False, text, desk.words(f"check.reason-{_kind(reason)}"), overridable)
    if not found:
        yield Check(True, desk.words("check.package-good"))


UNFORCED = frozenset({Way.USB, Way.STANDARD})
"""Ways on which no version can be forced (vendor extension §5.4)."""


def _kind(reason: Reason) -> str:
    """Group the reasons by their next step."""
    if reason in FORCED_BY_FLAG:
        return "version"
    if reason is Reason.SIGNATURE:
        return "signature"
    if reason in (Reason.PRODUCT, Reason.HARDWARE):
        return "other"
    return "damaged"


def _terminal(desk: Desk, identity: Identity, way: Way) -> Iterator[Check]:
    words = desk.words
    version = version_text(identity.program, identity.program_date)
    yield Check(True, words("check.runs", version=version))
    waiting = identity.mode in (WAITING_MODE, LOCAL_MODE) and way is Way.RS485
    if identity.flags.busy and not waiting:
        yield Check(False, words("check.busy", mode=mode_text(identity, words)), words("check.busy-next"))
    if identity.flags.locked:
        yield Check(False, words("check.locked"), words("check.locked-next"))
    if identity.flags.open or not desk.needs_switch or way is Way.STANDARD:
        return
    yield Check(True, words("check.switch"))


def _line(desk: Desk, way: Way) -> Iterator[Check]:
    """The address, and whether this line can carry the way."""
    link, words = desk.connection, desk.words
    if link is None:
        return
    if link.client.address.same_station(UNIVERSAL):
        yield Check(False, words("check.default-address"), words("check.default-address-next"), True)
    else:
        yield Check(True, words("check.address", address=link.address_text))
    if way is Way.RS485 and not link.local:
        yield Check(False, words("check.not-local"), words("check.not-local-next"))
    if way is Way.REMOTE and desk.front_end is None:
        yield Check(False, words("check.no-front-end"), words("check.no-front-end-next"))


def _clock(desk: Desk) -> Iterator[Check]:
    reading, words = desk.clock_reading, desk.words
    if reading is None:
        return
    if reading.residual_s is None or abs(reading.residual_s) > INSANE:
        yield Check(False, words("check.clock"), words("check.clock-next"), True)
    else:
        yield Check(True, words("check.clock-good"))


def _battery(desk: Desk, battery: Battery | None) -> Iterator[Check]:
    if battery is None or battery.mains:
        return
    text = desk.words("check.battery", percent=battery.percent)
    if battery.low:
        yield Check(False, text, desk.words("check.battery-next", lowest=LOWEST), True)
    else:
        yield Check(True, text)
