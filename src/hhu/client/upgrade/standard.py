"""Upgrade by segments of AFN 0FH F1, in normal mode (vendor extension part 4; part A §11).

Segment i of n stands at i x Lf. Lf follows the measured rate of damage, as the block does elsewhere; a
terminal that wants one length for the whole file refuses the change, and then gets one. Only what it
acknowledged counts; after a break a terminal of 2012/13 is asked for its map (0C F14), any other gets
everything again. The frame's sum is all that guards a segment, and two flipped bits may leave it as it was: a
package that arrived damaged is sent once more, in smaller segments.
"""

from dataclasses import dataclass, field

from core.errors import DecodeError, DeniedError, SilenceError
from core.gdw376.unit import Edition
from core.gdw376.units.afn0c import MissingSegments, SegmentGroup
from core.gdw376.units.afn0f import FileSegment
from core.vendor.package import Reason
from core.vendor.transfer.terms import UNIT, Code, units_of
from hhu.client.names import Name
from hhu.client.terminal import TerminalClient
from hhu.client.upgrade.asking import running
from hhu.client.upgrade.block_size import BlockSize, LineCost
from hhu.client.upgrade.carrier import TICK, Rate
from hhu.client.upgrade.missing import Missing
from hhu.client.upgrade.package import Running
from hhu.client.upgrade.proof import Case, Proof
from hhu.client.upgrade.shipping import Order, clear
from hhu.client.upgrade.stages import (
    Answers,
    Done,
    Failed,
    Failure,
    Notice,
    Noticed,
    Progress,
    Silence,
    Stage,
    StageReached,
    Tell,
    UpgradeFailed,
    Way,
)

PROGRAM_FILE = 1
"""File id; the package's header says program or library."""
TRIES = 3
ROUNDS = 3
DAMAGED = frozenset({Reason.CRC, Reason.HASH})
GROUP = 1024
"""Segments in one answer of 0C F14."""
USUAL = 4
"""Units of 256 bytes per segment for a terminal that does not tell its largest block."""
TURN = 0.05
"""Seconds that an exchange costs besides its bytes."""


@dataclass(slots=True)
class _Flight:
    """Where the transfer stands."""

    missing: Missing
    size: BlockSize
    fixed: bool = False
    """One length for the whole file."""
    repeated: int = 0
    retries: int = 0
    tries: int = 0
    rate: Rate = field(default_factory=Rate)
    told_at: float = float("-inf")
    heard: float = 0.0
    taken: int = 0
    """Segments that were acknowledged since the beginning."""

    def begin_again(self) -> None:
        """Everything travels once more, in smaller segments."""
        self.repeated += self.taken
        self.taken = 0
        self.missing = Missing(self.missing.units)
        if not self.fixed:
            self.size.shrink()


