"""All meters of the ALPHA family on one bus; who of them is selected they know themselves."""

from collections.abc import Sequence
from datetime import datetime

from core.errors import DecodeError
from core.lines.line import SerialSettings
from core.meters.alpha import packets as p
from core.meters.alpha.reader import Reader, Received
from core.simulation.air import Saying
from core.simulation.alpha.meter import AlphaMeter
from core.simulation.groups import MeterGroup


class AlphaGroup(MeterGroup[AlphaMeter]):
    """Meters of the family."""

    def listener(self) -> "AlphaListener":
        """Return an ear for another line."""
        return AlphaListener(self)

    def hear(
        self, request: p.Request, arrived: float, now: datetime, settings: SerialSettings | None
    ) -> list[Saying]:
        """Return what the meters say to a request."""
        said: list[Saying] = []
        for meter in self.meters:
            if settings is not None and settings != meter.settings:
                continue
            raw = meter.answer(request, arrived, now)
            if raw is not None and not meter.faults.silent:
                said.append(_said(meter, raw))
        return said


class AlphaListener:
    """The ear of a group on one line."""

    def __init__(self, group: AlphaGroup) -> None:
        self._group = group
        self._reader = Reader(p.request_size)

    def feed(
        self, data: bytes, arrived: float, now: datetime, settings: SerialSettings | None
    ) -> Sequence[Saying]:
        """Take bytes that arrived; after a silence what was begun is forgotten."""
        said: list[Saying] = []
        for heard in (*self._reader.tick(arrived), *self._reader.feed(data, arrived)):
            if not isinstance(heard, Received):
                continue
            try:
                request = p.decode_request(heard.raw)
            except DecodeError:  # a command that these meters do not know
                continue
            said += self._group.hear(request, arrived, now, settings)
        return said


def _said(meter: AlphaMeter, raw: bytes) -> Saying:
    faults = meter.faults
    if faults.foreign:
        raw = p.with_crc(bytes((raw[0], raw[1] ^ 0x40)) + raw[2:-2])
    if faults.checksum:
        raw = raw[:-1] + bytes((raw[-1] ^ 0x55,))
    return Saying(meter.delay + faults.late, raw, faults.pieces)
