"""Frames of EDMI for people: every byte in one tree, stuffing taken off. Passwords are never shown.

Which end speaks follows from the letter and the length; the answer of a multi-read is taken apart with the
registers of the request before it.
"""

from contextlib import suppress
from dataclasses import replace

from core.errors import DecodeError
from core.meters.dissector import DOWN, UP, Explained, Reading, Sighting
from core.meters.edmi import commands as c
from core.meters.edmi.frame import ETX, EXTENDED, HEADER, LARGEST, STX, check_of, decode_frame, unstuffed
from core.meters.edmi.naming import name_of, type_of, unit_of, value_text
from core.meters.edmi.values import split
from core.wire.codec import Node
from core.wire.trail import Ended, Trail

LETTERS = frozenset(b"RMWNIOLXFAB\x06\x18")
"""What a body may begin with."""
_NAMES = {
    c.Attention: ("联络", "attention"), c.Login: ("登录", "log in"), c.Logout: ("退出", "log out"),
    c.Read: ("读寄存器", "read register"), c.ReadMany: ("读多个寄存器", "read registers"),
    c.Write: ("写寄存器", "write register"), c.Information: ("查询寄存器属性", "ask for type and unit"),
    c.FileInformation: ("查询文件属性", "ask for file"), c.Unknown: ("未知命令", "unknown command"),
    c.Accepted: ("确认", "ACK"), c.Refused: ("否认", "refused"),
    c.Content: ("寄存器内容", "register content"),
    c.Contents: ("多个寄存器内容", "contents of registers"),
    c.Description: ("寄存器属性", "type, unit and name"),
    c.Strange: ("未知应答", "unknown answer"),
}  # fmt: skip


class EdmiFrames:
    """See `core.meters.dissector.Dissector`."""

    name = "edmi"
    shape = "begins with 02, ends with 03, in front of which stand two bytes of CRC"
    starts = frozenset({STX})

    def sight(self, data: bytes, at: int) -> Sighting | None:
        """Return a frame whose CRC is right; the bare attention signal is doubtful."""
        again = data.find(STX, at + 1, at + LARGEST)
        end = data.find(ETX, at + 1, again if again > 0 else at + LARGEST)
        if data[at] != STX or end < 0:
            return None
        try:
            decode_frame(data[at : end + 1])
        except DecodeError:
            return None
        size = end + 1 - at
        return Sighting(size, checked=size > 2, doubtful=size == 2)

    def meant(self, data: bytes) -> Sighting | None:
        """Return a frame whose CRC is wrong or whose end is missing, by the letter of its body."""
        if len(data) < 3 or data[0] != STX:
            return None
        end = data.find(ETX, 1)
        raw = data[: end + 1] if end > 0 else data
        body = unstuffed(raw[1:-1] if end > 0 else raw[1:])[0]
        letter = body[HEADER : HEADER + 1] if body[:1] == b"\x45" else body[:1]
        if not (letter and letter[0] in LETTERS) and not (body[:1] == b"\x45" and len(body) > 2):
            return None
        try:
            decode_frame(raw)
        except DecodeError as error:
            return Sighting(len(raw), _told(error, raw))
        return None

    def explain(self, raw: bytes, asked: bytes = b"") -> Explained:
        """Every byte, as far as they go."""
        if len(raw) == 2:
            return Explained(_ends(raw, ()), *_NAMES[c.Attention], DOWN)
        whole = raw[-1] == ETX
        plain, places = unstuffed(raw[1:-1] if whole else raw[1:])
        body = plain[:-2] if whole else plain
        walk = _Walk(Trail(body), _command_of(asked))
        with suppress(Ended):
            walk.all()
        nodes = [*walk.trail.nodes, *(_check(plain) if whole else ())]
        placed = tuple(_placed(node, places) for node in nodes)
        zh, en = _NAMES[type(walk.said)] if walk.said else ("", "")
        return Explained(
            _ends(raw, placed), zh, en, walk.direction, walk.address, tuple(walk.readings), walk.refusal
        )


