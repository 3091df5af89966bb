"""The port on which the master may call (F8 server, F7 port)."""

from core.terminal.uplink.state import Listen, StopListening


class Listening:
    """Opens and closes the port as the parameters want it."""

    def __init__(self) -> None:
        self._port: Listen | None = None
        self.due = float("-inf")
        """Monotonic time before which an unopened port is not tried again."""

    @property
    def open(self) -> bool:
        """Tell whether the port was ordered and did not fail."""
        return self._port is not None

    def step(self, wanted: Listen | None, now: float) -> Listen | StopListening | None:
        """Return the next order that leads to ``wanted``."""
        if self._port and self._port != wanted:
            self._port = None
            return StopListening()
        if wanted and not self._port and now >= self.due:
            self._port = wanted
            return wanted
        return None

    def failed(self, due: float) -> None:
        """The port could not be opened; it is tried again at ``due``."""
        self._port, self.due = None, due
