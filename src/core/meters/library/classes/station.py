"""The meter's end of a library of classes, without a line: frames in, at most one answer each.

Rules
- The first state of the session selects a meter by its address and deselects all others, as the logout and a
  long silence do. Nothing else carries an address, so a meter that is not selected says nothing.
- Every session has another key.
"""

from collections.abc import Callable
from dataclasses import replace

from core.errors import EncodeError
from core.meters.driver import Send
from core.meters.library.classes.model import ClassLibrary
from core.meters.library.fields import Known
from core.meters.library.frames import Found, Frame
from core.meters.library.model import State
from core.meters.library.steps import READY

PACKET = 64
"""Bytes of a class in one packet."""


class ClassMeter:
    """One meter on a bus."""

    def __init__(
        self,
        library: ClassLibrary,
        address: str,
        content: Callable[[bytes], bytes | None],
        password: bytes = bytes(6),
        packet: int = PACKET,
    ) -> None:
        """``content``: a class by its number, ``None`` if there is none."""
        self.library = library
        self.address = address
        self._known = Known(library.address.wire(address), password=password)
        self._content = content
        self._packet = packet
        self._key = 0x62411586
        self._stage = ""
        """State of the session that is due; empty: not selected."""
        self._until = 0.0
        self._rest = b""

    def answer(self, heard: Found, now: float) -> Send | None:
        """Take a frame that was found on the bus; ``None``: it is for another one, or not answered."""
        raw = self._answered(heard, now)
        return Send(raw, self.library.timing.answer) if raw is not None else None

    def _answered(self, heard: Found, now: float) -> bytes | None:
        session, access = self.library.session, self.library.access
        if heard.frame is session.states[session.first].send:
            selected = heard.known.address in (None, self._known.address)
            self._stage = session.first if selected else ""
        elif now >= self._until or heard.frame is session.logout:
            self._stage = ""
        if not self._stage:
            return None
        self._until = now + session.idle
        if heard.frame is access.send:
            return self._begun(heard.known)
        if heard.frame is access.follow:
            return self._part(access.part[-1]) if self._rest else None
        state = session.states.get(self._stage)
        return self._stepped(state, heard) if state and state.send is heard.frame else None

    # The session

    def _stepped(self, state: State, heard: Found) -> bytes | None:
        if not self._admitted(heard):
            return self._refused(state.refuse, "password")
        self._stage = state.leads(state.accept[0])
        self._key = (self._key * 0x41C6_4E6D + 0x3039) & 0xFFFF_FFFF
        keys = {name: self._key.to_bytes(4, "big") * 4 for name in self._ciphers()}
        frame = state.accept[0]
        fresh = {one.name: keys[one.name][: one.size] for one in frame.fields if one.name in keys}
        self._known = replace(self._known, variables={**self._known.variables, **fresh})
        return self._built(frame, self._known)

    def _ciphers(self) -> frozenset[str]:
        fields = (one for frame in self.library.frames.values() for one in frame.fields)
        return frozenset(one.key for one in fields if one.kind == "cipher")

    def _admitted(self, heard: Found) -> bool:
        """What came for a password is what ours gives."""
        for one in heard.frame.fields:
            if one.kind == "cipher" and heard.known.variables.get(one.name) != one.part(self._known):
                return False
            if one.kind == "password" and heard.known.password != self._known.password[: one.size]:
                return False
        return True

    # Classes

    def _begun(self, asked: Known) -> bytes | None:
        content = self._content(asked.id or b"")
        if self._stage != READY:
            return self._refused(self.library.access.refused, "refused")
        if content is None:
            return self._refused(self.library.access.refused, "unsupported")
        begin, count = asked.offset or 0, asked.count or 0
        self._rest = content[begin : begin + count] if count else content[begin:]
        return self._part(self.library.access.part[0])

    def _part(self, frame: Frame) -> bytes | None:
        part, self._rest = self._rest[: self._packet], self._rest[self._packet :]
        return self._built(frame, replace(self._known, data=part, last=not self._rest))

    def _refused(self, frames: tuple[Frame, ...], kind: str) -> bytes | None:
        """Say so in the code of the first such error; silence where the family knows none."""
        row = next((one for one in self.library.errors if one.kind == kind and one.code), None)
        if row is None or row.code is None or not frames:
            return None
        return self._built(frames[0], replace(self._known, code=row.code))

    def _built(self, frame: Frame, known: Known) -> bytes | None:
        try:
            return frame.built(known)
        except EncodeError:  # what no frame of the family carries is never sent
            return None