def _told(error: DecodeError, raw: bytes) -> DecodeError:
    """Say of a wrong CRC what it should be."""
    if error.field == "CRC":
        plain = unstuffed(raw[1:-1])[0]
        return DecodeError(f"{plain[-2:].hex().upper()}H, computed {check_of(plain[:-2]):04X}H", *_at(error))
    if raw[-1] != ETX:
        return DecodeError(f"cut short after {len(raw)} bytes: no end byte 03H", len(raw))
    return error


def _at(error: DecodeError) -> tuple[int, str]:
    return error.offset, error.field


def _command_of(asked: bytes) -> c.Command | None:
    """Return the command of a frame that was right when it was found."""
    if not asked:
        return None
    try:
        return c.command_in(decode_frame(asked).body)
    except DecodeError:
        return None


class _Walk:
    """Header and body, front to back, unstuffed."""

    def __init__(self, trail: Trail, asked: c.Command | None) -> None:
        self.trail = trail
        self.said: c.Command | c.Answer | None = None
        self.direction: str | None = None
        self.address: str | None = None
        self.refusal = ""
        self.readings: list[Reading] = []
        self._asked = asked

    def all(self) -> None:
        """The header, then what the letter says; the rest as bytes."""
        trail = self.trail
        ends: tuple[int, int] | None = None
        if trail.data[:1] == bytes((EXTENDED,)):
            trail.octets("extended", "扩展帧", "Extended frame", 1)
            ends = self._number("destination", "目的", "To", 4), self._number("source", "源", "From", 4)
            self._number("sequence", "序号", "Sequence", 2)
        self._body(trail.data[trail.at :])
        if ends:
            self.address = f"{ends[0 if self.direction == DOWN else 1]:012d}" if self.direction else None
        trail.rest()

    def _number(self, name: str, zh: str, en: str, size: int) -> int:
        value = int.from_bytes(self.trail.data[self.trail.at : self.trail.at + size], "big")
        self.trail.octets(name, zh, en, size, str(value))
        return value

    def _body(self, body: bytes) -> None:
        self.said = said = c.command_in(body)
        if _is_answer(said, body, self._asked):
            try:
                self.said = said = c.answer_in(body)
            except DecodeError as error:
                self.trail.octets("body", "命令", "Body", len(body), error=error.reason)
                return
        self.direction = UP if isinstance(said, c.Answer) else DOWN
        if isinstance(said, c.Unknown | c.Strange):
            self.direction = None
        if body:
            self._command(said, body)

    def _command(self, said: c.Command | c.Answer, body: bytes) -> None:
        trail, en = self.trail, _NAMES[type(said)][1]
        if isinstance(said, c.FileInformation):
            trail.octets("command", "命令", "Command", 2, f"{body[:2].decode('latin-1')} {en}")
        else:
            letter = f"{body[0]:02X}H" if body[0] < 0x20 else chr(body[0])
            trail.octets(
                "command", "命令", "Command", 1, letter if isinstance(said, c.Strange) else f"{letter} {en}"
            )
        match said:
            case c.Login(user, password):
                trail.octets("user", "用户", "User", len(user), user)
                trail.octets("comma", "分隔符", "Comma", 1, ",")
                trail.octets("password", "密码", "Password", len(password), "••••", secret=True)
                trail.octets("end_of_text", "文本结束", "End of text", 1)
            case c.Refused(code):
                self.refusal = said.text
                if code is not None:
                    trail.octets("code", "错误码", "Error code", 1, said.text)
            case c.FileInformation(file):
                trail.octets("file", "文件", "File", 4, f"{file:08X}H")
                self.readings.append(Reading(f"{file:08X}"))
            case _:
                self._registers(said)

    def _registers(self, said: c.Command | c.Answer) -> None:
        match said:
            case c.Read(register, wide) | c.Information(register, wide):
                self._register(register, wide=wide)
                self.readings.append(_named(register))
            case c.ReadMany(registers):
                self.trail.octets("many", "多个", "Marks a list", 4)
                for register in registers:
                    self._register(register, wide=True)
                self.readings += map(_named, registers)
            case c.Write(register, data, wide) | c.Content(register, data, wide):
                self._register(register, wide=wide)
                self._value(register, data)
            case c.Contents(data):
                self.trail.octets("many", "多个", "Marks a list", 4)
                self._contents(data)
            case c.Description(register, kind, unit, name, wide):
                self._register(register, wide=wide)
                self.trail.octets("type", "类型", "Type", 1, kind)
                self.trail.octets("unit", "单位", "Unit", 1, unit)
                self.trail.octets("name", "名称", "Name", self.trail.left, name)
                self.readings.append(replace(_named(register), value=f"type {kind}, unit {unit}, {name}"))
            case _:
                return

    def _register(self, register: int, *, wide: bool) -> None:
        text = f"{register:0{8 if wide else 4}X}H {name_of(register)[1]}".rstrip()
        self.trail.octets("register", "寄存器", "Register", 4 if wide else 2, text)

    def _value(self, register: int, data: bytes) -> None:
        reading = _read(register, data)
        zh, en = reading.zh or "值", reading.en or "Value"
        start = self.trail.at
        self.trail.nodes.append(
            Node("value", zh, en, reading.value or data.hex(" ").upper(), start, start + len(data),
                 reading.unit, error=reading.error or None)
        )  # fmt: skip
        self.trail.at += len(data)
        self.readings.append(reading)

    def _contents(self, data: bytes) -> None:
        """An error byte and a value for each register asked; only the request tells which those are."""
        registers = self._asked.registers if isinstance(self._asked, c.ReadMany) else ()
        parts = split(data, [type_of(one) for one in registers])
        if not parts:
            why = "lengths do not decide which value belongs where" if registers else "the request is missing"
            self.trail.octets("contents", "内容", "Values", len(data), error=why)
            return
        for register, (error, value) in zip(registers, parts, strict=True):
            refusal = c.Refused(error).text if error else ""
            text = f"{error}" if not error else refusal.removeprefix("CAN ")
            name = f"{register:04X}H {name_of(register)[1]}".rstrip()
            self.trail.octets("error", "错误码", f"Error of {name}", 1, text)
            if value and not error:
                self._value(register, value)
            elif value:
                self.trail.octets("value", "值", "Value", len(value))
            if error:
                self.readings.append(replace(_named(register), error=text))


