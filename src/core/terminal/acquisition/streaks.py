"""Failures that last: told to the sink at their begin and their end, once each (6.3, 6.4; M46)."""

from contextlib import suppress

from core.errors import StoreError
from core.terminal.acquisition.tasks import Sink
from core.terminal.ledger import Ledger

POINTS, PORTS, CLOCKS = "reading.streaks", "reading.silent-ports", "reading.clocks"


class Streaks:
    """Points without the day's freeze, ports without any answer."""

    def __init__(self, ledger: Ledger, sink: Sink) -> None:
        self._ledger = ledger
        self._sink = sink
        self._points = _numbers(ledger.fact(POINTS))
        self._ports = _numbers(ledger.fact(PORTS))

    def begin(self, point: int) -> None:
        """The period of a day ended without the point's freeze."""
        if point not in self._points:
            self._points.add(point)
            self._note()
            self._sink.point_missing(point, True)

    def end(self, point: int) -> None:
        """A day freeze of the point came in."""
        if point in self._points:
            self._points.discard(point)
            self._note()
            self._sink.point_missing(point, False)

    def _note(self) -> None:
        with suppress(StoreError):  # after a power cut the event might come twice; the ledger shows the fault
            self._ledger.note(POINTS, _listed(self._points))
            self._ledger.note(PORTS, _listed(self._ports))

    def port_fails(self, port: int) -> None:
        """All points of a port failed in one pass."""
        if port not in self._ports:
            self._ports.add(port)
            self._note()
            self._sink.port_failed(port)

    def port_answers(self, port: int) -> None:
        """A meter of the port answered."""
        if port in self._ports:
            self._ports.discard(port)
            self._note()

    @property
    def open(self) -> bool:
        """Tell whether the day's data of any point are missing."""
        return bool(self._points)

    @property
    def meter_clocks(self) -> bool:
        """May the terminal set the clocks of meters? (05 F30 of 2012)"""
        return self._ledger.fact(CLOCKS) is None

    def allow_meter_clocks(self, allowed: bool) -> None:
        """Allow or forbid the timed broadcast."""
        self._ledger.note(CLOCKS, None if allowed else "off")

    def forget(self) -> None:
        """Data were initialised."""
        self._points.clear()
        self._ports.clear()
        self._note()


def _numbers(noted: str | None) -> set[int]:
    return {int(number) for number in noted.split(",")} if noted else set()


def _listed(numbers: set[int]) -> str | None:
    return ",".join(map(str, sorted(numbers))) or None
