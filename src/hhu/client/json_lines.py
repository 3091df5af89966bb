"""On which line of a JSON text each key and each element stands, for errors that people can act on.

The text has already been read by ``json``, so it is correct: here only brackets and strings count. Paths are
texts as defects carry them, ``tables[2].address.most``.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]')


def lines_of(text: str) -> dict[str, int]:
    """Return the line, counted from 1, of every key and element of a correct JSON text."""
    breaks = [place for place, sign in enumerate(text) if sign == "\n"]
    lines: dict[str, int] = {}
    open_: list[_Open] = []
    for token in _TOKEN.finditer(text):
        sign, line = token.group(), bisect_right(breaks, token.start()) + 1
        inner = open_[-1] if open_ else None
        if inner and inner.index is None and sign[0] == '"' and not inner.keyed:
            inner.name, inner.keyed = sign[1:-1], True
            lines.setdefault(inner.child, line)
        elif inner and inner.index is not None and sign not in ",]":
            lines.setdefault(inner.child, line)
        if sign in "{[":
            open_.append(_Open(inner.child if inner else "", 0 if sign == "[" else None))
        elif sign in "}]":
            open_.pop()
        elif inner and sign == ",":
            inner.step()
    return lines


def line_at(lines: dict[str, int], path: str) -> int:
    """Return the line of a path, else of what holds it; 0 where there are no lines."""
    while path and path not in lines:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return lines.get(path, 1 if lines else 0)


@dataclass(slots=True)
class _Open:
    """An object or array that is not closed yet."""

    path: str
    index: int | None
    """Of the element in front; ``None`` in an object."""
    name: str = ""
    keyed: bool = False
    """The key of the member in front has been met."""

    @property
    def child(self) -> str:
        """The path of the element or member in front."""
        if self.index is not None:
            return f"{self.path}[{self.index}]"
        return f"{self.path}.{self.name}" if self.path else self.name

    def step(self) -> None:
        """Behind a comma."""
        self.keyed = False
        if self.index is not None:
            self.index += 1
