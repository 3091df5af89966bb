"""A library as it is used: made by `core.meters.library.loader` from a correct file, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.meters.driver import Speed
from core.meters.library.address import AddressForm
from core.meters.library.frames import Frame
from core.meters.library.values import Format
from core.quantities import Quantity

LONGEST_QUESTION = 300.0
"""Seconds that one question may take at worst."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a library is."""

    id: str
    version: str
    title: str
    confidence: str
    """How sure its content is: standard, several sources, single source, none."""
    maker: str = ""
    source: str = ""

    @property
    def verified(self) -> bool:
        """Do at least two independent sources agree?"""
        return self.confidence in ("standard", "several sources")


@dataclass(frozen=True, slots=True)
class Timing:
    """Times in seconds."""

    reply: float
    gap: float
    quiet: float
    tries: int
    answer: float = 0.02
    """The meter's: from the end of a request to its answer."""
    busy: float = 1.0
    """How long to wait for a meter that said it is busy."""
    calm: float = 0.0
    """Silence that ends noise: who still talks is not called again."""
    restart: float = 0.0
    """Before a session that failed begins anew."""
    silent_tries: int = 1
    """Sessions where nobody answers at all; ``tries`` where something was heard."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How one identifier is read."""

    send: Frame
    value: tuple[Frame, ...]
    more: tuple[Frame, ...] = ()
    """Answers that go on."""
    refused: tuple[Frame, ...] = ()
    follow: Frame | None = None
    """What asks for the rest."""
    most: int = 1
    """Frames of one answer at most."""
    close: bytes = b""
    """A byte that may stand behind a block."""


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """What an error code means."""

    kind: str
    """unsupported, refused, busy, login or broken."""
    code: bytes | None = None
    mask: bytes | None = None
    says: str = ""

    def fits(self, code: bytes) -> bool:
        """Tell whether it is this one."""
        if self.code is None:
            return True
        mask = self.mask or b"\xff" * len(code)
        return bytes(a & b for a, b in zip(code, mask, strict=False)) == self.code


@dataclass(frozen=True, slots=True)
class State:
    """One step of a session."""

    send: Frame
    accept: tuple[Frame, ...]
    refuse: tuple[Frame, ...]
    next: str
    """Name of another state, ``ready`` for the end."""
    silent: str
    """Likewise for silence; empty: the session fails."""
    tries: int
    goto: Mapping[str, str] = field(default_factory=dict[str, str])
    """Name of a frame to the state behind it, where that is not ``next``."""
    pause: float = 0.0
    """Least silence before the frame, in seconds."""
    rate: str = ""
    """The variable whose rate the line has behind the frame."""
    reply: float = 0.0
    """Seconds an answer may take, where that is not the usual time."""

    def leads(self, frame: Frame) -> str:
        """Return the state behind an accepted frame."""
        return self.goto.get(frame.name, self.next)


@dataclass(frozen=True, slots=True)
class Fallback:
    """What is tried after so many sessions, and held to for ``holds`` seconds where it helped."""

    after: int
    set: Mapping[str, bytes]
    """Variables that have these values, whatever the meter says."""
    holds: float


@dataclass(frozen=True, slots=True)
class Session:
    """What goes before the first question, and behind the last."""

    first: str
    idle: float
    """Seconds after which the meter forgets it."""
    states: Mapping[str, State]
    logout: Frame | None = None
    rates: Mapping[bytes, int] = field(default_factory=dict[bytes, int])
    """What a character of an identification means, in bits per second."""
    fallback: Fallback | None = None


@dataclass(frozen=True, slots=True)
class One:
    """One identifier that holds one value."""

    id: str
    format: Format


@dataclass(frozen=True, slots=True)
class Column:
    """Total and tariffs; without ``total`` it is made of the tariffs."""

    format: Format
    total: str = ""
    tariffs: tuple[str, ...] = ()
    block: str = ""
    """Identifier of all of them together."""

    def singles(self, tariffs: int) -> tuple[str, ...]:
        """Identifiers one by one, for a meter with so many tariffs."""
        return ((self.total,) if self.total else ()) + self.tariffs[:tariffs]


@dataclass(frozen=True, slots=True)
class Energies:
    """Total and tariffs, now and so many months back; or the sum of other quantities."""

    columns: tuple[Column, ...] = ()
    sum: tuple[Quantity, ...] = ()


@dataclass(frozen=True, slots=True)
class Maxima:
    """Demands and their times, now and so many months back."""

    columns: tuple[tuple[Column, Column], ...]


@dataclass(frozen=True, slots=True)
class Phases:
    """Values of phases (with a total in front where the quantity has one)."""

    format: Format
    each: tuple[str, ...]
    block: str = ""
    signs: One | None = None
    """Bits that say which of them are negative, lowest first."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Date and time, from one identifier or several."""

    parts: tuple[One, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """How often, and when last."""

    times: One
    at: One | None = None


@dataclass(frozen=True, slots=True)
class Losses:
    """Losses of phases: how often, minutes, begin and end of the last one."""

    columns: tuple[Phases | None, Phases | None, Phases | None, Phases | None]


@dataclass(frozen=True, slots=True)
class SettledEnergy:
    """Energy up to the last settlement and since, from the registers of another quantity."""

    of: Quantity


Plan = One | Energies | Maxima | Phases | Clock | Counted | Losses | SettledEnergy


@dataclass(frozen=True, slots=True)
class Settles:
    """The identifier that holds the settlement day, and what must be in it for months to be months."""

    id: str
    size: int
    must: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One embedded test: see ``tests`` in the schema."""

    kind: str
    address: str
    id: str = ""
    raw: bytes = b""
    gives: tuple[str, ...] = ()
    quantity: Quantity | None = None
    lines: tuple[tuple[bytes, bytes | None], ...] = ()
    outcome: str = "read"


@dataclass(frozen=True, slots=True)
class Library:
    """One family."""

    identity: Identity
    speed: Speed
    address: AddressForm
    timing: Timing
    frames: Mapping[str, Frame]
    read: Reading
    quantities: Mapping[Quantity, Plan]
    errors: tuple[ErrorRow, ...] = ()
    session: Session | None = None
    settles: Settles | None = None
    tests: tuple[Check, ...] = ()
    sizes: Mapping[str, int] = field(default_factory=dict[str, int])
    """Bytes behind each identifier, 0 where the answer alone tells."""


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of a family."""

    identity: Identity
    of: str
    speed: Speed | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A family that is declared and empty: nobody has published what it says."""

    identity: Identity
    missing: str
    fill: str
    speed: Speed | None = None
