"""Packets of ALPHA for people: every byte in one tree. The enciphered password is never shown.

A packet says neither its length nor who speaks: requests and answers of each command have lengths of their
own, and the CRC decides. What was asked for names the class of an answer.
"""

from binascii import crc_hqx
from contextlib import suppress

from core.errors import DecodeError
from core.meters.alpha import classes as k
from core.meters.alpha import packets as p
from core.meters.dissector import DOWN, UP, Explained, Reading, Sighting
from core.wire.codec import Node
from core.wire.trail import Ended, Trail

_SHORTS = {
    p.END: ("结束会话", "end the session"), p.CONTINUE: ("继续", "go on"), p.RESEND: ("重发", "say it again"),
    p.ALIVE: ("是否在线", "are you there"), 0x84: ("接管", "take control"),
    0x90: ("1200波特", "change to 1200 baud"), 0x93: ("9600波特", "change to 9600 baud"),
}  # fmt: skip
_LONG = {p.WHO: ("你是谁", "who are you"), p.LOGIN: ("密码", "password"), 0x02: ("校时", "set the time"),
         0x09: ("包长度", "packet size"), 0xF2: ("超时", "timeout")}  # fmt: skip
_COMMANDS = {p.PASSWORD: ("长命令", "long command"), p.CLASS_READ: ("读类", "read class"), **_SHORTS}
_CLASSES = {
    k.CONSTANTS: ("常数", "constants"), k.IDENTITY: ("标识与数据块表", "identity and map of blocks"),
    k.STATUS: ("状态", "status"), k.PRESENT: ("当前电量", "present registers"),
    k.PREVIOUS: ("上月电量", "registers of the previous month"),
    13: ("上季电量", "registers of the last season"),
}  # fmt: skip
HIGHEST_LENGTH = 0x10
"""High byte of a length that no class reaches: there it is the status of an answer."""


class AlphaPackets:
    """See `core.meters.dissector.Dissector`."""

    name = "alpha"
    shape = "begins with 02 and a command (05, 18, 80 to 84) and ends with two bytes of CRC"
    starts = frozenset({p.STX})

    def sight(self, data: bytes, at: int) -> Sighting | None:
        """Return a packet of one of the possible lengths whose CRC is right."""
        if data[at] != p.STX:
            return None
        sizes = _sizes(data[at : at + 5])
        fits = (size for size in sizes if at + size <= len(data) and p.whole(data[at : at + size]))
        size = next(fits, 0)
        return Sighting(size) if size else None

    def meant(self, data: bytes) -> Sighting | None:
        """Return a packet whose CRC is wrong or which is cut short, by its command."""
        if len(data) < 3 or data[0] != p.STX or data[1] not in _COMMANDS:
            return None
        if data[1] == p.PASSWORD and data[2] not in (0, *p.Code, *_LONG):
            return None
        sizes = _sizes(data[:5])[:-1]  # not by the answer to who-are-you: that has no command
        size = len(data) if len(data) in sizes else min((one for one in sizes if one <= len(data)), default=0)
        if not size:
            reason = f"cut short after {len(data)} bytes of {min(sizes)}"
            return Sighting(len(data), DecodeError(reason, len(data)))
        found = data[size - 2 : size].hex().upper()
        reason = f"{found}H, computed {crc_hqx(data[: size - 2], 0):04X}H"
        return Sighting(size, DecodeError(reason, size - 2, "CRC"))

    def explain(self, raw: bytes, asked: bytes = b"") -> Explained:
        """Every byte, as far as they go."""
        walk = _Walk(raw, _request(asked))
        with suppress(Ended):
            walk.all()
        nodes = (*walk.trail.nodes, *_check(raw, walk.trail.at))
        return Explained(nodes, *walk.kind, walk.direction, walk.address, tuple(walk.readings), walk.refusal)


