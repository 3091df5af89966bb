"""Paths into values: ``main_ip``, ``retry.timeout``, ``records[3].address``; names in forms and commands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from core.errors import UsageError
from core.wire.bits import BitField, BitLayout
from core.wire.codec import Codec, Leaf
from core.wire.record import Field, Layout, Record, layout_of
from core.wire.repeat import Repeat, Tail

Step = str | int


@dataclass(frozen=True, slots=True)
class Place:
    """A leaf of a value: its path, the labels on the way to it, its codec and what stands there."""

    path: str
    labels_zh: tuple[str, ...]
    labels_en: tuple[str, ...]
    leaf: Leaf
    value: Any


def steps(path: str) -> list[Step]:
    """Split a path into names and indexes."""
    if not re.fullmatch(r"\w+(\[\d+\])*(\.\w+(\[\d+\])*)*", path):
        raise UsageError(f"{path!r} is no field path.")
    return [int(s[1:-1]) if s.startswith("[") else s for s in re.findall(r"\w+|\[\d+\]", _unnested(path))]


def _unnested(path: str) -> str:
    return path.replace(".", " ")


def field_named(codec: Codec, name: str) -> Field | BitField:
    """Return the field of a record codec; ``UsageError`` lists the names there are."""
    fields = codec.fields if isinstance(codec, Layout | BitLayout) else ()
    for f in fields:
        if f.name == name:
            return f
    known = ", ".join(f.name for f in fields)
    raise UsageError(f"No field {name!r} here.", f"Fields: {known}." if known else "")


def inside(codec: Codec, step: Step) -> Codec:
    """Return the codec one step further."""
    while isinstance(codec, Tail):
        codec = codec.inner
    if isinstance(step, str):
        return field_named(codec, step).codec
    if isinstance(codec, Repeat):
        return codec.element
    raise UsageError(f"[{step}] needs a list.")


def codec_at(cls: type[Any], path: str) -> Codec:
    """Return the codec that a path of a record class leads to."""
    codec: Codec = layout_of(cls)
    for step in steps(path):
        codec = inside(codec, step)
    return codec


def value_at(value: Any, path: str) -> Any:
    """Return what stands at a path; ``UsageError`` where the list is shorter."""
    for step in steps(path):
        value = _child(value, step)
    return value


def _child(value: Any, step: Step) -> Any:
    if isinstance(step, str):
        return getattr(value, step)
    if step >= len(value):
        raise UsageError(f"There is no entry [{step}], only {len(value)}.")
    return value[step]


def replaced(value: Any, path: str, new: Any) -> Any:
    """Return a copy of a record with another value at the path."""
    return _replaced(value, steps(path), new)


def _replaced(value: Any, way: list[Step], new: Any) -> Any:
    if not way:
        return new
    step, *rest = way
    inner = _replaced(_child(value, step), rest, new)
    if isinstance(step, str):
        return replace(value, **{step: inner})
    return (*value[:step], inner, *value[step + 1 :])


def places(value: Record) -> Iterator[Place]:
    """Walk all leaves of a record in wire order; masks and bit fields count as leaves."""
    return _places(layout_of(value.__class__), value, "", (), ())


def _places(codec: Codec, value: Any, path: str, zh: tuple[str, ...], en: tuple[str, ...]) -> Iterator[Place]:
    if isinstance(codec, Tail):
        codec = codec.inner
        if value is None:
            return
    if isinstance(codec, Layout | BitLayout):
        for f in codec.fields:
            inner = f"{path}.{f.name}" if path else f.name
            labels = (*zh, f.label.zh), (*en, f.label.en)
            yield from _places(f.codec, getattr(value, f.name), inner, *labels)
    elif isinstance(codec, Repeat):
        for index, element in enumerate(value):
            numbered = (*zh[:-1], f"{zh[-1]}{index + 1}"), (*en[:-1], f"{en[-1]} {index + 1}")
            yield from _places(codec.element, element, f"{path}[{index}]", *numbered)
    elif isinstance(codec, Leaf):
        yield Place(path, zh, en, codec, value)
