"""What the Reading and Clock pages do on the line: jobs in a worker, their outcome on the desk's board."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from core.errors import DeniedError, UsageError
from core.gdw376.units.afn04 import MeterArchive, MeterRecord
from core.meters.dlt645.identifiers import Quantity
from hhu.client.change import Change, Key, State
from hhu.client.clock_reading import ALLOWED_ERROR, measure_clock
from hhu.client.fetching import Question
from hhu.client.meter_clocks import (
    BroadcastProof,
    broadcast_time,
    clock_now,
    lines_of,
    sample,
    stored_clocks,
)
from hhu.client.meter_items import quantity_named
from hhu.client.meter_reading import ARCHIVE, Got, MeterReader, archived, meters_in
from hhu.client.reading_state import (
    PortAct,
    PortOutcome,
    missing_list,
    order_port,
    port_states,
    reading_infos,
    stopping,
)
from hhu.client.relay import BusLine, edition_of, relay
from hhu.screens.desk import Desk
from hhu.screens.jobs import Progress, connected, trouble
from hhu.widgets.notice_row import Notice, Tone

T = TypeVar("T")


def records_of(desk: Desk) -> tuple[MeterRecord, ...] | None:
    """Return the archive as last read, ``None`` when it was not read."""
    unit = desk.units.get(ARCHIVE)
    return meters_in(unit) if isinstance(unit, MeterArchive) else None


async def judged(desk: Desk, order: Awaitable[T]) -> T:
    """Wait for an order that carried a password; learn from its outcome whether it was right."""
    try:
        outcome = await order
    except DeniedError as error:
        desk.judge(error)
        raise
    except UsageError:
        desk.password = ""  # none at hand, or refused before: the next order asks
        raise
    desk.judge(None)
    return outcome


async def known_records(desk: Desk, progress: Progress) -> tuple[MeterRecord, ...]:
    """Return the archive, read when it is not known yet."""
    known = records_of(desk)
    if known is not None:
        return known
    progress(desk.words("reading.work-archive"), 0, 1)
    records = await archived(connected(desk).client)
    desk.take([MeterArchive(records)])
    return records


# Reading


async def read_ports(desk: Desk, progress: Progress) -> None:
    """Read the state of all ports."""
    progress(desk.words("reading.work-ports"), 0, 1)
    try:
        desk.board.ports = await port_states(connected(desk).client)
    except DeniedError:
        desk.board.ports = ()
        desk.tell(Notice(desk.words("reading.no-ports"), "", Tone.WARN))
        return
    desk.tell(Notice(desk.words("reading.ports-done", number=len(desk.board.ports)), "", Tone.GOOD))


async def read_missing(desk: Desk, progress: Progress) -> None:
    """Find the points without yesterday's freeze, and how the last tries with them went."""
    client, board = connected(desk).client, desk.board
    records = await known_records(desk, progress)
    day = (desk.clock.now() - timedelta(days=1)).date()
    points = [record.point for record in records]

    def show(done: int, total: int, _: Question | None) -> None:
        progress(desk.words("reading.work-missing", day=f"{day:%m-%d}"), done, total)

    board.points = await missing_list(client, points, day, desk.clock.now(), show)
    board.day = day
    desk.changed()
    lacking = [point for point, state in board.points.items() if state.missing]

    def show_infos(batch: Sequence[Key], done: int) -> None:
        progress(desk.words("reading.work-infos"), done, len(lacking))

    for point, info in (await reading_infos(client, lacking, show_infos)).items():
        board.points[point] = replace(board.points[point], info=info)
    desk.tell(_missing_notice(desk, len(lacking), len(points)))


def _missing_notice(desk: Desk, lacking: int, points: int) -> Notice:
    if not points:
        return Notice(desk.words("reading.no-meters"), desk.words("reading.no-meters-next"), Tone.WARN)
    if not lacking:
        return Notice(desk.words("reading.none-missing", number=points), "", Tone.GOOD)
    text = desk.words("reading.missing", number=lacking, all=points)
    return Notice(text, desk.words("reading.missing-next"), Tone.WARN)


