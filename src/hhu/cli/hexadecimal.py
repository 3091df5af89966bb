"""Hexadecimal input as people paste it: blanks, 0x, commas, newlines; from arguments or standard input."""

import re
import sys
from collections.abc import Sequence

from core.errors import UsageError

_MARKS = re.compile(r"0[xX]|\\x|[\s,;:_-]+")


def given_text(words: Sequence[str]) -> str:
    """Return the arguments joined; ``-`` stands for standard input."""
    return " ".join(sys.stdin.read() if word == "-" else word for word in words)


def unhex(text: str) -> bytes:
    """Return the bytes; ``UsageError`` names the sign that is no digit."""
    digits = _MARKS.sub("", text)
    stray = re.search(r"[^0-9A-Fa-f]", digits)
    if stray:
        raise UsageError(f"{stray[0]!r} is no hexadecimal digit.", "Give bytes as 68 32 00 or 0x68,0x32.")
    if len(digits) % 2:
        raise UsageError(
            f"{len(digits)} hexadecimal digits are half a byte too many.", "Two digits make a byte."
        )
    if not digits:
        raise UsageError("There is nothing to decode.", "Give bytes as 68 32 00, or - to read them.")
    return bytes.fromhex(digits)
