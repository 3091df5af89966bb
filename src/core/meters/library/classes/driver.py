"""The driver of a library of classes: questions of the common vocabulary become sessions.

A session belongs to one meter of the bus, so each question that needs the line ends with the frame that gives
the line back.
"""

from dataclasses import dataclass
from datetime import datetime

from core.errors import DecodeError, UsageError
from core.meters import driver as d
from core.meters.library.classes.model import ClassLibrary
from core.meters.library.classes.picture import UnknownLayout
from core.meters.library.classes.recipes import Read, recipe
from core.meters.library.classes.visit import Ended, Exchange, Notes, Script, Visit
from core.meters.library.frames import Found
from core.meters.library.model import LONGEST_QUESTION
from core.meters.library.talk import Lost, Said, Talk
from core.quantities import Value, Wanted


@dataclass(slots=True)
class _Question:
    """The question under way."""

    visit: Visit
    wanted: Wanted
    script: Script[Read]
    ends: float
    """When it is given up."""
    heard: str = ""
    """Why something that came was no answer."""
    tries: int = 1


class ClassLibraryDriver:
    """Reads meters of one library on one line."""

    def __init__(self, library: ClassLibrary) -> None:
        self._library = library
        self._talk = Talk(library.timing, library.unasked)
        self._notes: dict[str, Notes] = {}
        self._open: _Question | None = None

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do."""
        own = self._talk.deadline
        return None if own is None or self._open is None else min(own, self._open.ends)

    def ask(self, meter: d.Access, wanted: Wanted, now: float) -> list[d.Command]:
        """Start a question; ``EncodeError`` for an address or a password that the wire cannot carry."""
        if self._open is not None:
            raise UsageError("A question is under way.", "Wait for its end or cancel it.")
        speed = meter.speed
        self._talk.byte_time = (1 + speed.data_bits + (speed.parity != "N") + speed.stop_bits) / speed.baud
        visit = Visit(self._library, meter, self._notes.setdefault(meter.address, Notes()), now)
        self._open = _Question(visit, wanted, recipe(visit, wanted), now + LONGEST_QUESTION)
        return self._go_on(self._open, None, now)

    def feed(self, data: bytes, now: float) -> list[d.Command]:
        """Take bytes that arrived."""
        return self._given_up(now) or self._obey(self._talk.feed(data, now), now)

    def tick(self, now: float) -> list[d.Command]:
        """Let time pass."""
        return self._given_up(now) or self._obey(self._talk.tick(now), now)

    def cancel(self) -> None:
        """Give the question up; the session lapses by itself."""
        self._open = None
        self._talk.cancel()

    def broadcast_time(self, moment: datetime, now: float) -> list[d.Command]:
        """Nothing: libraries only read."""
        return []

    def broadcast_freeze(self, now: float) -> list[d.Command]:
        """Nothing: libraries only read."""
        return []

    def _given_up(self, now: float) -> list[d.Command]:
        question = self._open
        if question is None or now < question.ends:
            return []
        return self._finish(question, d.Outcome.BROKEN, now, reason=f"no end after {LONGEST_QUESTION:.0f} s")

    def _obey(self, said: list[Said], now: float) -> list[d.Command]:
        commands: list[d.Command] = []
        for one in said:
            if isinstance(one, d.Send):
                commands.append(one)
            elif self._open is not None:
                commands += self._told(self._open, one, now)
        return commands

    def _told(self, question: _Question, one: Found | Lost, now: float) -> list[d.Command]:
        """Let the script have what came of its exchange."""
        question.tries = max(question.tries, self._talk.sends)
        if isinstance(one, Lost) and one.outcome is d.Outcome.BROKEN:
            question.heard = one.reason
        return self._go_on(question, one, now)

    def _go_on(self, question: _Question, heard: Found | Lost | None, now: float) -> list[d.Command]:
        """Give the script its answer and say what it says next."""
        try:
            say = next(question.script) if heard is None else question.script.send(heard)
            return self._begin(say, now)
        except StopIteration as end:
            value, quality = end.value
            return self._finish(question, d.Outcome.READ, now, value, reason=quality)
        except Ended as ended:
            return self._ended(question, ended, now)
        except UnknownLayout as error:
            return self._finish(question, d.Outcome.UNSUPPORTED, now, reason=error.reason)
        except DecodeError as error:
            return self._finish(question, d.Outcome.BROKEN, now, reason=error.reason)

    def _begin(self, say: Exchange, now: float) -> list[d.Command]:
        said = self._talk.begin(
            say.send, say.known, say.expected, now, tries=say.tries, wait=say.wait, reply=say.reply
        )
        return self._obey(said, now)

    def _ended(self, question: _Question, ended: Ended, now: float) -> list[d.Command]:
        if ended.outcome is d.Outcome.SILENT and question.heard:
            return self._finish(question, d.Outcome.BROKEN, now, reason=question.heard)
        return self._finish(question, ended.outcome, now, reason=ended.reason)

    def _finish(
        self, question: _Question, outcome: d.Outcome, now: float, value: Value | None = None, *,
        reason: str = "",
    ) -> list[d.Command]:  # fmt: skip
        """End the session, if there is one, and the question."""
        self._open = None
        logout, visit = self._library.session.logout, question.visit
        closing = [self._talk.say(logout, visit.known, now)] if logout and visit.entered else []
        self._talk.cancel()
        return [*closing, d.Finished(d.Answer(question.wanted, outcome, value, reason, question.tries))]
