"""Search for meters whose addresses nobody knows (dlt645 §1, §2.2; control word D4 of F33, 0C F13).

A request to a wildcard address is answered by all meters that match. One clean answer is a meter; damaged
bytes are several at once, so the pattern is narrowed by two digits, lowest first, as the shortened addresses
of DL/T 645 demand. Each step is one request: a relay waits for no more than that.
"""

from core.terminal.acquisition.tasks import FoundMeter, Heard, Search

SPEEDS = (2400, 1200, 9600, 4800)
PROTOCOLS = (30, 1)
EVERYONE = "A" * 12


class Seeker:
    """The search on one port."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._ahead: list[Search] = []
        self.ordered = False
        self.found: list[FoundMeter] = []

    @property
    def running(self) -> bool:
        """Tell whether steps are left."""
        return bool(self._ahead)

    def start(self, *, ordered: bool = False) -> None:
        """Begin a new search; the old result goes. One ``ordered`` by a person heeds no windows."""
        self.found = []
        self.ordered = ordered
        self._ahead = [
            Search(self._port, EVERYONE, protocol, speed)
            for speed in reversed(SPEEDS)
            for protocol in reversed(PROTOCOLS)
        ]

    def stop(self) -> None:
        """Give up; what was found stays."""
        self._ahead = []

    def clear(self) -> None:
        """Forget search and result."""
        self.stop()
        self.found = []

    def next(self) -> Search | None:
        """Return the step to do now."""
        return self._ahead[-1] if self._ahead else None

    def heard(self, step: Search, heard: Heard) -> None:
        """Take the result of a step."""
        if step not in self._ahead:
            return
        self._ahead.remove(step)
        if heard.address is not None:
            self._add(FoundMeter(heard.address, step.protocol))
        elif heard.collided:
            self._ahead.extend(reversed(_narrower(step)))

    def _add(self, meter: FoundMeter) -> None:
        if all(meter.address != known.address for known in self.found):
            self.found.append(meter)


def _narrower(step: Search) -> list[Search]:
    """The hundred patterns below a pattern; none below a whole address (two meters share it)."""
    tail = step.pattern.lstrip("A")
    if len(tail) >= len(step.pattern):
        return []
    return [
        Search(step.port, f"{pair:02d}{tail}".rjust(12, "A"), step.protocol, step.speed)
        for pair in range(100)
    ]