async def read_now(desk: Desk, records: Sequence[MeterRecord], name: str, progress: Progress) -> None:
    """Read one value of some meters through the terminal (AFN10)."""
    reader = MeterReader(connected(desk).client)
    for number, record in enumerate(records):
        quantity: Quantity = quantity_named(name, edition_of(record))
        label = desk.words.of(quantity.zh, quantity.en)
        progress(desk.words("reading.work-now", point=record.point, name=label), number, len(records))
        desk.board.values[record.point] = await judged(desk, reader.read(record, quantity))
        desk.changed()
    desk.tell(now_notice(desk, [record.point for record in records]))


def now_notice(desk: Desk, points: Sequence[int]) -> Notice:
    """Say what was read: the value of one, the number of several."""
    values = [desk.board.values[point] for point in points]
    good = [value for value in values if value.got is Got.VALUE]
    if len(values) != 1:
        tone = Tone.GOOD if len(good) == len(values) else Tone.WARN
        return Notice(desk.words("reading.now-done", number=len(good), all=len(values)), "", tone)
    (value,) = values
    name = desk.words.of(value.quantity.zh, value.quantity.en)
    if good:
        text = f"{value.text(zh=desk.words.language == 'zh')} {value.quantity.unit}".strip()
        said = desk.words("reading.now-one", point=value.record.point, name=name, value=text)
        return Notice(said, "", Tone.GOOD)
    why = desk.words(f"got.{value.got.name.lower()}")
    said = desk.words("reading.now-none", point=value.record.point, name=name, why=why)
    return Notice(said, desk.words(f"got-next.{value.got.name.lower()}"), Tone.BAD)


async def give_order(desk: Desk, act: PortAct, port: int, progress: Progress) -> None:
    """Pause, resume or restart a port, and watch it."""
    client, board, words = connected(desk).client, desk.board, desk.words
    name = words(f"act.{act.name.lower()}")
    progress(words("reading.work-order", name=name, port=port), 0, 2)

    def note(outcome: PortOutcome) -> None:
        board.take_port(outcome)
        done = int(outcome.state is State.ACKNOWLEDGED)
        progress(words(f"reading.order-{outcome.state.value}", name=name, port=port), done, 2)
        desk.changed()

    outcome = await order_port(client, act, port, desk_sleep(desk), note)
    error = outcome.reason
    if error is None or isinstance(error, DeniedError):
        desk.judge(error)
    if error is not None:
        desk.tell(trouble(error, desk))
        return
    text = words(f"reading.order-{outcome.state.value}", name=name, port=port)
    proven = outcome.state is State.VERIFIED
    next_step = "" if proven else words(f"reading.unproven-{act.name.lower()}")
    desk.tell(Notice(text, next_step, Tone.GOOD if proven else Tone.WARN))


def desk_sleep(desk: Desk) -> Callable[[float], Awaitable[None]]:
    """Return how to wait on the clock of the line."""
    return connected(desk).session.link.clock.sleep


async def stop_points(desk: Desk, points: Sequence[int], *, stop: bool, progress: Progress) -> None:
    """Stop or allow reading of points (AFN04 F30) and read it back."""
    client, board, words = connected(desk).client, desk.board, desk.words
    progress(words("reading.work-stop"), 0, 1)
    plan = await stopping(client, points, stop=stop)

    def note(change: Change) -> None:
        board.stops[change.pn] = change.state
        desk.changed()

    for change in plan.changes:
        note(change)
    await judged(desk, plan.run(client, note))
    desk.judge(plan.error)
    for point, unit in plan.proven:
        desk.take([unit], point)
    if plan.error is not None:
        desk.tell(trouble(plan.error, desk))
        return
    key = "reading.stopped" if stop else "reading.allowed"
    desk.tell(Notice(words(key, number=len(points)), "", Tone.GOOD if plan.done else Tone.BAD))


