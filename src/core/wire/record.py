"""Records: a frozen dataclass whose annotations carry the codecs, in wire order.

``layout_of(cls)`` is made once per class, on first use, so that importing a table of units costs nothing.
"""

from collections.abc import Callable
from dataclasses import MISSING, FrozenInstanceError, dataclass, field, fields, is_dataclass
from functools import cache
from operator import attrgetter
from typing import Any, ClassVar, Self, TypeVar, dataclass_transform, get_args, get_type_hints

from core.errors import DecodeError, EncodeError
from core.wire.codec import NO_SCOPE, Codec, Flaw, Label, Leaf, Node, Scope, keyed

T = TypeVar("T")


def item(zh: str, en: str, **options: Any) -> Any:
    """Declare a field: label in Chinese, word for word from the standard, and in English."""
    return field(metadata={"zh": zh, "en": en}, **options)


class Record:
    """Base of everything described by annotations."""

    __slots__ = ()
    _codec: ClassVar[type[Codec]]

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly these bytes; ``DecodeError`` when some are missing or left over."""
        value, after = layout_of(cls).take(data, 0, len(data), NO_SCOPE)
        if after != len(data):
            raise DecodeError(f"{len(data) - after} bytes too many", after)
        return value

    def encode(self) -> bytes:
        """Encode; ``EncodeError`` names the field and the limit."""
        return layout_of(type(self)).dump(self)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values with exact digits."""
        return layout_of(type(self)).to_json(self)

    @classmethod
    def from_json(cls, obj: Any) -> Self:
        """Inverse of ``to_json``."""
        return layout_of(cls).from_json(obj)

    @classmethod
    def blank(cls) -> Self:
        """Return a neutral value to start a form from."""
        return layout_of(cls).blank()


@dataclass_transform(frozen_default=True, field_specifiers=(item,))
def record(cls: type[T]) -> type[T]:
    """Make a record of fields that follow each other on the wire."""
    return sealed(cls, Layout)


def sealed(cls: type[T], codec: type[Codec]) -> type[T]:
    """Freeze the class and note which codec reads its annotations."""
    made: Any = dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    made._codec, made.__init__, made._values = codec, _initialiser(made), staticmethod(_getter(made))
    made.__setattr__ = made.__delattr__ = _refuse_change
    made.__eq__, made.__hash__, made.__repr__ = _equal, _hash, _repr
    return made


# Written once for all records; one function is made for each. What the standard decorator makes for a class
# alone would double the time to import a table of some hundred units.


def _initialiser(cls: type[Any]) -> Callable[..., None]:
    """Return ``__init__`` with a parameter per field; values are set past the freeze."""
    declared = fields(cls)
    parameters = "".join(f", {f.name}" + ("" if f.default is MISSING else f"=_{f.name}") for f in declared)
    body = "".join(f"\n _set(self, {f.name!r}, {f.name})" for f in declared) or "\n pass"
    scope: dict[str, Any] = {"_set": object.__setattr__} | {f"_{f.name}": f.default for f in declared}
    exec(f"def __init__(self{parameters}):{body}", scope)  # as the standard decorator does; only our names
    return scope["__init__"]


def _refuse_change(self: object, name: str, *_: object) -> None:
    raise FrozenInstanceError(f"{type(self).__name__}.{name} cannot be changed")


def _getter(cls: type[Any]) -> Callable[[Any], Any]:
    """Return what takes the values of all fields out of a record: requests are looked up by them."""
    names = [f.name for f in fields(cls)]
    return attrgetter(*names) if names else lambda _: ()


def _equal(self: Any, other: Any) -> bool:
    return self is other or (self.__class__ is other.__class__ and self._values(self) == self._values(other))


def _hash(self: Any) -> int:
    return hash(self._values(self))


def _repr(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__dataclass_fields__)
    return f"{self.__class__.__qualname__}({shown})"


@cache
def layout_of(cls: type[Any]) -> Any:
    """Return the codec of a record class: a `Layout` or `BitLayout`."""
    return cls._codec(cls)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record: its label and its codec."""

    label: Label
    codec: Codec

    @property
    def name(self) -> str:
        """Name in paths and JSON."""
        return self.label.name


def codec_in(annotation: Any) -> Codec:
    """Find the codec in ``Annotated[...]``, or the layout of a nested record."""
    if is_dataclass(annotation):
        return layout_of(annotation)
    for extra in get_args(annotation)[1:]:
        if isinstance(extra, Codec):
            return extra
    raise TypeError(f"{annotation} carries no codec")


_Step = tuple[Callable[..., Any], Callable[[Any], str], bool, int, int]
"""Load, encode to digits, whether load takes digits, and where: in the record's digits, or in its bytes."""