def _sizes(head: bytes) -> list[int]:
    """Lengths that a packet with these first bytes may have; the answer to who-are-you begins with any."""
    found: list[int] = []
    if len(head) > 1 and (head[1] in _COMMANDS or head[1] >= p.END):
        found += [size] if (size := p.request_size(head)) else []
        found.append(6)
        if head[2:3] == b"\0" and len(head) > 4:
            found.append(7 + (head[4] & p.COUNT))
    return [*found, p.IDENTITY]


def _request(asked: bytes) -> p.Request | None:
    try:
        return p.decode_request(asked) if asked else None
    except DecodeError:
        return None


class _Walk:
    """One packet from its start byte to its CRC."""

    def __init__(self, raw: bytes, asked: p.Request | None) -> None:
        self.raw = raw
        self.trail = Trail(raw, 0, max(min(2, len(raw)), len(raw) - 2))
        self.kind = ("", "")
        self.direction: str | None = None
        self.address: str | None = None
        self.refusal = ""
        self.readings: list[Reading] = []
        self._asked = asked

    def all(self) -> None:
        """By the command and the length."""
        raw = self.raw
        self.trail.octets("start", "起始符", "Start", 1)
        command = raw[1] if len(raw) > 1 else 0
        if len(raw) == p.IDENTITY and (command not in _COMMANDS or isinstance(self._asked, p.WhoAreYou)):
            self._identity()
        elif len(raw) == p.SHORT and command >= p.END:
            self._short(command)
        elif command == p.CLASS_READ and self._is_question():
            self._class_read()
        elif command == p.PASSWORD and len(raw) != 6:
            self._long()
        else:
            self._answer(command)
        self.trail.rest()

    def _is_question(self) -> bool:
        return len(self.raw) != 6 and (len(self.raw) < 4 or self.raw[3] < HIGHEST_LENGTH)

    def _command(self, *names: tuple[str, str]) -> None:
        self.kind = "".join(zh for zh, _ in names), ", ".join(en for _, en in names)
        command = self.raw[1] if len(self.raw) > 1 else 0
        self.trail.octets("command", "命令", "Command", 1, f"{command:02X}H {names[0][1]}")

    def _short(self, command: int) -> None:
        self._command(_SHORTS.get(command, ("短命令", "short command")))
        self.direction = None if command == p.ALIVE else DOWN

    def _class_read(self) -> None:
        self._command(_COMMANDS[p.CLASS_READ])
        self.direction, trail = DOWN, self.trail
        trail.octets("pad", "填充", "Pad", 1)
        length = _number(trail, "length", "长度", "Length", 2, {0: "all"})
        offset = _number(trail, "offset", "偏移", "From byte", 2)
        number = _number(
            trail, "class", "类", "Class", 1, {n: f"{n} {en}" for n, (_, en) in _CLASSES.items()}
        )
        self.kind = _class_name(p.ClassRead(number, offset, length))
        self.readings.append(Reading(f"{number}", *self.kind))

    def _long(self) -> None:
        names = _LONG.get(self.raw[2] if len(self.raw) > 2 else -1, ("长命令", "long command"))
        self._command(_COMMANDS[p.PASSWORD])
        self.direction, self.kind, trail = DOWN, names, self.trail
        function = _number(
            trail, "function", "功能", "Function", 1, {n: f"{n:02X}H {en}" for n, (_, en) in _LONG.items()}
        )
        trail.octets("pad", "填充", "Pad", 1)
        _number(trail, "length", "长度", "Length", 1)
        if function == p.WHO:
            device = _number(trail, "device", "设备号", "Device number", 1)
            self.address = f"{device:012d}"
        elif function == p.LOGIN:
            secret = bool(trail.left)
            trail.octets("password", "加密密码", "Enciphered password", trail.left, "••••", secret=secret)

    def _identity(self) -> None:
        self.kind, self.direction, trail = ("电表应答", "identity of the meter"), UP, self.trail
        trail.octets("code", "代码", "Code", 1)
        trail.octets("series", "系列", "Series", 1)
        trail.octets("uom", "计量单位", "Units", 2)
        trail.octets("errors", "系统错误", "System errors", 2)
        trail.octets("events", "事件", "Events", 1)
        trail.octets("status", "状态", "Status", 1)
        trail.octets("key", "密钥", "Key of this session", 4)

    def _answer(self, command: int) -> None:
        self._command(_COMMANDS.get(command, ("命令", "command")), ("应答", "answered"))
        self.direction, trail = UP, self.trail
        code = self.raw[2] if len(self.raw) > 2 else 0
        words = p.Code(code).name.lower().replace("_", " ") if code in set(p.Code) else ""
        self.refusal = f"code {code} {words}".rstrip() if code else ""
        trail.octets("code", "应答码", "Answer", 1, self.refusal or "accepted")
        trail.octets("status", "状态", "Status", 1)
        if code or len(self.raw) == 6:
            return
        length = trail.data[trail.at] if trail.left else 0
        more = "last packet" if length & p.LAST else "more follows"
        trail.octets("length", "长度", "Length", 1, f"{length & p.COUNT}, {more}")
        self._content(last=bool(length & p.LAST), first=command == p.CLASS_READ)

    def _content(self, *, last: bool, first: bool) -> None:
        asked, trail = self._asked, self.trail
        content = trail.data[trail.at : trail.end]
        read = asked if isinstance(asked, p.ClassRead) else None
        zh, en = _class_name(read) if read else ("数据", "Data")
        children, text, error = (), None, None
        if read and first and last:
            try:
                children, text = _meaning(read, content, trail.at)
            except DecodeError as flaw:
                error = flaw.reason
        trail.octets("content", zh, en, len(content), text, error=error, children=children)
        if read:
            self.kind = self.kind[0] + zh, f"{self.kind[1]}: {en}"
            value = content.hex().upper() if text is None else text
            self.readings.append(Reading(f"{read.number}", zh, en, value, error=error or ""))


