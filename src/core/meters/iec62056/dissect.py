"""Telegrams of IEC 62056-21 for people: every character in one tree. Passwords are never shown.

Rules
- A block or a command carries a block check. Sign-on, identification and selection carry none: their form is
  so narrow that it stands for one. ACK and NAK alone are doubtful.
- Bit 7 is the parity's: either all characters have it even, or none has it.
- The data identities of an A1700 are named; an answer is read with the identity that was asked for.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from core.errors import DecodeError
from core.meters.dissector import DOWN, UP, Explained, Reading, Sighting
from core.meters.iec62056 import a1700
from core.meters.iec62056 import telegram as t
from core.meters.iec62056.datalines import Entry, sets_of
from core.meters.iec62056.naming import name_in
from core.meters.iec62056.reader import BLOCK_LIMIT, LINE_LIMIT
from core.meters.iec62056.values import Readout
from core.wire.codec import Node
from core.wire.trail import Ended, Trail

_TEXT = re.compile(rb"[ -~\r\n\t]*")
_DATA = re.compile(rb"[ -~\r\n\t]*\([ -~\r\n\t]*")
"""Text with a parenthesis: a data set, or the begin of one."""
_CLOSED_SET = re.compile(r"\([^()]*\)")
_NARROW = re.compile(rb"\x06[0-9][0-9A-I][0-9]\r\n")
_COMMAND = re.compile(rb"\x01[PRWEB][0-9][\x02\x03]")
_HALF = (
    (re.compile(rb"/\?[^/!\x00-\x1f]*!?\r?\n?"), "a sign-on without its end !CR LF"),
    (re.compile(rb"/[A-Za-z]{3}[ -~]*\r?\n?"), "an identification without its end CR LF"),
    (re.compile(rb"\x06[0-9]([0-9A-I]([0-9]\r?)?)?"), "a selection without its end CR LF"),
)
STRONG = 8
"""So many characters of text with a parenthesis are no chance."""
_KINDS = {
    "P0": ("质询", "challenge"), "P1": ("密码", "password"), "P2": ("加密密码", "enciphered password"),
    "R1": ("读数据", "read"), "R2": ("读数据（格式码）", "read, formatted"), "W1": ("写数据", "write"),
    "W2": ("写数据（格式码）", "write, formatted"), "B0": ("结束会话", "break"),
}  # fmt: skip
_MODES = {"0": "readout", "1": "programming", "2": "binary"}
_ERRORS = {
    "ERR1": "bad command", "ERR2": "no such identity", "ERR3": "bad packet",
    "ERR5": "locked, or the login is over", "ERR6": "communication",
}  # fmt: skip
_IDENTITIES = {
    a1700.CLOCK: ("时钟", "clock"), a1700.ENERGIES: ("电能", "energies"),
    a1700.SERIAL: ("序列号", "serial number"),
    a1700.MEASURE: ("测量命令", "order a measurement"), a1700.MEASURED: ("测量值", "measurement"),
    "508": ("费率电能", "rate registers"), "667": ("费率来源", "sources of rates"),
    "509": ("累计需量", "cumulative demands"),
    "510": ("最大需量", "maximum demands"),
}  # fmt: skip
_SECRET = frozenset({"P1", "P2"})


class IecTelegrams:
    """See `core.meters.dissector.Dissector`."""

    name = "iec62056-21"
    shape = "begins with / (2F), SOH (01), STX (02) or ACK (06); a block ends with ETX (03) and its check"
    starts = frozenset(byte | parity for byte in (*b"/", t.SOH, t.STX, t.ACK, t.NAK) for parity in (0, 0x80))

    def sight(self, data: bytes, at: int) -> Sighting | None:
        """Return a telegram that is right; one whose block check is wrong if its text leaves no doubt."""
        first = data[at] & 0x7F
        if first == ord("/"):
            return _line(data, at)
        if first in (t.SOH, t.STX):
            return _block(data, at)
        if data[at] == t.ACK and _NARROW.fullmatch(data[at : at + 6]):
            return Sighting(6, checked=False)
        return Sighting(1, checked=False, doubtful=True) if data[at] in (t.ACK, t.NAK, t.NAK | 0x80) else None

    def meant(self, data: bytes) -> Sighting | None:
        """Return half a telegram, or a block with a wrong check."""
        seven = t.seven_bits(data)
        for form, reason in _HALF:
            if len(seven) > 1 and (found := form.fullmatch(seven)):
                return Sighting(
                    found.end(), DecodeError(f"half a telegram: {reason}", found.end()), checked=False
                )
        if seven[:1] == b"\x01" and _COMMAND.match(seven + b"\x02"):
            return _whole_or_half(seven, 3 if seven[3:4] == b"\x02" else 1)
        if seven[:1] == b"\x02" and _DATA.fullmatch(seven[1 : _end(seven, 1) or len(seven)]):
            return _whole_or_half(seven, 1)
        return None

    def explain(self, raw: bytes, asked: bytes = b"") -> Explained:
        """Every character, as far as they go."""
        walk = _Walk(raw, asked)
        with suppress(Ended):
            walk.all()
        return Explained(
            tuple(walk.trail.nodes),
            *walk.kind,
            walk.direction,
            walk.address,
            tuple(walk.readings),
            walk.refusal,
        )


def _line(data: bytes, at: int) -> Sighting | None:
    end = data.find(b"\n", at, at + LINE_LIMIT)
    raw = data[at : end + 1] if end > 0 else b""
    try:
        said = t.decode(raw)
    except DecodeError:
        return None
    also = ("edmi",) if said == t.SignOn() else ()
    return Sighting(len(raw), checked=False, also=also) if _one_parity(raw) else None


def _one_parity(raw: bytes) -> bool:
    seven = t.seven_bits(raw)
    return raw in (seven, t.with_parity(seven))


def _end(seven: bytes, at: int) -> int:
    """Place of the end character, 0 if there is none."""
    found = [end for one in t.ENDS if (end := seven.find(one, at, at + BLOCK_LIMIT)) > 0]
    return min(found, default=0)


def _block(data: bytes, at: int) -> Sighting | None:
    seven = t.seven_bits(data[at : at + BLOCK_LIMIT])
    command = seven[0] == t.SOH
    if command and not _COMMAND.match(seven):
        return None
    end = _end(seven, 1)
    text = seven[4 if command else 1 : end or len(seven)]
    if not _TEXT.fullmatch(text) or not (command or b"(" in text):
        return None
    if end and len(seven) > end + 1:
        raw = data[at : at + end + 2]
        try:
            t.decode(raw)
        except DecodeError as error:
            return Sighting(len(raw), error) if len(text) >= STRONG and _one_parity(raw[:-1]) else None
        return Sighting(len(raw)) if command or _CLOSED_SET.search(text.decode("ascii")) else None
    if len(text) < STRONG or b"(" not in text or not _one_parity(data[at : at + len(seven)]):
        return None
    return _whole_or_half(seven, 1)


def _whole_or_half(seven: bytes, start: int) -> Sighting | None:
    """Say what is wrong with a block that began well."""
    end = _end(seven, start)
    if not end:
        reason = f"half a telegram: no ETX (03H) in {len(seven)} bytes"
        return Sighting(len(seven), DecodeError(reason, len(seven)))
    raw = seven[: end + 2]
    if len(raw) == end + 1:
        return Sighting(len(raw), DecodeError("half a telegram: no check behind ETX", len(raw)))
    try:
        t.decode(raw)
    except DecodeError as error:
        return Sighting(len(raw), error)
    return Sighting(len(raw))


class _Walk:
    """One telegram; spans are those of the bytes, texts are without bit 7."""

    def __init__(self, raw: bytes, asked: bytes) -> None:
        self.trail = Trail(t.seven_bits(raw))
        self.kind = ("", "")
        self.direction: str | None = None
        self.address: str | None = None
        self.refusal = ""
        self.readings: list[Reading] = []
        self._asked = _packet(asked)

    def all(self) -> None:
        """By the first character."""
        seven = self.trail.data
        match seven[0]:
            case 0x2F if seven[1:2] == b"?":
                self._sign_on(seven)
            case 0x2F:
                self._identification(seven)
            case t.SOH:
                self._command(seven)
            case t.STX:
                self._block(seven)
            case t.ACK if len(seven) > 1:
                self._selection(seven)
            case t.ACK:
                self.kind = ("确认", "ACK")
                self.trail.octets("ack", "确认", "ACK", 1)
            case _:
                self.kind, self.refusal = ("否认", "NAK"), "NAK"
                self.trail.octets("nak", "否认", "NAK", 1)
        self.trail.rest()

    def _sign_on(self, seven: bytes) -> None:
        self.kind, self.direction = ("呼叫", "sign-on"), DOWN
        self.trail.octets("start", "起始符", "Start", 2, "/?")
        end = seven.find(b"!")
        address = _text(seven[2 : end if end > 0 else len(seven.rstrip(b"\r\n"))])
        self.address = address or None
        self.trail.octets("address", "地址", "Address", len(address), address or "any meter")
        self._tail(b"!")

    def _tail(self, mark: bytes = b"") -> None:
        for name, zh, en, wire in (
            ("mark", "结束标志", "End mark", mark),
            ("end", "行结束", "End of line", b"\r\n"),
        ):
            if wire:
                self.trail.octets(name, zh, en, len(wire), "CR LF" if wire == b"\r\n" else _text(wire))

    def _identification(self, seven: bytes) -> None:
        self.kind, self.direction = ("应答标识", "identification"), UP
        named = t.Identification(_text(seven[1:4]), _text(seven[4:5]), _text(seven[5:].rstrip(b"\r\n")))
        pace = "20 ms" if named.turnaround < 0.1 else "200 ms"
        self.trail.octets("start", "起始符", "Start", 1, "/")
        self.trail.octets("maker", "厂家", "Maker", 3, f"{named.maker}, at least {pace} between telegrams")
        self.trail.octets("rate", "波特率字符", "Rate", 1, f"{named.rate} {_baud(named.rate)}")
        mode_e = ", mode E (DLMS) too" if "2" in named.modes else ""
        self.trail.octets(
            "ident", "标识", "Identification", len(named.ident), f"{named.ident.strip()}{mode_e}"
        )
        self.readings.append(Reading("ident", "标识", "identification", named.maker + named.ident.rstrip()))
        self._tail()

    def _selection(self, seven: bytes) -> None:
        self.kind, self.direction = ("选择", "selection"), DOWN
        protocol, rate, mode = (_text(seven[at : at + 1]) for at in (1, 2, 3))
        self.trail.octets("ack", "确认", "ACK", 1)
        self.trail.octets("protocol", "协议字符", "Protocol", 1, protocol)
        self.trail.octets("rate", "波特率字符", "Rate", 1, f"{rate} {_baud(rate)}")
        self.trail.octets("mode", "模式字符", "Mode", 1, f"{mode} {_MODES.get(mode, 'of the maker')}")
        self._tail()

    def _command(self, seven: bytes) -> None:
        kind = _text(seven[1:3])
        self.kind = _KINDS.get(kind, ("命令", "command"))
        self.direction = UP if kind == "P0" else DOWN
        self.trail.octets("start", "起始符", "Start", 1, "SOH")
        self.trail.octets("command", "命令", "Command", 2, f"{kind} {self.kind[1]}")
        if seven[3:4] == b"\x02":
            self.trail.octets("text_start", "文本开始", "Text", 1, "STX")
        end = _end(seven, self.trail.at) or len(seven)
        text = _text(seven[self.trail.at : end])
        if kind in _SECRET:
            self._secret(text)
        elif text:
            self._order(kind, text)
        self._close(seven, end)

    def _secret(self, text: str) -> None:
        open_, closed = text[:1] == "(", text[-1:] == ")"
        inner = text[int(open_) : len(text) - int(closed and open_)]
        if open_:
            self.trail.octets("open", "左括号", "Opens", 1, "(")
        self.trail.octets("password", "密码", "Password", len(inner), "••••", secret=bool(inner))
        if closed and open_:
            self.trail.octets("close", "右括号", "Closes", 1, ")")

    def _order(self, kind: str, text: str) -> None:
        code, _, rest = text.partition("(")
        packet = _packet_in(code, rest.removesuffix(")")) if kind == "R1" else None
        zh, en = _identity(code) or name_in(Readout("").dialect, code)
        said = (
            f"{text} {en}".rstrip()
            if packet is None
            else f"{en}, packet {packet.number}, {packet.length} bytes"
        )
        self.trail.octets("text", zh or "数据", en or "Text", len(text), said)
        value = rest.removesuffix(")") or None
        asks = kind[0] == "R"
        self.readings.append(Reading(code, zh, en, None if asks else value))

    def _close(self, seven: bytes, end: int) -> None:
        name = {t.ETX: "ETX", t.EOT: "EOT, more follows"}.get(seven[end] if end < len(seven) else 0, "")
        self.trail.octets("end", "结束符", "End", 1, name)
        wanted = t.block_check(seven[1 : end + 1])
        given = seven[end + 1] if end + 1 < len(seven) else wanted
        error = None if wanted == given else f"should be {wanted:02X}H"
        self.trail.octets("checksum", "块校验BCC", "Block check", 1, f"{given:02X}H", error=error)

    def _block(self, seven: bytes) -> None:
        self.kind, self.direction = ("数据", "data"), UP
        self.trail.octets("start", "起始符", "Start", 1, "STX")
        end = _end(seven, 1) or len(seven)
        text = _text(seven[1:end])
        if (packet := self._asked) and text.startswith("(") and not text.startswith("(ERR"):
            self._packet(packet, text)
        else:
            self._lines(text)
        self._close(seven, end)

    def _lines(self, text: str) -> None:
        readout = Readout(text)
        if any(line.strip() == "!" for line in text.splitlines()):
            self.kind = ("抄读数据", f"readout, {readout.dialect.name}")
        for line in text.splitlines(keepends=True):
            sets = list(sets_of(line.rstrip("\r\n")))
            children = tuple(self._set(entry, start, end, readout) for start, end, entry in sets)
            at, size = self.trail.at, len(line)
            if len(children) == 1:
                self.trail.nodes.append(replace(children[0], start=at, end=at + size))
                self.trail.at += size
                continue
            zh, en = (
                ("行", "Line")
                if children
                else ("结束", "End of the data")
                if line.strip() == "!"
                else ("文本", "Text")
            )
            moved = tuple(child.moved(at) for child in children)
            self.trail.octets("line", zh, en, size, "" if children else line.strip(), children=moved)

    def _set(self, entry: Entry, start: int, end: int, readout: Readout) -> Node:
        zh, en = name_in(readout.dialect, entry.code)
        code = entry.code + (f"*{entry.history:02d}" if entry.history is not None else "")
        values = [f"{field.text} {field.unit}".rstrip() for field in entry.fields]
        if not entry.code and (
            why := _ERRORS.get(entry.fields[0].text) or entry.fields[0].text.startswith("ERR")
        ):
            self.kind, said = ("拒绝", "refused"), entry.fields[0].text
            self.refusal = f"{said} {why}" if isinstance(why, str) else said
            return Node("refusal", "拒绝", "Refused", self.refusal, start, end)
        first, more = entry.fields[0], values[1:]
        self.readings.append(Reading(code, zh, en, first.text, first.unit, at=", ".join(more)))
        label = f"{code} {en}".strip() or "Value"
        if not more:
            return Node("set", zh or "数据", label, first.text, start, end, first.unit)
        told = " ".join([values[0], *(f"({one})" for one in more)])
        return Node("set", zh or "数据", label, told, start, end)

    def _packet(self, packet: a1700.Packet, text: str) -> None:
        """The answer to a read of an A1700."""
        zh, en = _identity(packet.code) or ("数据", "data")
        try:
            content = a1700.content(text)
            parts = list(_parts(packet, content))
        except DecodeError as error:
            self.trail.octets("content", zh, en, len(text), error=error.reason)
            return
        start = self.trail.at + 1
        nodes = tuple(
            Node("value", part.zh, part.en, part.value or "", start + 2 * first, start + 2 * last, part.unit)
            for first, last, part in parts
        )
        self.readings += [part for _, _, part in parts]
        shown = None if nodes else content.hex(" ").upper()
        self.kind = (f"数据{zh}", f"data: {en}")
        self.trail.octets("content", zh, en, len(text), shown or "", children=nodes)


def _text(seven: bytes) -> str:
    return seven.decode("ascii", "replace")


def _baud(rate: str) -> str:
    return f"{t.RATES[rate]} baud" if rate in t.RATES else "no rate of mode C"


def _packet_in(code: str, argument: str) -> a1700.Packet | None:
    try:
        return a1700.packet_of(code, argument)
    except DecodeError:
        return None


def _packet(asked: bytes) -> a1700.Packet | None:
    """Return the data identity that was asked for."""
    try:
        said = t.decode(asked) if asked else None
    except DecodeError:
        return None
    if not isinstance(said, t.Command) or said.kind + said.number != "R1":
        return None
    code, _, rest = (said.text or "").partition("(")
    return _packet_in(code, rest.removesuffix(")"))


def _identity(code: str) -> tuple[str, str] | None:
    return _IDENTITIES.get(code[:3]) if len(code) == 6 and code.isalnum() else None


def _parts(packet: a1700.Packet, content: bytes) -> Iterator[tuple[int, int, Reading]]:
    """First byte, end and value of what the bytes of an identity say."""
    size = len(content)
    match packet.identity:
        case a1700.CLOCK:
            moment = a1700.clock(content)
            shown = "no calendar" if moment is None else moment.isoformat(" ")
            yield 0, size, Reading(packet.code, "时钟", "clock", shown)
        case a1700.ENERGIES:
            before = (packet.number - 1) * a1700.PACKET // a1700.REGISTER
            for place in range(size // a1700.REGISTER):
                at = place * a1700.REGISTER
                digits = f"{a1700.bcd(content[at : at + a1700.REGISTER][::-1]):010d}"
                name = a1700.REGISTERS[(before + place) % len(a1700.REGISTERS)]
                unit = "kWh" if name.endswith("A") and name[0] in "+-" else ""
                yield (
                    at,
                    at + a1700.REGISTER,
                    Reading(packet.code, name, name, f"{int(digits[:-6])}.{digits[-6:]}", unit),
                )
        case a1700.MEASURED:
            yield 0, size, Reading(packet.code, "测量值", "measurement", str(a1700.measured(content)))
        case a1700.SERIAL:
            yield (
                0,
                size,
                Reading(packet.code, "序列号", "serial number", _text(content.rstrip(b"\0")).strip()),
            )
        case _:
            return
