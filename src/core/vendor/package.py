"""Package file ``.hxp`` (vendor extension §5) [design]: built, signed and judged.

Header 256 bytes, then sections. The order of the checks is the law of V1: what fails first is the reason, a
body is not parsed before it is trusted, and nothing from it is ever executed.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum

from core.errors import DecodeError, EncodeError
from core.vendor import header as layout
from core.vendor.crc import CrcKind
from core.vendor.header import (
    ANY_VERSION,
    BOTH,
    LIBRARY,
    MAGIC,
    NO_VERSION,
    PROGRAM,
    SIZE,
    Header,
    PackageFlags,
    Version,
    code_key,
    is_header,
    is_sealed,
    sealed,
)
from core.vendor.sections import Section, body_of, judge, sections_in
from core.vendor.signature import KEY_ID, is_signed, signed
from core.vendor.transfer.terms import LARGEST

PRODUCT, MAKER = "HX1088", "CLOU"
LONGEST_BODY = LARGEST - SIZE
MOST_KEYS = 4
"""Public keys a terminal holds."""


class Reason(IntEnum):
    """Why a package is not installed (§5.5): last byte of 86, E0 and the log."""

    OK = 0
    NO_DISK = 1
    MOUNT_FAILED = 2
    NO_PROGRAM = 3
    PRODUCT = 4
    HARDWARE = 5
    SIZE = 6
    CRC = 7
    HASH = 8
    SIGNATURE = 9
    OLD_VERSION = 10
    DISK_REMOVED = 11
    NO_SPACE = 12
    STORE = 13
    SAME_VERSION = 14


REASONS: dict[int, tuple[str, str]] = {
    Reason.OK: ("通过", "ok"), Reason.NO_DISK: ("无U盘", "No disk"),
    Reason.MOUNT_FAILED: ("挂载失败", "Mount failed"), Reason.NO_PROGRAM: ("无升级程序", "No program"),
    Reason.PRODUCT: ("产品不符", "Wrong product"),
    Reason.HARDWARE: ("硬件不符", "Wrong hardware"), Reason.SIZE: ("长度错误", "Size error"),
    Reason.CRC: ("CRC错误", "CRC error"), Reason.HASH: ("哈希错误", "Hash error"),
    Reason.SIGNATURE: ("签名错误", "Signature"), Reason.OLD_VERSION: ("版本过低", "Old version"),
    Reason.DISK_REMOVED: ("U盘被拔出", "Disk removed"), Reason.NO_SPACE: ("空间不足", "No space"),
    Reason.STORE: ("存储错误", "Store error"), Reason.SAME_VERSION: ("版本相同", "Same version"),
}  # fmt: skip
"""Words of each reason, Chinese and English."""


@dataclass(frozen=True, slots=True)
class Installed:
    """What the terminal runs, as AFN09 F1 and code E0 tell it."""

    program: str
    program_date: date | None
    library: str
    library_date: date | None
    hardware: int = 1
    """One bit of the package's hardware mask."""

    @property
    def program_version(self) -> Version:
        """Of the running program."""
        return Version(self.program, self.program_date)

    @property
    def library_version(self) -> Version:
        """Of the protocol library in use."""
        return Version(self.library, self.library_date)


def check(file: bytes, installed: Installed, keys: Sequence[bytes], *, forced: bool = False) -> Reason:
    """Judge a whole file (§5.3): the first reason against it, else ``OK``."""
    return next(objections(file, installed, keys, forced=forced), Reason.OK)


def objections(
    file: bytes, installed: Installed | None, keys: Sequence[bytes], *, forced: bool = False
) -> Iterator[Reason]:
    """Every reason against a file, in the order of §5.3, as far as damage lets them be told.

    Without ``installed`` nothing is said of hardware and versions.
    """
    bad = _form(file)
    header = None if bad else _header(file)
    if header is None:
        yield bad or Reason.NO_PROGRAM
        return
    yield from _place(header, installed)
    yield from _integrity(file, header)
    yield from _trust(file, header, keys)
    if installed:
        yield from _version(header, installed, forced=forced)


def _form(file: bytes) -> Reason | None:
    if file[: len(MAGIC)] != MAGIC:
        return Reason.NO_PROGRAM
    if len(file) < SIZE:
        return Reason.SIZE
    if not is_header(file):
        return Reason.NO_PROGRAM
    return None if is_sealed(file) else Reason.CRC


