"""ERC35: a search found meters that are not in the archive. Each stranger is told once while it is there."""

from collections.abc import Iterable, Iterator, Sequence

from core.gdw376.units.erc import Erc35, Found, FoundOn
from core.terminal.acquisition.tasks import FoundMeter

MOST = 24
"""Meters of one record; its length is one byte."""
NOWHERE = FoundOn(0, False, False, False)
"""RS485 knows no phases and no signal quality."""
OLD, NEW = 0, 1
EDITION_1997 = 1
"""Protocol code of F10."""


def strangers(found: Iterable[FoundMeter], archived: frozenset[str]) -> tuple[FoundMeter, ...]:
    """Return those that no point has."""
    return tuple(one for one in found if one.address not in archived)


def records(port: int, found: Sequence[FoundMeter]) -> Iterator[Erc35]:
    """Return the records that tell them."""
    for first in range(0, len(found), MOST):
        some = found[first : first + MOST]
        yield Erc35(None, port, tuple(Found(one.address, NOWHERE, _protocol(one)) for one in some))


def _protocol(meter: FoundMeter) -> int:
    return OLD if meter.protocol == EDITION_1997 else NEW
