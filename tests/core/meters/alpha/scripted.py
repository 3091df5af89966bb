"""A meter for plays of the driver: captured classes behind a real slave, faults between the two."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar

from core.meters.alpha import packets as p
from core.meters.alpha.driver import AlphaDriver, Setup
from core.meters.alpha.reader import Reader, Received
from core.meters.alpha.slave import AlphaSlave
from core.meters.driver import Access, Answer, Command, Driver, Finished, Send, Speed
from core.quantities import NOW, Quantity, Wanted, When
from tests.core.meters.alpha.published import row

ADDRESS = "000000000048"
SPEED = Speed(1200, "N")
BYTE = 10 / 1200
Pieces = Sequence[tuple[float, bytes]]
"""What of an answer arrives, each piece so many seconds after the one before."""
Mangle = Callable[[bytes], Pieces]


def packet(number: int) -> bytes:
    """The content of a captured packet of class 11."""
    reply = p.decode_reply(
        row(f"class 11 reply, packet {number}").raw,
        p.ClassRead(11) if number == 1 else p.Short(p.CONTINUE),
    )
    assert isinstance(reply, p.Reply)
    return reply.data


def registers() -> bytes:
    """Class 11 of the capture; the two packets that are not published repeat what the description says."""
    known = {number: packet(number) for number in (1, 2, 4, 5, 6, 8, 9)}
    minus_r = bytes.fromhex("00048796040000" + "00" * 8 + "001739" + "00" * 3)
    minus_r += bytes.fromhex("00013395480000" + "00" * 8 + "001739" + "00" * 3)
    return b"".join({**known, 3: known[4], 7: minus_r}[number] for number in range(1, 10))


def constants() -> bytes:
    """Class 0 of the capture."""
    reply = p.decode_reply(row("class 0 reply").raw, p.ClassRead(0))
    assert isinstance(reply, p.Reply)
    return reply.data


def identity(codes: Sequence[int] = (0x80, 0x40, 0x03, 0x0C)) -> bytes:
    """Class 2 of 106 bytes with a map of blocks."""
    found = bytearray(106)
    for place, code in zip((53, 54, 84, 85), codes, strict=False):
        found[place] = code
    return bytes(found)


def status(clock: str = "000000033726", reset: str = "261101") -> bytes:
    """Class 9; the clock of the capture has lost its calendar."""
    found = bytearray(48)
    found[27:33], found[35:38] = bytes.fromhex(clock), bytes.fromhex(reset)
    return bytes(found)


def captured() -> dict[int, bytes]:
    """All classes."""
    return {0: constants(), 2: identity(), 9: status(), 11: registers(), 12: registers()}


class Scripted:
    """A meter that holds classes as bytes."""

    def __init__(
        self, classes: Mapping[int, bytes] | None = None, device: int = 48, *, password: int = 0
    ) -> None:
        self.classes = dict(captured() if classes is None else classes)
        self.slave = AlphaSlave(device, self, password=password, packet=42)
        self.heard: list[p.Request] = []
        self._reader = Reader(p.request_size)

    def content(self, number: int) -> bytes | None:
        return self.classes.get(number)

    def hear(self, raw: bytes, now: float) -> list[bytes]:
        """Return the packets it sends."""
        answers: list[bytes] = []
        for event in (*self._reader.tick(now), *self._reader.feed(raw, now)):
            if isinstance(event, Received):
                request = p.decode_request(event.raw)
                self.heard.append(request)
                if (answer := self.slave.hear(request, now)) is not None:
                    answers.append(answer)
        return answers

    def read(self, number: int) -> int:
        """How often a class was begun."""
        return sum(isinstance(one, p.ClassRead) and one.number == number for one in self.heard)

    def count(self, kind: type[p.Request]) -> int:
        """How many requests of a kind it heard."""
        return sum(isinstance(one, kind) for one in self.heard)


def whole(raw: bytes) -> Pieces:
    """The answer after 50 ms, byte by byte."""
    return [(0.0 if at else 0.05, raw[at : at + 1]) for at in range(len(raw))]


def native(setup: Setup) -> Driver:
    return AlphaDriver(setup)


class Play:
    """A driver and the meters on its line; time goes by as wires and meters need it."""

    make: ClassVar[Callable[[Setup], Driver]] = staticmethod(native)
    """The driver under test; another one of the same protocol may stand here."""

    def __init__(
        self, *meters: Scripted, mangle: Mangle = whole, echo: bool = False, setup: Setup | None = None
    ) -> None:
        self.driver = type(self).make(setup or Setup())
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
        password: bytes = bytes(6),
        tariffs: int = 4,
    ) -> Answer:
        meter = Access(address, 8, password, tariffs, SPEED)
        return self.run(self.driver.ask(meter, Wanted(quantity, when), self.now))

    def run(self, commands: Iterable[Command]) -> Answer:
        """Carry commands out until the question ends."""
        pending = list(commands)
        for _ in range(20000):
            for command in pending:
                if isinstance(command, Finished):
                    return command.answer
                assert isinstance(command, Send)
                self._carry(command)
            pending = self._next()
        raise AssertionError("the question has no end")

    def _carry(self, send: Send) -> None:
        self.now += send.delay + len(send.raw) * BYTE
        self.sent.append(send.raw)
        if self.echo:
            self._coming += [(self.now, send.raw[:3]), (self.now, send.raw[3:])]
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
