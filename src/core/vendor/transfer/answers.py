"""Answers: what stands behind EXT (vendor extension §3)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.errors import DecodeError
from core.vendor.tails import Grant
from core.vendor.transfer.bitmap import bitmap_in, bits_of, whole
from core.vendor.transfer.fields import fields, kind_in, packed, stretch
from core.vendor.transfer.terms import (
    ANSWERED,
    BURST_BLOCK,
    BURST_QUERY,
    CANCEL,
    DIR,
    FINISH,
    MAP,
    READ_FIRST,
    READ_NEXT,
    REFUSED,
    WRITE_FIRST,
    WRITE_NEXT,
    Code,
    Kind,
)


@dataclass(frozen=True, slots=True)
class FileList:
    """81: a piece of the directory text, which has ``total`` bytes."""

    total: int
    data: bytes

    def encode(self) -> bytes:
        """Return the bytes behind EXT; every ``encode`` here raises ``EncodeError`` for what does not fit."""
        return packed("<BHH", ANSWERED + DIR, self.total, len(self.data)) + self.data


@dataclass(frozen=True, slots=True)
class ReadBegun:
    """82: the file is open; its size and first bytes with their CRC."""

    id: int
    size: int
    crc: int
    data: bytes

    def encode(self) -> bytes:
        """See `FileList.encode`."""
        head = packed("<BIIHH", ANSWERED + READ_FIRST, self.id, self.size, self.crc, len(self.data))
        return head + self.data


@dataclass(frozen=True, slots=True)
class ReadGone:
    """83: bytes from unit ``offset`` on; fewer than asked for are allowed, none at the end."""

    id: int
    offset: int
    crc: int
    data: bytes

    def encode(self) -> bytes:
        """See `FileList.encode`."""
        head = packed("<BIHHH", ANSWERED + READ_NEXT, self.id, self.offset, self.crc, len(self.data))
        return head + self.data


@dataclass(frozen=True, slots=True)
class WriteBegun:
    """84: the file's id and the first missing unit; 0 for a new file without tail (§3.5)."""

    id: int
    offset: int
    result: int = 0
    grant: Grant | None = None

    def encode(self) -> bytes:
        """See `FileList.encode`."""
        head = packed("<BIHB", ANSWERED + WRITE_FIRST, self.id, self.offset, self.result)
        return head + (self.grant.encode() if self.grant else b"")


@dataclass(frozen=True, slots=True)
class Written:
    """85: the block of unit ``offset`` is stored."""

    id: int
    offset: int
    result: int = 0

    def encode(self) -> bytes:
        """See `FileList.encode`."""
        return packed("<BIHB", ANSWERED + WRITE_NEXT, self.id, self.offset, self.result)


@dataclass(frozen=True, slots=True)
class Finished:
    """86: the file is whole; ``last`` is the verdict on the package (§5.5), 0 from a maker's terminal."""

    kind: Kind
    id: int
    crc: int
    last: int

    def encode(self) -> bytes:
        """See `FileList.encode`."""
        return packed("<BBIHB", ANSWERED + FINISH, self.kind.value, self.id, self.crc, self.last)


@dataclass(frozen=True, slots=True)
class Cancelled:
    """87: given up."""

    kind: Kind
    id: int

    def encode(self) -> bytes:
        """See `FileList.encode`."""
        return packed("<BBIB", ANSWERED + CANCEL, self.kind.value, self.id, 0)


@dataclass(frozen=True, slots=True)
class BurstState:
    """88 behind a burst, 89 to a query: what of it is stored."""

    query: bool
    id: int
    burst: int
    count: int
    result: int
    """0, or the `Code` that stops storing."""
    first_missing: int
    """Of the whole file; the number of its units when it is complete."""
    missing: int
    bitmap: bytes

    @property
    def stored(self) -> frozenset[int]:
        """Places in the burst that are stored."""
        return frozenset(i for i, bit in enumerate(bits_of(self.bitmap, self.count)) if bit)

    def encode(self) -> bytes:
        """See `FileList.encode`."""
        command = BURST_QUERY if self.query else BURST_BLOCK
        head = packed("<BIBBB", ANSWERED + command, self.id, self.burst, self.count, self.result)
        return head + packed("<HH", self.first_missing, self.missing) + whole(self.bitmap, self.count)


