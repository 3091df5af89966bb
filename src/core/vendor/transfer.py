"""File transfer, code 0E (vendor extension §3): every command and answer; sans-IO, both directions.

A command is what stands behind PSW, an answer what stands behind EXT. Its byte is that of the command with
80H, with C0H where the terminal refuses. Offsets are counted in units of 256 bytes, numbers go low byte
first, and bytes behind the last field are left to later builds. CRCs travel as given here: which kind a
transfer has is decided by its first block (§3.1), not by the codec.
"""

import re
import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum

from core.errors import DecodeError, EncodeError
from core.vendor.tails import Grant, Wish

UNIT = 256
"""Bytes an offset number counts."""
LARGEST = 65_535 * UNIT
"""Bytes of the largest file: the counts have two bytes."""
LONGEST_NAME = 64
DIR, READ_FIRST, READ_NEXT, WRITE_FIRST, WRITE_NEXT, FINISH, CANCEL = range(1, 8)
BURST_BLOCK, BURST_QUERY, MAP = 8, 9, 10
ANSWERED, REFUSED = 0x80, 0xC0


class Kind(Enum):
    """Which transfer finish and cancel speak of."""

    DIR = 1
    READ = 2
    WRITE = 3


class Code(IntEnum):
    """Why a command is refused (§3.3)."""

    OK = 0
    PATH_NAME = 1
    OPEN = 2
    READ = 3
    WRITE = 4
    FILE_ID = 5
    OFFSET = 6
    SIZE = 7
    KIND = 8
    CRC = 9
    COMMAND = 10
    MEMORY = 11
    PERMISSION = 12
    BUSY = 13
    SPACE = 14
    MODE = 15


