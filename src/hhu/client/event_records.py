"""Events of a terminal: both rings read in small windows, counters and flags, what is new, acknowledging.

Rules (part B §4.1)
- A window asks for at most eight records and goes on from the end the terminal names. A window is denied
  when it is empty, or when its records do not fit one frame: its newest record then tells which.
- The newest come first: windows go backwards from the counter until the ring's begin.
- Reading a record *is* acknowledging it towards the terminal: the flag of its ERC in 0C F8 goes out for all
  channels, and reading important ones ends ACD on this channel. Other channels keep their ACD; the alarm on
  the LCD stays until somebody looks at the record there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast

from core.errors import DecodeError, DeniedError
from core.gdw376.frame import Frame
from core.gdw376.message import Item, items_of
from core.gdw376.units.afn0c import EventCounters, EventFlags
from core.gdw376.units.afn0e import RINGS, Events, EventWindow
from core.gdw376.units.event_record import Event, EventCodec
from hhu.client.event_log import RING, EventLog, Ring
from hhu.client.event_texts import begins, fields_of, happened_at, point_of, summary_of
from hhu.client.link import Answered, Link, LinkEvent, Reported
from hhu.client.names import Name

WINDOW = 8
USUAL = 32
"""Newest records of each ring that are read unless more are asked for."""
EVENTS = 0x0E
UNIT: dict[Ring, type[Events]] = {ring: cast("type[Events]", RINGS[ring.value - 1]) for ring in Ring}
"""The unit that carries a ring's records."""


@dataclass(frozen=True, slots=True)
class EventEntry:
    """One record and its place: ring and number (the counter modulo 256 when it was stored)."""

    ring: Ring
    number: int
    event: Event

    @property
    def key(self) -> tuple[Ring, int]:
        """Where it stands."""
        return self.ring, self.number

    @property
    def important(self) -> bool:
        """Of the important ring."""
        return self.ring is Ring.IMPORTANT

    @property
    def erc(self) -> int:
        """Event code."""
        return self.event.erc

    @property
    def time(self) -> datetime | None:
        """When it happened, by the terminal's clock."""
        return happened_at(self.event)

    @property
    def point(self) -> int | None:
        """Measuring point, ``None`` for the terminal itself."""
        return point_of(self.event)

    @property
    def begin(self) -> bool | None:
        """Begin or end, ``None`` where the event has neither."""
        return begins(self.event)

    def name(self, *, zh: bool) -> str:
        """Name of the event."""
        return self.event.name[not zh]

    def summary(self, *, zh: bool) -> str:
        """The body in one line."""
        return summary_of(self.event, zh=zh)

    def to_json(self) -> dict[str, Any]:
        """All of it; times ISO 8601, a wrong password never."""
        shown = EventCodec().to_json(self.event)
        if not isinstance(self.event.body, bytes):
            covered = {one.path for one in fields_of(self.event) if "•" in one.text_en}
            shown["body"] |= dict.fromkeys(covered, "present")
        return {
            "ring": self.ring.name.lower(),
            "number": self.number,
            "important": self.important,
            "time": self.time.isoformat(timespec="minutes") if self.time else None,
            "point": self.point,
            "begin": self.begin,
            **shown,
        }


@dataclass(frozen=True, slots=True)
class Filter:
    """What is shown: rings, an ERC, a point, words anywhere in the row."""

    rings: frozenset[Ring] = frozenset(Ring)
    erc: int | None = None
    point: int | None = None
    text: str = ""

    def lets(self, entry: EventEntry) -> bool:
        """Tell whether a record is shown."""
        if entry.ring not in self.rings or (self.erc is not None and entry.erc != self.erc):
            return False
        if self.point is not None and entry.point != self.point:
            return False
        return not self.text or self.text.casefold() in _haystack(entry)


def _haystack(entry: EventEntry) -> str:
    texts = (f"erc{entry.erc}", *entry.event.name, entry.summary(zh=True), entry.summary(zh=False))
    return "\n".join(texts).casefold()


class Reader(Protocol):
    """What reading needs of the client."""

    async def read(self, wanted: Sequence[Name]) -> list[Item]:
        """Ask for units; see `TerminalClient.read`."""
        ...


OnEntries = Callable[[list[EventEntry]], None]


async def read_state(client: Reader, log: EventLog) -> None:
    """Read counters and flags (0C F7, F8); they acknowledge nothing. ``DeniedError`` when it has neither."""
    items = await client.read([Name(EventCounters), Name(EventFlags)])
    for item in items:
        if isinstance(item.value, EventCounters):
            log.counters = {Ring.IMPORTANT: item.value.important, Ring.ORDINARY: item.value.ordinary}
        elif isinstance(item.value, EventFlags):
            log.flags = item.value.unread


async def read_newest(
    client: Reader,
    log: EventLog,
    ring: Ring,
    most: int = USUAL,
    on_entries: OnEntries | None = None,
) -> None:
    """Read the newest records of a ring backwards into the log; counters must have been read."""
    await _read_back(client, log, ring, log.counters[ring], most, on_entries)


