"""Frames of a protocol library for people: fields by its file, values by its formats.

A frame counts only where its file has a check value that is right, and where its identifier is one the file
knows: other frames would be found by chance.
"""

from collections.abc import Iterator
from dataclasses import replace

from core.errors import DecodeError
from core.meters.dissector import DOWN, UP, Explained, Reading, Sighting
from core.meters.library import model as m
from core.meters.library.frames import LARGEST, Field, Found, Frame, Known, Short
from core.meters.library.shown import plain_text
from core.meters.library.slave import requests_of
from core.meters.library.values import Format
from core.meters.quantity_names import PHASES, joined, name_of, tariff_of
from core.wire.codec import Node

_FIELDS = {
    "const": ("固定值", "Constant"), "any": ("任意值", "Anything"), "address": ("地址", "Address"),
    "id": ("数据标识", "Identifier"), "size": ("长度", "Bytes of the value"), "length": ("长度", "Length"),
    "data": ("数据", "Data"), "code": ("错误码", "Error code"), "password": ("密码", "Password"),
    "counter": ("序号", "Counter"), "check": ("校验码", "Check"), "variable": ("变量", "Variable"),
    "text": ("文本", "Text"), "cipher": ("密码", "Enciphered password"), "offset": ("偏移", "Offset"),
    "count": ("长度", "Bytes wanted"),
}  # fmt: skip
Use = tuple[Format, tuple[str, str]]
"""How an identifier is read, and its names."""
_TOTAL = ("总", "total")


class LibraryFrames:
    """See `core.meters.dissector.Dissector`."""

    def __init__(self, library: m.Library) -> None:
        self.library = library
        self.name = library.identity.id
        self.shape = f"{library.identity.title}: {', '.join(library.frames)}"
        self._requests = requests_of(library)
        self._frames = _checked(library)
        self.starts = frozenset(
            byte
            for frame in self._frames
            for byte in ((frame.wake or frame.fields[0].raw or b"")[:1] or bytes(range(256)))
        )
        self._anchors = tuple(map(_anchor, self._frames))
        self._uses = dict(_uses(library))

    def sight(self, data: bytes, at: int) -> Sighting | None:
        """Return the frame that begins here, wake-up bytes included."""
        for frame, (offset, bytes_there) in zip(self._frames, self._anchors, strict=True):
            if data[at + offset : at + offset + 1] in bytes_there and (
                found := self._judged(frame, data[at : at + LARGEST])
            ):
                return Sighting(found.size)
        return None

    def _judged(self, frame: Frame, heard: bytes) -> Found | None:
        woken = len(heard) - len(heard.lstrip(frame.wake[:1])) if frame.wake else 0
        judged = frame.judge(heard[woken:], Known())
        if not isinstance(judged, Found) or not self._knows(judged.known):
            return None
        return replace(judged, size=judged.size + woken)

    def _knows(self, known: Known) -> bool:
        if known.id is None:
            return True
        size = self.library.sizes.get(known.id.hex().upper())
        return size is not None and (not size or known.size in (None, size))

    def meant(self, data: bytes) -> Sighting | None:
        """Return the frame these bytes come nearest to: most of its fields are right."""
        nearest = (0, "")
        for frame in self._frames:
            judged = frame.judge(data.lstrip(frame.wake[:1]) if frame.wake else data, Known())
            if isinstance(judged, Short):
                nearest = max(
                    nearest, (len(data), f"half a frame: at least {judged.missing} bytes are missing")
                )
            elif not isinstance(judged, Found):
                nearest = max(nearest, (judged.at, judged.reason))
        at, reason = nearest
        return Sighting(len(data), DecodeError(reason, at)) if at > 1 else None

    def explain(self, raw: bytes, asked: bytes = b"") -> Explained:
        """Every field; as bytes where it is none of the frames of the file."""
        for frame in self._frames:
            if found := self._judged(frame, raw):
                return self._explained(frame, found, raw)
        node = Node(
            "frame", "帧", "Frame", raw.hex(" ").upper(), 0, len(raw), error="no frame of the library"
        )
        secret = any(frame.has("password") or frame.has("cipher") for frame in self._frames)
        return Explained((replace(node, text="••••" if secret else node.text, secret=secret),))

    def _explained(self, frame: Frame, found: Found, raw: bytes) -> Explained:
        known, use = found.known, None
        code = known.id.hex().upper() if known.id else ""
        use = self._uses.get(code)
        zh, en = use[1] if use else ("", "")
        reading = Reading(code, zh, en, unit=use[0].unit if use else "")
        if frame.has("data"):
            reading = _read(reading, use, known.data)
        nodes = tuple(_nodes(frame, raw, known, reading))
        down = frame in self._requests
        refusal = next(
            (row.says or row.kind for row in self.library.errors if known.code and row.fits(known.code)), ""
        )
        return Explained(
            nodes, "请求" if down else "应答", frame.name, DOWN if down else UP, self._address(known.address),
            (reading,) if code else (), refusal,
        )  # fmt: skip

    def _address(self, wire: bytes | None) -> str | None:
        form = self.library.address
        if wire is None:
            return None
        plain = wire if form.big or form.form == "text" else wire[::-1]
        match form.form:
            case "uint":
                return f"{int.from_bytes(plain, 'big'):012d}"
            case "bcd":
                return plain.hex().upper().rjust(12, "0")
            case _:
                return plain.decode("ascii", "replace").rjust(12, "0")


