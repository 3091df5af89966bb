"""How the tests of a library are run: plays without a line and a clock, and what they all have in common."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

from core.errors import CoreError, Defect, LibraryError
from core.meters import driver as d
from core.meters.library.frames import Found
from core.meters.library.shown import value_texts
from core.meters.library.slave import RequestReader
from core.quantities import NOW, Quantity, Value, Wanted

ADDRESS = "000000000012"
"""One that every family can carry; the play of both ends uses it."""
STEPS = 2000
"""Commands after which a play that has no end is given up."""
Answering = Callable[[bytes, float], Sequence[bytes]]
"""What is heard after a frame was sent at a moment (seconds)."""
Lines = Sequence[tuple[bytes, bytes | None]]
TestT = TypeVar("TestT")


class Sent(Protocol):
    """A frame that goes out."""

    @property
    def raw(self) -> bytes:
        """As it is on the wire."""
        ...


class Station(Protocol):
    """The meter's end of a library."""

    def answer(self, heard: Found, now: float) -> Sent | None:
        """Return the answer to a request, ``None`` for silence."""
        ...


def judge(
    library: str,
    tests: Iterable[TestT],
    failures: Callable[[TestT], Iterable[str]],
    both_ends: Iterable[tuple[str, str]],
) -> None:
    """Run the tests of a file and the play of both its ends; ``LibraryError`` with all that failed."""
    defects = [
        Defect(f"tests[{place}]", reason)
        for place, test in enumerate(tests)
        for reason in _told(failures, test)
    ]
    defects += [Defect(path, reason) for path, reason in both_ends]
    if defects:
        raise LibraryError(tuple(defects), library)


def _told(failures: Callable[[TestT], Iterable[str]], test: TestT) -> Iterator[str]:
    try:
        yield from failures(test)
    except CoreError as error:
        yield str(error)


def answered_by(meter: Station, reader: RequestReader) -> Answering:
    """Return what a meter of the same file says to what is sent."""

    def answering(raw: bytes, now: float) -> Sequence[bytes]:
        answers = (meter.answer(found, now) for found in reader.feed(raw, now))
        return [answer.raw for answer in answers if answer]

    return answering


def misread(end: d.Answer, held: Value | None, alike: Callable[[Value | None, Value | None], bool]) -> str:
    """Tell how what was read differs from what the meter holds; empty if it does not."""
    if end.outcome is not d.Outcome.READ:
        return f"its own meter is not understood: {end.outcome.value}, {end.reason}"
    if alike(end.value, held):
        return ""
    read, kept = (", ".join(value_texts(one)) for one in (end.value, held))
    return f"reads {read}, the meter holds {kept}"


def play(driver: d.Driver, access: d.Access, quantity: Quantity, answering: Answering) -> d.Answer:
    """Ask one quantity; ``LibraryError`` for a question without an end."""
    now, commands = 0.0, driver.ask(access, Wanted(quantity, NOW), 0.0)
    for _ in range(STEPS):
        sends = [one for one in commands if isinstance(one, d.Send)]
        now += sum(one.delay for one in sends) + 0.01
        heard = [raw for one in sends for raw in answering(one.raw, now)]
        if commands and isinstance(commands[-1], d.Finished):
            return commands[-1].answer
        if heard:
            commands = driver.feed(b"".join(heard), now)
        else:
            now = max(now, driver.deadline or now)
            commands = driver.tick(now)
    raise LibraryError((Defect(f"quantities.{quantity.value}", "the question has no end"),))


def disagreements(
    lines: Lines, outcome: str, gives: tuple[str, ...], played: Callable[[Answering], d.Answer]
) -> Iterator[str]:
    """Tell what a play does otherwise than a file says."""
    rest, wrong = list(lines), list[str]()

    def answering(raw: bytes, _: float) -> Sequence[bytes]:
        if not rest:
            wrong.append(f"sends {raw.hex().upper()} at the end of the play")
            return ()
        send, hear = rest.pop(0)
        if raw != send:
            wrong.append(f"sends {raw.hex().upper()} instead of {send.hex().upper()}")
        return (hear,) if hear else ()

    answer = played(answering)
    yield from wrong
    if rest:
        yield f"ends {len(rest)} lines too early"
    if answer.outcome.value != outcome:
        yield f"ends with {answer.outcome.value}: {answer.reason}"
    elif gives and value_texts(answer.value) != gives:
        yield f"gives {', '.join(value_texts(answer.value))}"
