"""The plan of a write: what differs, what was sent, what the terminal confirmed, what was read back.

Nothing is called done before it was read back and compared leaf by leaf. Rules:
- Changed leaves of a unit travel in that one unit; units of one AFN travel in one message, one transaction.
- Of a list whose records have numbers only the records that change travel, and only they are read back.
- A list that is written whole and gets shorter has a change for each field that is to be gone.
- The terminal's address (AFN04 F89) goes last and alone; the client then speaks to the new address. When
  its confirmation is lost, the terminal no longer answers the old one: the new one is asked.
- The first message that fails ends the run; what comes after it stays planned.
- Silence proves nothing: such rows are failed with "unknown", and ``resume`` reads before it writes again.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, Protocol

from core.errors import CoreError, DecodeError, DeniedError, LineError, SilenceError, UsageError
from core.gdw376.frame import Address
from core.gdw376.message import Item
from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import TerminalAddress
from core.wire.codec import Leaf
from core.wire.paths import Place, places
from hhu.client.keyed import leaves_like, only, records_of, selector_of, settled
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
        """Units of which every change is verified, as wanted, with their points."""
        open_keys = {change.key for change in self.changes if change.state is not State.VERIFIED}
        written = {change.key for change in self.changes} - open_keys
        return tuple((key[0], unit) for key, unit in self._wanted.items() if key in written)

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
        for group in self._groups():
            if not await self._transfer(client, group, on_change):
                return

    async def resume(self, client: Writer, on_change: OnChange | None = None) -> None:
        """After a broken run: read what is uncertain, keep what already arrived, write the rest again."""
        keys = self._keys(change for change in self.changes if change.state in OPEN)
        if keys:
            found = await client.read([self._question(key) for key in keys])
            self._compare(keys, found, State.PLANNED, on_change)
        await self.run(client, on_change)

    def _groups(self) -> Iterator[list[Key]]:
        """Messages in order: parameters together, the terminal's own address last."""
        keys = self._keys(change for change in self.changes if change.state is State.PLANNED)
        afns = dict.fromkeys(unit.meaning.afn for _, unit in keys if unit is not TerminalAddress)
        for afn in afns:
            yield [(pn, unit) for pn, unit in keys if unit.meaning.afn == afn and unit is not TerminalAddress]
        yield from ([key] for key in keys if key[1] is TerminalAddress)

    @staticmethod
    def _keys(changes: Iterable[Change]) -> list[Key]:
        return list(dict.fromkeys(change.key for change in changes))

    def _sent(self, key: Key) -> Unit:
        """What goes over the line for a key: the unit, or only its records that are not verified."""
        paths = [c.path for c in self.changes if c.key == key and c.state is not State.VERIFIED]
        return only(self._wanted[key], paths)

    def _question(self, key: Key) -> Name:
        return Name(key[1], None, key[0], selector_of(self._sent(key)))

    async def _transfer(self, client: Writer, keys: list[Key], on_change: OnChange | None) -> bool:
        """Write one message and read it back; tell whether all of it was verified."""
        self._mark(keys, on_change, state=State.SENT)
        try:
            await client.write([Item.of(self._sent(key), key[0]) for key in keys])
        except DeniedError as error:
            self._mark(keys, on_change, state=State.REFUSED, reason=error)
            return False
        except (LineError, DecodeError) as error:
            if isinstance(error, SilenceError) and await self._already_moved(client, keys, on_change):
                return True
            self._mark(keys, on_change, state=State.FAILED, reason=error)
            return False
        except UsageError:
            self._mark(keys, on_change, state=State.PLANNED)
            raise
        self._mark(keys, on_change, state=State.ACKNOWLEDGED)
        self._follow(client, keys)
        return await self._read_back(client, keys, on_change)

    def _follow(self, client: Writer, keys: list[Key]) -> bool:
        """Turn to the address that was just written; tell whether there was one."""
        for key in keys:
            unit = self._wanted[key]
            if isinstance(unit, TerminalAddress):
                client.readdress(Address(unit.region, unit.terminal))
                return True
        return False

    async def _already_moved(self, client: Writer, keys: list[Key], on_change: OnChange | None) -> bool:
        """Ask the new address whether the terminal took it before its confirmation was lost."""
        old = client.address
        if not self._follow(client, keys):
            return False
        try:
            return self._compare(keys, await client.read([Name(TerminalAddress)]), State.DIFFERS, on_change)
        except (LineError, DecodeError, DeniedError):
            client.readdress(old)
            return False

    async def _read_back(self, client: Writer, keys: list[Key], on_change: OnChange | None) -> bool:
        try:
            found = await client.read([self._question(key) for key in keys])
        except (LineError, DecodeError, DeniedError) as error:
            if not isinstance(error, DeniedError) or None in map(self._emptied, keys):
                self._mark(keys, on_change, state=State.FAILED, reason=error)
                return False
            found = []  # nothing is left of what was deleted: that is the proof
        return self._compare(keys, found, State.DIFFERS, on_change)

    def _emptied(self, key: Key) -> Unit | None:
        """What a key is when all records that were sent have deleted themselves; else ``None``."""
        sent = self._sent(key)
        emptied = settled(sent)
        return emptied if records_of(sent) and not records_of(emptied) else None

    def _compare(
        self, keys: list[Key], found: Iterable[Item], otherwise: State, on_change: OnChange | None
    ) -> bool:
        """Hold what was read against what was wanted, leaf by leaf."""
        read = {(item.pn, type(item.value)): item.value for item in found if item.value is not None}
        emptied = {key: self._emptied(key) for key in keys}
        for index, change in enumerate(self.changes):
            if change.key not in keys or change.state is State.VERIFIED:
                continue
            unit = read.get(change.key) or emptied[change.key]
            there = leaves_like(self._wanted[change.key], unit).get(change.path)
            same = unit is not None and there is None if change.gone else _holds(there, change.after)
            state = State.VERIFIED if same else otherwise
            value = None if same or there is None else there.value
            self._put(index, replace(change, state=state, reason=None, found=value), on_change)
        return all(change.state is State.VERIFIED for change in self.changes if change.key in keys)

    def _mark(
        self,
        keys: list[Key],
        on_change: OnChange | None,
        *,
        state: State,
        reason: CoreError | None = None,
    ) -> None:
        for index, change in enumerate(self.changes):
            if change.key in keys and change.state is not State.VERIFIED:
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