def _is_answer(said: c.Command, body: bytes, asked: c.Command | None) -> bool:
    """Tell whether a body is an answer: those of R and I are longer than the question."""
    if isinstance(said, c.Unknown):
        return True
    if not isinstance(said, c.ReadMany):
        return False
    many = [one >> 16 for one in said.registers]
    return (
        isinstance(asked, c.ReadMany) or not any(said.registers) or any(one and one >> 8 != 3 for one in many)
    )


def _named(register: int) -> Reading:
    return Reading(f"{register:04X}", *name_of(register), unit=unit_of(register))


def _read(register: int, data: bytes) -> Reading:
    try:
        return replace(_named(register), value=value_text(register, data))
    except DecodeError as error:
        return replace(_named(register), error=error.reason)


def _check(plain: bytes) -> tuple[Node, ...]:
    """The CRC, and what it should be."""
    at = len(plain) - 2
    if at < 0:
        return ()
    wanted, found = check_of(plain[:at]), plain[at:]
    error = None if wanted == int.from_bytes(found, "big") else f"should be {wanted:04X}H"
    return (Node("checksum", "校验码CRC", "CRC", f"{found.hex().upper()}H", at, at + 2, error=error),)


def _placed(node: Node, places: tuple[int, ...]) -> Node:
    """Give a node the span it has on the wire, behind the start byte."""
    children = tuple(_placed(child, places) for child in node.children)
    return replace(node, start=1 + places[node.start], end=1 + places[node.end], children=children)


def _ends(raw: bytes, inner: tuple[Node, ...]) -> tuple[Node, ...]:
    start = Node("start", "起始符", "Start", "02", 0, 1)
    if raw[-1] != ETX:
        missing = Node("end", "结束符", "End", "", len(raw), len(raw), error="the bytes end here")
        return (start, *inner, missing)
    return (start, *inner, Node("end", "结束符", "End", "03", len(raw) - 1, len(raw)))
