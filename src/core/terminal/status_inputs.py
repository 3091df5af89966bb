"""Status inputs (device behaviour 6.8; M40 to M42): debounced, compared, told as ERC4 and in 0C F9.

Whoever samples hands in the contacts that are closed, as often as they like, and calls ``tick`` at
``deadline``: what stood for 200 ms counts. Up to eight inputs; F12 says which are wired, and which of them
are normally closed: those count as closed while their contact is open.
"""

from core.gdw376.units.afn04 import StatusInputSetup
from core.terminal.events.erc04 import displaced
from core.terminal.events.rings import Events
from core.terminal.ledger import FactKept, Ledger
from core.terminal.parameters import Parameters

DEBOUNCE = 0.2
STATE, CHANGED = "inputs.state", "inputs.changed"


class StatusInputs:
    """State and changes survive a power cut: what moved meanwhile is a change."""

    def __init__(self, ledger: Ledger, parameters: Parameters, events: Events) -> None:
        self._ledger = ledger
        self._parameters = parameters
        self._events = events
        self._contacts: frozenset[int] | None = None
        self._since: float | None = None

    @property
    def state(self) -> frozenset[int]:
        """Inputs that are closed (ST)."""
        return _numbers(self._ledger.fact(STATE))

    @property
    def changed(self) -> frozenset[int]:
        """Inputs that changed since they were last read (CD)."""
        return _numbers(self._ledger.fact(CHANGED))

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to decide, in monotonic seconds."""
        return None if self._since is None else self._since + DEBOUNCE

    def sample(self, contacts: frozenset[int], now: float) -> None:
        """Take the closed contacts of this moment; another picture starts the 200 ms anew."""
        if contacts != self._contacts:
            self._contacts, self._since = contacts, now
        self.tick(now)

    def tick(self, now: float) -> None:
        """Let time pass. ``StoreError`` when a change cannot be kept; it is then found at the next look."""
        if self._since is None or now < self._since + DEBOUNCE or self._contacts is None:
            return
        self._settle(self._contacts)
        self._since = None

    def _settle(self, contacts: frozenset[int]) -> None:
        setup = self._parameters.value(StatusInputSetup)
        after = (contacts ^ (setup.connected - setup.normally_open)) & setup.connected
        known = self._ledger.fact(STATE) is not None
        before = self.state & setup.connected
        if known and after == before:
            return
        with self._ledger.transaction():
            self._ledger.note(STATE, _listed(after))
            if known:
                self._ledger.put(FactKept(CHANGED, _listed(self.changed | (before ^ after))))
                self._events.add(displaced(before, after))

    def read(self) -> tuple[frozenset[int], frozenset[int]]:
        """Return ST and CD; CD is told once."""
        state, changed = self.state, self.changed
        self._ledger.note(CHANGED, _listed(frozenset()))
        return state, changed


def _numbers(noted: str | None) -> frozenset[int]:
    return frozenset(int(number) for number in (noted or "").split(",") if number)


def _listed(inputs: frozenset[int]) -> str:
    return ",".join(str(number) for number in sorted(inputs))
