"""How reading goes: the state of each port, which points lack yesterday, orders to ports and points.

An order is done when its effect was read back. The terminal shows of a port whether it reads, how far and
since when (AFN0C F11), but not that it pauses; so an order may stay acknowledged without proof, and says so.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Protocol

from core.errors import CoreError, DecodeError, DeniedError, LineError
from core.gdw376.catalogue import unit_class
from core.gdw376.unit import Unit
from core.gdw376.units.afn0c import MeterReadingInfo, MeterReadingState, PortReading
from core.gdw376.units.afn04 import ReadingStopped
from hhu.client.change import State
from hhu.client.fetching import Kind, OnProgress, Query, fetch
from hhu.client.fetching import Reader as Fetcher
from hhu.client.plan import Plan
from hhu.client.reading import OnBatch, Outcome, Reader, read_parameters
from hhu.client.reading_sets import sets_named
from hhu.client.reading_table import Piece

LOOKS = 10
"""Looks at a port after an order, a second apart: what is in flight ends within 3 s (6.1)."""


class PortAct(Enum):
    """Orders to a port (AFN05); the value is the function."""

    PAUSE = 49
    RESUME = 50
    AGAIN = 51

    def unit(self, port: int) -> Unit:
        """Return the command for one port."""
        kind: Any = unit_class(0x05, self.value)
        command: Unit = kind(port)
        return command


@dataclass(frozen=True, slots=True)
class PortOutcome:
    """What became of an order to a port."""

    act: PortAct
    port: int
    state: State
    before: PortReading | None = None
    after: PortReading | None = None
    reason: CoreError | None = None


@dataclass(frozen=True, slots=True)
class PointState:
    """What is known of reading one point; ``None`` where it was not asked or the terminal has nothing."""

    point: int
    energy: Decimal | None = None
    """Forward active total at the end of the day."""
    read_at: datetime | None = None
    asked: bool = False
    info: MeterReadingInfo | None = None

    @property
    def missing(self) -> bool:
        """The day freeze was asked for and is not there."""
        return self.asked and self.energy is None


class Controller(Reader, Protocol):
    """What orders to ports need of the client."""

    async def read_unit(self, kind: type[MeterReadingState], pn: int = 0) -> MeterReadingState:
        """Read one unit; see `TerminalClient.read_unit`."""
        ...

    async def control(self, command: Unit) -> None:
        """Give a command of AFN 05."""
        ...


OnOutcome = Callable[[PortOutcome], None]
Sleep = Callable[[float], Awaitable[None]]


async def port_states(client: Controller) -> tuple[PortReading, ...]:
    """Read the state of all ports (AFN0C F11, M54)."""
    return (await client.read_unit(MeterReadingState)).ports


async def order_port(
    client: Controller, act: PortAct, port: int, sleep: Sleep, on_change: OnOutcome | None = None
) -> PortOutcome:
    """Give an order to a port and look until its effect is seen; errors stand in the outcome."""
    outcome = PortOutcome(act, port, State.SENT, await _state_of(client, port))

    def tell(came: PortOutcome) -> None:
        if on_change:
            on_change(came)

    tell(outcome)
    try:
        await client.control(act.unit(port))
    except DeniedError as error:
        outcome = replace(outcome, state=State.REFUSED, reason=error)
    except (LineError, DecodeError) as error:
        outcome = replace(outcome, state=State.FAILED, reason=error)
    else:
        outcome = replace(outcome, state=State.ACKNOWLEDGED)
        tell(outcome)
        outcome = await _watched(client, outcome, sleep)
    tell(outcome)
    return outcome


async def _watched(client: Controller, outcome: PortOutcome, sleep: Sleep) -> PortOutcome:
    for _ in range(LOOKS if can_show(outcome.act, outcome.before) else 1):
        try:
            after = await _state_of(client, outcome.port)
        except LineError as error:
            return replace(outcome, reason=error)
        outcome = replace(outcome, after=after)
        if shows(outcome.act, outcome.before, after):
            return replace(outcome, state=State.VERIFIED)
        await sleep(1.0)
    return outcome


async def _state_of(client: Controller, port: int) -> PortReading | None:
    try:
        states = await port_states(client)
    except DeniedError:
        return None
    return next((state for state in states if state.port == port), None)


def can_show(act: PortAct, before: PortReading | None) -> bool:
    """Tell whether the effect of an order can be seen: a pause only of a port that reads."""
    return before is not None and (act is not PortAct.PAUSE or before.state.running)


def shows(act: PortAct, before: PortReading | None, after: PortReading | None) -> bool:
    """Tell whether two looks at a port prove that an order was carried out."""
    if before is None or after is None:
        return False
    begun = after.start is not None and after.start != before.start
    started = after.state.running and not before.state.running
    if act is PortAct.PAUSE:
        return before.state.running and not after.state.running and not after.state.finished
    return started or begun or (act is PortAct.AGAIN and after.read < before.read)


async def missing_list(
    client: Fetcher,
    points: Iterable[int],
    day: date,
    now: datetime,
    on_progress: OnProgress | None = None,
) -> dict[int, PointState]:
    """Ask for the day freeze of all points (AFN0D F161); who has none is missing."""
    found: dict[int, PointState] = {}

    def take(pieces: Sequence[Piece]) -> None:
        for piece in pieces:
            totals = (cell.number for column, cell in piece.cells if column.key.endswith(".total"))
            number = next(totals, None)
            energy = None if number is None else Decimal(number)
            found[piece.point] = PointState(piece.point, energy, piece.read_at, asked=True)

    query = Query(Kind.DAY, sets_named(Kind.DAY, ["forward-active"]), tuple(points), day, day)
    await fetch(client, query, take, on_progress, now=now)
    return found


async def reading_infos(
    client: Reader, points: Iterable[int], on_batch: OnBatch | None = None
) -> dict[int, MeterReadingInfo]:
    """Read how the last tries with some points went (AFN0C F170); points without it are left out."""
    found: dict[int, MeterReadingInfo] = {}

    def take(outcome: Outcome) -> None:
        if isinstance(outcome.unit, MeterReadingInfo):
            found[outcome.key[0]] = outcome.unit

    await read_parameters(client, [(point, MeterReadingInfo) for point in points], take, on_batch)
    return found


async def stopping(client: Reader, points: Iterable[int], *, stop: bool) -> Plan:
    """Read whether points are read and return the plan that stops or allows them (AFN04 F30)."""
    wanted = [(point, ReadingStopped(int(stop))) for point in points]
    held: Mapping[int, Unit] = await _held(client, [point for point, _ in wanted])
    return Plan.of(list(held.items()), wanted)


async def _held(client: Reader, points: Sequence[int]) -> dict[int, Unit]:
    outcomes: list[Outcome] = []
    await read_parameters(client, [(point, ReadingStopped) for point in points], outcomes.append)
    return {outcome.key[0]: outcome.unit for outcome in outcomes if outcome.unit is not None}
