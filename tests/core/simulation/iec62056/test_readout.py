"""Two drivers of Landis+Gyr meters against emulated ones on a bus whose rate counts, in virtual time.

Every test runs with the native driver and with that of the library file ``landis-gyr-table``.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from core.channels.meter_bus import settings_of
from core.errors import EncodeError, UsageError
from core.lines.pace import LoopClock
from core.meters.driver import Access, Answer, Driver, Outcome, Speed
from core.meters.drivers import LANDIS_GYR_B, LANDIS_GYR_D, driver_for
from core.meters.iec62056.dialects import OBIS, SHORT, Dialect
from core.meters.iec62056.driver import HOLDS, ReadoutDriver
from core.meters.iec62056.station import Habits
from core.meters.iec62056.telegram import BREAK, encode
from core.meters.library.readout.driver import ReadoutLibraryDriver
from core.quantities import DayEnd, HourEnd, MonthEnd, Quantity, Wanted
from core.simulation.bus import SimulatedBus
from core.simulation.dlt645.group import Dlt645Group
from core.simulation.dlt645.meter import Dlt645Meter
from core.simulation.faults import Faults
from core.simulation.iec62056.group import IecGroup
from core.simulation.iec62056.meter import IecMeter
from core.simulation.iec62056.readouts import ENERGIES, Look
from core.simulation.physics.instant import tenths
from core.simulation.physics.meter import Meter
from core.simulation.physics.plate import Kind, Plate
from core.simulation.shown import Shown
from tests.core.meters.library.stage import shipped_readout
from tests.core.simulation.iec62056.stage import START, Worker, landis_gyr, played, worker
from tests.core.simulation.stage import ADDRESS, NOW, thing

Q = Quantity
BOTH = pytest.mark.parametrize("dialect", [OBIS, SHORT], ids=lambda dialect: dialect.name)

LIBRARY = shipped_readout("landis-gyr-table")
new_driver: Callable[[], Driver] = ReadoutDriver


@pytest.fixture(
    params=[ReadoutDriver, lambda: ReadoutLibraryDriver(LIBRARY)], ids=["native", "library"], autouse=True
)
def both(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `new_driver` makes: one family twice (meter protocols §9)."""
    monkeypatch.setitem(globals(), "new_driver", request.param)


def asked(meter: IecMeter, *quantities: Quantity, speed: Speed = START, echo: bool = False) -> list[Answer]:
    return visited(meter, *quantities, speed=speed, echo=echo)[0]


def visited(
    meter: IecMeter, *quantities: Quantity, speed: Speed = START, echo: bool = False
) -> tuple[list[Answer], Worker, float]:
    """Answers, the worker afterwards, and how many seconds it took."""

    async def play(clock: LoopClock) -> tuple[list[Answer], Worker, float]:
        asking = worker(clock, new_driver(), meter, speed=speed, echo=echo)
        answers = [await asking.ask(quantity) for quantity in quantities]
        return answers, asking, clock.monotonic()

    return played(play)


@BOTH
def test_energies_are_those_of_the_meter_digit_for_digit(dialect: Dialect):
    """M27: total and tariffs of every energy the dialect has, as the same meter shows them in DL/T 645."""
    meter = landis_gyr(look=Look(dialect))
    wanted = [quantity for quantity in ENERGIES if quantity in dialect.registers]
    answers, asking, _ = visited(meter, *wanted)
    shown = Shown(meter.meter)
    assert len(wanted) >= 4
    for answer in answers:
        assert answer.outcome is Outcome.READ
        begun = [shown.energies(ENERGIES[answer.wanted.quantity], at) for at in near(asking)]
        assert answer.value in begun
        assert answer.tries == 1


def near(asking: Worker) -> list[datetime]:
    """The moments of a visit at which a meter may have made its readout."""
    return [NOW + timedelta(seconds=second / 10) for second in range(int(asking.clock.monotonic() * 10) + 1)]


def test_one_readout_serves_a_whole_visit():
    """Two telegrams for all questions; the rate follows the identification."""
    answers, asking, seconds = visited(landis_gyr(), *Quantity)
    assert asking.sent == [b"/?00345678!\r\n".replace(b"00345678", ADDRESS[-8:].encode()), b"\x06050\r\n"]
    assert asking.rates == [9600]
    outcomes = {answer.wanted.quantity: answer.outcome for answer in answers}
    assert set(outcomes.values()) == {Outcome.READ, Outcome.UNSUPPORTED}
    read = {quantity for quantity, outcome in outcomes.items() if outcome is Outcome.READ}
    assert {Q.FORWARD_ACTIVE_DEMAND, Q.VOLTAGE, Q.CURRENT, Q.ACTIVE_POWER, Q.POWER_FACTOR, Q.CLOCK} <= read
    assert {Q.STATUS, Q.RELAY, Q.PREPAYMENT, Q.SETTLEMENT} <= set(outcomes) - read
    assert seconds < 10.0


