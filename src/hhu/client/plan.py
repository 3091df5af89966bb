"""The plan of a write: what differs, what was sent, what the terminal confirmed, what was read back.

Nothing is called done before it was read back and compared leaf by leaf. Rules:
- Changed leaves of a unit travel in that one unit; the terminal's own units travel in one message, one
  transaction. Records by number, then units of points, then key meters follow in messages of one small frame
  each, deletions first, every message read back before the next: a broken line leaves few rows unknown.
- Of a list whose records have numbers only the records that change travel, and only they are read back.
- A list that is written whole and gets shorter has a change for each field that is to be gone.
- The terminal's address (AFN04 F89) goes last and alone; the client then speaks to the new address. When
  its confirmation is lost, the terminal no longer answers the old one: the new one is asked.
- The first message that fails ends the run; what comes after it stays planned.
- Silence proves nothing: such rows are failed with "unknown", and ``resume`` reads before it writes again.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, Protocol

from core.errors import CoreError, DecodeError, DeniedError, LineError, SilenceError, UsageError
from core.gdw376.frame import Address
from core.gdw376.message import Item
from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import KeyMeters, TerminalAddress
from core.wire.codec import Leaf
from core.wire.paths import Place, places
from hhu.client.keyed import (
    is_deleting,
    leaves_like,
    list_of,
    only,
    records_of,
    selector_of,
    settled,
    with_records,
)
from hhu.client.names import Name

Key = tuple[int, type[Unit]]
"""Point and unit class: what one read or write is about."""


class State(Enum):
    """How far a change has come; the value is the word shown."""

    PLANNED = "planned"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    VERIFIED = "verified"
    REFUSED = "refused"
    FAILED = "failed"
    DIFFERS = "differs"


OPEN = frozenset({State.SENT, State.ACKNOWLEDGED, State.FAILED})
"""States after which only reading tells what the terminal holds."""
LATER = (
    State.PLANNED,
    State.VERIFIED,
    State.ACKNOWLEDGED,
    State.SENT,
    State.DIFFERS,
    State.FAILED,
    State.REFUSED,
)
"""States of several leaves in one row: the last of these that occurs is shown."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field that is to become another value."""

    unit: type[Unit]
    path: str
    label_zh: str
    label_en: str
    leaf: Leaf
    before: Any
    """``None`` also where the field was not there before."""
    after: Any
    pn: int = 0
    state: State = State.PLANNED
    reason: CoreError | None = None
    """Why it was refused or failed."""
    found: Any = None
    """What the read-back gave, where it differs."""
    gone: bool = False
    """The field stood in a record that is no longer wanted."""

    @property
    def key(self) -> Key:
        """Point and unit class."""
        return self.pn, self.unit

    @property
    def name(self) -> str:
        """Code and path, as ``04F3.main_ip``."""
        return Name(self.unit, self.path, self.pn).text

    def shown(self, value: Any) -> str:
        """Text of one of the three values; secrets are covered."""
        if self.leaf.secret and value:
            return "••••"
        return self.leaf.show(value) if value is not None else ""


MESSAGE = 440
"""Bytes of data units in a message of records or points: with address, PW and Tp its frame and the answer
stay below the 512 bytes that the smallest firmware takes."""
OWN, RECORDS, POINTS, REFERRING, ADDRESS = range(5)
"""Ranks of units in the order they are sent; key meters name serial numbers that must be there before."""


def _rank(key: Key) -> int:
    if key[1] is TerminalAddress:
        return ADDRESS
    if list_of(key[1]):
        return RECORDS
    if key[1] is KeyMeters:
        return REFERRING
    return POINTS if key[0] else OWN


@dataclass(frozen=True, slots=True)
class Part:
    """What travels at once of a unit: all of it, or some records of a list by number."""

    key: Key
    heads: frozenset[str] = frozenset()
    """Paths of the records, as ``meters[3]``; empty: the whole unit."""

    def covers(self, change: Change) -> bool:
        """Tell whether a change travels with this part."""
        return change.key == self.key and (not self.heads or change.path.partition(".")[0] in self.heads)


OnChange = Callable[[Change], None]


class Writer(Protocol):
    """What a plan needs of the client."""

    async def read(self, wanted: Sequence[Name]) -> list[Item]:
        """Ask for units; see `TerminalClient.read`."""
        ...

    async def write(self, items: Sequence[Item]) -> None:
        """Send units in one message; see `TerminalClient.write`."""
        ...

    @property
    def address(self) -> Address:
        """The address spoken to."""
        ...

    def readdress(self, address: Address) -> None:
        """Speak to this address from now on."""
        ...


