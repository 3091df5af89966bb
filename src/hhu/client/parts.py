"""What travels with which message of a write, and in which order.

- Changed leaves of a unit travel in that one unit; the terminal's own units travel in one message, one
  transaction. Records by number, then units of points, then key meters follow in messages of one small frame
  each, deletions first.
- Of a list whose records have numbers only the records that change travel.
- The terminal's address (AFN04 F89) goes last and alone.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import KeyMeters, TerminalAddress
from hhu.client.change import Change, Key, State
from hhu.client.keyed import is_deleting, list_of, only, records_of, selector_of, settled
from hhu.client.names import Name

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


class Parts:
    """The parts of a plan by the states of its changes; it looks at the plan's own list and wishes."""

    def __init__(self, changes: Sequence[Change], wanted: Mapping[Key, Unit]) -> None:
        self._changes = changes
        self._wanted = wanted

    def messages(self, states: Collection[State]) -> Iterator[list[Part]]:
        """What has changes in these states, message by message in the order of sending."""
        keys = sorted(dict.fromkeys(c.key for c in self._changes if c.state in states), key=_rank)
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
            c.path.partition(".")[0] for c in self._changes if c.key == key and c.state in states
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
            more = 4 + len(self.sent(piece).encode())
            if message and size + more > MESSAGE:
                yield list(message.values())
                message, size = {}, 0
            before = message.get(piece.key, piece)
            message[piece.key] = Part(piece.key, before.heads | piece.heads)
            size += more - (6 if before is not piece else 0)
        if message:
            yield list(message.values())

    def sent(self, part: Part) -> Unit:
        """What goes over the line of a part: the unit, or only its records that are not verified."""
        if not list_of(part.key[1]):
            return self._wanted[part.key]
        paths = [c.path for c in self._changes if part.covers(c) and c.state is not State.VERIFIED]
        return only(self._wanted[part.key], paths)

    def question(self, part: Part) -> Name:
        """What to ask for, to see what the terminal holds of a part."""
        pn, kind = part.key
        return Name(kind, None, pn, selector_of(self.sent(part)))

    def emptied(self, part: Part) -> Unit | None:
        """What a part is when all records that were sent have deleted themselves; else ``None``."""
        sent = self.sent(part)
        emptied = settled(sent)
        return emptied if records_of(sent) and not records_of(emptied) else None

    def open(self, parts: list[Part]) -> list[tuple[int, Change]]:
        """Changes of these parts that are not verified, with their places."""
        by_key = {part.key: part for part in parts}
        return [
            (index, change)
            for index, change in enumerate(self._changes)
            if change.state is not State.VERIFIED
            and change.key in by_key
            and by_key[change.key].covers(change)
        ]
