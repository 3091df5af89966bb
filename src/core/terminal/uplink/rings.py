"""Calls that nobody answers: enough rings wake a passive uplink (M100)."""

from core.terminal.ledger import Ledger

RING_PAUSE = 10.0
"""Seconds without a ring that end a call [design]."""
USUAL_RINGS = 2
"""Rings before a call counts as wake-up (Q30, device behaviour 10)."""
MOST_RINGS = 10
RINGS = "uplink.rings"


class Rings:
    """Counts the rings of one call."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._count, self._last = 0, float("-inf")

    @property
    def wanted(self) -> int:
        """Rings before a call wakes; 0: never. Setting raises ``ValueError`` for more than 10."""
        return int(self._ledger.fact(RINGS) or USUAL_RINGS)

    @wanted.setter
    def wanted(self, count: int) -> None:
        if not 0 <= count <= MOST_RINGS:
            raise ValueError(f"{count} rings, 0 to {MOST_RINGS} are possible")
        self._ledger.note(RINGS, str(count))

    def rang(self, now: float) -> bool:
        """Count a ring; return whether it is the one that wakes."""
        self._count = self._count + 1 if now - self._last < RING_PAUSE else 1
        self._last = now
        return self._count == self.wanted