def units_of(size: int) -> int:
    """Return how many units a file or block of ``size`` bytes takes."""
    return -(-size // UNIT)


def plain_name(name: str) -> str | None:
    """Return the part of a path that is stored, ``None`` for one that gets `Code.PATH_NAME` (§3.1, §3.10)."""
    last = re.split(r"[/\\]", name)[-1]
    fits = re.fullmatch(rf"[A-Za-z0-9._-]{{1,{LONGEST_NAME}}}", last)
    return last if fits and ".." not in name else None


def bitmap_of(present: Iterable[bool]) -> bytes:
    """Pack one bit per block, the first in the lowest bit of the first byte (§3.8, §3.9)."""
    flags = list(present)
    packed = bytearray(-(-len(flags) // 8))
    for index, flag in enumerate(flags):
        packed[index >> 3] |= flag << (index & 7)
    return bytes(packed)


def bits_of(bitmap: bytes, count: int) -> tuple[bool, ...]:
    """Unpack the first ``count`` bits; those that the bitmap has no byte for are not set."""
    return tuple(index >> 3 < len(bitmap) and bool(bitmap[index >> 3] >> (index & 7) & 1)
                 for index in range(count))  # fmt: skip


# Commands ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ListFiles:
    """01 DIR: block ``block`` of the directory text, cut to ``size`` bytes."""

    block: int
    size: int

    def encode(self) -> bytes:
        """Return the bytes behind PSW; every ``encode`` here raises ``EncodeError`` for what does not fit."""
        return _packed("<BBH", DIR, self.block, self.size)


@dataclass(frozen=True, slots=True)
class ReadFirst:
    """02: open a file for reading and get its first ``size`` bytes."""

    size: int
    name: str

    def encode(self) -> bytes:
        """See `ListFiles.encode`."""
        name = _name_bytes(self.name)
        return _packed("<BHH", READ_FIRST, self.size, len(name)) + name


@dataclass(frozen=True, slots=True)
class ReadNext:
    """03: ``length`` bytes from unit ``offset`` on."""

    id: int
    offset: int
    length: int

    def encode(self) -> bytes:
        """See `ListFiles.encode`."""
        return _packed("<BIHH", READ_NEXT, self.id, self.offset, self.length)


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
        name = _name_bytes(self.name)
        head = _packed("<BH", WRITE_FIRST, len(name)) + name
        fields = _packed("<IHHH", self.size, self.attributes, self.crc, len(self.data))
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
        return _packed("<BIHHH", WRITE_NEXT, self.id, self.offset, self.crc, len(self.data)) + self.data


@dataclass(frozen=True, slots=True)
class Finish:
    """06: the transfer is over; ``crc`` is that of the whole file."""

    kind: Kind
    id: int
    crc: int

    def encode(self) -> bytes:
        """See `ListFiles.encode`."""
        return _packed("<BBIH", FINISH, self.kind.value, self.id, self.crc)


@dataclass(frozen=True, slots=True)
class Cancel:
    """07: give up; of a write the terminal erases what it has."""

    kind: Kind
    id: int

    def encode(self) -> bytes:
        """See `ListFiles.encode`."""
        return _packed("<BBI", CANCEL, self.kind.value, self.id)


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
        head = _packed("<BIBBH", BURST_BLOCK, self.id, self.burst, place, self.offset)
        return head + _packed("<HH", self.crc, len(self.data)) + self.data


@dataclass(frozen=True, slots=True)
class BurstQuery:
    """09: which of the ``count`` blocks of a burst arrived?"""

    id: int
    burst: int
    count: int

    def encode(self) -> bytes:
        """See `ListFiles.encode`."""
        return _packed("<BIBB", BURST_QUERY, self.id, self.burst, self.count)


@dataclass(frozen=True, slots=True)
class MapQuery:
    """0A: which of ``count`` units from ``start`` on are present?"""

    id: int
    start: int
    count: int

    def encode(self) -> bytes:
        """See `ListFiles.encode`."""
        return _packed("<BIHH", MAP, self.id, self.start, self.count)


Command = (ListFiles | ReadFirst | ReadNext | WriteFirst | WriteNext | Finish | Cancel | BurstBlock
           | BurstQuery | MapQuery)  # fmt: skip


# Answers ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FileList:
    """81: a piece of the directory text, which has ``total`` bytes."""

    total: int
    data: bytes

    def encode(self) -> bytes:
        """See `ListFiles.encode`; an answer is what stands behind EXT."""
        return _packed("<BHH", ANSWERED + DIR, self.total, len(self.data)) + self.data


@dataclass(frozen=True, slots=True)
class ReadBegun:
    """82: the file is open; its size and first bytes with their CRC."""

    id: int
    size: int
    crc: int
    data: bytes

    def encode(self) -> bytes:
        """See `FileList.encode`."""
        head = _packed("<BIIHH", ANSWERED + READ_FIRST, self.id, self.size, self.crc, len(self.data))
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
        head = _packed("<BIHHH", ANSWERED + READ_NEXT, self.id, self.offset, self.crc, len(self.data))
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
        head = _packed("<BIHB", ANSWERED + WRITE_FIRST, self.id, self.offset, self.result)
        return head + (self.grant.encode() if self.grant else b"")


@dataclass(frozen=True, slots=True)
class Written:
    """85: the block of unit ``offset`` is stored."""

    id: int
    offset: int
    result: int = 0

    def encode(self) -> bytes:
        """See `FileList.encode`."""
        return _packed("<BIHB", ANSWERED + WRITE_NEXT, self.id, self.offset, self.result)


@dataclass(frozen=True, slots=True)
class Finished:
    """86: the file is whole; ``last`` is the verdict on the package (§5.5), 0 from a maker's terminal."""

    kind: Kind
    id: int
    crc: int
    last: int

    def encode(self) -> bytes:
        """See `FileList.encode`."""
        return _packed("<BBIHB", ANSWERED + FINISH, self.kind.value, self.id, self.crc, self.last)


@dataclass(frozen=True, slots=True)
class Cancelled:
    """87: given up."""

    kind: Kind
    id: int

    def encode(self) -> bytes:
        """See `FileList.encode`."""
        return _packed("<BBIB", ANSWERED + CANCEL, self.kind.value, self.id, 0)


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
        head = _packed("<BIBBB", ANSWERED + command, self.id, self.burst, self.count, self.result)
        return head + _packed("<HH", self.first_missing, self.missing) + _whole(self.bitmap, self.count)


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
        head = _packed("<BIHH", ANSWERED + MAP, self.id, self.start, self.count)
        return head + _whole(self.bitmap, self.count)


@dataclass(frozen=True, slots=True)
class Refused:
    """Command with C0H: refused, with a `Code`, or a number only the maker knows.

    ``command`` is that of the answer; a maker's terminal may refuse write first as 2 (§3.3).
    """

    command: int
    code: int

    def encode(self) -> bytes:
        """See `FileList.encode`."""
        return _packed("<BB", REFUSED | self.command, self.code)


TransferAnswer = (FileList | ReadBegun | ReadGone | WriteBegun | Written | Finished | Cancelled | BurstState
                  | MapPart | Refused)  # fmt: skip


# Reading ----------------------------------------------------------------------------------------------------


def command_in(content: bytes) -> Command:
    """Read what stands behind PSW. ``DecodeError`` names the field: ``refusal_of`` turns it into a code."""
    (code,) = _fields("<B", content, 0, "command")
    read = _COMMANDS.get(code)
    if read is None:
        raise DecodeError(f"{code:02X}H is no command", 0, "command")
    return read(content)


def answer_in(content: bytes) -> TransferAnswer:
    """Read what stands behind EXT; ``DecodeError`` for what is no answer of the file transfer."""
    (code,) = _fields("<B", content, 0, "answer")
    if code & REFUSED == REFUSED:
        (reason,) = _fields("<B", content, 1, "code")
        return Refused(code & 0x3F, Code(reason) if reason in set(Code) else reason)
    read = _ANSWERS.get(code - ANSWERED)
    if read is None:
        raise DecodeError(f"{code:02X}H is no answer", 0, "answer")
    return read(content)


def refusal_of(error: DecodeError) -> Code:
    """Return the code a terminal gives for a command it cannot read."""
    return {"kind": Code.KIND, "length": Code.SIZE}.get(error.field, Code.COMMAND)


def _packed(layout: str, *values: int) -> bytes:
    try:
        return struct.pack(layout, *values)
    except struct.error as error:
        raise EncodeError(f"a number does not fit its field: {error}", field="transfer") from error


def _fields(layout: str, content: bytes, at: int, name: str = "") -> tuple[int, ...]:
    size = struct.calcsize(layout)
    if len(content) < at + size:
        raise DecodeError(f"needs {size} bytes, {max(0, len(content) - at)} are left", at, name)
    return struct.unpack_from(layout, content, at)


def _stretch(content: bytes, at: int, length: int) -> bytes:
    """Bytes whose length stands in front of them."""
    if len(content) < at + length:
        raise DecodeError(f"length {length}, {len(content) - at} bytes are left", at - 2, "length")
    return content[at : at + length]


def _name_bytes(name: str) -> bytes:
    """Names of a maker's terminal may be of any encoding; odd bytes travel as they came."""
    return name.encode("utf-8", "surrogateescape")


def _name(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _whole(bitmap: bytes, count: int) -> bytes:
    if len(bitmap) != -(-count // 8):
        raise EncodeError(f"{count} bits take {-(-count // 8)} bytes, not {len(bitmap)}", field="bitmap")
    return bitmap


def _kind(value: int, at: int) -> Kind:
    try:
        return Kind(value)
    except ValueError:
        raise DecodeError(f"{value} is no kind of transfer", at, "kind") from None


def _list_files(content: bytes) -> ListFiles:
    return ListFiles(*_fields("<BH", content, 1))


def _read_first(content: bytes) -> ReadFirst:
    size, length = _fields("<HH", content, 1)
    return ReadFirst(size, _name(_stretch(content, 5, length)))


def _read_next(content: bytes) -> ReadNext:
    return ReadNext(*_fields("<IHH", content, 1))


def _write_first(content: bytes) -> WriteFirst:
    (length,) = _fields("<H", content, 1)
    name, at = _stretch(content, 3, length), 3 + length
    size, attributes, crc, length = _fields("<IHHH", content, at)
    data, behind = _stretch(content, at + 10, length), at + 10 + length
    return WriteFirst(_name(name), size, attributes, crc, data, Wish.found_in(content[behind:]))


def _write_next(content: bytes) -> WriteNext:
    id_, offset, crc, length = _fields("<IHHH", content, 1)
    return WriteNext(id_, offset, crc, _stretch(content, 11, length))


def _finish(content: bytes) -> Finish:
    kind, id_, crc = _fields("<BIH", content, 1)
    return Finish(_kind(kind, 1), id_, crc)


def _cancel(content: bytes) -> Cancel:
    kind, id_ = _fields("<BI", content, 1)
    return Cancel(_kind(kind, 1), id_)


def _burst_block(content: bytes) -> BurstBlock:
    id_, burst, place, offset, crc, length = _fields("<IBBHHH", content, 1)
    if place & 0x40:
        raise DecodeError("D6 of the index is 0", 6, "index")
    data = _stretch(content, 13, length)
    return BurstBlock(id_, burst, place & 0x3F, bool(place & 0x80), offset, crc, data)


def _burst_query(content: bytes) -> BurstQuery:
    return BurstQuery(*_fields("<IBB", content, 1))


def _map_query(content: bytes) -> MapQuery:
    return MapQuery(*_fields("<IHH", content, 1))


_COMMANDS: Mapping[int, Callable[[bytes], Command]] = {
    DIR: _list_files, READ_FIRST: _read_first, READ_NEXT: _read_next, WRITE_FIRST: _write_first,
    WRITE_NEXT: _write_next, FINISH: _finish, CANCEL: _cancel, BURST_BLOCK: _burst_block,
    BURST_QUERY: _burst_query, MAP: _map_query,
}  # fmt: skip


def _file_list(content: bytes) -> FileList:
    total, length = _fields("<HH", content, 1)
    return FileList(total, _stretch(content, 5, length))


def _read_begun(content: bytes) -> ReadBegun:
    id_, size, crc, length = _fields("<IIHH", content, 1)
    return ReadBegun(id_, size, crc, _stretch(content, 13, length))


def _read_gone(content: bytes) -> ReadGone:
    id_, offset, crc, length = _fields("<IHHH", content, 1)
    return ReadGone(id_, offset, crc, _stretch(content, 11, length))


def _write_begun(content: bytes) -> WriteBegun:
    return WriteBegun(*_fields("<IHB", content, 1), grant=Grant.found_in(content[8:]))


def _written(content: bytes) -> Written:
    return Written(*_fields("<IHB", content, 1))


def _finished(content: bytes) -> Finished:
    kind, id_, crc, last = _fields("<BIHB", content, 1)
    return Finished(_kind(kind, 1), id_, crc, last)


def _cancelled(content: bytes) -> Cancelled:
    kind, id_, _ = _fields("<BIB", content, 1)
    return Cancelled(_kind(kind, 1), id_)


def _burst_state(content: bytes) -> BurstState:
    id_, burst, count, result, first_missing, missing = _fields("<IBBBHH", content, 1)
    bitmap = _bitmap(content, 12, count)
    query = content[0] == ANSWERED + BURST_QUERY
    return BurstState(query, id_, burst, count, result, first_missing, missing, bitmap)


def _map_part(content: bytes) -> MapPart:
    id_, start, count = _fields("<IHH", content, 1)
    return MapPart(id_, start, count, _bitmap(content, 9, count))


def _bitmap(content: bytes, at: int, count: int) -> bytes:
    size = -(-count // 8)
    if len(content) < at + size:
        raise DecodeError(f"{count} bits need {size} bytes, {len(content) - at} are left", at, "bitmap")
    return content[at : at + size]


_ANSWERS: Mapping[int, Callable[[bytes], TransferAnswer]] = {
    DIR: _file_list, READ_FIRST: _read_begun, READ_NEXT: _read_gone, WRITE_FIRST: _write_begun,
    WRITE_NEXT: _written, FINISH: _finished, CANCEL: _cancelled, BURST_BLOCK: _burst_state,
    BURST_QUERY: _burst_state, MAP: _map_part,
}  # fmt: skip