@BOTH
def test_voltage_demand_and_counters(dialect: Dialect):
    """Values of one moment, peaks with their times, counts."""
    meter = landis_gyr(look=Look(dialect))
    volts, peaks, cleared, battery = asked(
        meter, Q.VOLTAGE, Q.FORWARD_ACTIVE_DEMAND, Q.DEMAND_CLEARS, Q.BATTERY
    )
    assert volts.value == tuple(tenths(phase.voltage) for phase in meter.meter.instant(NOW).phases)
    shown = Shown(meter.meter)
    (begin, end) = meter.meter.period(0, NOW) or (NOW, NOW)
    expected = shown.peaks(1, begin, end)
    assert peaks.value == expected
    assert cleared.outcome is battery.outcome is Outcome.READ


def test_the_clock_is_told_as_it_stands_at_the_end():
    """The meter's own clock, ahead as it is, not that of the moment the readout began."""
    meter = landis_gyr(offset=42.0)

    async def play(clock: LoopClock) -> float:
        asking = worker(clock, new_driver(), meter)
        await asking.ask(Q.FORWARD_ACTIVE)
        await clock.sleep(5.0)
        answer = await asking.ask(Q.CLOCK)
        assert isinstance(answer.value, datetime)
        return (answer.value - clock.now()).total_seconds()

    assert 40.5 <= played(play) <= 42.0


@BOTH
def test_the_end_of_last_month(dialect: Dialect):
    """The billing period that ended on the first; one that is not kept is "not supported"."""
    meter = landis_gyr(look=Look(dialect), ppm=8.0)

    async def play(clock: LoopClock) -> list[Answer]:
        asking = worker(clock, new_driver(), meter)
        months = (date(2026, 10, 1), date(2026, 9, 1), date(2026, 5, 1))
        return [await asking.ask(Q.FORWARD_ACTIVE, MonthEnd(month)) for month in months]

    newest, older, ancient = played(play)
    shown = Shown(meter.meter)
    for answer, number in ((newest, 1), (older, 2)):
        settled = meter.meter.settled(number, NOW)
        assert settled is not None
        assert answer.value == shown.energies(1, settled)
    assert ancient.outcome is Outcome.UNSUPPORTED


def test_freezes_are_not_supported_and_cost_nothing():
    """No byte is sent for what a readout cannot hold."""

    async def play(clock: LoopClock) -> None:
        asking = worker(clock, new_driver(), landis_gyr())
        for when in (DayEnd(date(2026, 11, 19)), HourEnd(datetime(2026, 11, 20, 8))):
            answer = await asking.ask(Q.FORWARD_ACTIVE, when)
            assert answer.outcome is Outcome.UNSUPPORTED
        assert asking.sent == []

    played(play)


def test_an_old_readout_is_not_served():
    """After `HOLDS` seconds the meter is asked anew."""

    async def play(clock: LoopClock) -> None:
        asking = worker(clock, new_driver(), landis_gyr())
        await asking.ask(Q.FORWARD_ACTIVE)
        await clock.sleep(HOLDS + 1)
        answer = await asking.ask(Q.CLOCK)
        assert answer.outcome is Outcome.READ
        assert len(asking.sent) == 4

    played(play)


@pytest.mark.parametrize(
    ("habits", "speed"),
    [
        (Habits(delay=1.4), START),
        (Habits(impatient=True), START),
        (Habits(fixed=2400), Speed(2400, data_bits=7)),
        (Habits(fixed=9600), Speed(9600, data_bits=7)),
    ],
    ids=["slow", "impatient", "fixed 2400", "fixed 9600"],
)
def test_habits_of_makes(habits: Habits, speed: Speed):
    """Late answers, a readout without a choice, ports fixed at a rate (§5.2): read at the first try."""
    (answer,) = asked(landis_gyr(habits), Q.FORWARD_ACTIVE, speed=speed)
    assert (answer.outcome, answer.tries) == (Outcome.READ, 1)


