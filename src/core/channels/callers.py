"""Telephone numbers of parameter F4 against those the network shows (device behaviour 6.9)."""

COUNTRY = "86"
PAUSE = ","
LONGEST_COUNTRY = 3
"""Digits of a country code."""
SHORTEST_SUBSCRIBER = 7
"""Digits of a number that may stand behind a country code; shorter ones are service numbers."""
TRUNK, INTERNATIONAL = "0", "00"


def is_same_number(one: str, other: str) -> bool:
    """Tell whether two ways of writing a number mean the same subscriber; nobody's is nobody's.

    They may differ by ``+`` or ``00`` with a country code, or by the ``0`` in front of an area code.
    """
    first, second = sorted((_significant(one), _significant(other)), key=len)
    if not first or not (first + second).isdecimal():
        return False
    code = second.removesuffix(first)
    long_enough = len(first) >= SHORTEST_SUBSCRIBER and 0 < len(code) <= LONGEST_COUNTRY
    return first == second or (second.endswith(first) and long_enough and _has_code(one, other, second))


def _has_code(one: str, other: str, longer: str) -> bool:
    """Only the number written with a country code may be the longer one; F4 has no sign for it."""
    marked = any(
        text.startswith(("+", INTERNATIONAL)) and _significant(text) == longer for text in (one, other)
    )
    return marked or longer.startswith(COUNTRY)


def _significant(number: str) -> str:
    """Without pause and what follows, without the signs in front."""
    digits = number.partition(PAUSE)[0].removeprefix("+")
    return digits.lstrip(TRUNK)


def dialled(number: str) -> str:
    """Return a number of F4 as the network takes it: what begins with the country code is international."""
    digits = number.partition(PAUSE)[0]
    return f"+{digits}" if digits.startswith(COUNTRY) and len(digits) > len(COUNTRY) + 10 else digits
