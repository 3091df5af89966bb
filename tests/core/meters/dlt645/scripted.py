"""Meters for plays of the driver: a table of values behind a real slave session, faults between the two."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from core.meters.dlt645 import answers as a
from core.meters.dlt645 import requests as r
from core.meters.dlt645.control import Edition
from core.meters.dlt645.driver import Dlt645Driver
from core.meters.dlt645.energies import PeakDemand, SignedPeakDemand
from core.meters.dlt645.exchange import Send as MeterSend
from core.meters.dlt645.identifiers import encode_value, known
from core.meters.dlt645.parameter_rows import DateAndWeekday
from core.meters.dlt645.reader import Reader, Received
from core.meters.dlt645.slave import Accepted, Call, Content, MeterSlave, Outcome, Refused
from core.meters.driver import Access, Answer, Command, Finished, Send
from core.quantities import NOW, Quantity, Wanted, When

ADDRESS = "000012345678"
V1997, V2007 = Edition.V1997, Edition.V2007
Pieces = Sequence[tuple[float, bytes]]
"""What of an answer arrives, each piece so many seconds after the one before."""
Mangle = Callable[[bytes], Pieces]


def numbers(*texts: str) -> tuple[Decimal, ...]:
    """Exact digits."""
    return tuple(map(Decimal, texts))


def peak(value: str, at: datetime | None, *, signed: bool = False) -> Any:
    """A demand as a meter of 2007 keeps it."""
    return (SignedPeakDemand if signed else PeakDemand)(Decimal(value), at)


def calendar(edition: Edition, moment: datetime) -> dict[str, Any]:
    """Date and time of a meter."""
    codes = ("C010", "C011") if edition is V1997 else ("04000101", "04000102")
    day = DateAndWeekday((moment.weekday() + 1) % 7, moment.date())
    return {codes[0]: day, codes[1]: moment.time()}


class Table:
    """A meter that knows what stands in a table: values, or bytes as they are."""

    def __init__(self, values: Mapping[str, Any], edition: Edition = V2007, address: str = ADDRESS) -> None:
        self.values = dict(values)
        self.edition = edition
        self.asked: list[str] = []
        self.orders: list[Any] = []
        self.refusal = a.NO_DATA
        self.slave = MeterSlave(address, self.serve, edition)
        self._reader = Reader()

    def serve(self, call: Call) -> Outcome | None:
        if not isinstance(call.request, r.Read2007 | r.Read1997):
            self.orders.append(call.request)
            return Accepted()
        code = call.request.code
        self.asked.append(code)
        if code not in self.values:
            return Refused(self.refusal)
        value = self.values[code]
        raw = isinstance(value, bytes)
        return Content(value if raw else encode_value(known(code, self.edition), value))

    def hear(self, data: bytes) -> list[bytes]:
        """Return the frames it sends."""
        answers: list[bytes] = []
        for event in self._reader.feed(data, 0.0):
            if isinstance(event, Received):
                commands = self.slave.handle(event.frame, 0.0)
                answers += [command.raw for command in commands if isinstance(command, MeterSend)]
        return answers


def whole(raw: bytes) -> Pieces:
    """The answer as it was sent, heard every 32 bytes."""
    return [(0.0 if at else 0.02, raw[at : at + 32]) for at in range(0, len(raw), 32)]


class Play:
    """A driver and the meters on its line; time goes by as wires and meters need it."""

    def __init__(
        self,
        *meters: Table,
        edition: Edition = V2007,
        civil: datetime | None = None,
        mangle: Mangle = whole,
        echo: bool = False,
    ) -> None:
        self.civil = civil
        self.driver = Dlt645Driver(edition, lambda: self.civil)
        self.meters = meters
        self.mangle = mangle
        self.echo = echo
        self.now = 0.0
        self.sent: list[bytes] = []

    def ask(
        self, quantity: Quantity, when: When = NOW, *, address: str = ADDRESS, tariffs: int = 4
    ) -> Answer:
        meter = Access(address, 30, tariffs=tariffs)
        return self.run(self.driver.ask(meter, Wanted(quantity, when), self.now))

    def run(self, commands: Iterable[Command]) -> Answer:
        """Carry commands out until the question ends."""
        pending = list(commands)
        for _ in range(1000):
            if ends := [command for command in pending if isinstance(command, Finished)]:
                assert len(pending) == 1
                return ends[0].answer
            if sends := [command for command in pending if isinstance(command, Send)]:
                pending = self._carry(sends[0])
                continue
            assert self.driver.deadline is not None
            self.now = max(self.now, self.driver.deadline)
            pending = self.driver.tick(self.now)
        raise AssertionError("the question has no end")

    def _carry(self, send: Send) -> list[Command]:
        self.now += send.delay + len(send.raw) * 11 / 2400
        self.sent.append(send.raw)
        pieces = [(0.0, send.raw)] if self.echo else []
        for meter in self.meters:
            for answer in meter.hear(send.raw):
                pieces += self.mangle(answer)
        commands: list[Command] = []
        for wait, piece in pieces:
            arrives = self.now + wait + len(piece) * 11 / 2400
            while (due := self.driver.deadline) is not None and due < arrives and not commands:
                self.now = due
                commands += self.driver.tick(due)
            if commands:
                self.late(arrives, piece)
                return commands
            self.now = arrives
            commands += self.driver.feed(piece, self.now)
        return commands

    def late(self, moment: float, piece: bytes) -> None:
        """Bytes that come when nobody waits for them any more are heard all the same."""


MOMENT = datetime(2026, 11, 20, 14, 36)
TODAY = date(2026, 11, 20)
MIDNIGHT = datetime(2026, 11, 20)
FIVE_PAST = datetime(2026, 11, 20, 0, 5)
NIGHT = time(0, 0)
