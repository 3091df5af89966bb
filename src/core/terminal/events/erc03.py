"""ERC3: who changed parameters, and the identifiers of the changed units of AFN 04."""

from collections.abc import Iterable, Iterator

from core.gdw376.units.erc import Changed, Erc3

MOST = 62
"""Changed units of one record: its length is one byte and counts time and MSA (part B §4.3)."""


def changes(msa: int, keys: Iterable[tuple[int, int]]) -> Iterator[Erc3]:
    """Return the records for parameters by Fn and Pn; many changes need several."""
    units = identifiers(keys)
    for first in range(0, len(units), MOST):
        yield Erc3(None, msa, units[first : first + MOST])


def identifiers(keys: Iterable[tuple[int, int]]) -> tuple[Changed, ...]:
    """Return DA and DT of units; points of a group of eight share one (part A §2.3)."""
    masks: dict[tuple[int, int], int] = {}
    for fn, pn in keys:
        group = (pn - 1) // 8 + 1 if pn else 0
        masks[fn, group] = masks.get((fn, group), 0) | (1 << (pn - 1) % 8 if pn else 0)
    return tuple(
        Changed(bytes([mask, group]), bytes([1 << (fn - 1) % 8, (fn - 1) // 8]))
        for (fn, group), mask in masks.items()
    )
