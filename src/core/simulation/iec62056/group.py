"""All meters of IEC 62056-21 on one bus: who of them listens, at which rate, and what they say."""

from collections.abc import Sequence
from datetime import datetime

from core.lines.line import SerialSettings
from core.meters.iec62056.reader import Noise, Reader
from core.meters.iec62056.station import Reply
from core.meters.iec62056.telegram import STX, Telegram
from core.simulation.air import Saying, nothing
from core.simulation.groups import MeterGroup
from core.simulation.iec62056.meter import IecMeter

RUN = 0.4
"""Seconds after which a part of a long answer has arrived: nobody waits for its end to hear its begin."""


class IecGroup(MeterGroup[IecMeter]):
    """Meters of all dialects."""

    def listener(self) -> "IecListener":
        """Return an ear for another line."""
        return IecListener(self)

    @property
    def selecting(self) -> bool:
        """A meter waits for the choice of rate and mode."""
        return any(meter.station.selecting for meter in self.meters)

    def hear(
        self, telegram: Telegram, arrived: float, now: datetime, settings: SerialSettings | None
    ) -> list[Saying]:
        """Return what the meters that listen at these settings say to a telegram."""
        said: list[Saying] = []
        for meter in self.meters:
            if settings is not None and settings != meter.settings(meter.station.baud(arrived)):
                continue
            meter.set_time(now)
            reply = meter.station.take(telegram, arrived)
            if reply is not None and not meter.faults.silent:
                said += _said(meter, reply, settings)
        return said


class IecListener:
    """The ear of a group on one line."""

    def __init__(self, group: IecGroup) -> None:
        self._group = group
        self._reader = Reader()
        self._settings: SerialSettings | None = None

    def feed(
        self, data: bytes, arrived: float, now: datetime, settings: SerialSettings | None
    ) -> Sequence[Saying]:
        """Take bytes that arrived; what came at other settings is forgotten."""
        if settings != self._settings:
            self._settings = settings
            self._reader.clear()
        self._reader.selecting = self._group.selecting
        said: list[Saying] = []
        for event in self._reader.feed(data, arrived):
            if not isinstance(event, Noise):
                said += self._group.hear(event, arrived, now, settings)
        return said


def _said(meter: IecMeter, reply: Reply, line: SerialSettings | None) -> list[Saying]:
    """The answer; a long one in parts that follow each other without a pause."""
    faults, raw, delay = meter.faults, reply.raw, reply.delay + meter.faults.late
    if faults.checksum and len(raw) > 2 and raw[0] == STX:
        raw = raw[:-1] + bytes([raw[-1] ^ 0x55])
    over = meter.station.rest if reply.last else nothing
    if line is None or faults.pieces:
        settings = meter.settings(reply.baud) if line else None
        return [Saying(delay, raw, faults.pieces, over, settings)]
    settings = meter.settings(reply.baud)
    step = max(1, int(RUN / settings.wire_time(1)))
    said: list[Saying] = []
    if reply.late:
        slow, raw = meter.settings(meter.station.base), raw[reply.late :]
        said.append(Saying(delay, reply.raw[: reply.late], settings=slow))
        delay += slow.wire_time(reply.late)
    for at in range(0, len(raw), step):
        part = raw[at : at + step]
        said.append(Saying(delay, part, 0.0, over if at + step >= len(raw) else nothing, settings))
        delay += settings.wire_time(len(part))
    return said
