"""Programming mode: single reads, login, long answers, the A1700; in virtual time on a bus."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from core.lines.pace import LoopClock
from core.meters.driver import Access, Answer, Finished, Outcome, Retune, Send
from core.meters.iec62056 import a1700
from core.meters.iec62056.a1700_driver import A1700Driver
from core.meters.iec62056.runner import Ended, Failed, Runner, Script
from core.meters.iec62056.sessions import (
    Call,
    Steps,
    address_of,
    plain_password,
    programming,
    read_value,
    read_values,
    write_value,
)
from core.meters.iec62056.station import EXPIRY, Habits, Reply
from core.meters.iec62056.telegram import BREAK, Block, Command, Rejected, Selection, SignOn, decode, encode
from core.meters.iec62056.values import Readout
from core.meters.occasion import Lack
from core.quantities import NOW as PRESENT
from core.quantities import DayEnd, Quantity, Wanted
from core.simulation.bus import SimulatedBus
from core.simulation.iec62056.group import IecGroup
from core.simulation.iec62056.meter import IecMeter
from core.simulation.iec62056.readouts import Look
from core.simulation.shown import Shown
from tests.core.simulation.iec62056.stage import START, elster, landis_gyr, played, settings_of, worker
from tests.core.simulation.stage import ADDRESS, NOW

Q = Quantity
SECRET = bytes(6)
CALL = Call(address_of(ADDRESS), START)


def run(make: Callable[[int], Script[object]], meter: IecMeter) -> tuple[object, list[bytes]]:
    """The result of a script (or its failure), and what was sent."""

    async def play(clock: LoopClock) -> tuple[object, list[bytes]]:
        runner: Runner[object] = Runner()
        line = SimulatedBus([IecGroup([meter])], clock).line(settings_of(START))
        said, sent = runner.begin(make, START, clock.monotonic()), list[bytes]()
        while True:
            for one in said:
                if isinstance(one, Ended | Failed):
                    return (one.result if isinstance(one, Ended) else one), sent
                if isinstance(one, Retune):
                    await line.retune(settings_of(one.speed))
                else:
                    sent.append(one.raw)
                    await line.send_after(one.delay, one.raw, clock)
            said = runner.feed(await line.receive(), clock.monotonic())

    return played(play)


def session(
    body: Callable[[], Steps[object]], meter: IecMeter, password: str = "00000000"
) -> tuple[object, list[bytes]]:
    return run(partial(programming, CALL, plain_password(password), body), meter)


def test_single_values_are_those_of_the_readout():
    """A code behind the password reads as in the readout; one that is not there is an error of its own."""
    meter = landis_gyr()
    found, sent = session(lambda: read_values(["2.8.4", "1.8.0*16", "7.7.7"]), meter)
    assert isinstance(found, dict)
    shown = Readout(meter.contents.at(NOW).readout())
    assert Readout(found["2.8.4"]).measured("2.8.4", "kWh") == shown.measured("2.8.4", "kWh")
    assert found["7.7.7"] == Lack(Outcome.UNSUPPORTED, "7.7.7: ERR2")
    assert sent[1] == b"\x06051\r\n"
    assert sent[2] == encode(Command("P", "1", "(00000000)"))
    assert sent[-1] == encode(BREAK)


def test_a_long_answer_comes_in_parts():
    """Parts that end in EOT are asked for by ACK and put together (§5.5)."""
    meter = landis_gyr(Habits(part=4))
    found, sent = session(lambda: read_value("2.8.4"), meter)
    assert isinstance(found, str)
    assert found.startswith("2.8.4(")
    assert found.endswith("*kWh)")
    assert sent.count(b"\x06") == -(-len(found) // 4) - 1


def test_a_refused_login_is_not_tried_again():
    """A wrong password goes out once, and the session is broken off."""
    found, sent = session(lambda: read_value("2.8.4"), landis_gyr(), password="12345678")
    assert found == Lack(Outcome.REFUSED, "login refused: NAK")
    assert len([raw for raw in sent if raw.startswith(b"\x01P1")]) == 1
    assert sent[-1] == encode(BREAK)


def test_without_login_the_meter_is_closed():
    """Commands before a login are answered by an error."""
    found, _ = run(partial(programming, CALL, None, lambda: read_value("2.8.4")), landis_gyr())
    assert found == Lack(Outcome.REFUSED, "2.8.4: ERR5")


def test_a_meter_that_only_reads_out():
    """A readout where a challenge was expected is accepted and means: no programming mode (§5.2)."""
    found, _ = session(lambda: read_value("2.8.4"), landis_gyr(Habits(impatient=True)))
    assert isinstance(found, Lack)
    assert found.outcome is Outcome.UNSUPPORTED


def test_nothing_can_be_written():
    """A ZxD here refuses writes; so does an unknown command."""
    found, _ = session(lambda: write_value("1.8.0", "0"), landis_gyr())
    assert found == Lack(Outcome.UNSUPPORTED, "1.8.0: ERR2")


def asked(meter: IecMeter, *quantities: Quantity, password: bytes = SECRET) -> list[Answer]:
    async def play(clock: LoopClock) -> list[Answer]:
        asking = worker(clock, A1700Driver(), meter)
        return [await asking.ask(quantity, password=password) for quantity in quantities]

    return played(play)


def test_an_a1700_is_read():
    """Clock, energies and measurements as the emulated meter has them; answers say they are unconfirmed."""
    meter = elster()
    shown = Shown(meter.meter)
    clock, forward, volts, power = asked(meter, Q.CLOCK, Q.FORWARD_ACTIVE, Q.VOLTAGE, Q.ACTIVE_POWER)
    assert isinstance(clock.value, datetime)
    assert abs(clock.value - NOW) < timedelta(seconds=10)
    assert isinstance(forward.value, tuple)
    assert forward.value[1:] == (None,) * 4
    spans = (NOW + timedelta(seconds=second) for second in range(20))
    assert forward.value[0] in [shown.energies(1, moment)[0] for moment in spans]
    assert forward.reason == a1700.CONFIDENCE
    assert isinstance(volts.value, tuple)
    assert len(volts.value) == 3
    assert isinstance(power.value, tuple)
    assert len(power.value) == 4


def test_an_a1700_refuses_a_wrong_password():
    """The enciphered password is wrong: refused, once."""
    (answer,) = asked(elster(), Q.CLOCK, password=bytes.fromhex("0000FEDC0003"))
    assert (answer.outcome, answer.tries) == (Outcome.REFUSED, 1)


def test_an_a1700_without_calendar():
    """Zeros are no date."""
    (answer,) = asked(elster(Look(calendar_lost=True)), Q.CLOCK)
    assert (answer.outcome, answer.reason) == (Outcome.BROKEN, "meter clock invalid")


def test_what_is_not_known_of_an_a1700_is_not_asked():
    """Demands, freezes: "not supported" without a byte."""
    driver, meter = A1700Driver(), Access(ADDRESS, 0, speed=START)
    for wanted in (
        Wanted(Q.FORWARD_ACTIVE_DEMAND),
        Wanted(Q.FORWARD_ACTIVE, DayEnd(NOW.date())),
        Wanted(Q.STATUS, PRESENT),
    ):
        (end,) = driver.ask(meter, wanted, 0.0)
        assert isinstance(end, Finished)
        assert end.answer.outcome is Outcome.UNSUPPORTED


def test_a_damaged_answer_of_an_a1700_is_tried_again():
    """A challenge that is no key: three sessions, then "damaged"; each is broken off."""
    meter = elster()
    driver = A1700Driver()
    commands = driver.ask(Access(ADDRESS, 0, speed=START), Wanted(Q.CLOCK), 0.0)
    now, sent = 0.0, list[bytes]()
    while not (commands and isinstance(commands[-1], Finished)):
        sent += [command.raw for command in commands if isinstance(command, Send)]
        now += 0.5
        last = sent[-1]
        if last.startswith(b"/?"):
            commands = driver.feed(encode(meter.station.identification), now)
        else:
            commands = driver.feed(encode(Command("P", "0", "(nonsense)")), now)
    answer = commands[-1].answer  # type: ignore[union-attr]
    assert (answer.outcome, answer.tries) == (Outcome.BROKEN, 3)


def replies(meter: IecMeter, *telegrams: object, gap: float = 1.0) -> list[Reply | None]:
    return [meter.station.take(one, at * gap) for at, one in enumerate(telegrams)]  # type: ignore[arg-type]


def test_a_session_left_open_ends_by_itself():
    """After `EXPIRY` the meter hears sign-ons at 300 again."""
    meter = landis_gyr()
    replies(meter, SignOn(), Selection("5", "1"))
    assert meter.station.baud(2.0) == 9600
    assert meter.station.baud(1.0 + EXPIRY + 0.1) == 300


def test_the_station_knows_leading_zeros_rates_and_modes():
    """Zeros in front are no part of an address; another rate or mode ends the session in silence."""
    meter = landis_gyr()
    (named,) = replies(meter, SignOn(ADDRESS[-8:].lstrip("0")))
    assert named is not None
    assert named.baud == 300
    assert replies(meter, SignOn(), Selection("6"))[1] is None
    assert replies(meter, SignOn(), Selection("5", "2", "2"))[1] is None
    assert replies(meter, SignOn("77"), Selection("5")) == [None, None]
    assert replies(meter, Selection("5"), BREAK, Rejected()) == [None, None, None]


def test_a_nak_brings_the_same_again():
    """The last answer is repeated; a break ends all."""
    meter = landis_gyr()
    login = Command("P", "1", "(00000000)")
    telegrams = (
        SignOn(),
        Selection("5", "1"),
        login,
        Command("R", "1", "0.0.0()"),
        Rejected(),
        Command("E", "2"),
    )
    *_, first, again, unknown = replies(meter, *telegrams)
    assert first == again
    assert first is not None
    assert unknown is not None
    assert decode(first.raw) == Block(f"0.0.0({ADDRESS[-8:]})")
    assert decode(unknown.raw) == Block("(ERR1)")
    assert replies(meter, BREAK, Command("R", "1", "0.0.0()")) == [None, None]


def test_values_of_the_a1700_that_cannot_be():
    """Packets that do not exist, measurements of phases that are none."""
    meter = elster()
    book = meter.contents.at(NOW)
    for code, argument in (
        ("507003", "10"),
        ("507001", "41"),
        ("50700", "10"),
        ("999001", "01"),
        ("606001", "07"),
    ):
        assert book.read(code, argument) is None
    for code, argument in (("605001", "07"), ("605001", "32"), ("605001", "xx"), ("861001", "00")):
        assert not book.write(code, argument)
    assert book.write("605001", "12")
    assert book.read("605001", "01") == "(80)"
    assert isinstance(a1700.measured(a1700.content(book.read("606001", "07") or "")), Decimal)
