"""On which line of a TOML text each key and each element stands, for errors that people can act on.

The text has already been read by ``tomllib``, so it is correct: here only keys, brackets and strings count.
Paths are tuples of names and numbers, as ``("frames", "reply", "fields", 3, "to")``.
"""

from bisect import bisect_right

Path = tuple[str | int, ...]
_BARE_END = "= \t.]\r\n"
_SCALAR_END = ",]}\r\n#"


def lines_of(text: str) -> dict[Path, int]:
    """Return the line, counted from 1, of every key and element of a correct TOML text."""
    return _Walk(text).lines


def line_at(lines: dict[Path, int], path: Path) -> int:
    """Return the line of a path, else of what holds it; 0 where there are no lines."""
    for size in range(len(path), 0, -1):
        if path[:size] in lines:
            return lines[path[:size]]
    return 1 if lines else 0


class _Walk:
    """One pass over the text."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {}
        self._text = text
        self._at = 0
        self._breaks = [place for place, sign in enumerate(text) if sign == "\n"]
        self._counts: dict[Path, int] = {}
        table: Path = ()
        while self._skip(breaks=True):
            if self._text.startswith("[", self._at):
                table = self._header()
            else:
                self._pair(table)

    def _skip(self, *, breaks: bool) -> bool:
        """Pass blanks, and comments and line breaks if wanted; tell whether anything is left."""
        while self._at < len(self._text):
            sign = self._text[self._at]
            if sign == "#" and breaks:
                end = self._text.find("\n", self._at)
                self._at = len(self._text) if end < 0 else end
            elif sign in " \t" or (breaks and sign in "\r\n"):
                self._at += 1
            else:
                return True
        return False

    def _note(self, path: Path, at: int) -> None:
        self.lines.setdefault(path, bisect_right(self._breaks, at - 1) + 1)

    def _header(self) -> Path:
        """``[a.b]`` or ``[[a.b]]``; the parts of the path that are arrays stand for their last element."""
        start, many = self._at, self._text.startswith("[[", self._at)
        self._at += 2 if many else 1
        names, path = self._key(), ()
        for place, name in enumerate(names):
            path = (*path, name)
            self._note(path, start)
            if many and place == len(names) - 1:
                self._counts[path] = self._counts.get(path, 0) + 1
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
                self._note(path, start)
        self._at = self._text.index("]]" if many else "]", self._at) + (2 if many else 1)
        return path

    def _pair(self, table: Path) -> None:
        start, path = self._at, table
        for name in self._key():
            path = (*path, name)
            self._note(path, start)
        self._at = self._text.index("=", self._at) + 1
        self._value(path)

    def _key(self) -> list[str]:
        """A bare, quoted or dotted key."""
        names: list[str] = []
        while True:
            self._skip(breaks=False)
            names.append(self._name())
            self._skip(breaks=False)
            if not self._text.startswith(".", self._at):
                return names
            self._at += 1

    def _name(self) -> str:
        start = self._at
        if self._text[start] in "\"'":
            self._string()
            return self._text[start + 1 : self._at - 1]
        while self._text[self._at] not in _BARE_END:
            self._at += 1
        return self._text[start : self._at]

    def _string(self) -> None:
        """Pass a string of any of the four kinds."""
        quote = self._text[self._at]
        fence = quote * 3 if self._text.startswith(quote * 3, self._at) else quote
        self._at += len(fence)
        while not self._text.startswith(fence, self._at):
            self._at += 2 if quote == '"' and self._text[self._at] == "\\" else 1
        self._at += len(fence)
        while len(fence) == 3 and self._text.startswith(quote, self._at):  # quotes that end the text itself
            self._at += 1

    def _value(self, path: Path) -> None:
        self._skip(breaks=False)
        match self._text[self._at]:
            case '"' | "'":
                self._string()
            case "[":
                self._array(path)
            case "{":
                self._inline(path)
            case _:
                while self._at < len(self._text) and self._text[self._at] not in _SCALAR_END:
                    self._at += 1

    def _array(self, path: Path) -> None:
        self._at += 1
        number = 0
        while self._skip(breaks=True) and self._text[self._at] != "]":
            if self._text[self._at] == ",":
                self._at += 1
                continue
            self._note((*path, number), self._at)
            self._value((*path, number))
            number += 1
        self._at += 1

    def _inline(self, path: Path) -> None:
        self._at += 1
        while self._skip(breaks=False) and self._text[self._at] != "}":
            if self._text[self._at] == ",":
                self._at += 1
                continue
            self._pair(path)
        self._at += 1
