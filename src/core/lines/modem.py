"""A GSM modem on a line: short messages out and in, calls that ring, and what the modem knows of the network.

Strategy
- Once a minute the modem is set up and asked for its state, whatever it said before: one that was reset, or
  whose hints were lost, is found again by itself. All hints (``+CMTI``) only make the look happen now.
- Messages are kept in the modem until somebody took them: listed, handed over, then deleted. So none is lost
  while the terminal boots, and unreadable ones do not fill the store.
- A modem that falls silent gets a rest before it is asked again, so that a late answer meets no new question.
"""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum
from typing import Protocol

from core.errors import DecodeError, LineError
from core.lines.at import Answered, AtDialogue, AtEvent, Command, Result, Send, Unasked, numbers
from core.lines.line import Line, SerialSettings
from core.lines.pace import LoopClock
from core.lines.pdu import Deliver, Submit, decode_deliver, encode_submit, octets_of

log = logging.getLogger(__name__)

SETTINGS = SerialSettings(115200)
"""What modems run at unless told, 8N1."""
LOOK_EVERY, RETRY = 60.0, 10.0
"""Seconds between two looks, and after one that found no modem or no SIM."""
REST = 1.0
"""Seconds of silence after a command that was not answered."""
GREETINGS = 3
SUBMISSION = 60.0
"""Seconds the network may take for a message."""

GREETING = Command("AT", wait=1.0)
BASICS = (Command("ATE0"), Command("AT+CMEE=1"))
SIM = Command("AT+CPIN?", "+CPIN:")
SET_UP = (
    Command("AT+CMGF=0"),
    Command('AT+CPMS="SM","SM","SM"', "+CPMS:"),
    Command("AT+CNMI=2,1,0,0,0"),
    Command("AT+CREG=1"),
    Command("AT+CLIP=1"),
)
"""PDU mode, store, hints for messages, for the network, numbers of callers. What a modem lacks, it lacks."""
REGISTRATION = Command("AT+CREG?", "+CREG:", shape=r"\d+ *, *\d+.*")
SIGNAL = Command("AT+CSQ", "+CSQ:")
LIST = Command("AT+CMGL=4", "+CMGL:", wait=20.0, follows=True)

NEEDS_SIM = frozenset({10, 13, 14, 15})
"""``+CME ERROR`` of a missing or dead card; the others ask for PIN or PUK."""
REASONS = {
    (Result.DEVICE, 10): "SIM not inserted",
    (Result.DEVICE, 11): "SIM PIN required",
    (Result.DEVICE, 30): "no network service",
    (Result.MESSAGE, 21): "rejected by the network",
    (Result.MESSAGE, 28): "number unknown",
    (Result.MESSAGE, 38): "network out of order",
    (Result.MESSAGE, 41): "temporary failure",
    (Result.MESSAGE, 42): "congestion",
    (Result.MESSAGE, 50): "service not subscribed",
    (Result.MESSAGE, 304): "PDU not understood by the modem",
    (Result.MESSAGE, 310): "SIM not inserted",
    (Result.MESSAGE, 311): "SIM PIN required",
    (Result.MESSAGE, 322): "message store full",
    (Result.MESSAGE, 330): "service centre unknown",
    (Result.MESSAGE, 331): "no network service",
    (Result.MESSAGE, 332): "network did not answer in time",
}
"""What the numbers mean (07.07 §9.2, 07.05 §3.2.5), as far as a terminal meets them."""
TEMPORARY = frozenset({38, 41, 42, 331, 332, 500})
"""``+CMS ERROR`` after which the same message may go through a little later."""


class ModemState(Enum):
    """What stands between a modem and a message, the first thing in this order."""

    SILENT = "silent"
    """Nobody answers commands."""
    NO_SIM = "no SIM"
    LOCKED = "locked"
    """The card wants a PIN or PUK."""
    SEARCHING = "searching"
    DENIED = "denied"
    """The network refuses the card."""
    READY = "ready"


@dataclass(frozen=True, slots=True)
class ModemFacts:
    """What was found at the last look."""

    state: ModemState = ModemState.SILENT
    csq: int | None = None
    """Signal 0 to 31, ``None`` while it is not known."""
    roaming: bool = False


REGISTERED = {1: ModemState.READY, 3: ModemState.DENIED, 5: ModemState.READY}
ROAMING = 5


@dataclass(frozen=True, slots=True)
class Sent:
    """The network took a message, under this number."""

    reference: int | None


@dataclass(frozen=True, slots=True)
class Unsent:
    """A message was not taken, or nobody knows (``code`` and ``temporary`` unset)."""

    reason: str
    code: int | None = None
    temporary: bool = False
    """The same message may go through a little later."""


class Recipient(Protocol):
    """Who gets what comes in over the modem."""

    def take(self, message: Deliver) -> bool:
        """Take a message; ``False`` leaves it in the modem for the next look."""
        ...

    def ring(self, number: str) -> None:
        """A call rings once more; the number is empty where the caller does not show it."""
        ...


