"""The front end's tables: who is there, and what one of them reported by itself."""

from collections.abc import Iterator
from datetime import datetime

from core.gdw376.message import items_of
from core.lines.recorder import TraceEntry
from hhu.frontend.callers import CallReport, DialledTerminal
from hhu.frontend.front_end import FrontEnd
from hhu.screens.frames import Proof, summary, tree
from hhu.widgets.grid_table import GridCell, GridColumn, GridRow
from hhu.words import Words

NO_EVENTS = "-"


def terminal_columns(words: Words) -> tuple[GridColumn, ...]:
    """Address, state, since, last sign of life, heartbeats, reports, EC1, where from."""
    return (
        GridColumn(words("front.terminal"), 9),
        GridColumn(words("front.state"), 10),
        GridColumn(words("front.since"), 8),
        GridColumn(words("front.last"), 8),
        GridColumn(words("front.beats"), 5, "right"),
        GridColumn(words("front.reports"), 7, "right"),
        GridColumn(words("front.peer"), 0),
    )


def terminal_rows(front_end: FrontEnd, now: datetime, words: Words) -> list[GridRow]:
    """One line per terminal: those who are there first, each group by address."""
    shown = sorted(front_end.terminals, key=lambda here: (not here.online, here.address.text))
    return [_terminal(front_end, here, now, words) for here in shown]


def _terminal(front_end: FrontEnd, here: DialledTerminal, now: datetime, words: Words) -> GridRow:
    tone = "ink" if here.online else "dim"
    reports = here.events + here.tasks
    return GridRow(
        here.address.text,
        (
            GridCell(here.address.text, tone, bold=here.online),
            _state(front_end, here, words),
            GridCell(moment(here.since, now), "dim"),
            GridCell(moment(here.last, now), tone),
            GridCell(str(here.heartbeats), tone),
            GridCell(str(reports) if reports else NO_EVENTS, "acknowledged" if reports else "dim"),
            GridCell(f"{here.way.value} {here.peer}", "dim"),
        ),
    )


def _state(front_end: FrontEnd, here: DialledTerminal, words: Words) -> GridCell:
    if here.ended is not None:
        return GridCell(words(f"front.ended.{here.ended.name.lower()}"), "refused")
    if front_end.is_lent(here.address):
        return GridCell(words("front.in-use"), "accent", bold=True)
    return GridCell(words("front.here"), "verified", bold=True)


def moment(at: datetime, now: datetime) -> str:
    """Write the time of day, on other days the date."""
    return f"{at:%H:%M:%S}" if at.date() == now.date() else f"{at:%m-%d}"


def report_columns(words: Words) -> tuple[GridColumn, ...]:
    """When, whether confirmed, what."""
    return (
        GridColumn(words("front.at"), 8),
        GridColumn(words("front.confirmed"), 9),
        GridColumn(words("front.what"), 0),
    )


def report_rows(reports: tuple[CallReport, ...], now: datetime, words: Words) -> list[GridRow]:
    """One line per report, the newest first."""
    return [
        GridRow(str(index), tuple(_report(reports[index], now, words)))
        for index in reversed(range(len(reports)))
    ]


def _report(report: CallReport, now: datetime, words: Words) -> Iterator[GridCell]:
    yield GridCell(moment(report.at, now), "dim")
    confirmed = report.confirmed
    yield GridCell(words("front.yes" if confirmed else "front.not-asked"), "verified" if confirmed else "dim")
    yield GridCell(_what(report, words))


def _what(report: CallReport, words: Words) -> str:
    """Name the records of an event report, else the units of the frame."""
    records = [record for item in items_of(report.frame) for record in getattr(item.value, "records", ())]
    if not (report.is_event and records):
        return summary(_entry(report), words)
    return ", ".join(f"ERC{record.erc} {words.of(*record.name)}" for record in records)


def proof(report: CallReport) -> Proof:
    """Return the report's frame for the sheet that explains it."""
    return Proof(_entry(report), tree(report.raw), (0, 0))


def _entry(report: CallReport) -> TraceEntry:
    return TraceEntry(0, 0.0, report.at, "rx", report.raw, "frame")
