"""Whether a frame is for this terminal, and in which way (device behaviour 5.6, vendor extension 1.8)."""

from dataclasses import dataclass
from enum import Enum

from core.gdw376.address import ALL, UNIVERSAL, UNIVERSAL_REVERSED, Address
from core.gdw376.dadt import identifier
from core.gdw376.frame import Direction, Frame
from core.gdw376.packing import DEFAULT_LARGEST

_DISCOVERY = identifier([0], [89])
_ANY_REGION = "0000"
_EVERYWHERE = "FFFF"


class Reach(Enum):
    """How an address reaches a terminal."""

    OWN = "own"
    UNIVERSAL = "universal"
    """1122-3344 in either byte order, on local channels only."""
    GROUP = "group"
    BROADCAST = "broadcast"
    DISCOVERY = "discovery"
    """FFFF-FFFF with AFN0A F89: who is there? On local channels only."""


@dataclass(frozen=True, slots=True)
class Station:
    """A terminal as its line sees it."""

    address: Address
    groups: frozenset[int] = frozenset()
    """Group addresses of AFN04 F6; 0 never matches."""
    local: bool = True
    """Infrared, maintenance RS485: where a person stands at the terminal."""
    largest: int = DEFAULT_LARGEST
    """Bytes of the longest frame it sends."""
    answers_groups: bool = True
    """Answer what came by group or broadcast address, AFN0FH excepted (part A §1.4)."""

    def reach(self, frame: Frame) -> Reach | None:
        """Return how a downlink frame reaches this terminal, ``None`` when it is for others."""
        if frame.direction is Direction.UP:
            return None
        asked = frame.address
        if asked.group:
            return self._shared(asked, frame)
        if asked.same_station(self.address):
            return Reach.OWN
        universal = asked.same_station(UNIVERSAL) or asked.same_station(UNIVERSAL_REVERSED)
        return Reach.UNIVERSAL if self.local and universal else None

    def _shared(self, asked: Address, frame: Frame) -> Reach | None:
        if asked.region == _EVERYWHERE and asked.terminal == ALL:
            discovery = self.local and frame.afn == 0x0A and frame.payload == _DISCOVERY
            return Reach.DISCOVERY if discovery else None
        if asked.region not in (self.address.region, _ANY_REGION):
            return None
        if asked.terminal == ALL:
            return Reach.BROADCAST
        return Reach.GROUP if asked.terminal and asked.terminal in self.groups else None
