from datetime import datetime, timedelta
from decimal import Decimal
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.simulation.physics.load import DAY, QUADRANTS, Register
from core.simulation.physics.meter import Meter
from core.simulation.physics.operations import Operation
from core.simulation.physics.plate import Kind, Plate
from tests.core.simulation.stage import NOW, OPERATOR, thing

SPAN = st.integers(0, 60 * 86_400)
THINGS = st.builds(thing, st.sampled_from(Kind), st.integers(0, 50))


@given(THINGS, st.lists(SPAN, min_size=2, max_size=6), st.sampled_from(Register))
def test_energy_is_monotonic_and_tariffs_sum_to_the_total(
    meter: Meter, spans: list[int], register: Register
) -> None:
    """M55: at rising moments no register falls, and the total is the exact sum of the tariffs."""
    last: tuple[int, ...] = (0,) * 5
    for span in sorted(spans):
        shown = meter.energy(register, NOW + timedelta(seconds=span))
        assert shown[0] == sum(shown[1:])
        assert all(a <= b for a, b in zip(last, shown, strict=True))
        last = shown


@given(THINGS, SPAN)
def test_power_is_voltage_times_current_times_factor(meter: Meter, span: int) -> None:
    """M57: on every phase P = U I cos phi within the last digits, and the phases sum to the total."""
    instant = meter.instant(NOW + timedelta(seconds=span))
    for phase in instant.phases:
        watts = phase.voltage / 10 * abs(phase.current) / 1000 * phase.factor / 1000
        assert watts == pytest.approx(phase.active / 10, abs=0.5 + phase.apparent / 10 * 0.001)
    assert instant.total.active == sum(phase.active for phase in instant.phases)


@given(THINGS, st.integers(0, 30 * 86_400))
def test_a_freeze_is_what_was_read_at_that_moment(meter: Meter, span: int) -> None:
    """M64: the register asked at the moment of a freeze, and long after it, gives the same digits."""
    later = meter.at(NOW + timedelta(seconds=span))
    shown, moment = meter.day_frozen(1, later) or (NOW, NOW)
    assert abs(meter.timepiece.shown(moment) - shown) < timedelta(seconds=1)
    then = meter.energy(Register.FORWARD, moment)
    much_later = meter.at(later + 3 * DAY)
    meter.trip(much_later, OPERATOR)
    number = (meter.timepiece.shown(much_later).date() - shown.date()).days + 1
    assert meter.day_frozen(number, much_later) == (shown, moment)
    assert meter.energy(Register.FORWARD, moment) == then