def test_an_8n1_port_carries_the_parity_in_bit_7():
    """What is sent has even parity in bit 7, what comes is masked (§5.2)."""
    meter = IecMeter(thing(Kind.THREE_PHASE), data_bits=8, parity="N")
    answers, asking, _ = visited(meter, Q.FORWARD_ACTIVE, speed=Speed(300, "N", 8))
    assert answers[0].outcome is Outcome.READ
    assert asking.sent[0].startswith(b"\xaf?")
    assert asking.sent[0].endswith(b"\x8d\n")


def test_an_adapter_that_hears_itself():
    """Echoes of sign-on and choice are passed over."""
    (answer,) = asked(landis_gyr(), Q.FORWARD_ACTIVE, echo=True)
    assert (answer.outcome, answer.tries) == (Outcome.READ, 1)


def test_a_meter_that_does_not_follow_the_rate_is_read_at_300():
    """Two tries at the offered rate, then ACK 000; the next visit keeps 300 at once."""

    async def play(clock: LoopClock) -> None:
        asking = worker(clock, new_driver(), landis_gyr(Habits(stays=True), Look(billings=0)))
        answer = await asking.ask(Q.FORWARD_ACTIVE)
        assert (answer.outcome, answer.tries) == (Outcome.READ, 3)
        assert asking.sent[-1] == b"\x06000\r\n"
        assert encode(BREAK) in asking.sent
        await clock.sleep(HOLDS + 1)
        asking.sent.clear()
        answer = await asking.ask(Q.FORWARD_ACTIVE)
        assert (answer.outcome, answer.tries) == (Outcome.READ, 1)
        assert asking.sent[-1] == b"\x06000\r\n"

    played(play)


def test_the_worker_that_stays_at_300_hears_noise():
    """The bus carries rates: who does not follow the change understands nothing."""

    async def play(clock: LoopClock) -> bytes:
        asking = worker(clock, new_driver(), landis_gyr())
        await asking.line.send(b"/?!\r\n")
        await clock.sleep(2.0)
        assert (await asking.line.receive()).startswith(b"/LGZ5")
        await asking.line.send(b"\x06050\r\n")
        await clock.sleep(1.0)
        return await asking.line.receive()

    assert not played(play).startswith(b"\x02F.F")


@pytest.mark.parametrize(
    ("faults", "outcome", "tries"),
    [
        (Faults(silent=True), Outcome.SILENT, 2),
        (Faults(checksum=True), Outcome.BROKEN, 3),
        (Faults(garbage=True), Outcome.BROKEN, 1),
        (Faults(late=9.0), Outcome.SILENT, 2),
        (Faults(pieces=0.8), Outcome.READ, 1),
    ],
)
def test_troubles_end_as_they_are(faults: Faults, outcome: Outcome, tries: int):
    """Silence, a wrong check, values that are none, answers too late, answers in pieces."""
    meter = landis_gyr(look=Look(billings=0))
    meter.suffer(faults, NOW)
    (answer,) = asked(meter, Q.FORWARD_ACTIVE)
    assert (answer.outcome, answer.tries) == (outcome, tries)
    assert answer.value is not None if outcome is Outcome.READ else answer.reason


def test_a_failure_is_not_repeated_within_a_visit():
    """Further questions of the visit end as the first did; a later one tries again."""
    meter = landis_gyr(look=Look(billings=0))
    meter.suffer(Faults(checksum=True), NOW)

    async def play(clock: LoopClock) -> None:
        asking = worker(clock, new_driver(), meter)
        first = await asking.ask(Q.FORWARD_ACTIVE)
        count = len(asking.sent)
        second = await asking.ask(Q.VOLTAGE)
        assert (
            (second.outcome, second.reason) == (first.outcome, first.reason) == (Outcome.BROKEN, first.reason)
        )
        assert len(asking.sent) == count
        meter.suffer(Faults(), clock.now())
        await clock.sleep(3.0)
        assert (await asking.ask(Q.VOLTAGE)).outcome is Outcome.READ

    played(play)


@pytest.mark.parametrize("lost", [1, 2, 4])
def test_half_a_telegram_is_read_again(lost: int):
    """What gets lost of an identification or a readout costs one try, after a pause of two seconds."""

    async def play(clock: LoopClock) -> Answer:
        asking = worker(clock, new_driver(), landis_gyr())
        asking.lose = lost
        return await asking.ask(Q.FORWARD_ACTIVE)

    answer = played(play)
    assert (answer.outcome, answer.tries) == (Outcome.READ, 2)


def test_a_lost_calendar():
    """The clock is invalid; energies are read as ever."""
    clock, energy = asked(landis_gyr(look=Look(calendar_lost=True)), Q.CLOCK, Q.FORWARD_ACTIVE)
    assert (clock.outcome, clock.reason) == (Outcome.BROKEN, "meter clock invalid")
    assert energy.outcome is Outcome.READ


