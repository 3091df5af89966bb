"""The emulated module and network: how long the way takes, where it ends, and what a link suffers."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from core.errors import LineError
from core.lines.line import Line
from core.lines.pace import LoopClock
from core.lines.virtual_time import virtual_time
from core.simulation.network import (
    CONNECT,
    PACKET_SERVICE,
    POWER_ON,
    REGISTRATION,
    SEARCH,
    AirLine,
    Network,
    Nowhere,
)
from core.simulation.surroundings import Surroundings
from core.terminal.uplink.state import Failure, Obstacle, Target
from tests.core.channels.fep import Wires
from tests.core.handset import START

READY = Surroundings(sim=True, csq=27)
TARGET = Target("10.0.0.1", 8001, False, "CMNET")


@dataclass
class Field:
    """A network and its surroundings."""

    clock: LoopClock
    place: Surroundings = READY

    def __post_init__(self) -> None:
        self.wires = Wires(self.clock)
        self.network = Network(lambda: self.place, self.clock, self.wires)

    def change(self, **changes: object) -> None:
        self.place = replace(self.place, **changes)  # type: ignore[arg-type]
        self.network.changed()

    async def took(self) -> tuple[float, Line | Failure]:
        begun = self.clock.monotonic()
        outcome = await self.network.dial(TARGET)
        return self.clock.monotonic() - begun, outcome

    async def linked(self) -> AirLine:
        outcome = await self.network.dial(TARGET)
        assert isinstance(outcome, AirLine)
        return outcome


def play(steps: Callable[[Field], Awaitable[None]]) -> None:
    async def on_stage() -> None:
        await steps(Field(LoopClock(START)))

    with virtual_time() as runner:
        runner.run(on_stage())


def test_the_way_takes_its_steps_once():
    """M130: power, registration, packet service; a second dial only connects, a power cycle begins anew."""

    async def steps(field: Field) -> None:
        assert (await field.took())[0] == POWER_ON + REGISTRATION + PACKET_SERVICE
        assert (await field.took())[0] == 0
        field.network.cycle()
        assert (await field.took())[0] == POWER_ON + REGISTRATION + PACKET_SERVICE

    play(steps)


@pytest.mark.parametrize(
    ("changes", "obstacle", "seconds"),
    [
        ({"module": False}, Obstacle.MODULE, 0),
        ({"sim": False}, Obstacle.SIM, POWER_ON),
        ({"csq": 3}, Obstacle.SIGNAL, POWER_ON + SEARCH),
        ({"csq": 99}, Obstacle.SIGNAL, POWER_ON + SEARCH),
        ({"registered": False}, Obstacle.REGISTRATION, POWER_ON + SEARCH),
        ({"apn": "dlsj.zj"}, Obstacle.APN, POWER_ON + REGISTRATION + PACKET_SERVICE),
        ({"refused": True}, Obstacle.CONNECT, POWER_ON + REGISTRATION + PACKET_SERVICE),
    ],
)
def test_every_obstacle_is_named(changes: dict[str, object], obstacle: Obstacle, seconds: float):
    """The first thing that is wrong ends the way, after its own time."""

    async def steps(field: Field) -> None:
        field.change(**changes)
        took, failure = await field.took()
        assert isinstance(failure, Failure) and failure.obstacle is obstacle
        assert took == seconds

    play(steps)


def test_a_wired_module_needs_no_card():
    """M99: on a LAN there is neither card nor signal."""

    async def steps(field: Field) -> None:
        field.change(sim=False, csq=0, carrier="LAN")
        assert field.network.presence.ready
        assert (await field.took())[0] == POWER_ON

    play(steps)


def test_nobody_is_there_unless_the_network_is_real():
    """The demo's master does not answer: the connection times out."""

    async def steps(field: Field) -> None:
        network = Network(lambda: READY, field.clock, Nowhere(field.clock))
        begun = field.clock.monotonic()
        failure = await network.dial(TARGET)
        assert isinstance(failure, Failure) and failure.obstacle is Obstacle.CONNECT
        assert field.clock.monotonic() - begun == POWER_ON + REGISTRATION + PACKET_SERVICE + CONNECT

    play(steps)


@pytest.mark.parametrize("changes", [{"sim": False}, {"module": False}, {"registered": False}, {"csq": 0}])
def test_what_is_pulled_out_ends_the_link(changes: dict[str, object]):
    """A waiting reader is told, the other end hears nothing of it."""

    async def steps(field: Field) -> None:
        link = await field.linked()
        waiting = asyncio.create_task(link.receive())
        await field.clock.sleep(1)
        field.change(**changes)
        with pytest.raises(LineError, match="dropped"):
            await waiting
        with pytest.raises(LineError, match="dropped"):
            await link.send(b"x")
        assert not field.wires.last.closed
        await link.close()

    play(steps)


def test_delay_loss_and_half_open():
    """Late both ways, lost by chance, and silence in both directions; nobody is told."""

    async def steps(field: Field) -> None:
        link = await field.linked()
        far = field.wires.last
        far.task.cancel()
        field.change(delay=Decimal(3))
        begun = field.clock.monotonic()
        await link.send(b"up")
        assert await far.line.receive() == b"up" and field.clock.monotonic() - begun == 3
        await far.line.send(b"down")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await link.receive()
        assert await link.receive() == b"down" and field.clock.monotonic() - begun == 6
        field.change(delay=Decimal(0), half_open=True)
        await link.send(b"lost")
        await far.line.send(b"lost")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await link.receive()
        field.change(half_open=False, loss=Decimal("0.5"))
        for _ in range(200):
            await link.send(b"x")
        assert 60 < len(await far.line.receive()) < 140
        await link.close()

    play(steps)
