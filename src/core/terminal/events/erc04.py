"""ERC4: a status input changed and stayed so for 200 ms (device behaviour 6.8)."""

from core.gdw376.units.erc import Erc4


def displaced(before: frozenset[int], after: frozenset[int]) -> Erc4:
    """Inputs that are closed, by number from 1."""
    return Erc4(None, before ^ after, after)