def test_unknown_codes_change_nothing():
    """Lines of other makes, damaged ones too, are passed over."""
    strange = ("9.9.9(what)", "32.7.0(0002)(00-01-01 00:00)", "no code at all", "x(((", ")", "1.8.0(9*kWh)")
    plain = asked(landis_gyr(), Q.FORWARD_ACTIVE, Q.VOLTAGE)
    odd = asked(landis_gyr(look=Look(strange=strange)), Q.FORWARD_ACTIVE, Q.VOLTAGE)
    assert [answer.value for answer in odd] == [answer.value for answer in plain]


def test_only_the_called_meter_answers():
    """Two meters on a bus, each by its address; nobody answers for a third."""

    async def play(clock: LoopClock) -> list[Answer]:
        other = IecMeter(Meter(Plate(9, Kind.THREE_PHASE, "000084285674"), NOW))
        asking = worker(clock, new_driver(), landis_gyr(), other)
        answers = [await asking.ask(Q.FORWARD_ACTIVE)]
        for address in ("000084285674", "000011111111"):
            access = Access(address, LANDIS_GYR_B, speed=START)
            await asking.line.retune(settings_of(START))
            wanted = Wanted(Q.FORWARD_ACTIVE)
            answers.append(await asking.run(asking.driver.ask(access, wanted, clock.monotonic())))
        return answers

    one, other, nobody = played(play)
    assert one.outcome is other.outcome is Outcome.READ
    assert one.value != other.value
    assert nobody.outcome is Outcome.SILENT


def test_two_families_share_a_bus():
    """M28: meters of DL/T 645 and of IEC 62056-21, asked in turn, each at its own speed."""

    async def play(clock: LoopClock) -> list[Outcome]:
        chinese = Dlt645Meter(Meter(Plate(9, Kind.THREE_PHASE, "000000000042"), NOW))
        bus = SimulatedBus([Dlt645Group([chinese]), IecGroup([landis_gyr()])], clock)
        line = bus.line(settings_of(START))
        outcomes: list[Outcome] = []
        for turn in range(4):
            protocol, address = (30, "000000000042") if turn % 2 else (LANDIS_GYR_D, ADDRESS)
            driver = driver_for(protocol)
            assert driver is not None
            speed = Speed() if turn % 2 else START
            asking = Worker(driver, line, clock, speed)
            await line.retune(settings_of(speed))
            access = Access(address, protocol, speed=speed)
            asks = driver.ask(access, Wanted(Q.FORWARD_ACTIVE), clock.monotonic())
            outcomes.append((await asking.run(asks)).outcome)
        return outcomes

    assert played(play) == [Outcome.READ] * 4


def test_one_question_at_a_time():
    """A second question is refused; a cancelled one leaves room; an address must be characters."""
    driver = new_driver()
    access = Access(ADDRESS, LANDIS_GYR_D, speed=START)
    assert driver.ask(access, Wanted(Q.CLOCK), 0.0)
    with pytest.raises(UsageError):
        driver.ask(access, Wanted(Q.CLOCK), 0.0)
    driver.cancel()
    assert driver.deadline is None
    assert driver.feed(b"/LGZ5\r\n", 0.1) == driver.tick(9.0) == []
    with pytest.raises(EncodeError):
        driver.ask(replace(access, address="0000/?!\r\n12"), Wanted(Q.CLOCK), 0.0)
    assert driver.ask(access, Wanted(Q.CLOCK), 0.0)
    assert driver.broadcast_time(NOW, 0.0) == driver.broadcast_freeze(0.0) == []


def test_noise_without_end_is_bounded():
    """A line that never rests does not hold a question for ever."""
    driver = new_driver()
    commands = driver.ask(Access(ADDRESS, LANDIS_GYR_D, speed=START), Wanted(Q.CLOCK), 0.0)
    now = 0.0
    while not (commands and type(commands[-1]).__name__ == "Finished"):
        now += 0.5
        assert now < 3600
        commands = driver.feed(b"\x02xx\x7f/", now) or driver.tick(now)


def test_kilowatthours_are_exact():
    """Values keep the two decimals of the register."""
    (answer,) = asked(landis_gyr(), Q.FORWARD_ACTIVE)
    assert isinstance(answer.value, tuple)
    for value in answer.value:
        assert isinstance(value, Decimal)
        assert value.as_tuple().exponent == -2