async def send_relay(desk: Desk, line: BusLine, content: bytes, progress: Progress) -> None:
    """Send bytes out of a port and keep what came back."""
    words = desk.words
    progress(words("relay.work", port=line.port), 0, 1)
    desk.board.exchange = None
    desk.changed()
    exchange = await judged(desk, relay(connected(desk).client, line, content))
    desk.board.exchange = exchange
    if not exchange.answered:
        desk.tell(Notice(words("relay.silent"), words("got-next.silent"), Tone.BAD))
    elif exchange.refusal:
        desk.tell(Notice(words("relay.refused", word=exchange.refusal), "", Tone.BAD))
    else:
        text = words("relay.done", sent=len(exchange.sent), answered=len(exchange.answered))
        desk.tell(Notice(text, words("relay.done-next"), Tone.GOOD))


# Clocks


async def measure(desk: Desk, progress: Progress) -> None:
    """Compare the terminal's clock with this computer's, to 0.1 s."""
    progress(desk.words("clock.work-measure"), 0, 1)
    desk.clock_reading = await measure_clock(connected(desk).client, desk.clock, desk_sleep(desk))
    reading = desk.clock_reading
    if reading.residual_s is None:
        desk.tell(Notice(desk.words("clock.not-valid"), desk.words("clock.not-valid-next"), Tone.BAD))
        return
    shown = f"{reading.residual_s:+.1f} s"
    far = abs(reading.residual_s) >= ALLOWED_ERROR
    text = desk.words("clock.measured", difference=shown, uncertain=f"{reading.uncertain_s:.1f} s")
    desk.tell(Notice(text, desk.words("clock.set-it") if far else "", Tone.WARN if far else Tone.GOOD))


async def read_clocks(desk: Desk, progress: Progress) -> None:
    """Read the clocks of all meters as the terminal knows them, the worst first."""
    records = await known_records(desk, progress)
    points = [record.point for record in records]

    def show(batch: Sequence[Key], done: int) -> None:
        progress(desk.words("clock.work-meters"), done, len(points))

    clocks = await stored_clocks(connected(desk).client, points, show)
    desk.board.clocks = clocks
    late = sum(not clock.obeys for clock in clocks)
    text = desk.words("clock.meters-done", number=len(clocks), all=len(points))
    next_step = desk.words("clock.meters-far", number=late) if late else ""
    desk.tell(Notice(text, next_step, Tone.WARN if late else Tone.GOOD))


async def read_clock_now(desk: Desk, record: MeterRecord, progress: Progress) -> None:
    """Read the clock of one meter through the terminal."""
    words = desk.words
    progress(words("clock.work-one", point=record.point), 0, 1)
    reader = MeterReader(connected(desk).client)
    clock = await judged(desk, clock_now(reader, record, desk.clock.now))
    if clock is None or clock.difference_s is None:
        desk.tell(Notice(words("clock.one-none", point=record.point), words("got-next.silent"), Tone.BAD))
        return
    desk.board.take_clock(clock)
    shown = f"{clock.difference_s:+.0f} s"
    desk.tell(Notice(words("clock.one", point=record.point, difference=shown), "", Tone.GOOD))


async def broadcast(desk: Desk, progress: Progress) -> None:
    """Tell all meters the time, port by port, and read some of them back."""
    words, client = desk.words, connected(desk).client
    records = await known_records(desk, progress)
    lines = lines_of(records)
    reader, board = MeterReader(client), desk.board
    board.proofs = {}
    for number, line in enumerate(lines):
        progress(words("clock.work-broadcast", port=line.port), number, len(lines))
        await judged(desk, broadcast_time(client, line, desk_sleep(desk)))
        for record in sample(records, line):
            progress(words("clock.work-one", point=record.point), number, len(lines))
            proof = BroadcastProof(record, await clock_now(reader, record, desk.clock.now))
            board.proofs[record.point] = proof
            if proof.clock is not None:
                board.take_clock(proof.clock)
            desk.changed()
    desk.tell(broadcast_notice(desk, board.proofs.values(), len(lines)))


def broadcast_notice(desk: Desk, proofs: Iterable[BroadcastProof], ports: int) -> Notice:
    """Say how many meters prove it."""
    states = [proof.state for proof in proofs]
    good = states.count(State.VERIFIED)
    text = desk.words("clock.broadcast-done", ports=ports, number=good, all=len(states))
    if states and good == len(states):
        return Notice(text, "", Tone.GOOD)
    return Notice(text, desk.words("clock.broadcast-next"), Tone.WARN)
