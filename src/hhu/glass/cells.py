"""A glass as the tool sees it: rows of cells, whoever made them."""

from collections.abc import Sequence
from typing import Protocol


class GlassCell(Protocol):
    """One cell of the glass; ``glyph`` is empty in the right half of a wide character."""

    @property
    def glyph(self) -> str:
        """What stands in the cell."""
        ...

    @property
    def inverse(self) -> bool:
        """Dark cell, light sign."""
        ...

    @property
    def blink(self) -> bool:
        """Dark every other half second."""
        ...


Glass = Sequence[Sequence[GlassCell]]
"""Rows of cells, the top bar first."""

ROWS, COLUMNS = 10, 20
"""The standard glass (device behaviour 3.1)."""


def text_of(glass: Glass) -> str:
    """What is on the glass, one line per row, blinking cells shown."""
    return "\n".join("".join(cell.glyph for cell in row) for row in glass)


def shape_of(glass: Glass) -> tuple[int, int]:
    """Rows and columns; those of the standard glass before the first face."""
    return (len(glass), len(glass[0])) if glass else (ROWS, COLUMNS)
