"""Header of a package file, 256 bytes (vendor extension §5.1) [design]: unit 0 of its transfer."""

import zlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from core.errors import EncodeError
from core.wire.bits import bit, bits
from core.wire.codec import NO_SCOPE, Flaw, Leaf, Scope, fits
from core.wire.formats import U8, U16, U32, Ascii4, Ascii8
from core.wire.leaf import HexNumber, Mask, Octets, Uint
from core.wire.record import Record, item, record
from core.wire.times import Date, Time, bcd_byte, bcd_bytes

MAGIC = b"HX1088PK"
FORMAT = 1
SIZE = 256
CRC_AT = 252
SIGNED_PART = 188
"""Bytes of the header that the signature covers."""
PROGRAM, LIBRARY, BOTH = 1, 2, 3
KINDS = {
    PROGRAM: ("程序", "program"), LIBRARY: ("电表规约库", "meter protocol library"),
    BOTH: ("程序和规约库", "program and library"),
}  # fmt: skip
ANY_VERSION = "0000"


@dataclass(frozen=True, slots=True)
class Version:
    """What AFN09 F1 tells of a program: four characters and a date. Higher means newer (§5.4)."""

    code: str = ANY_VERSION
    day: date | None = None

    @property
    def key(self) -> tuple[bytes, date]:
        """Orders versions: the code as bytes, then the date."""
        return code_key(self.code), self.day or date.min

    def __str__(self) -> str:
        return f"{self.code or ANY_VERSION} of {self.day or 'no date'}"


NO_VERSION = Version()


def code_key(code: str) -> bytes:
    """Order version codes: compared as the bytes that travel."""
    return code.encode("utf-8", "surrogateescape").ljust(4, b"\0")


class ReleaseDay(Date):
    """DD MM YY; zeros for a part that the package has not."""

    def load(self, data: bytes, at: int) -> Any:
        """No date for zeros."""
        return super().load(data, at) if any(data[at : at + 3]) else None

    def dump(self, value: Any, scope: Scope = NO_SCOPE) -> bytes:
        """Zeros for no date."""
        return bytes(3) if value is None else super().dump(value, scope)


class BuildTime(Time):
    """ss mm hh DD MM YY."""

    size = 6
    length = 19
    example = "2026-11-15T08:30:00"

    def join(self, raw: bytes) -> datetime:
        """Build the time."""
        second, minute, hour, day, month, year = map(bcd_byte, raw)
        return datetime(2000 + year, month, day, hour, minute, second)

    def split(self, value: datetime) -> bytes:
        """Whole seconds."""
        if value.microsecond:
            raise EncodeError("whole seconds expected")
        return bcd_bytes(value.second, value.minute, value.hour, value.day, value.month, value.year - 2000)

    def parse(self, text: str) -> datetime:
        """ISO 8601."""
        return datetime.fromisoformat(text)


class Utf8(Leaf):
    """Text in UTF-8, padded with 00H."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.length = size

    def load(self, data: bytes, at: int) -> str:
        """Drop the padding; refuse what is no UTF-8, and signs that would move a cursor."""
        raw = data[at : at + (self.size or 0)].rstrip(b"\0")
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Flaw(f"not UTF-8 from byte {error.start} on") from error
        if text and not text.isprintable():
            raise Flaw("holds signs that cannot be printed")
        return text

    def dump(self, value: Any, scope: Scope = NO_SCOPE) -> bytes:
        """Refuse what is too long in bytes, or would not be read back."""
        fits(value, str, "a text")
        raw = value.encode("utf-8", "surrogatepass")
        if len(raw) > (self.size or 0):
            raise EncodeError(f"{len(raw)} bytes of UTF-8, at most {self.size} fit")
        if value and not value.isprintable():
            raise EncodeError("the text holds signs that cannot be printed")
        return raw.ljust(self.size or 0, b"\0")

    def read(self, text: str) -> str:
        """The text itself."""
        return self.checked(text)


@bits(2)
class PackageFlags:
    """Bytes 22 and 23."""

    signed: bool = bit(0, "已签名", "Signed")
    spare: int = bit(1, "备用", "Spare", width=15)


@record
class Header(Record):
    """All of the header; ``crc`` is taken as it is, `sealed` makes it right."""

    magic: Annotated[bytes, Octets(8)] = item("标识", "Magic")
    format: U8 = item("格式", "Format")
    kind: Annotated[int, Uint(1, choices=KINDS)] = item("类型", "Kind")
    length: U16 = item("头长度", "Header length")
    product: Ascii8 = item("产品", "Product")
    hardware: Annotated[frozenset[int], Mask(2, first=0)] = item("适用硬件", "Hardware")
    flags: PackageFlags = item("标志", "Flags")
    program: Ascii4 = item("程序版本", "Program version")
    program_day: Annotated[date | None, ReleaseDay()] = item("程序日期", "Program date")
    program_spare: U8 = item("备用", "Spare")
    minimum: Ascii4 = item("最低原版本", "Minimum old version")
    library: Ascii4 = item("规约库版本", "Library version")
    library_day: Annotated[date | None, ReleaseDay()] = item("规约库日期", "Library date")
    library_spare: U8 = item("备用", "Spare")
    maker: Ascii4 = item("厂商", "Maker")
    body: U32 = item("正文长度", "Body length")
    body_crc: Annotated[int, HexNumber(2)] = item("正文CRC", "Body CRC")
    sections: U16 = item("段数", "Sections")
    built: Annotated[datetime | None, BuildTime()] = item("生成时间", "Build time")
    spare: U16 = item("备用", "Spare")
    digest: Annotated[bytes, Octets(32)] = item("正文SHA-256", "SHA-256 of the body")
    key_id: Annotated[bytes, Octets(8)] = item("密钥标识", "Key id")
    note: Annotated[str, Utf8(84)] = item("说明", "Note")
    signature: Annotated[bytes, Octets(64)] = item("签名", "Signature")
    crc: Annotated[int, HexNumber(4)] = item("头CRC-32", "Header CRC-32")

    @property
    def program_version(self) -> Version:
        """Of kinds 1 and 3."""
        return Version(self.program, self.program_day)

    @property
    def library_version(self) -> Version:
        """Of kinds 2 and 3."""
        return Version(self.library, self.library_day)


def sealed(raw: bytes) -> bytes:
    """Return the header with its CRC-32 made again."""
    return raw[:CRC_AT] + zlib.crc32(raw[:CRC_AT]).to_bytes(4, "little")


def is_sealed(raw: bytes) -> bool:
    """Tell whether the CRC-32 of the header fits."""
    return len(raw) >= SIZE and sealed(raw[:SIZE]) == raw[:SIZE]


def is_header(raw: bytes) -> bool:
    """Tell whether a unit 0 begins a package of this format, whatever else may be wrong with it."""
    return raw[:8] == MAGIC and raw[8:9] == bytes([FORMAT]) and raw[10:12] == SIZE.to_bytes(2, "little")
