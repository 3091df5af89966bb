"""ERC32: the traffic of the month reached its limit, F36; once per month (device behaviour 6.9)."""

from core.gdw376.catalogue import unit_class
from core.gdw376.units.erc import Erc32
from core.terminal.events.rings import Events
from core.terminal.ledger import Ledger
from core.terminal.parameters import Parameters
from core.terminal.readings import Kind
from core.terminal.rtc import Rtc
from core.terminal.statistics import TRAFFIC, Statistics

LIMIT = 36
"""Fn of the limit in bytes, 0: none."""
TOLD = "traffic.told"
"""Fact: the month in which the event was written."""


def limit(parameters: Parameters) -> int:
    """Bytes a month, 0: none."""
    kind = unit_class(0x04, LIMIT)
    assert kind is not None
    return int(getattr(parameters.value(kind), "value", 0))


def used(statistics: Statistics) -> int:
    """Bytes of this month, both ways."""
    return statistics.present(Kind.MONTH, TRAFFIC)


def exceeded(parameters: Parameters, statistics: Statistics) -> bool:
    """Tell whether spontaneous reports have to stop."""
    return 0 < limit(parameters) <= used(statistics)


class TrafficWatch:
    """Looks at the counter of the month."""

    def __init__(
        self, ledger: Ledger, parameters: Parameters, statistics: Statistics, events: Events, rtc: Rtc
    ) -> None:
        self._ledger = ledger
        self._parameters = parameters
        self._statistics = statistics
        self._events = events
        self._rtc = rtc

    def look(self) -> None:
        """Write the event when it is due; with an invalid clock there is no month."""
        if not exceeded(self._parameters, self._statistics):
            return
        now = self._rtc.now()
        if now is None or self._ledger.fact(TOLD) == f"{now:%Y-%m}":
            return
        with self._ledger.transaction():
            self._ledger.note(TOLD, f"{now:%Y-%m}")
            self._events.add(Erc32(None, used(self._statistics), limit(self._parameters)))
