"""The two rings of event records with EC1, EC2 and the flags (device behaviour 7.1, part B §4)."""

from collections.abc import Callable, Iterable

from core.gdw376.units.afn04 import EventMasks
from core.terminal.access import Channel
from core.terminal.events.bodies import (
    AuthenticationError,
    Initialisation,
    ParameterChange,
    ParameterLoss,
    ReadFailure,
    TerminalFault,
)
from core.terminal.ledger import RING, EventRecord, FactKept, Ledger, RecordKept, RecordsCleared
from core.terminal.parameters import Parameters
from core.terminal.rtc import Rtc
from core.wire.record import Record

ERC_OF: dict[type[Record], int] = {
    Initialisation: 1,
    ParameterLoss: 2,
    ParameterChange: 3,
    AuthenticationError: 20,
    TerminalFault: 21,
    ReadFailure: 31,
}

REPORTED = "events.reported"
"""Fact: important events up to here the master was told by spontaneous reports."""


class Events:
    """Records, counters and flags; which ERC count, and as what, is parameter F9."""

    def __init__(self, ledger: Ledger, parameters: Parameters, rtc: Rtc) -> None:
        self._ledger = ledger
        self._parameters = parameters
        self._rtc = rtc
        self._subscribers: list[Callable[[EventRecord], None]] = []

    def subscribe(self, subscriber: Callable[[EventRecord], None]) -> None:
        """Call back at each new record, inside the transaction that stores it."""
        self._subscribers.append(subscriber)

    def add(self, body: Record, pn: int | None = None) -> EventRecord | None:
        """Store a record of the terminal (or of a point); ``None`` when its ERC is masked out by F9."""
        masks = self._parameters.value(EventMasks)
        erc = ERC_OF[type(body)]
        if erc not in masks.valid:
            return None
        stored = self._ledger.kept.stored
        important = erc in masks.important
        serial = stored[True] + stored[False]
        record = EventRecord(
            important, stored[important], serial, erc, self._rtc.reading(), pn, body.encode()
        )
        self._ledger.put(RecordKept(record), FactKept("events.unread", _listed(self.unread | {erc})))
        for subscriber in self._subscribers:
            subscriber(record)
        return record

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
        """Serials of the records a person acknowledged at the face."""
        return _numbers(self._ledger.fact("events.seen"))

    @property
    def alarm(self) -> int | None:
        """ERC of the newest important event that nobody acknowledged, ``None`` when there is none."""
        return next(
            (r.erc for r in self.newest(2 * RING) if r.important and r.serial not in self._seen), None
        )

    def acknowledge(self, serial: int) -> None:
        """A person looked at a record: its part of the alarm ends (device behaviour 3.3 EVENTS)."""
        kept = {record.serial for record in self._ledger.kept.records.values()}
        self._ledger.note("events.seen", _listed((self._seen | {serial}) & kept))

    def clear(self) -> None:
        """Empty both rings; counters, flags and read marks start again."""
        names = ["unread", "seen", *(f"read.{channel.value}" for channel in Channel)]
        facts = [REPORTED, *(f"events.{name}" for name in names)]
        self._ledger.put(RecordsCleared(), *[FactKept(name, None) for name in facts])


def _numbers(noted: str | None) -> frozenset[int]:
    return frozenset(int(number) for number in noted.split(",")) if noted else frozenset()


def _listed(numbers: Iterable[int]) -> str | None:
    return ",".join(str(number) for number in sorted(numbers)) or None
