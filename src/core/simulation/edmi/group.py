"""All meters of the EDMI family on one bus, found by their number."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from core.lines.line import SerialSettings
from core.meters.edmi.frame import Frame, decode_frame, encode_frame
from core.meters.edmi.reader import Reader, Received
from core.simulation.air import Saying
from core.simulation.edmi.meter import EdmiMeter
from core.simulation.groups import MeterGroup


class EdmiGroup(MeterGroup[EdmiMeter]):
    """Meters of the family."""

    def __init__(self, meters: Iterable[EdmiMeter]) -> None:
        self._by_number: dict[int, list[EdmiMeter]] = {}
        super().__init__(meters)

    def _file(self) -> None:
        self._by_number.clear()
        for meter in self.meters:
            self._by_number.setdefault(meter.slave.number, []).append(meter)

    def listener(self) -> "EdmiListener":
        """Return an ear for another line."""
        return EdmiListener(self)

    def hear(
        self, frame: Frame, arrived: float, now: datetime, settings: SerialSettings | None
    ) -> list[Saying]:
        """Return what the meters reached by a frame say to it; without addresses it reaches all."""
        header = frame.header
        reached = self.meters if header is None else self._by_number.get(header.destination, ())
        said: list[Saying] = []
        for meter in reached:
            if settings is not None and settings != meter.settings:
                continue
            raw = meter.answer(frame, arrived, now)
            if raw is not None and not meter.faults.silent:
                said.append(_said(meter, raw))
        return said


class EdmiListener:
    """The ear of a group on one line."""

    def __init__(self, group: EdmiGroup) -> None:
        self._group = group
        self._reader = Reader()

    def feed(
        self, data: bytes, arrived: float, now: datetime, settings: SerialSettings | None
    ) -> Sequence[Saying]:
        """Take bytes that arrived; after a silence what was begun is forgotten."""
        self._reader.tick(arrived)
        said: list[Saying] = []
        for heard in self._reader.feed(data, arrived):
            if isinstance(heard, Received):
                said += self._group.hear(heard.frame, arrived, now, settings)
        return said


def _said(meter: EdmiMeter, raw: bytes) -> Saying:
    faults = meter.faults
    if faults.foreign:
        frame = decode_frame(raw)
        header = frame.header and replace(frame.header, source=frame.header.source ^ 1)
        raw = encode_frame(Frame(frame.body, header))
    if faults.checksum:
        raw = raw[:-2] + bytes((raw[-2] ^ 0x40,)) + raw[-1:]
    return Saying(meter.delay + faults.late, raw, faults.pieces)
