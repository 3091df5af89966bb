"""Confirm and deny (part A §6.1), the answer to every order that asks for no data."""

from collections.abc import Iterable, Mapping

from core.gdw376 import dadt
from core.gdw376.message import Item
from core.gdw376.refusals import Refusal
from core.gdw376.units.afn00 import Confirm, Deny, Verdict, Verdicts
from core.service.order import Answer


def confirmed(*, restart: bool = False) -> Answer:
    """Everything was done."""
    return Answer(0x00, (Item.of(Confirm()),), restart)


def denied() -> Answer:
    """Nothing was done, or nothing asked for is there."""
    return Answer(0x00, (Item.of(Deny()),))


def refused(afn: int, items: Iterable[Item], refusal: Refusal) -> Answer:
    """Nothing was done, because of the named units. [design] for codes above 1.

    Units of the same order that are not named would have been acceptable; they were not done either.
    """
    return refused_each(afn, dict.fromkeys(items, refusal))


def refused_each(afn: int, refusals: Mapping[Item, Refusal]) -> Answer:
    """Nothing was done, each unit for its own reason; one that came in several pieces is named once."""
    verdicts = dict.fromkeys(_verdict(item, refusal) for item, refusal in refusals.items())
    return Answer(0x00, (Item.of(Verdicts(afn, tuple(verdicts))),))


def _verdict(item: Item, refusal: Refusal) -> Verdict:
    identifier = dadt.identifier([item.pn], [item.fn])
    return Verdict(identifier[:2], identifier[2:], refusal.value)
