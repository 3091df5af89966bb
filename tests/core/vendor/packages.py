"""The packages PK01 to PK25 (vendor extension §5.6), built from the words of their rows."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache

from core.vendor.crc import CrcKind
from core.vendor.header import BOTH, LIBRARY, NO_VERSION, PROGRAM, SIZE, Version, sealed
from core.vendor.package import Installed, Label, build
from core.vendor.sections import Section
from core.vendor.signature import public_key, signed
from tests.vectors import HERE

SEED, OTHER_SEED = bytes(range(32)), bytes(range(0x20, 0x40))
KEY = public_key(SEED)
RUNNING = Installed("0101", date(2026, 6, 1), "0100", date(2026, 6, 1))
"""The terminal under test."""
META = Section("META", b'{"name":"demo","part":"program"}')
PROG = Section("PROG", bytes((5 * i + 1) % 256 for i in range(52)))
LIBR = Section("LIBR", b'{"tables":[]}')
XTRA = Section("XTRA", bytes([1, 2, 3, 4]))
PK01 = Label(
    PROGRAM,
    datetime(2026, 11, 15, 8, 30),
    Version("0102", date(2026, 11, 15)),
    hardware=frozenset({0}),
    note="spec vector 1",
)
NEW_LIBRARY = Version("0101", date(2026, 11, 15))


@dataclass(frozen=True)
class Row:
    """What the specification says of one package."""

    name: str
    change: str
    length: int
    header_crc: str
    file_crc: str
    reason: int
    origin: str
    hex: str = ""


def rows() -> list[Row]:
    """All rows of the table."""
    text = (HERE / "vendor" / "packages.jsonl").read_text("utf-8")
    return [Row(**json.loads(line)) for line in text.splitlines()]


def made(label: Label = PK01, *sections: Section, seed: bytes = SEED) -> bytes:
    """A signed package; of META and PROG where nothing else is said."""
    return build(label, sections or (META, PROG), seed)


def patched(file: bytes, at: int, value: bytes) -> bytes:
    """Other bytes at a place, nothing made again."""
    return file[:at] + value + file[at + len(value) :]


def left(at: int, value: bytes) -> bytes:
    """PK01 with other bytes in its header, the signature kept, the header CRC made again."""
    file = patched(made(), at, value)
    return sealed(file[:SIZE]) + file[SIZE:]


def resigned(at: int, value: bytes) -> bytes:
    """PK01 with other bytes in its header, signed after the change."""
    file = patched(made(), at, value)
    return signed(file[:SIZE], SEED) + file[SIZE:]


def flipped(at: int) -> bytes:
    """PK01 with the lowest bit of one byte flipped, nothing made again."""
    return patched(made(), at, bytes([made()[at] ^ 1]))


def _pk15() -> bytes:
    file = flipped(296)
    head = patched(file[:SIZE], 52, CrcKind.X25.of(file[SIZE:]).to_bytes(2, "little"))
    return signed(head, SEED) + file[SIZE:]


_LIBRARY = Label(LIBRARY, PK01.built, NO_VERSION, NEW_LIBRARY, hardware=PK01.hardware, note=PK01.note)
BUILDERS: dict[str, Callable[[], bytes]] = {
    "PK01": made,
    "PK02": lambda: made(_LIBRARY, META, LIBR),
    "PK03": lambda: made(replace(PK01, kind=BOTH, library=NEW_LIBRARY), META, PROG, LIBR),
    "PK04": lambda: build(PK01, (META, PROG)),
    "PK05": lambda: left(0, b"\x49"),
    "PK06": lambda: resigned(8, b"\x02"),
    "PK07": lambda: flipped(252),
    "PK08": lambda: made(replace(PK01, product="HX1089")),
    "PK09": lambda: made(replace(PK01, hardware=frozenset({1}))),
    "PK10": lambda: made(replace(PK01, kind=4)),
    "PK11": lambda: made(replace(PK01, kind=PROGRAM), META, LIBR),
    "PK12": lambda: made()[:-1],
    "PK13": lambda: made() + b"\0",
    "PK14": lambda: flipped(296),
    "PK15": _pk15,
    "PK16": lambda: left(188, bytes([made()[188] ^ 1])),
    "PK17": lambda: made(seed=OTHER_SEED),
    "PK18": lambda: left(104, b"\x53"),
    "PK19": lambda: made(replace(PK01, program=Version("0100", PK01.program.day))),
    "PK20": lambda: made(replace(PK01, program=Version("0101", date(2026, 6, 1)))),
    "PK21": lambda: made(replace(PK01, minimum="0102")),
    "PK22": lambda: made(replace(PK01, program=Version("0101", date(2026, 6, 2)))),
    "PK23": lambda: made(PK01, META, PROG, XTRA),
    "PK24": lambda: made(PK01, META, PROG, replace(XTRA, tag="xtra")),
    "PK25": lambda: build(PK01, (), SEED),
}


@cache
def package(name: str) -> bytes:
    """The bytes of one package."""
    return BUILDERS[name]()
