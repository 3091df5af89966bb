"""Bytes exchanged with the master, per day and month (M53; 0C F10). Local channels do not count."""

from core.terminal.ledger import FactKept, Ledger
from core.terminal.rtc import Rtc


class TrafficMeter:
    """Two counters that start again when the terminal's day or month changes."""

    def __init__(self, ledger: Ledger, rtc: Rtc) -> None:
        self._ledger = ledger
        self._rtc = rtc

    def _stamps(self) -> tuple[str, str]:
        day = self._rtc.reading().date().isoformat()
        return day, day[:7]

    def _counted(self, name: str, stamp: str) -> int:
        if self._ledger.fact(f"traffic.{name}.of") != stamp:
            return 0
        return int(self._ledger.fact(f"traffic.{name}") or 0)

    @property
    def today(self) -> int:
        """Bytes of this day."""
        return self._counted("day", self._stamps()[0])

    @property
    def month(self) -> int:
        """Bytes of this month."""
        return self._counted("month", self._stamps()[1])

    def count(self, octets: int) -> None:
        """Add bytes of a frame, either direction."""
        day, month = self._stamps()
        self._ledger.put(
            FactKept("traffic.day", str(self.today + octets)),
            FactKept("traffic.day.of", day),
            FactKept("traffic.month", str(self.month + octets)),
            FactKept("traffic.month.of", month),
        )

    def clear(self) -> None:
        """Start both from 0."""
        for name in ("day", "day.of", "month", "month.of"):
            self._ledger.note(f"traffic.{name}", None)
