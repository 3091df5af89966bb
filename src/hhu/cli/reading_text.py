"""Readings as text for a console: as many blocks of columns as its width takes, digits right-aligned.

What is the same in all rows - one day, one point - stands once above the table and not in each row.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hhu.cli.output import padded, paint, width
from hhu.client.reading_rows import MeterName, remark
from hhu.client.reading_table import Column, ReadingTable, Row, stamp_text

MISSING = "--"
NARROWEST = 40
GAP = "  "


@dataclass(frozen=True, slots=True)
class Stack:
    """One column: the name of its set, its own name, a cell per row."""

    above: str
    name: str
    cells: tuple[str, ...]
    right: bool = True

    @property
    def wide(self) -> int:
        """Columns of the console it takes."""
        return max(map(width, (self.name, *self.cells)))

    def line(self, text: str) -> str:
        """Align a text within the column."""
        return " " * (self.wide - width(text)) + text if self.right else padded(text, self.wide)


def text_of(
    table: ReadingTable, meters: Mapping[int, MeterName], columns: int, *, zh: bool, on: bool = False
) -> str:
    """Return the table for a console of so many columns; ``on`` colours the headings."""
    rows = table.rows
    left, said = _left(rows, meters)
    stacks = [_values(column, rows, zh=zh) for column in table.columns] + list(_right(rows, meters))
    room = max(NARROWEST, columns) - sum(stack.wide + len(GAP) for stack in left)
    blocks = [_block([*left, *part], on=on) for part in _parted(stacks, room)]
    return "\n\n".join(([said] if said else []) + blocks)


def _left(rows: Sequence[Row], meters: Mapping[int, MeterName]) -> tuple[list[Stack], str]:
    """Return what tells the rows apart, and what they share."""
    points, stamps = {row.point for row in rows}, {stamp_text(row.stamp) for row in rows}
    left: list[Stack] = []
    said: list[str] = []
    if len(points) > 1:
        left.append(Stack("", "POINT", tuple(str(row.point) for row in rows)))
    elif points != {0}:
        (point,) = points
        said.append(f"point {point}  {meters[point].address if point in meters else ''}".rstrip())
    if len(stamps) > 1:
        left.append(Stack("", "OF", tuple(stamp_text(row.stamp) for row in rows), right=False))
    else:
        said += stamps
    return left, "  ".join(text for text in said if text)


def _right(rows: Sequence[Row], meters: Mapping[int, MeterName]) -> Iterator[Stack]:
    names = [meters.get(row.point, MeterName()) for row in rows]
    reads = tuple(f"{row.read_at:%Y-%m-%d %H:%M}" if row.read_at else "" for row in rows)
    known = (
        ("READ AT", reads),
        ("METER", tuple(name.address for name in names) if len({row.point for row in rows}) > 1 else ()),
        ("ASSET", tuple(name.asset for name in names)),
        ("REMARK", tuple(remark(row) for row in rows)),
    )
    return (Stack("", name, cells, right=False) for name, cells in known if any(cells))


def _values(column: Column, rows: Sequence[Row], *, zh: bool) -> Stack:
    above, name = (column.of_zh, column.zh) if zh else (column.of_en, column.en)
    cells = (row.cells.get(column.key) for row in rows)
    texts = tuple(MISSING if cell is None or cell.text is None else cell.text for cell in cells)
    return Stack(above, f"{name} {column.unit}".strip(), texts)


def _parted(stacks: Sequence[Stack], room: int) -> Iterator[list[Stack]]:
    part: list[Stack] = []
    used = 0
    for stack in stacks:
        if part and used + stack.wide > room:
            yield part
            part, used = [], 0
        part.append(stack)
        used += stack.wide + len(GAP)
    yield part


def _block(stacks: Sequence[Stack], *, on: bool) -> str:
    heads = [_above(stacks), GAP.join(stack.line(stack.name) for stack in stacks)]
    rows = (GAP.join(stack.line(stack.cells[n]) for stack in stacks) for n in range(len(stacks[0].cells)))
    return "\n".join([paint(head.rstrip(), "dim", on=on) for head in heads if head.strip()]
                     + [row.rstrip() for row in rows])  # fmt: skip


def _above(stacks: Sequence[Stack]) -> str:
    """Write the name of each set once, over its first column, as far as it has room."""
    line, last, at = "", "", 0
    for stack in stacks:
        if stack.above and stack.above != last:
            room = max(0, at - len(GAP)) if at else 0
            line = padded(_cut(line, room), at) + stack.above
        last = stack.above
        at += stack.wide + len(GAP)
    return line


def _cut(text: str, columns: int) -> str:
    """Return what of a text fits."""
    while width(text) > columns:
        text = text[:-1]
    return text
