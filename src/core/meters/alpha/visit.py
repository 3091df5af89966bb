"""What a question is made of: a session with one meter, classes read, what was learnt of it (§4.2, §4.3).

A script is a generator: it yields a `Say` and is sent the answer, ``None`` where none came. What ends a
question early is raised as `Ended`; bytes that are no value raise ``DecodeError``.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from core.errors import EncodeError
from core.meters.alpha import classes as c
from core.meters.alpha import packets as p
from core.meters.alpha.cipher import enciphered, swapped
from core.meters.driver import Access, Outcome
from core.meters.scripts import Ended
from core.quantities import Quantity

Q = Quantity
HOLDS = 20 * 3600.0
"""Seconds for which constants, block map and a missing class are believed."""
FRESH = 30.0
"""Seconds for which registers that were read serve further questions of the same visit: one picture."""
REFUSAL_HOLDS = 900.0
"""Seconds for which a refused password is not tried again: repeats lock meters."""
READS, SESSIONS = 3, 2
"""So often a class and a session are begun."""
LARGEST = 4096
"""Bytes of a class that are believed."""


@dataclass(frozen=True, slots=True)
class Setup:
    """Configuration of the driver for a type of meter."""

    swap_password: bool = False
    """The bytes of each pair of the password change places, as one head-end has it."""
    long_map: tuple[int, ...] = (53, 54, 84, 85)
    short_map: tuple[int, ...] = (52, 53)
    """Where in class 2 the codes of the blocks stand: in the form of 106 bytes, in that of 64."""
    codes: Mapping[int, Quantity] = field(
        default_factory=lambda: {
            0x80: Q.FORWARD_ACTIVE, 0x40: Q.REVERSE_ACTIVE, 0x03: Q.REACTIVE_1, 0x0C: Q.REACTIVE_2,
        }
    )  # fmt: skip
    """Code of a block to what it measures."""
    usual: tuple[int, ...] = (0x80, 0x40, 0x03, 0x0C)
    """Codes of the blocks where the meter does not tell them."""
    rates: tuple[int, ...] = (3, 0, 1, 2)
    """Rate of the meter for tariff 1, 2, …: sharp, peak, flat, valley."""


@dataclass(frozen=True, slots=True)
class Say:
    """Let the meter hear a request after ``delay`` seconds; ``busy``: after as long as a busy meter needs."""

    request: p.Request
    busy: bool = False


T = TypeVar("T")
Heard = p.Identity | p.Reply | None
Script = Generator[Say, Heard, T]


@dataclass(slots=True)
class Notes:
    """What is known of one meter. Times are monotonic seconds."""

    constants: c.Constants | None = None
    codes: tuple[int, ...] = ()
    assumed: bool = False
    """The codes are configured, not told."""
    learnt_at: float = float("-inf")
    billings: dict[int, tuple[float, c.Billing]] = field(default_factory=dict[int, tuple[float, c.Billing]])
    """Class to when it was read and what it held."""
    absent: dict[int, float] = field(default_factory=dict[int, float])
    refused: tuple[int, float] | None = None
    """A password that was refused, and when."""


class Visit:
    """One question to one meter."""

    def __init__(self, meter: Access, setup: Setup, notes: Notes, now: float) -> None:
        """``EncodeError`` for an address or a password that the wire cannot carry."""
        self.meter = meter
        self.setup = setup
        self.notes = notes
        self.now = now
        self.entered = False
        """A session is open."""
        self._device = p.device_of(meter.address)
        self._password = password_of(meter.password, swap=setup.swap_password)

    def read(self, number: int, offset: int = 0, length: int = 0) -> Script[bytes | None]:
        """Read a class or a part of it; ``None`` where the meter does not have it."""
        if self.now - self.notes.absent.get(number, float("-inf")) < HOLDS:
            return None
        yield from self._enter()
        busy = False
        for _ in range(READS):
            found = yield from self._attempt(p.ClassRead(number, offset, length), busy=busy)
            if isinstance(found, bytes):
                return found
            if found is not None:
                busy = found in (p.Code.IN_PROCESS, p.Code.TOO_BUSY)
                if found == p.Code.CLASS_NOT_SUPPORTED:
                    self.notes.absent[number] = self.now
                    return None
                self._judge(found)
        raise Ended(Outcome.BROKEN if busy else Outcome.SILENT, "the meter is busy" if busy else "no answer")

    def _attempt(self, request: p.ClassRead, *, busy: bool) -> Script[bytes | int | None]:
        """All packets of a class; a code if it was refused, ``None`` if one was missing.

        Packets carry no number: after a lost one only the begin of the class is a safe place to go on from.
        """
        heard = yield Say(request, busy)
        data = b""
        while isinstance(heard, p.Reply):
            if heard.code:
                return heard.code
            data += heard.data
            if heard.last:
                return data
            if len(data) > LARGEST or not heard.data:
                raise Ended(Outcome.BROKEN, f"class {request.number} has no end")
            heard = yield Say(p.Short(p.CONTINUE))
        return None

    def _enter(self) -> Script[None]:
        """Select the meter and log in; a password refused lately is not tried again."""
        if self.entered:
            return
        refused = self.notes.refused
        if refused and refused[0] == self._password and self.now - refused[1] < REFUSAL_HOLDS:
            raise Ended(Outcome.REFUSED, "the password was refused")
        for _ in range(SESSIONS):
            identity = yield Say(p.WhoAreYou(self._device))
            if not isinstance(identity, p.Identity):
                raise Ended(Outcome.SILENT, "no answer")
            self.entered = True
            heard = yield Say(p.Password(enciphered(self._password, identity.key)))
            if isinstance(heard, p.Reply):
                if not heard.code:
                    return
                self._judge(heard.code)
        raise Ended(Outcome.SILENT, "no answer to the password")

    def _judge(self, code: int) -> None:
        """End the question where a refusal is final."""
        text = f"refused with {code}, {_named(code)}"
        if code == p.Code.WRONG_PASSWORD:
            self.notes.refused = self._password, self.now
        if code in _FINAL:
            raise Ended(Outcome.REFUSED, text)
        if code not in _AGAIN:
            raise Ended(Outcome.BROKEN, text)


_FINAL = frozenset({p.Code.LOCKED_OUT, p.Code.WRONG_PASSWORD, p.Code.REFUSED_BY_HOST})
_AGAIN = frozenset({p.Code.BAD_CRC, p.Code.FRAMING, p.Code.IN_PROCESS, p.Code.TOO_BUSY})


def _named(code: int) -> str:
    return p.Code(code).name.lower().replace("_", " ") if code in set(p.Code) else "no code of this protocol"


def password_of(password: bytes, *, swap: bool) -> int:
    """Return the password of the archive as a number, high byte first; ``EncodeError`` above 32 bits."""
    number = int.from_bytes(password, "big")
    if number >= 1 << 32:
        raise EncodeError("an ALPHA password has 32 bits", field="password")
    return swapped(number) if swap else number
