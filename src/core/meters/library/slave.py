"""The meter's end of a library: requests in, answers out, without a line (meter protocols §9, emulator).

That the two ends of one file understand each other proves that the file does not contradict itself, not that
it is right: only a capture or an independent peer does.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from core.errors import EncodeError
from core.meters.driver import Send
from core.meters.library.classes.model import ClassLibrary
from core.meters.library.frames import Found, Frame, Known, Short
from core.meters.library.model import Library
from core.meters.library.readout.model import ReadoutLibrary

CHUNK = 200
"""Most bytes of a value in one frame, where answers may go on."""


def requests_of(library: Library | ReadoutLibrary | ClassLibrary) -> tuple[Frame, ...]:
    """Every frame that a meter may be sent."""
    match library:
        case Library(read=read):
            frames = [read.send, read.follow]
        case ClassLibrary(access=access):
            frames = [access.send, access.follow, *(answer for _, answer in library.unasked)]
        case _:
            frames = list[Frame | None]()
    if library.session:
        frames += [state.send for state in library.session.states.values()] + [library.session.logout]
    return tuple({frame.name: frame for frame in frames if frame is not None}.values())


class RequestReader:
    """Finds requests in what is heard on a bus."""

    def __init__(self, library: Library | ReadoutLibrary | ClassLibrary) -> None:
        self._frames = requests_of(library)
        self._gap = library.timing.gap
        self._heard = bytearray()
        self._last = 0.0

    def feed(self, data: bytes, now: float) -> list[Found]:
        """Take bytes; a pause longer than a frame may have ends what has begun."""
        if now - self._last > self._gap:
            self._heard.clear()
        self._last = now
        self._heard += data
        found: list[Found] = []
        while self._heard:
            judged = [frame.judge(bytes(self._heard), Known()) for frame in self._frames]
            whole = next((one for one in judged if isinstance(one, Found)), None)
            if whole:
                found.append(whole)
                del self._heard[: whole.size]
            elif any(isinstance(one, Short) for one in judged):
                break
            else:
                del self._heard[0]
        return found


@dataclass(slots=True)
class _Rest:
    """What of an answer has not been asked for yet."""

    id: bytes
    content: bytes


class LibraryMeter:
    """One meter on a bus."""

    def __init__(
        self,
        library: Library,
        address: str,
        content: Callable[[str], bytes | None],
        password: bytes = bytes(6),
    ) -> None:
        """``content``: the bytes behind an identifier, ``None`` if there is no such data."""
        self.library = library
        self.address = address
        self.wire = library.address.wire(address)
        """Its address as frames carry it."""
        self._content = content
        self._password = password
        self._rest: _Rest | None = None
        self._until = 0.0

    def answer(self, heard: Found, now: float) -> Send | None:
        """Take a request that was found on the bus; ``None``: it is for another one, or not answered."""
        if heard.known.address not in (None, self.wire):
            return None
        raw = self._answered(heard, now)
        return None if raw is None else Send(raw, self.library.timing.answer)

    def _answered(self, heard: Found, now: float) -> bytes | None:
        read, session = self.library.read, self.library.session
        if heard.frame not in (read.send, read.follow):
            return self._stepped(heard, now)
        if session and now >= self._until:
            return self._refusal(heard.known, "login")
        if session:
            self._until = now + session.idle
        asked = heard.known.id or b""
        if heard.frame is read.follow:
            rest, self._rest = self._rest, None
            content = rest.content if rest and rest.id == asked else None
        else:
            content = self._content(asked.hex().upper())
        if content is None or heard.known.size not in (None, len(content)):
            return self._refusal(heard.known, "unsupported")
        return self._part(heard.known, content)

    def _part(self, known: Known, content: bytes) -> bytes | None:
        """The first part that fits; what is left waits to be asked for."""
        read = self.library.read
        long = bool(read.more) and len(content) > CHUNK
        if long:
            self._rest = _Rest(known.id or b"", content[CHUNK:])
            content = content[:CHUNK]
        frame = (read.more if long else read.value)[0]
        return self._built(frame, replace(known, data=content))

    def _refusal(self, known: Known, kind: str) -> bytes | None:
        """Say so in the code of the first such error; silence where the family knows none."""
        refused = self.library.read.refused
        row = next((one for one in self.library.errors if one.kind == kind), None)
        if not refused or (row is None and kind != "unsupported"):
            return None
        code = row.code if row and row.code else b"\x02"
        return self._built(refused[0], replace(known, code=code))

    def _stepped(self, heard: Found, now: float) -> bytes | None:
        session = self.library.session
        if session is None:
            return None
        if heard.frame is session.logout:
            self._until = 0.0
            frames = [frame for state in session.states.values() for frame in state.accept]
            return self._built(frames[0], heard.known) if frames else None
        state = next(one for one in session.states.values() if one.send is heard.frame)
        if not self._admitted(heard):
            return self._built(state.refuse[0], heard.known) if state.refuse else None
        if state.leads(state.accept[0]) not in session.states:
            self._until = now + session.idle
        return self._built(state.accept[0], heard.known)

    def _admitted(self, heard: Found) -> bool:
        field = next((one for one in heard.frame.fields if one.kind == "password"), None)
        return field is None or heard.known.password == self._password[: field.size]

    def _built(self, frame: Frame, known: Known) -> bytes | None:
        try:
            return frame.built(replace(known, address=self.wire))
        except EncodeError:  # a value that no frame of the family carries is never sent
            return None
