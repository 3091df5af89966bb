"""What is heard on a two-wire bus: answers as bursts in time, garbled where two talk at once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from random import Random

from core.lines.line import SerialSettings


def nothing() -> None:
    """Do nothing when a burst is over."""


@dataclass(frozen=True, slots=True)
class Saying:
    """What one meter is about to say: ``delay`` seconds after the end of the request."""

    delay: float
    raw: bytes
    gap: float = 0.0
    """Seconds between the pieces it comes in; 0: whole."""
    over: Callable[[], None] = nothing
    """To be called when its last bit has left."""
    settings: SerialSettings | None = None
    """Speed and shape of its characters where the meter changes them; ``None``: those of the line."""


@dataclass(frozen=True, slots=True)
class Burst:
    """A run of bytes without a pause; times in seconds after the end of the request."""

    begin: float
    end: float
    raw: bytes
    over: Callable[[], None] = field(default=nothing, compare=False)
    settings: SerialSettings | None = None
    """What a listener needs to understand it, where that is not what the line had when it was asked."""


PIECES = 3
"""In so many pieces an answer falls apart."""


def bursts(sayings: Sequence[Saying], settings: SerialSettings | None, random: Random) -> list[Burst]:
    """Return what is heard of answers to one request, in order of time; overlapping ones are garbled."""
    if len(sayings) == 1:
        return list(_of(sayings[0], settings))
    spoken = sorted((burst for saying in sayings for burst in _of(saying, settings)), key=_begin)
    heard: list[Burst] = []
    for burst in spoken:
        if heard and (burst.begin < heard[-1].end or burst.begin == heard[-1].begin):
            heard[-1] = _garbled(heard[-1], burst, random)
        else:
            heard.append(burst)
    return heard


def _of(saying: Saying, line: SerialSettings | None) -> Iterable[Burst]:
    settings = saying.settings or line
    if not saying.gap:
        return (_burst(saying, saying.delay, saying.raw, settings, saying.over),)
    step = -(-len(saying.raw) // PIECES)
    begin, found = saying.delay, list[Burst]()
    for at in range(0, len(saying.raw), step):
        over = saying.over if at + step >= len(saying.raw) else nothing
        found.append(_burst(saying, begin, saying.raw[at : at + step], settings, over))
        begin = found[-1].end + saying.gap
    return found


def _burst(
    saying: Saying, begin: float, raw: bytes, settings: SerialSettings | None, over: Callable[[], None]
) -> Burst:
    end = begin + (settings.wire_time(len(raw)) if settings else 0.0)
    return Burst(begin, end, raw, over, saying.settings)


def _begin(burst: Burst) -> float:
    return burst.begin


def _garbled(one: Burst, other: Burst, random: Random) -> Burst:
    """One burst of noise where two meet; what each said alone is not told from it either."""

    def over() -> None:
        one.over()
        other.over()

    size = max(len(one.raw), len(other.raw))
    return Burst(one.begin, max(one.end, other.end), random.randbytes(size), over)
