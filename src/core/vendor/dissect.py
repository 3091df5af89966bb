"""The envelope of the maker's extension for people (vendor extension §1, §2): every byte in one tree.

Damage never raises. Passwords are never shown: PSW and PW are ``secret``, unless they are the zeros of a
terminal that has none.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from ipaddress import IPv4Address

from core.vendor import dissect_transfer
from core.vendor.envelope import (
    DOWN,
    HEAD,
    IDENTIFY,
    PASSWORD,
    PW,
    READ_ITEMS,
    RECOGNITION,
    TRANSFER,
    UP,
    UP_ERROR,
    WITHOUT_PASSWORD,
)
from core.vendor.identify import SIZE as IDENTITY
from core.vendor.identify import Identity
from core.vendor.items import ITEMS
from core.wire.codec import Node
from core.wire.record import layout_of
from core.wire.trail import Ended, Trail

ENTER, APPLY, USB, TEST, SELF_TEST, REPORT = 0x07, 0x10, 0x19, 0x21, 0x22, 0xE1
CODES = {
    0x01: ("读数据项", "read items"), 0x02: ("写数据项", "write items"),
    0x03: ("格式化存储", "format the store"),
    ENTER: ("进入下载", "enter download"), TRANSFER: ("文件传输", "file transfer"),
    APPLY: ("加载参数文件", "apply parameter file"), READ_ITEMS: ("读数据项", "read items"),
    0x12: ("写数据项", "write items"), 0x13: ("执行命令", "run a command"),
    0x15: ("清路由", "clear PLC routes"),
    USB: ("U盘升级", "USB upgrade"), TEST: ("测试", "test"), SELF_TEST: ("自检", "self-test"),
    IDENTIFY: ("识别与状态", "identify and status"), REPORT: ("现场上报", "site report"),
}  # fmt: skip
"""Extension codes that have a name (§2.1), Chinese and English."""
RESULTS = {
    0x00: "ok", 0x01: "forwarding got no answer", 0x02: "content not acceptable",
    0x03: "password or permission", 0x04: "no such item, file or disk", 0x05: "out of time",
    0x06: "not supported by the meter",
    0x07: "attempt failed", 0x0A: "not offered", 0x0B: "programming switch closed", 0x0C: "busy",
    0x0D: "not on this channel", 0x0E: "channel locked", 0x0F: "another terminal is meant",
}  # fmt: skip
"""Result byte (§1.7)."""
APPLIED = {
    0x00: "applied", 0xFF: "cannot open, or an entry failed", 0xFE: "no parameter file", 0xFD: "length",
    0xFC: "too large", 0xFB: "read error", 0xFA: "CRC",
}  # fmt: skip
"""Result byte of code 10 (§2.3)."""
STATES = {0: "sent and confirmed", 1: "queued", 2: "no link"}
REPORTED = {1: "login or heartbeat", 2: "oldest unreported important event", 3: "status report"}
BAUDS = {1: 9600, 2: 19200, 4: 38400, 6: 57600}
Walk = Callable[[Trail], None]


def is_envelope(payload: bytes) -> bool:
    """Tell whether the bytes behind SEQ of AFN F0H are this maker's (§1.4), or its refusal of a frame."""
    if payload[:1] == bytes([UP_ERROR]):
        return payload[1:3] == b"\x01\x00" and len(payload) >= HEAD - 3
    return len(payload) >= HEAD and payload[0] in (DOWN, UP) and payload[4:6] == RECOGNITION


def gist_of(payload: bytes) -> tuple[str, str]:
    """Say in a word what an envelope is, Chinese and English; see `is_envelope`."""
    if payload[0] == UP_ERROR:
        return "整帧被拒", "refused as a whole"
    code, up = payload[HEAD - 1], payload[0] == UP
    if code == TRANSFER and len(payload) > (at := HEAD + (0 if up else PASSWORD)):
        return dissect_transfer.gist_of(payload[at], up=up)
    return CODES.get(code, ("未知扩展码", "unknown code"))


