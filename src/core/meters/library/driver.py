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
from core.meters.library.talk import Lost, Talk
from core.meters.occasion import Lack, Notes, Occasion
from core.meters.questions import ExchangeDriver, Question
from core.quantities import Value, Wanted

Civil = Callable[[], datetime | None]
Heard = Found | Lost
UNSUPPORTED = ErrorRow("unsupported")


@dataclass(slots=True)
class _Question(Question):
    recipe: Recipe
    notes: Notes
    known: Known
    then: "Callable[[Heard, float], list[d.Command]]"
    """Who takes the end of the exchange under way."""
    code: str = ""
    content: bytes = b""
    frames: int = 0
    """Of the answer so far."""
    busies: int = 0
    logged_in_anew: bool = False


class LibraryDriver(ExchangeDriver[_Question, Heard]):
    """Reads meters of one library on one line."""

    _longest = LONGEST_QUESTION

    def __init__(self, library: Library, civil: Civil) -> None:
        """``civil``: the terminal's time, ``None`` while it is invalid."""
        self._library = library
        self._civil = civil
        self._talk = Talk(library.timing)
        super().__init__(self._talk)
        self._notes: dict[str, Notes] = {}
        self._sessions: dict[str, float] = {}
        """Until when (monotonic seconds) a meter knows us."""
        self._counter = 0

    def _begun(self, meter: d.Access, wanted: Wanted, now: float) -> list[d.Command]:
        self._talk.byte_time = meter.speed.bits / meter.speed.baud
        notes = self._notes.setdefault(meter.address, Notes())
        known = Known(self._library.address.wire(meter.address), password=meter.password)
        recipe = Recipes(self._library, Occasion(meter, self._civil(), notes)).recipe(wanted)
        self._open = _Question(meter, wanted, recipe, notes, known, self._value)
        return self._go_on(self._open, None, now)

    def _told(self, question: _Question, end: Heard, now: float) -> list[d.Command]:
        question.tries = max(question.tries, self._talk.sends)
        return question.then(end, now)

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
            while question.notes.refuses(code, now):
                code = question.recipe.send(None)
        except StopIteration as end:
            return self._conclude(end.value, now)
        except DecodeError as error:
            return self._leave(d.Outcome.BROKEN, now, reason=f"{question.code}: {error.reason}")
        question.code, question.busies = code, 0
        return self._read(now)

    def _conclude(self, result: Value | Lack, now: float) -> list[d.Command]:
        if isinstance(result, Lack):
            return self._leave(result.outcome, now, reason=result.reason)
        plan = self._library.quantities.get(self._asked.wanted.quantity)
        return self._leave(d.Outcome.READ, now, result, reason=DERIVED if is_derived(plan) else "")

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
            return self._leave(heard.outcome, now, reason=heard.reason)
        self._stay(now)
        if heard.frame in read.refused:
            return self._refused(heard.known.code, now)
        question.content += heard.known.data
        question.frames += 1
        if heard.frame not in read.more or read.follow is None:
            return self._go_on(question, question.content, now)
        if question.frames >= read.most:
            return self._leave(d.Outcome.BROKEN, now, reason=f"{question.code}: more than {read.most} frames")
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
        return self._leave(outcome, now, reason=f"ERR {code.hex().upper()} for {question.code}{says}")

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
            return self._leave(heard.outcome, now, reason=f"{state.send.name}: {heard.reason}")
        if heard.frame in state.refuse:
            return self._leave(d.Outcome.REFUSED, now, reason=f"{state.send.name} refused")
        self._asked.known = replace(self._asked.known, variables=heard.known.variables)
        return self._step(state.leads(heard.frame), now)

    # The end

    def _leave(
        self, outcome: d.Outcome, now: float, value: Value | None = None, *, reason: str = ""
    ) -> list[d.Command]:
        """End the session, if there is one, and the question."""
        question, session = self._asked, self._library.session
        if session and session.logout and self._sessions.pop(question.meter.address, 0.0) > now:
            question.then = lambda _heard, _at: self._finish(question, outcome, value, reason=reason)
            accepted = tuple(frame for state in session.states.values() for frame in state.accept)
            return self._begin(session.logout, accepted, now, tries=1)
        return self._finish(question, outcome, value, reason=reason)
