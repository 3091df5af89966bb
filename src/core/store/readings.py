"""The keeper of meter values (device behaviour 6.6, Z1 to Z8), in the same file as the parameters.

- ``put`` is one transaction: what it took is there when it returns, whole, also if the program is killed.
- Rings drop their oldest slots in the transaction that brings a new one.
- Only when the quota is reached curves go, the oldest day of all points first; freezes never (M82).
- Slots in use lately are kept unpacked: a pass writes to one slot many times.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from core.errors import StoreError, UsageError
from core.quantities import Quantity
from core.store import rings, slots
from core.store.flash import Execute, Flash
from core.store.packing import NUMBERS, SOURCES, entry_of, fields_of, moment, pack, seconds, unpack, value_of
from core.store.slots import HISTORIES
from core.terminal.readings import DEPTH, History, Kind, Reading, Source

Slot = dict[str, str]
"""Entries of a slot by the number of their quantity; an entry begins with source, attempts, reading time."""

RECENT = 2048
"""Slots that are kept unpacked."""
_SOURCE_NUMBERS = {source: str(number) for number, source in enumerate(SOURCES)}


@dataclass(slots=True)
class _Step:
    """What a transaction did; the memory follows once it is on disk."""

    ordinal: int
    written: dict[int, Slot] = field(default_factory=dict[int, Slot])
    dropped: list[int] = field(default_factory=list[int])
    ended: list[History] = field(default_factory=list[History])


class StoredReadings:
    """Values of all meters of one terminal. ``StoreError`` where the file cannot be read or written."""

    def __init__(self, flash: Flash) -> None:
        self._flash = flash
        self._ordinals: dict[History, int] = {
            History(point, address, protocol): ordinal
            for point, ordinal, address, protocol in flash.rows(
                "SELECT point, ordinal, address, protocol FROM history ORDER BY rowid"
            )
        }
        self._recent: dict[int, Slot] = {}
        self.faulty = False
        """See `core.terminal.readings.Readings`."""
        flash.relief = self._drop_curves

    def put(self, history: History, readings: Sequence[Reading]) -> None:
        """Keep all or none. Stamps are whole minutes (``UsageError``), reading times whole seconds."""
        if not readings:
            return
        for one in readings:
            if not slots.possible(one.stamp):
                raise UsageError(f"no slot of the store is dated {one.stamp}")
        try:
            step = self._flash.write(partial(self._store, history, readings), durable=False)
        except StoreError:
            self.faulty = True
            raise
        self.faulty = False
        for ended in step.ended:
            del self._ordinals[ended]
        self._ordinals[history] = step.ordinal
        for place, slot in step.written.items():
            self._remember(place, slot)
        for dropped in step.dropped:
            self._recent.pop(dropped, None)

    def _store(self, history: History, readings: Sequence[Reading], run: Execute) -> _Step:
        known = self._ordinals.get(history)
        step = _Step(-1 if known is None else known)
        if known is None:
            self._begin(history, step, run)
        fresh: list[int] = []
        for one in readings:
            place = slots.key(history.point, step.ordinal, one.kind, one.stamp)
            if place not in step.written:
                before = self._slot(place)
                step.written[place] = dict(before or {})
                if before is None:
                    fresh.append(place)
            _enter(step.written[place], one)
        for place, slot in step.written.items():
            run("INSERT OR REPLACE INTO slot VALUES (?, ?)", (place, _body(slot)))
        for place in fresh:
            step.dropped += rings.trim(place, run)
        if step.dropped:
            self._end_histories(history.point, step, run)
        return step

    def _begin(self, history: History, step: _Step, run: Execute) -> None:
        """Give a history the lowest number that no other of its point has; the stalest makes room."""
        taken = {number: known for known, number in self._ordinals.items() if known.point == history.point}
        number = next((n for n in range(HISTORIES) if n not in taken), None)
        if number is None:
            number = rings.stalest(history.point, run)
            step.dropped += rings.forget(history.point, number, run)
            step.ended.append(taken[number])
        row = (history.point, number, history.address, history.protocol)
        run("INSERT INTO history (point, ordinal, address, protocol) VALUES (?, ?, ?, ?)", row)
        step.ordinal = number

    def _end_histories(self, point: int, step: _Step, run: Execute) -> None:
        """Forget the name of another history whose last slot was dropped."""
        others = {place % HISTORIES for place in step.dropped} - {step.ordinal}
        for history, ordinal in self._ordinals.items():
            if history.point == point and ordinal in others and not rings.has_slots(point, ordinal, run):
                rings.forget(point, ordinal, run)
                step.ended.append(history)

    def _slot(self, place: int) -> Slot | None:
        """The entries of a slot, ``None`` if there are none."""
        if place in self._recent:
            return self._recent[place]
        rows = self._flash.rows("SELECT body FROM slot WHERE key = ?", (place,))
        return _entries(rows[0][0]) if rows else None

    def _remember(self, place: int, slot: Slot) -> None:
        self._recent.pop(place, None)
        self._recent[place] = slot
        if len(self._recent) > RECENT:
            del self._recent[next(iter(self._recent))]

    def at(self, history: History, kind: Kind, stamp: datetime, quantity: Quantity) -> Reading | None:
        """Return one slot's value."""
        ordinal = self._ordinals.get(history)
        if ordinal is None or not slots.possible(stamp):
            return None
        slot = self._slot(slots.key(history.point, ordinal, kind, stamp))
        entry = slot.get(NUMBERS[quantity]) if slot else None
        return None if entry is None else _reading(kind, stamp, quantity, entry)

    def between(
        self, history: History, kind: Kind, quantity: Quantity, start: datetime, end: datetime
    ) -> tuple[Reading, ...]:
        """Return the values of a stretch of time, oldest first."""
        ordinal = self._ordinals.get(history)
        if ordinal is None:
            return ()
        first, last = slots.key_from(history.point, kind, start), slots.key_from(history.point, kind, end)
        rows = self._flash.rows(
            "SELECT key, body FROM slot WHERE key >= ? AND key < ? AND key % ? = ? ORDER BY key",
            (first, last, HISTORIES, ordinal),
        )
        number = NUMBERS[quantity]
        found = ((place, entry_of(body, number)) for place, body in rows)
        return tuple(
            _reading(kind, slots.stamp_of(place), quantity, entry)
            for place, entry in found
            if entry is not None
        )

    def histories(self) -> tuple[History, ...]:
        """Return everything that has values, in the order they began."""
        return tuple(self._ordinals)

    def clear(self) -> None:
        """Forget all values and statistics."""
        self._flash.write(_clear, durable=True)
        self._ordinals.clear()
        self._recent.clear()

    def note(self, kind: Kind, stamp: datetime, name: str, value: int) -> None:
        """Keep a statistic of the terminal itself."""
        row = (slots.NUMBERS[kind], slots.minutes(stamp), name, value)
        self._flash.write(lambda run: _note(row, DEPTH[kind], run), durable=False)

    def noted(self, kind: Kind, stamp: datetime, name: str) -> int | None:
        """Return such a statistic."""
        rows = self._flash.rows(
            "SELECT value FROM statistic WHERE kind = ? AND stamp = ? AND name = ?",
            (slots.NUMBERS[kind], slots.minutes(stamp), name),
        )
        return rows[0][0] if rows else None

    def _drop_curves(self) -> bool:
        """Make room by curves."""
        points = sorted({history.point for history in self._ordinals})
        gone = self._flash.write(partial(rings.drop_oldest_curves, points), durable=False)
        for place in gone:
            self._recent.pop(place, None)
        return bool(gone)


