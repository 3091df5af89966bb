"""Bits: several small fields in one little-endian word; spare bits are ignored when read, 0 when written."""

from collections.abc import Callable
from dataclasses import field, fields
from typing import Any, TypeVar, dataclass_transform, get_type_hints

from core.errors import EncodeError
from core.wire.codec import NO_SCOPE, Label, Leaf, Node, Scope, fits, keyed
from core.wire.leaf import Choices, choose, number
from core.wire.record import sealed

T = TypeVar("T")


def bit(low: int, zh: str, en: str, *, width: int = 1, choices: Choices | None = None, unit: str = "") -> Any:
    """Declare a field of ``width`` bits whose lowest is bit ``low`` of the word."""
    return field(metadata={"low": low, "width": width, "zh": zh, "en": en, "choices": choices, "unit": unit})


@dataclass_transform(frozen_default=True, field_specifiers=(bit,))
def bits(size: int) -> Callable[[type[T]], type[T]]:
    """Make a record of bit fields in a word of ``size`` bytes."""

    class Sized(BitLayout):
        pass

    Sized.size = size

    def decorate(cls: type[T]) -> type[T]:
        return sealed(cls, Sized)

    return decorate


class BitField(Leaf):
    """One bit field: read and shown alone, dumped only with its word."""

    def __init__(self, label: Label, metadata: Any, is_flag: bool) -> None:
        self.label = label
        self.low: int = metadata["low"]
        self.width: int = metadata["width"]
        self.choices: Choices | None = metadata["choices"]
        self.unit: str = metadata["unit"]
        self.is_flag = is_flag
        self.minimum = 0
        self.maximum = (1 << self.width) - 1
        self.size = None

    @property
    def name(self) -> str:
        """Name in paths and JSON."""
        return self.label.name

    @property
    def codec(self) -> "BitField":
        """A bit field is its own codec, as `Field` has one."""
        return self

    def of(self, word: int) -> int | bool:
        """Cut the field out of the word."""
        value = word >> self.low & (self.maximum or 0)
        return bool(value) if self.is_flag else value

    def into(self, value: Any) -> int:
        """Place the value in the word."""
        fits(value, bool if self.is_flag else int, "true or false" if self.is_flag else "a whole number")
        if not 0 <= value <= (self.maximum or 0):
            raise EncodeError(f"{value} is outside 0..{self.maximum}", field=self.name)
        return int(value) << self.low

    def load(self, data: bytes, at: int) -> int | bool:
        """Read from a word that fills ``data`` from ``at``."""
        return self.of(int.from_bytes(data[at:], "little"))

    def dump(self, value: Any, scope: Scope = NO_SCOPE) -> bytes:
        """Return the word with only this field set."""
        return self.into(value).to_bytes(8, "little")

    def show(self, value: Any) -> str:
        """Word of a code, ``yes`` or ``no``, or the number."""
        named = self.choices.get(int(value)) if self.choices else None
        if named:
            return named[1]
        return ("yes" if value else "no") if self.is_flag else str(value)

    def read(self, text: str) -> int | bool:
        """Inverse of ``show``."""
        code = choose(self.choices or {}, text)
        if code is None and self.is_flag:
            code = {"yes": 1, "no": 0, "true": 1, "false": 0, "1": 1, "0": 0}.get(text.strip().casefold())
            if code is None:
                raise EncodeError(f"yes or no expected, not {text!r}")
        value = number(text) if code is None else code
        return self.checked(bool(value) if self.is_flag else value)

    def to_json(self, value: Any) -> int | bool:
        """The plain value."""
        return value

    def from_json(self, obj: Any) -> Any:
        """A value, or what a person would type."""
        return self.read(obj) if isinstance(obj, str) else self.checked(obj)

    def blank(self) -> int | bool:
        """Zero."""
        return self.of(0)


class BitLayout(Leaf):
    """All bit fields of one word; a leaf for the record around it."""

    def __init__(self, cls: type[Any]) -> None:
        self.cls = cls
        hints = get_type_hints(cls)
        self.fields = tuple(
            BitField(Label(f.name, f.metadata["zh"], f.metadata["en"]), f.metadata, hints[f.name] is bool)
            for f in fields(cls)
        )

    def load(self, data: bytes, at: int) -> Any:
        """Every bit pattern is valid."""
        word = int.from_bytes(data[at : at + (self.size or 0)], "little")
        return self.cls(*[f.of(word) for f in self.fields])

    def dump(self, value: Any, scope: Scope = NO_SCOPE) -> bytes:
        """Refuse fields that do not fit their bits."""
        fits(value, self.cls, self.cls.__name__)
        word = sum(f.into(getattr(value, f.name)) for f in self.fields)
        return word.to_bytes(self.size or 0, "little")

    def show(self, value: Any) -> str:
        """All fields in one line."""
        return ", ".join(f"{f.label.en}: {f.show(getattr(value, f.name))}" for f in self.fields)

    def to_json(self, value: Any) -> dict[str, Any]:
        """An object with the field names as keys."""
        return {f.name: getattr(value, f.name) for f in self.fields}

    def from_json(self, obj: Any) -> Any:
        """Refuse missing and unknown keys, by name."""
        given = keyed(obj, {f.name for f in self.fields})
        return self.checked(self.cls(**{f.name: f.from_json(given[f.name]) for f in self.fields}))

    def dissect(self, label: Label, data: bytes, at: int, end: int, scope: Scope) -> tuple[Node, Any, int]:
        """A node with a child per field, each with its bits."""
        value, after = self.take(data, at, end, scope)
        children = tuple(
            Node(f.name, f.label.zh, f.label.en, f.show(getattr(value, f.name)), at, after, f.unit,
                 (f.low, f.low + f.width - 1))
            for f in self.fields
        )  # fmt: skip
        return Node(label.name, label.zh, label.en, "", at, after, children=children), value, after
