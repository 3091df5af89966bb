"""The parameters of AFN 04: their values, their factory state (device behaviour part 10), their limits.

A value never written has its factory value. Values are kept as encoded units, so the store needs no column
per field; a kept value that no longer decodes is given up for the factory value and reported (ERC2).
"""

from collections.abc import Callable, Iterable
from ipaddress import IPv4Address
from typing import Any, TypeVar

from core.errors import DecodeError, EncodeError
from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import (
    ApnUser,
    Authentication,
    ConfirmedServices,
    EventMasks,
    GroupAddresses,
    MasterStation,
    PhoneNumbers,
    Retry,
    TerminalAddress,
    TerminalIp,
    UplinkMode,
    UplinkPort,
    WorkMode,
)
from core.terminal.ledger import Ledger, ParameterKept

U = TypeVar("U", bound=Unit)

NOWHERE = IPv4Address(0)
ALWAYS, CLIENT, TCP = 1, 1, 0
VALID_EVENTS = frozenset({*range(1, 5), 8, *range(12, 15), 20, 21, 24, *range(27, 34), 35})
IMPORTANT_EVENTS = frozenset({2, 4, 8, 14, 20, 21, 27, *range(29, 33), 35})

FACTORY: tuple[Unit, ...] = (
    UplinkPort(0, 0, Retry(30, 3), ConfirmedServices(False, False, True), 15),
    MasterStation(NOWHERE, 0, NOWHERE, 0, "CMNET"),
    PhoneNumbers("", ""),
    Authentication(0, 0),
    GroupAddresses((0,) * 8),
    TerminalIp(NOWHERE, NOWHERE, NOWHERE, 0, NOWHERE, 0, 0, "", "", 0),
    UplinkMode(WorkMode(ALWAYS, CLIENT, TCP), 60, 3, 5, frozenset(range(24))),
    EventMasks(VALID_EVENTS, IMPORTANT_EVENTS),
    ApnUser("CARD", "CARD"),
    TerminalAddress("1122", 0x3344),
)
"""Factory state by part 10; what part 10 leaves open is 0 or empty."""

DEFAULTS: dict[int, Unit] = {unit.meaning.fn: unit for unit in FACTORY}
KINDS: dict[int, type[Unit]] = {fn: type(unit) for fn, unit in DEFAULTS.items()}

UPLINK_FUNCTIONS = frozenset({*range(1, 9), 16})
"""Fn that belong to communication with the master: AFN01 F4 keeps them (part A §6.2)."""


def _port_limits(value: UplinkPort) -> str | None:
    return None if 1 <= value.heartbeat <= 60 else "heartbeat is outside 1..60 min"


def _scheme_limits(value: Authentication) -> str | None:
    return None if value.scheme in (0, 1) else "only schemes 0 (none) and 1 (plain password) are fitted"


def _proxy_limits(value: TerminalIp) -> str | None:
    return None if value.proxy <= 3 and value.proxy_login <= 1 else "no such proxy"


def _mode_limits(value: UplinkMode) -> str | None:
    return None if 1 <= value.mode.online <= 3 and value.mode.role <= 2 else "no such working mode"


def _address_limits(value: TerminalAddress) -> str | None:
    return None if value.terminal != 0xFFFF else "FFFF is the broadcast address"


LIMITS: dict[type[Unit], Callable[[Any], str | None]] = {
    UplinkPort: _port_limits,
    Authentication: _scheme_limits,
    TerminalIp: _proxy_limits,
    UplinkMode: _mode_limits,
    TerminalAddress: _address_limits,
}
"""Limits of this model beyond those of the wire."""


def objection(unit: Unit) -> str | None:
    """Return why this terminal cannot take the value, ``None`` if it can."""
    try:
        unit.encode()
    except EncodeError as error:
        return str(error)
    check = LIMITS.get(type(unit))
    return check(unit) if check else None


class Parameters:
    """Values by unit class; writing is all or nothing."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def value(self, kind: type[U]) -> U:
        """Return the present value of a parameter of the terminal."""
        raw = self._ledger.kept.parameters.get((kind.meaning.fn, 0))
        value = DEFAULTS[kind.meaning.fn] if raw is None else kind.decode(raw)
        assert isinstance(value, kind)
        return value

    def at(self, fn: int, pn: int) -> Unit | None:
        """Return the value of F``fn`` of a point, ``None`` if this terminal has no such parameter."""
        return self.value(KINDS[fn]) if pn == 0 and fn in KINDS else None

    @property
    def set_functions(self) -> frozenset[int]:
        """Fn that were written since the last initialisation (0C F3)."""
        return frozenset(fn for fn, _ in self._ledger.kept.parameters)

    def write(self, units: Iterable[Unit]) -> tuple[Unit, ...]:
        """Write all or none; return those whose value changed. ``EncodeError`` when one is not acceptable."""
        wanted = tuple(units)
        for unit in wanted:
            if reason := objection(unit):
                raise EncodeError(reason, field=unit.meaning.code)
        with self._ledger.transaction():
            changed = tuple(unit for unit in wanted if self.value(type(unit)) != unit)
            self._ledger.put(*[ParameterKept(unit.meaning.fn, 0, unit.encode()) for unit in wanted])
        return changed

    def restore(self, keep: frozenset[int] = frozenset()) -> None:
        """Bring back the factory values of all but the Fn in ``keep``."""
        gone = [key for key in self._ledger.kept.parameters if key[0] not in keep]
        self._ledger.put(*[ParameterKept(fn, pn, None) for fn, pn in gone])

    def give_up_unreadable(self) -> frozenset[int]:
        """Bring back the factory value of every kept value that fails its check; return their Fn."""
        lost: set[tuple[int, int]] = set()
        for (fn, pn), raw in self._ledger.kept.parameters.items():
            try:
                KINDS[fn].decode(raw)
            except (DecodeError, KeyError):
                lost.add((fn, pn))
        self._ledger.put(*[ParameterKept(fn, pn, None) for fn, pn in lost])
        return frozenset(fn for fn, _ in lost)
