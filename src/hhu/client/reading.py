"""Reading many parameters: in batches, with what the terminal does not hold told apart from what broke.

Terminals leave out what they do not have, or deny the whole query, or answer one unit in a way that makes
the rest unreadable. So a batch that fails is asked again unit by unit; only silence and a lost line end it.
A terminal that was seen leaving units out denies a batch only when it has none of it: no need to ask again.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

from core.errors import CoreError, DecodeError, DeniedError
from core.gdw376.message import Item
from core.gdw376.unit import Unit
from core.wire.record import Record, layout_of
from hhu.client.change import Key
from hhu.client.keyed import list_of, records_of, with_records
from hhu.client.names import Name
from hhu.client.selectors import USUAL, needs_selector, windows

BATCH = 8
"""Units asked for at once: few enough for a small answer on 2400 baud, so that progress is seen."""


class Reader(Protocol):
    """What reading needs of the client."""

    async def read(self, wanted: Sequence[Name]) -> list[Item]:
        """Ask for units; see `TerminalClient.read`."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question."""

    key: Key
    unit: Unit | None = None
    """``None``: the terminal does not hold it, or ``error`` says why it cannot be read."""
    error: CoreError | None = None

    @property
    def absent(self) -> bool:
        """Whether the terminal does not hold the unit."""
        return self.unit is None and self.error is None


OnOutcome = Callable[[Outcome], None]
OnBatch = Callable[[Sequence[Key], int], None]
"""What is asked for now, and how many keys are done."""


async def read_parameters(
    client: Reader,
    keys: Iterable[Key],
    on_outcome: OnOutcome,
    on_batch: OnBatch | None = None,
    *,
    most: int = BATCH,
) -> None:
    """Read all keys, ``most`` at once; each has exactly one outcome. ``LineError`` ends it with the line."""
    done, leaves_out = 0, False
    for batch in _batches(list(keys), most):
        if on_batch:
            on_batch(batch, done)
        if needs_selector(batch[0][1]):
            outcomes = [await _listed(client, batch[0])]
        else:
            outcomes, partly = await _plain(client, batch, leaves_out=leaves_out)
            leaves_out = leaves_out or partly
        for outcome in outcomes:
            on_outcome(outcome)
        done += len(batch)


def _batches(keys: list[Key], most: int) -> Iterator[list[Key]]:
    """Plain units together, in order; each that needs a selector alone."""
    batch: list[Key] = []
    for key in dict.fromkeys(keys):
        if needs_selector(key[1]) or len(batch) == most:
            if batch:
                yield batch
            batch = []
        if needs_selector(key[1]):
            yield [key]
        else:
            batch.append(key)
    if batch:
        yield batch


async def _plain(client: Reader, batch: Sequence[Key], *, leaves_out: bool) -> tuple[list[Outcome], bool]:
    """Ask for a batch; also tell whether the answer left units out."""
    try:
        items = await client.read([Name(unit, None, pn) for pn, unit in batch])
    except (DeniedError, DecodeError) as error:
        denied = isinstance(error, DeniedError)
        if len(batch) == 1 or (denied and leaves_out):
            return [Outcome(key, None, None if denied else error) for key in batch], False
        singly = [await _plain(client, [key], leaves_out=leaves_out) for key in batch]
        return [outcome for outcomes, _ in singly for outcome in outcomes], False
    found = {(item.pn, type(item.value)): item.value for item in items}
    return [Outcome(key, found.get(key)) for key in batch], len(found) < len(batch)


async def _listed(client: Reader, key: Key) -> Outcome:
    """Ask for the records of a list, a window of numbers at a time, until a window is empty."""
    pn, kind = key
    usual = USUAL.get(kind, 0)
    whole: Unit | None = None
    for asked in windows(kind):
        try:
            items = await client.read([Name(kind, None, pn, asked)])
        except DeniedError:
            items = []
        except DecodeError as error:
            return Outcome(key, whole, error)
        part = next((item.value for item in items if isinstance(item.value, kind)), None)
        if part is not None:
            whole = part if whole is None else with_records(whole, (*records_of(whole), *records_of(part)))
        if (part is None or (list_of(kind) and not records_of(part))) and _last(asked) >= usual:
            break
    return Outcome(key, whole)


def _last(asked: Record) -> int:
    """Return the highest number of a window, 0 of a selector without numbers."""
    (first, *_) = layout_of(type(asked)).fields
    numbers: Any = getattr(asked, first.name)
    return max(cast("tuple[int, ...]", numbers)) if isinstance(numbers, tuple) else 0
