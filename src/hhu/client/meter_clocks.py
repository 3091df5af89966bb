"""Clocks of meters: how far they are off, and setting them by broadcast (device behaviour 6.7, M94).

A broadcast is never answered, so it is proven by reading meters afterwards. Meters of 2007 obey once a day,
only within 5 min, and never around midnight; what does not move after a broadcast has one of these reasons.
"""

import math
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from core.errors import UsageError
from core.gdw376.units.afn0c import Clocks, MeterClock
from core.gdw376.units.afn04 import MeterRecord
from core.meters.dlt645.address import BROADCAST
from core.meters.dlt645.identifiers import known
from core.meters.dlt645.messages import request_frame
from core.meters.dlt645.requests import BroadcastTime
from hhu.client.change import State
from hhu.client.meter_items import ITEMS
from hhu.client.meter_reading import Got, MeterReader
from hhu.client.reading import OnBatch, Outcome, Reader, read_parameters
from hhu.client.relay import PROTOCOLS, BusLine, edition_of, line_of, on_wire, relay
from hhu.client.terminal import FORWARD_BYTES, TerminalClient

OBEYED = 300.0
"""Seconds of difference that a meter corrects by broadcast."""
METER_ERROR = 5.0
"""Seconds a meter may be off after a broadcast: those of the order and of the reading."""
QUIET_FROM, QUIET_TO = time(23, 50), time(0, 10)
BIT = 11
"""Bits of a character on the bus: 8E1."""
HALF_SECOND = timedelta(seconds=0.5)
SAMPLE = 3
"""Meters per port read back after a broadcast."""
PROBE = 3
"""Points asked for F162 before it is known whether the terminal has it."""


@dataclass(frozen=True, slots=True)
class MeterTime:
    """The clock of one meter beside the clock it is compared with."""

    point: int
    meter: datetime | None
    """``None``: not valid."""
    compared: datetime | None
    """When it was read, by the terminal's clock or, when read just now, by this computer's."""
    uncertain_s: float
    """How far the difference may be off."""

    @property
    def difference_s(self) -> float | None:
        """Meter minus the other clock, in seconds."""
        if self.meter is None or self.compared is None:
            return None
        return (self.meter - self.compared).total_seconds()

    @property
    def obeys(self) -> bool:
        """Whether a broadcast may correct it."""
        off = self.difference_s
        return off is not None and abs(off) - self.uncertain_s <= OBEYED


async def stored_clocks(
    client: Reader, points: Sequence[int], on_batch: OnBatch | None = None
) -> tuple[MeterTime, ...]:
    """Return the clocks that the terminal read last, the worst first.

    F162 (2012) has both clocks to the second; F27 tells its reading time in minutes only.
    """
    found: dict[int, MeterTime] = {}

    def take(outcome: Outcome) -> None:
        unit, point = outcome.unit, outcome.key[0]
        if isinstance(unit, Clocks):
            found[point] = MeterTime(point, unit.meter, unit.terminal, 1.0)
        elif isinstance(unit, MeterClock):
            read = None if unit.time is None else unit.time + timedelta(seconds=30)
            found[point] = MeterTime(point, unit.clock, read, 30.0)

    first, rest = points[:PROBE], points[PROBE:]
    await read_parameters(client, [(point, Clocks) for point in first], take, on_batch)
    if found:
        await read_parameters(client, [(point, Clocks) for point in rest], take, on_batch)
    lacking = [point for point in points if point not in found]
    await read_parameters(client, [(point, MeterClock) for point in lacking], take, on_batch)
    return worst_first(found.values())


def worst_first(clocks: Iterable[MeterTime]) -> tuple[MeterTime, ...]:
    """Sort: clocks that are not valid, then by how far they are off."""
    return tuple(sorted(clocks, key=lambda c: (-abs(_off(c)), c.point)))


def _off(clock: MeterTime) -> float:
    return math.inf if clock.difference_s is None else clock.difference_s


