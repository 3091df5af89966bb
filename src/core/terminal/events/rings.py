"""The two rings of event records with EC1, EC2 and the flags (device behaviour 7.1, part B §4)."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from core.gdw376.units.afn04 import EventMasks
from core.terminal.access import Channel
from core.terminal.events.records import ERC_OF, content, happened
from core.terminal.ledger import RING, EventRecord, FactKept, Ledger, RecordKept, RecordsCleared
from core.terminal.parameters import Parameters
from core.terminal.rtc import Rtc
from core.wire.record import Record

Listener = Callable[[EventRecord], None]

TOLD = "told"
"""Fact: up to here the master knows the important events, by spontaneous reports or by its own reading."""


class Events:
    """Records, counters and flags; which ERC count, and as what, is parameter F9."""

    def __init__(self, ledger: Ledger, parameters: Parameters, rtc: Rtc) -> None:
        self._ledger = ledger
        self._parameters = parameters
        self._rtc = rtc
        self._listeners: list[Listener] = []

    def add(self, body: Record, pn: int | None = None, *, erc: int | None = None) -> EventRecord | None:
        """Store a record of the terminal (or of a point); ``None`` when its ERC is masked out by F9.

        ``body`` is a layout of `core.gdw376.units.erc`; its time ``None`` stands for now. ``erc`` tells
        events with the same layout apart.
        """
        masks = self._parameters.value(EventMasks)
        erc = erc or ERC_OF[type(body)]
        if erc not in masks.valid:
            return None
        stored = self._ledger.kept.stored
        important = erc in masks.important
        time = happened(body) or self._rtc.reading()
        record = EventRecord(
            important, stored[important], stored[True] + stored[False], erc, time, pn, content(body)
        )
        with self._ledger.transaction():
            self._ledger.put(RecordKept(record), FactKept("events.unread", _listed(self.unread | {erc})))
            self._ledger.afterwards(partial(self._tell, record))
        return record

    def _tell(self, record: EventRecord) -> None:
        for listener in self._listeners:
            listener(record)

    def subscribe(self, listener: Listener) -> None:
        """Call ``listener`` with every new record once it is durable."""
        self._listeners.append(listener)

    def since(self, important: bool, first: int, count: int = RING) -> tuple[EventRecord, ...]:
        """Return up to ``count`` records of a ring, from slot ``first`` on (both modulo 256).

        Empty slots in front are passed over, one behind a record ends the answer (part B §4.1).
        """
        found: list[EventRecord] = []
        for slot in range(first, first + min(count, RING)):
            record = self._ledger.kept.records.get((important, slot % RING))
            if record is not None:
                found.append(record)
            elif found:
                break
        return tuple(found)

    def read(self, channel: Channel, records: Sequence[EventRecord]) -> None:
        """A master read these: their flags end; important ones end ACD on its channel, and the alarm
        where the channel leads to the master station (part B §4.1, device behaviour part 4)."""
        with self._ledger.transaction():
            self._note("unread", self.unread - {record.erc for record in records})
            if any(record.important for record in records):
                self._ledger.note(f"events.read.{channel.value}", str(self._ledger.kept.stored[True]))
            if not channel.local:
                self._see(record.serial for record in records)
            if channel is Channel.UPLINK:
                self._told(records)

    def reported(self, record: EventRecord, channel: Channel = Channel.UPLINK) -> None:
        """The master confirmed a spontaneous report of this record."""
        name = f"events.read.{channel.value}"
        with self._ledger.transaction():
            self._see([record.serial])
            self._told([record])
            if record.important and record.number == int(self._ledger.fact(name) or 0):
                self._ledger.note(name, str(record.number + 1))

    @property
    def untold(self) -> EventRecord | None:
        """The oldest important event that the master does not know."""
        for number in range(self._first_untold, self._ledger.kept.stored[True]):
            record = self._ledger.kept.records.get((True, number % RING))
            if record and record.number == number:
                return record
        return None

    @property
    def _first_untold(self) -> int:
        """Its number; what the ring lost cannot be told any more."""
        return max(int(self._ledger.fact(f"events.{TOLD}") or 0), self._ledger.kept.stored[True] - RING)

    def _told(self, records: Iterable[EventRecord]) -> None:
        """Go on behind records that follow the mark; what lies between stays untold."""
        first = self._first_untold
        for record in records:
            first += record.important and record.number == first
        self._ledger.note(f"events.{TOLD}", str(first))

    def _note(self, name: str, numbers: Iterable[int]) -> None:
        self._ledger.note(f"events.{name}", _listed(numbers))

    @property
    def important(self) -> int:
        """EC1: important events, modulo 256."""
        return self._ledger.kept.stored[True] % 256

    @property
    def ordinary(self) -> int:
        """EC2: ordinary events, modulo 256."""
        return self._ledger.kept.stored[False] % 256

    @property
    def unread(self) -> frozenset[int]:
        """Numbers of the ERC present and not yet read by a master (0C F8)."""
        return _numbers(self._ledger.fact("events.unread"))

    def waiting(self, channel: Channel) -> bool:
        """Tell whether important events are unread on this channel: the ACD bit (part A §1.3)."""
        return self._ledger.kept.stored[True] > int(self._ledger.fact(f"events.read.{channel.value}") or 0)

    def newest(self, count: int = 10) -> tuple[EventRecord, ...]:
        """The newest records of both rings, newest first (3.5)."""
        records = sorted(self._ledger.kept.records.values(), key=lambda record: record.serial)
        return tuple(reversed(records[-count:]))

    @property
    def _seen(self) -> frozenset[int]:
        """Serials of the records that the master, or a person at the face, acknowledged."""
        return _numbers(self._ledger.fact("events.seen"))

    @property
    def alarm(self) -> int | None:
        """ERC of the newest important event that nobody acknowledged, ``None`` when there is none."""
        return next(
            (r.erc for r in self.newest(2 * RING) if r.important and r.serial not in self._seen), None
        )

    def acknowledge(self, serial: int) -> None:
        """A person looked at a record: its part of the alarm ends (device behaviour 3.3 EVENTS)."""
        self._see([serial])

    def _see(self, serials: Iterable[int]) -> None:
        kept = {record.serial for record in self._ledger.kept.records.values()}
        self._note("seen", (self._seen | frozenset(serials)) & kept)

    def clear(self) -> None:
        """Empty both rings; counters, flags and read marks start again."""
        names = ["unread", "seen", TOLD, *(f"read.{channel.value}" for channel in Channel)]
        self._ledger.put(RecordsCleared(), *[FactKept(f"events.{name}", None) for name in names])


def _numbers(noted: str | None) -> frozenset[int]:
    return frozenset(int(number) for number in noted.split(",")) if noted else frozenset()


def _listed(numbers: Iterable[int]) -> str | None:
    return ",".join(str(number) for number in sorted(numbers)) or None
