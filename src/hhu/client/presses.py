"""Presses of the terminal's key as people say them on the phone: ``tap``, ``tap 3``, ``hold 2``."""

from collections.abc import Iterable

from core.errors import UsageError

TAP = 0.2
"""Seconds of a short press (device behaviour 3.7)."""
LONGEST = 600.0
MOST = 100
EXAMPLE = "Write for example tap, tap 3 or hold 2."


def strokes_of(presses: str | Iterable[str]) -> tuple[float, ...]:
    """Return how long each press lasts, in seconds; ``UsageError`` names the word that is none.

    A text holds presses between commas.
    """
    words = presses.split(",") if isinstance(presses, str) else presses
    return tuple(seconds for word in words if word.strip() for seconds in _strokes(word.strip()))


def _strokes(word: str) -> tuple[float, ...]:
    name, _, number = word.partition(" ")
    try:
        if name == "tap" and 1 <= int(number or 1) <= MOST:
            return (TAP,) * int(number or 1)
        if name == "hold" and 0 < float(number) <= LONGEST:
            return (float(number),)
    except ValueError:
        pass
    raise UsageError(f"{word!r} is no press of the key.", EXAMPLE)
