"""Pinyin initials of Chinese names, so that ``zzip`` finds 主站IP.

Level 1 of GB 2312 is sorted by pinyin: where a character stands tells its initial. Level 2 and rarer ones
are sorted by radical: the few that names of data units use are listed.
"""

from bisect import bisect_right

_STARTS = (
    (0xB0A1, "a"), (0xB0C5, "b"), (0xB2C1, "c"), (0xB4EE, "d"), (0xB6EA, "e"), (0xB7A2, "f"), (0xB8C1, "g"),
    (0xB9FE, "h"), (0xBBF7, "j"), (0xBFA6, "k"), (0xC0AC, "l"), (0xC2E8, "m"), (0xC4C3, "n"), (0xC5B6, "o"),
    (0xC5BE, "p"), (0xC6DA, "q"), (0xC8BB, "r"), (0xC8F6, "s"), (0xCBFA, "t"), (0xCDDA, "w"), (0xCEF4, "x"),
    (0xD1B9, "y"), (0xD4D1, "z"),
)  # fmt: skip
"""First code of each initial; none of level 1 begins with i, u or v."""
_LAST = 0xD7F9
_CODES = [code for code, _ in _STARTS]
_OTHER = {"谐": "x", "畸": "j", "钮": "n", "阈": "y", "甄": "z", "赊": "s", "欠": "q"}


def initials(text: str) -> str:
    """Return initials of Chinese characters, other letters and digits in small letters, nothing else."""
    return "".join(_initial(character) for character in text)


def _initial(character: str) -> str:
    if character.isascii():
        return character.lower() if character.isalnum() else ""
    if character in _OTHER:
        return _OTHER[character]
    try:
        code = int.from_bytes(character.encode("gb2312"), "big")
    except UnicodeEncodeError:
        return ""
    return _STARTS[bisect_right(_CODES, code) - 1][1] if _CODES[0] <= code <= _LAST else ""
