"""In which order a probe asks: the speeds that firmware uses first, then what meters can be set to.

The usual meter answers the first question. Speeds: dlt645 §1.1; meter protocols §2 (default port settings),
§3.1, §4.1, §5.1 and §5.2 (ports fixed at a rate), §6.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from core.errors import UsageError
from core.meters.driver import Speed
from core.meters.library.model import Library
from core.meters.library.shelf import shipped
from core.meters.mapping import ALPHA, DLT645_1997, DLT645_2007, EDMI, LISTS
from core.meters.probe.asking import every_device, old_meters, questions
from core.meters.probe.question import IEC62056, NATIVES, Question

WASION = "wasion-4.1"


@dataclass(frozen=True, slots=True)
class Row:
    """A family at a speed."""

    family: str
    speed: Speed
    usual: bool = True
    """The family is shipped, or used in the field, with this speed."""


def _bits(baud: int, shape: str) -> Speed:
    return Speed(baud, shape[1], int(shape[0]), int(shape[2]))


def _rows(table: str, *, usual: bool) -> tuple[Row, ...]:
    """Read ``family baud shape`` by line."""
    words = [line.split() for line in table.strip().splitlines()]
    return tuple(Row(family, _bits(int(baud), shape), usual) for family, baud, shape in words)


USUAL = _rows(
    f"""
    {DLT645_2007} 2400 8E1
    {DLT645_1997} 1200 8E1
    {DLT645_2007} 1200 8E1
    {DLT645_2007} 9600 8E1
    {DLT645_1997} 2400 8E1
    {EDMI} 9600 8N1
    {DLT645_2007} 4800 8E1
    {ALPHA} 1200 8N1
    {IEC62056} 300 7E1
    {WASION} 1200 8E1
    {DLT645_1997} 9600 8E1
    {IEC62056} 9600 7E1
    {DLT645_1997} 4800 8E1
    {IEC62056} 2400 7E1
    {DLT645_1997} 600 8E1
    {IEC62056} 1200 7E1
    """,
    usual=True,
)
RARE = _rows(
    f"""
    {DLT645_2007} 19200 8E1
    {DLT645_2007} 600 8E1
    {EDMI} 2400 8N1
    {DLT645_2007} 2400 8N1
    {DLT645_2007} 9600 8N1
    {DLT645_1997} 1200 8N1
    {IEC62056} 9600 8N1
    {ALPHA} 9600 8N1
    {EDMI} 4800 8N1
    {IEC62056} 4800 7E1
    {EDMI} 19200 8N1
    {WASION} 2400 8E1
    {WASION} 9600 8E1
    {IEC62056} 19200 7E1
    {EDMI} 1200 8N1
    {ALPHA} 2400 8N1
    {DLT645_1997} 300 8E1
    {IEC62056} 600 7E1
    {IEC62056} 2400 8N1
    """,
    usual=False,
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What narrows a probe down."""

    meter: str = ""
    """Twelve digits of the nameplate."""
    families: tuple[str, ...] = ()
    speeds: tuple[int, ...] = ()
    """Bits per second."""


def libraries() -> Mapping[str, Library]:
    """Return the libraries that a list of protocol codes leads to; the others repeat families of ours."""
    listed = {name for codes in LISTS.values() for name in codes.values()}
    return {name: one for name, one in shipped().items() if name in listed and isinstance(one, Library)}


def families() -> tuple[str, ...]:
    """Return all families that can be asked."""
    return (*NATIVES, *libraries())


def plan(wish: Wish) -> tuple[Question, ...]:
    """Return all questions in their order, each once but for those that are repeated to wake a meter.

    ``UsageError`` for an unknown family, or where nothing can be asked.
    """
    for family in wish.families:
        if family not in families():
            raise UsageError(f"No questions for {family}.", f"Families: {', '.join(families())}.")
    found = tuple(_questions(wish))
    if not found:
        raise UsageError(
            "With these options there is nothing to ask.",
            "Give the nameplate with --meter, another --family or another --speed.",
        )
    return found


def _questions(wish: Wish) -> Iterator[Question]:
    held, rows = libraries(), _chosen(wish)
    for row in rows:
        yield from questions(row.family, row.speed, wish.meter, held.get(row.family))
    for row in rows:
        if wish.meter and row.usual:  # the nameplate is not always the address
            yield from _anybody(row)
        if not wish.meter and row.usual and row.family == DLT645_1997:
            yield old_meters(row.speed)
    if not wish.meter and len(wish.families) == 1:
        (family,) = wish.families
        for row in rows:
            yield from every_device(family, row.speed, held.get(family)) if row.usual else ()


def _anybody(row: Row) -> Iterable[Question]:
    return () if row.family == ALPHA else questions(row.family, row.speed)


def _chosen(wish: Wish) -> tuple[Row, ...]:
    """The rows of these families and speeds; a speed without a row is tried in the family's usual shape."""
    wanted = wish.families or families()
    rows = [row for row in (*USUAL, *RARE) if row.family in wanted]
    rows += [_by_library(name) for name in wanted if all(row.family != name for row in rows)]
    if not wish.speeds:
        return tuple(rows)
    chosen = [row for row in rows if row.speed.baud in wish.speeds]
    for baud in wish.speeds:
        for family in wanted:
            if not any((row.family, row.speed.baud) == (family, baud) for row in chosen):
                shape = next(row.speed for row in rows if row.family == family)
                chosen.append(Row(family, replace(shape, baud=baud)))
    return tuple(chosen)


def _by_library(name: str) -> Row:
    return Row(name, libraries()[name].speed)
