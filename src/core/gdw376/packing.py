"""Cutting a message into frames: between data units, never inside one (part A §2.2)."""

from collections.abc import Sequence

from core.errors import EncodeError
from core.gdw376.frame import FIXED, OVERHEAD

DEFAULT_LARGEST = 2048
"""Bytes per frame where nothing is declared; real firmware has 512 to 2048 on serial ports."""


def room(largest: int = DEFAULT_LARGEST, aux: int = 0) -> int:
    """Return how many bytes of data units a frame of ``largest`` bytes takes beside PW, EC and Tp."""
    return largest - OVERHEAD - FIXED - aux


def pack(blocks: Sequence[bytes], largest: int = DEFAULT_LARGEST, aux: int = 0) -> tuple[bytes, ...]:
    """Return payloads of frames of at most ``largest`` bytes that also carry ``aux`` bytes of PW, EC and Tp.

    Each block is one or more complete groups of identifier and data. ``EncodeError`` for a block that does
    not fit into any frame; no blocks give one empty payload.
    """
    most = room(largest, aux)
    payloads = [b""]
    for block in blocks:
        if len(block) > most:
            raise EncodeError(f"a unit of {len(block)} bytes, a frame has room for {most}", field="payload")
        if payloads[-1] and len(payloads[-1]) + len(block) > most:
            payloads.append(b"")
        payloads[-1] += block
    return tuple(payloads)
