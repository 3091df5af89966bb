"""What codecs of meter families cost, and one whole question to a driver: sign-on, login, reads, value.

A question is played once against the emulated meter and then replayed to new drivers: only the driver counts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.meters.alpha import classes as alpha_classes
from core.meters.alpha import packets as alpha
from core.meters.alpha.driver import AlphaDriver
from core.meters.driver import Access, Command, Driver, Finished, Outcome, Send
from core.meters.edmi import commands as edmi
from core.meters.edmi.driver import EdmiDriver
from core.meters.edmi.frame import Frame, Header, decode_frame, encode_frame
from core.meters.edmi.values import number_in
from core.meters.families import NATIVES
from core.meters.iec62056 import a1700
from core.meters.iec62056 import telegram as iec
from core.meters.iec62056.a1700_driver import A1700Driver
from core.meters.iec62056.driver import ReadoutDriver
from core.meters.iec62056.values import Readout, answer
from core.meters.library.driver import LibraryDriver
from core.meters.library.frames import Found as LibraryFound
from core.meters.library.frames import Known
from core.meters.occasion import Found
from core.quantities import Quantity, Wanted
from core.simulation.alpha.group import AlphaGroup
from core.simulation.alpha.meter import AlphaMeter
from core.simulation.edmi.group import EdmiGroup
from core.simulation.edmi.meter import EdmiMeter
from core.simulation.groups import Group
from core.simulation.iec62056.group import IecGroup
from core.simulation.iec62056.meter import A1700, IecMeter
from core.simulation.iec62056.readouts import Look
from core.simulation.library.group import LibraryGroup, SimulatedLibraryMeter
from core.simulation.physics.meter import Meter
from core.simulation.physics.plate import Kind, Plate
from tests.bench.codec import per_second
from tests.core.meters.alpha.scripted import constants, registers
from tests.core.meters.iec62056.published import meant
from tests.core.meters.library.stage import shipped_library

NOW = datetime(2026, 11, 20, 8, 30, 11)
ADDRESS = "000000000018"
WANTED = Wanted(Quantity.FORWARD_ACTIVE)
WASION = shipped_library("wasion-4.1")
Heard = tuple[bytes | None, float]
"""Bytes that came, ``None`` for a deadline that passed; and when."""


def thing() -> Meter:
    """A three-phase meter with four tariffs."""
    return Meter(Plate(7, Kind.THREE_PHASE, ADDRESS), NOW)


def elster() -> Group:
    """An A1700."""
    physical = thing()
    return IecGroup([IecMeter(physical, A1700(physical, Look()))])


@dataclass(frozen=True)
class Family:
    """One row: how to encode a request, how to get a value out of an answer, and the two ends of a line."""

    encode: Callable[[], bytes]
    decode: Callable[[], object]
    driver: Callable[[], Driver]
    meters: Callable[[], Group]
    access: Access


def _readout() -> object:
    said = iec.decode(READOUT)
    assert isinstance(said, iec.Block)
    found = answer(Readout(said.text), WANTED, 4)
    assert isinstance(found, Found)
    return found.value


def _clock() -> object:
    said = iec.decode(CLOCK)
    assert isinstance(said, iec.Block)
    return a1700.clock(a1700.content(said.text))


def _register() -> Decimal:
    said = edmi.answer_in(decode_frame(REGISTER).body)
    assert isinstance(said, edmi.Content)
    return number_in(said.data)


def _billing() -> object:
    parts = [alpha.decode_reply(raw, alpha.ClassRead(11)) for raw in PACKETS]
    content = b"".join(part.data for part in parts if isinstance(part, alpha.Reply))
    return alpha_classes.billing_in(content, CONSTANTS)


def _energy() -> object:
    judged = WASION.read.value[0].judge(ENERGY, Known(id=bytes.fromhex("1001"), size=4))
    assert isinstance(judged, LibraryFound)
    return FORMAT.load(judged.known.data)


READOUT = meant("complete ZMD310 readout").raw
CLOCK = meant("clock answer").raw
HEADER = Header(212039174, 0, 0xFFFF)
REGISTER = bytes.fromhex("0245000000000CA37606FFFF52016941678C29C80000000D2403")
CONSTANTS = alpha_classes.constants_in(constants())
CLASS = registers()
PACKETS = [
    alpha.encode_reply(alpha.Reply(0x05, 0, 0xA3, CLASS[at : at + 42], at + 42 >= len(CLASS)))
    for at in range(0, len(CLASS), 42)
]
ENERGY = bytes.fromhex("0106070D01AA01100487D612002F0D")
PLAN: Any = WASION.quantities[Quantity.FORWARD_ACTIVE]
FORMAT = PLAN.columns[0].format


def _speed(name: str) -> Any:
    return NATIVES[name].speed


FAMILIES = {
    "IEC 62056-21 readout (2 558 characters)": Family(
        lambda: iec.encode(iec.SignOn("84285674")), _readout, ReadoutDriver,
        lambda: IecGroup([IecMeter(thing())]), Access(ADDRESS, 4, speed=_speed("landis-gyr-d")),
    ),
    "ABB A1700": Family(
        lambda: iec.encode(iec.Command("R", "1", "861001(7)")), _clock, A1700Driver, elster,
        Access(ADDRESS, 14, speed=_speed("abb-a1700")),
    ),
    "EDMI": Family(
        lambda: encode_frame(Frame(edmi.command_body(edmi.Read(0x0169)), HEADER)), _register, EdmiDriver,
        lambda: EdmiGroup([EdmiMeter(thing())]), Access(ADDRESS, 10, speed=_speed("edmi")),
    ),
    "Alpha (class 11, 9 packets)": Family(
        lambda: alpha.encode_request(alpha.ClassRead(11)), _billing, AlphaDriver,
        lambda: AlphaGroup([AlphaMeter(thing())]), Access(ADDRESS, 8, speed=_speed("alpha")),
    ),
    "library file (WASION 4.1)": Family(
        lambda: WASION.read.send.built(Known(address=b"\x01", id=bytes.fromhex("1001"), size=4)), _energy,
        lambda: LibraryDriver(WASION, lambda: NOW),
        lambda: LibraryGroup(WASION, [SimulatedLibraryMeter(WASION, thing())]),
        Access(ADDRESS, 12, speed=WASION.speed),
    ),
}  # fmt: skip


def played(family: Family) -> list[Heard]:
    """What the driver heard until it had the value."""
    driver, ear = family.driver(), family.meters().listener()
    heard: list[Heard] = []
    now, coming = 0.0, list[tuple[float, bytes]]()
    commands = driver.ask(family.access, WANTED, now)
    while True:
        for command in commands:
            if isinstance(command, Finished):
                assert command.answer.outcome is Outcome.READ, command.answer
                return heard
            if isinstance(command, Send):
                now += command.delay + 0.01
                coming += [(now + said.delay, said.raw) for said in ear.feed(command.raw, now, NOW, None)]
        commands, now = _next(driver, heard, coming, now)


def _next(
    driver: Driver, heard: list[Heard], coming: list[tuple[float, bytes]], now: float
) -> tuple[list[Command], float]:
    due = driver.deadline
    assert due is not None
    if coming and coming[0][0] <= due:
        at, raw = coming.pop(0)
        heard.append((raw, at))
        return driver.feed(raw, at), at
    now = max(now, due)
    heard.append((None, now))
    return driver.tick(now), now


def replay(family: Family, heard: list[Heard]) -> None:
    """The same question to a new driver."""
    driver = family.driver()
    commands = driver.ask(family.access, WANTED, 0.0)
    for raw, at in heard:
        commands = driver.tick(at) if raw is None else driver.feed(raw, at)
    assert isinstance(commands[-1], Finished)


@dataclass(frozen=True)
class Cost:
    """Requests encoded and answers decoded to a value, a second of CPU; a question in seconds of CPU."""

    encode: float
    decode: float
    question: float


def measure(family: Family) -> Cost:
    """One row."""
    heard = played(family)
    question = per_second(lambda: replay(family, heard), 0.2)
    return Cost(per_second(family.encode, 0.2), per_second(family.decode, 0.2), 1 / question)
