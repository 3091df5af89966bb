"""The meters of a desk as lines of the table: held and wanted in one, state in a word, failed first."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any, cast

from core.gdw376.units.afn0c import MeterReadingInfo
from core.gdw376.units.afn04 import DisplayNumber, MeterArchive, ReadingStopped
from hhu.client.archive import (
    ARCHIVE,
    KEYS,
    LAST_VALUE,
    ArchiveRow,
    Units,
    class_name,
    protocol_name,
    record_of,
    rows_of,
)
from hhu.client.archive_states import differing, states_of
from hhu.client.change import State
from hhu.screens.holdings import Holdings
from hhu.widgets.change_table import STATE_COLOURS
from hhu.widgets.meter_table import MeterLine
from hhu.words import Words


class Order(Enum):
    """How the list is sorted; the value is the word shown."""

    FAILED = "failed"
    SERIAL = "serial"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class MeterView:
    """A meter with all that is known of it."""

    row: ArchiveRow
    gone: bool = False
    """To be deleted."""
    change: State | None = None
    reading: MeterReadingInfo | None = None
    value: Decimal | None = None

    @property
    def failed(self) -> bool:
        """Whether reading it failed, or a change of it."""
        bad = self.change in (State.REFUSED, State.FAILED, State.DIFFERS)
        return bad or (self.reading is not None and not self.reading.result and not self.row.stopped)


def views_of(desk: Holdings) -> tuple[MeterView, ...]:
    """Return all meters that are held or wanted, by serial number."""
    units: Units = {**desk.units, **desk.wanted}
    held, wanted = rows_of(desk.units), rows_of(units)
    unsent = _unsent(desk, held, wanted)
    archive = units.get(ARCHIVE)
    states = states_of(desk.changes.values(), archive) if isinstance(archive, MeterArchive) else {}
    there = frozenset(row.serial for row in wanted)
    gone = [row for row in held if row.serial not in there]
    return tuple(
        sorted(
            (_view(row, units, states, unsent, gone=row.serial not in there) for row in (*wanted, *gone)),
            key=lambda view: view.row.serial,
        )
    )


def _unsent(desk: Holdings, held: Sequence[ArchiveRow], wanted: Sequence[ArchiveRow]) -> frozenset[int]:
    """Serial numbers of meters with a field that differs and that no write has taken up yet."""
    archive = desk.wanted.get(ARCHIVE)
    records = [change for change in desk.changes.values() if change.unit is MeterArchive]
    sent = states_of(records, archive) if isinstance(archive, MeterArchive) else {}
    taken_up = {change.key for change in desk.changes.values()}
    before = {row.serial: row for row in held}
    after = {row.serial: row for row in wanted}
    unsent: set[int] = set()
    for serial in differing(held, wanted):
        row, old = after.get(serial) or before[serial], before.get(serial)
        fresh = ARCHIVE in desk.wanted and serial not in sent and _record_differs(old, after.get(serial))
        mine = {(row.point, DisplayNumber), (row.point, ReadingStopped)}
        mine |= {KEYS} if old is None or row.key != old.key else set()
        if fresh or (mine & desk.wanted.keys()) - taken_up:
            unsent.add(serial)
    return frozenset(unsent)


def _record_differs(one: ArchiveRow | None, two: ArchiveRow | None) -> bool:
    return one is None or two is None or record_of(one) != record_of(two)


def _view(
    row: ArchiveRow, units: Units, states: Mapping[int, State], unsent: frozenset[int], *, gone: bool
) -> MeterView:
    state = states.get(row.serial)
    if row.serial in unsent and state in (None, State.VERIFIED):
        state = State.PLANNED
    reading, last = units.get((row.point, MeterReadingInfo)), cast("Any", units.get((row.point, LAST_VALUE)))
    value = last.readings[0] if last is not None and last.readings else None
    return MeterView(row, gone, state, reading if isinstance(reading, MeterReadingInfo) else None, value)


def ordered(views: Iterable[MeterView], order: Order) -> list[MeterView]:
    """Sort; within a rank by serial number."""
    if order is Order.ADDRESS:
        return sorted(views, key=lambda view: (view.row.address, view.row.serial))
    return sorted(views, key=lambda view: (order is Order.FAILED and not view.failed, view.row.serial))


def state_text(view: MeterView, words: Words) -> tuple[str, str]:
    """Word and colour: how a change has come, else how reading went."""
    if view.change is not None:
        planned = view.gone and view.change is State.PLANNED
        word = words("meters.to-delete" if planned else f"state.{view.change.value}")
        return word, STATE_COLOURS[view.change]
    if view.row.stopped:
        return words("meters.stopped"), "dim"
    if view.reading is None:
        return "", "dim"
    if view.reading.result:
        return words("meters.ok"), "verified"
    return words("meters.failed", number=view.reading.failures), "refused"


def line_of(view: MeterView, words: Words) -> MeterLine:
    """Put a meter into the columns of the table."""
    row, (state, tone) = view.row, state_text(view, words)
    at = view.reading.last_ok if view.reading else None
    speed = str(row.speed) if row.speed else words("meters.default")
    cells = (
        str(row.serial), f"{'*' if row.key else ' '}{'-' if row.stopped else ' '}", row.address,
        str(row.point), str(row.port), protocol_name(row.protocol), row.asset,
        "" if view.value is None else str(view.value), at.strftime("%m-%d %H:%M") if at else "", speed,
        words.of(*class_name(row)), row.collector,
    )  # fmt: skip
    return MeterLine(row.serial, cells, state, tone, quiet=row.stopped or view.gone)


def ports_text(views: Sequence[MeterView], words: Words) -> str:
    """Say per port how many meters there are and how their reading goes."""
    counts = Counter(view.row.port for view in views if not view.gone)
    said: list[str] = []
    for port in sorted(counts):
        mine = [view for view in views if view.row.port == port and not view.gone]
        text = words("meters.port-count", port=port, number=counts[port])
        failed = sum(view.reading is not None and not view.reading.result for view in mine)
        good = sum(view.reading is not None and bool(view.reading.result) for view in mine)
        if failed or good:
            text += f" {words('meters.port-reading', good=good, failed=failed)}"
        said.append(text)
    return "   ".join(said)
