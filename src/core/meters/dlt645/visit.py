"""What a question to a meter is made of: identifiers to read one by one, and what is known of the meter.

A recipe is a generator: it yields the identifier it needs next and is sent the bytes behind it, ``None``
where the meter has no such thing; it returns the value, or the `Lack` that stands for it. It knows no line
and no time; bytes that are no value raise ``DecodeError`` out of it.
"""

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.meters.dlt645 import formats as f
from core.meters.dlt645.control import Edition
from core.meters.dlt645.identifiers import decode_value, known
from core.meters.occasion import Lack, Occasion
from core.quantities import Value
from core.wire.codec import NO_SCOPE

Recipe = Generator[str, bytes | None, Value | Lack]
Registers = Generator[str, bytes | None, tuple[Any, ...] | None]
"""A step of a recipe that reads total and tariffs."""


@dataclass(frozen=True, slots=True)
class Visit(Occasion):
    """One question to one meter of DL/T 645."""

    edition: Edition

    def read(self, code: str) -> Generator[str, bytes | None, Any]:
        """Read one identifier; ``None`` where the meter has no such data or marks it so."""
        content = yield code
        return None if content is None else decode_value(known(code, self.edition), content)

    def gather(
        self, block: str, singles: Iterable[str], *, count: int = 0
    ) -> Generator[str, bytes | None, tuple[Any, ...] | None]:
        """Read a block; where the meter refuses it, its values one by one.

        ``count`` values are always returned then, missing ones as ``None``; without it the first missing one
        is the end. ``None`` when there is no value at all.
        """
        values: tuple[Any, ...] | None = yield from self.read(block)
        if values is None:
            values = yield from self._single(singles, to_end=count > 0)
        if all(value is None for value in values):
            return None
        return values + (None,) * (count - len(values))

    def _single(
        self, singles: Iterable[str], *, to_end: bool
    ) -> Generator[str, bytes | None, tuple[Any, ...]]:
        values: list[Any] = []
        for code in singles:
            value = yield from self.read(code)
            if value is None and not (to_end and values):
                break
            values.append(value)
        return tuple(values)


_SECOND = f.Second()


def moment_in(record: bytes | None, at: int) -> datetime | None:
    """Return the time that stands in a record of which only that counts; ``None`` if it is not there."""
    return _SECOND.take(record, at, at + 6, NO_SCOPE)[0] if record and len(record) >= at + 6 else None


def nothing(lack: Lack) -> Recipe:
    """A recipe for what needs no question."""
    return lack
    yield  # makes it a generator
