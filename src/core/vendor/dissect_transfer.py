"""Commands and answers of the file transfer for people (vendor extension §3), byte by byte."""

from collections.abc import Callable, Mapping
from contextlib import suppress

from core.vendor.crc import CrcKind
from core.vendor.header import SIZE, Header, is_header
from core.vendor.package import REASONS
from core.vendor.tails import GRANT_SIZE, MARK, WISH_SIZE
from core.vendor.transfer import terms as t
from core.vendor.transfer.bitmap import bits_of
from core.wire.codec import Label, Node
from core.wire.trail import Ended, Trail, record_node

COMMANDS = {
    t.DIR: ("列目录", "DIR"), t.READ_FIRST: ("读首块", "read first"), t.READ_NEXT: ("读后续块", "read next"),
    t.WRITE_FIRST: ("写首块", "write first"), t.WRITE_NEXT: ("写后续块", "write next"),
    t.FINISH: ("结束", "finish"), t.CANCEL: ("取消", "cancel"), t.BURST_BLOCK: ("突发块", "burst block"),
    t.BURST_QUERY: ("突发查询", "burst query"), t.MAP: ("块图", "map"),
}  # fmt: skip
CODES = {
    t.Code.OK: ("成功", "ok"), t.Code.PATH_NAME: ("路径名", "path name"),
    t.Code.OPEN: ("打不开", "cannot open"),
    t.Code.READ: ("读错误", "read error"), t.Code.WRITE: ("写错误", "write error"),
    t.Code.FILE_ID: ("文件号", "file id"), t.Code.OFFSET: ("偏移", "offset"), t.Code.SIZE: ("长度", "size"),
    t.Code.KIND: ("传输类型", "transfer type"), t.Code.CRC: ("CRC错误", "CRC error"),
    t.Code.COMMAND: ("命令错误", "bad command"), t.Code.MEMORY: ("内存", "memory"),
    t.Code.PERMISSION: ("无权限", "no permission"), t.Code.BUSY: ("忙", "busy"),
    t.Code.SPACE: ("空间不足", "no space"), t.Code.MODE: ("方式不允许", "not in this mode"),
}  # fmt: skip
"""Words of each error code (§3.3), Chinese and English."""
KINDS = {1: "DIR", 2: "read", 3: "write"}
Walk = Callable[[Trail], None]


def dissect(data: bytes, at: int, end: int, *, up: bool) -> tuple[Node, ...]:
    """Return the nodes of one command (behind PSW), or of one answer (behind EXT)."""
    trail = Trail(data, at, end)
    with suppress(Ended):
        code = trail.number("command", "命令", "Command", 1, lambda value: _command(value, up=up))
        if up and code & t.REFUSED == t.REFUSED:
            trail.number("code", "错误码", "Error code", 1, _code)
        else:
            walk = ANSWERS.get(code - t.ANSWERED) if up else ORDERS.get(code)
            if walk:
                walk(trail)
    with suppress(Ended):
        trail.rest()
    return tuple(trail.nodes)


def gist_of(command: int, *, up: bool) -> tuple[str, str]:
    """Name a command, or the one that an answer belongs to; a refusal says so."""
    zh, en = COMMANDS.get(command & 0x3F if up else command, ("未知命令", "unknown"))
    refused = up and command & t.REFUSED == t.REFUSED
    return (f"{zh} 被拒", f"{en} refused") if refused else (zh, en)


def _command(value: int, *, up: bool) -> str:
    plain = value & 0x3F if up else value
    _, name = COMMANDS.get(plain, ("", "unknown"))
    if not up:
        return f"{value:02X}H {name}"
    return f"{value:02X}H {name} {'refused' if value & t.REFUSED == t.REFUSED else 'answered'}"


def _code(value: int) -> str:
    name = CODES[t.Code(value)][1] if value in CODES else "of the maker"
    return f"{value} {name}"


def _verdict(value: int) -> str:
    return f"{value} {REASONS[value][1] if value in REASONS else 'unknown'}"


def _hex16(value: int) -> str:
    return f"{value:04X}H"


def _unit(value: int) -> str:
    return f"{value} (byte {value * t.UNIT})"


def _kind(trail: Trail) -> None:
    trail.number("kind", "传输类型", "Kind", 1, lambda value: f"{value} {KINDS.get(value, 'unknown')}")


