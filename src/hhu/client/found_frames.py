"""Frames in what a person pasted: whole ones, damaged ones, and what is no frame at all.

Order: good frames of terminals; good frames of meters where they stand; what a damaged frame of a terminal
was; frames of protocol libraries; what the rest was meant to be (`hhu.client.recognition`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from core.errors import DecodeError
from core.gdw376.frame import decode_frame
from core.gdw376.reader import Noise, Reader, Received
from core.meters.dissector import Dissector, Sighting
from core.meters.dlt645.control import edition_of
from core.meters.dlt645.frame import OVERHEAD as METER_OVERHEAD
from core.meters.dlt645.frame import decode_frame as decode_meter_frame
from hhu.client import recognition
from hhu.client.recognition import AUTO, Questions

NOT_KNOWN = "no frame of a known family begins so"


@dataclass(frozen=True, slots=True)
class Found:
    """A frame cut out of an input, or something that was meant to be one."""

    raw: bytes
    error: DecodeError | None = None
    """Why it is no valid frame."""
    preamble: int = 0
    """FEH bytes in front."""
    protocol: str = "gdw376.1"
    """Also ``dlt645-1997``, ``dlt645-2007``, and the names of `core.meters.dissector.Dissector`."""
    family: Dissector | None = None
    """What explains it; ``None``: 376.1 and DL/T 645, which have explanations of their own."""
    checked: bool = True
    """It carries a check value."""
    could_be: tuple[str, ...] = ()
    """Families it may be of, where its bytes are too few or too damaged to be sure."""
    asked: bytes = b""
    """The last telegram of its family before it that asked for something."""

    @property
    def sure(self) -> bool:
        """It is good, and there is no doubt what it is."""
        return self.error is None and not self.could_be


@dataclass(frozen=True, slots=True)
class Skipped:
    """Bytes that do not even look like a frame."""

    raw: bytes
    reason: str


def find_frames(data: bytes, family: Dissector | str = AUTO) -> Iterator[Found | Skipped]:
    """Cut an input into frames, damaged frames and the rest, in the order they stand.

    ``family``: the only one that is looked for, or ``auto``, or ``dlt645``.
    """
    questions = Questions()
    for piece in _pieces(data, family):
        if isinstance(piece, Skipped) or piece.family is None:
            yield piece
            continue
        yield replace(piece, asked=questions.before(piece.family))
        if piece.error is None:
            questions.note(piece.family, piece.raw)


def _pieces(data: bytes, family: Dissector | str) -> Iterator[Found | Skipped]:
    if family == AUTO:
        return _all(data)
    return _meters_645(data) if isinstance(family, str) else _of_family(data, family)


def _all(data: bytes) -> Iterator[Found | Skipped]:
    reader = Reader()
    noise, reason = b"", ""
    for piece in [*reader.feed(data, 0.0), *reader.tick(float("inf"))]:
        if isinstance(piece, Noise):
            noise, reason = noise + piece.raw, reason or piece.reason
        else:
            yield from _of_meters(noise, reason)
            noise, reason = b"", ""
            yield _found(piece)
    yield from _of_meters(noise, reason)


def _meters_645(data: bytes) -> Iterator[Found | Skipped]:
    """Frames of DL/T 645 and nothing else."""
    done = at = 0
    while (at := data.find(b"\x68", at)) >= 0:
        if (found := _meter_frame(data[at:])) is None:
            at += 1
            continue
        preamble = _wake_up(data[done:at])
        if at - preamble > done:
            yield Skipped(data[done : at - preamble], "no frame of DL/T 645")
        yield replace(found, preamble=preamble)
        done = at = at + len(found.raw)
    if data[done:]:
        yield Skipped(data[done:], "no frame of DL/T 645")


def _of_family(data: bytes, family: Dissector) -> Iterator[Found | Skipped]:
    """Telegrams of one family, single bytes too."""
    done = 0
    for start, end, _, seen in recognition.search(data, (family,), forced=True):
        yield from _meant(data[done:start], (family,), f"no telegram of {family.name}")
        yield _sighted(data[start:end], family, replace(seen, doubtful=False, also=()))
        done = end
    yield from _meant(data[done:], (family,), f"no telegram of {family.name}")


def _sighted(raw: bytes, family: Dissector, seen: Sighting) -> Found:
    doubtful = seen.doubtful or seen.also
    names = (family.name, *seen.also) if doubtful else ()
    return Found(raw, seen.error, 0, family.name, family, seen.checked, names)


def _found(piece: Received) -> Found:
    return Found(piece.raw, None, len(piece.preamble))


def _of_meters(noise: bytes, reason: str) -> Iterator[Found | Skipped]:
    """Cut frames of meters out of what is no frame of a terminal; look for damaged ones in the rest."""
    done = at = 0
    beside = ""
    while at < len(noise):
        fence = noise.find(b"\x68", at)
        fence = len(noise) if fence < 0 else fence
        if other := _other(noise, at, fence, beside):
            start, found = other
        elif fence == len(noise):
            break
        elif size := _claimed_by_terminal(noise[fence : fence + 6]):
            at, beside = fence + size, ""
            continue
        elif meter := _meter_frame(noise[fence:]):
            start, found = fence, replace(meter, preamble=_wake_up(noise[done:fence]))
        else:
            at, beside = fence + 1, ""
            continue
        yield from _damaged_terminal(noise[done : start - found.preamble], reason)
        yield found
        done = at = start + len(found.raw)
        beside = found.protocol
    yield from _damaged_terminal(noise[done:], reason)


def _other(noise: bytes, at: int, fence: int, beside: str) -> tuple[int, Found] | None:
    """The first telegram of another family than 376.1 and DL/T 645 that begins before the next 68H."""
    if not noise[at:fence].strip(b"\xfe"):
        return None
    families, first = recognition.natives(), at
    while (at := recognition.next_start(noise, at, families)) < fence:
        if seen := recognition.sighted(noise, at, families, beside if at == first else ""):
            family, sighting = seen
            return at, _sighted(noise[at : at + sighting.size], family, replace(sighting, doubtful=False))
        at += 1
    return None


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
        yield from _loose(noise[: starts[0] if starts else len(noise)], reason)
    for start, limit in pairwise([*starts, len(noise)]):
        yield from _cut(noise[start:limit])


def _loose(piece: bytes, reason: str) -> Iterator[Found | Skipped]:
    """Frames of protocol libraries, and what the rest was meant to be."""
    done = 0
    for start, end, family, seen in recognition.search(piece, recognition.shipped()):
        yield from _meant(piece[done:start], recognition.natives(), reason)
        yield _sighted(piece[start:end], family, seen)
        done = end
    yield from _meant(piece[done:], recognition.natives(), reason)


def _meant(piece: bytes, families: tuple[Dissector, ...], reason: str) -> Iterator[Found | Skipped]:
    """Bytes that only look like a telegram are never called more than that."""
    if not piece:
        return
    found = recognition.meant(piece, families)
    if found is None:
        yield Skipped(piece, reason)
        return
    likely, seen = found
    family, size = likely[0], seen.size
    names = tuple(one.name for one in likely) if len(families) > 1 else ()
    yield Found(piece[:size], seen.error, 0, family.name, family, seen.checked, names or seen.also)
    yield from _meant(piece[size:], families, "bytes behind a telegram")


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
