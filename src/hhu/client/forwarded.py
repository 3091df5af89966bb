"""What AFN10 F9 and F10 ask of meters and bring back: identifiers and values of DL/T 645 (part A §12).

An answer does not tell the kind of its identifier: it is one of 2007 if that is known and the bytes behind it
are its value; otherwise one of 1997, with two bytes or padded to four.
"""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from core.gdw376.units.afn10 import BatchRead, BatchReadAnswer, DirectRead, DirectReadAnswer
from core.meters.dlt645.control import Edition
from core.meters.dlt645.identifiers import identifier
from core.meters.dlt645.messages import Reading, reading
from hhu.client.spans import Object

EDITIONS = {0: Edition.V1997, 1: Edition.V2007}
"""By kind of identifier."""
WIDTH = {Edition.V1997: 2, Edition.V2007: 4}
UNITS = (DirectRead, DirectReadAnswer, BatchRead, BatchReadAnswer)


def readings_of(unit: Any) -> list[Object]:
    """Return identifier, names and value of everything a unit asks for or brings; empty for other units."""
    match unit:
        case DirectRead(kind=kind, identifier=wire):
            return [_asked(wire, kind)]
        case BatchRead(kind=kind, identifiers=wires):
            return [_asked(wire, kind) for wire in wires]
        case DirectReadAnswer(content=content):
            return _brought([content])
        case BatchReadAnswer(contents=contents):
            return _brought(contents)
        case _:
            return []


def brought(content: bytes) -> Reading | None:
    """Read an identifier with its value; ``None`` if none is known that begins the content."""
    candidates = list(_candidates(content))
    return next((one for one in candidates if one.error is None), candidates[0] if candidates else None)


def title(found: Reading) -> tuple[str, str]:
    """Chinese and English name with the code."""
    quantity = found.quantity
    names = (quantity.zh, quantity.en) if quantity else ("", "")
    return f"{found.code} {names[0]}".rstrip(), f"{found.code} {names[1]}".rstrip()


def value_text(found: Reading) -> str:
    """The value with its unit, as people read it; empty for none."""
    if found.quantity is None or found.value is None:
        return ""
    shown: Any = found.json
    text = ", ".join(str(one) for one in cast("list[Any]", shown)) if isinstance(shown, list) else str(shown)
    return f"{text} {found.quantity.unit}".rstrip()


def _candidates(content: bytes) -> Iterator[Reading]:
    padded = content[2:4] == b"\0\0"
    for edition, skip in ((Edition.V2007, 4), (Edition.V1997, 2), (Edition.V1997, 4 if padded else 0)):
        code = content[: WIDTH[edition]][::-1].hex().upper()
        if skip and len(content) >= skip and identifier(code, edition) is not None:
            if len(content) == skip:
                yield Reading(code, b"", identifier(code, edition))
            else:
                yield reading(code, content[skip:], edition)


def _asked(wire: bytes, kind: int) -> Object:
    edition = EDITIONS.get(kind, Edition.V2007)
    code = wire[: WIDTH[edition]][::-1].hex().upper()
    quantity = identifier(code, edition)
    return {
        "di": code,
        "name_zh": quantity.zh if quantity else None,
        "name_en": quantity.en if quantity else None,
    }


def _brought(contents: Sequence[bytes]) -> list[Object]:
    found = [one for one in map(brought, contents) if one is not None]
    return [_object(one) for one in found]


def _object(found: Reading) -> Object:
    quantity = found.quantity
    return {
        "di": found.code,
        "name_zh": quantity.zh if quantity else None,
        "name_en": quantity.en if quantity else None,
        "value": found.json,
        "unit": (quantity.unit or None) if quantity else None,
        "error": str(found.error) if found.error else None,
    }
