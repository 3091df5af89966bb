"""What a channel carries of the file transfer (vendor extension §3.2, §3.4)."""

from dataclasses import dataclass

from core.terminal.access import Channel


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that is granted."""

    block: int
    """Units of 256 bytes in one block."""
    burst: int
    """Blocks per answer."""
    window: int
    """Blocks in flight, each with its answer."""
    delay_ms: int
    """Pause in front of an answer."""
    read: int
    """Bytes of a piece that is read."""


INFRARED = Limits(block=4, burst=4, window=1, delay_ms=20, read=1024)
RS485 = Limits(block=16, burst=16, window=1, delay_ms=5, read=1024)
NETWORK = Limits(block=16, burst=64, window=16, delay_ms=0, read=4096)


def limits_of(channel: Channel, *, serial: bool) -> Limits:
    """Return the limits of a channel; ``serial`` tells a port with a speed from a network in its place."""
    if not serial:
        return NETWORK
    return INFRARED if channel is Channel.IR else RS485


@dataclass(frozen=True, slots=True)
class Link:
    """Where a command came from."""

    channel: Channel
    limits: Limits
