"""What the master side is asked to do, and what came of it."""

from dataclasses import dataclass

from core.errors import CoreError, DeniedError
from core.gdw376.address import UNIVERSAL, UNIVERSAL_REVERSED, Address
from core.gdw376.frame import Ec, Frame
from core.gdw376.trailer import PW_AFNS, PW_SIZE, VENDOR_AFN
from core.gdw376.verdict import Judgement, judge

_CONTROL = {0x01: (1, True), 0x04: (10, True), 0x05: (10, True), VENDOR_AFN: (10, False)}
"""AFN -> function code and CON of the request (part A §1.3; F0H: vendor extension 1.1)."""
_QUERY = (11, False)
_SHARED = (UNIVERSAL, UNIVERSAL_REVERSED)


@dataclass(frozen=True, slots=True)
class Request:
    """One exchange: as many frames down as ``parts``, one message up."""

    address: Address
    afn: int
    parts: tuple[bytes, ...]
    """Payload of each frame, from ``packing.pack``."""
    pw: bytes | None = None
    """PW of 16 bytes; ``None`` sends 16 x 00H where the AFN has PW."""
    omit_pw: bool = False
    """Leave PW out: one family of masters does so in AFN10 (part A §2.4)."""
    con: bool | None = None
    """Ask for a confirmation of each frame; ``None`` by the AFN. Without it the parts go out at once."""
    function: int | None = None
    """Function code; ``None`` by the AFN."""
    tp_delay: int | None = None
    """Send a time label allowing so many minutes; many terminals stay silent when the clocks differ."""
    timeout: float | None = None
    """Seconds to wait instead of the line's usual time, for relays to a meter."""
    retries: int | None = None
    """Instead of the line's usual number."""
    repeatable: bool | None = None
    """May be sent again after silence. ``None``: yes, unless an acting AFN goes out with a time label, which
    switches off the terminal's protection against executing twice (part A §2.2)."""

    @property
    def control(self) -> tuple[int, bool]:
        """Function code and CON."""
        function, con = _CONTROL.get(self.afn, _QUERY)
        return (
            function if self.function is None else self.function,
            (con or len(self.parts) > 1) if self.con is None else self.con,
        )

    @property
    def pw_bytes(self) -> bytes | None:
        """PW as it is sent."""
        return None if self.omit_pw or self.afn not in PW_AFNS else self.pw or bytes(PW_SIZE)

    def tries(self, usual_retries: int) -> int:
        """How often each frame is sent at most."""
        acting_dated = self.tp_delay is not None and self.afn in PW_AFNS
        repeatable = not acting_dated if self.repeatable is None else self.repeatable
        retries = usual_retries if self.retries is None else self.retries
        return 1 + (retries if repeatable else 0)

    def fits(self, answer: Frame) -> bool:
        """Tell whether the AFN and the sender of an answer belong to this request."""
        if not (self.anybody or self.address.same_station(answer.address)):
            return False
        if self.afn == 0x08:
            return True
        task_data = self.afn == 0x0B and answer.afn in (0x0C, 0x0D)
        return task_data or answer.afn in (self.afn, 0x00)

    @property
    def anybody(self) -> bool:
        """True when the answer comes from an address that is not the one asked."""
        return self.address.group or self.address.by(0) in _SHARED


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete answer: data, or a word on the request."""

    request: Request
    frames: tuple[Frame, ...]

    @property
    def address(self) -> Address:
        """Who answered; the own address of a terminal that was asked by a shared one."""
        return self.frames[0].address

    @property
    def afn(self) -> int:
        """AFN of the answer; 00H confirms or denies."""
        return self.frames[0].afn

    @property
    def payload(self) -> bytes:
        """Data units of all frames."""
        return b"".join(frame.payload for frame in self.frames)

    @property
    def ec(self) -> Ec | None:
        """Event counters, when the terminal has an important event waiting (ACD)."""
        return next((frame.aux.ec for frame in reversed(self.frames) if frame.aux.ec), None)

    @property
    def acd(self) -> bool:
        """An important event waits."""
        return any(frame.acd for frame in self.frames)

    @property
    def judgement(self) -> Judgement | None:
        """The terminal's word, ``None`` when it sent data."""
        return judge(self.payload) if self.afn == 0x00 else None

    @property
    def denial(self) -> DeniedError | None:
        """The error to raise when the terminal refused."""
        judgement = self.judgement
        return judgement.error(self.request.afn) if judgement else None


@dataclass(frozen=True, slots=True)
class Completed:
    """The request got its answer; a denial is an answer too and final."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class Failed:
    """The request got no complete answer; whether a write was executed is unknown."""

    request: Request
    error: CoreError


@dataclass(frozen=True, slots=True)
class Report:
    """A frame the terminal sent by itself: login, heartbeat, event, task data."""

    frame: Frame
    repeated: bool = False
    """The terminal sent the same again because it missed the confirmation."""
