"""The meter's end of a line: requests in, answers out (meter protocols §4.2).

Rules
- A who-are-you with the own device number selects the meter; one with another deselects it, as the end does
  and a silence too long. Nothing else carries an address, so a meter that is not selected says nothing.
- Classes are read in packets; the last one is said again when asked for.
- Wrong passwords lock the meter after a while: code 2, whatever is sent.
"""

from typing import Protocol

from core.meters.alpha import packets as p
from core.meters.alpha.cipher import enciphered

IDLE = 30.0
"""Seconds without a request after which a session is over."""
TRIES = 5
"""Wrong passwords until the meter is locked."""
PACKET = 64
"""Bytes of a class in one packet, unless the meter is set up for another number."""


class Classes(Protocol):
    """What a meter holds, at the moment of the request."""

    def content(self, number: int) -> bytes | None:
        """Return a class; ``None`` if the meter does not have it."""
        ...


class AlphaSlave:
    """One meter on a line."""

    def __init__(
        self,
        device: int,
        classes: Classes,
        *,
        password: int = 0,
        packet: int = PACKET,
        idle: float = IDLE,
        key: int = 0x62411586,
    ) -> None:
        """``key``: of the first session; each further one has another."""
        self.device = device
        self.password = password
        self.busy = 0
        """So many class reads will be refused as too busy."""
        self.questions = 0
        """So often it asks whether the host is there before it goes on."""
        self._classes = classes
        self._packet = packet
        self._idle = idle
        self._key = key
        self._until = float("-inf")
        self._logged_in = False
        self._wrong = 0
        self._rest = b""
        self._last: bytes | None = None

    def hear(self, request: p.Request, now: float) -> bytes | None:
        """Take a request that arrived at ``now`` (seconds); return the answer as it goes on the wire."""
        if isinstance(request, p.WhoAreYou):
            return self._select(request, now)
        if now >= self._until:
            return None
        self._until = now + self._idle
        answer = self._answer(request)
        if answer is None:
            return None
        if self.questions and isinstance(request, p.ClassRead | p.Short) and request != p.Short(p.RESEND):
            self.questions -= 1
            self._last = answer
            return p.encode_reply(p.Short(p.ALIVE))
        self._last = answer
        return answer

    def _select(self, request: p.WhoAreYou, now: float) -> bytes | None:
        self._logged_in, self._rest, self._last = False, b"", None
        if request.device != self.device:
            self._until = float("-inf")
            return None
        self._until = now + self._idle
        self._key = (self._key * 0x41C6_4E6D + 0x3039) & 0xFFFF_FFFF
        return p.encode_reply(p.Identity(self._key))

    def _answer(self, request: p.Request) -> bytes | None:
        match request:
            case p.Password(cipher):
                return self._login(cipher)
            case p.ClassRead(number, offset, length):
                return self._begin(number, offset, length)
            case p.Short(p.CONTINUE) if self._rest:
                return self._part(p.CONTINUE)
            case p.Short(p.RESEND | p.ALIVE):
                return self._last
            case p.Short(p.END):
                self._until = float("-inf")
                return None
            case _:
                return p.encode_reply(p.Reply(p.command_of(request), p.Code.ILLEGAL_COMMAND))

    def _login(self, cipher: int) -> bytes:
        if self._wrong >= TRIES:
            return p.encode_reply(p.Reply(p.PASSWORD, p.Code.LOCKED_OUT))
        self._logged_in = cipher == enciphered(self.password, self._key)
        self._wrong = 0 if self._logged_in else self._wrong + 1
        return p.encode_reply(p.Reply(p.PASSWORD, 0 if self._logged_in else p.Code.WRONG_PASSWORD))

    def _begin(self, number: int, offset: int, length: int) -> bytes:
        content = self._classes.content(number)
        refusal = 0
        if not self._logged_in:
            refusal = p.Code.LOCKED_OUT
        elif self.busy:
            self.busy, refusal = self.busy - 1, p.Code.TOO_BUSY
        elif content is None:
            refusal = p.Code.CLASS_NOT_SUPPORTED
        elif offset >= len(content):
            refusal = p.Code.ILLEGAL_COMMAND
        if refusal or content is None:
            return p.encode_reply(p.Reply(p.CLASS_READ, refusal))
        self._rest = content[offset : offset + length] if length else content[offset:]
        return self._part(p.CLASS_READ)

    def _part(self, command: int) -> bytes:
        part, self._rest = self._rest[: self._packet], self._rest[self._packet :]
        return p.encode_reply(p.Reply(command, 0, 0xA3, part, last=not self._rest))
