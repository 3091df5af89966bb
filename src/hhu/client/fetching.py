"""Fetching readings: many points and days in few frames, rows as they come, nothing lost with the line.

Rules
- An answer is to fit into one frame of the channel, and not to keep a slow line busy for long: batches are
  cut by the expected bytes of their answers, with four tariffs.
- Present values (0C) of several points share identifiers; each past value (0D) carries its own stamp, one
  point and one function per identifier (part B §1 rule 3).
- "Denied" and "left out" both mean that nothing is stored there (rule 5), never an error. A terminal may deny
  a whole batch for one part of it, so the first denied batch is asked again part by part; what that shows
  holds for the rest.
- Rows are handed out batch by batch: who catches the ``LineError`` has what came before it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol

from core.errors import CoreError, DecodeError, DeniedError, UsageError
from core.gdw376.message import Item
from core.gdw376.packing import DEFAULT_LARGEST
from core.gdw376.refusals import Refusal
from core.gdw376.unit import Edition, Unit
from core.gdw376.units.shapes import PER_HOUR, CurveStamp, DayStamp, MonthStamp
from core.wire.record import layout_of
from core.wire.repeat import ByField, Repeat
from core.wire.times import Month
from hhu.client.names import Name
from hhu.client.profiles import Profile
from hhu.client.reading_sets import HOUR_NOW, PRESENT, Kind, ReadingSet
from hhu.client.reading_table import Piece, Stamp, pieces_of, stamp_of

USUAL_TARIFFS = 4
HEADER = 4
"""Bytes of an identifier."""
PATIENCE = 2.5
"""Seconds an answer may take on a slow line, so that progress is seen."""
SMALLEST = 256
DENSITIES = {15: 1, 30: 2, 60: 3, 5: 254, 1: 255}
"""Minutes between the points of a curve to the density code (part B §3.1)."""
HOURLY = 3
MOST_POINTS = 240
"""Points of a curve asked for at once: the count is one byte."""
LONGEST = 400
"""Days that one question may cover: more is a slip of the keyboard."""
SERIOUS = frozenset({Refusal.PASSWORD.value, Refusal.LOCKED.value})
"""Denials that speak of the channel and not of the value."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is wanted: of which points, from the first to the last day."""

    kind: Kind
    sets: tuple[ReadingSet, ...]
    points: tuple[int, ...]
    first: date
    last: date
    density: int = 1
    """Code of the density of curves."""
    reading_days: frozenset[int] | None = None
    """Days of the month on which reading days fall, where that is known (AFN04 F33)."""

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise UsageError(f"{self.last} is before {self.first}.", "Give the earlier day first.")
        if (self.last - self.first).days >= LONGEST:
            raise UsageError(f"More than {LONGEST} days.", "Ask for fewer days at a time.")


@dataclass(frozen=True, slots=True)
class Question:
    """One data unit of one point, perhaps of a moment; ``size`` is what its answer probably takes."""

    point: int
    unit: type[Unit]
    asked: Any
    stamp: Stamp
    size: int

    @property
    def name(self) -> Name:
        """The same as the client asks it."""
        return Name(self.unit, None, self.point, self.asked)


class Reader(Protocol):
    """What fetching needs of the client."""

    edition: Edition

    async def read(self, wanted: Sequence[Name]) -> list[Item]:
        """Ask for units; see `TerminalClient.read`."""
        ...


OnPieces = Callable[[Sequence[Piece]], None]
OnProgress = Callable[[int, int, Question | None], None]
"""Questions done, questions in all, the first of those asked now."""


def room_of(profile: Profile) -> int:
    """Return how many bytes an answer on this channel should have at most."""
    per_byte = profile.timings.wire_time(1)
    return DEFAULT_LARGEST if not per_byte else max(SMALLEST, min(DEFAULT_LARGEST, int(PATIENCE / per_byte)))


# What to ask


def questions(query: Query, edition: Edition, room: int = DEFAULT_LARGEST) -> list[Question]:
    """Return all questions, point by point and day by day."""
    if query.kind is Kind.STATISTICS:
        return list(_statistics(query, edition))
    units = dict.fromkeys(unit for one in query.sets for unit in one.units(edition))
    return [question for point in query.points for question in _of_point(query, tuple(units), point, room)]


