"""Commands: what stands behind PSW (vendor extension §3)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.errors import DecodeError, EncodeError
from core.vendor.tails import Wish
from core.vendor.transfer.fields import fields, kind_in, name_bytes, name_in, packed, stretch
from core.vendor.transfer.terms import (
    BURST_BLOCK,
    BURST_QUERY,
    CANCEL,
    DIR,
    FINISH,
    MAP,
    READ_FIRST,
    READ_NEXT,
    WRITE_FIRST,
    WRITE_NEXT,
    Code,
    Kind,
)


@dataclass(frozen=True, slots=True)
class ListFiles:
    """01 DIR: block ``block`` of the directory text, cut to ``size`` bytes."""

    block: int
    size: int

    def encode(self) -> bytes:
        """Return the bytes behind PSW; every ``encode`` here raises ``EncodeError`` for what does not fit."""
        return packed("<BBH", DIR, self.block, self.size)


@dataclass(frozen=True, slots=True)
class ReadFirst:
    """02: open a file for reading and get its first ``size`` bytes."""

    size: int
    name: str

    def encode(self) -> bytes:
        """See `ListFiles.encode`."""
        name = name_bytes(self.name)
        return packed("<BHH", READ_FIRST, self.size, len(name)) + name


@dataclass(frozen=True, slots=True)
class ReadNext:
    """03: ``length`` bytes from unit ``offset`` on."""

    id: int
    offset: int
    length: int

    def encode(self) -> bytes:
        """See `ListFiles.encode`."""
        return packed("<BIHH", READ_NEXT, self.id, self.offset, self.length)


@dataclass(frozen=True, slots=True)
class WriteFirst:
    """04: begin or resume a file of ``size`` bytes; ``data`` is its unit 0."""

    name: str
    size: int
    attributes: int
    """Unix permission bits; without effect."""
    crc: int
    """Check of ``data``."""
    data: bytes
    wish: Wish | None = None

    def encode(self) -> bytes:
        """See `ListFiles.encode`."""
        name = name_bytes(self.name)
        head = packed("<BH", WRITE_FIRST, len(name)) + name
        fields = packed("<IHHH", self.size, self.attributes, self.crc, len(self.data))
        return head + fields + self.data + (self.wish.encode() if self.wish else b"")


@dataclass(frozen=True, slots=True)
class WriteNext:
    """05: one block, from unit ``offset`` on."""

    id: int
    offset: int
    crc: int
    data: bytes

    def encode(self) -> bytes:
        """See `ListFiles.encode`."""
        return packed("<BIHHH", WRITE_NEXT, self.id, self.offset, self.crc, len(self.data)) + self.data


@dataclass(frozen=True, slots=True)
class Finish:
    """06: the transfer is over; ``crc`` is that of the whole file."""

    kind: Kind
    id: int
    crc: int

    def encode(self) -> bytes:
        """See `ListFiles.encode`."""
        return packed("<BBIH", FINISH, self.kind.value, self.id, self.crc)


@dataclass(frozen=True, slots=True)
class Cancel:
    """07: give up; of a write the terminal erases what it has."""

    kind: Kind
    id: int

    def encode(self) -> bytes:
        """See `ListFiles.encode`."""
        return packed("<BBI", CANCEL, self.kind.value, self.id)


@dataclass(frozen=True, slots=True)
class BurstBlock:
    """08: one of many blocks that get one answer, behind the one that says ``last``."""

    id: int
    burst: int
    """Number of the burst, 1..255, then 1 again."""
    index: int
    """Place in the burst, 0..63."""
    last: bool
    offset: int
    crc: int
    data: bytes

    def encode(self) -> bytes:
        """See `ListFiles.encode`."""
        if not 0 <= self.index < 64:
            raise EncodeError(f"{self.index} is no place in a burst of 64", field="index")
        place = self.index | self.last << 7
        head = packed("<BIBBH", BURST_BLOCK, self.id, self.burst, place, self.offset)
        return head + packed("<HH", self.crc, len(self.data)) + self.data


@dataclass(frozen=True, slots=True)
class BurstQuery:
    """09: which of the ``count`` blocks of a burst arrived?"""

    id: int
    burst: int
    count: int

    def encode(self) -> bytes:
        """See `ListFiles.encode`."""
        return packed("<BIBB", BURST_QUERY, self.id, self.burst, self.count)


@dataclass(frozen=True, slots=True)
class MapQuery:
    """0A: which of ``count`` units from ``start`` on are present?"""

    id: int
    start: int
    count: int

    def encode(self) -> bytes:
        """See `ListFiles.encode`."""
        return packed("<BIHH", MAP, self.id, self.start, self.count)


Command = (ListFiles | ReadFirst | ReadNext | WriteFirst | WriteNext | Finish | Cancel | BurstBlock
           | BurstQuery | MapQuery)  # fmt: skip


NUMBERS: dict[type, int] = {
    ListFiles: DIR, ReadFirst: READ_FIRST, ReadNext: READ_NEXT, WriteFirst: WRITE_FIRST,
    WriteNext: WRITE_NEXT, Finish: FINISH, Cancel: CANCEL, BurstBlock: BURST_BLOCK, BurstQuery: BURST_QUERY,
    MapQuery: MAP,
}  # fmt: skip
"""Command byte of each."""


def command_in(content: bytes) -> Command:
    """Read what stands behind PSW. ``DecodeError`` names the field: ``refusal_of`` turns it into a code."""
    (code,) = fields("<B", content, 0, "command")
    read = _COMMANDS.get(code)
    if read is None:
        raise DecodeError(f"{code:02X}H is no command", 0, "command")
    return read(content)


def refusal_of(error: DecodeError) -> Code:
    """Return the code a terminal gives for a command it cannot read."""
    return {"kind": Code.KIND, "length": Code.SIZE}.get(error.field, Code.COMMAND)


def _list_files(content: bytes) -> ListFiles:
    return ListFiles(*fields("<BH", content, 1))


def _read_first(content: bytes) -> ReadFirst:
    size, length = fields("<HH", content, 1)
    return ReadFirst(size, name_in(stretch(content, 5, length)))


def _read_next(content: bytes) -> ReadNext:
    return ReadNext(*fields("<IHH", content, 1))


def _write_first(content: bytes) -> WriteFirst:
    (length,) = fields("<H", content, 1)
    name, at = stretch(content, 3, length), 3 + length
    size, attributes, crc, length = fields("<IHHH", content, at)
    data, behind = stretch(content, at + 10, length), at + 10 + length
    return WriteFirst(name_in(name), size, attributes, crc, data, Wish.found_in(content[behind:]))


def _write_next(content: bytes) -> WriteNext:
    id_, offset, crc, length = fields("<IHHH", content, 1)
    return WriteNext(id_, offset, crc, stretch(content, 11, length))


def _finish(content: bytes) -> Finish:
    kind, id_, crc = fields("<BIH", content, 1)
    return Finish(kind_in(kind, 1), id_, crc)


def _cancel(content: bytes) -> Cancel:
    kind, id_ = fields("<BI", content, 1)
    return Cancel(kind_in(kind, 1), id_)


def _burst_block(content: bytes) -> BurstBlock:
    id_, burst, place, offset, crc, length = fields("<IBBHHH", content, 1)
    if place & 0x40:
        raise DecodeError("D6 of the index is 0", 6, "index")
    data = stretch(content, 13, length)
    return BurstBlock(id_, burst, place & 0x3F, bool(place & 0x80), offset, crc, data)


def _burst_query(content: bytes) -> BurstQuery:
    return BurstQuery(*fields("<IBB", content, 1))


def _map_query(content: bytes) -> MapQuery:
    return MapQuery(*fields("<IHH", content, 1))


_COMMANDS: Mapping[int, Callable[[bytes], Command]] = {
    DIR: _list_files, READ_FIRST: _read_first, READ_NEXT: _read_next, WRITE_FIRST: _write_first,
    WRITE_NEXT: _write_next, FINISH: _finish, CANCEL: _cancel, BURST_BLOCK: _burst_block,
    BURST_QUERY: _burst_query, MAP: _map_query,
}  # fmt: skip
