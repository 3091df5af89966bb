from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.simulation.physics.load import QUADRANTS, STEP, STEPS, Flow, Load, Register, step_tariffs
from core.simulation.physics.plate import SLOTS, Kind, Plate

ORIGIN = date(2025, 10, 16)
START = datetime(2025, 10, 16)
PLATES = tuple(Plate(seed, kind, "000000000001") for seed in (1, 2, 3, 4) for kind in Kind)
SECONDS = st.integers(0, 400 * 86_400)


def load(plate: Plate) -> Load:
    return Load(plate.seed, plate.scale, plate.habit, step_tariffs(plate.slots), plate.tariffs, ORIGIN)


@given(st.sampled_from(PLATES), SECONDS, SECONDS, st.sampled_from(Register))
def test_the_integral_never_falls(plate: Plate, one: int, other: int, register: Register) -> None:
    """What a register counted grows with time, tariff by tariff."""
    flow = load(plate)
    early, late = sorted((one, other))
    before = flow.integral(register, START + timedelta(seconds=early))
    after = flow.integral(register, START + timedelta(seconds=late))
    assert all(a <= b for a, b in zip(before, after, strict=True))


@given(st.sampled_from(PLATES), st.integers(0, 400 * STEPS), st.sampled_from(Register))
def test_the_integral_is_the_sum_of_its_steps(plate: Plate, step: int, register: Register) -> None:
    """Between two steps it grows by power times time, in the tariff of that step alone, exactly."""
    flow, begin = load(plate), START + timedelta(seconds=step * STEP)
    before, after = flow.integral(register, begin), flow.integral(register, begin + timedelta(seconds=STEP))
    grown = [b - a for a, b in zip(before, after, strict=True)]
    tariff = flow.tariffs[step % STEPS]
    assert grown[tariff] == flow.shape(begin.date()).powers[register][step % STEPS] * STEP * flow.units(
        begin.date()
    )
    assert sum(grown) == grown[tariff]


@given(st.integers(-1000, 1000), st.integers(-1000, 1000))
def test_reactive_power_goes_into_one_quadrant(active: int, reactive: int) -> None:
    """Each flow counts in exactly the quadrant its signs say, and its active part in one direction."""
    flow = Flow(active, reactive)
    assert sum(flow.into(quadrant) for quadrant in QUADRANTS) == abs(reactive)
    assert flow.into(Register.FORWARD) - flow.into(Register.REVERSE) == active
    assert flow.into(flow.quadrant) == abs(reactive)


def test_the_tariff_before_the_first_slot_is_the_last_of_the_day() -> None:
    """A day whose first slot begins late starts in the tariff of yesterday's last one."""
    tariffs = step_tariffs(((480, 1), (1320, 2)))
    assert (tariffs[0], tariffs[32], tariffs[95]) == (1, 0, 1)
    assert set(step_tariffs(SLOTS)) == {0, 1, 2, 3}
