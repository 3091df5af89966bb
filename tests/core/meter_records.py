"""Meter archives for tests."""

from dataclasses import replace

from core.gdw376.units.afn04 import Digits10, MeterArchive, MeterRecord, PortSpeed, UserClass

LOCAL_2007 = 30


def meter(serial: int, point: int | None = None, port: int = 1, address: str = "") -> MeterRecord:
    """A residential meter of DL/T 645-2007; point and address follow the serial number."""
    return MeterRecord(
        serial=serial,
        point=serial if point is None else point,
        line=PortSpeed(port, 0),
        protocol=LOCAL_2007,
        address=address or f"{202600000000 + serial:012d}",
        password=bytes(6),
        tariffs=4,
        digits=Digits10(1, 2),
        collector="000000000000",
        user_class=UserClass(0, 4),
    )


def gone(serial: int) -> MeterRecord:
    """The record that deletes a serial number."""
    return replace(meter(serial), point=0)


def archive(count: int, first: int = 1) -> MeterArchive:
    """So many meters, in turn on ports 1 and 2."""
    return MeterArchive(tuple(meter(n, port=1 + n % 2) for n in range(first, first + count)))
