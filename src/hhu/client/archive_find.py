"""Meters found by what people type: digits of an address, a word in either language, pinyin initials."""

from collections.abc import Iterable, Sequence

from core.gdw376.units.afn04 import MAJOR
from hhu.client.archive import ArchiveRow, protocol_name
from hhu.pinyin import initials

KEY, STOPPED = ("重点户", "key meter"), ("停抄", "stopped")


def found(query: str, rows: Sequence[ArchiveRow], said: Sequence[str] = ()) -> tuple[int, ...]:
    """Return the places of the rows that fit every word of the query; ``said`` has more words per row."""
    words = query.casefold().split()
    if not words:
        return tuple(range(len(rows)))
    return tuple(
        index for index, row in enumerate(rows) if _fits(row, words, said[index] if index < len(said) else "")
    )


def _fits(row: ArchiveRow, words: Iterable[str], said: str) -> bool:
    names = [*MAJOR.get(row.major, ()), *(KEY if row.key else ()), *(STOPPED if row.stopped else ()), said]
    text = " ".join([protocol_name(row.protocol), *names]).casefold()
    short = frozenset(initials(part) for name in names for part in name.split())
    return all(_has(row, word) or word in text or word in short for word in words)


def _has(row: ArchiveRow, word: str) -> bool:
    """Digits anywhere in address or asset number, serial and point as a whole, ``p2`` the port."""
    if word in (str(row.serial), str(row.point)) and word.isdecimal():
        return True
    if word in (f"p{row.port}", f"端口{row.port}", f"port{row.port}"):
        return True
    return word in row.address or word in row.asset.casefold() or word in row.collector
