"""One session after the other with one meter until its text is there: the states of a file, played in time.

Rules
- Every state sends a frame and leads on by what answers it. Silence or damage ends the session; after a pause
  the next one begins anew, so many times as the file allows.
- The rate follows a state that says so, unless the port stands at another rate than the file's: then nothing
  is changed. Each session begins at the rate of the archive.
- All sessions together are bounded, whatever the line says.
- After so many sessions the fallback's variables stand for what the meter says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from core.meters.driver import Outcome, Retune, Send, Speed
from core.meters.library.frames import Found, Frame, Known
from core.meters.library.model import State
from core.meters.library.readout.model import LONGEST_VISIT, ReadoutLibrary
from core.meters.library.talk import Lost, Talk

_SEVEN = bytes(byte & 0x7F for byte in range(256))
_EVEN = bytes(byte & 0x7F | (byte & 0x7F).bit_count() % 2 << 7 for byte in range(256))


@dataclass(frozen=True, slots=True)
class Text:
    """The meter has said everything; ``began``: when it began to."""

    content: bytes
    began: float


@dataclass(frozen=True, slots=True)
class Missed:
    """No session led to a text. ``final``: the meter said no, asking again is of no use."""

    outcome: Outcome
    reason: str
    final: bool = False


Said = Send | Retune | Text | Missed


class Sitting:
    """The sessions of one line, for one question at a time."""

    def __init__(self, library: ReadoutLibrary) -> None:
        self.tries = 0
        """Sessions of this question."""
        self._library = library
        self._talk = Talk(replace(library.timing, quiet=0.0))
        self._known = Known()
        self._base = self._speed = library.speed
        self._state: State | None = None
        self._fixed: Mapping[str, bytes] = {}
        self._held_to = False
        self._heard = self._answered = False
        self._reason = ""
        self._ends = 0.0

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do."""
        own = self._talk.deadline
        return None if own is None else min(own, self._ends)

    @property
    def fell_back(self) -> bool:
        """This session holds to the fallback."""
        return bool(self._fixed)

    def begin(self, address: bytes, speed: Speed, now: float, *, fall_back: bool = False) -> list[Said]:
        """Start; ``fall_back``: hold to the fallback from the first session on."""
        self._known, self._base = Known(address), speed
        self._held_to, self._heard, self._reason, self.tries = fall_back, False, "", 0
        self._ends = now + LONGEST_VISIT
        return self._start(now, self._library.timing.quiet)

    def cancel(self) -> None:
        """Give the question up."""
        self._state = None
        self._talk.cancel()

    def feed(self, data: bytes, now: float) -> list[Said]:
        """Take bytes that arrived."""
        seven = data.translate(_SEVEN) if self._library.fold else data
        return self._told(self._talk.feed(seven, now), now) if now < self._ends else self._given_up(now)

    def tick(self, now: float) -> list[Said]:
        """Let time pass."""
        return self._told(self._talk.tick(now), now) if now < self._ends else self._given_up(now)

    def _given_up(self, now: float) -> list[Said]:
        if self._state is None:
            return []
        said = self._left(now)
        self.cancel()
        return [*said, Missed(Outcome.BROKEN, f"no end after {LONGEST_VISIT:.0f} s", final=True)]

    # Sessions

    def _start(self, now: float, pause: float) -> list[Said]:
        session = self._library.session
        back = session.fallback
        self.tries += 1
        self._answered = False
        self._fixed = back.set if back and (self._held_to or self.tries > back.after) else {}
        self._known = replace(self._known, variables=self._fixed)
        said: list[Said] = []
        if self.tries > 1 and self._speed != self._base:
            said.append(Retune(self._base))
        self._run_at(self._base)
        return said + self._step(session.states[session.first], now, pause)

    def _step(self, state: State, now: float, pause: float) -> list[Said]:
        self._state = state
        expected = (*state.accept, *state.refuse)
        said = self._told(
            self._talk.begin(
                state.send, self._known, expected, now, tries=state.tries, wait=pause, reply=state.reply
            ),
            now,
        )
        speed = self._speed_behind(state)
        if speed == self._speed:
            return said
        self._run_at(speed)
        return [*said, Retune(speed)]

    def _speed_behind(self, state: State) -> Speed:
        """The rate that a captured character means; a port of another rate takes part in no change."""
        if not state.rate or self._base.baud != self._library.speed.baud:
            return self._speed
        baud = self._library.session.rates[self._known.variables[state.rate]]
        return replace(self._base, baud=baud)

    def _run_at(self, speed: Speed) -> None:
        self._speed = speed
        self._talk.byte_time = speed.bits / speed.baud

    def _told(self, said: list[Send | Found | Lost], now: float) -> list[Said]:
        told: list[Said] = []
        for one in said:
            match one:
                case Send():
                    told.append(self._put(one))
                case Found():
                    told += self._found(one, now)
                case Lost():
                    told += self._lost(one, now)
        return told

    def _put(self, send: Send) -> Send:
        folded = self._library.fold and self._speed.parity == "N" and self._speed.data_bits == 8
        return replace(send, raw=send.raw.translate(_EVEN)) if folded else send

    def _found(self, found: Found, now: float) -> list[Said]:
        state, self._answered = self._state, True
        if state is None:
            return []
        if found.frame in self._library.sheets:
            return [Text(found.known.data, self._talk.began)]
        if found.frame in state.refuse:
            return [*self._left(now), Missed(Outcome.REFUSED, f"{state.send.name} refused", final=True)]
        self._known = replace(
            self._known, variables={**self._known.variables, **found.known.variables, **self._fixed}
        )
        following = self._library.session.states[state.leads(found.frame)]
        unknown = self._unknown_rate(following)
        if unknown:
            return [*self._left(now), Missed(Outcome.BROKEN, unknown, final=True)]
        return self._step(following, now, following.pause)

    def _unknown_rate(self, state: State) -> str:
        if not state.rate:
            return ""
        offered = self._known.variables.get(state.rate, b"")
        if offered in self._library.session.rates:
            return ""
        return (
            f"the meter offers rate {offered.decode('ascii', 'replace')!r}, which the library does not know"
        )

    def _lost(self, lost: Lost, now: float) -> list[Said]:
        state = self._state
        if state and state.silent and lost.outcome is Outcome.SILENT:
            following = self._library.session.states[state.silent]
            return self._step(following, now, following.pause)
        self._heard = self._heard or self._answered or lost.outcome is Outcome.BROKEN
        self._reason = lost.reason if lost.outcome is Outcome.BROKEN else self._reason
        said = self._left(now)
        timing = self._library.timing
        if self.tries >= (timing.tries if self._heard else timing.silent_tries):
            self.cancel()
            outcome = Outcome.BROKEN if self._heard else Outcome.SILENT
            return [*said, Missed(outcome, self._reason or lost.reason)]
        return said + self._start(now, timing.restart)

    def _left(self, now: float) -> list[Said]:
        """Break off a session that the meter may still be in."""
        logout: Frame | None = self._library.session.logout
        if logout is None or not self._answered:
            return []
        return [self._put(self._talk.say(logout, self._known, now))]
