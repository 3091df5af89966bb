"""The meter archive: which meter stands at which measuring point (AFN04 F10, part A §7.2; M83, M96).

One view over several parameters: F10 (serial, point, line, protocol, address, password, tariffs, digits,
collector, class), F29 (asset number), F30 (reading stopped) and F35 (key meters). It is made anew after a
change of parameters and only looked into between two.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.errors import EncodeError
from core.gdw376.units.afn04 import (
    Digits10,
    DisplayNumber,
    KeyMeters,
    MeterArchive,
    MeterRecord,
    PortSpeed,
    ReadingStopped,
    UserClass,
)
from core.terminal.limits import CAPACITY
from core.terminal.parameters import Parameters
from core.terminal.readings import History
from core.terminal.setting import Setting

__all__ = ["CAPACITY", "NOT_READ", "SPEEDS", "Archive", "Meter", "history_of", "record_of", "settings_of"]

NOT_READ = 0
"""Protocol code of F10: the meter stands in the archive and is not asked."""
SPEEDS = (0, 600, 1200, 2400, 4800, 7200, 9600, 19200)
"""Baud by speed code of F10; 0: the default of the protocol."""
LEAST_INTEGERS, LEAST_DECIMALS = 4, 1
TARIFF_BITS = 0x3F


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


def settings_of(meters: Sequence[Meter]) -> tuple[Setting, ...]:
    """Return what has to be set so that the archive holds these meters; ``EncodeError`` for an odd speed."""
    assets = [Setting(DisplayNumber(one.asset), one.point) for one in meters if one.asset != one.address]
    stopped = [Setting(ReadingStopped(1), one.point) for one in meters if one.stopped]
    keys = tuple(one.serial for one in meters if one.key)
    archive = Setting(MeterArchive(tuple(map(record_of, meters))))
    return (archive, *assets, *stopped, *([Setting(KeyMeters(keys))] if keys else []))


def record_of(meter: Meter) -> MeterRecord:
    """Return the record of F10; asset number, stop and key meters are other parameters."""
    if meter.speed not in SPEEDS:
        raise EncodeError(f"{meter.speed} Bd has no code", f"Speeds are {SPEEDS[1:]}.", "speed")
    return MeterRecord(
        serial=meter.serial,
        point=meter.point,
        line=PortSpeed(meter.port, SPEEDS.index(meter.speed)),
        protocol=meter.protocol,
        address=meter.address,
        password=meter.password,
        tariffs=meter.tariffs,
        digits=Digits10(meter.decimals - LEAST_DECIMALS, meter.integers - LEAST_INTEGERS),
        collector=meter.collector,
        user_class=UserClass(meter.minor, meter.major),
    )


def history_of(meter: Meter) -> History:
    """Return whose values the meter's are: another address or protocol begins anew (Z5)."""
    return History(meter.point, meter.address, meter.protocol)


class Archive:
    """All meters, by serial, point and port."""

    def __init__(self, parameters: Parameters) -> None:
        self._parameters = parameters
        self._revision = -1
        self._points: dict[int, Meter] = {}
        self._ports: dict[int, tuple[Meter, ...]] = {}

    def meters(self) -> tuple[Meter, ...]:
        """Return all meters by rising point."""
        return tuple(self._fresh()._points.values())

    def at(self, point: int) -> Meter | None:
        """Return the meter of a point."""
        return self._fresh()._points.get(point)

    def on_port(self, port: int) -> tuple[Meter, ...]:
        """Return the meters of a port that are to be read: protocol not 0, not stopped; by rising point."""
        return self._fresh()._ports.get(port, ())

    def clearing(self, port: int) -> MeterArchive | None:
        """Return what deletes all meters of a port when it is set (AFN05 F53), ``None`` if there are none."""
        there = [one for one in self._parameters.archived.values() if one.line.port == port]
        return MeterArchive(tuple(replace(one, point=0) for one in there)) if there else None

    def _fresh(self) -> "Archive":
        """Make the view anew if a parameter changed."""
        if self._revision != self._parameters.revision:
            self._revision = self._parameters.revision
            keys = frozenset(self._parameters.value(KeyMeters).serials)
            records = self._parameters.archived
            self._points = {point: self._meter(record, keys) for point, record in records.items()}
            read = [one for one in self._points.values() if one.protocol != NOT_READ and not one.stopped]
            ports = {one.port for one in read}
            self._ports = {port: tuple(one for one in read if one.port == port) for port in ports}
        return self

    def _meter(self, record: MeterRecord, keys: frozenset[int]) -> Meter:
        address = record.address or ""
        return Meter(
            serial=record.serial,
            point=record.point,
            port=record.line.port,
            speed=SPEEDS[record.line.speed],
            protocol=record.protocol,
            address=address,
            password=record.password,
            tariffs=record.tariffs & TARIFF_BITS,
            integers=LEAST_INTEGERS + record.digits.integers,
            decimals=LEAST_DECIMALS + record.digits.decimals,
            collector=record.collector or "",
            major=record.user_class.major,
            minor=record.user_class.minor,
            asset=self._parameters.value(DisplayNumber, record.point).number or address,
            stopped=bool(self._parameters.value(ReadingStopped, record.point).stopped),
            key=record.serial in keys,
        )
