"""Repetitions: how many there are is told by a count before them, a field, a mask or the end of the bytes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from core.errors import DecodeError, EncodeError
from core.wire.codec import NO_SCOPE, Codec, Label, Leaf, Node, Scope
from core.wire.leaf import Uint, listed
from core.wire.record import Broken, codec_in


@dataclass(frozen=True, slots=True)
class Times:
    """A fixed number of repetitions."""

    number: int


@dataclass(frozen=True, slots=True)
class Prefix:
    """A count on the wire right before the repetitions; ``most`` is the standard's limit."""

    size: int
    most: int


@dataclass(frozen=True, slots=True)
class ByField:
    """An earlier field of the same record holds the count (``path`` may go into a bit record).

    ``plus`` more follow than the field says, ``times`` of them for each: a total before M tariffs, phases.
    """

    path: str
    most: int
    plus: int = 0
    times: int = 1


@dataclass(frozen=True, slots=True)
class ByMask:
    """One repetition for each member of an earlier mask field."""

    path: str


@dataclass(frozen=True, slots=True)
class ByCode:
    """An earlier field holds a code whose count stands in a table; codes outside it are refused."""

    path: str
    counts: tuple[tuple[int, int], ...]
    """Pairs of code and count."""


@dataclass(frozen=True, slots=True)
class ToEnd:
    """As many as the bytes hold."""


Count = Times | Prefix | ByField | ByMask | ByCode | ToEnd


class Repeat(Codec):
    """A tuple of equal elements. ``element`` is a record class or an annotation that carries a codec."""

    def __init__(self, element: Any, count: Count) -> None:
        self._annotation = element
        self.count = count
        if isinstance(count, Times) and self.element.size is not None:
            self.size = count.number * self.element.size

    @cached_property
    def element(self) -> Codec:
        """Codec of one repetition."""
        return codec_in(self._annotation)

    @property
    def most(self) -> int | None:
        """The standard's limit, where there is one."""
        match self.count:
            case Times(number):
                return number
            case Prefix(_, most):
                return most
            case ByField(_, most, plus, times):
                return (most + plus) * times
            case _:
                return None

    def _expected(self, data: bytes, at: int, end: int, scope: Scope) -> tuple[int | None, int]:
        """How many follow (``None``: to the end), and where they start."""
        match self.count:
            case Times(number):
                return number, at
            case Prefix(size, most):
                number, after = Uint(size).take(data, at, end, scope)
                return _limited(number, most, at), after
            case ByField(path, most, plus, times):
                return max(_limited(_counted(scope, path), most, at) + plus, 0) * times, at
            case ByMask(path):
                return _counted(scope, path), at
            case ByCode(path, counts):
                return _by_code(dict(counts), _counted(scope, path), at), at
            case ToEnd():
                return None, at

    def take(self, data: bytes, at: int, end: int, scope: Scope) -> tuple[tuple[Any, ...], int]:
        """Decode all; the error names the index."""
        number, at = self._expected(data, at, end, scope)
        values: list[Any] = []
        while at < end if number is None else len(values) < number:
            try:
                value, at = self.element.take(data, at, end, scope)
            except DecodeError as error:
                raise _indexed(len(values), error) from error
            values.append(value)
        return tuple(values), at

    def dump(self, value: Any, scope: Scope = NO_SCOPE) -> bytes:
        """Refuse a number of elements that the count cannot say."""
        if not isinstance(value, tuple):
            raise EncodeError(f"a sequence expected, not {value!r}")
        elements: tuple[Any, ...] = value  # pyright: ignore[reportUnknownVariableType]  # checked below
        head = self._head(len(elements), scope)
        element = self.element
        if isinstance(element, Leaf) and element.by_digits:
            try:
                return head + bytes.fromhex("".join(map(element.to_digits, reversed(elements))))[::-1]
            except EncodeError:
                pass  # one by one, the culprit is named
        return head + b"".join(self._each(elements))

    def _each(self, elements: tuple[Any, ...]) -> list[bytes]:
        pieces: list[bytes] = []
        for index, element in enumerate(elements):
            try:
                pieces.append(self.element.dump(element))
            except EncodeError as error:
                raise error.within(f"[{index}]") from error
        return pieces

    def _head(self, number: int, scope: Scope) -> bytes:
        if self.most is not None and number > self.most:
            raise EncodeError(f"{number} entries, at most {self.most} fit")
        match self.count:
            case Prefix(size, _):
                return number.to_bytes(size, "little")
            case Times(wanted):
                _match(number, wanted)
            case ByField(path, _, plus, times):
                _match(number, max(_counted(scope, path) + plus, 0) * times)
            case ByMask(path):
                _match(number, _counted(scope, path))
            case ByCode(path, counts):
                _match(number, dict(counts).get(_counted(scope, path), 0))
            case ToEnd():
                pass
        return b""

    def to_json(self, value: Any) -> list[Any]:
        """A list."""
        return [self.element.to_json(element) for element in value]

    def from_json(self, obj: Any) -> tuple[Any, ...]:
        """A list; the refusal names the index."""
        values: list[Any] = []
        for index, element in enumerate(listed(obj)):
            try:
                values.append(self.element.from_json(element))
            except EncodeError as error:
                raise error.within(f"[{index}]") from error
        return tuple(values)

    def dissect(self, label: Label, data: bytes, at: int, end: int, scope: Scope) -> tuple[Node, Any, int]:
        """A node with a child per element; a count on the wire is a child of its own."""
        start = at
        number, at = self._expected(data, at, end, scope)
        nodes: list[Node] = []
        if at > start:
            nodes.append(Node("count", "数量", "Count", str(number), start, at))
        values: list[Any] = []
        while at < end if number is None else len(values) < number:
            place = Label(
                f"[{len(values)}]", f"{label.zh} {len(values) + 1}", f"{label.en} {len(values) + 1}"
            )
            try:
                node, value, at = self.element.dissect(place, data, at, end, scope)
            except DecodeError as error:
                raise Broken.at_field(nodes, place, at, end, error) from error
            nodes.append(node)
            values.append(value)
        text = str(len(values))
        return Node(label.name, label.zh, label.en, text, start, at, children=tuple(nodes)), tuple(values), at

    def blank(self) -> tuple[Any, ...]:
        """None, or as many neutral elements as are always there."""
        number = 0
        if isinstance(self.count, Times):
            number = self.count.number
        elif isinstance(self.count, ByField):
            number = max(self.count.plus, 0) * self.count.times
        return tuple(self.element.blank() for _ in range(number))


