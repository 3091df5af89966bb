"""The runner of the message service: frames in short messages, to and from the master (device behaviour 6.9).

Rules
- Only messages and calls of the master's number (parameter F4) count; without a number nobody is heard.
- The network may deliver a message twice: the time stamp of the service centre tells such a twin from a
  repetition of the master, which goes to the session like any other.
- An answer goes to the number that asked, in frames of one message each where every unit fits, otherwise in
  frames of several; what needs more than eight messages is no short read and is denied.
- Files and the maker's envelope are refused (M127): denied if the frame asks for a confirmation, else in
  silence; a wrong password with them is recorded.
- A message of the master without a frame is a wake-up, whatever it says; frames act by themselves (AFN05 F38
  wakes, too). Calls of the master are told ring by ring.
- While the terminal boots, and in download mode, messages stay in the modem.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Protocol

from core.channels.callers import dialled, is_same_number
from core.channels.exchange import order_of, session_answer, station_of, waiting_events
from core.channels.maintenance import Watch
from core.errors import EncodeError, LineError, StoreError
from core.gdw376.call import Answer, Call, Delivered, Notice, Serve, Undelivered
from core.gdw376.commands import Send
from core.gdw376.frame import Frame
from core.gdw376.reader import Reader, Received
from core.gdw376.session import Persistence, TerminalCommand, TerminalSession, Timings
from core.gdw376.sms import HEAD, LARGEST, MESSAGE, PIECE, Joiner, is_bare, split
from core.gdw376.station import Station
from core.gdw376.trailer import VENDOR_AFN
from core.gdw376.units.afn04 import PhoneNumbers
from core.lines.modem import Modem, Sent
from core.lines.pace import LoopClock, Wait
from core.lines.pdu import Alphabet, Deliver
from core.service import order as service
from core.service.dispatch import serve
from core.service.guard import stopped
from core.terminal.access import Channel, Level
from core.terminal.concentrator import Concentrator

log = logging.getLogger(__name__)

TIMINGS = Timings(reply=60.0, following=60.0, silence=60.0)
"""A message takes seconds, sometimes a minute (part A §1.6)."""
PERSISTENCE = Persistence(timeout=120.0, retries=2)
"""A report goes out three times; the way there and back takes a while."""
FILE_AFN = 0x0F
REFUSED = frozenset({FILE_AFN, VENDOR_AFN})
TRIES, PAUSE = 3, 15.0
"""For a message that the network could not take just now, and seconds between."""
REMEMBERED = 64
"""Messages by which twins are recognised."""


class SmsWatch(Watch, Protocol):
    """Who wants to know what the message service does."""

    def wake(self) -> None:
        """A wake-up message of the master came."""
        ...

    def rang(self) -> None:
        """A call of the master rings once more."""
        ...

    def reported(self, outcome: Delivered | Undelivered) -> None:
        """A notice was confirmed, or given up."""
        ...


@dataclass(slots=True, eq=False)
class _Talk:
    """What goes on with one number."""

    number: str
    session: TerminalSession
    bare: bool = False
    """It sends frames without a head."""
    deferred: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])


@dataclass(frozen=True, slots=True)
class _Letter:
    number: str
    raw: bytes
    bare: bool


class Restart:
    """Stands in the outbox behind the answer to the order that asked for it."""


class SmsChannel:
    """Serves the master over the message service of one modem."""

    def __init__(
        self,
        terminal: Concentrator,
        modem: Modem,
        clock: LoopClock,
        watch: SmsWatch,
        *,
        counts_traffic: bool = False,
    ) -> None:
        """``counts_traffic``: octets of messages belong to the traffic of the day and month, too."""
        self.modem = modem
        self._terminal = terminal
        self._clock = clock
        self._watch = watch
        self._counts_traffic = counts_traffic
        self._outbox: asyncio.Queue[_Letter | Restart] = asyncio.Queue()
        self._talks: list[_Talk] = []
        self._joiner = Joiner()
        self._seen: deque[Deliver] = deque(maxlen=REMEMBERED)
        self._number = 0
        self._timer: Wait | None = None

    async def run(self) -> LineError:
        """Serve until the modem's line is lost or closed; return how it ended."""
        sender = asyncio.create_task(self._send_all())
        try:
            return await self.modem.run(self)
        finally:
            sender.cancel()
            with suppress(asyncio.CancelledError, LineError):
                await sender
            self._forget()

    @property
    def master(self) -> str:
        """The number that is heard; empty: nobody is."""
        return self._terminal.parameters.value(PhoneNumbers).master

    def notify(self, notice: Notice) -> bool:
        """Send a notice to the master's number; ``False`` without one. ``reported`` follows.

        ``EncodeError`` for a block that fits into no frame.
        """
        number = dialled(self.master)
        if not number or not self._terminal.in_service:
            return False
        talk = self._talk(number)
        talk.session.pending_events = waiting_events(self._terminal, Channel.SMS)
        self._obey(talk, talk.session.notify(notice, self._clock.monotonic()))
        return True

    def ring(self, number: str) -> None:
        """A call rings once more; only the master's counts."""
        if self._terminal.in_service and self._is_master(number):
            self._watch.rang()

    def take(self, message: Deliver) -> bool:
        """Take a message out of the modem; ``False`` leaves it there."""
        if not self._terminal.in_service:
            self._forget()
            return False
        if not self._is_master(message.number):
            log.info("a short message of %s is not the master's", message.number)
            return True
        if message.stamp and message in self._seen:
            return True
        self._seen.append(message)
        self._watch.received()
        self._count(message.octets)
        if message.alphabet is Alphabet.OCTETS and not message.header and len(message.octets) > HEAD:
            self._join(message)
        else:
            self._watch.wake()
        return True

    def _join(self, message: Deliver) -> None:
        now = self._clock.monotonic()
        raw = self._joiner.add(message.number, message.octets, now)
        if raw is None:
            return
        frames = [event.frame for event in Reader().feed(raw, now) if isinstance(event, Received)]
        talk = self._talk(message.number)
        talk.bare = is_bare(message.octets)
        for frame in frames:
            self._watch.framed()
            self._hear(talk, frame, now)
        if not frames and len(raw) <= PIECE:  # longer ones were meant to be a frame
            self._watch.wake()

    def _hear(self, talk: _Talk, frame: Frame, now: float) -> None:
        if frame.afn in REFUSED:  # each frame for itself, so that none of a file is confirmed before the last
            frame = replace(frame, seq=replace(frame.seq, fir=True, fin=True))
        talk.session.station = self._station(PIECE)
        self._obey(talk, talk.session.handle(frame, now, self._terminal.rtc.now()))

    def _station(self, largest: int) -> Station:
        return replace(station_of(self._terminal, Channel.SMS), largest=largest)

    def _talk(self, number: str) -> _Talk:
        """What goes on with a number; one that is the master's no more is forgotten when it is quiet."""
        self._talks = [one for one in self._talks if one.session.busy or self._is_master(one.number)]
        for talk in self._talks:
            if is_same_number(talk.number, number):
                talk.number = number
                return talk
        session = TerminalSession(
            self._station(PIECE), TIMINGS, port=self.modem.name, persistence=PERSISTENCE
        )
        self._talks.append(_Talk(number, session))
        return self._talks[-1]

    def _is_master(self, number: str) -> bool:
        return is_same_number(number, self.master)

    def _obey(self, talk: _Talk, commands: Sequence[TerminalCommand]) -> None:
        for command in commands:
            match command:
                case Send():
                    self._outbox.put_nowait(_Letter(talk.number, command.raw, talk.bare))
                case Serve(call):
                    self._serve(talk, call)
                case Delivered() | Undelivered():
                    self._watch.reported(command)
                case _:
                    pass
        self._arm()

    def _arm(self) -> None:
        """Wake at the next deadline of a session."""
        if self._timer:
            self._timer.cancel()
        due = [talk.session.deadline for talk in self._talks]
        first = min((at for at in due if at is not None), default=None)
        wait = None if first is None else first - self._clock.monotonic()
        self._timer = None if wait is None else self._clock.call_later(wait, self._tick)

    def _tick(self) -> None:
        now = self._clock.monotonic()
        for talk in tuple(self._talks):
            self._obey(talk, talk.session.tick(now))

    def _serve(self, talk: _Talk, call: Call) -> None:
        order = order_of(call, Channel.SMS)
        if call.afn in REFUSED:
            self._refuse(talk, call, order)
            return
        served = serve(self._terminal, order)
        if isinstance(served, service.Answer):
            self._answer(talk, served)
            return
        task = asyncio.create_task(self._answer_later(talk, served))
        talk.deferred.add(task)
        task.add_done_callback(talk.deferred.discard)

    def _refuse(self, talk: _Talk, call: Call, order: service.Order) -> None:
        """Deny or keep silent, but let a wrong password be recorded (ERC20, M127)."""
        if call.afn == FILE_AFN:
            with suppress(StoreError):
                stopped(self._terminal, order, Level.ADMIN)
        answer = Answer.deny() if call.frames[-1].seq.con else Answer.silence()
        self._obey(talk, talk.session.answer(answer, self._clock.monotonic()))

    async def _answer_later(self, talk: _Talk, served: Awaitable[service.Answer]) -> None:
        """Answer when a relay has; a restart meanwhile has forgotten the question."""
        answer = await served
        if talk in self._talks:
            self._answer(talk, answer)

    def _answer(self, talk: _Talk, answer: service.Answer) -> None:
        talk.session.pending_events = waiting_events(self._terminal, Channel.SMS)
        self._obey(talk, self._answered(talk.session, answer))
        if answer.restart:
            self._outbox.put_nowait(Restart())

    def _answered(self, session: TerminalSession, answer: service.Answer) -> list[TerminalCommand]:
        now = self._clock.monotonic()
        for largest in (PIECE, LARGEST):
            session.station = self._station(largest)
            with suppress(EncodeError):
                encoded = session_answer(answer, largest)
                if sum(map(len, encoded.blocks)) <= LARGEST:
                    return session.answer(encoded, now)
        return session.answer(Answer.deny(), now)

    async def _send_all(self) -> None:
        """Send in order, one message after the other."""
        while True:
            letter = await self._outbox.get()
            if isinstance(letter, Restart):
                self._forget()
                self._watch.restart()
            elif self._terminal.in_service:
                await self._post(letter)

    async def _post(self, letter: _Letter) -> None:
        if letter.bare and len(letter.raw) <= MESSAGE:
            messages = (letter.raw,)
        else:
            messages = split(letter.raw, self._number)
            self._number += 1
        for message in messages:
            if not await self._submit(letter.number, message):
                return  # without one fragment the others say nothing

    async def _submit(self, number: str, message: bytes) -> bool:
        centre = dialled(self._terminal.parameters.value(PhoneNumbers).sms_centre)
        for attempt in range(TRIES):
            self._watch.sending()
            outcome = await self.modem.send(number, message, centre)
            if isinstance(outcome, Sent):
                self._count(message)
                return True
            log.info("a short message to %s was not sent: %s", number, outcome.reason)
            if not outcome.temporary or attempt == TRIES - 1:
                break
            await self._clock.sleep(PAUSE)
        return False

    def _count(self, octets: bytes) -> None:
        if self._counts_traffic:
            with suppress(StoreError):  # counting is not worth a message
                self._terminal.count_traffic(len(octets))

    def _forget(self) -> None:
        """Hear and remember nothing of what was before; twins are still twins."""
        for talk in self._talks:
            for task in talk.deferred:
                task.cancel()
        self._talks = []
        self._joiner = Joiner()
        if self._timer:
            self._timer.cancel()
            self._timer = None
