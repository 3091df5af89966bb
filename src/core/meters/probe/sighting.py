"""What a probe has seen of a meter."""

from dataclasses import dataclass
from enum import Enum

from core.meters.driver import Speed


class Confidence(Enum):
    """How sure it is that such a meter answered."""

    CERTAIN = "certain"
    """A frame of the family with a right check."""
    LIKELY = "likely"
    """What the family says, but no check value, or one source only for the family."""
    POSSIBLE = "possible"
    """A single character, or text that looks so."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One meter that answered."""

    family: str
    drivers: tuple[str, ...]
    """Ids of `core.meters.mapping` that read it, the likeliest first; empty where nothing does."""
    speed: Speed
    address: str = ""
    """As the meter or the question tells it; empty where the family does not."""
    dialect: str = ""
    text: str = ""
    """The identification, as the meter writes it."""
    confidence: Confidence = Confidence.CERTAIN
    offers: int = 0
    """Bits per second that the identification offers for reading, 0: none."""
    talking: bool = False
    """It has begun to send its readout by itself."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came behind a question."""

    sightings: tuple[Sighting, ...] = ()
    noise: bytes = b""
    """What is no part of any answer."""
    echo: bool = False
    """The line brings back what is sent on it."""
    others: bool = False
    """Another master asks on this bus."""
