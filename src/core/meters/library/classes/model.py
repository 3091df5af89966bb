"""A library of classes as it is used: made by `core.meters.library.classes.building`, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.meters.driver import Speed
from core.meters.library.address import AddressForm
from core.meters.library.checks import Check
from core.meters.library.frames import Frame
from core.meters.library.model import ErrorRow, Identity, Session, Timing
from core.meters.library.values import Format
from core.quantities import Quantity


@dataclass(frozen=True, slots=True)
class Extent:
    """A class, or the part of one that is read: bytes ``start`` and on, ``count`` of them (0: all)."""

    name: str
    id: bytes
    start: int = 0
    count: int = 0
    sizes: tuple[int, ...] = ()
    """Bytes that are understood; any other number is an unknown layout. Empty: whatever comes."""
    sum: Check | None = None
    """The check value that the class ends with."""
    holds: float = 0.0
    """Seconds for which it need not be read again."""
    called: str = ""
    """What people call its content."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value at a place; ``places``: the constant that says how many more decimals it has."""

    at: int
    format: Format
    places: str = ""


@dataclass(frozen=True, slots=True)
class Records:
    """Blocks of a class: so many records of each, one for each rate, one block after the other."""

    present: Extent
    previous: Extent
    stride: int
    rates: tuple[int, ...]
    """Place of the record of tariff 1, 2, …"""
    sizes: Mapping[int, int]
    """Bytes of the class to its number of blocks."""
    energy: Cell
    demand: Cell | None
    time: Cell | None
    tail: Mapping[Quantity, Cell]
    """Values behind the blocks, counted from their end."""

    @property
    def block(self) -> int:
        """Bytes of one block."""
        return self.stride * len(self.rates)


@dataclass(frozen=True, slots=True)
class BlockMap:
    """Which block measures what, as the meter tells."""

    extent: Extent
    places: Mapping[int, tuple[int, ...]]
    """Bytes that came to where in the class the codes of the blocks stand."""
    codes: Mapping[int, Quantity]
    usual: tuple[int, ...]
    """Codes where the meter does not tell them."""


@dataclass(frozen=True, slots=True)
class Access:
    """The frames by which a class is read."""

    send: Frame
    follow: Frame
    part: tuple[Frame, ...]
    refused: tuple[Frame, ...]
    most: int
    """Packets of a class at most."""


@dataclass(frozen=True, slots=True)
class Play:
    """An embedded test: a question, what goes over the line, how it ends."""

    address: str
    quantity: Quantity
    lines: tuple[tuple[bytes, bytes | None], ...]
    gives: tuple[str, ...] = ()
    outcome: str = "read"


@dataclass(frozen=True, slots=True)
class ClassLibrary:
    """One family."""

    identity: Identity
    speed: Speed
    address: AddressForm
    timing: Timing
    frames: Mapping[str, Frame]
    session: Session
    access: Access
    unasked: tuple[tuple[Frame, Frame], ...]
    """What the meter may say in the middle, and the answer."""
    errors: tuple[ErrorRow, ...]
    constants: tuple[Extent, Mapping[str, Cell]]
    map: BlockMap
    records: Records
    clock: tuple[Extent, Cell]
    reset: tuple[Extent, Cell] | None
    """When the meter billed last: what ``previous`` holds is of that moment."""
    tests: tuple[Play, ...] = ()

    @property
    def blanks(self) -> Mapping[str, bytes]:
        """Every variable of its frames, with zeros."""
        fields = (one for frame in self.frames.values() for one in frame.fields)
        return {one.name: bytes(one.size or 0) for one in fields if one.kind == "variable"}

    @property
    def demands(self) -> Mapping[Quantity, Quantity]:
        """Demands to the energies whose blocks they share."""
        known = {Quantity(f"{energy.value}-demand"): energy for energy in self.map.codes.values()}
        return known if self.records.demand else {}

    @property
    def quantities(self) -> frozenset[Quantity]:
        """Everything that can be asked."""
        held = {*self.map.codes.values(), *self.demands, *self.records.tail, Quantity.CLOCK}
        settled = {Quantity.SETTLEMENT} if Quantity.FORWARD_ACTIVE in held else set[Quantity]()
        return frozenset(held | settled)
