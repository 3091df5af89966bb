"""What the front end grants to those who dial in, so that nobody can hurt the others."""

from dataclasses import dataclass, replace

USUAL_PORT = 9001
"""Where terminals dial in unless another port is given."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Numbers of connections, seconds, bytes."""

    connections: int = 10_000
    """TCP connections and UDP peers at once."""
    per_host: int = 6_000
    """Of these from one IP address: a whole district may stand behind one."""
    strangers: int = 4_000
    """Connections that have not sent a valid frame; the oldest makes room for the next."""
    strangers_per_host: int = 3_000
    """After a power cut all terminals behind one address dial at once: up to two backlogs wait to be read."""
    introduction: float = 30.0
    """Seconds until the first valid frame."""
    silence: float = 2760.0
    """Seconds without a frame: three heartbeats of the usual 15 min and one more (device behaviour 6.9)."""
    stranger_noise: int = 1024
    """Bytes that are no frame, before the first one."""
    noise: int = 65_536
    """Bytes that are no frame between two valid ones."""
    largest: int = 16_383
    """Greatest L1 of a frame (part A §1.2: network)."""
    unsent: int = 65_536
    """Bytes that wait for a terminal to read them; beyond that nothing more is read from it."""
    unread: int = 262_144
    """Bytes of answers that wait for the call; what comes beyond that is lost."""
    reports: int = 256
    """Reports kept of one terminal, the newest; 256 is a whole ring of events."""
    report_bytes: int = 65_536
    gone: int = 2_000
    """Terminals remembered after they left, the latest."""

    def within(self, descriptors: int) -> "Limits":
        """Return the limits for a system that allows so many connections."""
        most = max(1, min(self.connections, descriptors))
        return replace(
            self,
            connections=most,
            per_host=min(self.per_host, most),
            strangers=min(self.strangers, most),
            strangers_per_host=min(self.strangers_per_host, most),
        )
