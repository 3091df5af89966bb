"""All identifiers of 2007, family after family (dlt645 §7)."""

from collections.abc import Iterator

from core.meters.dlt645 import energies, event_rows, freeze_rows, occurrence_rows, parameter_rows, variables
from core.meters.dlt645.rows import Row


def rows() -> Iterator[Row]:
    """All rows, DI3 rising except for the extensions of events."""
    for family in (energies, variables, event_rows, parameter_rows, freeze_rows, occurrence_rows):
        yield from family.rows()