def dissect(payload: bytes) -> tuple[Node, ...]:
    """Return the nodes of an envelope; spans count from its first byte. See `is_envelope`."""
    trail = Trail(payload)
    with suppress(Ended):
        command = trail.number("cmd", "控制字节CMD", "CMD", 1, _command)
        size = trail.number("len", "长度LEN", "Length LEN", 2)
        if command == UP_ERROR:
            trail.number("result", "结果", "Result", 1, _result)
            trail.rest()
        else:
            missing = trail.at + size - len(payload)
            _inner(trail, min(trail.at + size, len(payload)), up=command == UP)
            _behind(trail, up=command == UP)
            if missing > 0:
                trail.octets("missing", "缺少", "Missing", 0, "", error=f"LEN counts {missing} bytes more")
    return tuple(trail.nodes)


def _inner(trail: Trail, end: int, *, up: bool) -> None:
    """From VND to the end of LEN, as far as there are bytes."""
    inside = Trail(trail.data, trail.at, end)
    with suppress(Ended):
        inside.number("vnd", "厂商编号", "Manufacturer", 1, _hex8)
        inside.octets("recognition", "识别码", "Recognition", 2)
        code = inside.number("ext", "扩展码", "Extension code", 1, _extension)
        if not up and code not in WITHOUT_PASSWORD:
            _secret(inside, "psw", "密码", "Password PSW", PASSWORD)
        if code == TRANSFER and (not up or inside.left > 1):
            inside.nodes += dissect_transfer.dissect(inside.data, inside.at, end, up=up)
        else:
            _content(inside, code, up=up)
            inside.rest("content", "内容", "Content")
    trail.nodes += inside.nodes
    trail.at = end


def _content(trail: Trail, code: int, *, up: bool) -> None:
    walk = (ANSWERS if up else ORDERS).get(code)
    if up and trail.left == 1:
        trail.number("result", "结果", "Result", 1, _applied if code == APPLY else _result)
    elif walk:
        walk(trail)


def _behind(trail: Trail, *, up: bool) -> None:
    """What stands behind LEN: PW of the uplink (§1.3)."""
    if not up and trail.left == PW:
        _secret(trail, "pw", "消息认证码PW", "Authentication code PW", PW)
    trail.rest()


def _secret(trail: Trail, name: str, zh: str, en: str, size: int) -> None:
    plain = not any(trail.data[trail.at : trail.at + size])
    trail.octets(name, zh, en, size, f"{size} x 00H" if plain else "present", secret=not plain)


def _hex8(value: int) -> str:
    return f"{value:02X}H"


def _command(value: int) -> str:
    word = {DOWN: "order", UP: "answer", UP_ERROR: "frame refused"}.get(value, "unknown")
    return f"{value:02X}H {word}"


def _extension(value: int) -> str:
    return f"{value:02X}H {CODES.get(value, ('', 'unknown'))[1]}"


def _result(value: int) -> str:
    return f"{value:02X}H {RESULTS.get(value, 'of the maker')}"


def _applied(value: int) -> str:
    return f"{value:02X}H {APPLIED[value]}" if value in APPLIED else _result(value)


def _enter(trail: Trail) -> None:
    """Record of code 07 and its tail (§2.2)."""
    record = trail.data[trail.at : trail.at + 8]
    if record == bytes(8):
        trail.octets("way", "方式", "Way", 8, "leave download mode")
    elif record[:3] == b"\xff\xff\xff":
        baud = BAUDS.get(record[3], 115200) if len(record) > 3 else 0
        trail.octets("way", "方式", "Way", 4, f"local, {baud} 8N1")
        trail.octets("unused", "未用", "Unused", 4)
    else:
        trail.octets("host", "主站IP", "IP", 4, str(IPv4Address(record[:4])) if len(record) >= 4 else None)
        trail.octets("unused", "未用", "Unused", 2)
        trail.octets("port", "端口（高字节在前）", "Port (high byte first)", 2,
                     str(int.from_bytes(record[6:8], "big")))  # fmt: skip
    if trail.data[trail.at : trail.at + 2] == b"HX":
        _enter_tail(trail)