class StandardFlow:
    """One upgrade by segments; ``client`` reaches the terminal as always."""

    way = Way.STANDARD

    def __init__(self, client: TerminalClient, order: Order) -> None:
        self._client = client
        self._order = order
        self._file = order.shipment.file

    async def walk(self, tell: Tell, answers: Answers) -> Done:
        """See `hhu.client.upgrade.stages.Flow`."""
        clock = self._client.link.clock
        begun = clock.monotonic()
        found = await clear(self._client, self.way, self._order, tell)
        tell(StageReached(Stage.SENDING, self._order.shipment.name))
        flight = self._flight(found.running)
        flight.heard = begun
        before = found.running
        after, rounds = None, 1
        while after is None:
            await self._send(flight, tell, answers)
            try:
                after = await self._proved(before, tell, answers)
            except UpgradeFailed as error:
                if rounds == ROUNDS or not _is_damage(error.failed):
                    raise
                rounds += 1
                tell(Noticed(Notice.STARTED_OVER))
                before = await running(self._client)
                flight.begin_again()
        old = str(self._order.shipment.running(found.running))
        return Done(old, after, clock.monotonic() - begun, flight.repeated)

    async def _proved(self, before: Running, tell: Tell, answers: Answers) -> str:
        proof = Proof(Case(self._order.shipment, before), [self._client], tell)
        if before.identity is None:
            proof.reach(Stage.RECEIVED)  # every segment is acknowledged; the answer has no other word
        return await proof.wait(answers)

    def _flight(self, running: Running) -> _Flight:
        wire = self._client.link.profile.timings.wire_time
        largest = running.identity.block if running.identity and running.identity.block else USUAL
        cost = LineCost(wire(1), TURN, self._client.link.profile.timings.reply)
        return _Flight(Missing(units_of(len(self._file))), BlockSize(largest, cost))

    async def _send(self, flight: _Flight, tell: Tell, answers: Answers) -> None:
        await self._segment(0, flight, tell, answers)
        await self._learn(flight, tell)
        while flight.missing.count:
            await self._segment(flight.missing.first, flight, tell, answers)

    async def _segment(self, start: int, flight: _Flight, tell: Tell, answers: Answers) -> None:
        """Send the segment at a unit until it is taken; a refusal may be damage that nobody noticed."""
        refusals = 0
        while True:
            units = _fitting(start, flight.size.units)
            length = units * UNIT
            total, index = -(-len(self._file) // length), start // units
            content = self._file[start * UNIT : start * UNIT + length]
            attribute = int(index == total - 1)
            order = FileSegment(PROGRAM_FILE, attribute, 0, total, index, tuple(content))
            errors = self._client.link.stats.errors
            try:
                taken = await self._client.hand_over(order)
            except SilenceError as error:
                await self._silent(error, flight, tell, answers)
                continue
            self._tell(flight, tell)
            if taken == index:
                flight.repeated += self._client.link.stats.errors - errors
                self._taken(start, units, self._client.link.stats.errors - errors, flight, tell)
                return
            refusals += 1
            if refusals >= TRIES:
                self._fix(taken, flight)
                start, refusals = 0, 0

    def _taken(self, start: int, units: int, lost: int, flight: _Flight, tell: Tell) -> None:
        flight.tries, flight.heard = 0, self._client.link.clock.monotonic()
        flight.missing.arrived(start, units)
        flight.taken += 1
        before = flight.size.units
        if not flight.fixed and flight.size.saw(1 + lost, lost, units):
            _resized(before, flight, tell)

    def _fix(self, taken: int, flight: _Flight) -> None:
        """A terminal that wants one length gets it, from the beginning; refusing that too is an end."""
        if flight.fixed:
            raise UpgradeFailed(Failed(Failure.FILE, code=Code.OFFSET, note=str(taken), resumable=True))
        flight.fixed = True
        flight.size = BlockSize(min(USUAL, flight.size.units), LineCost(0.0, TURN))
        flight.missing = Missing(flight.missing.units)

    async def _silent(self, error: SilenceError, flight: _Flight, tell: Tell, answers: Answers) -> None:
        """Several tries were not answered: smaller segments, then the question."""
        flight.retries += error.tries
        flight.repeated += error.tries
        flight.tries += 1
        before = flight.size.units
        if not flight.fixed and flight.size.saw(error.tries, error.tries):
            _resized(before, flight, tell)
        if flight.tries < 2:
            return
        sent = len(self._file) - min(len(self._file), flight.missing.count * UNIT)
        if not await answers.go_on(Silence(sent, len(self._file), error.tries * flight.tries)):
            raise UpgradeFailed(Failed(Failure.STOPPED, resumable=True)) from error
        flight.tries = 0

    async def _learn(self, flight: _Flight, tell: Tell) -> None:
        """Ask for the map, where the edition has one; it speaks of segments as they were just cut."""
        if self._client.edition is Edition.BASE_2009:
            return
        units = _fitting(0, flight.size.units)
        total = -(-flight.missing.units // units)
        present: set[int] = set()
        for group in range(-(-total // GROUP)):
            try:
                told = await self._missing_in(group)
            except (DeniedError, DecodeError, SilenceError):
                return
            first = group * GROUP
            segments = (one for one in range(first, min(first + GROUP, total)) if one - first not in told)
            present.update(unit for one in segments for unit in range(one * units, (one + 1) * units))
        flight.missing.only(present)
        if len(present) > units:
            tell(Noticed(Notice.RESUMED, flight.missing.units - flight.missing.count))

    async def _missing_in(self, group: int) -> frozenset[int]:
        wish = Name(MissingSegments, None, 0, asked=SegmentGroup(group))
        for item in await self._client.read([wish]):
            if isinstance(item.value, MissingSegments) and item.value.group == group:
                return item.value.missing
        raise DecodeError("no map is in the answer", 0)

    def _tell(self, flight: _Flight, tell: Tell) -> None:
        now, size = self._client.link.clock.monotonic(), len(self._file)
        if now - flight.told_at < TICK and flight.missing.count:
            return
        flight.told_at = now
        sent = size - min(size, flight.missing.count * UNIT)
        rate = flight.rate.saw(now, sent)
        left = (size - sent) / rate if rate else None
        silent = now - flight.heard
        tell(Progress(sent, size, rate, left, flight.retries, silent, flight.size.units * UNIT))


def _fitting(start: int, units: int) -> int:
    """The largest length, in units, that has a segment beginning at this unit."""
    return units if start == 0 else min(units, start & -start)


def _resized(before: int, flight: _Flight, tell: Tell) -> None:
    notice = Notice.HALVED if flight.size.units < before else Notice.DOUBLED
    tell(Noticed(notice, flight.size.units * UNIT))


def _is_damage(failed: Failed) -> bool:
    """Whether the terminal has all of it, but not as it was sent."""
    return failed.reason is Failure.PACKAGE and failed.code in DAMAGED