def _id(trail: Trail) -> None:
    trail.number("id", "文件号", "File id", 4)


def _offset(trail: Trail) -> int:
    return trail.number("offset", "偏移号", "Offset", 2, _unit)


def _name(trail: Trail) -> None:
    size = trail.number("name_length", "文件名长度", "Name length", 2)
    raw = trail.data[trail.at : trail.at + size]
    trail.octets("name", "文件名", "Name", size, raw.decode("utf-8", "backslashreplace"))


def _whole_crc(trail: Trail) -> None:
    trail.number("file_crc", "文件CRC", "File CRC", 2, _hex16)


def _block(trail: Trail, *, first: bool = False) -> None:
    """CRC, length, data; the CRC names the kind that fits."""
    at = trail.at
    crc, size = (int.from_bytes(trail.data[at + n : at + n + 2], "little") for n in (0, 2))
    raw = trail.data[at + 4 : min(at + 4 + size, trail.end)]
    kind = CrcKind.fitting(raw, crc) if len(raw) == size else None
    wrong = None if kind is not None or len(raw) < size else "fits neither X.25 nor ARC"
    named = f"{crc:04X}H {kind.name}" if kind is not None else f"{crc:04X}H"
    trail.octets("crc", "块CRC", "Block CRC", 2, named, error=wrong)
    trail.number("length", "块长度", "Length", 2)
    _content(trail, size, first=first)


def _content(trail: Trail, size: int, *, first: bool = False) -> None:
    """Unit 0 of a package is shown as its header."""
    raw, at = trail.data[trail.at : trail.at + size], trail.at
    if first and len(raw) >= SIZE and is_header(raw):
        label = Label("header", "升级包头", "Package header")
        trail.octets("data", "数据", "Data", size, "",
                     children=(record_node(Header, label, trail.data, at, at + SIZE),))  # fmt: skip
    else:
        trail.octets("data", "数据", "Data", size, f"{size} bytes")


def _wish(trail: Trail) -> None:
    if not _tail_follows(trail, WISH_SIZE):
        return
    _mark(trail)
    _whole_crc(trail)
    trail.number("block", "希望块（×256）", "Wanted block (x 256)", 1)
    trail.number("burst", "希望突发", "Wanted burst", 1)
    trail.number("window", "希望窗口", "Wanted window", 1)
    trail.number("flags", "标志", "Flags", 1, _flags("start over", "force version", "full duplex"))
    trail.number("spare", "备用", "Spare", 2)
    trail.octets("prefix", "SHA-256前8字节", "SHA-256 prefix", 8)


def _grant(trail: Trail) -> None:
    if not _tail_follows(trail, GRANT_SIZE):
        return
    _mark(trail)
    trail.number("block", "允许块（×256）", "Granted block (x 256)", 1)
    trail.number("burst", "允许突发", "Granted burst", 1)
    trail.number("window", "允许窗口", "Granted window", 1)
    trail.number("flags", "标志", "Flags", 1, _flags("resumed", "force accepted", "complete"))
    trail.number("units", "单元总数", "Units", 2)
    trail.number("missing", "缺少单元", "Units missing", 2)
    trail.number("delay", "应答延时（ms）", "Answer delay (ms)", 1)
    trail.number(
        "crc_kind", "CRC种类", "CRC kind", 1, lambda value: {0: "X25", 1: "ARC"}.get(value, "unknown")
    )


def _tail_follows(trail: Trail, size: int) -> bool:
    return trail.left >= size and trail.data[trail.at : trail.at + len(MARK)] == MARK


def _mark(trail: Trail) -> None:
    trail.octets("mark", "选项标识", "Option mark", 2)
    trail.number("version", "版本", "Version", 1)
    trail.number("following", "后续长度", "Bytes following", 1)


def _flags(*names: str) -> Callable[[int], str]:
    def show(value: int) -> str:
        return ", ".join(name for bit, name in enumerate(names) if value >> bit & 1) or "none"

    return show


def _list_files(trail: Trail) -> None:
    trail.number("block", "块号", "Block", 1)
    trail.number("size", "块长度", "Block size", 2)


def _read_first(trail: Trail) -> None:
    trail.number("size", "块长度", "Block size", 2)
    _name(trail)


def _read_next(trail: Trail) -> None:
    _id(trail)
    _offset(trail)
    trail.number("length", "长度", "Length", 2)


