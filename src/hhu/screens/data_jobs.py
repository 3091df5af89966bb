"""What the Data page does on the line: reading stored values into its table."""

from collections.abc import Sequence

from core.errors import UsageError
from core.gdw376.units.afn04 import DisplayNumber, MeterArchive
from hhu.client.archived import archived_meters, parse_points, reading_days
from hhu.client.fetching import Query, Question, fetch, room_of
from hhu.client.reading_rows import MeterName
from hhu.client.reading_sets import Kind
from hhu.client.reading_table import Piece, ReadingTable, Row, stamp_text
from hhu.client.terminal import TerminalClient
from hhu.screens.connection import Connection
from hhu.screens.data_choice import Choice
from hhu.screens.desk import Desk
from hhu.screens.jobs import Progress
from hhu.widgets.notice_row import Notice, Tone
from hhu.words import Words


async def read_stored(
    desk: Desk,
    connection: Connection,
    choice: Choice,
    table: ReadingTable,
    meters: dict[int, MeterName],
    progress: Progress,
) -> None:
    """Read what is chosen; rows come as they are read. ``meters`` is brought up to the archive."""
    client, words = connection.client, desk.words

    def take(pieces: Sequence[Piece]) -> None:
        table.add(pieces)
        desk.changed()

    def show(done: int, total: int, question: Question | None) -> None:
        if question is not None:
            name = words("data.asking", point=question.point, stamp=stamp_text(question.stamp))
            progress(name, done, total)

    progress(words("data.archive"), 0, 1)
    query = await _query(desk, client, choice, meters)
    room = room_of(connection.session.link.profile)
    await fetch(client, query, take, show, room=room, now=desk.clock.now())


async def _query(desk: Desk, client: TerminalClient, choice: Choice, meters: dict[int, MeterName]) -> Query:
    points = (0,) if choice.kind is Kind.STATISTICS else parse_points(choice.points)
    _learn(meters, desk)
    if points is None and not meters:
        meters.update(await archived_meters(client))
    points = points or tuple(meters)
    if not points:
        raise UsageError("The terminal's archive holds no meter.", "Name points with C, as 1-20.")
    days = await reading_days(client) if choice.kind is Kind.READING_DAY else None
    return Query(choice.kind, choice.sets, points, choice.first, choice.last, reading_days=days)


def _learn(meters: dict[int, MeterName], desk: Desk) -> None:
    """What other pages have read of the archive counts here too."""
    archive = desk.units.get((0, MeterArchive))
    if isinstance(archive, MeterArchive):
        meters.clear()
        for record in sorted(archive.meters, key=lambda record: record.point):
            if record.point:
                meters[record.point] = MeterName(record.address or "", _asset(desk, record.point))


def _asset(desk: Desk, point: int) -> str:
    held = desk.units.get((point, DisplayNumber))
    return held.number if isinstance(held, DisplayNumber) else ""


def outcome_of(rows: Sequence[Row], words: Words) -> Notice:
    """Say how much came."""
    stored = sum(row.stored for row in rows)
    said = words("data.done", number=stored, all=len(rows))
    return Notice(said, "" if stored else words("data.done-next"), Tone.GOOD if stored else Tone.WARN)
