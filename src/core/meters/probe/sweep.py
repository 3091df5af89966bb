"""One walk over the questions: which comes next, what the answers prove, and when it is over.

Rules
- Garbage in the shape of an answer is asked for again. Garbage again means that several meters answer at
  once, unless the next question of another kind brings garbage too: then the line itself is bad.
- The first clean answer ends the walk; two different ones mean two meters.
- What a question may have begun in a meter is ended by its farewell.
- No question is begun that could not end before ``until``: the walk never takes longer than was said.
- Nothing is sent but the questions given and their farewells.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from core.meters.probe.hearing import hear
from core.meters.probe.question import Question
from core.meters.probe.sighting import Confidence, Sighting

REPEATS = 6
"""So many questions may be asked again, in all."""
PAUSE_AFTER_FAREWELL = 2.0
"""Seconds from a break to the next sign-on (meter protocols §5.6)."""


class Outcome(Enum):
    """How a walk ended."""

    FOUND = "found"
    SEVERAL = "several"
    NOISE = "noise"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Tried:
    """A question that was put."""

    question: Question
    noise: int = 0
    """Bytes that came and were no answer."""


@dataclass(frozen=True, slots=True)
class Result:
    """What is known at the end."""

    outcome: Outcome
    sightings: tuple[Sighting, ...] = ()
    suspect: Question | None = None
    """Where several answered at once: the question."""
    tried: tuple[Tried, ...] = ()
    left: tuple[Question, ...] = ()
    """For which there was no time."""
    seconds: float = 0.0
    echo: bool = False
    others: bool = False


@dataclass(slots=True)
class _Known:
    tried: list[Tried] = field(default_factory=list[Tried])
    sightings: tuple[Sighting, ...] = ()
    suspect: Question | None = None
    noisy: bool = False
    """Garbage follows whatever is asked."""
    over: bool = False
    repeats: int = REPEATS
    echo: bool = False
    others: bool = False


class Sweep:
    """Questions out, answers in; time is an argument."""

    def __init__(
        self, questions: Sequence[Question], now: float, limit: float, overhead: float = 0.0
    ) -> None:
        """``limit``: seconds from ``now`` it may take; ``overhead``: of a question, beside its own time."""
        self.begun = now
        self.until = now + limit
        self._overhead = overhead
        self._left = list(questions)
        self._open: Question | None = None
        self._again = False
        """The open question is a repetition."""
        self._known = _Known()

    @property
    def open(self) -> Question | None:
        """The question under way."""
        return self._open

    @property
    def questions_left(self) -> int:
        """How many are still to be put."""
        return len(self._left)

    def excuse(self, seconds: float) -> None:
        """Do not count a time in which a person was asked."""
        self.begun, self.until = self.begun + seconds, self.until + seconds

    def next(self, now: float) -> Question | None:
        """Return what to ask now, ``None`` when the walk is over."""
        if self._open is not None and self._again:
            again = self._open
            if self._fits(again, now):
                return again
            self._open, self._again = None, False
        self._open = None
        if self._known.over or not self._left or not self._fits(self._left[0], now):
            return None
        self._open = self._left.pop(0)
        return self._open

    def _fits(self, question: Question, now: float) -> bool:
        return now + question.answered_for + farewell_time(question) + self._overhead <= self.until

    def took(self, raw: bytes) -> bytes:
        """Take what came behind the open question; return the farewell to be said, empty for none."""
        question, known = self._open, self._known
        if question is None:
            return b""
        heard = hear(question, raw)
        known.echo, known.others = known.echo or heard.echo, known.others or heard.others
        known.tried.append(Tried(question, len(heard.noise)))
        if heard.sightings:
            self._saw(question, heard.sightings, heard.noise)
        elif len(heard.noise) >= max(1, question.shortest):
            self._garbled(question)
        else:
            self._quiet(question)
        talking = any(one.talking for one in heard.sightings)
        anything = bool(heard.sightings or heard.noise)
        return question.farewell if anything and not talking else b""

    def _saw(self, question: Question, seen: tuple[Sighting, ...], noise: bytes) -> None:
        """A lone character counts when it comes twice."""
        known = self._known
        doubtful = all(one.confidence is Confidence.POSSIBLE for one in seen)
        if doubtful and not self._again and self._may_repeat(question):
            return
        known.sightings, known.over = seen, True
        if len(noise) >= max(1, question.shortest):
            known.suspect = question
        self._again = False

    def _garbled(self, question: Question) -> None:
        known = self._known
        if not self._again and known.suspect is None and not known.noisy and self._may_repeat(question):
            return
        if known.suspect is None:
            known.suspect = None if known.noisy else question
        elif (question.raw, question.speed) != (known.suspect.raw, known.suspect.speed):
            known.suspect, known.noisy = None, True
        self._again = False

    def _quiet(self, question: Question) -> None:
        """Silence behind another question: what garbled the one before was meters, not the line."""
        known = self._known
        if known.suspect is not None and not self._again:
            known.over = True
        self._again = False

    def _may_repeat(self, question: Question) -> bool:
        known = self._known
        if not known.repeats:
            return False
        known.repeats -= 1
        quiet = max(question.quiet, PAUSE_AFTER_FAREWELL if question.farewell else 0.0)
        self._open, self._again = replace(question, quiet=quiet), True
        return True

    def result(self, now: float) -> Result:
        """Return what is known so far."""
        known = self._known
        return Result(
            self._outcome(), known.sightings, known.suspect, tuple(known.tried),
            () if known.over else tuple(self._left), now - self.begun, known.echo, known.others,
        )  # fmt: skip

    def _outcome(self) -> Outcome:
        known = self._known
        if known.sightings:
            return Outcome.SEVERAL if len(known.sightings) > 1 or known.suspect else Outcome.FOUND
        if known.suspect is not None:
            return Outcome.SEVERAL
        return Outcome.NOISE if known.noisy else Outcome.NOTHING


def farewell_time(question: Question) -> float:
    """Seconds of the farewell and the silence before it."""
    return question.quiet + question.wire_time(len(question.farewell)) if question.farewell else 0.0


def limit_of(questions: Sequence[Question], overhead: float = 0.0) -> float:
    """Return the seconds that a walk takes at most: all in silence, and some answered or asked again."""
    if not questions:
        return 0.0
    longest = max(one.answered_for + farewell_time(one) for one in questions)
    silent = sum(one.silent_for + overhead for one in questions)
    return silent + 2 * (longest + PAUSE_AFTER_FAREWELL + overhead)
