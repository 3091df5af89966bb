"""An emulated GSM modem that speaks AT on a line and shares a `core.simulation.cell` with others.

It knows what the driver asks and what a person types: SIM, registration, signal, PDU mode, store, sending,
calls. `ModemFaults` is what a card, an antenna or a bad cable does to it; change them at any time.
"""

import asyncio
import re
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from random import Random

from core.errors import DecodeError, LineError
from core.lines.line import Line
from core.lines.pace import LoopClock
from core.lines.pdu import Deliver, Submit, decode_submit, encode_deliver, octets_of
from core.simulation.cell import Cell

CAPACITY = 20
"""Messages the store of a SIM holds."""
ANSWER_TIME, SUBMIT_TIME = 0.02, 2.0
"""Seconds until an answer, and until the network took a message."""
HALF_PAUSE = 0.3
"""Seconds in the middle of an answer that comes in halves."""
END, ESCAPE = 0x1A, 0x1B
NO_SIM, PIN_WANTED, NO_SIM_FOR_MESSAGES, STORE_INDEX, NO_SERVICE, BAD_PDU = 10, 11, 310, 321, 331, 304


@dataclass(frozen=True, slots=True)
class ModemFaults:
    """What is wrong with the modem; the default is a sound one."""

    mute: bool = False
    """It answers nothing."""
    sim: bool = True
    pin: bool = False
    """The card asks for its PIN."""
    registration: int = 1
    """``+CREG``: 0 not searching, 1 home, 2 searching, 3 denied, 5 roaming."""
    csq: int = 24
    chatter: tuple[str, ...] = ()
    """Lines that it says unasked in the middle of every answer."""
    noise: bool = False
    """Stray bytes before every answer."""
    halves: bool = False
    """Answers come in two halves."""
    hints: bool = True
    """It says when a message came (``+CMTI``)."""
    stubborn_echo: bool = False
    """It echoes, whatever it is told."""


SOUND = ModemFaults()


