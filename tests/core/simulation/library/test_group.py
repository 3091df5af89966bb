"""Library meters on a bus, read by the worker of a port: families in one pass, a switch between reads."""

import asyncio
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from core.channels.meter_bus import MeterBus
from core.lines.line import SerialSettings
from core.lines.pace import LoopClock
from core.lines.virtual_time import virtual_time
from core.meters.driver import Answer, Outcome
from core.meters.families import Families
from core.meters.library.model import Energies
from core.meters.mapping import codes_of
from core.quantities import Quantity, Wanted
from core.simulation.bus import SimulatedBus
from core.simulation.edmi.group import EdmiGroup
from core.simulation.edmi.meter import EdmiMeter
from core.simulation.faults import Faults
from core.simulation.groups import Group
from core.simulation.library.group import LibraryGroup, SimulatedLibraryMeter
from core.simulation.library.holding import Holding
from core.simulation.physics.meter import Meter
from core.simulation.physics.plate import Kind, Plate
from core.simulation.population import population
from core.store.store import Store
from core.terminal.acquisition.tasks import Ask, Purpose
from core.terminal.archive import Meter as Archived
from core.terminal.concentrator import Concentrator
from core.terminal.ledger import Ledger
from tests.core.channels.test_meter_bus import Lamp, Script
from tests.core.channels.test_meter_bus_with_meters import archived
from tests.core.meters.library.stage import shipped_library, text_of

START = datetime(2026, 11, 20, 8, 30)
Q = Quantity
CODES = {12: "wasion-4.1", 41: "edmi-table", 42: "dlt645-1997-table"}
ADDRESSES = {12: "000000000018", 41: "000212039174", 42: "000012345678"}

TOO_LARGE = {Q.FORWARD_ACTIVE_DEMAND, Q.REVERSE_ACTIVE_DEMAND}
"""Two bytes of 0.1 W end at 6.5 kW (meter protocols §6): this meter draws more and has no way to say so."""


def group(code: int, seed: int = 3) -> LibraryGroup:
    """One three-phase meter of a library."""
    meter = Meter(Plate(seed, Kind.THREE_PHASE, ADDRESSES[code]), START)
    library = shipped_library(CODES[code])
    return LibraryGroup(library, [SimulatedLibraryMeter(library, meter)])


def in_archive(code: int) -> Archived:
    return Archived(1, 1, 1, 0, code, ADDRESSES[code], bytes(6), 4, 6, 2, "", 4, 0, ADDRESSES[code])


def run(script: Script, families: Families, *groups: Group) -> None:
    async def on_stage() -> None:
        clock, store = LoopClock(START), Store(None)
        terminal = Concentrator(clock, Ledger(store), store.readings, boot=0.0)
        terminal.power_up()
        line = SimulatedBus(groups, clock).line(SerialSettings(2400, 8, "E", 1))
        worker = MeterBus(terminal, 1, line, clock, Lamp(lambda: line), script, script, families)
        running = asyncio.create_task(worker.run())
        await script.over.wait()
        running.cancel()
        store.close()

    with virtual_time() as runner:
        runner.run(on_stage())


def families() -> Families:
    return Families(codes_of("wodian", CODES))


@pytest.mark.parametrize("code", list(CODES), ids=CODES.values())
def test_a_meter_of_a_file_answers_everything_the_file_knows(code: int):
    """M55 to M63: both ends of the file over the physics of all other meters, at the speed of the file."""
    one = group(code)
    plans = one.library.quantities
    script = Script(*(Ask(in_archive(code), Wanted(quantity), Purpose.DAY) for quantity in plans))
    run(script, families(), one)
    holding = Holding(one.meters[0].meter)
    for answer in script.answers:
        quantity = answer.wanted.quantity
        if quantity is Q.PHASE_LOSSES or (code == 12 and quantity in TOO_LARGE):
            continue
        assert answer.outcome is Outcome.READ, (quantity, answer.reason)
        if isinstance(plans[quantity], Energies) and code != 41:
            held = holding.value(quantity, 0, START)
            assert isinstance(held, tuple)
            assert isinstance(answer.value, tuple)
            assert close(answer.value, held), (answer.value, held)


def close(read: tuple[object, ...], held: tuple[object, ...]) -> bool:
    """The meter went on counting while it was read."""
    pairs = zip(read, held, strict=True)
    return all(abs(Decimal(str(one)) - Decimal(str(other))) < 1 for one, other in pairs)


