"""One question after the other: what the drivers of all families share."""

from collections.abc import Generator, Sequence

import pytest

from core.errors import EncodeError, UsageError
from core.meters.driver import Access, Answer, Command, Driver, Finished, Outcome, Send
from core.meters.occasion import Found, Lack
from core.meters.questions import ExchangeDriver, Question
from core.meters.scripts import Ended, Read, ScriptDriver, ScriptQuestion, UnknownLayout
from core.quantities import Quantity, Wanted

METER, WANTED = Access("000012345678", 0), Wanted(Quantity.RELAY)
LONGEST = 20.0


class Spoken:
    """Exchanges that end with every byte that comes, and never by themselves."""

    def __init__(self) -> None:
        self.deadline: float | None = None

    def begin(self, now: float) -> list[Send | bytes]:
        """Send one byte."""
        self.deadline = now + 100
        return [Send(b"?")]

    def feed(self, data: bytes, now: float) -> Sequence[Send | bytes]:
        """Each byte is an end."""
        return [data[at : at + 1] for at in range(len(data))]

    def tick(self, now: float) -> Sequence[Send | bytes]:
        """Nothing happens."""
        return []

    def cancel(self) -> None:
        """Wait no longer."""
        self.deadline = None


class Asking(ExchangeDriver[Question, bytes]):
    """Reads one byte; a meter without an address cannot be asked."""

    _longest = LONGEST

    def __init__(self) -> None:
        self.spoken = Spoken()
        super().__init__(self.spoken)

    def _begun(self, meter: Access, wanted: Wanted, now: float) -> list[Command]:
        self._open = Question(meter, wanted)
        said = self.spoken.begin(now)
        if not meter.address:
            raise EncodeError("no address", field="address")
        return self._obey(said, now)

    def _told(self, question: Question, end: bytes, now: float) -> list[Command]:
        return self._settle(question, Found(end == b"1") if end in b"01" else Lack(Outcome.REFUSED, "odd"))


def two_exchanges() -> Generator[bytes, bytes, Read]:
    """A script that reads the quality word and then the value."""
    first = yield b"a"
    if first == b"u":
        raise UnknownLayout("unknown layout")
    if first == b"s":
        raise Ended(Outcome.SILENT, "no answer")
    second = yield b"b"
    return second == b"1", first.decode()


class Playing(ScriptDriver[None, bytes, bytes, bytes]):
    """Plays a script of two exchanges."""

    def __init__(self) -> None:
        self.spoken = Spoken()
        super().__init__(self.spoken)

    def _begun(self, meter: Access, wanted: Wanted, now: float) -> list[Command]:
        return self._play(ScriptQuestion(meter, wanted, None, two_exchanges()), now)

    def _say(self, say: bytes, now: float) -> list[Send | bytes]:
        return [Send(say)]

    def _told(self, question: ScriptQuestion[None, bytes, bytes], end: bytes, now: float) -> list[Command]:
        if end == b"x":
            question.heard, end = "noise", b"s"
        return self._hear(question, end, now)

    def _parting(self, question: ScriptQuestion[None, bytes, bytes], now: float) -> list[Command]:
        return [Send(b"bye")]


def test_one_question_at_a_time_ends_once() -> None:
    """A second question is refused while one is open; further ends are passed over."""
    driver: Driver = Asking()
    assert driver.ask(METER, WANTED, 0.0) == [Send(b"?")]
    with pytest.raises(UsageError):
        driver.ask(METER, WANTED, 0.1)
    assert driver.feed(b"100", 0.2) == [Finished(Answer(WANTED, Outcome.READ, True))]
    assert driver.feed(b"1", 0.3) == []


def test_what_was_found_is_the_answer() -> None:
    """A lack ends the question with its reason."""
    driver = Asking()
    driver.ask(METER, WANTED, 0.0)
    assert driver.feed(b"7", 0.1) == [Finished(Answer(WANTED, Outcome.REFUSED, None, "odd"))]


def test_a_question_that_cannot_be_asked_leaves_nothing_open() -> None:
    """After an error in ``ask`` the next question is taken."""
    driver = Asking()
    with pytest.raises(EncodeError):
        driver.ask(Access("", 0), WANTED, 0.0)
    assert driver.deadline is None
    assert driver.ask(METER, WANTED, 0.0) == [Send(b"?")]


@pytest.mark.parametrize("by_bytes", [False, True])
def test_no_question_lasts_for_ever(by_bytes: bool) -> None:
    """The longest question is given up, by time or by the bytes of a line that never rests."""
    driver = Asking()
    driver.ask(METER, WANTED, 1.0)
    assert driver.deadline == 1.0 + LONGEST
    end = driver.feed(b"1", 1.0 + LONGEST) if by_bytes else driver.tick(1.0 + LONGEST)
    assert end == [Finished(Answer(WANTED, Outcome.BROKEN, None, "no end after 20 s"))]
    assert driver.deadline is None


def test_a_cancelled_question_is_not_answered() -> None:
    """What still comes is passed over, and nothing is waited for."""
    driver = Asking()
    driver.ask(METER, WANTED, 0.0)
    driver.cancel()
    assert (driver.deadline, driver.feed(b"1", 0.1), driver.tick(99.0)) == (None, [], [])


@pytest.mark.parametrize(
    ("heard", "answer"),
    [
        (b"a1", Answer(WANTED, Outcome.READ, True, "a")),
        (b"u", Answer(WANTED, Outcome.UNSUPPORTED, None, "unknown layout")),
        (b"s", Answer(WANTED, Outcome.SILENT, None, "no answer")),
        (b"x", Answer(WANTED, Outcome.BROKEN, None, "noise")),
    ],
)
def test_the_end_of_a_script_is_the_answer(heard: bytes, answer: Answer) -> None:
    """A value, an early end or a silence in which something was heard; the parting words go out before."""
    driver = Playing()
    assert driver.ask(METER, WANTED, 0.0) == [Send(b"a")]
    assert driver.feed(heard, 0.1)[-2:] == [Send(b"bye"), Finished(answer)]
