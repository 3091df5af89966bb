"""Standing control states: reports allowed, connection wanted (AFN05; M124)."""

from core.terminal.ledger import Ledger


class Controls:
    """States that a command sets and that stay; initialisation releases them."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @property
    def reports_allowed(self) -> bool:
        """May the terminal report by itself? (05 F29, F37)"""
        return self._ledger.fact("control.reports") != "forbidden"

    def allow_reports(self, allowed: bool) -> None:
        """Allow or forbid spontaneous reports."""
        self._ledger.note("control.reports", None if allowed else "forbidden")

    @property
    def calls_allowed(self) -> bool:
        """May there be voice calls with the master? Only told, there is no voice (05 F27, F35)."""
        return self._ledger.fact("control.calls") != "forbidden"

    def allow_calls(self, allowed: bool) -> None:
        """Allow or forbid voice calls."""
        self._ledger.note("control.calls", None if allowed else "forbidden")

    @property
    def connection_wanted(self) -> bool:
        """Should the terminal be connected to its master? (05 F38, F39)"""
        return self._ledger.fact("control.connection") != "dropped"

    def want_connection(self, wanted: bool) -> None:
        """Dial the master, or drop the link until ordered otherwise."""
        self._ledger.note("control.connection", None if wanted else "dropped")

    def release(self) -> None:
        """Back to the normal state."""
        self.allow_reports(True)
        self.allow_calls(True)
        self.want_connection(True)
