"""One question to one meter: a session, classes read in packets, what was learnt (meter protocols §4.2).

A script is a generator: it yields an `Exchange` and is sent how that ended. What ends a question early is
raised as `Ended`; bytes that are no value raise ``DecodeError``.

Rules
- Packets carry no number: after a lost one only the begin of the class is a safe place to go on from.
- A password that was refused is final for a quarter of an hour: repeats lock meters.
"""

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from typing import TypeVar

from core.meters.driver import Access, Outcome
from core.meters.library.classes.model import ClassLibrary, Extent
from core.meters.library.classes.picture import Picture
from core.meters.library.frames import Found, Frame, Known
from core.meters.library.model import ErrorRow, State
from core.meters.library.steps import READY
from core.meters.library.talk import Lost
from core.meters.scripts import Ended

HOLDS = 20 * 3600.0
"""Seconds for which constants, block map and a missing class are believed."""
REFUSAL_HOLDS = 900.0
"""Seconds for which a refused password is not tried again."""
LARGEST = 4096
"""Bytes of a class that are believed."""
UNKNOWN = ErrorRow("broken")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Exchange:
    """Send a frame after ``wait`` seconds and hear one of the expected."""

    send: Frame
    known: Known
    expected: tuple[Frame, ...]
    tries: int = 1
    wait: float = 0.0
    reply: float = 0.0


Script = Generator[Exchange, Found | Lost, T]


@dataclass(slots=True)
class Notes:
    """What is known of one meter. Times are monotonic seconds."""

    places: dict[str, int] | None = None
    codes: tuple[int, ...] = ()
    assumed: bool = False
    """The codes are those of the file, not told."""
    learnt_at: float = float("-inf")
    pictures: dict[bytes, tuple[float, Picture]] = field(default_factory=dict[bytes, tuple[float, Picture]])
    absent: dict[bytes, float] = field(default_factory=dict[bytes, float])
    refused: tuple[bytes, float] | None = None
    """A password that was refused, and when."""


class Visit:
    """One question to one meter."""

    def __init__(self, library: ClassLibrary, meter: Access, notes: Notes, now: float) -> None:
        """``EncodeError`` for an address or a password that the wire cannot carry."""
        self.library = library
        self.meter = meter
        self.notes = notes
        self.now = now
        self.entered = False
        """A session is open."""
        self.known = Known(library.address.wire(meter.address), password=meter.password)
        for state in library.session.states.values():
            state.send.built(replace(self.known, variables=library.blanks))

    def read(self, extent: Extent) -> Script[bytes | None]:
        """Read a class or a part of it; ``None`` where the meter does not have it."""
        if self.now - self.notes.absent.get(extent.id, float("-inf")) < HOLDS:
            return None
        yield from self._enter()
        timing, wait = self.library.timing, 0.0
        for _ in range(timing.tries):
            found = yield from self._attempt(extent, wait)
            if isinstance(found, bytes):
                return found
            if found is not None and found.kind == "unsupported":
                self.notes.absent[extent.id] = self.now
                return None
            wait = timing.busy if found and found.kind == "busy" else 0.0
        if wait:
            raise Ended(Outcome.BROKEN, "the meter is busy")
        raise Ended(Outcome.SILENT, "no answer")

    def _attempt(self, extent: Extent, wait: float) -> Script[bytes | ErrorRow | None]:
        """All packets of a class; an error if it was refused for now, ``None`` if a packet was lost."""
        access = self.library.access
        known = replace(self.known, id=extent.id, offset=extent.start, count=extent.count)
        expected = (*access.part, *access.refused)
        heard = yield Exchange(access.send, known, expected, wait=wait)
        content = b""
        for _ in range(access.most):
            if isinstance(heard, Lost):
                return None
            if heard.frame in access.refused:
                return self._judged(heard.known.code)
            content += heard.known.data
            if heard.known.last:
                return content
            if len(content) > LARGEST or not heard.known.data:
                break
            heard = yield Exchange(access.follow, known, expected)
        raise Ended(Outcome.BROKEN, f"{extent.called} has no end")

    def _enter(self) -> Script[None]:
        """Play the states of the session; a password refused lately is not tried again."""
        if self.entered:
            return
        refused = self.notes.refused
        if refused and refused[0] == self.meter.password and self.now - refused[1] < REFUSAL_HOLDS:
            raise Ended(Outcome.REFUSED, "the password was refused")
        session = self.library.session
        for _ in range(self.library.timing.silent_tries):
            name = session.first
            while name in session.states:
                name = yield from self._step(session.states[name])
            if name == READY:
                return
        raise Ended(Outcome.SILENT, "no answer to the password")

    def _step(self, state: State) -> Script[str]:
        """Name of the state that follows; empty: the answer was lost."""
        expected = (*state.accept, *state.refuse)
        heard = yield Exchange(state.send, self.known, expected, state.tries, state.pause, state.reply)
        if isinstance(heard, Lost):
            if not self.entered:
                raise Ended(Outcome.SILENT, "no answer")
            return ""
        self.entered = True
        if heard.frame in state.refuse:
            if self._judged(heard.known.code).kind == "unsupported":
                raise Ended(Outcome.BROKEN, f"{state.send.name} is not supported")
            return ""
        self.known = replace(self.known, variables={**self.known.variables, **heard.known.variables})
        return state.leads(heard.frame)

    def _judged(self, code: bytes) -> ErrorRow:
        """End the question where a refusal is final; else return what it means."""
        row = next((one for one in self.library.errors if one.fits(code)), UNKNOWN)
        text = f"refused with {int.from_bytes(code, 'big')}, {row.says or 'no code of this protocol'}"
        match row.kind:
            case "refused" | "password":
                if row.kind == "password":
                    self.notes.refused = self.meter.password, self.now
                raise Ended(Outcome.REFUSED, text)
            case "again" | "busy" | "unsupported":
                return row
            case _:
                raise Ended(Outcome.BROKEN, text)
