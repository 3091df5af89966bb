"""Which meters the terminal has in its archive, and on which days it takes its reading-day freezes."""

from datetime import date, timedelta

from core.errors import UsageError
from core.gdw376.units.afn04 import DisplayNumber, MeterArchive, ReadingParameters
from core.wire.leaf import members
from hhu.client.reading import Outcome, Reader, read_parameters
from hhu.client.reading_rows import MeterName
from hhu.client.reading_sets import Kind

ALL = "all"
HIGHEST = 2040
READING_DAYS = 31
"""Days looked back for reading days: each falls into them once."""


async def archived_meters(client: Reader, *, assets: bool = False) -> dict[int, MeterName]:
    """Return the archived meters by point (AFN04 F10), with their asset numbers (F29) if wanted."""
    units = await _read(client, [(0, MeterArchive)])
    archive = units.get((0, MeterArchive))
    records = archive.meters if isinstance(archive, MeterArchive) else ()
    addresses = {record.point: record.address or "" for record in records if record.point}
    numbers = await _read(client, [(point, DisplayNumber) for point in addresses]) if assets else {}
    return {point: MeterName(address, _asset(numbers, point)) for point, address in sorted(addresses.items())}


def _asset(numbers: dict[tuple[int, type], object], point: int) -> str:
    held = numbers.get((point, DisplayNumber))
    return held.number if isinstance(held, DisplayNumber) else ""


async def reading_days(client: Reader) -> frozenset[int] | None:
    """Return the days of the month on which any port takes reading-day freezes (AFN04 F33), if it says so."""
    held = (await _read(client, [(0, ReadingParameters)])).get((0, ReadingParameters))
    if not isinstance(held, ReadingParameters):
        return None
    return frozenset(day for port in held.ports for day in port.days) or None


async def _read(client: Reader, keys: list[tuple[int, type]]) -> dict[tuple[int, type], object]:
    found: dict[tuple[int, type], object] = {}

    def take(outcome: Outcome) -> None:
        if outcome.unit is not None:
            found[outcome.key] = outcome.unit

    await read_parameters(client, keys, take)
    return found


def parse_points(text: str) -> tuple[int, ...] | None:
    """Read ``1-20,33``; ``None`` for ``all``. ``UsageError`` for a point that cannot be."""
    if text.strip().lower() == ALL:
        return None
    points = tuple(sorted(members(text)))
    if not points or not 1 <= points[0] <= points[-1] <= HIGHEST:
        raise UsageError(f"Points {text!r} leave 1..{HIGHEST}.", "Write 1-20,33 or all.")
    return points


def usual_days(kind: Kind, today: date) -> tuple[date, date]:
    """Return the days read when none are said: yesterday, or the last that can be there."""
    yesterday = today - timedelta(days=1)
    if kind is Kind.MONTH:
        last = today.replace(day=1) - timedelta(days=1)
        return last.replace(day=1), last
    if kind is Kind.READING_DAY:
        return today - timedelta(days=READING_DAYS), today
    return yesterday, today if kind is Kind.HOUR else yesterday


def parse_day(text: str, *, end: bool = False) -> date:
    """Read ``2026-11-19``, or a month: its first day, or its last with ``end``."""
    try:
        if len(text.strip()) == len("2026-11"):
            first = date.fromisoformat(f"{text.strip()}-01")
            return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1) if end else first
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f"{text!r} is no day.", "Write 2026-11-19, or 2026-11 for a month.") from None