def _write_first(trail: Trail) -> None:
    _name(trail)
    trail.number("size", "文件长度", "File size", 4)
    trail.number("attributes", "属性", "Attributes", 2, lambda value: f"{value:o} octal")
    _block(trail, first=True)
    _wish(trail)


def _write_next(trail: Trail) -> None:
    _id(trail)
    _offset(trail)
    _block(trail)


def _finish(trail: Trail) -> None:
    _kind(trail)
    _id(trail)
    _whole_crc(trail)


def _cancel(trail: Trail) -> None:
    _kind(trail)
    _id(trail)


def _burst_block(trail: Trail) -> None:
    _id(trail)
    trail.number("burst", "突发号", "Burst", 1)
    trail.number(
        "index", "序号", "Index", 1, lambda value: f"{value & 0x3F}{', last' if value & 0x80 else ''}"
    )
    _offset(trail)
    _block(trail)


def _burst_query(trail: Trail) -> None:
    _id(trail)
    trail.number("burst", "突发号", "Burst", 1)
    trail.number("count", "块数", "Blocks sent", 1)


def _map_query(trail: Trail) -> None:
    _id(trail)
    trail.number("start", "起始单元", "Start unit", 2, _unit)
    trail.number("count", "单元数", "Units", 2)


def _file_list(trail: Trail) -> None:
    trail.number("total", "总长度", "Total length", 2)
    size = trail.number("length", "长度", "Length", 2)
    raw = trail.data[trail.at : trail.at + size]
    trail.octets(
        "data", "数据", "Data", size, raw.decode("ascii", "backslashreplace").strip().replace("\n", " | ")
    )


def _read_begun(trail: Trail) -> None:
    _id(trail)
    trail.number("size", "文件长度", "File size", 4)
    _block(trail)


def _write_begun(trail: Trail) -> None:
    _id(trail)
    trail.number("offset", "首个缺少单元", "First missing unit", 2, _unit)
    trail.number("result", "结果", "Result", 1, _code)
    _grant(trail)


def _written(trail: Trail) -> None:
    _id(trail)
    _offset(trail)
    trail.number("result", "结果", "Result", 1, _code)


def _finished(trail: Trail) -> None:
    _finish(trail)
    trail.number("last", "升级包结论", "Verdict on the package", 1, _verdict)


def _cancelled(trail: Trail) -> None:
    _cancel(trail)
    trail.number("result", "结果", "Result", 1, _code)


def _burst_state(trail: Trail) -> None:
    _id(trail)
    trail.number("burst", "突发号", "Burst", 1)
    count = trail.number("count", "块数", "Blocks", 1)
    trail.number("result", "结果", "Result", 1, _code)
    trail.number("first_missing", "首个缺少单元", "First missing unit", 2, _unit)
    trail.number("missing", "缺少单元", "Units missing", 2)
    _bitmap(trail, count)


def _map_part(trail: Trail) -> None:
    _map_query(trail)
    _bitmap(trail, int.from_bytes(trail.data[trail.at - 2 : trail.at], "little"))


def _bitmap(trail: Trail, count: int) -> None:
    size = -(-count // 8)
    bits = bits_of(trail.data[trail.at : trail.at + size], count)
    text = "".join("1" if bit else "0" for bit in bits[:64]) + (" .." if count > 64 else "")
    trail.octets("bitmap", "位图", "Bitmap", size, text)


ORDERS: Mapping[int, Walk] = {
    t.DIR: _list_files, t.READ_FIRST: _read_first, t.READ_NEXT: _read_next, t.WRITE_FIRST: _write_first,
    t.WRITE_NEXT: _write_next, t.FINISH: _finish, t.CANCEL: _cancel, t.BURST_BLOCK: _burst_block,
    t.BURST_QUERY: _burst_query, t.MAP: _map_query,
}  # fmt: skip
ANSWERS: Mapping[int, Walk] = {
    t.DIR: _file_list, t.READ_FIRST: _read_begun, t.READ_NEXT: _write_next, t.WRITE_FIRST: _write_begun,
    t.WRITE_NEXT: _written, t.FINISH: _finished, t.CANCEL: _cancelled, t.BURST_BLOCK: _burst_state,
    t.BURST_QUERY: _burst_state, t.MAP: _map_part,
}  # fmt: skip
