"""Option tails of write first and its answer (vendor extension §3.4) [design].

They stand behind the data, where a maker's terminal does not look: no tail in the answer means blocks of 256
bytes, stop and wait. An answer carries one only if the request did.
"""

import struct
from dataclasses import dataclass

from core.errors import EncodeError
from core.vendor.crc import CrcKind

MARK = b"HX\x01"
"""48 58, version 01."""
PREFIX = 8
_WISH = struct.Struct("<3sBHBBBBH8s")
_GRANT = struct.Struct("<3sBBBBBHHBB")
WISH_SIZE, GRANT_SIZE = _WISH.size, _GRANT.size


@dataclass(frozen=True, slots=True)
class Wish:
    """What the sender of a file would like."""

    crc: int
    """Check of the whole file, same kind as that of the block."""
    block: int = 16
    """Largest block, in units of 256 bytes, 1..16."""
    burst: int = 16
    """Blocks per burst, 0..64; 0 is none."""
    window: int = 1
    """Unanswered write next in flight, 1..64."""
    start_over: bool = False
    """Erase what the terminal may have of this file."""
    force: bool = False
    """Install an equal or lower version too (V2)."""
    duplex: bool = False
    """The sender hears while it sends."""
    prefix: bytes = bytes(PREFIX)
    """First 8 bytes of the file's SHA-256; zeros: not given."""

    def encode(self) -> bytes:
        """Return the 20 bytes; ``EncodeError`` for a number or prefix that does not fit."""
        if len(self.prefix) != PREFIX:
            raise EncodeError("the prefix of the hash has 8 bytes", field="prefix")
        flags = self.start_over | self.force << 1 | self.duplex << 2
        try:
            return _WISH.pack(MARK, _WISH.size - 4, self.crc, self.block, self.burst, self.window, flags, 0,
                              self.prefix)  # fmt: skip
        except struct.error as error:
            raise EncodeError(f"a wish does not fit its byte: {error}", field="wish") from error

    @classmethod
    def found_in(cls, tail: bytes) -> "Wish | None":
        """Read what stands behind the data; ``None`` when it is no tail of this kind."""
        if not _is_tail(tail, _WISH):
            return None
        _, _, crc, block, burst, window, flags, _, prefix = _WISH.unpack_from(tail)
        return cls(crc, block, burst, window, bool(flags & 1), bool(flags & 2), bool(flags & 4), prefix)


@dataclass(frozen=True, slots=True)
class Grant:
    """What the terminal agreed to, and what it has of the file."""

    block: int
    """Largest block, in units of 256 bytes, 1..16."""
    burst: int
    """Blocks per burst, 1..64; 0 is none."""
    window: int
    """Unanswered write next in flight; 1 is stop and wait."""
    resumed: bool
    forced: bool
    """The wish to force the version is accepted."""
    complete: bool
    """Every unit is there: finish is the next command."""
    units: int
    missing: int
    delay_ms: int
    """The terminal waits so long before it answers."""
    crc: CrcKind

    def encode(self) -> bytes:
        """Return the 14 bytes; ``EncodeError`` for a number that does not fit."""
        flags = self.resumed | self.forced << 1 | self.complete << 2
        try:
            return _GRANT.pack(MARK, _GRANT.size - 4, self.block, self.burst, self.window, flags, self.units,
                               self.missing, self.delay_ms, self.crc)  # fmt: skip
        except struct.error as error:
            raise EncodeError(f"a grant does not fit its byte: {error}", field="grant") from error

    @classmethod
    def found_in(cls, tail: bytes) -> "Grant | None":
        """Read what stands behind the result; ``None`` when it is no tail of this kind."""
        if not _is_tail(tail, _GRANT):
            return None
        _, _, block, burst, window, flags, units, missing, delay, crc = _GRANT.unpack_from(tail)
        if crc not in set(CrcKind):
            return None
        return cls(block, burst, window, bool(flags & 1), bool(flags & 2), bool(flags & 4), units, missing,
                   delay, CrcKind(crc))  # fmt: skip


def _is_tail(tail: bytes, layout: struct.Struct) -> bool:
    """A longer tail of a later build is a tail too."""
    return tail[:3] == MARK and len(tail) >= layout.size and tail[3] >= layout.size - 4
