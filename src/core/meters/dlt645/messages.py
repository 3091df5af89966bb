"""Frames with their meaning: which record the data of a function are, in both directions.

The tables are the protocol: function to record. A frame that is in neither is left as bytes.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from core.errors import DecodeError, EncodeError
from core.meters.dlt645 import answers as a
from core.meters.dlt645 import requests as r
from core.meters.dlt645.control import FUNCTION, MORE, NEGATIVE, REPLY, Edition
from core.meters.dlt645.formats import Code
from core.meters.dlt645.frame import Frame
from core.meters.dlt645.identifiers import Quantity, by_wire, decode_value, identifier
from core.wire.record import Record, layout_of

REQUESTS: dict[Edition, dict[int, type[Record]]] = {
    Edition.V1997: {
        0x01: r.Read1997, 0x02: r.FollowUp1997, 0x03: r.ReadAgain1997, 0x04: r.Write1997,
        0x08: r.BroadcastTime, 0x0A: r.WriteAddress, 0x0C: r.ChangeRate, 0x0F: r.ChangePassword1997,
        0x10: r.ClearDemand1997,
    },
    Edition.V2007: {
        0x03: r.Security, 0x08: r.BroadcastTime, 0x11: r.Read2007, 0x12: r.FollowUp2007, 0x13: r.ReadAddress,
        0x14: r.Write2007, 0x15: r.WriteAddress, 0x16: r.Freeze, 0x17: r.ChangeRate, 0x18: r.ChangePassword2007,
        0x19: r.ClearDemand2007, 0x1A: r.ClearMeter, 0x1B: r.ClearEvents, 0x1C: r.Switch, 0x1D: r.Output,
    },
}  # fmt: skip
ANSWERS: dict[Edition, dict[int, type[Record]]] = {
    Edition.V1997: {
        0x01: a.Values1997, 0x02: a.Values1997, 0x03: a.Values1997, 0x04: a.Done, 0x0A: a.Done, 0x0C: a.NewRate,
        0x0F: a.NewPassword, 0x10: a.Done,
    },
    Edition.V2007: {
        0x03: a.Values2007, 0x11: a.Values2007, 0x12: a.Part2007, 0x13: a.OwnAddress, 0x14: a.Done, 0x15: a.Done,
        0x16: a.Done, 0x17: a.NewRate, 0x18: a.NewPassword, 0x19: a.Done, 0x1A: a.Done, 0x1B: a.Done,
        0x1C: a.Done, 0x1D: a.NewOutput,
    },
}  # fmt: skip
_FUNCTIONS: dict[Edition, dict[type[Record], int]] = {
    edition: {cls: function for function, cls in table.items()} for edition, table in REQUESTS.items()
}
_FUNCTIONS[Edition.V1997][r.OpenWrite1997] = 0x04
_FUNCTIONS[Edition.V2007][r.SealedSwitch] = 0x1C


def layout_for(frame: Frame) -> Any | None:
    """Return the class of a frame's data: a record or refusal, ``None`` for functions of neither edition."""
    sealed = frame.function == 0x1C and frame.data[:1] == b"\x98" and not frame.reply
    return r.SealedSwitch if sealed else layout_of_function(frame.control, frame.edition)


def layout_of_function(control: int, edition: Edition) -> Any | None:
    """Return the same by the control byte alone."""
    function = control & FUNCTION
    if not control & REPLY:
        return REQUESTS[edition].get(function)
    if function not in ANSWERS[edition] or not control & NEGATIVE:
        return ANSWERS[edition].get(function)
    if edition is Edition.V1997:
        return a.Refusal1997
    return a.SecurityRefusal if function == 0x03 else a.Refusal2007


def meaning_of(frame: Frame) -> Any | None:
    """Decode the data of a frame; ``None`` for functions without a layout.

    ``DecodeError`` where the data do not fit the function.
    """
    if frame.control in _READS:
        return _read_asked(frame.control, frame.data)
    if (size := _IDENTIFIER_OF_READ.get(frame.control)) and len(frame.data) >= size:
        values = a.Values2007 if size == 4 else a.Values1997
        return values(_code(frame.data[:size]), frame.data[size:])
    return _decoded(frame)


