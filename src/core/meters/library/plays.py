"""One question to whoever answers, without a line and a clock: how tests in files are played."""

from collections.abc import Callable, Iterator, Sequence

from core.errors import Defect, LibraryError
from core.meters import driver as d
from core.meters.library.shown import value_texts
from core.quantities import NOW, Quantity, Wanted

STEPS = 2000
"""Commands after which a play that has no end is given up."""
Answering = Callable[[bytes, float], Sequence[bytes]]
"""What is heard after a frame was sent at a moment (seconds)."""
Lines = Sequence[tuple[bytes, bytes | None]]


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
