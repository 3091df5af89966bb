"""ERC2: kept parameters failed their check at boot and have their factory values again."""

from collections.abc import Collection

from core.gdw376.units.erc import Erc2, LossFlags


def lost(points: Collection[int]) -> Erc2:
    """``points``: the Pn of each lost parameter, 0 for one of the terminal."""
    return Erc2(None, LossFlags(any(pn == 0 for pn in points), any(pn > 0 for pn in points)))