@lru_cache(maxsize=4096)
def _read_asked(control: int, data: bytes) -> Any:
    """A read; the same few hundred go round day by day."""
    return _decoded(Frame("", control, data))


@lru_cache(maxsize=4096)
def _code(wire: bytes) -> str:
    return wire[::-1].hex().upper()


def _decoded(frame: Frame) -> Any | None:
    layout = layout_for(frame)
    if layout is None:
        return None
    codec = layout_of(layout)
    value, after = codec.take(frame.data, 0, len(frame.data), {})
    if after != len(frame.data):
        raise DecodeError(f"{len(frame.data) - after} bytes too many", after)
    return value


def request_frame(address: str, request: Record, edition: Edition = Edition.V2007) -> Frame:
    """Return the frame of a request; ``EncodeError`` for one the edition does not have."""
    function = _FUNCTIONS[edition].get(type(request))
    if function is None:
        raise EncodeError(f"DL/T 645-{edition.value} has no {type(request).__name__}", field="request")
    return Frame(address, function, _asking(request) if function in _READS else request.encode())


@lru_cache(maxsize=4096)
def _asking(request: Record) -> bytes:
    """The data of a read."""
    return request.encode()


def answer_frame(address: str, function: int, answer: Record, *, more: bool = False) -> Frame:
    """Return the frame of a positive answer."""
    control = REPLY | (MORE if more else 0) | function
    if isinstance(answer, a.Values2007 | a.Values1997):
        size = 4 if isinstance(answer, a.Values2007) else 2
        return Frame(address, control, _wire(answer.code, size) + answer.content)
    return Frame(address, control, answer.encode())


@lru_cache(maxsize=4096)
def _wire(code: str, size: int) -> bytes:
    return Code(size).dump(code)


def refusal_frame(address: str, function: int, error: int, size: int = 1) -> Frame:
    """Return the frame of a refusal."""
    return Frame(address, REPLY | NEGATIVE | function, error.to_bytes(size, "little"))


@dataclass(frozen=True, slots=True)
class Reading:
    """A value as a frame brought it."""

    code: str
    content: bytes
    quantity: Quantity | None = None
    value: Any = None
    error: DecodeError | None = None
    """Why the content is no value."""

    @property
    def json(self) -> Any:
        """The value as JSON holds it; ``None`` for "no value"."""
        if self.quantity is None or self.error or self.value is None:
            return None
        return self.quantity.codec.to_json(self.value)


def reading(code: str, content: bytes, edition: Edition) -> Reading:
    """Look at the content of an identifier; garbage is noted, never raised."""
    quantity = identifier(code, edition)
    if quantity is None:
        return Reading(code, content)
    try:
        return Reading(code, content, quantity, decode_value(quantity, content))
    except DecodeError as error:
        return Reading(code, content, quantity, error=error)


def value_in(frame: Frame) -> Reading | None:
    """Return the value of a complete answer to a read, ``None`` for every other frame.

    The short way for the poll loop: no record is made.
    """
    size = _IDENTIFIER_OF_READ.get(frame.control)
    if size is None or len(frame.data) < size:
        return None
    wire, content = frame.data[:size], frame.data[size:]
    quantity = by_wire(wire)
    if quantity is None:
        return Reading(wire[::-1].hex().upper(), content)
    try:
        return Reading(quantity.code, content, quantity, decode_value(quantity, content))
    except DecodeError as error:
        return Reading(quantity.code, content, quantity, error=error)


_READS = frozenset({0x01, 0x11})
"""Control bytes of requests to read."""
_IDENTIFIER_OF_READ = {REPLY | 0x11: 4, REPLY | 0x01: 2}
"""Bytes of the identifier, by the control byte of a complete answer to a read."""