def _checked(library: m.Library) -> tuple[Frame, ...]:
    frames = {frame.name: frame for frame in (*requests_of(library), *library.read.value, *library.read.more,
                                              *library.read.refused)}  # fmt: skip
    if library.session:
        for state in library.session.states.values():
            frames |= {frame.name: frame for frame in (*state.accept, *state.refuse)}
    return tuple(frame for frame in frames.values() if frame.has("check"))


def _anchor(frame: Frame) -> tuple[int, frozenset[bytes]]:
    """Place of the first constant, and the bytes that may stand there: most places are dismissed by it."""
    if frame.wake:
        return 0, frozenset((frame.wake[:1], frame.fields[0].raw[:1]))
    at = 0
    for one in frame.fields:
        if one.kind == "const":
            return at, frozenset(raw[:1] for raw in (one.raw, *one.also))
        if one.size is None or frame.escape:
            break
        at += one.size
    return 0, frozenset(bytes([byte]) for byte in range(256))


def _read(reading: Reading, use: Use | None, content: bytes) -> Reading:
    if use is None:
        return replace(reading, value=content.hex().upper())
    try:
        return replace(reading, value=plain_text(use[0].load(content)))
    except DecodeError as error:
        return replace(reading, error=error.reason)


def _nodes(frame: Frame, raw: bytes, known: Known, reading: Reading) -> Iterator[Node]:
    """One node per field; an escaped frame is opened first, its spans are those on the wire."""
    woken = len(raw) - len(raw.lstrip(frame.wake[:1])) if frame.wake else 0
    if woken:
        yield Node("preamble", "前导字符", "Preamble", raw[:woken].hex(" ").upper(), 0, woken)
    plain, places = _opened(frame, raw[woken:])
    at = 0
    for one in frame.fields:
        rest = one.ends(plain, at) - at if one.until else len(plain) - frame.fixed
        size = rest if one.size is None or one.until else one.size
        span = woken + places[at], woken + places[at + size]
        yield _node(one, plain[at : at + size], span, reading)
        at += size


def _opened(frame: Frame, raw: bytes) -> tuple[bytes, tuple[int, ...]]:
    if frame.escape is None:
        return raw, tuple(range(len(raw) + 1))
    places, marked = [0], False
    for at, byte in enumerate(raw[1:-1], 1):
        if not marked:
            places.append(at)
        marked = not marked and byte == frame.escape.marker
    return raw[:1] + frame.escape.take(raw[1:-1]) + raw[-1:], (*places, len(raw) - 1, len(raw))


def _node(one: Field, plain: bytes, span: tuple[int, int], reading: Reading) -> Node:
    zh, en = _FIELDS[one.kind]
    name = one.name.replace("_", " ")
    en = en if one.kind == one.name else f"{en}, {name}"
    text = plain.hex(" ").upper()
    match one.kind:
        case "password" | "cipher":
            return Node("password", zh, en, "••••", *span, secret=True)
        case "id":
            text = f"{reading.code} {reading.en}".rstrip()
        case "data" if reading.value is not None or reading.error:
            zh, en = reading.zh or zh, reading.en or en
            return Node(
                "value", zh, en, reading.value or text, *span, reading.unit, error=reading.error or None
            )
        case "size" | "counter" | "length" | "offset" | "count":
            shifted = bytes((byte - one.plus) & 0xFF for byte in plain)
            text = str(int.from_bytes(shifted, "big" if one.big else "little"))
        case _:
            pass
    return Node(one.name, zh, en, text, *span)


def _uses(library: m.Library) -> Iterator[tuple[str, Use]]:
    """Return how each identifier is read; those that hold a block of values are left as bytes."""
    for quantity, plan in library.quantities.items():
        names = name_of(quantity)
        match plan:
            case m.Energies(columns=columns):
                for back, column in enumerate(columns):
                    yield from _column(column, (names, _back(back)))
            case m.Maxima(columns=pairs):
                for back, (demands, times) in enumerate(pairs):
                    yield from _column(demands, (names, _back(back)))
                    yield from _column(times, (names, _back(back), ("时间", "time")))
            case m.Phases(format=form, each=each, signs=signs):
                phases = PHASES if len(each) == 3 else (_TOTAL, *PHASES)
                for code, phase in zip(each, phases, strict=False):
                    yield code, (form, joined(names, phase))
                if signs:
                    yield signs.id, (signs.format, joined(names, ("符号", "signs")))
            case _:
                yield from _single(plan, names)


def _single(plan: m.Plan, names: tuple[str, str]) -> Iterator[tuple[str, Use]]:
    match plan:
        case m.Clock(parts=parts):
            yield from ((part.id, (part.format, names)) for part in parts)
        case m.Counted(times=times, at=at):
            yield times.id, (times.format, names)
            if at:
                yield at.id, (at.format, joined(names, ("时间", "when last")))
        case m.One(id=code, format=form):
            yield code, (form, names)
        case _:
            return


def _back(months: int) -> tuple[str, str]:
    return (f"上{months}月", f"{months} months back" if months > 1 else "last month") if months else ("", "")


def _column(column: m.Column, names: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, Use]]:
    if column.total:
        yield column.total, (column.format, joined(*names, tariff_of(0)))
    for number, code in enumerate(column.tariffs, 1):
        yield code, (column.format, joined(*names, tariff_of(number)))
