"""What a visit has learnt about reading: ports, points, values read at once, clocks of meters.

No widget is known here; it stands on the desk, so it outlives its pages and goes with the terminal.
"""

from datetime import date
from typing import TYPE_CHECKING

from hhu.client.change import State

if TYPE_CHECKING:  # the desk is made at the start, meters are imported when their pages are opened
    from core.gdw376.units.afn0c import PortReading
    from hhu.client.meter_clocks import BroadcastProof, MeterTime
    from hhu.client.meter_reading import MeterValue
    from hhu.client.reading_state import PointState, PortOutcome
    from hhu.client.relay import Exchange


class ReadingBoard:
    """Facts by port and by point."""

    def __init__(self) -> None:
        self.ports: tuple[PortReading, ...] | None = None
        """``None``: not asked yet."""
        self.orders: dict[int, PortOutcome] = {}
        """The last order to each port, and how far it has come."""
        self.day: date | None = None
        """Of the missing list."""
        self.points: dict[int, PointState] = {}
        self.values: dict[int, MeterValue] = {}
        """The value read at once last."""
        self.stops: dict[int, State] = {}
        """How far stopping or allowing a point has come."""
        self.exchange: Exchange | None = None
        """The last relay."""
        self.clocks: tuple[MeterTime, ...] | None = None
        self.proofs: dict[int, BroadcastProof] = {}
        """Meters read back after a broadcast."""

    def take_port(self, outcome: "PortOutcome") -> None:
        """An order has come further."""
        self.orders[outcome.port] = outcome
        if outcome.after is not None and self.ports is not None:
            self.ports = tuple(outcome.after if p.port == outcome.port else p for p in self.ports)

    def take_clock(self, clock: "MeterTime") -> None:
        """A clock was read just now."""
        others = (known for known in self.clocks or () if known.point != clock.point)
        self.clocks = (*others, clock)
