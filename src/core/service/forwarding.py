"""Bytes that a master sends through a port, and what comes back: AFN10 F1 (part A §12)."""

from core.gdw376.units.afn04 import CONTROL_SPEEDS, SerialControl
from core.gdw376.units.afn10 import Forward
from core.meters.driver import Over, Send, Speed, Step

SHORTEST = 1.0
"""Seconds that are waited at least, whatever the order says; terminals of the field do the same."""
GAPS = (0.05, 1.0)
"""Least and longest silence that ends an answer, seconds."""
PAUSE = 0.02
"""Silence in front of the frame (dlt645 §12)."""
LARGEST = 1000
"""Bytes of an answer that still fit into one frame of the terminal."""


class Forwarding:
    """One transmission and its answer; nothing is repeated, since nobody here knows what it does."""

    def __init__(self, order: Forward) -> None:
        self.speed = speed_of(order.control)
        self.deadline: float | None = None
        self.answer = b""
        """What came, without the echo of a two-wire adapter; empty if nothing did."""
        self._raw = order.content
        self._heard = bytearray()
        wait = order.message_timeout.value * (1.0 if order.message_timeout.unit else 0.01)
        self._first = max(SHORTEST, wait)
        self._gap = min(max(order.byte_timeout / 100, GAPS[0]), GAPS[1])

    def begin(self, now: float) -> list[Step]:
        """Send."""
        self.deadline = now + PAUSE + len(self._raw) * self.speed.bits / self.speed.baud + self._first
        return [Send(self._raw, PAUSE)]

    def feed(self, data: bytes, now: float) -> list[Step]:
        """Collect; the echo of the own bytes begins no answer."""
        self._heard += data
        if len(self._heard) > LARGEST:
            return self._end()
        if not self._raw.startswith(bytes(self._heard)):
            self.deadline = now + self._gap
        return []

    def tick(self, now: float) -> list[Step]:
        """End after the silence behind the last byte, or when none came in time."""
        return self._end() if self.deadline is not None and now >= self.deadline else []

    def _end(self) -> list[Step]:
        self.answer = bytes(self._heard).removeprefix(self._raw)[:LARGEST]
        return [Over()]


def speed_of(control: SerialControl) -> Speed:
    """Return how characters travel by the serial control byte."""
    parity = ("E", "O")[control.odd] if control.parity else "N"
    return Speed(int(CONTROL_SPEEDS[control.speed][1]), parity, control.data_bits + 5, control.stop + 1)
