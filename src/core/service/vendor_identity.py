"""Code E0: who the terminal is and what it is doing (vendor extension §2.7)."""

from datetime import datetime

from core.gdw376.address import Address
from core.service.order import Order as Call
from core.terminal.concentrator import Concentrator
from core.terminal.upgrade.limits import limits_of
from core.terminal.upgrade.look import UsbLook
from core.terminal.upgrade.slots import SlotName, Way
from core.vendor.envelope import IDENTIFY, Order, Outcome
from core.vendor.identify import Identity, IdentityFlags

BOTH_CRCS = 0b11
NORMAL, LOCAL_WAITING, LOCAL_TRANSFER, CONNECTING, LINKED, REMOTE_TRANSFER, USB, CHECKING = range(8)


def identify(terminal: Concentrator, call: Call, order: Order) -> Outcome:
    """No password; the limits are those of the channel that asks."""
    return Outcome(IDENTIFY, _identity(terminal, call).encode(), order.maker)


def _identity(terminal: Concentrator, call: Call) -> Identity:
    who, own, upgrade = terminal.identity, terminal.address, terminal.upgrade
    limits = limits_of(call.channel, serial=call.serial)
    package, slots = terminal.download.files.package, upgrade.slots
    last = attempts[-1] if (attempts := upgrade.store.attempts()) else None
    return Identity(
        result=0,
        layout=1,
        mode=_mode(terminal),
        flags=_flags(terminal, call),
        block=limits.block,
        burst=limits.burst,
        window=limits.window,
        crcs=BOTH_CRCS,
        minutes_left=terminal.download.mode.minutes_left,
        address=Address(own.region, own.terminal).encode()[:4],
        product=who.model,
        hardware=1 << who.hardware_bit,
        program=who.software,
        program_date=who.software_date,
        library=who.library,
        library_date=who.library_date,
        slot=slots.active,
        slot_a=slots.of(SlotName.A).state,
        slot_b=slots.of(SlotName.B).state,
        upgrade_way=last.way if last else 0,
        upgrade_result=last.outcome if last else 0,
        upgrade_reason=last.reason if last else 0,
        upgrade_at=_octets(last.at) if last else bytes(6),
        version_before=last.before if last else "",
        version_after=last.after if last else "",
        partial=int(package.about is not None),
        units=package.units,
        units_missing=package.missing,
        file_crc=(package.about.crc or 0) if package.about else 0,
        hours_left=package.hours_left,
    )


def _flags(terminal: Concentrator, call: Call) -> IdentityFlags:
    access, upgrade = terminal.access, terminal.upgrade
    return IdentityFlags(
        open=access.programming_open,
        busy=_busy(terminal, call),
        signed=bool(terminal.identity.vendor_keys),
        locked=access.locked_for(call.channel) > 0,
        disk=upgrade.usb.disk is not None,
    )


def _busy(terminal: Concentrator, call: Call) -> bool:
    """Would another upgrade be refused? The mode itself keeps nobody from loading."""
    if not terminal.download.active:
        return terminal.upgrade.busy
    return terminal.upgrade.reset_due is not None or terminal.download.files.busy_for(call.channel)


def _mode(terminal: Concentrator) -> int:
    upgrade, download = terminal.upgrade, terminal.download
    if isinstance(upgrade.look, UsbLook):
        return USB
    if upgrade.reset_due is not None and upgrade.on_trial:
        return CHECKING
    if download.mode.way is Way.LOCAL:
        return LOCAL_TRANSFER if download.files.transferring else LOCAL_WAITING
    if download.mode.way is Way.REMOTE:
        linked = LINKED if terminal.uplink.online else CONNECTING
        return REMOTE_TRANSFER if download.files.transferring else linked
    return NORMAL


def _octets(at: datetime) -> bytes:
    """Ss mm hh DD MM YY, BCD."""
    return bytes.fromhex(f"{at:%S%M%H%d%m%y}")
