"""What a question is made of: a session with one meter, what was learnt of it, registers read.

A script is a generator: it yields a `Say` and is sent the answer, ``None`` where nobody gave one to something
optional. It knows no line and no time but the moment it began. What ends a question early is raised as
`Ended`; bytes that are no value raise ``DecodeError``.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from core.errors import EncodeError
from core.meters.driver import Access, Outcome
from core.meters.edmi import commands as c
from core.meters.edmi import values as v
from core.meters.edmi.address import number_of
from core.meters.edmi.registers import TYPICAL, Family, Layout
from core.meters.scripts import Ended
from core.quantities import Quantity

HOLDS = 20 * 3600.0
"""Seconds for which is believed what a meter said of itself; the next pass asks anew."""
LOGIN_HOLDS = 60.0
"""Seconds without a command after which a session may have lapsed."""
REFUSAL_HOLDS = 900.0
"""Seconds for which a refused login is not tried again with the same words: guessing locks meters."""
MOST_AT_ONCE = 32
"""Registers of one multi-read."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who reads."""

    user: str
    password: str


EDMI, READER = Account("EDMI", "IMDEIMDE"), Account("READER", "READER")
"""Both as meters leave the factory."""


@dataclass(frozen=True, slots=True)
class Setup:
    """Configuration of the driver for a type of meter."""

    account: Account = EDMI
    """Where the archive names no password."""
    layout: Layout = TYPICAL


@dataclass(frozen=True, slots=True)
class Say:
    """Let the meter of this number hear a command."""

    meter: int
    command: c.Command
    optional: bool = False
    """One send; silence ends nothing."""


T = TypeVar("T")
Script = Generator[Say, c.Answer | None, T]


@dataclass(frozen=True, slots=True)
class Map:
    """Which channel measures what."""

    family: Family
    channels: Mapping[Quantity, int]
    assumed: frozenset[Quantity] = frozenset()
    """Quantities whose channel is configured and was not confirmed by the meter."""


@dataclass(slots=True)
class Notes:
    """What is known of one meter. Times are monotonic seconds."""

    heard_at: float = float("-inf")
    """Last answer within the session."""
    refused_login: tuple[Account, float] | None = None
    map: Map | None = None
    mapped_at: float = float("-inf")
    type: str = ""
    """Model and version: meters of one type have their registers in common."""
    no_multi: bool = False
    absent: dict[int, float] = field(default_factory=dict[int, float])
    """Registers the meter does not have, and when it said so."""

    def lacks(self, register: int, now: float) -> bool:
        """Tell whether the meter said lately that it has no such register."""
        if (since := self.absent.get(register)) is None:
            return False
        if now - since < HOLDS:
            return True
        del self.absent[register]
        return False


