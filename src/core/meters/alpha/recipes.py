"""How each quantity is read from an ALPHA meter (meter protocols §4.3, §8).

There is no register of all rates together: totals are sums, the greatest demand is that of the greatest rate,
and the reading says "derived". Voltages, currents and powers are in none of these classes.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from core.meters.alpha import classes as c
from core.meters.alpha.visit import FRESH, HOLDS, Script, Visit
from core.meters.billing import billing_flaw
from core.meters.decimals import plain
from core.meters.driver import Outcome
from core.meters.scripts import Ended, Read
from core.quantities import MonthEnd, Now, Peak, Quantity, Settled, Wanted

Q = Quantity
ENERGIES = (Q.FORWARD_ACTIVE, Q.REVERSE_ACTIVE, Q.REACTIVE_1, Q.REACTIVE_2)
QUADRANTS = (Q.QUADRANT_1, Q.QUADRANT_2, Q.QUADRANT_3, Q.QUADRANT_4)
DEMANDS = {
    Q.FORWARD_ACTIVE_DEMAND: Q.FORWARD_ACTIVE, Q.REVERSE_ACTIVE_DEMAND: Q.REVERSE_ACTIVE,
    Q.REACTIVE_1_DEMAND: Q.REACTIVE_1, Q.REACTIVE_2_DEMAND: Q.REACTIVE_2,
}  # fmt: skip
"""Demand to the energy whose block it shares."""
DERIVED, MAP_ASSUMED = "derived", "map assumed"
"""Quality words."""
MAP_FROM, MAP_LENGTH = 50, 40
"""The part of class 2 that holds the map of blocks, as terminals read it."""
CLOCK_LENGTH, DATE_LENGTH = 6, 3


def recipe(visit: Visit, wanted: Wanted) -> Script[Read]:
    """Return how to read what is wanted."""
    match wanted.when:
        case Now() if maker := _PRESENT.get(wanted.quantity):
            return maker(visit, wanted.quantity, c.PRESENT)
        case MonthEnd(month) if wanted.quantity in _MONTHLY:
            return _month(visit, wanted.quantity, month)
        case _:
            return _nothing()


def _nothing() -> Script[Read]:
    raise Ended(Outcome.UNSUPPORTED, "meters of this family keep no such registers")
    yield  # makes it a generator


def _registers(visit: Visit, quantity: Quantity, number: int) -> Script[Read]:
    rates, quality = yield from _block(visit, quantity, number)
    return _summed([rate.energy for rate in rates]), quality


def _peaks(visit: Visit, quantity: Quantity, number: int) -> Script[Read]:
    rates, quality = yield from _block(visit, DEMANDS[quantity], number)
    greatest = max(rates, key=lambda rate: rate.demand)
    return tuple(Peak(rate.demand, rate.at) for rate in (greatest, *rates)), quality


def _quadrant(visit: Visit, quantity: Quantity, number: int) -> Script[Read]:
    """Only the total is kept of a quadrant."""
    billing = yield from _billing(visit, number)
    nothing = (None,) * visit.meter.tariffs
    return (billing.quadrants[QUADRANTS.index(quantity)], *nothing), ""


def _settled(visit: Visit, _: Quantity, number: int) -> Script[Read]:
    """Energy up to the last billing, and since then: the difference of the registers."""
    before, quality = yield from _block(visit, Q.FORWARD_ACTIVE, c.PREVIOUS)
    present = (yield from _block(visit, Q.FORWARD_ACTIVE, number))[0]
    old, new = ([rate.energy for rate in rates] for rates in (before, present))
    since = [plain(b - a) for a, b in zip(old, new, strict=True)]
    return Settled(_summed(old), _summed(since)), quality


def _summed(energies: list[Decimal]) -> tuple[Decimal, ...]:
    return (plain(sum(energies, Decimal(0))), *energies)


def _block(visit: Visit, quantity: Quantity, number: int) -> Script[tuple[list[c.Rate], str]]:
    """Return the rates of a block in the order of the terminal's tariffs, and quality words."""
    yield from _learn(visit)
    place = _place(visit, quantity)
    billing = yield from _billing(visit, number)
    if place >= len(billing.blocks):
        raise Ended(Outcome.UNSUPPORTED, f"no block of the meter measures {quantity.value}")
    rates = [billing.blocks[place][rate] for rate in visit.setup.rates[: visit.meter.tariffs]]
    return rates, f"{DERIVED}, {MAP_ASSUMED}" if visit.notes.assumed else DERIVED


