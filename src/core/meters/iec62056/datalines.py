"""Lines of a readout: code, history, values with units, times (meter protocols §5.2, §5.3)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from core.errors import DecodeError

_SET = re.compile(r"([^()]*)((?:\([^()]*\))+)")
_GROUP = re.compile(r"\(([^()]*)\)")
_CODE = re.compile(r"(?:\d+-\d+:)?(.*?)(?:[*&](\d{1,3}))?")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d*)?|[+-]?\.\d+", re.ASCII)
_NOTHING = re.compile(r"[\s.:-]*")
_MOMENT = re.compile(r"(\d\d)-(\d\d)-(\d\d)(?: (\d\d):(\d\d)(?::(\d\d))?)?", re.ASCII)
_TIME = re.compile(r"(\d\d):(\d\d)(?::(\d\d))?", re.ASCII)
SCALES = {
    "wh": ("kWh", -3), "kwh": ("kWh", 0), "mwh": ("kWh", 3), "varh": ("kvarh", -3), "kvarh": ("kvarh", 0),
    "mvarh": ("kvarh", 3), "w": ("kW", -3), "kw": ("kW", 0), "mw": ("kW", 3), "var": ("kvar", -3),
    "kvar": ("kvar", 0), "mvar": ("kvar", 3), "va": ("kVA", -3), "kva": ("kVA", 0), "mva": ("kVA", 3),
    "v": ("V", 0), "kv": ("V", 3), "a": ("A", 0), "ma": ("A", -3), "": ("", 0),
}  # fmt: skip
"""Unit as printed, in lower case, to ours and the decimal places between; no meter prints milliwatts."""


@dataclass(frozen=True, slots=True)
class Field:
    """One pair of parentheses."""

    text: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One data set: its whole code, the billing reset it belongs to (``None``: now), its fields."""

    code: str
    history: int | None
    fields: tuple[Field, ...]


def entries_of(text: str) -> Iterator[Entry]:
    """Read the data sets of a readout, several to a line too; what is no data set is passed over."""
    for line in text.split("\n"):
        for _, _, entry in sets_of(line.strip("\r")):
            yield entry


def sets_of(line: str) -> Iterator[tuple[int, int, Entry]]:
    """Read the data sets of one line, with the places of their first character and behind the last."""
    for found in _SET.finditer(line):
        code = _CODE.fullmatch(found[1].strip())
        if code is not None:
            history = int(code[2]) if code[2] else None
            yield *found.span(), Entry(code[1], history, tuple(map(_field, _GROUP.findall(found[2]))))


def _field(text: str) -> Field:
    value, _, unit = text.partition("*")
    return Field(value, unit.strip())


def number(text: str) -> Decimal | None:
    """Read digits as they stand; ``None`` for dashes or nothing, ``DecodeError`` for anything else."""
    shown = text.strip()
    if _NOTHING.fullmatch(shown):
        return None
    if not _NUMBER.fullmatch(shown):
        raise DecodeError(f"{text!r} is no number")
    return Decimal(shown)


def measured(field: Field) -> Decimal | None:
    """Read a value in kWh, kW, V, A or their like, exactly; ``DecodeError`` as `number`."""
    value = number(field.text)
    places = SCALES[field.unit.lower()][1]
    return value if value is None or not places else value.scaleb(places)


def fits(field: Field, unit: str) -> bool:
    """Tell whether a field is given in our unit or a multiple of it."""
    return SCALES.get(field.unit.lower(), ("?", 0))[0] == unit


def moment(text: str) -> datetime | None:
    """Read ``yy-MM-dd hh:mm``; ``None`` where nothing happened yet, ``DecodeError`` for no time at all."""
    if _empty(text):
        return None
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        raise DecodeError(f"{text!r} is no time")
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        return datetime(2000 + year, month, day, hour, minute, second)
    except ValueError as error:
        raise DecodeError(f"{text!r} is no time of the calendar") from error


def is_moment(text: str) -> bool:
    """Tell whether a text has the form of a date, lost or not."""
    return _MOMENT.fullmatch(text.strip()) is not None


def day(text: str) -> date | None:
    """Read ``yy-MM-dd``; ``None`` for a calendar that was lost."""
    found = moment(text)
    return None if found is None else found.date()


def clock(text: str) -> time | None:
    """Read ``hh:mm:ss``; ``None`` where none is shown, ``DecodeError`` for no time at all."""
    if _NOTHING.fullmatch(text):
        return None
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise DecodeError(f"{text!r} is no time of day")
    hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        return time(hour, minute, second)
    except ValueError as error:
        raise DecodeError(f"{text!r} is no time of day") from error


def _empty(text: str) -> bool:
    return not text.strip("0-: .")
