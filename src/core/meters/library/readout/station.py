"""The meter's end of a readout library, without a line: frames in, at most one answer each."""

from collections.abc import Callable
from dataclasses import dataclass

from core.meters.library.fields import Known
from core.meters.library.frames import Found
from core.meters.library.model import State
from core.meters.library.readout.model import ReadoutLibrary
from core.meters.library.steps import READY


@dataclass(frozen=True, slots=True)
class Reply:
    """What the meter says after ``delay`` seconds, at ``baud``."""

    raw: bytes
    delay: float
    baud: int


class ReadoutMeter:
    """One meter on a bus; ``text`` gives what it shows at the moment of the question."""

    def __init__(self, library: ReadoutLibrary, address: str, text: Callable[[], str]) -> None:
        self.library = library
        self.address = address
        self._wire = library.address.wire(address)
        self._text = text
        self._baud = library.speed.baud
        self._due: frozenset[str] = frozenset()
        """States the host may go on with, besides the first."""
        self._until = 0.0

    def baud(self, now: float) -> int:
        """Return the rate at which the meter listens."""
        if now >= self._until:
            self._rest()
        return self._baud

    def answer(self, heard: Found, now: float) -> Reply | None:
        """Take a frame that was found on the bus; ``None``: it is for another one, or not answered."""
        session = self.library.session
        self.baud(now)
        if heard.frame is session.logout:
            self._rest()
        name = next((one for one in self._open() if session.states[one].send is heard.frame), None)
        if name is None or heard.known.address not in (None, b"", self._wire):
            return None
        self._until = now + session.idle
        return self._stepped(session.states[name], heard.known)

    def _open(self) -> tuple[str, ...]:
        return (*sorted(self._due), self.library.session.first)

    def _stepped(self, state: State, known: Known) -> Reply | None:
        if state.rate:
            baud = self.library.session.rates.get(known.variables.get(state.rate, b""))
            if baud is None:
                self._rest()
                return None
            self._baud = baud
        frame = state.accept[0]
        leads = state.leads(frame)
        said = Known(self._wire, data=self._text().encode("ascii") if leads == READY else b"")
        reply = Reply(frame.built(said), self.library.timing.answer, self._baud)
        if leads == READY:
            self._rest()
        else:
            self._due = frozenset({leads})
        return reply

    def _rest(self) -> None:
        """The session is over."""
        self._due, self._baud, self._until = frozenset(), self.library.speed.baud, 0.0