class Modem:
    """Drives the modem on one line."""

    def __init__(self, line: Line, clock: LoopClock) -> None:
        self.facts = ModemFacts()
        self._line = line
        self._clock = clock
        self._dialogue = AtDialogue()
        self._turn = asyncio.Lock()
        self._answered: asyncio.Future[Answered] | None = None
        self._hint = asyncio.Event()
        self._look_at = 0.0

    @property
    def name(self) -> str:
        """The port it is on."""
        return self._line.name

    async def run(self, recipient: Recipient) -> LineError:
        """Keep the modem going until its line is lost or closed; return how it ended."""
        keeping = asyncio.create_task(self._keep(recipient))
        try:
            while True:
                data = await self._line.receive()
                await self._obey(self._dialogue.feed(data, self._clock.monotonic()), recipient)
        except LineError as error:
            return error
        finally:
            keeping.cancel()
            with suppress(asyncio.CancelledError, LineError):
                await keeping
            if self._answered and not self._answered.done():
                self._answered.set_result(Answered(GREETING, Result.SILENT))

    async def send(self, number: str, octets: bytes, centre: str = "") -> Sent | Unsent:
        """Send a message of at most 140 octets; ``centre`` replaces the service centre of the SIM.

        ``EncodeError`` for what no message can carry, ``LineError`` when the line is gone.
        """
        pdu, length = encode_submit(Submit(number, octets, centre))
        body = pdu.hex().upper().encode("ascii")
        over = await self._ask(Command(f"AT+CMGS={length}", "+CMGS:", wait=SUBMISSION, body=body))
        if over.result is Result.OK:
            return Sent(numbers(over.lines[0][0])[0] if over.lines else None)
        if over.result is Result.SILENT:
            return Unsent("the modem did not answer")
        reason = REASONS.get((over.result, over.code or 0), f"refused by the modem with {over.code}")
        return Unsent(reason, over.code, over.result is Result.MESSAGE and over.code in TEMPORARY)

    async def _ask(self, command: Command) -> Answered:
        async with self._turn:
            self._answered = answered = asyncio.get_running_loop().create_future()
            try:
                await self._obey(self._dialogue.begin(command, self._clock.monotonic()))
                while not answered.done():
                    due = self._dialogue.deadline or self._clock.monotonic()
                    with suppress(TimeoutError):
                        async with self._clock.timeout(due - self._clock.monotonic()):
                            await asyncio.wait([answered])
                    await self._obey(self._dialogue.tick(self._clock.monotonic()))
            finally:
                self._dialogue.cancel()
                self._answered = None
            if answered.result().result is Result.SILENT:
                await self._fall_silent()
            return answered.result()

    async def _fall_silent(self) -> None:
        """Let a late answer pass by; then look anew."""
        await self._clock.sleep(REST)
        self.facts = ModemFacts()
        self._look_at = self._clock.monotonic()
        self._hint.set()

    async def _obey(self, events: list[AtEvent], recipient: Recipient | None = None) -> None:
        for event in events:
            match event:
                case Send(raw):
                    await self._line.send(raw)
                case Answered() if self._answered and not self._answered.done():
                    self._answered.set_result(event)
                case Unasked(line):
                    self._hear(line, recipient)
                case _:
                    pass

    def _hear(self, line: str, recipient: Recipient | None) -> None:
        """Messages, calls and changes are worth a look; all other words are noise."""
        word, _, said = line.partition(":")
        if word == "+CLIP" and recipient:
            recipient.ring(said.split(",")[0].strip(' "'))
        elif word in ("+CREG", "+CPIN"):
            self._look_at = self._clock.monotonic()
        if word in ("+CREG", "+CPIN", "+CMTI"):
            self._hint.set()

    async def _keep(self, recipient: Recipient) -> None:
        has_card = False
        while True:
            self._hint.clear()
            if self._clock.monotonic() >= self._look_at:
                has_card = await self._look()
                self._look_at = self._clock.monotonic() + (LOOK_EVERY if has_card else RETRY)
            if has_card:
                await self._collect(recipient)
            await self._hinted()

    async def _hinted(self) -> None:
        with suppress(TimeoutError):
            async with self._clock.timeout(self._look_at - self._clock.monotonic()):
                await self._hint.wait()

    async def _look(self) -> bool:
        """Set the modem up and note its state; tell whether a card can be used."""
        if not await self._greet():
            return False
        for command in BASICS:
            await self._ask(command)
        sim = _sim_state(await self._ask(SIM))
        if sim is not ModemState.READY:
            self.facts = ModemFacts(sim)
            return False
        for command in SET_UP:
            await self._ask(command)
        self.facts = _with_signal(_registration(await self._ask(REGISTRATION)), await self._ask(SIGNAL))
        return self.facts.state is not ModemState.SILENT

    async def _greet(self) -> bool:
        for _ in range(GREETINGS):
            if (await self._ask(GREETING)).result is Result.OK:
                return True
        return False

    async def _collect(self, recipient: Recipient) -> None:
        """Hand over what the modem keeps, and delete what was taken or makes no sense."""
        for about, pdu in (await self._ask(LIST)).lines:
            index = numbers(about)[0]
            if index is not None and _taken(pdu, recipient):
                await self._ask(Command(f"AT+CMGD={index}"))


def _taken(pdu: str, recipient: Recipient) -> bool:
    try:
        return recipient.take(decode_deliver(octets_of(pdu)))
    except DecodeError as error:
        log.info("a short message makes no sense: %s", error)
        return True


def _sim_state(over: Answered) -> ModemState:
    if over.result is Result.SILENT:
        return ModemState.SILENT
    if over.lines:
        return ModemState.READY if over.lines[0][0] == "READY" else ModemState.LOCKED
    missing = over.code is None or over.code in NEEDS_SIM
    return ModemState.NO_SIM if missing else ModemState.LOCKED


def _registration(over: Answered) -> ModemFacts:
    if over.result is Result.SILENT:
        return ModemFacts()
    status = numbers(over.lines[0][0])[1] if over.lines else None
    return ModemFacts(REGISTERED.get(status or 0, ModemState.SEARCHING), roaming=status == ROAMING)


def _with_signal(facts: ModemFacts, over: Answered) -> ModemFacts:
    csq = numbers(over.lines[0][0])[0] if over.lines else None
    return replace(facts, csq=csq if csq is not None and csq <= 31 else None)
