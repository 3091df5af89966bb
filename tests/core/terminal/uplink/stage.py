"""A policy on a clock that stands: time and outcomes go in by hand, commands come out."""

from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address

from core.clock import ManualClock
from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import MasterStation, UplinkMode, WorkMode
from core.terminal.concentrator import Concentrator
from core.terminal.setting import Setting
from core.terminal.uplink.state import Command, Dial, HangUp, LinkTest, Message, Say
from tests.core.concentrators import NOON, Shelf, concentrator

MAIN = IPv4Address("10.0.0.1")
STANDBY = IPv4Address("10.0.0.2")
STATION = MasterStation(MAIN, 8001, STANDBY, 8002, "CMNET")
MAIN_ONLY = replace(STATION, standby_ip=IPv4Address(0), standby_port=0)
TICKS = 20_000


def mode(
    on_line: int = 1,
    role: int = 1,
    *,
    udp: bool = False,
    redial: int = 60,
    windows: frozenset[int] | None = None,
) -> UplinkMode:
    """F8 with three redials and five idle minutes on demand."""
    hours = frozenset(range(24)) if windows is None else windows
    return UplinkMode(WorkMode(on_line, role, int(udp)), redial, 3, 5, hours)


class Stage:
    """A terminal and what its uplink ordered so far."""

    def __init__(self, *parameters: Unit | Setting, shelf: Shelf | None = None) -> None:
        self.clock = ManualClock(NOON)
        self.terminal: Concentrator = concentrator(self.clock, shelf)
        self.terminal.parameters.write([STATION, *parameters])
        self.policy = self.terminal.uplink
        self._queue: list[Command] = []

    @property
    def now(self) -> float:
        return self.clock.monotonic()

    def tick(self) -> list[Command]:
        return self.policy.tick(self.now, self.terminal.rtc.now())

    def until(self, wanted: Callable[[Command], bool], within: float = 86_400 * 2) -> tuple[float, Command]:
        """Let time pass by the policy's own deadlines; return the seconds it took, and the command."""
        begun = self.now
        for _ in range(TICKS):
            self._queue += self.tick()
            while self._queue:
                if wanted(command := self._queue.pop(0)):
                    return self.now - begun, command
            assert self.policy.deadline is not None, "it waits for nothing"
            self.clock.advance(self.policy.deadline - self.now)
            assert self.now - begun <= within, "not within the time"
        raise AssertionError("it turns in circles")

    def pass_time(self, seconds: float) -> list[Command]:
        """Let time pass; return everything that was ordered."""
        end, commands = self.now + seconds, self.tick()
        while self.policy.deadline is not None and self.policy.deadline <= end:
            self.clock.advance(self.policy.deadline - self.now)
            commands += self.tick()
        self.clock.advance(end - self.now)
        return commands + self.tick()

    def dialled(self) -> tuple[float, str]:
        """Wait for a dial; return after how many seconds, and to which host."""
        took, command = self.until(lambda command: isinstance(command, Dial))
        assert isinstance(command, Dial)
        return took, command.target.host

    def said(self, accepted: bool | None) -> Message:
        """Wait for a message and answer it."""
        _, command = self.until(lambda command: isinstance(command, Say))
        assert isinstance(command, Say)
        if accepted is None:
            wait = command.patience.timeout * (command.patience.retries + 1)
            self.clock.advance(wait)
        else:
            self.policy.heard(self.now, call=False)
        self.policy.said(command.message, self.now, self.terminal.rtc.now(), accepted=accepted)
        return command.message

    def log_in(self) -> None:
        """Dial, connect and log in."""
        self.dialled()
        self.policy.dialled(self.now)
        assert self.said(True) is LinkTest.LOGIN

    def hung_up(self) -> float:
        """Wait until the link is hung up; return after how many seconds."""
        return self.until(lambda command: isinstance(command, HangUp))[0]
