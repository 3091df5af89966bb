"""The plan of a write: what differs, what was sent, what the terminal confirmed, what was read back.

Nothing is called done before it was read back and compared leaf by leaf. Rules:
- `hhu.client.parts` tells what travels with which message; every message is read back before the next, so a
  broken line leaves few rows unknown. Of a list by number only the records that were sent are read back.
- A list that is written whole and gets shorter has a change for each field that is to be gone.
- The client speaks to a new address from its confirmation on. When the confirmation is lost, the terminal no
  longer answers the old one: the new one is asked.
- The first message that fails ends the run; what comes after it stays planned.
- Silence proves nothing: such rows are failed with "unknown", and ``resume`` reads before it writes again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Protocol

from core.errors import CoreError, DecodeError, DeniedError, LineError, SilenceError, UsageError
from core.gdw376.frame import Address
from core.gdw376.message import Item
from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import TerminalAddress
from core.wire.paths import Place
from hhu.client.change import OPEN, Change, Key, OnChange, State, changes_of
from hhu.client.keyed import leaves_like, list_of, only, records_of, with_records
from hhu.client.names import Name
from hhu.client.parts import Part, Parts


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
        self._parts = Parts(self.changes, self._wanted)

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
        changes = [c for pn, unit in pairs for c in changes_of(pn, before.get((pn, type(unit))), unit, kept)]
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
        for parts in list(self._parts.messages((State.PLANNED,))):
            if not await self._transfer(client, parts, on_change):
                return

    async def resume(self, client: Writer, on_change: OnChange | None = None) -> None:
        """After a broken run: read what is uncertain, keep what already arrived, write the rest again."""
        for parts in list(self._parts.messages(OPEN)):
            try:
                found = await client.read([self._parts.question(part) for part in parts])
            except DeniedError:
                found = []  # nothing of it arrived
            self._compare(parts, found, State.PLANNED, on_change)
        await self.run(client, on_change)

    async def _transfer(self, client: Writer, parts: list[Part], on_change: OnChange | None) -> bool:
        """Write one message and read it back; tell whether all of it was verified."""
        self._mark(parts, on_change, state=State.SENT)
        try:
            await client.write([Item.of(self._parts.sent(part), part.key[0]) for part in parts])
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
            found = await client.read([self._parts.question(part) for part in parts])
        except (LineError, DecodeError, DeniedError) as error:
            if not isinstance(error, DeniedError) or None in map(self._parts.emptied, parts):
                self._mark(parts, on_change, state=State.FAILED, reason=error)
                return False
            found = []  # nothing is left of what was deleted: that is the proof
        return self._compare(parts, found, State.DIFFERS, on_change)

    def _compare(
        self, parts: list[Part], found: Iterable[Item], otherwise: State, on_change: OnChange | None
    ) -> bool:
        """Hold what was read against what was wanted, leaf by leaf."""
        read = {(item.pn, type(item.value)): item.value for item in found if item.value is not None}
        units = {part.key: read.get(part.key) or self._parts.emptied(part) for part in parts}
        leaves = {key: leaves_like(self._wanted[key], unit) for key, unit in units.items()}
        for index, change in self._parts.open(parts):
            there = leaves[change.key].get(change.path)
            gone = units[change.key] is not None and there is None
            same = gone if change.gone else _holds(there, change.after)
            state = State.VERIFIED if same else otherwise
            value = None if same or there is None else there.value
            self._put(index, replace(change, state=state, reason=None, found=value), on_change)
        return all(c.state is State.VERIFIED for c in self.changes if any(part.covers(c) for part in parts))

    def _mark(
        self,
        parts: list[Part],
        on_change: OnChange | None,
        *,
        state: State,
        reason: CoreError | None = None,
    ) -> None:
        for index, change in self._parts.open(parts):
            self._put(index, replace(change, state=state, reason=reason), on_change)

    def _put(self, index: int, change: Change, on_change: OnChange | None) -> None:
        self.changes[index] = change
        if on_change:
            on_change(change)


def _holds(there: Place | None, wanted: Any) -> bool:
    return there is not None and there.value == wanted
