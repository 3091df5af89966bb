"""ERC33: a status word of a meter differs from the one before (M59). What is not available is not judged."""

from typing import cast

from core.gdw376.units.erc import Erc33
from core.quantities import Quantity
from core.terminal.events.case import Case

ERC = 33
WORDS = 7
Words = tuple[int | None, ...]


def words_of(case: Case) -> Words | None:
    """Return the seven words of this reading."""
    reading = case.readings.get(Quantity.STATUS)
    if reading is None or not isinstance(reading.value, tuple):
        return None
    return (*cast("Words", reading.value), *(None,) * WORDS)[:WORDS]


def judge(case: Case, before: Words | None, now: Words | None) -> None:
    """Compare all words; a word that is missing now keeps its last value as the baseline."""
    if now is None:
        return
    old = before or (None,) * WORDS
    pairs = tuple(zip(old, now, strict=True))
    case.memory.words = tuple(was if word is None else word for was, word in pairs)
    changed = [0 if was is None or word is None else was ^ word for was, word in pairs]
    if any(changed):
        flags = tuple(map(_word, changed))
        case.write(ERC, Erc33(None, case.point, flags, tuple(_word(word or 0) for word in case.memory.words)))


def _word(bits: int) -> bytes:
    return bits.to_bytes(2, "little")
