"""What a transfer asks the terminal for, and how long it waits (vendor extension §3.4, §3.10)."""

from dataclasses import dataclass

from core.vendor.crc import CrcKind


@dataclass(frozen=True, slots=True)
class Timers:
    """Waiting times in seconds (§3.10)."""

    answer: float = 3.0
    finish: float = 10.0
    tries: int = 3
    query: float = 3.0


LOCAL, REMOTE = Timers(), Timers(30.0, 30.0, 3, 30.0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to ask the terminal for (§3.4)."""

    block: int = 16
    burst: int = 64
    window: int = 16
    duplex: bool = False
    """The line carries both directions at once: blocks in flight are used before bursts."""
    plain: bool = False
    """Send no tail: 256 bytes, one answer each, as an original tool does."""
    force: bool = False
    start_over: bool = False
    kept: bool = False
    """The terminal says that it keeps part of some file."""
    crc: CrcKind = CrcKind.X25
    """The generation to begin with; the terminal's answer may ask for the other."""
