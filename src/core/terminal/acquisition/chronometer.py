"""The terminal's time for planning: read off once, then reckoned, so that asking costs next to nothing."""

from datetime import datetime, timedelta

from core.terminal.rtc import EPOCH, Rtc

STEP = 1.0
"""Seconds by which the clock may differ from what was reckoned before it counts as stepped."""


class Chronometer:
    """Civil time by monotonic time."""

    def __init__(self, rtc: Rtc) -> None:
        self._rtc = rtc
        self._jumps = -1
        self._read_at = 0.0
        self._second = EPOCH
        self._fraction = 0.0
        self.shown: datetime | None = None
        """Terminal time at the last ``read_off``, ``None`` while the clock is invalid."""

    @property
    def jumped(self) -> bool:
        """Tell whether the clock was set, trimmed or lost since it was read off."""
        return self._jumps != self._rtc.jumps

    def read_off(self, now: float) -> datetime | None:
        """Look at the clock."""
        self._jumps, self._read_at, self.shown = self._rtc.jumps, now, self._rtc.now()
        if self.shown is not None:
            self._second = self.shown.replace(microsecond=0)
            self._fraction = self.shown.microsecond / 1e6 - now
        return self.shown

    def at(self, now: float) -> datetime:
        """Terminal time in whole seconds; of an invalid clock what its oscillator shows."""
        if self.shown is None:
            return self._rtc.reading().replace(microsecond=0)
        return self._second + timedelta(seconds=int(now + self._fraction))

    def stepped(self, now: float, shown: datetime | None) -> bool:
        """Tell whether the clock shows another time than it would have by itself."""
        if shown is None or self.shown is None:
            return shown is not self.shown
        return abs((shown - self.shown).total_seconds() - (now - self._read_at)) > STEP
