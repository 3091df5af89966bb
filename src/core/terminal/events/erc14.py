"""ERC14: the mains were lost for a second or more, and restored (device behaviour 7.2, part B §4.3)."""

from datetime import datetime, timedelta

from core.gdw376.units.erc import Erc14

SHORTEST = timedelta(seconds=1)
"""A shorter loss is none."""


def lost(off: datetime) -> Erc14:
    """On the backup battery the loss is told at once; when it ends nobody knows yet."""
    return Erc14(off, None)


def restored(off: datetime, on: datetime | None) -> Erc14 | None:
    """One record holds both times; ``on`` is ``None`` when the clock did not survive."""
    if on is not None and on - off < SHORTEST:
        return None
    return Erc14(off, on.replace(second=0, microsecond=0) if on else None)