class Plan:
    """Changes in the order of the wire; ``changes`` always holds their latest states."""

    def __init__(self, changes: Iterable[Change], wanted: Iterable[tuple[int, Unit]]) -> None:
        self.changes = list(changes)
        self._wanted: dict[Key, Unit] = {(pn, type(unit)): unit for pn, unit in wanted}

    @classmethod
    def of(
        cls,
        current: Iterable[tuple[int, Unit]],
        wanted: Iterable[tuple[int, Unit]],
        keep: Iterable[Name] = (),
    ) -> "Plan":
        """Compare leaf by leaf; a unit without current value counts as changed everywhere.

        Fields under the names in ``keep`` get a row also when they do not differ: verified, as just read.
        """
        before = {(pn, type(unit)): unit for pn, unit in current}
        pairs, kept = list(wanted), list(keep)
        changes = [c for pn, unit in pairs for c in _changes(pn, before.get((pn, type(unit))), unit, kept)]
        return cls(changes, pairs)

    @property
    def proven(self) -> tuple[tuple[int, Unit], ...]:
        """Units of which every change is verified, as wanted, with their points; of lists by number the
        records that are."""
        paths: dict[Key, tuple[set[str], set[str]]] = {}
        for change in self.changes:
            verified, open_ones = paths.setdefault(change.key, (set(), set()))
            (verified if change.state is State.VERIFIED else open_ones).add(change.path)
        found: list[tuple[int, Unit]] = []
        for key, (verified, open_ones) in paths.items():
            unit = self._wanted[key]
            if not open_ones:
                found.append((key[0], unit))
            elif list_of(key[1]):
                waiting = records_of(only(unit, open_ones))
                done = [record for record in records_of(only(unit, verified)) if record not in waiting]
                found.append((key[0], with_records(unit, done)))
        return tuple(found)

    @property
    def done(self) -> bool:
        """Whether every change is verified."""
        return all(change.state is State.VERIFIED for change in self.changes)

    @property
    def error(self) -> CoreError | None:
        """The first reason why something is not verified."""
        return next((change.reason for change in self.changes if change.reason), None)

    async def run(self, client: Writer, on_change: OnChange | None = None) -> None:
        """Write and read back whatever is planned; outcomes, errors too, stand in ``changes``.

        Only errors of the caller (no password, a value that does not fit) are raised; nothing was sent then.
        """
        for parts in list(self._messages((State.PLANNED,))):
            if not await self._transfer(client, parts, on_change):
                return

    async def resume(self, client: Writer, on_change: OnChange | None = None) -> None:
        """After a broken run: read what is uncertain, keep what already arrived, write the rest again."""
        for parts in list(self._messages(OPEN)):
            try:
                found = await client.read([self._question(part) for part in parts])
            except DeniedError:
                found = []  # nothing of it arrived
            self._compare(parts, found, State.PLANNED, on_change)
        await self.run(client, on_change)

    def _messages(self, states: Collection[State]) -> Iterator[list[Part]]:
        """What has changes in these states, message by message in the order of sending."""
        keys = sorted(dict.fromkeys(c.key for c in self.changes if c.state in states), key=_rank)
        for afn in dict.fromkeys(unit.meaning.afn for _, unit in keys):
            mine = [key for key in keys if key[1].meaning.afn == afn]
            own = [Part(key) for key in mine if _rank(key) == OWN]
            yield from [own] if own else []
            small = [part for key in mine if OWN < _rank(key) < ADDRESS for part in self._pieces(key, states)]
            yield from self._filled(small)
        yield from ([Part(key)] for key in keys if _rank(key) == ADDRESS)

    def _pieces(self, key: Key, states: Collection[State]) -> Iterable[Part]:
        """The least that can travel alone: a unit, or one record; deletions free what others may take."""
        known = list_of(key[1])
        if known is None:
            return [Part(key)]
        heads = dict.fromkeys(
            c.path.partition(".")[0] for c in self.changes if c.key == key and c.state in states
        )
        records = {f"{known[0]}[{index}]": r for index, r in enumerate(records_of(self._wanted[key]))}
        ordered = sorted(
            heads, key=lambda head: head not in records or not is_deleting(key[1], records[head])
        )
        return [Part(key, frozenset((head,))) for head in ordered]

    def _filled(self, pieces: Iterable[Part]) -> Iterator[list[Part]]:
        """Join pieces to messages of at most ``MESSAGE`` bytes."""
        message: dict[Key, Part] = {}
        size = 0
        for piece in pieces:
            more = 4 + len(self._sent(piece).encode())
            if message and size + more > MESSAGE:
                yield list(message.values())
                message, size = {}, 0
            before = message.get(piece.key, piece)
            message[piece.key] = Part(piece.key, before.heads | piece.heads)
            size += more - (6 if before is not piece else 0)
        if message:
            yield list(message.values())

    def _sent(self, part: Part) -> Unit:
        """What goes over the line of a part: the unit, or only its records that are not verified."""
        if not list_of(part.key[1]):
            return self._wanted[part.key]
        paths = [c.path for c in self.changes if part.covers(c) and c.state is not State.VERIFIED]
        return only(self._wanted[part.key], paths)

    def _question(self, part: Part) -> Name:
        pn, kind = part.key
        return Name(kind, None, pn, selector_of(self._sent(part)))

    async def _transfer(self, client: Writer, parts: list[Part], on_change: OnChange | None) -> bool:
        """Write one message and read it back; tell whether all of it was verified."""
        self._mark(parts, on_change, state=State.SENT)
        try:
            await client.write([Item.of(self._sent(part), part.key[0]) for part in parts])
        except DeniedError as error:
            self._mark(parts, on_change, state=State.REFUSED, reason=error)
            return False
        except (LineError, DecodeError) as error:
            if isinstance(error, SilenceError) and await self._already_moved(client, parts, on_change):
                return True
            self._mark(parts, on_change, state=State.FAILED, reason=error)
            return False
        except UsageError:
            self._mark(parts, on_change, state=State.PLANNED)
            raise
        self._mark(parts, on_change, state=State.ACKNOWLEDGED)
        self._follow(client, parts)
        return await self._read_back(client, parts, on_change)

    def _follow(self, client: Writer, parts: list[Part]) -> bool:
        """Turn to the address that was just written; tell whether there was one."""
        for part in parts:
            unit = self._wanted[part.key]
            if isinstance(unit, TerminalAddress):
                client.readdress(Address(unit.region, unit.terminal))
                return True
        return False

    async def _already_moved(self, client: Writer, parts: list[Part], on_change: OnChange | None) -> bool:
        """Ask the new address whether the terminal took it before its confirmation was lost."""
        old = client.address
        if not self._follow(client, parts):
            return False
        try:
            return self._compare(parts, await client.read([Name(TerminalAddress)]), State.DIFFERS, on_change)
        except (LineError, DecodeError, DeniedError):
            client.readdress(old)
            return False

    async def _read_back(self, client: Writer, parts: list[Part], on_change: OnChange | None) -> bool:
        try:
            found = await client.read([self._question(part) for part in parts])
        except (LineError, DecodeError, DeniedError) as error:
            if not isinstance(error, DeniedError) or None in map(self._emptied, parts):
                self._mark(parts, on_change, state=State.FAILED, reason=error)
                return False
            found = []  # nothing is left of what was deleted: that is the proof
        return self._compare(parts, found, State.DIFFERS, on_change)

    def _emptied(self, part: Part) -> Unit | None:
        """What a part is when all records that were sent have deleted themselves; else ``None``."""
        sent = self._sent(part)
        emptied = settled(sent)
        return emptied if records_of(sent) and not records_of(emptied) else None

    def _compare(
        self, parts: list[Part], found: Iterable[Item], otherwise: State, on_change: OnChange | None
    ) -> bool:
        """Hold what was read against what was wanted, leaf by leaf."""
        read = {(item.pn, type(item.value)): item.value for item in found if item.value is not None}
        units = {part.key: read.get(part.key) or self._emptied(part) for part in parts}
        leaves = {key: leaves_like(self._wanted[key], unit) for key, unit in units.items()}
        for index, change in self._open(parts):
            there = leaves[change.key].get(change.path)
            gone = units[change.key] is not None and there is None
            same = gone if change.gone else _holds(there, change.after)
            state = State.VERIFIED if same else otherwise
            value = None if same or there is None else there.value
            self._put(index, replace(change, state=state, reason=None, found=value), on_change)
        return all(c.state is State.VERIFIED for c in self.changes if any(part.covers(c) for part in parts))

    def _open(self, parts: list[Part]) -> list[tuple[int, Change]]:
        """Changes of these parts that are not verified, with their places."""
        by_key = {part.key: part for part in parts}
        return [
            (index, change)
            for index, change in enumerate(self.changes)
            if change.state is not State.VERIFIED
            and change.key in by_key
            and by_key[change.key].covers(change)
        ]

    def _mark(
        self,
        parts: list[Part],
        on_change: OnChange | None,
        *,
        state: State,
        reason: CoreError | None = None,
    ) -> None:
        for index, change in self._open(parts):
            self._put(index, replace(change, state=state, reason=reason), on_change)

    def _put(self, index: int, change: Change, on_change: OnChange | None) -> None:
        self.changes[index] = change
        if on_change:
            on_change(change)


def _holds(there: Place | None, wanted: Any) -> bool:
    return there is not None and there.value == wanted


def _changes(pn: int, before: Unit | None, after: Unit, keep: Sequence[Name]) -> Iterator[Change]:
    old = leaves_like(after, before)
    new = {place.path: place for place in places(after)}
    for path, place in new.items():
        was = old.get(path)
        same = was is not None and was.value == place.value
        if same and not any(name.covers(pn, type(after), path) for name in keep):
            continue
        state = State.VERIFIED if same else State.PLANNED
        there = was.value if was else None
        yield replace(_change(pn, after, place), before=there, after=place.value, state=state)
    for place in (place for path, place in old.items() if path not in new):
        yield replace(_change(pn, after, place), before=place.value, after=None, gone=True)


def _change(pn: int, unit: Unit, place: Place) -> Change:
    zh, en = " ".join(place.labels_zh), " ".join(place.labels_en)
    return Change(type(unit), place.path, zh, en, place.leaf, None, None, pn)
