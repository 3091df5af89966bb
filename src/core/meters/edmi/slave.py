"""The meter's end of a line: frames in, answers out (meter protocols §3.2, §3.3).

Rules
- Frames for others and frames with a wrong CRC get no answer. A frame without addresses is for every meter
  that hears it, and so is its answer.
- Nothing but attention and login is answered without a session, and a session lapses when nothing is asked.
- What the registers hold is asked of `Registers`.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from core.meters.edmi import commands as c
from core.meters.edmi import values as v
from core.meters.edmi.frame import Frame, encode_frame
from core.meters.edmi.visit import EDMI, READER

IDLE = 300.0
"""Seconds after which a session lapses; meters are set up for this."""
ACCOUNTS = {one.user: one.password for one in (EDMI, READER)}


class Registers(Protocol):
    """What a meter knows, at the moment of the frame."""

    def description(self, register: int) -> c.Description | None:
        """Return type, unit and name; ``None`` if there is no such register."""
        ...

    def value(self, register: int) -> bytes | None:
        """Return what a register holds, by its type; ``None`` if there is none."""
        ...


class EdmiSlave:
    """One meter on a line."""

    def __init__(
        self,
        number: int,
        registers: Registers,
        *,
        accounts: Mapping[str, str] | None = None,
        idle: float = IDLE,
        reads_many: bool = True,
    ) -> None:
        """``reads_many``: the firmware knows multi-reads."""
        self.number = number
        self._registers = registers
        self._accounts = ACCOUNTS if accounts is None else accounts
        self._idle = idle
        self._reads_many = reads_many
        self._until = float("-inf")
        self.busy = 0
        """So many commands will be answered with "not ready"."""

    def hear(self, frame: Frame, now: float) -> bytes | None:
        """Take a frame that arrived at ``now`` (seconds); return the answer as it goes on the wire."""
        if frame.header is not None and frame.header.destination != self.number:
            return None
        answer = self._answer(c.command_in(frame.body), now)
        header = None if frame.header is None else frame.header.reply
        return encode_frame(Frame(c.answer_body(answer), header))

    def lapse(self) -> None:
        """Let the session end."""
        self._until = float("-inf")

    def _answer(self, command: c.Command, now: float) -> c.Answer:
        match command:
            case c.Attention():
                return c.Accepted()
            case c.Login(user, password):
                return self._login(user, password, now)
            case _ if now >= self._until:
                return c.Refused(c.Code.NOT_LOGGED_IN)
            case c.Logout():
                self.lapse()
                return c.Accepted()
            case _:
                self._until = now + self._idle
                return self._serve(command)

    def _login(self, user: str, password: str, now: float) -> c.Answer:
        if self._accounts.get(user) != password:
            return c.Refused(None)
        self._until = now + self._idle
        return c.Accepted()

    def _serve(self, command: c.Command) -> c.Answer:
        if self.busy:
            self.busy -= 1
            return c.Refused(c.Code.NOT_READY)
        missing = c.Refused(c.Code.NO_SUCH_REGISTER)
        match command:
            case c.Read(register, wide):
                data = self._registers.value(register)
                return missing if data is None else c.Content(register, data, wide)
            case c.ReadMany(registers) if self._reads_many:
                return c.Contents(b"".join(map(self._part, registers)))
            case c.Information(register, wide):
                found = self._registers.description(register)
                return replace(found, register=register, wide=wide) if found else missing
            case c.Write():
                return c.Refused(c.Code.CANNOT_WRITE)
            case _:
                return c.Refused(c.Code.NOT_IMPLEMENTED)

    def _part(self, register: int) -> bytes:
        data = self._registers.value(register)
        return bytes((v.ABSENT,)) if data is None else bytes((v.PRESENT,)) + data
