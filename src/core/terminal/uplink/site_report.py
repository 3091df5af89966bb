"""A person at the terminal wants the master to hear from it (device behaviour 3.7; M112, M113)."""

from collections.abc import Callable


class SiteReport:
    """Whether it is still to be sent, and who waits for its end."""

    def __init__(self) -> None:
        self.waits = False
        """Not yet out and confirmed."""
        self._awaited: tuple[float, Callable[[bool], None]] | None = None

    def tell(self, until: float, done: Callable[[bool], None]) -> None:
        """Call ``done`` once: true when the report was confirmed, false at ``until`` (monotonic)."""
        self._awaited = (until, done)

    def look(self, now: float) -> None:
        """Tell who waits, when it is over."""
        if self._awaited is None or (self.waits and now < self._awaited[0]):
            return
        (_, done), self._awaited = self._awaited, None
        done(not self.waits)

    @property
    def due(self) -> float:
        """When somebody stops waiting; infinite if nobody waits."""
        return self._awaited[0] if self._awaited else float("inf")
