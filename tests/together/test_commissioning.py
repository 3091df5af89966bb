"""The technician's first job, tool and terminal both real, over a paced memory line in virtual time."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from core.app import Channel, Terminal
from core.errors import DeniedError
from core.gdw376.frame import Address
from core.gdw376.units.afn01 import ResetFactory
from core.gdw376.units.afn04 import MasterStation, TerminalAddress
from core.lines.address import LineAddress, LineKind
from core.lines.faults import CLEAN, Faults
from core.lines.memory import MemoryLine, memory_line
from core.lines.pace import LoopClock
from core.lines.recorder import Trace
from core.lines.virtual_time import virtual_time
from hhu.client.connect import Session, connect_over
from hhu.client.passwords import PasswordError
from hhu.client.plan import Plan, State
from hhu.client.profiles import PROFILES
from tests.core.handset import START

STATION = MasterStation(IPv4Address("10.20.30.41"), 9001, IPv4Address("10.20.30.42"), 9002, "cmiot")
OWN = TerminalAddress("1122", 0x9999)
LOSSY = Faults(drop=0.025, damage=0.025)


@dataclass
class Scene:
    """A terminal with the tool connected to it; ``typed`` is what the technician types as password."""

    terminal: Terminal
    line: MemoryLine
    session: Session
    typed: str = "000000"

    async def hold_five_seconds(self) -> None:
        self.terminal.key.hold(5.2)
        await self.terminal.clock.sleep(5.5)

    async def row_four(self, text: str, patience: float = 60.0) -> float:
        """Wait until row 4 shows a text; return the seconds it took."""
        clock = self.terminal.clock
        begun = clock.monotonic()
        while self.terminal.face().cells.line(3).strip() != text:
            assert clock.monotonic() - begun < patience, self.terminal.face().cells.text()
            await clock.sleep(0.25)
        return clock.monotonic() - begun


def play(
    steps: Callable[[Scene], Awaitable[None]],
    state: Path | None = None,
    kind: LineKind = LineKind.IR,
    faults: Faults = CLEAN,
) -> None:
    """Run a play: terminal on, probe in front of it, who is there, then the steps."""

    async def on_stage() -> None:
        async with Terminal.create("demo", state, LoopClock(START)) as terminal:
            await terminal.booted()
            scenes: list[Scene] = []

            async def typed(address: str, channel: str) -> str:
                return scenes[0].typed

            profile, clock = PROFILES[kind], terminal.clock
            near, far = memory_line(profile.settings, clock, seed=1088, faults=faults, half_duplex=True)
            terminal.attach(Channel(profile.channel), near)
            session = await connect_over(
                LineAddress(LineKind.EMULATOR), far, typed, profile, Trace(1000, clock), clock
            )
            scenes.append(Scene(terminal, far, session))
            await steps(scenes[0])
            await session.close()

    with virtual_time() as runner:
        runner.run(on_stage())


async def planned(session: Session) -> Plan:
    """The plan from what the terminal holds to what the technician wants."""
    now = [(0, await session.client.read_unit(kind)) for kind in (MasterStation, TerminalAddress)]
    return Plan.of(now, [(0, STATION), (0, OWN)])


@pytest.mark.parametrize("kind", [LineKind.IR, LineKind.RS485])
def test_the_job(kind: LineKind, tmp_path: Path):
    """Key held, password typed, everything changed and verified, seen on the LCD, kept over a restart."""

    async def steps(scene: Scene) -> None:
        assert scene.session.client.address.text == "1122-7788"
        await scene.hold_five_seconds()
        assert scene.terminal.face().cells.line(9).startswith("PROGRAM OPEN")
        plan = await planned(scene.session)
        seen: list[State] = []
        await plan.run(scene.session.client, lambda change: seen.append(change.state))
        assert plan.done, plan.changes
        assert {State.SENT, State.ACKNOWLEDGED, State.VERIFIED} <= set(seen)
        assert scene.session.client.address.text == "1122-9999"
        for text in ("IP 10.20.30.41", "PORT 9001  TCP", "APN cmiot", "ADDR 1122 9999"):
            await scene.row_four(text)

    async def next_day(scene: Scene) -> None:
        assert scene.session.client.address.text == "1122-9999"
        assert await scene.session.client.read_unit(MasterStation) == STATION

    play(steps, tmp_path, kind)
    play(next_day, tmp_path, kind)


def test_a_closed_switch_refuses_and_the_window_ends():
    """0BH before the key was held, and again two minutes after it (M171)."""

    async def steps(scene: Scene) -> None:
        plan = await planned(scene.session)
        await plan.run(scene.session.client)
        assert isinstance(plan.error, DeniedError)
        assert plan.error.code == 0x0B
        await scene.hold_five_seconds()
        await scene.terminal.clock.sleep(121)
        again = await planned(scene.session)
        await again.run(scene.session.client)
        assert again.changes[0].state is State.REFUSED
        assert scene.terminal.address.text == "1122-7788"

    play(steps)


def test_wrong_passwords_lock_the_channel():
    """Three different wrong ones: 03H each, then 0EH also for the right one; reading goes on; ERC20 shows."""

    async def steps(scene: Scene) -> None:
        await scene.hold_five_seconds()
        codes: list[int | None] = []
        for scene.typed in ("111111", "222222", "333333", "000000"):
            plan = await planned(scene.session)
            await plan.run(scene.session.client)
            assert isinstance(plan.error, DeniedError)
            codes.append(plan.error.code)
        assert codes == [0x03, 0x03, 0x03, 0x0E]
        assert scene.terminal.facts().unseen_event == 20
        assert scene.terminal.address.text == "1122-7788"

    play(steps)


def test_a_refused_password_is_not_sent_twice():
    """The tool keeps it back; the terminal counts one try."""

    async def steps(scene: Scene) -> None:
        await scene.hold_five_seconds()
        scene.typed = "111111"
        plan = await planned(scene.session)
        await plan.run(scene.session.client)
        again = await planned(scene.session)
        with pytest.raises(PasswordError, match="not sent again"):
            await again.run(scene.session.client)
        assert scene.terminal.concentrator.access.attempts_left(Channel.IR) == 2

    play(steps)


def test_the_clock_is_set_within_its_limits():
    """A clock two minutes wrong is right to the second after setting, wire time included (M91)."""

    async def steps(scene: Scene) -> None:
        clock = scene.terminal.clock
        scene.terminal.concentrator.rtc.set(clock.now().replace(microsecond=0, hour=3))
        await scene.session.client.set_clock()
        assert abs((scene.terminal.facts().time - clock.now()).total_seconds()) < 0.2

    play(steps)


def test_factory_state_over_the_wire():
    """Confirmed, restarted, and answering from 1122-3344 with factory values."""

    async def steps(scene: Scene) -> None:
        await scene.hold_five_seconds()
        await scene.session.client.reset(ResetFactory())
        await scene.terminal.clock.sleep(0.1)
        await scene.terminal.booted()
        assert (await scene.session.client.who_is_there()).same_station(Address("1122", 0x3344))
        station = await scene.session.client.read_unit(MasterStation)
        assert station == replace(station, main_ip=IPv4Address(0), apn="CMNET")

    play(steps)


def test_a_lossy_line_still_ends_in_verified_writes():
    """One transmission in twenty is lost or damaged, seeded; every change is verified in the end."""

    async def steps(scene: Scene) -> None:
        for port in range(9001, 9021):
            await scene.hold_five_seconds()
            wanted = replace(STATION, main_port=port)
            plan = Plan.of([(0, await scene.session.client.read_unit(MasterStation))], [(0, wanted)])
            await plan.run(scene.session.client)
            assert plan.done, plan.changes
            assert scene.terminal.facts().uplink.main_port == port

    play(steps, faults=LOSSY)