def test_four_families_share_a_port():
    """M28: native and library drivers, four speeds and shapes of characters, one pass."""
    old = population(7, START, ports=(1,), residential=1)
    native = archived(old.placed[0])
    asks = [Ask(in_archive(code), Wanted(Q.FORWARD_ACTIVE), Purpose.DAY) for code in CODES]
    asks = [asks[0], Ask(native, Wanted(Q.FORWARD_ACTIVE), Purpose.DAY), *asks[1:], asks[0]]
    script = Script(*asks)
    run(script, families(), *(group(code) for code in CODES), *old.groups(1))
    assert [(one.outcome, one.tries) for one in script.answers] == [(Outcome.READ, 1)] * 5


@pytest.mark.parametrize(
    ("faults", "outcome"),
    [
        (Faults(silent=True), Outcome.SILENT),
        (Faults(checksum=True), Outcome.BROKEN),
        (Faults(pieces=0.2), Outcome.READ),
        (Faults(late=20.0), Outcome.SILENT),
    ],
    ids=["silent", "checksum", "pieces", "late"],
)
def test_faults_of_library_meters(faults: Faults, outcome: Outcome):
    """6.3: damage is told from silence, pieces are put together."""
    one = group(12)
    one.suffer(1, faults, START)
    script = Script(Ask(in_archive(12), Wanted(Q.VOLTAGE), Purpose.DAY))
    run(script, families(), one)
    assert script.answers[0].outcome is outcome


class Switching(Script):
    """Installs a library behind the first answer."""

    def __init__(self, *tasks: Ask, install: Callable[[], None]) -> None:
        super().__init__(*tasks)
        self._install = install

    def took(self, port: int, task: object, answer: Answer, now: float) -> None:
        if not self.answers:
            self._install()
        super().took(port, task, answer, now)  # pyright: ignore[reportArgumentType]  # as it was handed out


def test_a_new_library_takes_over_between_two_reads():
    """M29: the first question ends with the old version, the next one is of the new version."""
    table: dict[str, Any] = tomllib.loads(text_of("wasion-4.1"))
    table |= {"version": "2.0.0", "tests": []}
    del table["quantities"]["voltage"]
    chosen = families()
    ask = Ask(in_archive(12), Wanted(Q.VOLTAGE), Purpose.DAY)
    script = Switching(ask, ask, install=lambda: chosen.shelf.install([table]))
    run(script, chosen, group(12))
    assert [one.outcome for one in script.answers] == [Outcome.READ, Outcome.UNSUPPORTED]
    assert script.answers[1].reason == "wasion-4.1 has no voltage"


def test_an_empty_slot_answers_through_the_port():
    """M27: the archive may name a family nobody has; it is told, and nothing is sent."""
    script = Script(Ask(in_archive(12), Wanted(Q.CLOCK), Purpose.DAY))
    run(script, Families({12: "hnd"}), group(12))
    assert script.answers[0].outcome is Outcome.UNSUPPORTED
    assert script.answers[0].reason.startswith("library not installed: HND")


EDMI_READS = (Q.FORWARD_ACTIVE, Q.REVERSE_ACTIVE, Q.QUADRANT_1, Q.VOLTAGE, Q.ACTIVE_POWER, Q.CLOCK)


def test_the_edmi_file_reads_the_native_emulated_meter():
    """Meter protocols §9: an end written apart checks the interpreter; both drivers agree."""
    meter = EdmiMeter(Meter(Plate(3, Kind.THREE_PHASE, ADDRESSES[41]), START))
    native = replace(in_archive(41), protocol=10)
    asks = [Ask(one, Wanted(q), Purpose.DAY) for q in EDMI_READS for one in (in_archive(41), native)]
    script = Script(*asks)
    run(script, families(), EdmiGroup([meter]))
    assert {answer.outcome for answer in script.answers} == {Outcome.READ}, script.answers
    for ours, theirs in zip(script.answers[::2], script.answers[1::2], strict=True):
        if isinstance(ours.value, datetime):
            assert isinstance(theirs.value, datetime)
            assert abs((ours.value - theirs.value).total_seconds()) < 5
        else:
            assert isinstance(ours.value, tuple)
            assert isinstance(theirs.value, tuple)
            assert close(ours.value, theirs.value), (ours, theirs)