async def read_older(
    client: Reader, log: EventLog, ring: Ring, most: int = USUAL, on_entries: OnEntries | None = None
) -> None:
    """Go on behind the oldest record known, if the ring may hold more."""
    end = log.oldest(ring)
    room = RING - log.count(ring)
    if end is not None and room:
        await _read_back(client, log, ring, end, min(most, room), on_entries)


async def _read_back(
    client: Reader, log: EventLog, ring: Ring, end: int, most: int, on_entries: OnEntries | None
) -> None:
    left = min(most, RING)
    while left:
        size = min(WINDOW, left)
        found = await read_window(client, ring, (end - size) % RING, size)
        new = log.take(found)
        if on_entries:
            on_entries(new)
        if len(found) < size:
            return
        end, left = (end - size) % RING, left - size


async def read_window(client: Reader, ring: Ring, first: int, count: int) -> list[EventEntry]:
    """Read ``count`` records from number ``first`` on; those that are not there are left out."""
    unit = await _ask(client, ring, first, count)
    if unit is not None:
        return await _rest(client, unit, ring, first, count)
    if count == 1:
        return []
    newest = await read_window(client, ring, (first + count - 1) % RING, 1)
    if not newest:
        return []
    half = (count - 1) // 2
    parts = [(first, half), ((first + half) % RING, count - 1 - half)]
    older = [one for at, size in parts if size for one in await read_window(client, ring, at, size)]
    return [*older, *newest]


async def _ask(client: Reader, ring: Ring, first: int, count: int) -> Events | None:
    """Ask for one window; ``None`` when it is denied or cannot be read as a whole."""
    window = EventWindow(first, (first + count) % RING)
    try:
        items = await client.read([Name(UNIT[ring], None, 0, window)])
    except (DeniedError, DecodeError):
        return None
    return next((item.value for item in items if isinstance(item.value, UNIT[ring])), None)


async def _rest(client: Reader, unit: Events, ring: Ring, first: int, count: int) -> list[EventEntry]:
    """Take what came, and ask on from the end the terminal named."""
    found = entries_in(unit, ring)
    behind = (unit.first - first) % RING + len(found)
    if not found or behind >= count:
        return found[:count]
    return [*found, *await read_window(client, ring, (first + behind) % RING, count - behind)]


def entries_in(unit: Events, ring: Ring) -> list[EventEntry]:
    """Return the records of an answer or a report with their numbers."""
    return [EventEntry(ring, (unit.first + at) % RING, event) for at, event in enumerate(unit.records)]


async def read_new(client: Reader, log: EventLog) -> list[EventEntry]:
    """Look at the counters and read what came since; the first look only learns where they stand."""
    before = dict(log.counters)
    await read_state(client, log)
    new: list[EventEntry] = []
    for ring in Ring if before else ():
        came = (log.counters[ring] - before[ring]) % RING
        for done in range(0, came, WINDOW):
            size = min(WINDOW, came - done)
            new += await read_window(client, ring, (before[ring] + done) % RING, size)
    return log.take(new, fresh=True)


def reported(frame: Frame) -> list[EventEntry]:
    """Return the records that the terminal reported by itself; none when the frame is no event report."""
    if frame.afn != EVENTS:
        return []
    units = [(item.value, Ring(item.fn)) for item in items_of(frame) if isinstance(item.value, Events)]
    return [entry for unit, ring in units for entry in entries_in(unit, ring)]


def follow(link: Link, log: EventLog, on_entries: OnEntries) -> Callable[[], None]:
    """Note ACD of every answer and take what the terminal reports; ends with the returned function."""

    def heard(event: LinkEvent) -> None:
        if isinstance(event, Answered):
            log.waiting = event.reply.acd
        elif isinstance(event, Reported) and (entries := reported(event.frame)):
            log.counters.update({one.ring: (one.number + 1) % RING for one in entries})
            if new := log.take(entries, fresh=True):
                on_entries(new)

    return link.subscribe(heard)


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What acknowledging did, as read back from the terminal."""

    before: frozenset[int]
    after: frozenset[int]
    read: int
    waiting: bool | None
    """Does ACD still stand on this channel? ``None`` when no answer told."""

    @property
    def verified(self) -> bool:
        """No flag is left, and nothing waits on this channel."""
        return not self.after and not self.waiting


async def acknowledge(client: Reader, log: EventLog, on_entries: OnEntries | None = None) -> Acknowledged:
    """Read records until every flag is out, newest first, then read the flags back.

    See the head of this module for what that means; nothing is deleted.
    """
    await read_state(client, log)
    before = open_flags = log.flags or frozenset()
    total = 0

    def take(entries: list[EventEntry]) -> None:
        nonlocal open_flags, total
        open_flags -= {one.erc for one in entries}
        total += len(entries)
        if on_entries:
            on_entries(entries)

    for ring in Ring:
        end, left = log.counters[ring], RING
        while left and (open_flags or (ring is Ring.IMPORTANT and left == RING and log.waiting)):
            found = await read_window(client, ring, (end - WINDOW) % RING, WINDOW)
            log.take(found)
            take(found)
            if len(found) < WINDOW:
                break
            end, left = (end - WINDOW) % RING, left - WINDOW
    await read_state(client, log)
    return Acknowledged(before, log.flags or frozenset(), total, log.waiting)
