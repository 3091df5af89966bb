"""Words of both directions: numbers of commands, kinds, codes, units, names (vendor extension §3.1-3.3)."""

import re
from enum import Enum, IntEnum

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
