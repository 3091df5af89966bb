"""Glasses made by hand."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len


@dataclass(frozen=True)
class Cell:
    """A cell as the panel makes them."""

    glyph: str = " "
    inverse: bool = False
    blink: bool = False


def row(text: str, columns: int = 20, *, inverse: bool = False, blink: bool = False) -> tuple[Cell, ...]:
    """A row of cells, wide signs over two."""
    cells: list[Cell] = []
    for sign in text:
        cells.append(Cell(sign, inverse, blink))
        if cell_len(sign) == 2:
            cells.append(Cell("", inverse, blink))
    return (*cells, *[Cell(inverse=inverse)] * (columns - len(cells)))


def glass(rows: Sequence[str], *, inverse: int = -1) -> tuple[tuple[Cell, ...], ...]:
    """A standard glass; row ``inverse`` is inverse."""
    filled = (*rows, *[""] * (10 - len(rows)))
    return tuple(row(text, inverse=number == inverse) for number, text in enumerate(filled))