def _clear(run: Execute) -> None:
    for table in ("slot", "history", "statistic"):
        run(f"DELETE FROM {table}")


def _note(row: tuple[int, int, str, int], depth: int, run: Execute) -> None:
    run("INSERT OR REPLACE INTO statistic VALUES (?, ?, ?, ?)", row)
    run(
        "DELETE FROM statistic WHERE kind = ?1 AND stamp < (SELECT DISTINCT stamp FROM statistic"
        " WHERE kind = ?1 ORDER BY stamp DESC LIMIT 1 OFFSET ?2)",
        (row[0], depth - 1),
    )


def _enter(slot: Slot, one: Reading) -> None:
    """Put a value into its slot, unless it is a substitute for what is there (Z4)."""
    number = NUMBERS[one.quantity]
    if one.source is Source.SUBSTITUTE and number in slot:
        return
    head = f"{_SOURCE_NUMBERS[one.source]},{one.attempts},{seconds(one.read_at)},"
    slot[number] = head + fields_of(one.quantity, one.value)


def _body(slot: Slot) -> bytes:
    return pack(map(",".join, slot.items()))


def _entries(body: bytes) -> Slot:
    parts = (entry.partition(",") for entry in unpack(body))
    return {number: rest for number, _, rest in parts}


def _reading(kind: Kind, stamp: datetime, quantity: Quantity, entry: str) -> Reading:
    source, attempts, read_at, fields = entry.split(",", 3)
    value = value_of(quantity, fields)
    return Reading(kind, stamp, quantity, value, moment(read_at), SOURCES[int(source)], int(attempts))
