"""What is wrong with meters before any of them is sent: limits of the record, doubles, capacity (M83, M96).

A defect carries its kind and facts; the words are made in `hhu.archive_words`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.gdw376.units.afn04 import PROTOCOLS
from hhu.client.archive import CAPACITY, DECIMAL_CODES, DIGIT_CODES, SPEED_CODES, ArchiveRow

PORTS = (1, 2, 3)
"""Meter ports of the terminal: three times RS485 (device behaviour M54); others are said, not refused."""
NO_ADDRESS = "0" * 12
"""Names no meter, so several devices may have it."""
BROADCAST = "9" * 12
"""The address every meter listens to (DL/T 645 §5.2)."""
LIMITS: Mapping[str, tuple[int, int]] = {
    "serial": (1, 2040),
    "point": (1, 2040),
    "port": (1, 31),
    "tariffs": (1, 48),
    "major": (0, 15),
    "minor": (0, 15),
}
"""Lowest and highest number of a field (part A §7.2 F10)."""
CHOICES: Mapping[str, frozenset[int]] = {
    "speed": frozenset(SPEED_CODES),
    "integers": frozenset(DIGIT_CODES),
    "decimals": frozenset(DECIMAL_CODES),
    "protocol": frozenset(PROTOCOLS),
}
"""Values of a field that the record has codes for."""
LONGEST_ASSET = 12
"""Characters of F29."""


@dataclass(frozen=True, slots=True)
class Defect:
    """Something wrong or worth saying, and where."""

    kind: str
    """Key of `hhu.archive_words`."""
    facts: tuple[str, ...] = ()
    row: int = 0
    """Row of the file, counted from 1 as a spreadsheet does; 0: no single row."""
    column: str = ""
    """Field of `ArchiveRow`, or the heading where it is none."""
    blocking: bool = True
    """False: said, but nothing keeps the meters from being sent."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A meter and where it comes from: a row of the file, or 0 for the terminal."""

    row: int
    meter: ArchiveRow
    new: bool = False
    """The terminal does not have it yet."""


def defects_of(meters: Sequence[Placed]) -> tuple[Defect, ...]:
    """Check a whole archive as it shall be; defects in the order of rows."""
    found = [defect for placed in meters for defect in _limits(placed)]
    found += _doubles(meters)
    found += _capacity(meters)
    return tuple(sorted(found, key=lambda defect: defect.row))


def _limits(placed: Placed) -> Iterator[Defect]:
    """Meters that the terminal holds already are not judged."""
    if not placed.row:
        return
    meter, row = placed.meter, placed.row
    for name, (lowest, highest) in LIMITS.items():
        value = getattr(meter, name)
        if not lowest <= value <= highest:
            yield Defect("range", (str(value), str(lowest), str(highest)), row, name)
    for name, known in CHOICES.items():
        value = getattr(meter, name)
        if value not in known:
            kind = "protocol" if name == "protocol" else "choice"
            yield Defect(kind, (str(value), ", ".join(map(str, sorted(known)))), row, name)
    if meter.port not in PORTS and meter.port <= LIMITS["port"][1]:
        yield Defect("port", (str(meter.port),), row, "port", blocking=False)
    yield from _addresses(meter, row)
    if len(meter.asset) > LONGEST_ASSET or not (meter.asset.isascii() and meter.asset.isprintable()):
        yield Defect("asset", (meter.asset, str(LONGEST_ASSET)), row, "asset")
    elif meter.asset.strip() != meter.asset:
        yield Defect("asset-blanks", (meter.asset,), row, "asset")


def _addresses(meter: ArchiveRow, row: int) -> Iterator[Defect]:
    if not is_address(meter.address):
        kind = "address" if meter.address else "no-address"
        yield Defect(kind, (meter.address,), row, "address")
    elif meter.address == BROADCAST:
        yield Defect("broadcast", (meter.address,), row, "address")
    if meter.collector and not is_address(meter.collector):
        yield Defect("address", (meter.collector,), row, "collector")


def is_address(text: str) -> bool:
    """Tell whether this is a whole address: twelve decimal digits."""
    return len(text) == 12 and text.isascii() and text.isdecimal()


def _doubles(meters: Iterable[Placed]) -> Iterator[Defect]:
    """Serial and point stand once in the archive, an address once on a port."""
    first: dict[tuple[object, ...], Placed] = {}
    for placed in meters:
        meter = placed.meter
        for name, key in (
            ("serial", ("serial", meter.serial)),
            ("point", ("point", meter.point)),
            ("address", ("address", meter.port, meter.address)),
        ):
            if name == "address" and meter.address in ("", NO_ADDRESS):
                continue
            other = first.setdefault(key, placed)
            if other is not placed:
                yield _double(name, other, placed)


def _double(name: str, one: Placed, two: Placed) -> Defect:
    """Name the later row of the file and where the other one stands."""
    new, old = (two, one) if two.row >= one.row else (one, two)
    value = str(getattr(new.meter, name))
    place = f"double-{'file' if old.row else 'terminal'}"
    return Defect(place, (value, str(old.row or old.meter.serial)), new.row, name)


def _capacity(meters: Sequence[Placed]) -> Iterator[Defect]:
    """The 193rd meter is refused (M83)."""
    if len(meters) <= CAPACITY:
        return
    ordered = sorted(meters, key=lambda placed: (placed.new, placed.row))
    yield Defect("capacity", (str(CAPACITY), str(len(meters))), ordered[CAPACITY].row)