@pytest.mark.parametrize("kind", Kind)
def test_the_demand_is_the_greatest_window_of_energy(kind: Kind) -> None:
    """M56: the maximum demand since the settlement is the greatest growth of any quarter of an hour."""
    meter = thing(kind)
    since, until = meter.period(0, NOW) or (NOW, NOW)
    at = since.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    best = 0
    while at + timedelta(minutes=15) <= until:
        grown = sum(meter.registers.counted(Register.FORWARD, at + timedelta(minutes=15)))
        best = max(best, (grown - sum(meter.registers.counted(Register.FORWARD, at))) // 900)
        at += timedelta(minutes=15)
    found = meter.maxima(Register.FORWARD, since, until)
    assert found[0].power == best
    assert found[0] in found[1:]


def test_a_day_on_which_something_happened_is_walked() -> None:
    """A relay that opens in the middle of a window leaves a smaller demand, never a greater one."""
    meter, quiet = thing(), thing()
    meter.trip(NOW + timedelta(hours=1), OPERATOR)
    later = NOW + timedelta(hours=9)
    since = NOW.replace(hour=0, minute=0, second=0)
    assert (
        meter.maxima(Register.FORWARD, since, later)[0].power
        <= quiet.maxima(Register.FORWARD, since, later)[0].power
    )
    tripped = meter.maxima(Register.FORWARD, NOW + timedelta(hours=1, minutes=5), later)
    assert tripped[0].power == 0


def test_an_open_relay_stops_everything_and_is_remembered() -> None:
    """M60, M61: without power nothing flows; trips and closings are counted with their times."""
    meter = thing()
    meter.trip(NOW, OPERATOR)
    assert meter.instant(NOW).total.active == 0
    assert meter.energy(Register.FORWARD, NOW + DAY) == meter.energy(Register.FORWARD, NOW)
    meter.close(NOW + DAY, OPERATOR)
    assert meter.energy(Register.FORWARD, NOW + 2 * DAY) > meter.energy(Register.FORWARD, NOW)
    assert (meter.journal.times(Operation.TRIP), meter.journal.times(Operation.CLOSE)) == (1, 1)
    done = meter.journal.last(Operation.TRIP)
    assert done is not None
    assert done.moment == NOW


def test_a_trip_with_restoring_closes_by_itself() -> None:
    """1D: the relay closes when its time is over, though nobody asked the meter meanwhile."""
    meter = thing()
    meter.trip(NOW, OPERATOR, restore=600)
    meter.at(NOW + timedelta(seconds=599))
    assert not meter.relay_closed
    later = meter.at(NOW + DAY)
    assert meter.relay_closed
    done = meter.journal.last(Operation.CLOSE)
    assert done is not None
    assert done.moment == NOW + timedelta(seconds=600)
    assert meter.energy(Register.FORWARD, later) > meter.energy(Register.FORWARD, NOW)


def test_time_never_goes_back_for_a_meter() -> None:
    """A place whose clock steps back does not make a register fall."""
    meter = thing()
    first = meter.energy(Register.FORWARD, meter.at(NOW + DAY))
    assert meter.energy(Register.FORWARD, meter.at(NOW)) == first


def test_quadrants_and_directions_of_a_roof_with_panels() -> None:
    """M71: a three-phase user with panels fills reverse energy and the quadrants of both directions."""
    meter = next(m for m in (thing(Kind.THREE_PHASE, seed) for seed in range(20)) if _feeds(m))
    counted = [meter.energy(register, NOW)[0] for register in (Register.REVERSE, *QUADRANTS)]
    assert counted[0] > 0
    assert counted[1] > 0
    assert counted[2] > 0


def _feeds(meter: Meter) -> bool:
    return meter.energy(Register.REVERSE, NOW)[0] > 0


def test_prepayment_follows_the_energy_used() -> None:
    """M63: bought minus used is left; the customer buys again before nothing is left; a purchase adds up."""
    meter = thing()
    for days in range(40):
        balance = meter.balance(NOW + days * DAY)
        assert balance.left > 0
        assert balance.overdrawn == 0
    before = meter.balance(NOW + 40 * DAY)
    meter.account.buy(5000)
    after = meter.balance(NOW + 40 * DAY)
    assert after.left == before.left + 5000
    meter.account.buys_again = False
    assert meter.balance(NOW + 4000 * DAY).overdrawn > 0


def test_a_lost_phase_is_recorded_and_carries_nothing() -> None:
    """A phase without voltage takes its share of the energy with it until it is back."""
    meter, whole = thing(Kind.THREE_PHASE), thing(Kind.THREE_PHASE)
    meter.lose_phase(NOW, 1)
    assert meter.instant(NOW).phases[1].voltage == 0
    later = NOW + timedelta(hours=5)
    meter.restore_phase(later, 1)
    assert meter.losses[0].minutes(later) == 300
    lost = meter.energy(Register.FORWARD, later)[0] - meter.energy(Register.FORWARD, NOW)[0]
    full = whole.energy(Register.FORWARD, later)[0] - whole.energy(Register.FORWARD, NOW)[0]
    assert lost == pytest.approx(full * (1000 - meter.plate.shares[1]) / 1000, abs=5)


def test_another_tariff_table_counts_from_now_on() -> None:
    """After the day table is written only its tariffs grow; what was counted before stays."""
    meter = thing()
    before = meter.energy(Register.FORWARD, NOW)
    meter.retariff(NOW, [(0, 2)])
    after = meter.energy(Register.FORWARD, NOW + 3 * DAY)
    assert [b - a > 0 for a, b in zip(before, after, strict=False)] == [True, False, True, False, False]


def test_stuck_and_backwards() -> None:
    """Stuck registers stand while power flows; backwards ones fall, and go on from there when sound again."""
    meter = thing()
    meter.misbehave(NOW, stuck=True, backwards=False)
    stuck = meter.energy(Register.FORWARD, NOW + DAY)
    assert stuck == meter.energy(Register.FORWARD, NOW)
    assert meter.instant(NOW + DAY).total.active > 0
    meter.misbehave(NOW + DAY, stuck=False, backwards=True)
    fallen = meter.energy(Register.FORWARD, NOW + 2 * DAY)
    assert fallen[0] < stuck[0]
    meter.misbehave(NOW + 2 * DAY, stuck=False, backwards=False)
    assert meter.energy(Register.FORWARD, NOW + 2 * DAY) == fallen
    assert meter.energy(Register.FORWARD, NOW + 3 * DAY)[0] > fallen[0]


def test_settlements_stay_as_they_were_settled() -> None:
    """M77: a changed settlement day moves the next settlement, not those of the past."""
    meter = thing()
    before = [meter.settled(number, NOW) for number in range(1, 13)]
    assert before[0] is not None
    assert meter.timepiece.shown(before[0]) == datetime(2026, 11, 1)
    meter.settlement_days.change(meter.timepiece.reached(NOW), meter.registers.start, ((25, 6),))
    assert [meter.settled(number, NOW) for number in range(1, 13)] == before
    later = datetime(2026, 11, 25, 6, 0, 5)
    assert meter.settled(1, later) == datetime(2026, 11, 25, 6)
    assert meter.settled(2, later) == before[0]


def test_meters_that_nobody_asks_cost_nothing() -> None:
    """192 meters and 30 days: making them and reading each once takes well under a second of CPU."""
    began = process_time()
    meters = [Meter(Plate(seed, Kind.TARIFF_CONTROL, f"{seed:012d}"), NOW) for seed in range(192)]
    totals = [Decimal(meter.energy(Register.FORWARD, NOW + 30 * DAY)[0]).scaleb(-2) for meter in meters]
    assert len(set(totals)) == 192
    assert process_time() - began < 2.0
