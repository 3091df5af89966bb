"""The values of a library file by name, and its identifiers: each has one length, size and meaning."""

from collections.abc import Callable, Mapping
from typing import Any

from core.meters.library import model as m
from core.meters.library.toml_lines import Path
from core.meters.library.values import Format

Table = Mapping[str, Any]
Note = Callable[[Path, str], None]
MOST_IDS = 512


class Names:
    """What a file calls its values, and what it uses its identifiers for."""

    def __init__(self, values: Table, note: Note) -> None:
        """``values``: the table of that name; ``note`` takes each defect."""
        self.sizes: dict[str, int] = {}
        """Bytes behind each identifier, 0 where the answer alone tells."""
        self.id_size = 0
        self._uses: dict[str, str] = {}
        self._note = note
        self._values = {name: format_of(name, one, ("values", name), note) for name, one in values.items()}

    def bounded(self) -> None:
        """Note too many identifiers."""
        if len(self.sizes) > MOST_IDS:
            self._note(("quantities",), f"{len(self.sizes)} identifiers, at most {MOST_IDS}")

    def value(self, name: str, path: Path) -> Format:
        """Return a value by name; a stand-in where there is none."""
        found = self._values.get(name)
        if found is None:
            self._note((*path, "value"), f"there is no value {name}")
            return Format(name, "uint", 1)
        return found

    def id(self, code: str, size: int, use: str, path: Path) -> str:
        """Note the use of an identifier: one length for all, and one meaning for each."""
        self.id_size = self.id_size or len(code) // 2
        if len(code) // 2 != self.id_size:
            self._note(path, f"{code} has {len(code) // 2} bytes, the others {self.id_size}")
        if self.sizes.setdefault(code, size) != size or self._uses.setdefault(code, use) != use:
            self._note(path, f"{code} is used with another meaning elsewhere")
        return code

    def one(self, one: Table, path: Path) -> m.One:
        """Return the identifier that a table names, with its value."""
        form = self.value(one["value"], path)
        return m.One(self.id(one["id"], form.size, one["value"], (*path, "id")), form)


def format_of(name: str, one: Table, path: Path, note: Note) -> Format:
    """Return the format that a table describes; defects go to ``note``."""
    decode, size = one["decode"], one.get("size", 0)
    layout = tuple(one.get("layout", ()))
    missing = tuple(map(bytes.fromhex, one.get("missing", ())))
    if decode == "time":
        if not layout:
            note(path, "a time needs a layout")
        words = [word for word in layout if word != "xx"]
        if len(set(words)) != len(words):
            note((*path, "layout"), "a part stands twice")
        if size not in (0, len(layout)):
            note((*path, "size"), f"the layout has {len(layout)} bytes")
        size = len(layout)
    elif layout or "digits" in one:
        note(path, "only a time has layout and digits")
    if decode == "float" and size not in (0, 4, 8):
        note((*path, "size"), "a float has 4 or 8 bytes")
    elif decode not in ("float", "time") and not size:
        note(path, "size is missing")
    for place, gap in enumerate(missing):
        if size and len(gap) != size:
            note((*path, "missing", place), f"the value has {size} bytes")
    return Format(
        name, decode, size, one.get("order", "little") == "big", one.get("decimals", 0),
        one.get("signed", False), one.get("unit", ""), missing, one.get("digits") == "binary", layout,
    )  # fmt: skip