class EmulatedModem:
    """One modem with one number."""

    def __init__(
        self, number: str, cell: Cell, clock: LoopClock, *, capacity: int = CAPACITY, seed: int = 0
    ) -> None:
        self.number = number
        self.faults = SOUND
        self.refusals: deque[int] = deque()
        """``+CMS ERROR`` of the next messages to be sent, one each."""
        self.lost_prompts = 0
        """So many prompts are not said."""
        self.lost_results = 0
        """So many messages are sent, but the modem does not say so."""
        self.store: dict[int, Deliver] = {}
        self.commands: list[str] = []
        """What it was told, for tests and traces."""
        self._capacity = capacity
        self._cell = cell
        self._clock = clock
        self._random = Random(seed)
        self._said: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        self._reference = 0
        self.reset()
        cell.join(self)

    def reset(self) -> None:
        """Forget the settings, as after a power cut; the store is on the card and stays."""
        self._echo = True
        self._numbered_errors = self._hints = self._shows_caller = False
        self._typed = bytearray()
        self._body_length = 0

    async def serve(self, line: Line) -> LineError:
        """Speak on a line until it is lost or closed; return how it ended."""
        saying = asyncio.create_task(self._say_all(line))
        try:
            while True:
                for byte in await line.receive():
                    self._type(byte)
        except LineError as error:
            return error
        finally:
            saying.cancel()
            with suppress(asyncio.CancelledError):
                await saying

    def deliver(self, message: Deliver) -> bool:
        """Keep a message and give a hint; ``False`` without network or room."""
        free = [index for index in range(1, self._capacity + 1) if index not in self.store]
        if not free or not self._registered:
            return False
        self.store[free[0]] = message
        if self.faults.hints and self._hints:
            self._urge(f'+CMTI: "SM",{free[0]}')
        return True

    def ring(self, caller: str) -> bool:
        """Ring once, with the number of the caller where it is shown; ``False`` without network."""
        if not self._registered:
            return False
        self._urge("RING")
        if self._shows_caller:
            self._urge(f'+CLIP: "{caller}",{145 if caller.startswith("+") else 128},"",,"",0')
        return True

    @property
    def _usable(self) -> bool:
        return self.faults.sim and not self.faults.pin

    @property
    def _registered(self) -> bool:
        return self._usable and self.faults.registration in (1, 5) and not self.faults.mute

    async def _say_all(self, line: Line) -> None:
        while True:
            wait, raw = await self._said.get()
            if wait:
                await self._clock.sleep(wait)
            with suppress(LineError):  # the one who listens to the line tells of its end
                await line.send(raw)

    def _urge(self, line: str) -> None:
        if not self.faults.mute:
            self._said.put_nowait((0.0, f"\r\n{line}\r\n".encode()))

    def _say(self, *lines: str, wait: float = ANSWER_TIME) -> None:
        """Answer, with all that is wrong."""
        if self.faults.mute:
            return
        if self.faults.noise:
            self._said.put_nowait((0.0, bytes(self._random.choices(range(0x80, 0x100), k=5)) + b"\r\n"))
        said = [one for line in lines for one in (*self.faults.chatter, line)]
        raw = "".join(f"\r\n{line}\r\n" for line in said).encode()
        middle = len(raw) // 2 if self.faults.halves else 0
        if middle:
            self._said.put_nowait((wait, raw[:middle]))
        self._said.put_nowait((HALF_PAUSE if middle else wait, raw[middle:]))

    def _type(self, byte: int) -> None:
        if self._echo and not self.faults.mute:
            self._said.put_nowait((0.0, bytes([byte])))
        if self._body_length:
            self._type_body(byte)
        elif byte == 0x0D:
            typed, self._typed = self._typed.decode("ascii", "replace").strip(), bytearray()
            if typed:
                self.commands.append(typed)
                self._obey(typed.upper())
        elif byte not in (0x0A, END, ESCAPE):
            self._typed.append(byte)

    def _type_body(self, byte: int) -> None:
        if byte == ESCAPE:
            self._typed, self._body_length = bytearray(), 0
            self._say("OK")
        elif byte == END:
            typed, self._typed = self._typed.decode("ascii", "replace").strip(), bytearray()
            length, self._body_length = self._body_length, 0
            self._submit(typed, length)
        else:
            self._typed.append(byte)

    def _obey(self, typed: str) -> None:
        for pattern, act in self._acts().items():
            if match := re.fullmatch(pattern, typed):
                act(*match.groups())
                return
        self._say("ERROR")

    def _acts(self) -> dict[str, Callable[..., None]]:
        """What it understands: pattern of the command, and what it does with the groups."""
        return {
            r"AT": self._ok,
            r"ATE([01])": self._set_echo,
            r"AT\+CMEE=([0-2])": self._set_errors,
            r"AT\+CPIN\?": self._tell_sim,
            r"AT\+CMGF=0": self._ok,
            r"AT\+CPMS=.*": self._tell_store,
            r"AT\+CNMI=2,([01]).*": self._set_hints,
            r"AT\+CREG=[0-2]": self._ok,
            r"AT\+CREG\?": self._tell_registration,
            r"AT\+CLIP=([01])": self._set_caller,
            r"AT\+CSQ": self._tell_signal,
            r"AT\+CMGL=4": self._list,
            r"AT\+CMGD=(\d+)": self._delete,
            r"AT\+CMGS=(\d+)": self._prompt,
        }

    def _ok(self) -> None:
        self._say("OK")

    def _set_echo(self, on: str) -> None:
        self._echo = on == "1" or self.faults.stubborn_echo
        self._ok()

    def _set_errors(self, mode: str) -> None:
        self._numbered_errors = mode != "0"
        self._ok()

    def _set_hints(self, on: str) -> None:
        self._hints = on == "1"
        self._ok()

    def _set_caller(self, on: str) -> None:
        self._shows_caller = on == "1"
        self._ok()

    def _tell_sim(self) -> None:
        if not self.faults.sim:
            self._refuse("CME", NO_SIM)
        else:
            self._say(f"+CPIN: {'SIM PIN' if self.faults.pin else 'READY'}", "OK")

    def _tell_store(self) -> None:
        used = f"{len(self.store)},{self._capacity}"
        self._say(f"+CPMS: {used},{used},{used}", "OK")

    def _tell_registration(self) -> None:
        self._say(f"+CREG: 1,{self.faults.registration if self._usable else 0}", "OK")

    def _tell_signal(self) -> None:
        self._say(f"+CSQ: {self.faults.csq},99", "OK")

    def _refuse(self, kind: str, code: int, wait: float = ANSWER_TIME) -> None:
        self._say(f"+{kind} ERROR: {code}" if self._numbered_errors or kind == "CMS" else "ERROR", wait=wait)

    def _list(self) -> None:
        if not self._usable:
            self._refuse("CMS", NO_SIM_FOR_MESSAGES)
            return
        lines: list[str] = []
        for index, message in sorted(self.store.items()):
            raw = encode_deliver(message)
            lines += [f"+CMGL: {index},0,,{len(raw) - 1 - raw[0]}", raw.hex().upper()]
        self._say(*lines, "OK")

    def _delete(self, index: str) -> None:
        if self.store.pop(int(index), None) is None:
            self._refuse("CMS", STORE_INDEX)
        else:
            self._ok()

    def _prompt(self, length: str) -> None:
        if not self._usable:
            self._refuse("CMS", NO_SIM_FOR_MESSAGES)
            return
        self._body_length = int(length)
        if self.lost_prompts:
            self.lost_prompts -= 1
        elif not self.faults.mute:
            self._said.put_nowait((ANSWER_TIME, b"\r\n> "))

    def _submit(self, typed: str, length: int) -> None:
        try:
            raw = octets_of(typed)
            message = decode_submit(raw)
        except DecodeError:
            self._refuse("CMS", BAD_PDU)
            return
        if len(raw) - 1 - raw[0] != length:
            self._refuse("CMS", BAD_PDU)
        elif self.refusals:
            self._refuse("CMS", self.refusals.popleft(), SUBMIT_TIME)
        elif not self._registered:
            self._refuse("CMS", NO_SERVICE, SUBMIT_TIME)
        else:
            self._carry(message)

    def _carry(self, message: Submit) -> None:
        self._cell.submit(self.number, message)
        self._reference = (self._reference + 1) & 0xFF
        if self.lost_results:
            self.lost_results -= 1
        else:
            self._say(f"+CMGS: {self._reference}", "OK", wait=SUBMIT_TIME)
