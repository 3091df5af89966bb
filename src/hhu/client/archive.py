"""The meter archive as rows, one per meter, over the units it is spread over (M83, M96).

F10 has the meters by serial number, F29 and F30 of each point the asset number and whether it is read, F35
the serial numbers of the key meters (part A §7.2, §7.4, §7.5). Rows are read out of the units a terminal
holds and put back as the units it shall hold; writing those is the business of `hhu.client.plan`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from core.gdw376.unit import Unit
from core.gdw376.units.afn0c import REGISTERS, MeterReadingInfo
from core.gdw376.units.afn04 import (
    DECIMALS,
    INTEGERS,
    MAJOR,
    PROTOCOLS,
    SPEEDS,
    Digits10,
    DisplayNumber,
    KeyMeters,
    MeterArchive,
    MeterRecord,
    PortSpeed,
    ReadingStopped,
    UserClass,
)
from hhu.client.change import Key
from hhu.client.keyed import is_deleting
from hhu.client.reading import OnBatch, OnOutcome, Outcome, Reader, read_parameters

CAPACITY = 192
"""Meters (M83)."""
POINTS_AT_ONCE = 32
"""Units of points asked for in one question: the answer stays below 512 bytes."""
ARCHIVE: Key = (0, MeterArchive)
KEYS: Key = (0, KeyMeters)
LAST_VALUE: type[Unit] = REGISTERS[0]
"""F129: the present forward active reading as it was read last."""
NO_COLLECTOR = "0" * 12
SPEED_CODES = {int(en) if en.isdecimal() else 0: code for code, (_, en) in SPEEDS.items()}
SPEED_OF = {code: speed for speed, code in SPEED_CODES.items()}
DIGIT_CODES = {int(en): code for code, (_, en) in INTEGERS.items()}
DECIMAL_CODES = {int(en): code for code, (_, en) in DECIMALS.items()}


@dataclass(frozen=True, slots=True)
class ArchiveRow:
    """One meter as people write it. Fields are named as in files and in JSON."""

    serial: int
    point: int
    port: int
    protocol: int
    """Code of F10: 1 DL/T 645-1997, 30 DL/T 645-2007."""
    address: str
    """Twelve digits, as on the nameplate."""
    speed: int = 0
    """Baud; 0 is the default of the protocol."""
    tariffs: int = 4
    integers: int = 6
    """Digits of the energy register before the point."""
    decimals: int = 2
    collector: str = ""
    """Twelve digits, empty without one."""
    major: int = 4
    """Class of the user; 4 is a resident."""
    minor: int = 0
    asset: str = ""
    """Asset ("property") number (Q23); empty: the terminal shows the address."""
    key: bool = False
    stopped: bool = False
    password: bytes = field(default=bytes(6), repr=False)
    """Never shown and never exported."""

    @property
    def protected(self) -> bool:
        """Whether the meter has a password."""
        return any(self.password)


# Units to rows

Units = Mapping[Key, Unit]


def rows_of(units: Units) -> tuple[ArchiveRow, ...]:
    """Return the meters that these units describe, by serial number."""
    archive, keys = units.get(ARCHIVE), units.get(KEYS)
    if not isinstance(archive, MeterArchive):
        return ()
    marked = frozenset(keys.serials) if isinstance(keys, KeyMeters) else frozenset[int]()
    there = (record for record in archive.meters if not is_deleting(MeterArchive, record))
    rows = (_row(record, units, key=record.serial in marked) for record in there)
    return tuple(sorted(rows, key=lambda row: row.serial))


def _row(record: MeterRecord, units: Units, *, key: bool) -> ArchiveRow:
    asset = units.get((record.point, DisplayNumber))
    stopped = units.get((record.point, ReadingStopped))
    collector = record.collector or ""
    return ArchiveRow(
        serial=record.serial,
        point=record.point,
        port=record.line.port,
        protocol=record.protocol,
        address=record.address or "",
        speed=SPEED_OF[record.line.speed],
        tariffs=record.tariffs,
        integers=record.digits.integers + 4,
        decimals=record.digits.decimals + 1,
        collector="" if collector == NO_COLLECTOR else collector,
        major=record.user_class.major,
        minor=record.user_class.minor,
        asset=asset.number.strip() if isinstance(asset, DisplayNumber) else "",
        key=key,
        stopped=isinstance(stopped, ReadingStopped) and bool(stopped.stopped),
        password=record.password,
    )


def record_of(row: ArchiveRow) -> MeterRecord:
    """Return the record of F10; `hhu.client.archive_check` finds what it cannot carry."""
    return MeterRecord(
        serial=row.serial,
        point=row.point,
        line=PortSpeed(row.port, SPEED_CODES[row.speed]),
        protocol=row.protocol,
        address=row.address or None,
        password=row.password,
        tariffs=row.tariffs,
        digits=Digits10(DECIMAL_CODES[row.decimals], DIGIT_CODES[row.integers]),
        collector=row.collector or NO_COLLECTOR,
        user_class=UserClass(row.minor, row.major),
    )


# Rows to units

NOTHING: Units = {}


def with_rows(
    held: Units, rows: Iterable[ArchiveRow], gone: Iterable[int] = (), wanted: Units = NOTHING
) -> dict[Key, Unit]:
    """Return the units that change when these meters are set and the serial numbers in ``gone`` deleted.

    ``wanted`` is what was planned before; a meter that only stands there is deleted by forgetting it.
    """
    rows, gone = tuple(rows), frozenset(gone)
    now = {**held, **wanted}
    present, there = _records(now), _records(held)
    for row in rows:
        present[row.serial] = record_of(row)
    for serial in gone & present.keys():
        record = present.pop(serial)
        if serial in there:
            present[serial] = replace(record, point=0)
    ordered = (present[serial] for serial in dict.fromkeys((*there, *present)) if serial in present)
    made: dict[Key, Unit] = {ARCHIVE: MeterArchive(tuple(ordered))}
    for row in rows:
        made |= _of_point(now, row)
    made |= _keys(now, rows, gone)
    return {key: unit for key, unit in made.items() if unit != now.get(key)}


def _records(units: Units) -> dict[int, MeterRecord]:
    archive = units.get(ARCHIVE)
    return {r.serial: r for r in archive.meters} if isinstance(archive, MeterArchive) else {}


def _of_point(now: Units, row: ArchiveRow) -> dict[Key, Unit]:
    """Asset number and stop of a point, as far as they say more than the terminal says by itself."""
    units: dict[Key, Unit] = {}
    asset, stopped = (row.point, DisplayNumber), (row.point, ReadingStopped)
    there = now.get(asset)
    known = there.number.strip() if isinstance(there, DisplayNumber) else ""
    if row.asset != known and not (there is None and row.asset == row.address):
        units[asset] = DisplayNumber(row.asset)
    if row.stopped or stopped in now:
        units[stopped] = ReadingStopped(int(row.stopped))
    return units


def _keys(now: Units, rows: Sequence[ArchiveRow], gone: frozenset[int]) -> dict[Key, Unit]:
    present = now.get(KEYS)
    before = present.serials if isinstance(present, KeyMeters) else ()
    off = gone | {row.serial for row in rows if not row.key}
    new = [row.serial for row in rows if row.key and row.serial not in before]
    serials = (*(serial for serial in before if serial not in off), *new)
    return {KEYS: KeyMeters(serials)} if serials != before else {}


def changed(row: ArchiveRow, record: MeterRecord) -> ArchiveRow:
    """Return the meter with the fields of another record; what stands in other units stays."""
    units: Units = {(record.point, DisplayNumber): DisplayNumber(row.asset)}
    return replace(_row(record, units, key=row.key), stopped=row.stopped)


def free_number(taken: Iterable[int]) -> int:
    """Return the lowest number from 1 on that is not taken."""
    used = frozenset(taken)
    return next(number for number in range(1, 2042) if number not in used)


def copy_of(row: ArchiveRow, rows: Sequence[ArchiveRow]) -> ArchiveRow:
    """Return a new meter like ``row``: next free numbers, nothing that is its own."""
    return replace(
        row,
        serial=free_number(other.serial for other in rows),
        point=free_number(other.point for other in rows),
        address="",
        asset="",
        key=False,
        stopped=False,
        password=bytes(6),
    )


# Reading


async def read_archive(client: Reader, on_outcome: OnOutcome, on_batch: OnBatch | None = None) -> None:
    """Read key meters, all meters, then asset number and stop of their points; see ``read_parameters``."""
    points: list[int] = []

    def take(outcome: Outcome) -> None:
        if isinstance(outcome.unit, MeterArchive):
            points.extend(record.point for record in outcome.unit.meters if record.point)
        on_outcome(outcome)

    await read_parameters(client, (KEYS, ARCHIVE), take, on_batch)
    keys: list[Key] = [(point, kind) for point in points for kind in (DisplayNumber, ReadingStopped)]
    await read_parameters(client, keys, on_outcome, on_batch, most=POINTS_AT_ONCE)


async def read_statuses(
    client: Reader, points: Iterable[int], on_outcome: OnOutcome, on_batch: OnBatch | None = None
) -> None:
    """Read how the reading of these points went (0C F170) and their last forward active energy (0C F129)."""
    keys: list[Key] = [(point, kind) for point in points for kind in (MeterReadingInfo, LAST_VALUE)]
    await read_parameters(client, keys, on_outcome, on_batch, most=POINTS_AT_ONCE // 4)


# Words of codes


def protocol_name(code: int) -> str:
    """Return the short name of a protocol: ``645-2007``; an unknown one by its number."""
    zh, en = PROTOCOLS.get(code, (str(code), str(code)))
    return en.removeprefix("DL/T ") if en == zh else en


def class_name(row: ArchiveRow) -> tuple[str, str]:
    """Return the class of the user in Chinese and English, with the minor class."""
    zh, en = MAJOR.get(row.major, (str(row.major), str(row.major)))
    return f"{zh} {row.minor}", f"{en} {row.minor}"