@dataclass(frozen=True, slots=True)
class MapPart:
    """8A: which of ``count`` units from ``start`` on are present."""

    id: int
    start: int
    count: int
    bitmap: bytes

    @property
    def present(self) -> frozenset[int]:
        """Units that are there."""
        bits = bits_of(self.bitmap, self.count)
        return frozenset(self.start + i for i, bit in enumerate(bits) if bit)

    def encode(self) -> bytes:
        """See `FileList.encode`."""
        head = packed("<BIHH", ANSWERED + MAP, self.id, self.start, self.count)
        return head + whole(self.bitmap, self.count)


@dataclass(frozen=True, slots=True)
class Refused:
    """Command with C0H: refused, with a `Code`, or a number only the maker knows.

    ``command`` is that of the answer; a maker's terminal may refuse write first as 2 (§3.3).
    """

    command: int
    code: int

    def encode(self) -> bytes:
        """See `FileList.encode`."""
        return packed("<BB", REFUSED | self.command, self.code)


TransferAnswer = (FileList | ReadBegun | ReadGone | WriteBegun | Written | Finished | Cancelled | BurstState
                  | MapPart | Refused)  # fmt: skip


def answer_in(content: bytes) -> TransferAnswer:
    """Read what stands behind EXT; ``DecodeError`` for what is no answer of the file transfer."""
    (code,) = fields("<B", content, 0, "answer")
    if code & REFUSED == REFUSED:
        (reason,) = fields("<B", content, 1, "code")
        return Refused(code & 0x3F, Code(reason) if reason in set(Code) else reason)
    read = _ANSWERS.get(code - ANSWERED)
    if read is None:
        raise DecodeError(f"{code:02X}H is no answer", 0, "answer")
    return read(content)


def _file_list(content: bytes) -> FileList:
    total, length = fields("<HH", content, 1)
    return FileList(total, stretch(content, 5, length))


def _read_begun(content: bytes) -> ReadBegun:
    id_, size, crc, length = fields("<IIHH", content, 1)
    return ReadBegun(id_, size, crc, stretch(content, 13, length))


def _read_gone(content: bytes) -> ReadGone:
    id_, offset, crc, length = fields("<IHHH", content, 1)
    return ReadGone(id_, offset, crc, stretch(content, 11, length))


def _write_begun(content: bytes) -> WriteBegun:
    return WriteBegun(*fields("<IHB", content, 1), grant=Grant.found_in(content[8:]))


def _written(content: bytes) -> Written:
    return Written(*fields("<IHB", content, 1))


def _finished(content: bytes) -> Finished:
    kind, id_, crc, last = fields("<BIHB", content, 1)
    return Finished(kind_in(kind, 1), id_, crc, last)


def _cancelled(content: bytes) -> Cancelled:
    kind, id_, _ = fields("<BIB", content, 1)
    return Cancelled(kind_in(kind, 1), id_)


def _burst_state(content: bytes) -> BurstState:
    id_, burst, count, result, first_missing, missing = fields("<IBBBHH", content, 1)
    bitmap = bitmap_in(content, 12, count)
    query = content[0] == ANSWERED + BURST_QUERY
    return BurstState(query, id_, burst, count, result, first_missing, missing, bitmap)


def _map_part(content: bytes) -> MapPart:
    id_, start, count = fields("<IHH", content, 1)
    return MapPart(id_, start, count, bitmap_in(content, 9, count))


_ANSWERS: Mapping[int, Callable[[bytes], TransferAnswer]] = {
    DIR: _file_list, READ_FIRST: _read_begun, READ_NEXT: _read_gone, WRITE_FIRST: _write_begun,
    WRITE_NEXT: _written, FINISH: _finished, CANCEL: _cancelled, BURST_BLOCK: _burst_state,
    BURST_QUERY: _burst_state, MAP: _map_part,
}  # fmt: skip
