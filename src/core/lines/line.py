"""What every line is, and the settings of those that have a speed."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol, Self

from core.errors import UsageError

PARITIES = {"N": 0, "E": 1, "O": 1}
"""Parity letter to parity bits per character."""
DATA_BITS = (5, 6, 7, 8)
STOP_BITS = (1, 2)
SLOWEST, FASTEST = 50, 4_000_000


@dataclass(frozen=True, slots=True)
class SerialSettings:
    """Speed and shape of a character; raises ``UsageError`` for what no port can run."""

    baud: int = 2400
    data_bits: int = 8
    parity: str = "N"
    stop_bits: int = 1

    def __post_init__(self) -> None:
        if not SLOWEST <= self.baud <= FASTEST:
            raise UsageError(f"Baud rate {self.baud} is outside {SLOWEST} to {FASTEST}.", "Take 2400 for IR.")
        if self.parity not in PARITIES:
            raise UsageError(f"Parity {self.parity!r} is unknown.", "Take N, E or O.")
        if self.data_bits not in DATA_BITS:
            raise UsageError(f"{self.data_bits} data bits are impossible.", "Take 5 to 8.")
        if self.stop_bits not in STOP_BITS:
            raise UsageError(f"{self.stop_bits} stop bits are impossible.", "Take 1 or 2.")

    @property
    def text(self) -> str:
        """The usual short form, e.g. ``2400 8N1``."""
        return f"{self.baud} {self.data_bits}{self.parity}{self.stop_bits}"

    @property
    def character_bits(self) -> int:
        """Bits of one character on the wire: start, data, parity, stop."""
        return 1 + self.data_bits + PARITIES[self.parity] + self.stop_bits

    def wire_time(self, n_bytes: int) -> float:
        """Seconds that ``n_bytes`` without gaps occupy the wire."""
        return n_bytes * self.character_bits / self.baud


IR = SerialSettings(2400)
"""The infrared window of the terminal (device behaviour M144)."""
RS485 = SerialSettings(115200)
"""The download port 485_3 (device behaviour M152, M154)."""


class Sleeper(Protocol):
    """A clock on which one can wait."""

    def monotonic(self) -> float:
        """Seconds of the clock."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait so many seconds of the clock."""
        ...

    def timeout(self, seconds: float | None) -> AbstractAsyncContextManager[object]:
        """Let what is inside take no longer, in seconds of the clock; ``TimeoutError`` then."""
        ...

    def call_later(self, seconds: float, callback: Callable[[], object]) -> "Owed":
        """Call back after so many seconds of the clock."""
        ...


class Owed(Protocol):
    """A call that may be forgotten."""

    def cancel(self) -> None:
        """Forget it."""
        ...


class Line(ABC):
    """An open port. Use it from one event loop only; ``async with`` closes it at the end."""

    name: str
    """What a person calls this port, e.g. ``COM4``."""
    settings: SerialSettings | None
    """Speed and character shape as asked for, ``None`` where a line has none (TCP)."""

    @abstractmethod
    async def send(self, data: bytes) -> None:
        """Send all of ``data`` and return when the last bit left.

        Sends queue up in the order of the calls. Raises ``LineError`` when the line is lost or closed.
        """

    async def send_after(self, pause: float, data: bytes, clock: Sleeper) -> None:
        """Keep silent for ``pause`` seconds, then send. Raises as `send` does."""
        if pause > 0:
            await clock.sleep(pause)
        await self.send(data)

    @abstractmethod
    async def receive(self) -> bytes:
        """Wait for the next bytes, at least one; cancelling loses none.

        Raises ``LineError`` when the line is lost or closed, after all bytes that came before were given.
        """

    async def receive_within(self, seconds: float, clock: Sleeper) -> bytes:
        """Wait for the next bytes, nothing when ``seconds`` are over. Raises as `receive`."""
        try:
            async with clock.timeout(seconds):
                return await self.receive()
        except TimeoutError:
            return b""

    async def ask(self, pause: float, data: bytes, seconds: float, clock: Sleeper) -> bytes:
        """`send_after`, then wait for what comes; nothing when ``seconds`` from now are over."""
        due = clock.monotonic() + seconds
        await self.send_after(pause, data, clock)
        return await self.receive_within(max(0.0, due - clock.monotonic()), clock)

    @abstractmethod
    async def close(self) -> None:
        """Let go of the port; a waiting ``receive`` ends with ``LineError``. Closing twice is allowed."""

    async def retune(self, settings: SerialSettings) -> None:
        """Run at other settings from the next byte on; a line without any stays as it is.

        Raises ``LineError`` when the port refuses them.
        """
        if self.settings is not None:
            self.settings = settings

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