def _limited(number: int, most: int, at: int) -> int:
    if number > most:
        raise DecodeError(f"count {number} is above {most}", at)
    return number


def _by_code(counts: Mapping[int, int], code: int, at: int) -> int:
    if code not in counts:
        raise DecodeError(f"code {code} has no count", at)
    return counts[code]


def _match(number: int, wanted: int) -> None:
    if number != wanted:
        raise EncodeError(f"{number} entries, exactly {wanted} are needed")


def _counted(scope: Scope, path: str) -> int:
    first, *rest = path.split(".")
    value: Any = scope[first]
    for name in rest:
        value = getattr(value, name)
    return value if isinstance(value, int) else len(value)


def _indexed(index: int, error: DecodeError) -> DecodeError:
    inner = f".{error.field}" if error.field and not error.field.startswith("[") else error.field
    return DecodeError(error.reason, error.offset, f"[{index}]{inner}")


class Tail(Codec):
    """A tail that a later edition added: present if bytes are left, ``None`` otherwise."""

    def __init__(self, annotation: Any) -> None:
        self._annotation = annotation

    @cached_property
    def inner(self) -> Codec:
        """Codec of the tail when it is there."""
        return codec_in(self._annotation)

    def take(self, data: bytes, at: int, end: int, scope: Scope) -> tuple[Any, int]:
        """Nothing left means nothing sent."""
        return (None, at) if at >= end else self.inner.take(data, at, end, scope)

    def dump(self, value: Any, scope: Scope = NO_SCOPE) -> bytes:
        """Nothing for ``None``."""
        return b"" if value is None else self.inner.dump(value, scope)

    def to_json(self, value: Any) -> Any:
        """Null when absent."""
        return None if value is None else self.inner.to_json(value)

    def from_json(self, obj: Any) -> Any:
        """Null when absent."""
        return None if obj is None else self.inner.from_json(obj)

    def dissect(self, label: Label, data: bytes, at: int, end: int, scope: Scope) -> tuple[Node, Any, int]:
        """An empty line when absent."""
        if at >= end:
            return Node(label.name, label.zh, label.en, "", at, at), None, at
        return self.inner.dissect(label, data, at, end, scope)

    def blank(self) -> None:
        """Absent."""
