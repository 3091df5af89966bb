"""Fields of event records as people read them, in both languages; unknown bodies as bytes (part B §4.3)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.errors import DecodeError
from core.gdw376 import dadt
from core.gdw376.catalogue import unit_class
from core.gdw376.units.erc import Erc3, PointMark
from core.gdw376.units.event_record import Event
from core.wire.codec import Leaf
from core.wire.leaf import Mask
from core.wire.paths import places
from core.wire.times import MinuteTime

HEAD = frozenset({"time", "point", "point.begin", "point.point"})
"""Fields that have columns of their own."""
COVERED = "••••"
SET = 0x04


@dataclass(frozen=True, slots=True)
class EventField:
    """One field of a body: path, label and text; ``said`` tells whether the summary needs it."""

    path: str
    zh: str
    en: str
    text_zh: str
    text_en: str
    said: bool = True


def happened_at(event: Event) -> datetime | None:
    """Return when it happened by the terminal's clock; of an outage its begin, of a set clock the new time.

    An unknown body is taken to begin with its time, like nearly all of them (part B §4.3).
    """
    if isinstance(event.body, bytes):
        return _leading_time(event.body)
    for name in ("time", "off", "after"):
        value = getattr(event.body, name, None)
        if isinstance(value, datetime):
            return value
    return None


def _leading_time(body: bytes) -> datetime | None:
    try:
        return MinuteTime().load(body, 0) if len(body) >= 5 else None
    except DecodeError:
        return None


def point_of(event: Event) -> int | None:
    """Return the measuring point, ``None`` for an event of the terminal itself."""
    point = getattr(event.body, "point", None)
    if isinstance(point, PointMark):
        return point.point
    return point if isinstance(point, int) else None


def begins(event: Event) -> bool | None:
    """Tell begin from end; ``None`` for an event that has neither."""
    mark = getattr(event.body, "point", None)
    mark = mark if isinstance(mark, PointMark) else getattr(event.body, "port", None)
    begin = getattr(mark, "begin", None)
    return None if begin is None else bool(begin)


def fields_of(event: Event) -> tuple[EventField, ...]:
    """Return all fields in wire order; of an unknown body the bytes."""
    if isinstance(event.body, bytes):
        raw = event.body.hex(" ").upper()
        return (EventField("body", "事件内容", "Body", raw, raw),)
    if isinstance(event.body, Erc3):
        return tuple(_changes(event.body))
    return tuple(_field(place.path, place.labels_zh, place.labels_en, place.leaf, place.value)
                 for place in places(event.body))  # fmt: skip


def _field(path: str, zh: tuple[str, ...], en: tuple[str, ...], leaf: Leaf, value: Any) -> EventField:
    text_zh, text_en = text_of(leaf, value, zh=True), text_of(leaf, value, zh=False)
    flag = isinstance(value, bool)
    return EventField(
        path, zh[-1], en[-1], text_zh, text_en, said=path not in HEAD and not (flag and not value)
    )


def _changes(body: Erc3) -> Iterator[EventField]:
    """ERC3 names units by identifiers: their codes and names say more."""
    time = f"{body.time:%Y-%m-%d %H:%M}" if body.time else "--"
    yield EventField("time", "发生时间", "Time", time, time, said=False)
    master = str(body.station)
    yield EventField("station", "启动站地址", "Master address", master, master)
    for index, one in enumerate(body.changed):
        names = [_unit_names(fn, pn) for pn, fn in _pairs(one.da + one.dt)]
        raw = (one.da + one.dt).hex(" ").upper()
        zh, en = (", ".join(pair[language] for pair in names) or raw for language in (0, 1))
        yield EventField(f"changed[{index}]", "变更参数", "Changed", zh, en)


def _pairs(identifier: bytes) -> tuple[tuple[int, int], ...]:
    try:
        return tuple(dadt.pairs_of(identifier))
    except DecodeError:
        return ()


def _unit_names(fn: int, pn: int) -> tuple[str, str]:
    unit, at = unit_class(SET, fn), f" p{pn}" if pn else ""
    if unit is None:
        return f"04F{fn}{at}", f"04F{fn}{at}"
    return f"{unit.meaning.code} {unit.meaning.zh}{at}", f"{unit.meaning.code} {unit.meaning.en}{at}"


def text_of(leaf: Leaf, value: Any, *, zh: bool) -> str:
    """Text of a value: secrets covered, no value ``--``, codes and bits by name."""
    if value is None:
        return "--"
    if leaf.secret:
        return COVERED
    if isinstance(value, bool):
        return ("是" if value else "否") if zh else ("yes" if value else "no")
    if isinstance(leaf, Mask) and leaf.choices:
        names = [leaf.choices.get(one, (str(one),) * 2)[not zh] for one in sorted(value)]
        return ", ".join(names) or ("无" if zh else "none")
    named = (leaf.choices or {}).get(value) if isinstance(value, int) else None
    return named[not zh] if named else f"{leaf.show(value)} {leaf.unit}".strip()


def summary_of(event: Event, *, zh: bool) -> str:
    """Say the body in one line: what has no column of its own; a flag by its name alone."""
    said = [one for one in fields_of(event) if one.said]
    if isinstance(event.body, bytes):
        return said[0].text_en if said else ""
    return "  ".join(_said(one, zh=zh) for one in said)


def _said(one: EventField, *, zh: bool) -> str:
    label, text = (one.zh, one.text_zh) if zh else (one.en, one.text_en)
    return label if text in ("是", "yes") else f"{label} {text}"
