"""Passwords of all families but DL/T 645 made unreadable: in telegrams, damaged ones and loose bytes.

Nothing is decoded here: a trace is masked while it runs. `tests/core/meters/test_dissectors.py` holds the
patterns to the trees of the families.
"""

import re
from collections.abc import Iterator

MASK = 0x2A
"""Every byte of a masked secret; check values stay as they were on the line."""
_SEVEN = bytes(byte & 0x7F for byte in range(256))
_PATTERNS = (
    re.compile(rb"\x01P[12]\x02?\(?([^()\x03]*)"),  # IEC 62056-21: P1 plain, P2 enciphered
    re.compile(rb"\x02(?:E[^\x02\x03]{10,20})?L[ -+\--~]{0,16},([^\x00\x02\x03]+)", re.DOTALL),  # EDMI
    re.compile(rb"\x02\x18\x01.\x04(.{1,4})", re.DOTALL),  # ALPHA
)
_FOLDED = (True, False, False)
"""Whether bit 7 may be the parity's."""


def secret_spans(raw: bytes) -> Iterator[tuple[int, int]]:
    """Return first byte and end of each password."""
    seven = raw.translate(_SEVEN)
    for pattern, folded in zip(_PATTERNS, _FOLDED, strict=True):
        for found in pattern.finditer(seven if folded else raw):
            if found[1]:
                yield found.span(1)


def masked(raw: bytes) -> bytes:
    """Return ``raw`` with each password overwritten by ``*``."""
    shown = bytearray(raw)
    for start, end in secret_spans(raw):
        shown[start:end] = bytes([MASK]) * (end - start)
    return bytes(shown)
