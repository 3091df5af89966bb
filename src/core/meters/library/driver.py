"""The driver of any library: questions of the common vocabulary become exchanges (meter protocols §9).

Rules
- A recipe says which identifiers a quantity needs; they are read one after the other. What a meter said it
  does not have is not asked again that day, as with the native drivers (device behaviour 6.3).
- A session is begun before the first exchange and again when the meter has forgotten it; a logout goes out
  before a question ends, however it ends.
- A question ends with the library it began with: another version is another driver.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from core.errors import DecodeError, UsageError
from core.meters import driver as d
from core.meters.library.frames import Found, Frame, Known
from core.meters.library.joining import is_derived
from core.meters.library.model import LONGEST_QUESTION, ErrorRow, Library, State
from core.meters.library.recipes import DERIVED, Recipe, Recipes
from core.meters.library.talk import Lost, Said, Talk
from core.meters.occasion import Lack, Notes, Occasion
from core.quantities import Value, Wanted

REFUSAL_HOLDS = 20 * 3600.0
"""Seconds for which "no such data" is believed: that day; the next pass asks anew."""
Civil = Callable[[], datetime | None]
Heard = Found | Lost
UNSUPPORTED = ErrorRow("unsupported")


@dataclass(slots=True)
class _Question:
    """The question under way."""

    meter: d.Access
    wanted: Wanted
    recipe: Recipe
    notes: Notes
    known: Known
    then: "Callable[[Heard, float], list[d.Command]]"
    """Who takes the end of the exchange under way."""
    ends: float
    """When it is given up."""
    code: str = ""
    content: bytes = b""
    frames: int = 0
    """Of the answer so far."""
    tries: int = 1
    busies: int = 0
    logged_in_anew: bool = False


class LibraryDriver:
    """Reads meters of one library on one line."""

    def __init__(self, library: Library, civil: Civil) -> None:
        """``civil``: the terminal's time, ``None`` while it is invalid."""
        self._library = library
        self._civil = civil
        self._talk = Talk(library.timing)
        self._notes: dict[str, Notes] = {}
        self._sessions: dict[str, float] = {}
        """Until when (monotonic seconds) a meter knows us."""
        self._counter = 0
        self._open: _Question | None = None

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do."""
        own = self._talk.deadline
        return None if own is None or self._open is None else min(own, self._open.ends)

    def ask(self, meter: d.Access, wanted: Wanted, now: float) -> list[d.Command]:
        """Start a question; ``EncodeError`` for an address the family cannot carry."""
        if self._open is not None:
            raise UsageError("A question is under way.", "Wait for its end or cancel it.")
        speed = meter.speed
        self._talk.byte_time = (1 + speed.data_bits + (speed.parity != "N") + speed.stop_bits) / speed.baud
        notes = self._notes.setdefault(meter.address, Notes())
        known = Known(self._library.address.wire(meter.address), password=meter.password)
        recipe = Recipes(self._library, Occasion(meter, self._civil(), notes)).recipe(wanted)
        self._open = _Question(meter, wanted, recipe, notes, known, self._value, now + LONGEST_QUESTION)
        try:
            return self._go_on(self._open, None, now)
        except BaseException:
            self._open = None
            raise

    def feed(self, data: bytes, now: float) -> list[d.Command]:
        """Take bytes that arrived."""
        return self._given_up(now) or self._obey(self._talk.feed(data, now), now)

    def tick(self, now: float) -> list[d.Command]:
        """Let time pass."""
        return self._given_up(now) or self._obey(self._talk.tick(now), now)

    def cancel(self) -> None:
        """Give the question up."""
        self._open = None
        self._talk.cancel()

    def broadcast_time(self, moment: datetime, now: float) -> list[d.Command]:
        """Nothing: libraries only read."""
        return []

    def broadcast_freeze(self, now: float) -> list[d.Command]:
        """Nothing: libraries only read."""
        return []

    def _given_up(self, now: float) -> list[d.Command]:
        if self._open is None or now < self._open.ends:
            return []
        self._talk.cancel()
        reason = f"no end after {LONGEST_QUESTION:.0f} s"
        return self._end(d.Answer(self._open.wanted, d.Outcome.BROKEN, None, reason, self._open.tries))

    def _obey(self, said: list[Said], now: float) -> list[d.Command]:
        commands: list[d.Command] = []
        for one in said:
            if isinstance(one, d.Send):
                commands.append(one)
            elif self._open is not None:
                self._open.tries = max(self._open.tries, self._talk.sends)
                commands += self._open.then(one, now)
        return commands

    def _begin(
        self, frame: Frame, expected: tuple[Frame, ...], now: float, *,
        tries: int = 0, wait: float = 0.0, reply: float = 0.0,
    ) -> list[d.Command]:  # fmt: skip
        question = self._asked
        known = replace(question.known, counter=self._next(frame)) if frame.has("counter") else question.known
        said = self._talk.begin(frame, known, expected, now, tries=tries, wait=wait, reply=reply)
        return self._obey(said, now)

    def _next(self, frame: Frame) -> int:
        """The next number; a repeated send keeps it."""
        field = next(one for one in frame.fields if one.kind == "counter")
        self._counter = self._counter + 1 if field.first <= self._counter < field.last else field.first
        return self._counter

    @property
    def _asked(self) -> _Question:
        if self._open is None:
            raise UsageError("No question is under way.")
        return self._open

    # The recipe

    def _go_on(self, question: _Question, content: bytes | None, now: float) -> list[d.Command]:
        """Give the recipe what it asked for until it asks for something that must be read."""
        try:
            code = question.recipe.send(content) if question.code else next(question.recipe)
            while _still_refused(question.notes, code, now):
                code = question.recipe.send(None)
        except StopIteration as end:
            return self._conclude(end.value, now)
        except DecodeError as error:
            return self._finish(d.Outcome.BROKEN, now, reason=f"{question.code}: {error.reason}")
        question.code, question.busies = code, 0
        return self._read(now)

    def _conclude(self, result: Value | Lack, now: float) -> list[d.Command]:
        if isinstance(result, Lack):
            return self._finish(result.outcome, now, reason=result.reason)
        plan = self._library.quantities.get(self._asked.wanted.quantity)
        return self._finish(d.Outcome.READ, now, result, reason=DERIVED if is_derived(plan) else "")

    # Reading an identifier

    def _read(self, now: float, wait: float = 0.0) -> list[d.Command]:
        question, read, session = self._asked, self._library.read, self._library.session
        if session and self._sessions.get(question.meter.address, 0.0) <= now:
            return self._step(session.first, now)
        code = question.code
        question.known = replace(question.known, id=bytes.fromhex(code), size=self._library.sizes[code])
        question.content, question.frames = b"", 0
        question.then = self._value
        return self._begin(read.send, (*read.value, *read.more, *read.refused), now, wait=wait)

    def _value(self, heard: Heard, now: float) -> list[d.Command]:
        question, read = self._asked, self._library.read
        if isinstance(heard, Lost):
            return self._finish(heard.outcome, now, reason=heard.reason)
        self._stay(now)
        if heard.frame in read.refused:
            return self._refused(heard.known.code, now)
        question.content += heard.known.data
        question.frames += 1
        if heard.frame not in read.more or read.follow is None:
            return self._go_on(question, question.content, now)
        if question.frames >= read.most:
            return self._finish(
                d.Outcome.BROKEN, now, reason=f"{question.code}: more than {read.most} frames"
            )
        return self._begin(read.follow, (*read.value, *read.more, *read.refused), now)

    def _refused(self, code: bytes, now: float) -> list[d.Command]:
        question = self._asked
        row = next((one for one in self._library.errors if one.fits(code)), UNSUPPORTED)
        if row.kind == "unsupported":
            question.notes.refused[question.code] = now
            return self._go_on(question, None, now)
        if row.kind == "busy" and question.busies < self._library.timing.tries:
            question.busies += 1
            return self._read(now, self._library.timing.busy)
        if row.kind == "login" and not question.logged_in_anew:
            question.logged_in_anew = True
            self._sessions.pop(question.meter.address, None)
            return self._read(now)
        outcome = d.Outcome.BROKEN if row.kind == "broken" else d.Outcome.REFUSED
        says = f", {row.says}" if row.says else ""
        return self._finish(outcome, now, reason=f"ERR {code.hex().upper()} for {question.code}{says}")

    # The session

    def _stay(self, now: float) -> None:
        if self._library.session:
            self._sessions[self._asked.meter.address] = now + self._library.session.idle

    def _step(self, name: str, now: float) -> list[d.Command]:
        """Take a step of the session, or read when it stands."""
        session = self._library.session
        if session is None or name not in session.states:
            self._stay(now)
            return self._read(now)
        state = session.states[name]
        question = self._asked
        question.then = lambda heard, at: self._stepped(state, heard, at)
        expected = (*state.accept, *state.refuse)
        return self._begin(state.send, expected, now, tries=state.tries, wait=state.pause, reply=state.reply)

    def _stepped(self, state: State, heard: Heard, now: float) -> list[d.Command]:
        if isinstance(heard, Lost):
            if state.silent:
                return self._step(state.silent, now)
            return self._finish(heard.outcome, now, reason=f"{state.send.name}: {heard.reason}")
        if heard.frame in state.refuse:
            return self._finish(d.Outcome.REFUSED, now, reason=f"{state.send.name} refused")
        self._asked.known = replace(self._asked.known, variables=heard.known.variables)
        return self._step(state.leads(heard.frame), now)

    # The end

    def _finish(
        self, outcome: d.Outcome, now: float, value: Value | None = None, *, reason: str = ""
    ) -> list[d.Command]:
        question = self._asked
        answer = d.Answer(question.wanted, outcome, value, reason, question.tries)
        session = self._library.session
        if session and session.logout and self._sessions.pop(question.meter.address, 0.0) > now:
            question.then = lambda _heard, _at: self._end(answer)
            accepted = tuple(frame for state in session.states.values() for frame in state.accept)
            return self._begin(session.logout, accepted, now, tries=1)
        return self._end(answer)

    def _end(self, answer: d.Answer) -> list[d.Command]:
        self._open = None
        return [d.Finished(answer)]


def _still_refused(notes: Notes, code: str, now: float) -> bool:
    since = notes.refused.get(code)
    if since is None:
        return False
    if now - since < REFUSAL_HOLDS:
        return True
    del notes.refused[code]
    return False
