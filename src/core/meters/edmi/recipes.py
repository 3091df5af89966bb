"""How each quantity is read from an EDMI meter (meter protocols §3.5, §3.6, §8).

Registers hold base units: Wh, var, volts. Energies and powers become kilo units by moving the point.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal

from core.meters.billing import billing_flaw
from core.meters.decimals import plain
from core.meters.driver import Outcome
from core.meters.edmi import registers as g
from core.meters.edmi import values as v
from core.meters.edmi.registers import Family, Period, Store, TimeOfUse
from core.meters.edmi.visit import HOLDS, Held, Item, Map, Script, Visit
from core.meters.scripts import Ended, Read
from core.quantities import Count, MonthEnd, Now, Peak, Quantity, Settled, Wanted

Q = Quantity
ENERGIES = (
    Q.FORWARD_ACTIVE, Q.REVERSE_ACTIVE, Q.REACTIVE_1, Q.REACTIVE_2, Q.QUADRANT_1, Q.QUADRANT_2, Q.QUADRANT_3,
    Q.QUADRANT_4,
)  # fmt: skip
DEMANDS = {
    Q.FORWARD_ACTIVE_DEMAND: Q.FORWARD_ACTIVE, Q.REVERSE_ACTIVE_DEMAND: Q.REVERSE_ACTIVE,
    Q.REACTIVE_1_DEMAND: Q.REACTIVE_1, Q.REACTIVE_2_DEMAND: Q.REACTIVE_2,
}  # fmt: skip
"""Demand to the energy whose channel it shares."""
PHASES: dict[Quantity, tuple[tuple[int, ...], int]] = {
    Q.VOLTAGE: (g.VOLTS, 0), Q.CURRENT: (g.AMPS, 0), Q.ACTIVE_POWER: (g.WATTS, -3),
    Q.REACTIVE_POWER: (g.VARS, -3), Q.APPARENT_POWER: (g.VOLT_AMPERES, -3), Q.POWER_FACTOR: (g.FACTORS, 0),
}  # fmt: skip
"""Registers, and by how many places the point is moved."""
MAP_ASSUMED = "map assumed"
"""Quality word: the meter did not say which channel measures this."""


def recipe(visit: Visit, wanted: Wanted) -> Script[Read]:
    """Return how to read what is wanted."""
    match wanted.when:
        case Now() if maker := _PRESENT.get(wanted.quantity):
            return maker(visit, wanted.quantity)
        case MonthEnd(month) if wanted.quantity in ENERGIES or wanted.quantity in DEMANDS:
            return _month(visit, wanted.quantity, month)
        case _:
            raise Ended(Outcome.UNSUPPORTED, "meters of this family keep no such registers")


def _energies(visit: Visit, quantity: Quantity) -> Script[Read]:
    found, quality, _ = yield from _time_of_use(visit, quantity, Store.ENERGY, Period.RUNNING)
    return _kilos(found), quality


def _peaks(visit: Visit, quantity: Quantity) -> Script[Read]:
    return (yield from _demands(visit, quantity, Period.CURRENT))[:2]


def _demands(
    visit: Visit, quantity: Quantity, period: Period
) -> Script[tuple[tuple[Peak, ...], str, Held | None]]:
    """Value and time of each tariff, in one reading; and when the last billing was."""
    mapped, channel = yield from _channel(visit, DEMANDS[quantity])
    values = _items(visit, mapped.family, Store.DEMAND, channel, period)
    times = _items(visit, mapped.family, Store.DEMAND_TIME, channel, period)
    billed = [_billed(mapped.family)] if period is Period.PREVIOUS else []
    found = yield from visit.read([*values, *times, *billed])
    count = len(values)
    pairs = zip(_kilos(found[:count]), found[count : 2 * count], strict=True)
    peaks = tuple(Peak(value, _moment(at) if value else None) for value, at in pairs)
    return peaks, _quality(mapped, DEMANDS[quantity]), found[-1] if billed else None


def _time_of_use(
    visit: Visit, quantity: Quantity, store: Store, period: Period
) -> Script[tuple[Sequence[Held | None], str, Held | None]]:
    """Total and tariffs of one period; and when the last billing was, where that is asked for."""
    mapped, channel = yield from _channel(visit, quantity)
    items = _items(visit, mapped.family, store, channel, period)
    billed = [_billed(mapped.family)] if period is Period.BILLED else []
    found = yield from visit.read([*items, *billed])
    return found[: len(items)], _quality(mapped, quantity), found[-1] if billed else None


def _items(visit: Visit, family: Family, store: Store, channel: int, period: Period) -> list[Item]:
    rates = (None, *visit.setup.layout.rates[: visit.meter.tariffs])
    numbers = (g.register_of(family, TimeOfUse(store, channel, period, rate)) for rate in rates)
    if store is Store.DEMAND_TIME:
        return [Item(number, type="T") for number in numbers]
    return [Item(number, store.name) for number in numbers]


def _billed(family: Family) -> Item:
    return Item(g.BILLED_AT[family], "billing")


def _quality(mapped: Map, quantity: Quantity) -> str:
    return MAP_ASSUMED if quantity in mapped.assumed else ""


def _kilos(found: Sequence[Held | None]) -> tuple[Decimal | None, ...]:
    return _numbers(found, -3)


def _numbers(found: Sequence[Held | None], places: int) -> tuple[Decimal | None, ...]:
    if not any(found):
        raise Ended(Outcome.UNSUPPORTED, "the meter has no such registers")
    return tuple(
        None if one is None else plain(v.number_in(one.data, one.type).scaleb(places)) for one in found
    )


def _moment(held: Held | None) -> datetime | None:
    return None if held is None else v.moment_in(held.data)


def _channel(visit: Visit, quantity: Quantity) -> Script[tuple[Map, int]]:
    """Return the channel that measures a quantity, by the meter's own map."""
    mapped = yield from _map_of(visit)
    channel = mapped.channels.get(quantity)
    if channel is None:
        raise Ended(Outcome.UNSUPPORTED, f"no channel of the meter measures {quantity.value}")
    return mapped, channel


