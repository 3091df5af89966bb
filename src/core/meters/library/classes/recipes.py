"""How each quantity is read from classes (meter protocols §4.3, §8).

There is no register of all rates together: totals are sums, the greatest demand is that of the greatest rate,
and the reading says "derived".
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from core.meters.billing import billing_flaw
from core.meters.decimals import plain
from core.meters.driver import Outcome
from core.meters.library.classes.model import Extent
from core.meters.library.classes.picture import Picture, Rate, moment, number, picture, sound
from core.meters.library.classes.visit import HOLDS, Script, Visit
from core.meters.library.recipes import DERIVED
from core.meters.scripts import Ended, Read
from core.quantities import MonthEnd, Now, Peak, Quantity, Settled, Wanted

MAP_ASSUMED = "map assumed"


def recipe(visit: Visit, wanted: Wanted) -> Script[Read]:
    """Return how to read what is wanted."""
    library, quantity = visit.library, wanted.quantity
    if quantity in library.quantities:
        match wanted.when:
            case Now():
                return _present(visit, quantity)
            case MonthEnd(month) if library.reset and quantity not in (Quantity.CLOCK, Quantity.SETTLEMENT):
                return _month(visit, quantity, month)
            case _:
                pass
    return _nothing()


def _nothing() -> Script[Read]:
    raise Ended(Outcome.UNSUPPORTED, "meters of this family keep no such registers")
    yield  # makes it a generator


def _present(visit: Visit, quantity: Quantity) -> Script[Read]:
    if quantity is Quantity.CLOCK:
        return (yield from _clock(visit))
    if quantity is Quantity.SETTLEMENT:
        return (yield from _settled(visit))
    return (yield from _registers(visit, quantity, visit.library.records.present))


def _clock(visit: Visit) -> Script[Read]:
    extent, cell = visit.library.clock
    content = yield from visit.read(extent)
    if content is None:
        raise Ended(Outcome.UNSUPPORTED, "the meter tells no time")
    at = moment(cell, content)
    if at is None:
        raise Ended(Outcome.BROKEN, "meter clock invalid")
    return at, ""


def _month(visit: Visit, quantity: Quantity, month: date) -> Script[Read]:
    """The registers of the last billing, if that was at the end of the month."""
    assert visit.library.reset is not None
    extent, cell = visit.library.reset
    content = yield from visit.read(extent)
    if flaw := billing_flaw(moment(cell, content) if content else None, month):
        raise Ended(*flaw)
    return (yield from _registers(visit, quantity, visit.library.records.previous))


def _registers(visit: Visit, quantity: Quantity, extent: Extent) -> Script[Read]:
    library = visit.library
    if quantity in library.records.tail:
        shown = yield from _picture(visit, extent)
        return (shown.tail[quantity], *(None,) * visit.meter.tariffs), ""
    rates, quality = yield from _block(visit, library.demands.get(quantity, quantity), extent)
    if quantity in library.demands:
        greatest = max(rates, key=lambda rate: rate.demand)
        return tuple(Peak(rate.demand, rate.at) for rate in (greatest, *rates)), quality
    return _summed([rate.energy for rate in rates]), quality


def _settled(visit: Visit) -> Script[Read]:
    """Energy up to the last billing, and since then: the difference of the registers."""
    records = visit.library.records
    before, quality = yield from _block(visit, Quantity.FORWARD_ACTIVE, records.previous)
    present = (yield from _block(visit, Quantity.FORWARD_ACTIVE, records.present))[0]
    old, new = ([rate.energy for rate in rates] for rates in (before, present))
    since = [plain(b - a) for a, b in zip(old, new, strict=True)]
    return Settled(_summed(old), _summed(since)), quality


def _summed(energies: Sequence[Decimal]) -> tuple[Decimal, ...]:
    return (plain(sum(energies, Decimal(0))), *energies)


def _block(visit: Visit, quantity: Quantity, extent: Extent) -> Script[tuple[list[Rate], str]]:
    """Return the records of a block in the order of the terminal's tariffs, and quality words."""
    yield from _learnt(visit)
    measured = [visit.library.map.codes.get(code) for code in visit.notes.codes]
    place = measured.index(quantity) if quantity in measured else -1
    if place < 0:
        raise Ended(Outcome.UNSUPPORTED, f"no block of the meter measures {quantity.value}")
    shown = yield from _picture(visit, extent)
    if place >= len(shown.blocks):
        raise Ended(Outcome.UNSUPPORTED, f"no block of the meter measures {quantity.value}")
    rates = [shown.blocks[place][rate] for rate in visit.library.records.rates[: visit.meter.tariffs]]
    return rates, f"{DERIVED}, {MAP_ASSUMED}" if visit.notes.assumed else DERIVED


def _picture(visit: Visit, extent: Extent) -> Script[Picture]:
    """Return the registers; what was just read of them serves again."""
    places = yield from _learnt(visit)
    kept = visit.notes.pictures.get(extent.id)
    if kept is not None and visit.now - kept[0] < extent.holds:
        return kept[1]
    content = yield from _whole(visit, extent)
    shown = picture(visit.library.records, content, places)
    visit.notes.pictures[extent.id] = visit.now, shown
    return shown


def _whole(visit: Visit, extent: Extent) -> Script[bytes]:
    content = yield from visit.read(extent)
    if content is None:
        raise Ended(Outcome.UNSUPPORTED, f"the meter has no class {int.from_bytes(extent.id, 'big')}")
    return sound(extent, content)


def _learnt(visit: Visit) -> Script[dict[str, int]]:
    """Constants and the map of blocks, once a day."""
    notes, library = visit.notes, visit.library
    if notes.places is None or visit.now - notes.learnt_at >= HOLDS:
        extent, cells = library.constants
        content = yield from _whole(visit, extent)
        places = {name: int(number(cell, content, {})) for name, cell in cells.items()}
        codes = yield from _codes(visit)
        notes.assumed = not any(codes)
        notes.codes = codes if any(codes) else library.map.usual
        notes.places, notes.learnt_at = places, visit.now
    return notes.places


def _codes(visit: Visit) -> Script[tuple[int, ...]]:
    """Ask for the map; how much comes tells where the codes stand."""
    told = visit.library.map
    content = yield from visit.read(told.extent)
    if content is None:
        return ()
    places = told.places.get(len(content), min(told.places.items())[1])
    offsets = (place - told.extent.start for place in places)
    return tuple(content[at] for at in offsets if 0 <= at < len(content))
