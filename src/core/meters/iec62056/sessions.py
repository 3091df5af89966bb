"""Scripts of what a host says to a meter: readout, programming mode, single reads (meter protocols §5).

A result is what was asked for, or the `Lack` that stands for it.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from core.meters.driver import Outcome, Speed
from core.meters.iec62056.runner import Script, Step
from core.meters.iec62056.telegram import (
    BREAK,
    PROGRAMMING,
    READOUT,
    START_RATE,
    Accepted,
    Block,
    Command,
    Identification,
    Rejected,
    Selection,
    SignOn,
    Telegram,
)
from core.meters.occasion import Lack

SLOW_TRY = 3
"""The try that keeps the rate of the sign-on: a port or a meter that does not follow the change."""
DIGITS = 8
"""So many digits of the archive are the address of the sign-on."""
MOST_PARTS = 64
T = TypeVar("T")
Login = Callable[[str], Command]
"""From the key of the meter's challenge to the command that answers it."""
Steps = Generator[Step, Telegram | None, T]


@dataclass(frozen=True, slots=True)
class Call:
    """Whom to call, and how."""

    address: str
    speed: Speed
    keep_rate: bool = False
    """The meter is known not to follow a change of rate."""


def address_of(digits: str) -> str:
    """Return the address of a sign-on from the twelve digits of the archive; none from zeros only."""
    last = digits[-DIGITS:]
    return last if last.strip("0") else ""


def readout(call: Call, attempt: int) -> Script[str | Lack]:
    """Return the text of the readout; a meter that begins it at once is heard out."""
    heard = yield from _signed_on(call)
    if isinstance(heard, Block):
        return (yield from _parts(heard))
    if isinstance(heard, Lack):
        return heard
    selection, baud = _selection(call, heard, READOUT, attempt)
    block = yield Step(selection, (Block,), heard.turnaround, baud)
    assert isinstance(block, Block)
    return (yield from _parts(block))


def programming(
    call: Call, login: Login | None, body: Callable[[], Steps[T | Lack]], attempt: int
) -> Script[T | Lack]:
    """Open programming mode, play ``body``, break. Without ``login`` nobody answers the challenge."""
    heard = yield from _signed_on(call)
    if isinstance(heard, Lack):
        return heard
    if isinstance(heard, Block):
        return _NO_PROGRAMMING
    selection, baud = _selection(call, heard, PROGRAMMING, attempt)
    challenge = yield Step(selection, (Command, Block, Rejected), heard.turnaround, baud)
    if not isinstance(challenge, Command) or challenge.kind + challenge.number != "P0":
        return _NO_PROGRAMMING
    refused = (yield from _log_in(login(_inner(challenge.text or "")))) if login else None
    result = refused or (yield from body())
    yield Step(BREAK, ())
    return result


_NO_PROGRAMMING = Lack(Outcome.UNSUPPORTED, "the meter opens no programming mode")


def _signed_on(call: Call) -> Steps[Identification | Block | Lack]:
    heard = yield Step(SignOn(call.address), (Identification, Block))
    assert isinstance(heard, Identification | Block)
    if isinstance(heard, Identification) and heard.baud is None:
        return Lack(Outcome.BROKEN, f"the meter offers rate {heard.rate!r}, which mode C does not know")
    return heard


def _selection(call: Call, heard: Identification, mode: str, attempt: int) -> tuple[Selection, int]:
    """Take the offered rate. A port at another rate than 300 is fixed: it takes part in no change."""
    if call.speed.baud != START_RATE:
        return Selection(heard.rate, mode), 0
    if call.keep_rate or attempt >= SLOW_TRY:
        return Selection("0", mode), 0
    return Selection(heard.rate, mode), heard.baud or 0


def _log_in(answer: Command) -> Steps[Lack | None]:
    heard = yield Step(answer, (Accepted, Rejected, Block, Command))
    if isinstance(heard, Accepted):
        return None
    word = (
        _inner(heard.text) if isinstance(heard, Block) else "NAK" if isinstance(heard, Rejected) else "break"
    )
    return Lack(Outcome.REFUSED, f"login refused: {word}")


def read_value(code: str, argument: str = "") -> Steps[str | Lack]:
    """Read one code in programming mode; the text of the answer, all parts of it."""
    heard = yield Step(Command("R", "1", f"{code}({argument})"), (Block, Rejected, Command))
    return (yield from _answered(code, heard))


def write_value(code: str, argument: str) -> Steps[Lack | None]:
    """Write one code in programming mode."""
    heard = yield Step(Command("W", "1", f"{code}({argument})"), (Accepted, Block, Rejected, Command))
    if isinstance(heard, Accepted):
        return None
    found = yield from _answered(code, heard)
    return found if isinstance(found, Lack) else Lack(Outcome.REFUSED, f"{code}: {_inner(found)}")


def read_values(codes: Sequence[str]) -> Steps[dict[str, str | Lack]]:
    """Read codes one after the other; one that the meter refuses costs only itself."""
    found: dict[str, str | Lack] = {}
    for code in codes:
        found[code] = yield from read_value(code)
    return found


def _answered(code: str, heard: Telegram | None) -> Steps[str | Lack]:
    if not isinstance(heard, Block):
        word = "NAK" if isinstance(heard, Rejected) else "break"
        return Lack(Outcome.REFUSED, f"{code}: {word}")
    text = yield from _parts(heard)
    if isinstance(text, str) and _inner(text).startswith("ER"):
        return Lack(error_outcome(_inner(text)), f"{code}: {_inner(text)}")
    return text


def error_outcome(word: str) -> Outcome:
    """Return what an error means: ERR2 is a code the meter does not know, others refuse (§4.5)."""
    return Outcome.UNSUPPORTED if word == "ERR2" else Outcome.REFUSED


def _parts(block: Block) -> Steps[str | Lack]:
    """Ask for all parts of a long answer."""
    texts = [block.text]
    while block.more:
        if len(texts) == MOST_PARTS:
            return Lack(Outcome.BROKEN, f"an answer of more than {MOST_PARTS} parts")
        following = yield Step(Accepted(), (Block,))
        assert isinstance(following, Block)
        block = following
        texts.append(block.text)
    return "".join(texts)


def _inner(text: str) -> str:
    """What stands in the first parentheses."""
    return text.partition("(")[2].partition(")")[0] if "(" in text else text


def plain_password(password: str) -> Login:
    """Answer every challenge with the password as it is."""
    return lambda _: Command("P", "1", f"({password})")
