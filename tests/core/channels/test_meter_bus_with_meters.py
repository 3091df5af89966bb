"""The port worker against simulated meters: every quantity of every kind, at wire speed, in virtual time."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from core.channels.meter_bus import MeterBus
from core.gdw376.units.afn04 import MeterArchive
from core.lines.line import SerialSettings
from core.lines.pace import LoopClock
from core.lines.virtual_time import virtual_time
from core.meters.driver import Answer, Outcome
from core.quantities import DayEnd, HourEnd, Quantity, Wanted, When
from core.simulation.physics.plate import Kind
from core.simulation.population import Placed, Population, population
from core.store.store import Store
from core.terminal.acquisition import Acquisition
from core.terminal.acquisition.tasks import Ask, Deaf, Purpose
from core.terminal.archive import Meter
from core.terminal.concentrator import Concentrator
from core.terminal.ledger import Ledger
from core.terminal.readings import Kind as Stored
from tests.core.channels.test_meter_bus import Lamp, Script

START = datetime(2026, 11, 20, 0, 5)
AFTER_DAYS = datetime(2026, 11, 22, 0, 5)
AT_2400 = SerialSettings(2400, 8, "E", 1)
Q = Quantity
ALWAYS = (Q.FORWARD_ACTIVE, Q.CLOCK, Q.STATUS, Q.VOLTAGE, Q.CURRENT, Q.ACTIVE_POWER, Q.PROGRAMMINGS)
"""What every meter knows."""


def archived(placed: Placed) -> Meter:
    point, address = placed.point, placed.meter.address
    return Meter(
        point, point, placed.port, placed.baud, placed.protocol, address, placed.password, 4, 6, 2, "", 4, 0,
        address,
    )  # fmt: skip


def run(script: Script, area: Population, *, until: datetime = START) -> float:
    """Let a worker do what the script wants; return how long it took."""

    async def on_stage() -> float:
        clock = LoopClock(START)
        store = Store(None)
        terminal = Concentrator(clock, Ledger(store), store.readings, boot=0.0)
        terminal.power_up()
        await clock.sleep((until - START).total_seconds())
        line = area.bus(1, clock).line(AT_2400)
        worker = MeterBus(terminal, 1, line, clock, Lamp(lambda: line), script, script)
        begin = clock.monotonic()
        running = asyncio.create_task(worker.run())
        await script.over.wait()
        elapsed = clock.monotonic() - begin
        running.cancel()
        store.close()
        return elapsed

    with virtual_time() as runner:
        return runner.run(on_stage())


def one_of(kind: Kind, *, old: bool = False) -> Population:
    return population(
        7,
        START,
        ports=(1,),
        every_1997=int(old),
        residential=int(kind is Kind.RESIDENTIAL),
        tariff_control=int(kind is Kind.TARIFF_CONTROL),
        three_phase=int(kind is Kind.THREE_PHASE),
    )


def asked(area: Population, *wanted: tuple[Quantity, When | None]) -> Script:
    meter = archived(area.placed[0])
    wishes = (Wanted(quantity) if when is None else Wanted(quantity, when) for quantity, when in wanted)
    return Script(*(Ask(meter, wish, Purpose.DAY) for wish in wishes))


@pytest.mark.parametrize("old", [False, True], ids=["2007", "1997"])
@pytest.mark.parametrize("kind", list(Kind), ids=lambda kind: kind.name.lower())
def test_every_meter_answers_every_question(kind: Kind, old: bool):
    """M28, M55 to M63: what a meter has is read, what it lacks is said; nothing is silent or broken."""
    area = one_of(kind, old=old)
    script = asked(area, *((quantity, None) for quantity in Quantity))
    run(script, area)
    outcomes = {answer.wanted.quantity: answer.outcome for answer in script.answers}
    assert set(outcomes.values()) <= {Outcome.READ, Outcome.UNSUPPORTED}, script.answers
    assert {quantity for quantity in ALWAYS if outcomes[quantity] is not Outcome.READ} == set()


def registers(answer: Answer) -> Any:
    return answer.value


def test_freezes_of_days_hours_and_months():
    """M64, M74, M86: after two days the meter's own freezes are found by their dates."""
    area = one_of(Kind.TARIFF_CONTROL)
    yesterday, before = DayEnd(date(2026, 11, 21)), DayEnd(date(2026, 11, 20))
    hour = HourEnd(AFTER_DAYS.replace(minute=0) - timedelta(hours=3))
    script = asked(area, (Q.FORWARD_ACTIVE, yesterday), (Q.FORWARD_ACTIVE, before), (Q.FORWARD_ACTIVE, hour),
                   (Q.FORWARD_ACTIVE, DayEnd(date(2026, 11, 22))), (Q.FORWARD_ACTIVE, None))  # fmt: skip
    run(script, area, until=AFTER_DAYS)
    day, earlier, at_hour, future, now = script.answers
    assert [one.outcome.name for one in script.answers] == ["READ", "READ", "READ", "BROKEN", "READ"]
    assert future.value is None
    totals: list[Any] = [registers(one)[0] for one in (earlier, at_hour, day, now)]
    assert totals == sorted(totals)


def test_a_pass_needs_little_more_than_its_wire_time():
    """6.3: six items of 24 meters at 2400 take less than 0.35 s each, with nothing repeated."""
    area = population(3, START, ports=(1,), tariff_control=24)
    items = (Q.FORWARD_ACTIVE, Q.REVERSE_ACTIVE, Q.VOLTAGE, Q.STATUS, Q.BATTERY, Q.ACTIVE_POWER)
    tasks = [Ask(archived(one), Wanted(item), Purpose.DAY) for one in area.placed for item in items]
    script = Script(*tasks)
    elapsed = run(script, area)
    assert {(one.outcome, one.tries) for one in script.answers} <= {
        (Outcome.READ, 1),
        (Outcome.UNSUPPORTED, 1),
    }
    assert elapsed / len(tasks) < 0.35


def test_acquisition_reads_a_port_of_both_families():
    """M28, M43, M54: the real planner, the worker and forty meters: a pass reads all of them."""
    area = population(5, START, ports=(1,), tariff_control=38, three_phase=2, every_1997=8)

    async def on_stage() -> None:
        clock, store = LoopClock(START), Store(None)
        terminal = Concentrator(clock, Ledger(store), store.readings, boot=0.0)
        terminal.power_up()
        terminal.configure([MeterArchive(area.records)], 1)
        acquisition = Acquisition(
            clock,
            terminal.rtc,
            terminal.parameters,
            terminal.archive,
            store.readings,
            terminal.ledger,
            Deaf(),
        )
        acquisition.on_order = terminal.relays.rouse
        line = area.bus(1, clock).line(AT_2400)
        worker = MeterBus(terminal, 1, line, clock, Lamp(lambda: line), acquisition, terminal.archive)
        running = asyncio.create_task(worker.run())
        await clock.sleep((AFTER_DAYS - START).total_seconds() + 1200)
        running.cancel()
        state = acquisition.reading_state(1)
        assert (state.meters, state.read, state.failed) == (40, 40, 0)
        day = datetime(2026, 11, 21)
        histories = store.readings.histories()
        kept = [store.readings.at(history, Stored.DAY, day, Q.FORWARD_ACTIVE) for history in histories]
        assert len(kept) == 40
        assert None not in kept
        store.close()

    with virtual_time() as runner:
        runner.run(on_stage())