async def clock_now(
    reader: MeterReader, record: MeterRecord, now: Callable[[], datetime]
) -> MeterTime | None:
    """Read the clock of one meter through the terminal; ``None`` when the meter does not give it.

    Date and time are two questions; a midnight between them is asked again.
    """
    edition = edition_of(record)
    codes = {item.name: item.code(edition) for item in ITEMS}
    begun = now()
    day = await reader.read(record, known(codes["date"], edition))
    asked = now()
    at = await reader.read(record, known(codes["time"], edition))
    answered = now()
    if day.got is not Got.VALUE or at.got is not Got.VALUE:
        return None
    moment = datetime.combine(day.value.day, at.value)
    if at.value.hour == 0 and answered - begun > moment - datetime.combine(moment, time()):
        return await clock_now(reader, record, now)
    half: timedelta = (answered - asked) / 2
    # meters tell whole seconds, so on the average half a second has passed since
    return MeterTime(record.point, moment, asked + half - HALF_SECOND, half.total_seconds() + 0.5)


def is_quiet(moment: datetime) -> bool:
    """Tell whether nothing may be broadcast: 23:50 to 00:10 (device behaviour 6.7)."""
    return moment.time() >= QUIET_FROM or moment.time() < QUIET_TO


def lines_of(records: Iterable[MeterRecord]) -> tuple[BusLine, ...]:
    """Return the ports and speeds at which meters of DL/T 645 listen."""
    lines = {line_of(record) for record in records if record.protocol in PROTOCOLS}
    return tuple(sorted(lines, key=lambda line: (line.port, line.baud)))


async def broadcast_time(
    client: TerminalClient, line: BusLine, sleep: Callable[[float], Awaitable[None]]
) -> datetime:
    """Tell the meters of a port this computer's time and return what was told.

    The frame carries the time of its last byte on the bus, a whole second (device behaviour 6.7).
    ``UsageError`` between 23:50 and 00:10.
    """
    clock, profile = client.link.clock, client.link.profile
    if is_quiet(clock.now()):
        raise UsageError(
            "Nothing is broadcast between 23:50 and 00:10.", "Wait until 00:10: meters freeze then."
        )
    await client.passwords.fetch(client.address, client.channel)  # typing takes time, so before the moment
    size = len(_time_frame(clock.now().replace(microsecond=0)))
    way = profile.timings.wire_time(FORWARD_BYTES + size + len(profile.preamble)) + profile.timings.idle
    earliest = clock.now() + timedelta(seconds=way + size * BIT / line.baud)
    second = earliest.replace(microsecond=0) + timedelta(seconds=math.ceil(earliest.microsecond / 1e6))
    await sleep((second - earliest).total_seconds())
    await relay(client, line, _time_frame(second), wait=1)
    return second


def _time_frame(moment: datetime) -> bytes:
    return on_wire(request_frame(BROADCAST, BroadcastTime(moment)))


@dataclass(frozen=True, slots=True)
class BroadcastProof:
    """A meter after a broadcast: verified when its clock is right now."""

    record: MeterRecord
    clock: MeterTime | None

    @property
    def state(self) -> State:
        """How far the order has come at this meter."""
        if self.clock is None or self.clock.difference_s is None:
            return State.ACKNOWLEDGED
        right = abs(self.clock.difference_s) <= METER_ERROR + self.clock.uncertain_s
        return State.VERIFIED if right else State.DIFFERS


def sample(records: Iterable[MeterRecord], line: BusLine, most: int = SAMPLE) -> tuple[MeterRecord, ...]:
    """Return the meters of a line that are read back after a broadcast."""
    there = [record for record in records if record.protocol in PROTOCOLS and line_of(record) == line]
    return tuple(there[:most])


async def proven(
    reader: MeterReader, records: Iterable[MeterRecord], now: Callable[[], datetime]
) -> tuple[BroadcastProof, ...]:
    """Read the clocks of some meters after a broadcast."""
    return tuple([BroadcastProof(record, await clock_now(reader, record, now)) for record in records])