def _map_of(visit: Visit) -> Script[Map]:
    """Return what the meter told of itself today; types of registers are shared by model after this."""
    notes = visit.notes
    if notes.map is None or visit.now - notes.mapped_at >= HOLDS:
        notes.map = yield from _map(visit)
        notes.mapped_at = visit.now
    return notes.map


def _map(visit: Visit) -> Script[Map]:
    """Ask for the type of the meter and what its channels measure: by the scheme of Mk6, then of Mk10."""
    head = (Item(g.MODEL, type="A"), Item(g.VERSION, type="A"))
    for family in Family:
        first, count = g.CHANNEL_MAP[family], g.CHANNELS[family]
        codes = [Item(first + number, type="H") for number in range(count)]
        found = yield from visit.read([*head, *codes])
        visit.notes.type = "/".join(v.text_in(one.data) for one in found[:2] if one)
        if any(found[2:]):
            told = [None if one is None else int.from_bytes(one.data[-2:], "big") for one in found[2:]]
            return mapped_by(family, told, visit.setup.layout)
    usual = visit.setup.layout.channels[Family.MK6]
    return Map(Family.MK6, usual, frozenset(usual))


def mapped_by(family: Family, told: Sequence[int | None], layout: g.Layout) -> Map:
    """Return the map for the codes of all channels.

    A quantity that no code names is on its configured channel, if the code of that channel says nothing that
    is known.
    """
    channels = {measured: n for n, code in enumerate(told) if code and (measured := g.MEASURED.get(code))}
    assumed = {
        quantity: number
        for quantity, number in layout.channels[family].items()
        if quantity not in channels and number < len(told) and told[number] and told[number] not in g.MEASURED
    }
    return Map(family, channels | assumed, frozenset(assumed))


def _phases(visit: Visit, quantity: Quantity) -> Script[Read]:
    yield from _map_of(visit)
    registers, places = PHASES[quantity]
    found = yield from visit.read([Item(one, quantity.value) for one in registers])
    numbers = _numbers(found, places)
    return ((*numbers, None) if quantity is Q.CURRENT else numbers), ""


def _clock(visit: Visit, _: Quantity) -> Script[Read]:
    (held,) = yield from visit.read([Item(g.CLOCK, type="T")])
    if held is None:
        raise Ended(Outcome.UNSUPPORTED, "the meter tells no time")
    moment = v.moment_in(held.data)
    if moment is None:
        raise Ended(Outcome.BROKEN, "meter clock invalid")
    return moment, ""


def _billings(visit: Visit, _: Quantity) -> Script[Read]:
    """A billing clears the maximum demands: how often, and when last."""
    family = (yield from _map_of(visit)).family
    times, at = yield from visit.read([Item(g.BILLINGS, "billings"), _billed(family)])
    if times is None:
        raise Ended(Outcome.UNSUPPORTED, "the meter counts no billings")
    count = v.number_in(times.data, times.type) if times.type else int.from_bytes(times.data, "big")
    return Count(int(count), _moment(at)), ""


def _settled(visit: Visit, __: Quantity) -> Script[Read]:
    """Energy up to the last billing, and since then: the difference of the registers."""
    before, quality, _ = yield from _time_of_use(visit, Q.FORWARD_ACTIVE, Store.ENERGY, Period.BILLED)
    present, _, _ = yield from _time_of_use(visit, Q.FORWARD_ACTIVE, Store.ENERGY, Period.RUNNING)
    old, new = _kilos(before), _kilos(present)
    since = (None if a is None or b is None else plain(b - a) for a, b in zip(old, new, strict=True))
    return Settled(old, tuple(since)), quality


def _month(visit: Visit, quantity: Quantity, month: date) -> Script[Read]:
    """The last billing, if it was at the end of that month; earlier ones are not kept by tariff."""
    if quantity in DEMANDS:
        peaks, quality, billed = yield from _demands(visit, quantity, Period.PREVIOUS)
        _check_billing(billed, month)
        return peaks, quality
    found, quality, billed = yield from _time_of_use(visit, quantity, Store.ENERGY, Period.BILLED)
    _check_billing(billed, month)
    return _kilos(found), quality


def _check_billing(held: Held | None, month: date) -> None:
    if flaw := billing_flaw(_moment(held), month):
        raise Ended(*flaw)


_PRESENT: dict[Quantity, Callable[[Visit, Quantity], Script[Read]]] = {
    **dict.fromkeys(ENERGIES, _energies),
    **dict.fromkeys(DEMANDS, _peaks),
    **dict.fromkeys(PHASES, _phases),
    Q.CLOCK: _clock,
    Q.DEMAND_CLEARS: _billings,
    Q.SETTLEMENT: _settled,
}
