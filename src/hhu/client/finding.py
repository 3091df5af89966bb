"""Data units found by what a person types: code, alias, English or Chinese name, pinyin initials."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from core.gdw376.unit import Unit
from core.wire.record import layout_of
from hhu.pinyin import initials

EXACT, START, INSIDE, FIELD = 100, 80, 60, 40
"""How good a match is: the name itself, its beginning, within it, or only within one of its fields."""


@dataclass(frozen=True, slots=True)
class Texts:
    """What a unit can be found by, in small letters."""

    names: tuple[str, ...]
    """Code, bare function, alias, both names, initials."""
    fields: str
    """Labels of the fields of a parameter."""


@cache
def _texts(kind: type[Unit]) -> Texts:
    meaning = kind.meaning
    names = (meaning.code, f"F{meaning.fn}", meaning.alias, meaning.en, meaning.zh, initials(meaning.zh))
    labels: list[str] = []
    if meaning.afn == 0x04:
        for field in layout_of(kind).fields:
            labels += [field.label.en, field.label.zh, initials(field.label.zh)]
    return Texts(tuple(name.casefold() for name in names), "\n".join(labels).casefold())


def score(kind: type[Unit], query: str) -> int:
    """Return how well a unit matches; 0 when a word of the query is nowhere in it."""
    words = query.casefold().split()
    return min((_score(_texts(kind), word) for word in words), default=INSIDE)


def _score(texts: Texts, word: str) -> int:
    code, function, *names = texts.names
    if word in (code, function, *names):
        return EXACT
    if code.startswith(word) or any(name.startswith(word) for name in names):
        return START
    if any(word in name for name in names):
        return INSIDE
    return FIELD if word in texts.fields else 0


def found(query: str, kinds: Iterable[type[Unit]]) -> list[tuple[int, type[Unit]]]:
    """Return the matching units with their scores, the best first, else in the given order."""
    scored = [(score(kind, query), kind) for kind in kinds]
    return sorted((pair for pair in scored if pair[0]), key=lambda pair: -pair[0])
