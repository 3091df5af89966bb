"""Download mode: entered by code 07, ended by itself or by order (device behaviour 5.3, 5.4; M158, M163).

Rules
- The record outlives the reset that follows 2 s behind the answer. What it says holds from that reset on,
  until the next one: nothing changes while the terminal runs.
- It ends at 3 h from its entry, whatever happened since; locally also at 10 min without a frame. Partial
  files stay.
- The mode is the claim on the next upgrade (V8).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address
from math import ceil
from typing import Protocol

from core.clock import Clock
from core.terminal.upgrade.slots import ProgramStore, Way
from core.vendor.download import LONGEST, Download, Leave, Local, Remote

ACT_AFTER = 2.0
"""Seconds between the answer and the reset, so that the answer gets out."""
IDLE = 600.0
"""Seconds without a frame that end local mode, and that make a remote link be dialled anew."""

LEFT, SILENT, OVER = "left", "10 min without a frame", "3 h are over"


@dataclass(frozen=True, slots=True)
class ModeRecord:
    """What the terminal was ordered to do."""

    way: Local | Remote
    until: datetime
    """Wall time of its end."""

    def encode(self) -> str:
        """Return it as the store keeps it."""
        until = self.until.isoformat()
        if isinstance(self.way, Local):
            return json.dumps(["local", self.way.code, until])
        return json.dumps(["remote", str(self.way.host), self.way.port, until])

    @classmethod
    def decode(cls, kept: str) -> "ModeRecord":
        """Read what the store kept."""
        kind, *place, until = json.loads(kept)
        way = Local(place[0]) if kind == "local" else Remote(IPv4Address(place[0]), place[1])
        return cls(way, datetime.fromisoformat(until))


class Claims(Protocol):
    """The upgrade of a terminal, as the mode sees it."""

    store: ProgramStore
    holder: Way | None
    reset_due: float | None

    def rouse(self) -> None:
        """``deadline`` may have changed."""
        ...


class Mode:
    """The download mode of one terminal."""

    def __init__(self, claims: Claims, clock: Clock) -> None:
        self._claims = claims
        self._clock = clock
        self.active: ModeRecord | None = None
        """What holds since the last start."""
        self._heard_at = float("-inf")
        self.abandoned: Callable[[Way, str], None] = lambda _way, _why: None
        """Called when the mode ends without an upgrade, with the reason."""

    @property
    def way(self) -> Way | None:
        """By which way the next package may come, ``None`` in normal mode."""
        if self.active is None:
            return None
        return Way.LOCAL if isinstance(self.active.way, Local) else Way.REMOTE

    @property
    def local(self) -> Local | None:
        """How port 485_3 waits."""
        return self.active.way if self.active and isinstance(self.active.way, Local) else None

    @property
    def remote(self) -> Remote | None:
        """Whom the uplink dials."""
        return self.active.way if self.active and isinstance(self.active.way, Remote) else None

    @property
    def left(self) -> float:
        """Seconds until the mode ends by itself, 0 in normal mode."""
        return self._left(self.active) if self.active else 0.0

    @property
    def minutes_left(self) -> int:
        """The same, as code E0 says it."""
        return ceil(self.left / 60)

    def _left(self, record: ModeRecord) -> float:
        """A wall clock that was set back makes it no longer than ever possible."""
        left = record.until - self._clock.now()
        return max(0.0, min(left, timedelta(hours=LONGEST)).total_seconds())

    @property
    def _kept(self) -> ModeRecord | None:
        kept = self._claims.store.mode()
        return ModeRecord.decode(kept) if kept else None

    def start(self) -> None:
        """Power came: the record counts from here on, unless its time is over. ``StoreError``."""
        record = self._kept
        self.active = record
        if self.way is not None and self.left <= 0:
            self._claims.store.keep_mode(None)
            self.abandoned(self.way, OVER)
            self.active = None
        self._heard_at = self._clock.monotonic()
        if self.way is not None:
            self._claims.holder = self.way

    def stands(self, order: Download) -> bool:
        """Tell whether this is ordered already, or what holds now: nothing is to be done (§2.2)."""
        record = self._kept
        return order.way == (record.way if record else Leave())

    def enter(self, order: Download) -> None:
        """Write the record; the reset follows. ``StoreError`` when it cannot be kept."""
        if not isinstance(order.way, Local | Remote):
            raise TypeError("leaving is another act")
        hours = order.tail.hours if order.tail and order.tail.hours else LONGEST
        record = ModeRecord(order.way, self._clock.now() + timedelta(hours=hours))
        self._claims.store.keep_mode(record.encode())
        self._reset_soon()

    def leave(self, why: str = LEFT) -> None:
        """Erase the record; the reset follows. Nothing in normal mode, nor once a package was taken."""
        if self._kept is None:
            return
        self._claims.store.keep_mode(None)
        if self.way is not None:
            self.abandoned(self.way, why)
        self._reset_soon()

    def _reset_soon(self) -> None:
        self._claims.reset_due = self._clock.monotonic() + ACT_AFTER
        self._claims.rouse()

    @property
    def ending(self) -> bool:
        """A reset is about to come: nothing new may begin."""
        return self._claims.reset_due is not None

    def heard(self) -> None:
        """A frame for this terminal came on a local channel."""
        self._heard_at = self._clock.monotonic()

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do."""
        if self.active is None or self._claims.reset_due is not None:
            return None
        end = self._clock.monotonic() + self.left
        return min(end, self._heard_at + IDLE) if self.local else end

    def tick(self, now: float) -> None:
        """End the mode when it is time."""
        if self.deadline is not None and now >= self.deadline:
            self.leave(OVER if self.left <= 0 else SILENT)
