"""Telegrams of meter families other than DL/T 645 in what a person pasted.

Rules
- At each place the families are asked in order; a right check value decides, then the fixed form of
  telegrams that have none. A byte or two that may be chance (ACK, 02 03) need a neighbour of their family.
- What nobody could read is searched for frames of the protocol libraries, then shown as what it was meant to
  be: damaged or half, never as good.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path

from core.errors import DecodeError, LibraryError, UsageError
from core.meters.dissector import DOWN, Dissector, Sighting

AUTO, DLT645 = "auto", "dlt645"
EDMI, ALPHA, IEC62056 = "edmi", "alpha", "iec62056-21"
NATIVES = (EDMI, ALPHA, IEC62056)
"""In the order in which they are tried: the longest check values first."""
_OTHER_NAMES = {
    "iec62056": IEC62056, "landis-gyr-b": IEC62056, "landis-gyr-d": IEC62056, "abb-a1700": IEC62056,
    "dlt645-1997": DLT645, "dlt645-2007": DLT645,
}  # fmt: skip
CHOICES = f"{AUTO}, {DLT645}, iec62056, {EDMI}, {ALPHA}, or the id or file of a protocol library"


@cache
def native(name: str) -> Dissector:
    """Return the dissector of a family of the program; its tables are made on first use."""
    match name:
        case "edmi":
            from core.meters.edmi.dissect import EdmiFrames  # noqa: PLC0415 - start-up time

            return EdmiFrames()
        case "alpha":
            from core.meters.alpha.dissect import AlphaPackets  # noqa: PLC0415 - start-up time

            return AlphaPackets()
        case _:
            from core.meters.iec62056.dissect import IecTelegrams  # noqa: PLC0415 - start-up time

            return IecTelegrams()


def natives() -> tuple[Dissector, ...]:
    """Return all of them, in order."""
    return tuple(map(native, NATIVES))


@cache
def shipped() -> tuple[Dissector, ...]:
    """Return the libraries that come with the program and have frames of their own."""
    from core.meters.library.dissect import LibraryFrames  # noqa: PLC0415 - start-up time
    from core.meters.library.model import Library  # noqa: PLC0415
    from core.meters.library.shelf import shipped as on_shelf  # noqa: PLC0415

    return tuple(LibraryFrames(one) for one in on_shelf().values() if isinstance(one, Library))


def family_named(name: str) -> Dissector | str:
    """Return the dissector of a family, or ``auto``, or ``dlt645``; ``UsageError`` for anything else."""
    name = _OTHER_NAMES.get(name, name)
    if name in (AUTO, DLT645):
        return name
    if name in NATIVES:
        return native(name)
    return _library_file(Path(name)) if name.endswith(".toml") else _on_shelf(name)


def _on_shelf(name: str) -> Dissector | str:
    from core.meters.library.model import Alias, Slot  # noqa: PLC0415 - start-up time
    from core.meters.library.shelf import shipped as on_shelf  # noqa: PLC0415

    entry = on_shelf().get(name)
    if isinstance(entry, Alias):
        return family_named(entry.of)
    if isinstance(entry, Slot):
        raise UsageError(
            f"{entry.identity.title} is an empty slot: {entry.missing}.", f"To fill it: {entry.fill}."
        )
    found = next((one for one in shipped() if one.name == name), None)
    if found is None:
        raise UsageError(f"No family is called {name!r}.", f"Families: {CHOICES}.")
    return found


def _library_file(path: Path) -> Dissector:
    from core.meters.library.dissect import LibraryFrames  # noqa: PLC0415 - start-up time
    from core.meters.library.loader import read_library  # noqa: PLC0415
    from core.meters.library.model import Library  # noqa: PLC0415

    try:
        entry = read_library(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}.", "Give a protocol library.") from error
    except LibraryError as error:
        raise UsageError(f"{error}.", f"hhu meters library check {path} lists all defects.") from error
    if not isinstance(entry, Library):
        raise UsageError(f"{path} has no frames: it is no protocol.", 'It needs kind = "protocol".')
    return LibraryFrames(entry)


@lru_cache(maxsize=8)
def _starts(families: Sequence[Dissector]) -> re.Pattern[bytes]:
    every = frozenset[int]().union(*(family.starts for family in families))
    return re.compile(b"[" + b"".join(re.escape(bytes([byte])) for byte in sorted(every)) + b"]", re.DOTALL)


def next_start(data: bytes, at: int, families: tuple[Dissector, ...]) -> int:
    """Return the next place where a telegram may begin, the end if there is none."""
    found = _starts(families).search(data, at)
    return found.start() if found else len(data)


def sighted(
    data: bytes, at: int, families: Sequence[Dissector], beside: str = "", *, forced: bool = False
) -> tuple[Dissector, Sighting] | None:
    """Return the telegram at this place; ``beside``: the family whose telegram ends right here."""
    damaged: tuple[Dissector, Sighting] | None = None
    for family in families:
        seen = family.sight(data, at) if data[at] in family.starts else None
        if seen is None:
            continue
        if (seen.doubtful or seen.also) and (
            forced or family.name == beside or _leads(family, data, at, seen)
        ):
            seen = replace(seen, doubtful=False, also=())
        if seen.doubtful:
            continue
        if seen.error is None:
            return family, seen
        damaged = damaged or (family, seen)
    return damaged


def _leads(family: Dissector, data: bytes, at: int, seen: Sighting) -> bool:
    """Tell whether a good telegram of the family follows at once."""
    behind = at + seen.size
    if behind >= len(data) or data[behind] not in family.starts:
        return False
    after = family.sight(data, behind)
    return after is not None and not after.doubtful and after.error is None


def meant(piece: bytes, families: Sequence[Dissector]) -> tuple[list[Dissector], Sighting] | None:
    """Return the families these bytes may be of, and what is wrong with them as one of the first."""
    whole = [(family, family.sight(piece, 0)) for family in families if piece[0] in family.starts]
    alone = [(family, seen) for family, seen in whole if seen and seen.size == len(piece)]
    tried = alone or [(family, seen) for family in families if (seen := family.meant(piece))]
    return ([family for family, _ in tried], tried[0][1]) if tried and tried[0][1] else None


class Questions:
    """What each family asked last, to explain the answers behind it."""

    def __init__(self) -> None:
        self._last: dict[str, bytes] = {}

    def before(self, family: Dissector) -> bytes:
        """Return the last question before this telegram."""
        return self._last.get(family.name, b"")

    def note(self, family: Dissector, raw: bytes) -> None:
        """Take a telegram that was found."""
        said = family.explain(raw, self.before(family))
        if said.direction == DOWN and said.readings:
            self._last[family.name] = raw


def next_step(error: DecodeError, protocol: str) -> str:
    """Say what a person can do about a damaged telegram."""
    if "half" in error.reason or "cut short" in error.reason:
        return "Give all bytes of the telegram, or read it again; a pause on the line may have cut it."
    return (
        f"Read it again if the line is noisy; if it is another family, --family NAME ({protocol} was taken)."
    )


def search(
    data: bytes, families: Sequence[Dissector], *, forced: bool = False
) -> Iterator[tuple[int, int, Dissector, Sighting]]:
    """Return begin and end of all telegrams, in order, without overlap."""
    at, end, beside = 0, 0, ""
    while (at := next_start(data, at, tuple(families))) < len(data):
        seen = sighted(data, at, families, beside if at == end else "", forced=forced)
        if seen is None:
            at += 1
            continue
        family, sighting = seen
        end, beside = at + sighting.size, family.name
        yield at, end, family, sighting
        at = end
