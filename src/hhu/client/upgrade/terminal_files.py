"""Files that lie on the terminal: its directory, and fetching a log (vendor extension §3.2, §3.10)."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from core.errors import DecodeError, DeniedError, UsageError
from core.gdw376.request import Request
from core.gdw376.trailer import VENDOR_AFN
from core.vendor.crc import CrcKind
from core.vendor.dissect_transfer import CODES
from core.vendor.envelope import TRANSFER, Order, Outcome, Result
from core.vendor.transfer.answers import FileList, Finished, ReadBegun, ReadGone, Refused, answer_in
from core.vendor.transfer.commands import Command, Finish, ListFiles, ReadFirst, ReadNext
from core.vendor.transfer.terms import UNIT, Code, Kind
from hhu.client.terminal import TerminalClient
from hhu.client.upgrade.asking import high

A = TypeVar("A")
PIECE = 4 * UNIT
"""Bytes asked for at once: the most that a serial line gives."""
REFUSALS = {int(code): english for code, (_, english) in CODES.items()}
NEXT = "Take a file of kind L that the terminal lists; packages are not given out."


@dataclass(frozen=True, slots=True)
class TerminalFile:
    """One line of the terminal's directory."""

    name: str
    size: int
    """Bytes."""
    crc: int
    """Of the whole file."""
    at: datetime
    """By the terminal's clock."""
    kind: str
    """``P`` package, ``D`` parameter file, ``L`` log."""

    @classmethod
    def of(cls, line: str) -> "TerminalFile":
        """Read ``name,size,mode,crc,yymmddhhmm,kind``; ``DecodeError`` when it is none."""
        fields = line.split(",")
        try:
            name, size, _, crc, at, kind = fields
            return cls(name, int(size), int(crc, 16), datetime.strptime(at, "%y%m%d%H%M"), kind)
        except ValueError as error:
            raise DecodeError(f"no line of a directory: {line[:40]!r}", 0) from error


async def files_of(client: TerminalClient) -> tuple[TerminalFile, ...]:
    """Return the directory.

    ``UsageError`` when it is refused, ``SilenceError`` from an original terminal: it has none.
    """
    text = b""
    while True:
        part = await _asked(client, ListFiles(len(text) // PIECE, PIECE), FileList)
        text += part.data
        if len(text) >= part.total or len(part.data) < PIECE:
            return tuple(TerminalFile.of(line) for line in text.decode("ascii", "replace").splitlines())


async def fetch_file(client: TerminalClient, name: str) -> bytes:
    """Read a whole file; ``UsageError`` when it cannot be read, ``DecodeError`` when a piece is damaged."""
    begun = await _asked(client, ReadFirst(PIECE, name), ReadBegun)
    content = _checked(begun.data, begun.crc)
    while len(content) < begun.size:
        start = len(content) // UNIT
        gone = await _asked(client, ReadNext(begun.id, start, PIECE), ReadGone)
        piece = _checked(gone.data, gone.crc)
        if gone.offset != start or start * UNIT + len(piece) <= len(content):
            raise DecodeError(f"nothing new came behind unit {start}", 0)
        content = content[: start * UNIT] + piece
    await _asked(client, Finish(Kind.READ, begun.id, CrcKind.X25.of(content)), Finished)
    return content


def _checked(data: bytes, crc: int) -> bytes:
    if crc not in {kind.of(data) for kind in CrcKind}:
        raise DecodeError("a piece of the file does not fit its CRC", 0)
    return data


async def _asked(client: TerminalClient, command: Command, kind: type[A]) -> A:
    password = await client.passwords.fetch(client.address, high(client))
    order = Order(TRANSFER, command.encode(), password)
    reply = await client.link.request(Request(client.address, VENDOR_AFN, (order.encode(),), retries=2))
    if reply.denial:
        raise reply.denial
    answer = answer_in(Outcome.decode(reply.payload).content)
    if isinstance(answer, Refused):
        if answer.code == Code.PERMISSION:
            client.passwords.refuse(client.address, high(client), password)
            raise DeniedError(VENDOR_AFN, Result.PASSWORD.value)
        raise UsageError(f"The terminal refuses: {REFUSALS.get(answer.code, 'unknown')}.", NEXT)
    if not isinstance(answer, kind):
        raise DecodeError("an answer to something else", 0)
    client.passwords.accept(client.address, high(client), password)
    return answer