def _place(visit: Visit, quantity: Quantity) -> int:
    measured = [visit.setup.codes.get(code) for code in visit.notes.codes]
    if quantity not in measured:
        raise Ended(Outcome.UNSUPPORTED, f"no block of the meter measures {quantity.value}")
    return measured.index(quantity)


def _learn(visit: Visit) -> Script[c.Constants]:
    """Read once a day where the points stand and what the blocks measure."""
    notes = visit.notes
    if notes.constants is None or visit.now - notes.learnt_at >= HOLDS:
        data = yield from visit.read(c.CONSTANTS)
        if data is None:
            raise Ended(Outcome.UNSUPPORTED, "the meter has no class 0")
        constants = c.constants_in(data)
        notes.codes = yield from _codes(visit)
        notes.assumed = not any(notes.codes)
        notes.codes = notes.codes if any(notes.codes) else visit.setup.usual
        notes.constants, notes.learnt_at = constants, visit.now
    return notes.constants


def _codes(visit: Visit) -> Script[tuple[int, ...]]:
    """Ask for the map; its place tells which form of class 2 the meter has."""
    data = yield from visit.read(c.IDENTITY, MAP_FROM, MAP_LENGTH)
    if data is None:
        return ()
    places = visit.setup.long_map if len(data) == MAP_LENGTH else visit.setup.short_map
    return c.codes_in(data, places, MAP_FROM)


def _billing(visit: Visit, number: int) -> Script[c.Billing]:
    """Return the registers; what was just read of them serves again."""
    constants = yield from _learn(visit)
    kept = visit.notes.billings.get(number)
    if kept is not None and visit.now - kept[0] < FRESH:
        return kept[1]
    data = yield from visit.read(number)
    if data is None:
        raise Ended(Outcome.UNSUPPORTED, f"the meter has no class {number}")
    billing = c.billing_in(data, constants)
    visit.notes.billings[number] = visit.now, billing
    return billing


def _clock(visit: Visit, _: Quantity, __: int) -> Script[Read]:
    data = yield from visit.read(c.STATUS, c.CLOCK_AT, CLOCK_LENGTH)
    if data is None:
        raise Ended(Outcome.UNSUPPORTED, "the meter tells no time")
    moment = c.moment_in(data) if len(data) == CLOCK_LENGTH else None
    if moment is None:
        raise Ended(Outcome.BROKEN, "meter clock invalid")
    return moment, ""


def _month(visit: Visit, quantity: Quantity, month: date) -> Script[Read]:
    """The registers of the last demand reset, if that was at the end of the month; only its day is kept."""
    data = yield from visit.read(c.STATUS, c.RESET_AT, DATE_LENGTH)
    at: datetime | None = c.moment_in(data) if data and len(data) == DATE_LENGTH else None
    if flaw := billing_flaw(at, month):
        raise Ended(*flaw)
    return (yield from _PRESENT[quantity](visit, quantity, c.PREVIOUS))


_MONTHLY = frozenset({*ENERGIES, *QUADRANTS, *DEMANDS})
_PRESENT: dict[Quantity, Callable[[Visit, Quantity, int], Script[Read]]] = {
    **dict.fromkeys(ENERGIES, _registers),
    **dict.fromkeys(QUADRANTS, _quadrant),
    **dict.fromkeys(DEMANDS, _peaks),
    Q.CLOCK: _clock,
    Q.SETTLEMENT: _settled,
}
