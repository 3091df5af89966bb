"""The Events page's table: what stands in the columns, and what the filter line means."""

import re
from collections.abc import Sequence

from hhu.client.event_files import mark_of
from hhu.client.event_log import EventLog, Ring
from hhu.client.event_records import EventEntry, Filter
from hhu.widgets.grid_table import GridCell, GridColumn, GridRow
from hhu.words import Words

IMPORTANT_SIGN, FRESH_SIGN = "!", "*"
RINGS = {
    "important": Ring.IMPORTANT,
    "重要": Ring.IMPORTANT,
    "ordinary": Ring.ORDINARY,
    "一般": Ring.ORDINARY,
}
ERC = re.compile(r"erc\s*=?\s*(\d{1,3})", re.IGNORECASE)
POINT = re.compile(r"(?:p|点号?)\s*=?\s*(\d{1,4})", re.IGNORECASE)


def columns(words: Words) -> tuple[GridColumn, ...]:
    """Importance, time, ERC, name, point, begin or end, body."""
    return (
        GridColumn("", 2),
        GridColumn(words("events.time"), 11),
        GridColumn(words("events.erc"), 3, "right"),
        GridColumn(words("events.name"), 22),
        GridColumn(words("events.point"), 5, "right"),
        GridColumn(words("events.mark"), 5),
        GridColumn(words("events.body"), 0),
    )


def rows(entries: Sequence[EventEntry], log: EventLog, words: Words, *, lit: bool) -> list[GridRow]:
    """One line per event; new ones carry a sign, important new ones blink with ``lit``."""
    return [_row(one, words, fresh=one.key in log.fresh, lit=lit) for one in entries]


def _row(one: EventEntry, words: Words, *, fresh: bool, lit: bool) -> GridRow:
    zh = words.language == "zh"
    tone = "acknowledged" if one.important else "ink"
    if fresh and one.important:
        tone = "refused" if lit else "dim"
    signs = (IMPORTANT_SIGN if one.important else " ") + (FRESH_SIGN if fresh else "")
    return GridRow(
        f"{one.ring.name}-{one.number}",
        (
            GridCell(signs, tone, bold=True),
            GridCell(f"{one.time:%m-%d %H:%M}" if one.time else "-"),
            GridCell(str(one.erc), "dim"),
            GridCell(one.name(zh=zh), tone, bold=fresh),
            GridCell("" if one.point is None else str(one.point)),
            GridCell(mark_of(one, zh=zh), "refused" if one.begin else "verified"),
            GridCell(one.summary(zh=zh), "dim"),
        ),
    )


def filter_of(text: str) -> Filter:
    """Read the filter line: ``erc=14``, ``p=3``, a ring's name; the rest is looked for in the row."""
    erc = point = None
    rings: set[Ring] = set()
    rest: list[str] = []
    for word in text.split():
        if found := ERC.fullmatch(word):
            erc = int(found[1])
        elif found := POINT.fullmatch(word):
            point = int(found[1])
        elif word.casefold() in RINGS:
            rings.add(RINGS[word.casefold()])
        else:
            rest.append(word)
    return Filter(frozenset(rings or Ring), erc, point, " ".join(rest))
