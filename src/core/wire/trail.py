"""A walk over bytes that serves the eye: one node per field, as far as the bytes go.

Decoders refuse damage; a trail notes it at the field that breaks and stops. Tests hold the two together.
"""

from collections.abc import Callable

from core.errors import DecodeError
from core.wire.codec import NO_SCOPE, Label, Node
from core.wire.record import Broken, Record, layout_of

Show = Callable[[int], str]


class Ended(Exception):
    """The bytes end inside a field; the trail already has the node that says so."""


class Trail:
    """Nodes of a stretch of bytes, made from its front to its back."""

    def __init__(self, data: bytes, at: int = 0, end: int | None = None) -> None:
        self.data = data
        self.at = at
        self.end = len(data) if end is None else end
        self.nodes: list[Node] = []

    @property
    def left(self) -> int:
        """Bytes not yet walked."""
        return self.end - self.at

    def number(self, name: str, zh: str, en: str, size: int, show: Show = str) -> int:
        """A number, low byte first."""
        value = int.from_bytes(self._take(name, zh, en, size), "little")
        self._add(name, zh, en, show(value), size)
        return value

    def octets(
        self, name: str, zh: str, en: str, size: int, text: str | None = None, *, error: str | None = None,
        secret: bool = False, children: tuple[Node, ...] = (),
    ) -> bytes:  # fmt: skip
        """Bytes; shown in hexadecimal unless a text is given."""
        raw = self._take(name, zh, en, size)
        shown = raw.hex(" ").upper() if text is None else text
        node = Node(
            name, zh, en, shown, self.at, self.at + size, children=children, error=error, secret=secret
        )
        self.nodes.append(node)
        self.at += size
        return raw

    def record(self, name: str, zh: str, en: str, cls: type[Record]) -> None:
        """All fields of a record in one branch; a flaw stands at the field that has it."""
        end = min(self.end, self.at + (layout_of(cls).size or self.left))
        node = record_node(cls, Label(name, zh, en), self.data, self.at, end)
        self.nodes.append(node)
        self.at = end

    def rest(self, name: str = "rest", zh: str = "其余字节", en: str = "Other bytes") -> None:
        """What is left, where something is."""
        if self.left:
            self.octets(name, zh, en, self.left)

    def _add(self, name: str, zh: str, en: str, text: str, size: int) -> None:
        self.nodes.append(Node(name, zh, en, text, self.at, self.at + size))
        self.at += size

    def _take(self, name: str, zh: str, en: str, size: int) -> bytes:
        if self.left < size:
            reason = f"needs {size} bytes, {self.left} are left"
            self.nodes.append(Node(name, zh, en, "", self.at, self.end, error=reason))
            self.at = self.end
            raise Ended
        return self.data[self.at : self.at + size]


def record_node(cls: type[Record], label: Label, data: bytes, at: int, end: int) -> Node:
    """Return the branch of a record, whole or broken."""
    try:
        return layout_of(cls).dissect(label, data, at, end, NO_SCOPE)[0]
    except Broken as broken:
        return Node(label.name, label.zh, label.en, "", at, end, children=broken.nodes, error=broken.reason)
    except DecodeError as error:
        return Node(label.name, label.zh, label.en, "", at, end, error=error.reason)