class Types:
    """Types of registers by type of meter, or by address where a meter told none: one model is asked once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], str] = {}

    def get(self, meter_type: str, kind: str) -> str | None:
        """Return the letter, empty if the meter would not tell, ``None`` if it was not asked."""
        return self._known.get((meter_type, kind))

    def put(self, meter_type: str, kind: str, letter: str) -> None:
        """Remember a letter."""
        self._known[meter_type, kind] = letter


@dataclass(frozen=True, slots=True)
class Item:
    """A register to read; ``kind`` names those that have one type in common, ``type`` is it where known."""

    register: int
    kind: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """What a register holds: bytes and their type, empty where nobody tells it."""

    data: bytes
    type: str


class Visit:
    """One question to one meter."""

    def __init__(self, meter: Access, setup: Setup, notes: Notes, types: Types, now: float) -> None:
        """``EncodeError`` for an address or a password that the wire cannot carry."""
        self.meter = meter
        self.setup = setup
        self.notes = notes
        self.now = now
        self._number = number_of(meter.address)
        self._account = account_of(meter.password, setup.account)
        self._types = types
        self._logged_in = now - notes.heard_at < LOGIN_HOLDS

    def enter(self) -> Script[None]:
        """Log in unless a session is open; a login refused lately is not tried again."""
        refused = self.notes.refused_login
        if refused and refused[0] == self._account and self.now - refused[1] < REFUSAL_HOLDS:
            raise Ended(Outcome.REFUSED, f"login as {self._account.user} was refused")
        if not self._logged_in:
            yield from self._login()

    def _login(self) -> Script[None]:
        answer = yield Say(self._number, c.Login(self._account.user, self._account.password))
        if not isinstance(answer, c.Accepted):
            self.notes.refused_login = self._account, self.now
            raise Ended(Outcome.REFUSED, f"login as {self._account.user} refused ({_text(answer)})")
        self.notes.refused_login = None
        self._logged_in = True

    def _tell(self, command: c.Command) -> Script[c.Answer]:
        """Say something within a session; log in once more where it has lapsed."""
        answer = yield from self._told(command)
        if answer == c.Refused(c.Code.NOT_LOGGED_IN):
            yield from self._login()
            answer = yield from self._told(command)
        if answer in (c.Refused(c.Code.NOT_LOGGED_IN), c.Refused(c.Code.ACCESS_DENIED)):
            raise Ended(Outcome.REFUSED, _text(answer))
        return answer

    def _told(self, command: c.Command) -> Script[c.Answer]:
        answer = yield Say(self._number, command)
        if answer is None:
            raise Ended(Outcome.SILENT, "no answer")
        return answer

    def read(self, items: Sequence[Item]) -> Script[tuple[Held | None, ...]]:
        """Read registers, in one exchange where the meter can; ``None`` for those it has not."""
        types: dict[int, str] = {}
        for one in items:
            if not self.notes.lacks(one.register, self.now):
                types[one.register] = one.type or (yield from self._type(one))
        found: dict[int, Held | None] = {}
        if len(types) > 1 and not self.notes.no_multi:
            wanted = list(types)
            for at in range(0, len(wanted), MOST_AT_ONCE):
                found |= yield from self._many(wanted[at : at + MOST_AT_ONCE], types)
        for register, letter in types.items():
            if register not in found:
                found[register] = yield from self._single(register, letter)
        self.notes.absent.update((register, self.now) for register, held in found.items() if held is None)
        return tuple(found.get(one.register) for one in items)

    def _type(self, item: Item) -> Script[str]:
        """Ask for the type of a kind of registers, once per type of meter; empty where it is not told.

        A register that is missing tells nothing of its kind: then the lengths of this meter's answers decide.
        """
        for key in (self.notes.type or self.meter.address, self.meter.address):
            if (known := self._types.get(key, item.kind)) is not None:
                return known
        answer = yield from self._tell(c.Information(item.register))
        letter = answer.type if isinstance(answer, c.Description) else ""
        self._types.put((letter and self.notes.type) or self.meter.address, item.kind, letter)
        return letter

    def _many(self, registers: Sequence[int], types: Mapping[int, str]) -> Script[dict[int, Held | None]]:
        """Read several at once; what is left out is to be read alone."""
        answer = yield from self._tell(c.ReadMany(tuple(registers)))
        if not isinstance(answer, c.Contents):
            if isinstance(answer, c.Refused) and answer.code == c.Code.NOT_READY:
                raise Ended(Outcome.BROKEN, answer.text)
            self.notes.no_multi = True
            return {}
        parts = v.split(answer.data, [types[one] for one in registers]) or ()
        return {
            register: Held(data, types[register]) if error == v.PRESENT else None
            for register, (error, data) in zip(registers, parts, strict=False)
            if error in (v.PRESENT, v.ABSENT)
        }

    def _single(self, register: int, type_: str) -> Script[Held | None]:
        answer = yield from self._tell(c.Read(register))
        if isinstance(answer, c.Content):
            return Held(answer.data, type_)
        if isinstance(answer, c.Refused) and answer.code in _ABSENT:
            return None
        raise Ended(Outcome.BROKEN, _text(answer))


_ABSENT = frozenset({c.Code.NOT_IMPLEMENTED, c.Code.NO_SUCH_REGISTER, c.Code.BAD_TYPE, c.Code.OUT_OF_RANGE})
"""Refusals that say that there is nothing to read."""


def _text(answer: c.Answer | None) -> str:
    return answer.text if isinstance(answer, c.Refused) else "a strange answer"


def account_of(password: bytes, usual: Account) -> Account:
    """Return who reads, by the password of the archive: zeros are none, READER is an account of its own."""
    text = password.rstrip(b"\0")
    if not text:
        return usual
    if not text.isascii() or not text.decode("ascii").isprintable():
        raise EncodeError("an EDMI password is made of plain characters", field="password")
    return READER if text == b"READER" else Account(usual.user, text.decode("ascii"))