def _of_point(query: Query, units: Sequence[type[Unit]], point: int, room: int) -> Iterator[Question]:
    if query.kind is Kind.CURRENT:
        yield from (Question(point, unit, None, None, expected(unit)) for unit in units)
    elif query.kind is Kind.MONTH:
        for month in _months(query.first, query.last):
            yield from (Question(point, unit, MonthStamp(month), month, expected(unit)) for unit in units)
    elif query.kind in (Kind.HOUR, Kind.CURVE):
        density = HOURLY if query.kind is Kind.HOUR else query.density
        for day in _days(query):
            for unit in units:
                yield from _of_day(point, unit, day, density, room)
    else:
        for day in _days(query):
            yield from (Question(point, unit, DayStamp(day), day, expected(unit)) for unit in units)


def _of_day(point: int, unit: type[Unit], day: date, density: int, room: int) -> Iterator[Question]:
    """Cut a day of a curve into as many questions as its answers need."""
    per_hour = PER_HOUR[density]
    each = expected(unit, 1) - expected(unit, 0)
    most = max(1, min(MOST_POINTS, (room - expected(unit, 0)) // each))
    whole = 24 * per_hour
    for at in range(0, whole, most):
        count = min(most, whole - at)
        start = datetime.combine(day, time()) + timedelta(minutes=60 // per_hour) * at
        yield Question(point, unit, CurveStamp(start, density, count), start, expected(unit, count))


def _statistics(query: Query, edition: Edition) -> Iterator[Question]:
    """The terminal's own days and months, and what it counts now."""
    for unit in dict.fromkeys(unit for one in query.sets for unit in one.units(edition)):
        asks, size = unit.meaning.asks, expected(unit)
        if asks is DayStamp:
            yield from (Question(0, unit, DayStamp(day), day, size) for day in _days(query))
        elif asks is MonthStamp:
            months = _months(*_ended_months(query.first, query.last))
            yield from (Question(0, unit, MonthStamp(month), month, size) for month in months)
        else:
            yield Question(0, unit, None, None, size)


def _days(query: Query) -> Iterator[date]:
    for number in range((query.last - query.first).days + 1):
        day = query.first + timedelta(days=number)
        if query.kind is not Kind.READING_DAY or not query.reading_days or day.day in query.reading_days:
            yield day


def _months(first: date, last: date) -> Iterator[Month]:
    for number in range(12 * first.year + first.month - 1, 12 * last.year + last.month):
        yield Month(number // 12, number % 12 + 1)


def _ended_months(first: date, last: date) -> tuple[date, date]:
    """Let days stand for months: a month that the days leave early means the one before it."""
    day = timedelta(days=1)
    return first if first.day == 1 else first.replace(day=1) - day, (last + day).replace(day=1) - day


def expected(unit: type[Unit], count: int = 0) -> int:
    """Return the bytes of an answer with four tariffs, or ``count`` points; identifier included."""
    blank = unit.blank()
    size = HEADER + len(blank.encode())
    for each in layout_of(unit).fields:
        codec = each.codec
        if isinstance(codec, Repeat) and isinstance(codec.count, ByField):
            number = count if codec.count.path == "count" else USUAL_TARIFFS
            size += number * len(codec.element.dump(codec.element.blank()))
    return size


def batches(asked: Sequence[Question], room: int) -> Iterator[list[Question]]:
    """Put as many questions together as their answers fit into ``room``; one AFN at a time."""
    batch: list[Question] = []
    used = 0
    for question in asked:
        other = batch and batch[0].unit.meaning.afn != question.unit.meaning.afn
        if batch and (other or used + question.size > room):
            yield batch
            batch, used = [], 0
        batch.append(question)
        used += question.size
    if batch:
        yield batch


# Asking


async def fetch(
    client: Reader,
    query: Query,
    on_pieces: OnPieces,
    on_progress: OnProgress | None = None,
    *,
    room: int = DEFAULT_LARGEST,
    now: datetime,
) -> None:
    """Fetch everything a query wants; pieces are handed out after every exchange.

    ``LineError`` ends it where the line does; ``DeniedError`` only for a channel that is locked. Days that
    may be reading days or not are left out when nothing is stored.
    """
    asked = questions(query, client.edition, room)
    running = _Fetch(client, query.sets, now)
    searching = query.kind is Kind.READING_DAY and query.reading_days is None
    done = 0
    empty: list[int] = []
    for batch in batches(asked, room):
        if on_progress:
            on_progress(done, len(asked), batch[0])
        pieces = await running.ask(batch)
        on_pieces([piece for piece in pieces if not (searching and piece.missing)])
        empty += [piece.point for piece in pieces if not piece.cells]
        done += len(batch)
    if query.kind is Kind.HOUR and empty and query.last >= now.date():
        await _last_hour(running, query, on_pieces, room)
    if on_progress:
        on_progress(done, done, None)


async def _last_hour(running: "_Fetch", query: Query, on_pieces: OnPieces, room: int) -> None:
    """Ask for the hour-frozen items (0C) of points that have no hourly curve."""
    names = {one.name for one in query.sets}
    running.sets = tuple(one for one in HOUR_NOW if one.name in names)
    units = [unit for one in running.sets for unit in one.units(running.client.edition)]
    points = [point for point in query.points if point not in running.answered]
    asked = [Question(point, unit, None, None, expected(unit, 4)) for point in points for unit in units]
    for batch in batches(asked, room):
        on_pieces([piece for piece in await running.ask(batch) if piece.cells])


class _Fetch:
    """What was learnt of the terminal while asking."""

    def __init__(self, client: Reader, sets: Sequence[ReadingSet], now: datetime) -> None:
        self.client = client
        self.sets = sets
        self.answered: set[int] = set()
        """Points that had something."""
        self._now = now
        self._leaves_out: bool | None = None
        """Whether what is missing is left out of an answer; otherwise the whole question is denied."""

    async def ask(self, batch: Sequence[Question]) -> list[Piece]:
        """Ask a batch; every question has at least one piece."""
        if len(batch) > 1 and self._leaves_out is False:
            return await self._singly(batch)
        try:
            items = await self.client.read([question.name for question in batch])
        except DeniedError as error:
            if error.code in SERIOUS:
                raise
            return await self._denied(batch)
        except DecodeError as error:
            if len(batch) == 1:
                return [_nothing(batch[0], error)]
            return await self._singly(batch)
        pieces = [piece for question in batch for piece in self._answer(question, items)]
        if any(not piece.cells for piece in pieces):
            self._leaves_out = True
        return pieces

    async def _denied(self, batch: Sequence[Question]) -> list[Piece]:
        if len(batch) == 1 or self._leaves_out:
            return [_nothing(question) for question in batch]
        pieces = await self._singly(batch)
        self._leaves_out = not any(piece.cells for piece in pieces)
        return pieces

    async def _singly(self, batch: Sequence[Question]) -> list[Piece]:
        return [piece for question in batch for piece in await self.ask([question])]

    def _answer(self, question: Question, items: Iterable[Item]) -> list[Piece]:
        units = [item.value for item in items if item.value is not None and _answers(item, question)]
        pieces = [piece for unit in units for piece in pieces_of(question.point, unit, self.sets, self._now)]
        if pieces:
            self.answered.add(question.point)
        return pieces or [_nothing(question)]


def _nothing(question: Question, error: CoreError | None = None) -> Piece:
    return Piece(question.point, question.stamp, trouble=str(error) if error else "")


def _answers(item: Item, question: Question) -> bool:
    """Tell whether an item answers a question; a curve may start at the next slot."""
    if item.pn != question.point or type(item.value) is not question.unit or item.value is None:
        return False
    stamp = stamp_of(item.value)
    if not isinstance(question.asked, CurveStamp):
        return question.unit.meaning.afn == PRESENT or stamp == question.stamp
    assert isinstance(question.stamp, datetime)
    span = timedelta(minutes=60 // PER_HOUR[question.asked.density]) * question.asked.count
    return isinstance(stamp, datetime) and question.stamp <= stamp < question.stamp + span