def _enter_tail(trail: Trail) -> None:
    trail.octets("mark", "选项标识", "Option mark", 2)
    trail.number("version", "版本", "Version", 1)
    trail.number("following", "后续长度", "Bytes following", 1)
    wire = trail.data[trail.at : trail.at + 4]
    told = f"{wire[1::-1].hex().upper()}-{wire[:1:-1].hex().upper()}" if any(wire) else "any"
    trail.octets("address", "指定终端地址", "Expected address", 4, told)
    trail.number("hours", "时限（小时）", "Hours", 1, lambda value: str(value or 3))
    trail.number("parity", "校验", "Parity", 1, lambda value: "none" if value == 0 else f"{value}")


def _path(trail: Trail) -> None:
    raw = trail.data[trail.at : trail.end]
    trail.octets(
        "path", "文件", "Path", len(raw), raw.rstrip(b"\0").decode("utf-8", "backslashreplace") or "all"
    )


def _items(trail: Trail, *, values: bool) -> None:
    """Bank and item, in answers each with its value (§2.4)."""
    trail.number("point", "测量点号", "Point", 2)
    while trail.left >= 3:
        bank, item = trail.data[trail.at], int.from_bytes(trail.data[trail.at + 1 : trail.at + 3], "little")
        trail.octets("item", "数据项", "Item", 3, f"{bank:02X}, {item:04X}")
        if not values:
            continue
        layout = ITEMS.get((bank, item))
        if layout is None or trail.left < (layout_of(layout).size or 0):
            return
        trail.record("value", "值", "Value", layout)


def _write_items(trail: Trail, point: int) -> None:
    """Codes 02 and 12 carry their password behind the point (§1.6)."""
    trail.number("point", "测量点号", "Point", point)
    trail.number(
        "permission", "权限", "Permission", 1, lambda value: {0: "low", 0x11: "high"}.get(value, str(value))
    )
    _secret(trail, "psw", "密码", "Password PSW", PASSWORD)


def _identity(trail: Trail) -> None:
    if trail.left >= IDENTITY:
        trail.record("identity", "识别与状态", "Identity and status", Identity)


def _self_test(trail: Trail) -> None:
    trail.number("mode", "方式", "Mode", 1, lambda value: "start" if value else "stop")
    trail.number("mask", "项目", "Parts", 4, lambda value: f"{value:08X}H" if value else "all")


def _test(trail: Trail) -> None:
    words = {0: "watchdog", 1: "lamps on", 2: "lamps off"}
    trail.number("sub", "子项", "Test", 1, lambda value: words.get(value, str(value)))
    trail.number("length", "长度", "Length", 2)


def _option(trail: Trail) -> None:
    trail.number("option", "选项", "Option", 1)


def _report(trail: Trail) -> None:
    trail.number("result", "结果", "Result", 1, _result)
    trail.number("state", "状态", "State", 1, lambda value: STATES.get(value, str(value)))
    trail.number("what", "内容", "What", 1, lambda value: REPORTED.get(value, str(value)))


ORDERS: Mapping[int, Walk] = {
    ENTER: _enter, APPLY: _path, USB: _path, READ_ITEMS: lambda trail: _items(trail, values=False),
    0x02: lambda trail: _write_items(trail, 1), 0x12: lambda trail: _write_items(trail, 2),
    TEST: _test, SELF_TEST: _self_test,
    REPORT: _option,
}  # fmt: skip
ANSWERS: Mapping[int, Walk] = {
    READ_ITEMS: lambda trail: _items(trail, values=True), IDENTIFY: _identity, TEST: _test, REPORT: _report,
}  # fmt: skip
