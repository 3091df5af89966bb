"""Fetching: what is asked in which frames, what denials mean, what stays when the line breaks."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from core.errors import DecodeError, DeniedError, LineError, UsageError
from core.gdw376.catalogue import unit_class
from core.gdw376.fields import Direction
from core.gdw376.message import Item, encode_query
from core.gdw376.refusals import Refusal
from core.gdw376.unit import Edition, Unit
from core.lines.address import LineKind
from hhu.client.fetching import Query, batches, expected, fetch, questions, room_of
from hhu.client.names import Name
from hhu.client.profiles import PROFILES
from hhu.client.reading_sets import Kind, sets_named, usual_sets
from hhu.client.reading_table import ReadingTable

NOW = datetime(2026, 11, 20, 14, 36)
DAY = date(2026, 11, 19)


def kind_of(afn: int, fn: int) -> Any:
    found = unit_class(afn, fn, direction=Direction.UP)
    assert found is not None
    return found


def vars_of(selector: Any) -> list[Any]:
    return [getattr(selector, each.name) for each in fields(selector)]


def reading(name: Name, *digits: str) -> Unit:
    values = tuple(Decimal(text) for text in digits or ("1.0000",))
    stamp = () if name.asked is None else tuple(vars_of(name.asked))
    return name.unit(*stamp, None, len(values) - 1, values)  # pyright: ignore[reportCallIssue]


@dataclass
class Answering:
    """A client whose terminal answers as the play says."""

    holds: Callable[[Name], Unit | None]
    denies_whole: bool = False
    """Denies a question of which it lacks a part; otherwise it leaves the part out."""
    edition: Edition = Edition.BASE_2009
    asked: list[list[int]] = field(default_factory=list[list[int]])

    async def read(self, wanted: Sequence[Name]) -> list[Item]:
        self.asked.append([name.pn for name in wanted])
        found = [(name.pn, self.holds(name)) for name in wanted]
        items = [Item.of(unit, pn) for pn, unit in found if unit is not None]
        if not items or (self.denies_whole and len(items) < len(wanted)):
            raise DeniedError(wanted[0].unit.meaning.afn)
        return items


def fetched(client: Any, query: Query, room: int = 2048) -> ReadingTable:
    table = ReadingTable()
    asyncio.run(fetch(client, query, table.add, room=room, now=NOW))
    return table


def days(points: Sequence[int], first: date = DAY, last: date = DAY, kind: Kind = Kind.DAY) -> Query:
    return Query(kind, usual_sets(kind), tuple(points), first, last)


def test_a_slow_line_gets_smaller_answers() -> None:
    """Infrared answers take at most 2.5 s; a fast line fills its frame."""
    assert (room_of(PROFILES[LineKind.IR]), room_of(PROFILES[LineKind.TCP])) == (600, 2048)
    assert room_of(PROFILES[LineKind.RS485]) == 2048


@pytest.mark.parametrize("room", [256, 600, 2048])
def test_no_batch_expects_more_than_a_frame(room: int) -> None:
    """192 points in as few frames as their answers fit; every question is asked once, in order."""
    asked = questions(days(range(1, 193)), Edition.BASE_2009, room)
    parts = list(batches(asked, room))
    assert [question for part in parts for question in part] == asked
    assert all(sum(question.size for question in part) <= room for part in parts)
    assert len(parts) == -(-192 // (room // 38))


def test_the_expected_size_is_the_size_of_a_register_with_four_tariffs() -> None:
    """Identifier, day, reading time, number of tariffs, five registers of five bytes."""
    assert expected(kind_of(0x0D, 161)) == 4 + 3 + 5 + 1 + 25
    assert expected(kind_of(0x0D, 89), 96) == 4 + 7 + 96 * 2


def test_present_values_of_many_points_share_identifiers() -> None:
    """Eight points of one function are one identifier on the wire."""
    asked = questions(days(range(1, 17), kind=Kind.CURRENT), Edition.BASE_2009)
    items = [Item(question.point, question.unit.meaning.fn) for question in asked]
    assert len(b"".join(encode_query(items))) == 8


def test_past_values_carry_their_stamp_each() -> None:
    """One point and one function per identifier, each followed by its day (part B §1 rule 3)."""
    query = days([1, 2], DAY, date(2026, 11, 20))
    stamps = [(question.point, question.stamp) for question in questions(query, Edition.BASE_2009)]
    assert stamps == [(p, d) for p in (1, 2) for d in (DAY, date(2026, 11, 20))]


def test_a_day_of_a_dense_curve_is_cut_to_the_frame() -> None:
    """1440 points of a minute each: no question counts beyond its byte, all minutes are asked."""
    query = Query(Kind.CURVE, sets_named(Kind.CURVE, ["forward-active"]), (1,), DAY, DAY, density=255)
    asked = questions(query, Edition.BASE_2009, 600)
    assert sum(question.asked.count for question in asked) == 1440
    assert max(question.asked.count for question in asked) <= 240
    assert all(question.size <= 600 for question in asked)


def test_what_is_left_out_is_nothing_stored() -> None:
    """No error: a row without values for the point, and the rest as it came."""
    client = Answering(lambda name: reading(name) if name.pn != 2 else None)
    table = fetched(client, days([1, 2, 3]))
    assert [(row.point, row.stored) for row in table.rows] == [(1, True), (2, False), (3, True)]
    assert len(client.asked) == 1


def test_a_denied_batch_is_asked_again_part_by_part_once() -> None:
    """All denied: later batches are believed. Some answered: it denies wholesale, so one by one."""
    nothing = Answering(lambda _: None)
    assert not any(row.stored for row in fetched(nothing, days(range(1, 31)), 380).rows)
    assert [len(points) for points in nothing.asked] == [10, *[1] * 10, 10, 10]
    wholesale = Answering(lambda name: reading(name) if name.pn % 2 else None, denies_whole=True)
    table = fetched(wholesale, days(range(1, 21)), 380)
    assert sum(row.stored for row in table.rows) == 10
    assert [len(points) for points in wholesale.asked] == [10, *[1] * 20]


def test_an_answer_that_cannot_be_read_costs_only_its_point() -> None:
    """Its row says why; the others are there."""

    class Damaged(Answering):
        async def read(self, wanted: Sequence[Name]) -> list[Item]:
            if any(name.pn == 2 for name in wanted):
                raise DecodeError("not BCD: 1F", 30)
            return await super().read(wanted)

    rows = fetched(Damaged(reading), days([1, 2, 3])).rows
    assert [(row.stored, row.trouble) for row in rows] == [
        (True, ""),
        (False, "byte 30: not BCD: 1F"),
        (True, ""),
    ]


def test_a_locked_channel_is_no_missing_value() -> None:
    """Denials that speak of the channel end the fetch."""

    class Locked(Answering):
        async def read(self, wanted: Sequence[Name]) -> list[Item]:
            raise DeniedError(0x0D, Refusal.LOCKED.value)

    with pytest.raises(DeniedError):
        fetched(Locked(reading), days([1]))


def test_rows_stay_when_the_line_breaks() -> None:
    """What came before the line was lost has been handed out."""

    class Breaking(Answering):
        async def read(self, wanted: Sequence[Name]) -> list[Item]:
            if len(self.asked) == 2:
                raise LineError("COM4", "unplugged")
            return await super().read(wanted)

    table = ReadingTable()
    with pytest.raises(LineError):
        asyncio.run(fetch(Breaking(reading), days(range(1, 31)), table.add, room=380, now=NOW))
    assert [row.point for row in table.rows] == list(range(1, 21))


def test_hours_come_from_curves_or_else_from_the_last_hour() -> None:
    """A terminal that keeps no hourly curve still answers 0C F109: one hour, dated by its end."""

    def holds(name: Name) -> Unit | None:
        if name.unit.meaning.code == "0CF109":
            return kind_of(0x0C, 109)(13, 3, (Decimal("5829.22"),))
        return None

    query = Query(Kind.HOUR, usual_sets(Kind.HOUR), (1,), DAY, NOW.date())
    stored = [row for row in fetched(Answering(holds), query).rows if row.stored]
    assert [(row.stamp, row.cells["forward-active.total"].text) for row in stored] == [
        (datetime(2026, 11, 20, 14), "005829.22")
    ]


def test_reading_days_are_asked_where_they_fall() -> None:
    """Known days of the month are asked alone; unknown ones are searched, and empty days left out."""
    known = Query(
        Kind.READING_DAY, usual_sets(Kind.READING_DAY), (1,), date(2026, 10, 20), DAY, 1, frozenset({1, 15})
    )
    assert [q.stamp for q in questions(known, Edition.BASE_2009)] == [date(2026, 11, 1), date(2026, 11, 15)]
    one = Answering(lambda name: reading(name) if "01" in str(name.asked.to_json()["day"])[-2:] else None)  # pyright: ignore[reportOptionalMemberAccess]
    table = fetched(one, days([1], date(2026, 10, 20), DAY, Kind.READING_DAY))
    assert [row.stamp for row in table.rows] == [date(2026, 11, 1)]


def test_statistics_ask_for_months_that_have_ended() -> None:
    """M66, M76, M79 to M81: yesterday's day, last month, and what is counted now, of p0."""
    asked = questions(days([0], kind=Kind.STATISTICS), Edition.BASE_2009)
    assert [(q.point, q.unit.meaning.code, str(q.stamp)) for q in asked] == [
        (0, "0DF49", "2026-11-19"), (0, "0DF51", "2026-10"), (0, "0DF53", "2026-11-19"),
        (0, "0DF54", "2026-10"), (0, "0CF10", "None"),
    ]  # fmt: skip


def test_impossible_days_are_refused_before_anything_is_asked() -> None:
    """The earlier day first, and not years."""
    for first, last in ((DAY, date(2026, 11, 18)), (date(2020, 1, 1), DAY)):
        with pytest.raises(UsageError):
            days([1], first, last)
