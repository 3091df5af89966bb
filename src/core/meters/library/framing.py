"""From the table of a frame to the frame: names become places, sizes are counted, what cannot be is noted."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from core.meters.library.checks import Check
from core.meters.library.fields import LARGEST, Escape, Field
from core.meters.library.frames import Frame
from core.meters.library.toml_lines import Path
from core.meters.library.transforms import SIZES

Table = Mapping[str, Any]
Note = Callable[[Path, str], None]


def frame_of(name: str, table: Table, sizes: Mapping[str, int | None], note: Note) -> Frame:
    """Build a frame; ``sizes`` are those of ``address`` and ``id``. Defects go to ``note``."""
    rows: list[Table] = table["fields"]
    places = _places(rows, note)
    fields = tuple(_field(place, row, places, sizes, note) for place, row in enumerate(rows))
    fields = tuple(_ended(place, row, fields, note) for place, row in enumerate(rows))
    _checked(fields, note)
    fixed = sum(one.size or 0 for one in fields)
    if fixed > LARGEST:
        note(("fields",), f"{fixed} bytes, a frame has at most {LARGEST}")
    escape = _escape(table, fields, note)
    return Frame(name, fields, bytes.fromhex(table.get("wake", "")), escape, fixed)


def _places(rows: list[Table], note: Note) -> dict[str, int]:
    """Fields by name; one that has none is called by its kind."""
    places: dict[str, int] = {}
    for place, row in enumerate(rows):
        name = row.get("name", row["is"])
        if "name" in row and name in places:
            note(("fields", place, "name"), f"{name} stands twice")
        places.setdefault(name, place)
    return places


def _field(
    place: int, row: Table, places: Mapping[str, int], sizes: Mapping[str, int | None], note: Note
) -> Field:
    kind, path = row["is"], ("fields", place)
    raw = bytes.fromhex(row["bytes"]) if kind == "const" else bytes.fromhex(row.get("sent", ""))
    also = tuple(map(bytes.fromhex, row.get("also", ())))
    for number, other in enumerate(also):
        if len(other) != len(raw):
            note((*path, "also", number), f"must have {len(raw)} bytes")
    first, last = row.get("first", 0), row.get("last", 0)
    if kind in ("length", "check"):
        first, last = (_place(row[key], places, (*path, key), note) for key in ("from", "to"))
        if first > last:
            note((*path, "from"), "stands behind to")
    if kind == "counter" and not first <= last < 256 ** row["bytes"]:
        note((*path, "last"), "does not fit")
    if kind == "check" and last >= place:
        note((*path, "to"), "a check covers what stands before it")
    check = _check(row) if kind == "check" else None
    size = _size(kind, row, raw, sizes) if check is None else check.size
    if kind == "variable" and raw and len(raw) != size:
        note((*path, "sent"), f"must have {size} bytes")
    return Field(
        kind, row.get("name", kind), size, row.get("order", "little") == "big", row.get("plus", 0), raw, also,
        first, last, row.get("add", 0), check, (), row.get("most", LARGEST), int(row.get("flag", "00"), 16),
        bytes.fromhex(row.get("not", "")), row.get("by", ""), row.get("with", ""),
    )  # fmt: skip


def _ended(place: int, row: Table, fields: tuple[Field, ...], note: Note) -> Field:
    """A field that ends before the next one: a constant, or one of its other forms."""
    one = fields[place]
    open_end = one.kind == "text" or (one.kind == "address" and one.size is None) or "most" in row
    if not open_end:
        return one
    behind = fields[place + 1] if place + 1 < len(fields) else None
    if behind is None or behind.kind != "const":
        note(("fields", place), f"{one.name} ends where a constant follows")
        return one
    return replace(one, until=(behind.raw, *behind.also))


def _place(name: str, places: Mapping[str, int], path: Path, note: Note) -> int:
    if name not in places:
        note(path, f"there is no field {name}")
    return places.get(name, 0)


def _size(kind: str, row: Table, raw: bytes, sizes: Mapping[str, int | None]) -> int | None:
    match kind:
        case "const" | "any":
            return len(raw)
        case "data" | "text":
            return None
        case "cipher":
            return SIZES[row["by"]][2]
        case "address" | "id":
            return sizes[kind]
        case _:
            return row["bytes"]


def _check(row: Table) -> Check:
    def number(key: str, otherwise: str) -> int:
        return int(row.get(key, otherwise), 16)

    return Check(
        row["sum"], row.get("order", "little") == "big", number("poly", "1021"), number("start", "0000"),
        row.get("reflect", False), number("xor_out", "0000"),
    )  # fmt: skip


def _checked(fields: tuple[Field, ...], note: Note) -> None:
    if sum(one.kind == "data" for one in fields) > 1:
        note(("fields",), "a frame has one data field")
    seen_data = False
    for place, one in enumerate(fields):
        seen_data = seen_data or one.kind == "data"
        if (
            one.kind == "length"
            and seen_data
            and any(inner.kind == "data" for inner in fields[one.first : one.last + 1])
        ):
            note(("fields", place), "the length stands behind the data")


def _escape(table: Table, fields: tuple[Field, ...], note: Note) -> Escape | None:
    row = table.get("escape")
    if row is None:
        return None
    if any(one.kind != "const" or one.also or len(one.raw) != 1 for one in (fields[0], fields[-1])):
        note(("escape",), "an escaped frame begins and ends with a constant byte")
    marker, mask = int(row["marker"], 16), int(row["or"], 16)
    hidden = frozenset(int(byte, 16) for byte in row["bytes"])
    for byte in hidden:
        if byte & mask or (byte | mask) in hidden:
            note(("escape",), f"{byte:02X} cannot be hidden by {mask:02X}")
    if marker not in hidden:
        note(("escape", "bytes"), "the marker has to be hidden too")
    for one in (fields[0], fields[-1]):
        if one.raw and one.raw[0] not in hidden:
            note(("escape", "bytes"), f"{one.raw[:1].hex().upper()} has to be hidden too")
    return Escape(marker, mask, hidden)
