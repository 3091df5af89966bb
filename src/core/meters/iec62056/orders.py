"""The commands of programming mode for the eye. Passwords are never shown."""

from core.meters.dissector import DOWN, UP, Reading
from core.meters.iec62056.identities import named_identity, packet_in
from core.meters.iec62056.naming import name_in
from core.meters.iec62056.sights import end_of
from core.meters.iec62056.values import Readout
from core.meters.iec62056.walk import Walk, text_of

_KINDS = {
    "P0": ("质询", "challenge"), "P1": ("密码", "password"), "P2": ("加密密码", "enciphered password"),
    "R1": ("读数据", "read"), "R2": ("读数据（格式码）", "read, formatted"), "W1": ("写数据", "write"),
    "W2": ("写数据（格式码）", "write, formatted"), "B0": ("结束会话", "break"),
}  # fmt: skip
_SECRET = frozenset({"P1", "P2"})


def command(walk: Walk) -> None:
    """SOH, the kind of command, its text."""
    seven = walk.seven
    kind = text_of(seven[1:3])
    walk.kind = _KINDS.get(kind, ("命令", "command"))
    walk.direction = UP if kind == "P0" else DOWN
    walk.trail.octets("start", "起始符", "Start", 1, "SOH")
    walk.trail.octets("command", "命令", "Command", 2, f"{kind} {walk.kind[1]}")
    if seven[3:4] == b"\x02":
        walk.trail.octets("text_start", "文本开始", "Text", 1, "STX")
    end = end_of(seven, walk.trail.at) or len(seven)
    text = text_of(seven[walk.trail.at : end])
    if kind in _SECRET:
        _secret(walk, text)
    elif text:
        _order(walk, kind, text)
    walk.close(end)


def _secret(walk: Walk, text: str) -> None:
    open_, closed = text[:1] == "(", text[-1:] == ")"
    inner = text[int(open_) : len(text) - int(closed and open_)]
    if open_:
        walk.trail.octets("open", "左括号", "Opens", 1, "(")
    walk.trail.octets("password", "密码", "Password", len(inner), "••••", secret=bool(inner))
    if closed and open_:
        walk.trail.octets("close", "右括号", "Closes", 1, ")")


def _order(walk: Walk, kind: str, text: str) -> None:
    code, _, rest = text.partition("(")
    packet = packet_in(code, rest.removesuffix(")")) if kind == "R1" else None
    zh, en = named_identity(code) or name_in(Readout("").dialect, code)
    said = (
        f"{text} {en}".rstrip() if packet is None else f"{en}, packet {packet.number}, {packet.length} bytes"
    )
    walk.trail.octets("text", zh or "数据", en or "Text", len(text), said)
    value = rest.removesuffix(")") or None
    asks = kind[0] == "R"
    walk.readings.append(Reading(code, zh, en, None if asks else value))
