"""Bytes of a line in, frames and noise out, whatever the chunks: the search that all framings share.

Rules
- Every byte fed leaves in exactly one frame or ``Noise``, in the order it came, or is still pending.
- A 68H is the start of a frame only as long as nothing speaks against it; each byte of the header is judged
  as soon as it is there. On any failure only this 68H is given up and the search goes on behind it, so a
  68H inside noise, an address or a payload costs nothing.
- A header that promises more than ever comes holds the search only until the line falls silent: then
  ``tick`` gives it up and delivers what stands behind it.
- FEH in front of a frame is its preamble; anything else that is no frame is noise, with the reason that was
  found deepest inside it. Noise is no error: lines are noisy.
"""

from abc import ABC, abstractmethod
from collections import deque
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from core.errors import DecodeError

LARGEST_NOISE = 512
"""Noise of that many bytes is reported before the line falls silent."""
_PREAMBLE = b"\xfe"

F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Arrived(Generic[F]):
    """A whole, correct frame; ``raw`` without the ``preamble`` of FEH."""

    frame: F
    raw: bytes
    preamble: bytes = b""
    arrived: float = 0.0
    """When the chunk with the first byte of ``raw`` was fed, seconds."""


@dataclass(frozen=True, slots=True)
class Noise:
    """Bytes that are no frame, and why."""

    raw: bytes
    reason: str


R = TypeVar("R", bound=Arrived[Any])


class Scanner(ABC, Generic[R]):
    """Finds frames in what one line brings; a framing says what a header is and how long its frame."""

    header: ClassVar[int]
    """Bytes from the 68H that must be there before ``size`` is known."""

    def __init__(self, gap: float) -> None:
        self._gap = gap
        self._noise = bytearray()
        self._held = bytearray()
        self._flaw: DecodeError | None = None
        self._last_byte = 0.0
        self._fed = 0
        self._chunks: deque[tuple[int, float]] = deque()

    @abstractmethod
    def flaw(self, head: bytes) -> DecodeError | None:
        """Tell why these first bytes (``header`` at most) cannot begin a frame."""

    @abstractmethod
    def size(self, head: bytes) -> int:
        """Length of the frame that ``head``, complete and without flaw, begins."""

    @abstractmethod
    def receive(self, raw: bytes, preamble: bytes, arrived: float) -> R:
        """Decode a frame of the announced length; ``DecodeError`` when it is none."""

    @property
    def pending(self) -> bytes:
        """Bytes fed and not yet given out."""
        return bytes(self._noise + self._held)

    @property
    def missing(self) -> int:
        """Bytes that a frame under way still lacks, by its header; 0 while that is not known."""
        if len(self._held) < self.header:
            return 0
        head = bytes(self._held[: self.header])
        return 0 if self.flaw(head) else max(0, self.size(head) - len(self._held))

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do, ``None`` while nothing is pending."""
        return self._last_byte + self._gap if self._noise or self._held else None

    def feed(self, data: bytes, now: float) -> list[R | Noise]:
        """Take what came at ``now`` (seconds); return what became certain, oldest first."""
        if (whole := self._whole(data, now)) is not None:
            return [whole]
        if data:
            self._last_byte = now
            self._chunks.append((self._fed, now))
            self._fed += len(data)
            self._held += data
        found = self._search(silent=False)
        if len(self._noise) > LARGEST_NOISE:
            found += self._flush()
        return found

    def _whole(self, data: bytes, now: float) -> R | None:
        """Take the usual short way: nothing is pending, and a preamble and one frame come in one piece."""
        if self._held or self._noise:
            return None
        start = len(data) - len(data.lstrip(_PREAMBLE))
        raw = data[start:] if start else data
        head = raw[: self.header]
        if len(head) < self.header or self.flaw(head) or self.size(head) != len(raw):
            return None
        try:
            return self.receive(raw, data[:start], now)
        except DecodeError:  # the search judges it again and says where it is broken
            return None

    def tick(self, now: float) -> list[R | Noise]:
        """Let ``now`` pass: after the silence that ends a frame nothing stays pending."""
        if self.deadline is None or now < self.deadline:
            return []
        return self._search(silent=True) + self._flush()

    def _search(self, *, silent: bool) -> list[R | Noise]:
        found: list[R | Noise] = []
        while self._to_start():
            judged = self._judge()
            if isinstance(judged, DecodeError):
                self._give_up(judged)
            elif judged is not None:
                found += self._deliver(judged)
            elif silent:
                self._give_up(DecodeError(f"cut short after {len(self._held)} bytes", len(self._held)))
            else:
                break
        return found

    def _to_start(self) -> bool:
        """Move everything in front of the next 68H to the noise; tell whether there is one."""
        at = self._held.find(0x68)
        at = len(self._held) if at < 0 else at
        self._noise += self._held[:at]
        del self._held[:at]
        return bool(self._held)

    def _judge(self) -> R | DecodeError | None:
        """Judge the candidate at the front: a frame, no frame, or not yet known."""
        head = bytes(self._held[: self.header])
        if flaw := self.flaw(head):
            return flaw
        if len(head) < self.header or len(self._held) < (size := self.size(head)):
            return None
        try:
            return self.receive(bytes(self._held[:size]), self._preamble(), self._arrival())
        except DecodeError as error:
            return error

    def _preamble(self) -> bytes:
        return bytes(self._noise[len(self._noise.rstrip(_PREAMBLE)) :])

    def _arrival(self) -> float:
        """When the first held byte came; forgets the chunks before it."""
        first = self._fed - len(self._held)
        while len(self._chunks) > 1 and self._chunks[1][0] <= first:
            self._chunks.popleft()
        return self._chunks[0][1]

    def _give_up(self, flaw: DecodeError) -> None:
        if self._flaw is None or flaw.offset > self._flaw.offset:
            self._flaw = flaw
        self._noise.append(self._held[0])
        del self._held[0]

    def _deliver(self, received: R) -> list[R | Noise]:
        del self._noise[len(self._noise) - len(received.preamble) :]
        del self._held[: len(received.raw)]
        return [*self._flush(), received]

    def _flush(self) -> list[R | Noise]:
        if not self._held:
            self._chunks.clear()
        flaw, self._flaw = self._flaw, None
        if not self._noise:
            return []
        raw = bytes(self._noise)
        self._noise.clear()
        plain = "preamble without a frame" if not raw.strip(_PREAMBLE) else "no start byte 68H"
        return [Noise(raw, flaw.reason if flaw else plain)]
