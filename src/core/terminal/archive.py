"""The meter archive: which meter stands at which measuring point (AFN04 F10, part A §7.2; M83, M96).

One view over several parameters: F10 (serial, point, line, protocol, address, password, tariffs, digits,
collector, class), F29 (asset number), F30 (reading stopped) and F35 (key meters).
"""

from dataclasses import dataclass

CAPACITY = 192
"""Meters (M83)."""


@dataclass(frozen=True, slots=True)
class Meter:
    """One archived meter."""

    serial: int
    point: int
    port: int
    speed: int
    """Baud; 0: the default of the protocol."""
    protocol: int
    """Code of F10: 0 do not read, 1 DL/T 645-1997, 30 DL/T 645-2007, others by profile."""
    address: str
    password: bytes
    tariffs: int
    integers: int
    decimals: int
    collector: str
    major: int
    minor: int
    asset: str
    """Asset ("property") number; the meter's address unless F29 says otherwise (Q23)."""
    stopped: bool = False
    key: bool = False


class Archive:
    """All meters, by serial, point and port."""

    def meters(self) -> tuple[Meter, ...]:
        """Return all meters by rising point."""
        raise NotImplementedError

    def at(self, point: int) -> Meter | None:
        """Return the meter of a point."""
        raise NotImplementedError

    def on_port(self, port: int) -> tuple[Meter, ...]:
        """Return the meters of a port that are to be read: protocol not 0, not stopped; by rising point."""
        raise NotImplementedError
