"""Meters for plays of the driver: a table of registers behind a real slave, faults between the two."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.meters.driver import Access, Answer, Command, Finished, Send, Speed
from core.meters.edmi import commands as c
from core.meters.edmi import registers as g
from core.meters.edmi import values as v
from core.meters.edmi.address import number_of
from core.meters.edmi.driver import EdmiDriver, Setup
from core.meters.edmi.frame import decode_frame
from core.meters.edmi.reader import Reader, Received
from core.meters.edmi.slave import EdmiSlave
from core.quantities import NOW, Quantity, Wanted, When

ADDRESS = "000212039174"
SPEED = Speed(9600, "N")
BYTE = 10 / 9600
Pieces = Sequence[tuple[float, bytes]]
"""What of an answer arrives, each piece so many seconds after the one before."""
Mangle = Callable[[bytes], Pieces]
Table = dict[int, tuple[str, object]]
"""Register to type and value."""
CODES = (0xE393, 0xE397, 0xE39B, 0xE39F, 0, 0, 0xE49F, 0xE59F, 0xE59B, 0xE49B, 0, 0)
"""What the channels of a meter in the usual Chinese set-up measure; that of channel 9 is in no source."""


def mapped(codes: Sequence[int] = CODES, first: int = 0xF780) -> Table:
    """The registers that tell what the channels measure."""
    own: Table = {g.MODEL: ("A", "MK6E"), g.VERSION: ("A", "5.21")}
    return own | {first + number: ("H", Decimal(code)) for number, code in enumerate(codes)}


def five(first: int, *values: str, type_: str = "U") -> Table:
    """Total and rates 0 to 3 of Mk6, in base units."""
    numbers = (first | 9, *(first | rate for rate in range(4)))
    return {number: (type_, Decimal(value)) for number, value in zip(numbers, values, strict=False)}


class Scripted:
    """A meter that knows what stands in a table."""

    def __init__(
        self,
        values: Mapping[int, tuple[str, object]],
        address: str = ADDRESS,
        *,
        reads_many: bool = True,
        informs: bool = True,
        accounts: Mapping[str, str] | None = None,
        idle: float = 300.0,
    ) -> None:
        self.values = dict(values)
        self.informs = informs
        self.heard: list[c.Command] = []
        self.slave = EdmiSlave(number_of(address), self, reads_many=reads_many, accounts=accounts, idle=idle)
        self._reader = Reader()

    def description(self, register: int) -> c.Description | None:
        if not self.informs or register not in self.values:
            return None
        return c.Description(register, self.values[register][0], "N", "")

    def value(self, register: int) -> bytes | None:
        if register not in self.values:
            return None
        type_, value = self.values[register]
        if isinstance(value, bytes):
            return value
        if type_ == "T":
            return v.moment_bytes(value if isinstance(value, datetime) else None)
        if type_ == "A":
            return v.text_bytes(str(value))
        assert isinstance(value, Decimal)
        return v.number_bytes(value, type_)

    def hear(self, data: bytes, now: float) -> list[bytes]:
        """Return the frames it sends."""
        answers: list[bytes] = []
        for event in self._reader.feed(data, now):
            if not isinstance(event, Received):
                continue
            if event.frame.header and event.frame.header.destination == self.slave.number:
                self.heard.append(c.command_in(event.frame.body))
            if (answer := self.slave.hear(event.frame, now)) is not None:
                answers.append(answer)
        return answers

    def count(self, *kinds: type[c.Command]) -> int:
        """How many commands of some kinds it heard."""
        return sum(isinstance(command, kinds) for command in self.heard)


def whole(raw: bytes) -> Pieces:
    """The answer after 100 ms, heard every 16 bytes."""
    return [(0.0 if at else 0.1, raw[at : at + 16]) for at in range(0, len(raw), 16)]


@dataclass
class Late:
    """Answers that come after the master's patience, now and then."""

    seconds: float
    until: int = 1
    """So many answers are late, then none."""

    def __call__(self, raw: bytes) -> Pieces:
        self.until -= 1
        return [(self.seconds if self.until >= 0 else 0.1, raw)]


class Play:
    """A driver and the meters on its line; time goes by as wires and meters need it."""

    def __init__(
        self, *meters: Scripted, mangle: Mangle = whole, echo: bool = False, setup: Setup | None = None
    ) -> None:
        self.driver = EdmiDriver(setup)
        self.meters = meters
        self.mangle = mangle
        self.echo = echo
        self.now = 0.0
        self.sent: list[bytes] = []
        self._coming: list[tuple[float, bytes]] = []

    def ask(
        self,
        quantity: Quantity,
        when: When = NOW,
        *,
        address: str = ADDRESS,
        tariffs: int = 4,
        password: bytes = bytes(6),
    ) -> Answer:
        meter = Access(address, 10, password, tariffs, SPEED)
        return self.run(self.driver.ask(meter, Wanted(quantity, when), self.now))

    def run(self, commands: Iterable[Command]) -> Answer:
        """Carry commands out until the question ends; what comes too late is heard by the next one."""
        pending = list(commands)
        for _ in range(1000):
            if ends := [command for command in pending if isinstance(command, Finished)]:
                assert len(pending) == 1
                return ends[0].answer
            for command in pending:
                assert isinstance(command, Send)
                self._carry(command)
            pending = self._next()
        raise AssertionError("the question has no end")

    def _carry(self, send: Send) -> None:
        self.now += send.delay + len(send.raw) * BYTE
        self.sent.append(send.raw)
        if self.echo:
            self._coming.append((self.now, send.raw))
        for meter in self.meters:
            for answer in meter.hear(send.raw, self.now):
                at = self.now
                for wait, piece in self.mangle(answer):
                    at += wait + len(piece) * BYTE
                    self._coming.append((at, piece))
        self._coming.sort(key=lambda one: one[0])

    def _next(self) -> list[Command]:
        due = self.driver.deadline
        if self._coming and (due is None or self._coming[0][0] < due):
            at, piece = self._coming.pop(0)
            self.now = max(self.now, at)
            return self.driver.feed(piece, self.now)
        assert due is not None
        self.now = max(self.now, due)
        return self.driver.tick(self.now)

    @property
    def said(self) -> list[c.Command]:
        """Commands as they were sent."""
        return [c.command_in(decode_frame(raw).body) for raw in self.sent]
