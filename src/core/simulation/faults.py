"""What can be wrong with a meter on a bus, and how people write it: ``3:silent,5:late=2.5``."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from core.errors import UsageError

PIECES_GAP = 0.2
"""Seconds between the pieces of an answer; a frame may pause for up to 0.5 (dlt645 §1.3)."""


@dataclass(frozen=True, slots=True)
class Faults:
    """All faults of one meter; the default is a sound one."""

    silent: bool = False
    """It answers nothing."""
    late: float = 0.0
    """Seconds by which every answer comes later."""
    checksum: bool = False
    """Its checksums are wrong."""
    foreign: bool = False
    """It answers under an address that is not its own."""
    pieces: float = 0.0
    """Seconds between the pieces in which its answers come; 0: whole."""
    garbage: bool = False
    """Its values are no digits."""
    stuck: bool = False
    """Power flows, but the energy no longer moves."""
    backwards: bool = False
    """The energy falls."""
    fast: int = 0
    """So many times what flows is counted; 0: once."""
    volts: float = 0.0
    """What it measures on each phase; 0: the true voltage."""
    clock: float = 0.0
    """Seconds by which its clock is ahead."""
    status: tuple[tuple[int, int], ...] = ()
    """Bits of its status words that are set: word 1 to 7, bit 0 to 15."""
    twin: int = 0
    """It has the address of the meter with this number (from 1); 0: its own."""

    @property
    def counting(self) -> tuple[bool, bool, int, float]:
        """What of it changes the registers and the measurements."""
        return self.stuck, self.backwards, self.fast, self.volts

    @property
    def text(self) -> str:
        """As people write them, without the number of the meter."""
        words = [name for name, field in _FLAGS.items() if getattr(self, field)]
        words += [
            f"{name}={getattr(self, name):g}"
            for name in ("late", "pieces", "fast", "volts", "clock", "twin")
            if getattr(self, name)
        ]
        return ",".join([*words, *(f"status={word}.{place}" for word, place in self.status)])


_FLAGS = {
    "silent": "silent",
    "checksum": "checksum",
    "wrong-address": "foreign",
    "garbage": "garbage",
    "stuck": "stuck",
    "backwards": "backwards",
}
"""Name to field of the faults that are or are not."""
SOUND = Faults()
EXAMPLE = "Write for example 3:silent,5:late=2.5,4-6:clock=-400."
_WHOLE = re.compile(r"(\d+)(?:-(\d+))?:([a-z-]+)(?:=(\S+))?")


def _seconds(text: str) -> float:
    value = float(text)
    if not abs(value) <= 86_400 * 366:  # also nan
        raise ValueError(text)
    return value


def _waiting(text: str) -> float:
    value = _seconds(text)
    if value <= 0:
        raise ValueError(text)
    return value


def _factor(text: str) -> int:
    value = int(text)
    if not 2 <= value <= 1000:
        raise ValueError(text)
    return value


def _volts(text: str) -> float:
    value = float(text)
    if not 1 <= value <= 600:  # also nan
        raise ValueError(text)
    return value


def _bit(text: str) -> tuple[int, int]:
    word, _, place = text.partition(".")
    if not 1 <= int(word) <= 7 or not 0 <= int(place) <= 15:
        raise ValueError(text)
    return int(word), int(place)


def _flag(field: str) -> Callable[[Faults, str | None], Faults]:
    def add(faults: Faults, given: str | None) -> Faults:
        if given is not None:
            raise ValueError(given)
        return replace(faults, **{field: True})

    return add


def _status(faults: Faults, given: str | None) -> Faults:
    return replace(faults, status=(*faults.status, _bit(given or "")))


NAMES: dict[str, Callable[[Faults, str | None], Faults]] = {
    **{name: _flag(field) for name, field in _FLAGS.items()},
    "late": lambda faults, given: replace(faults, late=_waiting(given or "")),
    "pieces": lambda faults, given: replace(faults, pieces=_waiting(given or str(PIECES_GAP))),
    "fast": lambda faults, given: replace(faults, fast=_factor(given or "")),
    "volts": lambda faults, given: replace(faults, volts=_volts(given or "")),
    "clock": lambda faults, given: replace(faults, clock=_seconds(given or "")),
    "status": _status,
    "twin": lambda faults, given: replace(faults, twin=int(given or "")),
}
"""Name to what it adds: ``late``, ``clock`` in seconds, ``status`` word.bit, ``twin``, ``fast`` a number."""


def parse_faults(text: str, count: int) -> dict[int, Faults]:
    """Read faults by the number of the meter, from 1 to ``count``; ``UsageError`` names the wrong part."""
    found: dict[int, Faults] = {}
    for part in filter(None, (word.strip() for word in text.split(","))):
        match = _WHOLE.fullmatch(part)
        if match is None or match[3] not in NAMES:
            raise UsageError(f"{part!r} is no fault of a meter.", f"{EXAMPLE} Faults: {', '.join(NAMES)}.")
        first, last = int(match[1]), int(match[2] or match[1])
        if not 1 <= first <= last <= count:
            raise UsageError(f"There is no meter {match[2] or match[1]} of {count}.", EXAMPLE)
        for number in range(first, last + 1):
            found[number] = _added(found.get(number, SOUND), match[3], match[4], part)
    for number, faults in found.items():
        if faults.twin and not (1 <= faults.twin <= count and faults.twin != number):
            raise UsageError(f"Meter {number} cannot be the twin of meter {faults.twin}.", EXAMPLE)
    return found


def _added(faults: Faults, name: str, given: str | None, part: str) -> Faults:
    try:
        return NAMES[name](faults, given)
    except ValueError as error:
        raise UsageError(f"{part!r}: {name} does not take {given or 'nothing'}.", EXAMPLE) from error
