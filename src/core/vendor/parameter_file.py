"""Parameter file ``.dft`` of code 10 (vendor extension §2.3).

Total length, CRC of the rest with an empty upper half, then records: length of type and body, type, body. Of
all types only the own one is known: a data unit of AFN04 [design].
"""

import struct
from enum import IntEnum

from core.vendor.crc import CrcKind

HEAD = struct.Struct("<II")
UNIT_RECORD = 0x76
"""DA DT and value, as in a set frame."""
LARGEST = 50 * 1024


class Applied(IntEnum):
    """What code 10 answers, as a signed byte."""

    OK = 0
    FAILED = -1
    """It cannot be opened, or an entry failed."""
    NO_PARAMETER_FILE = -2
    LENGTH = -3
    TOO_LARGE = -4
    READ = -5
    CRC = -6

    @property
    def octet(self) -> bytes:
        """As it travels."""
        return bytes([self.value & 0xFF])


def parameter_file(units: list[bytes]) -> bytes:
    """Build a file of data units."""
    records = b"".join((1 + len(unit)).to_bytes(2, "little") + bytes([UNIT_RECORD]) + unit for unit in units)
    return HEAD.pack(HEAD.size + len(records), CrcKind.X25.of(records)) + records


def units_in(file: bytes) -> list[bytes] | Applied:
    """Return the data units of a file, or what is wrong with it."""
    if len(file) > LARGEST:
        return Applied.TOO_LARGE
    if len(file) < HEAD.size:
        return Applied.LENGTH
    length, crc = HEAD.unpack_from(file)
    if length != len(file):
        return Applied.LENGTH
    if CrcKind.fitting(file[HEAD.size :], crc) is None:
        return Applied.CRC
    return _records(file[HEAD.size :])


def _records(raw: bytes) -> list[bytes] | Applied:
    units: list[bytes] = []
    at = 0
    while at < len(raw):
        size = int.from_bytes(raw[at : at + 2], "little")
        record = raw[at + 2 : at + 2 + size]
        if size < 1 or len(record) < size:
            return Applied.NO_PARAMETER_FILE
        if record[0] != UNIT_RECORD:
            return Applied.NO_PARAMETER_FILE
        units.append(record[1:])
        at += 2 + size
    return units
