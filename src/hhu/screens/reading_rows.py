"""The Reading page's tables: what stands in the columns of ports and of points."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from core.gdw376.units.afn0c import PortReading
from core.gdw376.units.afn04 import DisplayNumber, MeterRecord, ReadingStopped
from hhu.client.change import State
from hhu.client.meter_reading import Got
from hhu.screens.desk import Desk
from hhu.widgets.change_table import STATE_COLOURS
from hhu.widgets.grid_table import GridCell, GridColumn, GridRow
from hhu.words import Words


def port_columns(words: Words) -> tuple[GridColumn, ...]:
    """Port, meters, read, key meters, what it does, start, end, the last order."""
    return (
        GridColumn(words("reading.port"), 5, "right"),
        GridColumn(words("reading.meters"), 6, "right"),
        GridColumn(words("reading.read"), 5, "right"),
        GridColumn(words("reading.key"), 4, "right"),
        GridColumn(words("reading.doing"), 8),
        GridColumn(words("reading.start"), 11),
        GridColumn(words("reading.end"), 11),
        GridColumn(words("reading.order"), 0),
    )


def port_rows(desk: Desk) -> Iterator[GridRow]:
    """One line per port (AFN0C F11, M54)."""
    for port in desk.board.ports or ():
        yield GridRow(
            str(port.port),
            (
                GridCell(str(port.port)),
                GridCell(str(port.meters)),
                GridCell(str(port.read), "ink" if port.read >= port.meters else "acknowledged"),
                GridCell(str(port.key_read), "dim"),
                doing(port, desk.words),
                GridCell(moment(port.start), "dim"),
                GridCell(moment(port.end), "dim"),
                _order(desk, port.port),
            ),
        )


def doing(port: PortReading, words: Words) -> GridCell:
    """Say what a port does now."""
    if port.state.running:
        return GridCell(words("reading.running"), "sent", bold=True)
    if port.state.finished:
        return GridCell(words("reading.finished"), "verified", bold=True)
    return GridCell(words("reading.idle"), "dim")


def _order(desk: Desk, port: int) -> GridCell:
    outcome = desk.board.orders.get(port)
    if outcome is None:
        return GridCell("")
    act = desk.words(f"key.port.{outcome.act.name.lower()}")
    state = desk.words(f"state.{outcome.state.value}")
    return GridCell(f"{act} {state}", STATE_COLOURS[outcome.state], bold=True)


def point_columns(words: Words) -> tuple[GridColumn, ...]:
    """Point, port, address, yesterday, last success, failures, state."""
    return (
        GridColumn(words("reading.point"), 5, "right"),
        GridColumn(words("reading.port"), 4, "right"),
        GridColumn(words("reading.meter"), 12),
        GridColumn(words("reading.yesterday"), 11, "right"),
        GridColumn(words("reading.last-ok"), 11),
        GridColumn(words("reading.failures"), 5, "right"),
        GridColumn(words("reading.now"), 0),
    )


def point_rows(desk: Desk, records: Iterable[MeterRecord]) -> list[GridRow]:
    """One line per meter: missing ones first, most failures on top, then by point."""

    def rank(record: MeterRecord) -> tuple[bool, int, int]:
        state = desk.board.points.get(record.point)
        failures = state.info.failures if state and state.info else 0
        return not (state and state.missing), -failures, record.point

    return [_point(desk, record) for record in sorted(records, key=rank)]


def _point(desk: Desk, record: MeterRecord) -> GridRow:
    state = desk.board.points.get(record.point)
    info = state.info if state else None
    return GridRow(
        str(record.point),
        (
            GridCell(str(record.point)),
            GridCell(str(record.line.port), "dim"),
            GridCell(record.address or ""),
            _yesterday(desk, record.point),
            GridCell(moment(info.last_ok) if info else "", "dim"),
            GridCell(str(info.failures) if info else "", "refused" if info and info.failures else "dim"),
            _last(desk, record.point),
        ),
    )


def _yesterday(desk: Desk, point: int) -> GridCell:
    state = desk.board.points.get(point)
    if state is None or not state.asked:
        return GridCell("", "dim")
    if state.energy is None:
        return GridCell(desk.words("reading.is-missing"), "refused", bold=True)
    return GridCell(f"{state.energy}")


def _last(desk: Desk, point: int) -> GridCell:
    """The last thing done with a point: an order under way, a value read at once, that it is stopped."""
    words, stop, value = desk.words, desk.board.stops.get(point), desk.board.values.get(point)
    if stop is not None and stop is not State.VERIFIED:
        return GridCell(words(f"state.{stop.value}"), STATE_COLOURS[stop], bold=True)
    if is_stopped(desk, point):
        return GridCell(words("reading.is-stopped"), "acknowledged", bold=True)
    if value is None:
        return GridCell("")
    if value.got is Got.VALUE:
        return GridCell(f"{value.text(zh=words.language == 'zh')} {value.quantity.unit}", "verified")
    return GridCell(words(f"got.{value.got.name.lower()}"), "refused", bold=True)


def is_stopped(desk: Desk, point: int) -> bool:
    """Tell whether a point is known to be stopped (AFN04 F30)."""
    unit = desk.units.get((point, ReadingStopped))
    return isinstance(unit, ReadingStopped) and bool(unit.stopped)


def asset_of(desk: Desk, point: int) -> str:
    """Return the asset number of a point where it is known (AFN04 F29)."""
    unit = desk.units.get((point, DisplayNumber))
    return unit.number.strip() if isinstance(unit, DisplayNumber) else ""


def moment(at: datetime | None) -> str:
    """Write a moment short: the year is known."""
    return "" if at is None else f"{at:%m-%d %H:%M}"
