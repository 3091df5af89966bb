"""Code 0E: commands of the file transfer through the door (vendor extension §1.6, part 3)."""

from core.errors import DecodeError, EncodeError
from core.service.order import Order as Call
from core.service.vendor_door import refusal
from core.terminal.access import Rank
from core.terminal.concentrator import Concentrator
from core.terminal.upgrade.limits import Link, limits_of
from core.vendor.envelope import TRANSFER, Order, Outcome
from core.vendor.transfer.answers import Refused, TransferAnswer
from core.vendor.transfer.commands import (
    NUMBERS,
    Cancel,
    Command,
    Finish,
    ListFiles,
    ReadFirst,
    ReadNext,
    WriteFirst,
    command_in,
    refusal_of,
)
from core.vendor.transfer.terms import BURST_BLOCK, Code, Kind

LAST_AT, LAST = 6, 0x80
"""Where a burst block says that it is the last."""
COMMAND = 0x3F


def transfer(terminal: Concentrator, call: Call, order: Order) -> Outcome | None:
    """Answer a command; inside a burst nothing is said, not even about a block that cannot be read."""
    answer = _answer(terminal, call, order)
    return None if answer is None else Outcome(TRANSFER, answer.encode(), order.maker)


def _answer(terminal: Concentrator, call: Call, order: Order) -> TransferAnswer | None:
    try:
        command = command_in(order.content)
    except (DecodeError, EncodeError) as error:
        return _unreadable(order.content, error)
    if not _permitted(terminal, call, order, command):
        return Refused(NUMBERS[type(command)], Code.PERMISSION)
    link = Link(call.channel, limits_of(call.channel, serial=call.serial))
    return terminal.download.files.handle(command, link)


def _unreadable(content: bytes, error: DecodeError | EncodeError) -> Refused | None:
    number = content[0] if content else 0
    if number == BURST_BLOCK and not (len(content) > LAST_AT and content[LAST_AT] & LAST):
        return None
    code = refusal_of(error) if isinstance(error, DecodeError) else Code.COMMAND
    return Refused(number & COMMAND, code)


def _permitted(terminal: Concentrator, call: Call, order: Order, command: Command) -> bool:
    """Reading needs a password, writing the high one at its ends; blocks are known by their id."""
    match command:
        case ListFiles() | ReadFirst() | ReadNext():
            return refusal(terminal, call, order, Rank.LOW) is None
        case WriteFirst():
            outside = not terminal.download.active
            return refusal(terminal, call, order, Rank.HIGH, switch=outside) is None
        case Finish(kind=Kind.WRITE) | Cancel(kind=Kind.WRITE):
            return _ends(terminal, call, order)
        case Finish() | Cancel():
            return refusal(terminal, call, order, Rank.LOW) is None
        case _:
            return True


def _ends(terminal: Concentrator, call: Call, order: Order) -> bool:
    """One wrong try for each transfer, which then hears no other one (§1.6)."""
    running = terminal.download.files.receiving.open
    if running is not None and running.mistrusted:
        return False
    passed = refusal(terminal, call, order, Rank.HIGH) is None
    if running is not None and not passed:
        running.mistrusted = True
    return passed
