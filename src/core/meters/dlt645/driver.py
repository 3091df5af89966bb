"""The driver of DL/T 645, both editions: questions of the common vocabulary become exchanges (dlt645 §12).

Rules
- A recipe says which identifiers a quantity needs; here they are read one after the other. What a meter said
  it does not have is not asked again that day (device behaviour 6.3).
- Two sends per request. Silence is `Outcome.SILENT`; if something came that was no answer, `Outcome.BROKEN`.
- Any error word without the password bit means "no such data": meters are not agreed on more (peers §2.3).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from core.errors import DecodeError
from core.meters import driver as d
from core.meters.dlt645 import recipes_1997, recipes_2007
from core.meters.dlt645 import requests as r
from core.meters.dlt645.address import BROADCAST
from core.meters.dlt645.answers import UNAUTHORISED
from core.meters.dlt645.control import Edition
from core.meters.dlt645.conversation import Conversation, Said
from core.meters.dlt645.exchange import Completed, Failed, Reply, Request, Timings
from core.meters.dlt645.visit import Recipe, Visit
from core.meters.occasion import Lack, Notes
from core.meters.questions import Question, QuestionDriver
from core.quantities import Value, Wanted

_RECIPES: dict[Edition, Callable[[Visit, Wanted], Recipe]] = {
    Edition.V1997: recipes_1997.recipe,
    Edition.V2007: recipes_2007.recipe,
}
Civil = Callable[[], datetime | None]


def unknown_time() -> datetime | None:
    """Stand in where nobody knows the time: every date is then read from the meter, each time."""
    return None


@dataclass(slots=True)
class _Question(Question):
    recipe: Recipe
    notes: Notes
    code: str = ""


class Dlt645Driver(QuestionDriver[_Question, Said]):
    """Reads meters of one edition on one line."""

    def __init__(self, edition: Edition, civil: Civil = unknown_time, timings: Timings | None = None) -> None:
        """``civil``: the terminal's time, ``None`` while it is invalid."""
        self._edition = edition
        self._civil = civil
        self._timings = timings or Timings()
        self._conversation = Conversation(self._timings)
        super().__init__(self._conversation)
        self._speed: d.Speed | None = None
        self._notes: dict[str, Notes] = {}

    def _begun(self, meter: d.Access, wanted: Wanted, now: float) -> list[d.Command]:
        if meter.speed != self._speed:
            self._speed = meter.speed
            self._conversation.timings = timings_at(self._timings, meter.speed)
        notes = self._notes.setdefault(meter.address, Notes())
        visit = Visit(meter, self._civil(), notes, self._edition)
        self._open = _Question(meter, wanted, _RECIPES[self._edition](visit, wanted), notes)
        return self._go_on(self._open, None, now)

    def broadcast_time(self, moment: datetime, now: float) -> list[d.Command]:
        """Set all clocks; ``moment`` is that of the last byte."""
        return self._to_all(r.BroadcastTime(moment.replace(microsecond=0)), now)

    def broadcast_freeze(self, now: float) -> list[d.Command]:
        """Freeze now; 1997 has no such order."""
        return self._to_all(r.NOW, now) if self._edition is Edition.V2007 else []

    def _to_all(self, record: r.BroadcastTime | r.Freeze, now: float) -> list[d.Command]:
        said = self._conversation.begin(Request(BROADCAST, record, self._edition), now)
        return [d.Send(one.raw, one.delay) for one in said if not isinstance(one, Completed | Failed)]

    def _obey(self, said: Sequence[Said], now: float) -> list[d.Command]:
        commands: list[d.Command] = []
        for one in said:
            if isinstance(one, Completed):
                commands += self._completed(one.reply, now)
            elif isinstance(one, Failed):
                commands += self._failed(one)
            else:
                commands.append(d.Send(one.raw, one.delay))
        return commands

    def _completed(self, reply: Reply, now: float) -> list[d.Command]:
        question = self._open
        if question is None:
            return []
        question.tries = max(question.tries, self._conversation.sends)
        if reply.refusal is None:
            return self._go_on(question, reply.content, now)
        word = reply.frames[-1].data[0]
        if word & UNAUTHORISED:
            return self._finish(question, d.Outcome.REFUSED, reason=f"ERR {word:02X} for {question.code}")
        question.notes.refused[question.code] = now
        return self._go_on(question, None, now)

    def _failed(self, failed: Failed) -> list[d.Command]:
        question = self._open
        if question is None:
            return []
        question.tries = max(question.tries, self._conversation.sends)
        if self._conversation.disturbed or failed.frames:
            reason = self._conversation.disturbed or failed.error.reason
            return self._finish(question, d.Outcome.BROKEN, reason=reason)
        return self._finish(question, d.Outcome.SILENT, reason=failed.error.reason)

    def _go_on(self, question: _Question, content: bytes | None, now: float) -> list[d.Command]:
        """Give the recipe what it asked for until it asks for something that must be read."""
        try:
            code = question.recipe.send(content) if question.code else next(question.recipe)
            while question.notes.refuses(code, now):
                code = question.recipe.send(None)
        except StopIteration as end:
            return self._conclude(question, end.value)
        except DecodeError as error:
            return self._finish(question, d.Outcome.BROKEN, reason=f"{question.code}: {error}")
        question.code = code
        said = self._conversation.begin(_read(question.meter.address, code, self._edition), now)
        return self._obey(said, now)

    def _conclude(self, question: _Question, result: Value | Lack) -> list[d.Command]:
        if isinstance(result, Lack):
            return self._finish(question, result.outcome, reason=result.reason)
        return self._finish(question, d.Outcome.READ, result)


def timings_at(timings: Timings, speed: d.Speed) -> Timings:
    """Return the times for a line of this speed."""
    bits = speed.bits
    return timings.over(lambda count: count * bits / speed.baud)


@lru_cache(maxsize=8192)
def _read(address: str, code: str, edition: Edition) -> Request:
    """The request for an identifier; the same few thousand are sent every day."""
    record = r.Read1997(code) if edition is Edition.V1997 else r.Read2007(code)
    return Request(address, record, edition)