def _header(file: bytes) -> Header | None:
    """A header whose CRC fits, but whose fields do not, belongs to a format this build does not know."""
    try:
        header = Header.decode(file[:SIZE])
    except DecodeError:
        return None
    return None if header.flags.spare else header


def _place(header: Header, installed: Installed | None) -> Iterator[Reason]:
    if header.product != PRODUCT:
        yield Reason.PRODUCT
    if installed and not any(installed.hardware >> place & 1 for place in header.hardware):
        yield Reason.HARDWARE
    if header.kind not in layout.KINDS:
        yield Reason.PRODUCT


def _integrity(file: bytes, header: Header) -> Iterator[Reason]:
    if not 1 <= header.body <= LONGEST_BODY or len(file) != SIZE + header.body:
        yield Reason.SIZE
        return
    if CrcKind.X25.of(file[SIZE:]) != header.body_crc:
        yield Reason.CRC
    if hashlib.sha256(file[SIZE:]).digest() != header.digest:
        yield Reason.HASH


def _trust(file: bytes, header: Header, keys: Sequence[bytes]) -> Iterator[Reason]:
    if keys and not (header.flags.signed and is_signed(file, keys)):
        yield Reason.SIGNATURE
        return
    try:
        judge(sections_in(file[SIZE:]), header.kind, header.sections)
    except DecodeError:
        yield Reason.PRODUCT


def _version(header: Header, installed: Installed, *, forced: bool) -> Iterator[Reason]:
    """The version rule (§5.4); the minimum cannot be forced."""
    if header.minimum != ANY_VERSION and code_key(installed.program) < code_key(header.minimum):
        yield Reason.OLD_VERSION
        return
    pairs = list(_compared(header, installed))
    if forced or not pairs:
        return
    if any(new.key < old.key for new, old in pairs):
        yield Reason.OLD_VERSION
    elif all(new.key == old.key for new, old in pairs):
        yield Reason.SAME_VERSION


def _compared(header: Header, installed: Installed) -> Iterator[tuple[Version, Version]]:
    if header.kind in (PROGRAM, BOTH):
        yield header.program_version, installed.program_version
    if header.kind in (LIBRARY, BOTH):
        yield header.library_version, installed.library_version


def sections_of(file: bytes) -> tuple[Section, ...]:
    """Cut the body of a file that was checked; ``DecodeError`` for one that was not."""
    return sections_in(file[SIZE:])


# Building ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Label:
    """What a header says beside the body."""

    kind: int
    built: datetime
    program: Version = NO_VERSION
    library: Version = NO_VERSION
    minimum: str = ANY_VERSION
    hardware: frozenset[int] = frozenset(range(16))
    """Places in the hardware mask; all: any hardware."""
    note: str = ""
    product: str = PRODUCT
    maker: str = MAKER


def build(label: Label, sections: Sequence[Section], seed: bytes | None = None) -> bytes:
    """Return a whole file, signed when ``seed`` is given; ``EncodeError`` for what a header cannot say.

    The sections are taken as they are: whether they make a package of this kind is for `check`.
    """
    body = body_of(sections)
    if len(body) > LONGEST_BODY:
        raise EncodeError(f"{len(body)} bytes, at most {LONGEST_BODY} fit", field="body")
    head = _unsigned(label, body, len(sections)).encode()
    seal: Callable[[bytes], bytes] = sealed if seed is None else lambda raw: signed(raw, seed)
    return seal(head) + body


def _unsigned(label: Label, body: bytes, count: int) -> Header:
    program, library = label.program, label.library
    return Header(
        magic=MAGIC, format=layout.FORMAT, kind=label.kind, length=SIZE, product=label.product,
        hardware=label.hardware, flags=PackageFlags(signed=False, spare=0),
        program=program.code, program_day=program.day, program_spare=0, minimum=label.minimum,
        library=library.code, library_day=library.day, library_spare=0, maker=label.maker,
        body=len(body), body_crc=CrcKind.X25.of(body), sections=count, built=label.built, spare=0,
        digest=hashlib.sha256(body).digest(), key_id=bytes(KEY_ID), note=label.note,
        signature=bytes(64), crc=0,
    )  # fmt: skip