class Layout(Codec):
    """Fields one after the other; a fixed size if every field has one."""

    def __init__(self, cls: type[Any]) -> None:
        self.cls = cls
        hints = get_type_hints(cls, include_extras=True)
        self.fields = tuple(
            Field(Label(f.name, f.metadata["zh"], f.metadata["en"]), codec_in(hints[f.name]))
            for f in fields(cls)
        )
        sizes = [f.codec.size for f in self.fields]
        self.size = None if None in sizes else sum(size or 0 for size in sizes)
        self._plan = self._fixed_plan()
        names = [f.name for f in self.fields]
        self._values = attrgetter(*names) if len(names) > 1 else _tuple_of(names)

    def _fixed_plan(self) -> "list[_Step] | None":
        """Steps with offsets, if the whole record is a run of fixed leaves."""
        plan: list[_Step] = []
        offset, size = 0, self.size or 0
        for f in self.fields:
            if not isinstance(f.codec, Leaf) or f.codec.size is None:
                return None
            after = offset + f.codec.size
            place = (2 * (size - after), 2 * (size - offset)) if f.codec.by_digits else (offset, after)
            load = f.codec.from_digits if f.codec.by_digits else f.codec.load
            plan.append((load, f.codec.to_digits, f.codec.by_digits, *place))
            offset = after
        return plan

    def _planned(self, plan: "list[_Step]", data: bytes, at: int, end: int) -> Any:
        digits = data[at:end][::-1].hex()
        return self.cls(
            *[
                load(digits[first:last]) if by_digits else load(data, at + first)
                for load, _, by_digits, first, last in plan
            ]
        )

    def take(self, data: bytes, at: int, end: int, scope: Scope) -> tuple[Any, int]:
        """Decode along the plan; walk field by field only when sizes vary or to name the culprit."""
        if self._plan is not None and self.size is not None and end - at >= self.size:
            try:
                return self._planned(self._plan, data, at, at + self.size), at + self.size
            except Flaw:
                pass  # the walk below meets the same flaw and knows where
        return self._walk(data, at, end)

    def _walk(self, data: bytes, at: int, end: int) -> tuple[Any, int]:
        values: dict[str, Any] = {}
        for f in self.fields:
            try:
                values[f.name], at = f.codec.take(data, at, end, values)
            except DecodeError as error:
                raise _inside(f.name, error) from error
        return self.cls(**values), at

    def dump(self, value: Any, scope: Scope = NO_SCOPE) -> bytes:
        """Encode field by field; the refusal names the path."""
        if not isinstance(value, self.cls):
            raise EncodeError(f"{self.cls.__name__} expected, not {value!r}")
        if self._plan is not None:
            try:
                pieces = [step[1](v) for step, v in zip(self._plan, self._values(value), strict=True)]
                return bytes.fromhex("".join(reversed(pieces)))[::-1]
            except EncodeError:
                pass  # the walk below meets the same refusal and knows where
        values = {f.name: getattr(value, f.name) for f in self.fields}
        return b"".join(_named(f.name, lambda f=f: f.codec.dump(values[f.name], values)) for f in self.fields)

    def to_json(self, value: Any) -> dict[str, Any]:
        """An object with the field names as keys."""
        return {f.name: f.codec.to_json(getattr(value, f.name)) for f in self.fields}

    def from_json(self, obj: Any) -> Any:
        """Refuse missing and unknown keys, by name."""
        given = keyed(obj, {f.name for f in self.fields})
        return self.cls(
            **{f.name: _named(f.name, lambda f=f: f.codec.from_json(given[f.name])) for f in self.fields}
        )

    def dissect(self, label: Label, data: bytes, at: int, end: int, scope: Scope) -> tuple[Node, Any, int]:
        """A node with a child per field."""
        nodes: list[Node] = []
        values: dict[str, Any] = {}
        start = at
        for f in self.fields:
            try:
                node, values[f.name], at = f.codec.dissect(f.label, data, at, end, values)
            except DecodeError as error:
                secret = isinstance(f.codec, Leaf) and f.codec.secret
                raise Broken.at_field(nodes, f.label, at, end, error, secret=secret) from error
            nodes.append(node)
        node = Node(label.name, label.zh, label.en, "", start, at, children=tuple(nodes))
        return node, self.cls(**values), at

    def blank(self) -> Any:
        """Neutral values everywhere."""
        return self.cls(**{f.name: f.codec.blank() for f in self.fields})


def _tuple_of(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Do what ``attrgetter`` does for several names also for one and none."""
    return lambda value: tuple(getattr(value, name) for name in names)


class Broken(DecodeError):
    """A dissection that stopped: carries the nodes made so far, the last one naming the error."""

    nodes: tuple[Node, ...] = ()

    @classmethod
    def at_field(
        cls, done: list[Node], label: Label, at: int, end: int, error: DecodeError, *, secret: bool = False
    ) -> "Broken":
        """Close the half-made branch with an error node that covers what is left."""
        inner = error.nodes if isinstance(error, Broken) else ()
        reason = None if inner else error.reason
        failed = Node(
            label.name, label.zh, label.en, "", at, end, children=inner, error=reason, secret=secret
        )
        broken = cls(error.reason, error.offset, _inside(label.name, error).field)
        broken.nodes = (*done, failed)
        return broken


def _inside(name: str, error: DecodeError) -> DecodeError:
    inner = error.field if not error.field or error.field.startswith("[") else f".{error.field}"
    return DecodeError(error.reason, error.offset, name + inner)


def _named(name: str, encode: Callable[[], T]) -> T:
    try:
        return encode()
    except EncodeError as error:
        raise error.within(name) from error
