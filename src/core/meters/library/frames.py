"""Frames as a library describes them: built from what is known, and found in what is heard.

Rules
- A frame is a row of fields. Every field has a fixed size but the data, whose size follows from the length
  field, from the size asked for, or from the end byte of an escaped frame; and fields that end before
  the constant behind them.
- A field may be moved by a constant (645: +33H); check values cover what is sent, before escaping.
- In an escaped frame the first and last byte stand for themselves, everything between is escaped.
"""

from dataclasses import dataclass, field, replace

from core.meters.library.fields import LARGEST, Escape, Field, Known

__all__ = ["LARGEST", "Escape", "Field", "Found", "Frame", "Judged", "Known", "Short", "Unlike"]


@dataclass(frozen=True, slots=True)
class Found:
    """A frame at the front of what was heard."""

    frame: "Frame"
    known: Known
    size: int


@dataclass(frozen=True, slots=True)
class Short:
    """So far it fits; at least so many bytes are missing."""

    missing: int


@dataclass(frozen=True, slots=True)
class Unlike:
    """It is another thing, as far as it was looked at."""

    reason: str
    at: int


Judged = Found | Short | Unlike


@dataclass(slots=True)
class _Walk:
    """How far a frame was followed."""

    told: Known
    starts: list[int] = field(default_factory=list[int])
    at: int = 0
    room: int | None = None
    """Bytes of the data, as soon as they are told."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One kind of frame."""

    name: str
    fields: tuple[Field, ...]
    wake: bytes = b""
    escape: Escape | None = None
    fixed: int = field(default=0)
    """Bytes of all fields with a size of their own."""

    def has(self, kind: str) -> bool:
        """Tell whether there is such a field."""
        return any(one.kind == kind for one in self.fields)

    @property
    def tells_size(self) -> bool:
        """An answer says itself how many bytes of data it has."""
        ended = any(one.kind == "data" and one.until for one in self.fields)
        counted = any(one.kind == "length" and self.covers_data(one) for one in self.fields)
        return self.escape is not None or ended or counted

    @property
    def longest(self) -> int:
        """Most bytes on the line."""
        return max(LARGEST, self.fixed + sum(one.most for one in self.fields if one.until))

    # Building

    def built(self, known: Known) -> bytes:
        """Return the frame with its wake-up bytes; ``EncodeError`` for what does not fit into a field."""
        parts = [one.part(known) for one in self.fields]
        for place, one in enumerate(self.fields):
            if one.kind == "length":
                count = sum(len(part) for part in parts[one.first : one.last + 1]) + one.add
                parts[place] = one.number(count | (one.flag if known.last else 0))
            elif one.check:
                parts[place] = one.check.of(b"".join(parts[one.first : one.last + 1]))
        raw = b"".join(parts)
        if self.escape:
            raw = raw[:1] + self.escape.put(raw[1:-1]) + raw[-1:]
        return self.wake + raw

    # Finding

    def judge(self, heard: bytes, known: Known) -> Judged:
        """Tell whether ``heard`` begins with this frame, its fields being what is ``known``."""
        if self.escape is None:
            return self._walk(heard, known, None)
        start, end = self.fields[0].raw, self.fields[-1].raw[-1]
        if not heard.startswith(start):
            return Unlike("no start byte", 0) if heard else Short(1)
        close = heard.find(end, 1)
        if close < 0:
            return Short(max(1, self.fixed + (known.size or 0) - len(heard)))
        plain = heard[:1] + self.escape.take(heard[1:close]) + heard[close : close + 1]
        judged = self._walk(plain, known, len(plain))
        if isinstance(judged, Short):
            return Unlike("it ends too early", close)
        return replace(judged, size=close + 1) if isinstance(judged, Found) else judged

    def _walk(self, heard: bytes, known: Known, whole: int | None) -> Judged:
        """Look at field after field; ``whole``: the frame is known to have so many bytes."""
        walk = _Walk(known, room=None if whole is None else whole - self.fixed)
        for place in range(len(self.fields)):
            stopped = self._followed(place, heard, walk, known)
            if stopped:
                return stopped
        if whole is not None and walk.at != whole:
            return Unlike("it is too long", walk.at)
        return Found(self, walk.told, walk.at)

    def _followed(self, place: int, heard: bytes, walk: _Walk, known: Known) -> Short | Unlike | None:
        """Take one more field; what stops the walk, if anything does."""
        one, at = self.fields[place], walk.at
        size = self._size(one, heard, walk, known)
        if not isinstance(size, int):
            return size
        if size < 0 or self.fixed + (walk.room or 0) > LARGEST:
            return Unlike("its length cannot be", at)
        if len(heard) < at + size:
            left = self.fixed + (walk.room if walk.room is not None else known.size or 0) - len(heard)
            return Short(max(1, left))
        walk.starts.append(at)
        walk.at = at + size
        return self._taken(place, heard, walk, known)

    def _size(self, one: Field, heard: bytes, walk: _Walk, known: Known) -> int | Short | Unlike:
        if one.until:
            end = one.ends(heard, walk.at)
            if (end if end >= 0 else len(heard)) - walk.at > one.most:
                return Unlike(f"{one.name} has no end", walk.at)
            return Short(1) if end < 0 else end - walk.at
        if one.size is not None:
            return one.size
        return known.size or 0 if walk.room is None else walk.room

    def _taken(self, place: int, heard: bytes, walk: _Walk, known: Known) -> Unlike | None:
        one, at = self.fields[place], walk.starts[place]
        raw = heard[at : walk.at]
        if one.check:
            right = one.check.of(heard[walk.starts[one.first] : _end(walk.starts, one.last, at)])
            wrong = f"check {raw.hex().upper()}H, computed {right.hex().upper()}H"
            return None if raw == right else Unlike(wrong, at)
        taken = one.taken(raw, walk.told)
        if isinstance(taken, str):
            return Unlike(taken, at)
        walk.told = taken
        if one.kind == "length" and self.covers_data(one):
            count = int.from_bytes(raw, one.order)
            walk.room = (count & ~one.flag) - one.add - self._fixed_in(one)
            walk.told = replace(walk.told, last=not one.flag or bool(count & one.flag))
        elif one.kind == "size" and known.size is None and not self.has("length"):
            walk.room = 0 if not self.has("data") else taken.size
        return None

    def covers_data(self, one: Field) -> bool:
        """Tell whether a length counts the data."""
        return any(inner.size is None for inner in self.fields[one.first : one.last + 1])

    def _fixed_in(self, one: Field) -> int:
        return sum(inner.size or 0 for inner in self.fields[one.first : one.last + 1])


def _end(starts: list[int], last: int, check_at: int) -> int:
    """Where the field with the place ``last`` ends."""
    return starts[last + 1] if last + 1 < len(starts) else check_at
