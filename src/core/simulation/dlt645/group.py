"""All meters of DL/T 645 on one bus, found by their address."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from core.lines.line import SerialSettings
from core.meters.dlt645.address import BROADCAST, is_wild
from core.meters.dlt645.control import REPLY
from core.meters.dlt645.exchange import Send
from core.meters.dlt645.frame import Frame, encode_frame
from core.meters.dlt645.reader import Reader, Received
from core.simulation.air import Saying
from core.simulation.dlt645.meter import Dlt645Meter
from core.simulation.faults import SOUND
from core.simulation.groups import MeterGroup

IDENTIFIER = {0x11: 4, 0x12: 4, 0x01: 2, 0x02: 2}
"""Bytes of the identifier in front of the values of an answer, by function."""


MOST_KNOWN = 4096
"""Questions that are remembered."""


class Dlt645Group(MeterGroup[Dlt645Meter]):
    """Meters of both editions."""

    def __init__(self, meters: Iterable[Dlt645Meter]) -> None:
        self._by_address: dict[str, list[Dlt645Meter]] = {}
        self.known: dict[bytes, tuple[Frame, ...]] = {}
        """Questions by their bytes: the same few hundred are asked every day, and a virtual month of days."""
        super().__init__(meters)

    def _file(self) -> None:
        self._by_address.clear()
        for meter in self.meters:
            self._by_address.setdefault(meter.address, []).append(meter)

    def listener(self) -> "Dlt645Listener":
        """Return an ear for another line."""
        return Dlt645Listener(self)

    def hear(self, frame: Frame, now: datetime, settings: SerialSettings | None) -> list[Saying]:
        """Return what the meters reached by a frame say to it."""
        sayings: list[Saying] = []
        for meter in self._reached(frame.address):
            if settings is not None and settings != meter.settings:
                continue
            before = meter.address
            if (sent := meter.answer(frame, now)) and not meter.faults.silent:
                sayings.append(_said(meter, sent))
            if meter.address != before:
                self._file()
        return sayings

    def _reached(self, address: str) -> Sequence[Dlt645Meter]:
        if is_wild(address) or address == BROADCAST:
            return self.meters
        return tuple(self._by_address.get(address, ()))


class Dlt645Listener:
    """The ear of a group on one line."""

    def __init__(self, group: Dlt645Group) -> None:
        self._group = group
        self._reader = Reader()

    def feed(
        self, data: bytes, arrived: float, now: datetime, settings: SerialSettings | None
    ) -> Sequence[Saying]:
        """Take bytes that arrived; after a silence what was begun is forgotten."""
        self._reader.tick(arrived)
        said: list[Saying] = []
        for frame in self._frames(data, arrived):
            said += self._group.hear(frame, now, settings)
        return said

    def _frames(self, data: bytes, arrived: float) -> Sequence[Frame]:
        """The frames that are whole now; a question that was heard before is known by its bytes."""
        fresh, known = self._reader.deadline is None, self._group.known
        if fresh and data in known:
            return known[data]
        found = self._reader.feed(data, arrived)
        frames = tuple(heard.frame for heard in found if isinstance(heard, Received))
        if fresh and len(frames) == len(found) == 1 and self._reader.deadline is None:
            if len(known) >= MOST_KNOWN:
                known.clear()
            known[data] = frames
        return frames


def _said(meter: Dlt645Meter, sent: Send) -> Saying:
    faults = meter.faults
    if faults == SOUND:
        return Saying(sent.delay, sent.raw, over=meter.answered)
    frame = sent.frame
    if faults.foreign:
        frame = replace(frame, address=f"{(int(frame.address) + 1) % 10**12:012d}")
    if faults.garbage:
        frame = replace(frame, data=_no_digits(frame))
    lead = sent.raw[: len(sent.raw) - len(sent.raw.lstrip(b"\xfe"))]
    raw = lead + encode_frame(frame)
    if faults.checksum:
        raw = raw[:-2] + bytes([raw[-2] ^ 0x55]) + raw[-1:]
    return Saying(sent.delay + faults.late, raw, faults.pieces, meter.answered)


def _no_digits(frame: Frame) -> bytes:
    """Values that are no BCD; refusals and identifiers stay as they are."""
    size = IDENTIFIER.get(frame.function)
    if size is None or frame.negative or not frame.control & REPLY:
        return frame.data
    return frame.data[:size] + bytes(byte & 0x0F | 0xD0 for byte in frame.data[size:])
