"""Every event of meters alone: cause at a simulated meter, real passes over a simulated bus, record."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from core.errors import StoreError
from core.gdw376.units.afn04 import EventMasks, MeterArchive, MeterThresholds
from core.gdw376.units.erc import (
    Erc8,
    Erc13,
    Erc24,
    Erc27,
    Erc28,
    Erc30,
    Erc31,
    Erc33,
    Erc35,
    MeterChanges,
    MeterFaults,
    PhaseFault,
    PointMark,
)  # fmt: skip
from core.simulation.area import Area
from core.simulation.dlt645.meter import Dlt645Meter
from core.simulation.faults import Faults
from core.simulation.physics.meter import Meter
from core.simulation.physics.operations import Operation
from core.simulation.physics.plate import Kind, Plate
from core.store.store import Store
from core.terminal.factory import IMPORTANT_EVENTS, VALID_EVENTS
from tests.core.meter_records import gone
from tests.core.terminal.events.play import TWO, Play, play

STRANGER = "987600000001"


def troubled(faults: Faults, then: Callable[[Play], None] = lambda p: None) -> list[str]:
    """One sound day, a day with the faults of point 1, one sound day; then look. Return all events."""
    told: list[str] = []

    async def steps(p: Play) -> None:
        await p.until(12)
        assert p.events == []
        p.suffer(1, faults)
        await p.until(14, day=22)
        p.suffer(1)
        await p.until(1, day=24)
        then(p)
        told.extend(p.events)

    play(steps, TWO)
    return told


CAUSES: dict[str, tuple[Faults, list[str]]] = {
    "M105 clock fast": (Faults(clock=400), ["12+ P1", "12- P1"]),
    "M105 clock slow": (Faults(clock=-3600), ["12+ P1", "12- P1"]),
    "clock within 5 min": (Faults(clock=200), []),
    "M105 battery low": (Faults(status=((1, 2),)), ["13+ P1", "33 P1", "13- P1", "33 P1"]),
    "M105 phase lost": (Faults(status=((4, 7),)), ["13+ P1", "33 P1", "33 P1"]),
    "M105 voltage lost": (Faults(status=((6, 0),)), ["13+ P1", "33 P1", "33 P1"]),
    "M105 power lost": (Faults(status=((7, 5),)), ["13+ P1", "33 P1", "33 P1"]),
    "M59 another word": (Faults(status=((3, 14),)), ["33 P1", "33 P1"]),
    "voltage low": (Faults(volts=170), ["24+ P1", "24- P1"]),
    "voltage high": (Faults(volts=250), ["24+ P1", "24- P1"]),
    "voltage inside": (Faults(volts=190), []),
    "backwards": (Faults(backwards=True), ["27+ P1", "27- P1"]),
    "over-diff": (Faults(fast=6), ["28+ P1", "28- P1"]),
    "fly-away": (Faults(fast=40), ["28+ P1", "29+ P1", "29- P1", "28- P1"]),
    "stopped": (Faults(stuck=True), ["30+ P1", "30- P1"]),
    "late answers": (Faults(late=0.3), []),
    "damaged answers": (Faults(pieces=0.2), []),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_a_cause_gives_its_events_and_no_others(cause: str):
    """M88, M105: start at the first reading that shows it, end when it is over, once each."""
    faults, expected = CAUSES[cause]
    assert troubled(faults) == expected


def test_a_silent_meter_is_told_at_the_end_of_the_period():
    """M46: ERC31 at 23:00 with the last success, its end with the first freeze."""

    def look(p: Play) -> None:
        assert p.events == ["31+ P1", "31- P1"]
        begin, body = p.records[0], p.body(0)
        assert (begin.time.hour, begin.important) == (23, True)
        assert isinstance(body, Erc31)
        assert body.last_ok is not None
        assert body.active is not None

    async def steps(p: Play) -> None:
        await p.until(20)
        p.suffer(1, Faults(silent=True))
        await p.until(2, day=23)
        p.suffer(1)
        await p.until(4, day=23)
        look(p)

    play(steps, Area(seed=3, tariff_control=4))


def test_bodies_of_energies():
    """M89: before, after and the threshold, digit for digit (part B §4.3)."""

    def fell(p: Play) -> None:
        body = p.body(0)
        assert isinstance(body, Erc27)
        assert body.before is not None
        assert body.after is not None
        assert body.after < body.before

    troubled(Faults(backwards=True), fell)

    def flew(p: Play) -> None:
        over, fast = p.body(0), p.body(1)
        assert isinstance(over, Erc28)
        assert isinstance(fast, Erc28)
        assert (over.threshold, fast.threshold) == (Decimal("1.5"), Decimal("9.9"))
        assert (over.before, over.after) == (fast.before, fast.after)

    troubled(Faults(fast=40), flew)

    def stood(p: Play) -> None:
        body = p.body(0)
        assert isinstance(body, Erc30)
        assert (body.point, body.threshold) == (PointMark(1, 1), 1)

    troubled(Faults(stuck=True), stood)


def test_bodies_of_states():
    """M59, M89: bits of the fault, masks and words, limits with the voltages."""

    def battery(p: Play) -> None:
        fault, words = p.body(0), p.body(1)
        assert isinstance(fault, Erc13)
        assert fault.faults == MeterFaults(False, False, False, False, True)
        assert isinstance(words, Erc33)
        assert words.changed[0] == b"\x04\0"
        assert words.words[0][0] & 4

    troubled(Faults(status=((1, 2),)), battery)

    def low(p: Play) -> None:
        body = p.body(0)
        assert isinstance(body, Erc24)
        assert body.limit == PhaseFault(True, False, False, 2)
        assert body.voltages[0] == Decimal("170.0")

    troubled(Faults(volts=170), low)


def test_programming_is_seen_by_its_count():
    """M62: ERC8 names the kind, ERC13 that somebody was at the meter; once per change."""

    async def steps(p: Play) -> None:
        await p.until(12)
        p.meter(1).meter.programmed(p.clock.now(), "00000001", "04000103")
        await p.until(12, day=23)
        assert p.events == ["8 P1", "13+ P1"]
        body = p.body(0)
        assert isinstance(body, Erc8)
        assert body.changes == MeterChanges(False, True, False, False, False, False, False)

    play(steps)


def test_a_stranger_on_the_bus_is_told_once():
    """M105: ERC35 when a search hears an address that no point has; again only after it was away."""

    async def steps(p: Play) -> None:
        await p.until(12)
        p.concentrator.acquisition.search(1)
        await p.until(13)
        assert p.events == []
        plate = Plate(77, Kind.RESIDENTIAL, STRANGER)
        p.area.join(1, Dlt645Meter(Meter(plate, p.clock.now())))
        for hour in (14, 15):
            p.concentrator.acquisition.search(1)
            await p.until(hour)
            assert p.events == ["35"]
        body = p.body(0)
        assert isinstance(body, Erc35)
        assert (body.port, [one.address for one in body.meters]) == (1, [STRANGER])

    play(steps)


def test_the_first_reading_of_another_meter_is_a_baseline():
    """7.1 rule 5: a meter that takes the place of another is not compared with it."""

    async def steps(p: Play) -> None:
        await p.until(12)
        records = p.concentrator.parameters.archived
        first, second = records[1], records[2]
        p.concentrator.configure([MeterArchive((gone(2),))], 1)
        swapped = replace(first, address=second.address, line=second.line)
        p.concentrator.configure([MeterArchive((swapped,))], 1)
        await p.until(12, day=22)
        assert [event for event in p.events if event != "3"] == []

    play(steps)


def test_events_can_be_switched_off():
    """M88: monitoring is optional, event by event (F9)."""
    masks = EventMasks(VALID_EVENTS - {12}, IMPORTANT_EVENTS)

    async def steps(p: Play) -> None:
        p.suffer(1, Faults(clock=400))
        await p.until(12, day=22)
        assert p.events == []
        assert p.concentrator.events_open

    play(steps, parameters=[masks])


def test_thresholds_are_parameters():
    """F59: a higher factor, no limit for standing still; for the clock 0 means 5 min."""

    async def steps(p: Play) -> None:
        await p.until(12)
        p.suffer(1, Faults(fast=5))
        p.suffer(2, Faults(clock=-400, stuck=True))
        await p.until(12, day=22)
        assert p.events == ["12+ P2"]

    play(steps, parameters=[MeterThresholds(Decimal("9.9"), Decimal("9.9"), 0, 0)])


def told_after(interrupt: Callable[[Play], Awaitable[None]]) -> list[str]:
    """A battery low and a meter still, before an interruption and afterwards; return what is told then of
    meters."""
    told: list[str] = []

    async def steps(p: Play) -> None:
        p.suffer(1, Faults(status=((1, 2),)))
        p.suffer(2, Faults(stuck=True))
        await p.until(12)
        assert sorted(p.events) == ["13+ P1", "30+ P2"]
        before = p.mark()
        await interrupt(p)
        await p.until(12, day=22)
        told.extend(event for event in p.events[before:] if not event.startswith("14"))

    play(steps)
    return told


def test_baselines_survive_a_power_cut():
    """7.1 rule 4: what has begun is not told again after an outage."""

    async def cut(p: Play) -> None:
        p.place(supply=0)
        await p.clock.sleep(600)
        p.place(supply=221)

    assert told_after(cut) == []


def test_a_leap_of_the_clock_resets_what_counts_time():
    """7.1 rule 6: an hour and a half forward and back again makes no meter fast or still."""

    async def leap(p: Play) -> None:
        for minutes in (90, -90, 30, -30):
            p.concentrator.rtc.set(p.concentrator.rtc.reading() + timedelta(minutes=minutes))
            await p.clock.sleep(1200)

    assert told_after(leap) == []


def test_initialised_data_make_everything_a_baseline():
    """M123, 7.1 rule 6: after data initialisation a low battery is told anew, a changed count is not."""

    async def steps(p: Play) -> None:
        await p.until(12)
        p.meter(1).meter.programmed(p.clock.now(), "00000001", "04000103")
        p.concentrator.watch.forget()
        await p.until(12, day=22)
        assert p.events == []

    play(steps)


def test_a_demand_reset_and_a_cleared_meter():
    """A cleared meter has fallen once; its next reading ends the event."""

    async def steps(p: Play) -> None:
        await p.until(12, 30)
        p.meter(1).meter.clear(p.clock.now(), "00000001")
        await p.until(15, 30)
        assert p.events == ["27+ P1", "27- P1"]
        assert p.meter(1).meter.journal.times(Operation.METER_CLEAR) == 1

    play(steps)


def test_a_full_store_delays_an_event_and_loses_none():
    """What cannot be written is judged again at the next reading, against what was kept."""

    async def steps(p: Play) -> None:
        await p.until(12, 30)
        watch, real = p.concentrator.watch, p.concentrator.events.add

        def refuse(*_: object, **__: object) -> None:
            raise StoreError("the store is full")

        p.concentrator.events.add = refuse  # type: ignore[method-assign]
        p.suffer(1, Faults(volts=170))
        await p.until(14, 30)
        assert not watch.open
        p.concentrator.events.add = real  # type: ignore[method-assign]
        await p.until(16, 30)
        assert p.events == ["24+ P1"]

    play(steps)


def test_what_was_remembered_is_read_again():
    """Memories go through the store and back; a torn note counts as none."""
    store, seen = Store(None), dict[str, str]()

    async def steps(p: Play) -> None:
        await p.until(12)
        p.concentrator.watch.keep()
        facts = p.concentrator.ledger.kept.facts
        seen.update({name: text for name, text in facts.items() if name.startswith("watch.")})
        p.concentrator.ledger.note("watch.1", "{torn")
        p.concentrator.watch.restart()
        await p.until(1, day=22)
        assert p.events == []

    play(steps, store=store)
    assert sorted(seen) == ["watch.1", "watch.2"]
    assert all(len(text) < 300 for text in seen.values())
