"""Frames in what a person pasted: whole ones, damaged ones, and what is no frame at all."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from core.errors import DecodeError
from core.gdw376.frame import decode_frame
from core.gdw376.reader import Noise, Reader, Received
from core.meters.dlt645.control import edition_of
from core.meters.dlt645.frame import OVERHEAD as METER_OVERHEAD
from core.meters.dlt645.frame import decode_frame as decode_meter_frame


@dataclass(frozen=True, slots=True)
class Found:
    """A frame cut out of an input, or something that was meant to be one."""

    raw: bytes
    error: DecodeError | None = None
    """Why it is no valid frame."""
    preamble: int = 0
    """FEH bytes in front."""
    protocol: str = "gdw376.1"
    """Also ``dlt645-1997`` and ``dlt645-2007``."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Bytes that do not even look like a frame."""

    raw: bytes
    reason: str


def find_frames(data: bytes) -> Iterator[Found | Skipped]:
    """Cut an input into frames, damaged frames and the rest, in the order they stand."""
    reader = Reader()
    noise, reason = b"", ""
    for piece in [*reader.feed(data, 0.0), *reader.tick(float("inf"))]:
        if isinstance(piece, Noise):
            noise, reason = noise + piece.raw, reason or piece.reason
        else:
            yield from _damaged(noise, reason)
            noise, reason = b"", ""
            yield _found(piece)
    yield from _damaged(noise, reason)


def _found(piece: Received) -> Found:
    return Found(piece.raw, None, len(piece.preamble))


def _damaged(noise: bytes, reason: str) -> Iterator[Found | Skipped]:
    """Cut frames of meters out of what is no frame of a terminal; look for damaged ones in the rest."""
    done = at = 0
    while (at := noise.find(b"\x68", at)) >= 0:
        if size := _claimed_by_terminal(noise[at : at + 6]):
            at += size
        elif found := _meter_frame(noise[at:]):
            yield from _damaged_terminal(noise[done : at - _wake_up(noise[done:at])], reason)
            yield replace(found, preamble=_wake_up(noise[done:at]))
            done = at = at + len(found.raw)
        else:
            at += 1
    yield from _damaged_terminal(noise[done:], reason)


def _wake_up(before: bytes) -> int:
    """Number of FEH at the end."""
    return len(before) - len(before.rstrip(b"\xfe"))


def _claimed_by_terminal(head: bytes) -> int:
    """Length of the frame of a terminal that begins here with little doubt, else 0.

    A frame it forwards must not be cut out of a damaged one.
    """
    if head[5:6] != b"\x68":
        return 0
    lengths = (int.from_bytes(head[1:3], "little") >> 2, int.from_bytes(head[3:5], "little") >> 2)
    return max(lengths) + 8 if lengths[0] == lengths[1] or head[1] & 3 == head[3] & 3 == 2 else 0


def _meter_frame(rest: bytes) -> Found | None:
    """The frame of a meter that begins here: a good one, or one that is damaged or cut at its end."""
    if len(rest) < 10 or rest[7] != 0x68:
        return None
    raw = rest[: rest[9] + METER_OVERHEAD]
    protocol = f"dlt645-{edition_of(rest[8], rest[9]).value}"
    try:
        decode_meter_frame(raw)
    except DecodeError as error:
        whole = len(raw) == rest[9] + METER_OVERHEAD
        return None if whole and raw[-1] != 0x16 else Found(raw, error, protocol=protocol)
    return Found(raw, protocol=protocol)


def _damaged_terminal(noise: bytes, reason: str) -> Iterator[Found | Skipped]:
    """Look for what was meant to be a frame: 68H with a second 68H or two equal lengths behind it."""
    starts = [at for at in range(len(noise)) if _looks_like_start(noise[at : at + 6])]
    if noise and (not starts or starts[0] > 0):
        yield Skipped(noise[: starts[0] if starts else len(noise)], reason)
    for start, limit in pairwise([*starts, len(noise)]):
        yield from _cut(noise[start:limit])


def _looks_like_start(head: bytes) -> bool:
    return head[:1] == b"\x68" and (head[5:6] == b"\x68" or (len(head) >= 5 and head[1:3] == head[3:5]))


def _cut(raw: bytes) -> Iterator[Found | Skipped]:
    """A damaged frame and what stands behind its end, where its length can be believed."""
    claimed = (int.from_bytes(raw[1:3], "little") >> 2) + 8
    believed = raw[1:3] == raw[3:5] and 16 <= claimed < len(raw)
    size = claimed if believed else len(raw)
    yield Found(raw[:size], _flaw(raw[:size]))
    if raw[size:]:
        yield Skipped(raw[size:], "no start byte 68H")


def _flaw(raw: bytes) -> DecodeError:
    try:
        decode_frame(raw)
    except DecodeError as error:
        return error
    return DecodeError("not on a line by itself")