def _class_name(read: p.ClassRead) -> tuple[str, str]:
    zh, en = _CLASSES.get(read.number, ("", ""))
    part = f", {read.length} bytes from {read.offset}" if read.length else ""
    return f"第{read.number}类{zh}", f"class {read.number} {en}".rstrip() + part


def _meaning(read: p.ClassRead, content: bytes, at: int) -> tuple[tuple[Node, ...], str | None]:
    """What a part of a class says that is whole in one packet: places of points, clock, codes of blocks."""
    if read.number == k.CONSTANTS and not read.offset:
        constants = k.constants_in(content)
        nodes = (
            _place(
                "energy_places",
                "电能小数位",
                "Decimals of energies, less 6",
                constants.energy_places,
                at + 11,
            ),
            _place("demand_places", "需量小数位", "Decimals of demands", constants.demand_places, at + 12),
        )
        return nodes, f"energies {constants.energy_places} + 6 decimals, demands {constants.demand_places}"
    if read.number == k.STATUS and read.offset in (k.CLOCK_AT, k.RESET_AT) and len(content) in (3, 6):
        moment = k.moment_in(content)
        return (), "no calendar" if moment is None else moment.isoformat(" ")
    return (), None


def _place(name: str, zh: str, en: str, places: int, at: int) -> Node:
    return Node(name, zh, en, str(places), at, at + 1)


def _number(trail: Trail, name: str, zh: str, en: str, size: int, words: dict[int, str] | None = None) -> int:
    """A number, high byte first."""
    value = int.from_bytes(trail.data[trail.at : min(trail.end, trail.at + size)], "big")
    trail.octets(name, zh, en, size, (words or {}).get(value, str(value)))
    return value


def _check(raw: bytes, at: int) -> tuple[Node, ...]:
    """The CRC, and what it should be; nothing where the packet was given up before."""
    if at != len(raw) - 2:
        return ()
    found, wanted = int.from_bytes(raw[at:], "big"), crc_hqx(raw[:at], 0)
    error = None if found == wanted else f"should be {wanted:04X}H"
    return (Node("checksum", "校验码CRC", "CRC", f"{found:04X}H", at, len(raw), error=error),)
