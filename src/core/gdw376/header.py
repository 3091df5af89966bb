"""The frame header as people see it (part A §1); `frame` decodes it by hand, a test holds both together."""

from core.gdw376.catalogue import AFN_NAMES
from core.wire.bits import bit, bits
from core.wire.outline import Part, mark, octet, octets, word16

PRM = {0: ("从动站", "responding"), 1: ("启动站", "initiating")}
DIR = {0: ("下行", "down"), 1: ("上行", "up")}
INITIATED = {
    1: ("复位命令", "reset"),
    4: ("用户数据，无回答", "user data, no reply"),
    9: ("链路测试", "link test"),
    10: ("请求1类数据", "request class 1"),
    11: ("请求2类数据", "request class 2"),
}
RESPONDED = {
    0: ("认可", "accepted"),
    8: ("用户数据", "user data"),
    9: ("否认：无所召唤数据", "no such data"),
    11: ("链路状态", "link status"),
}


@bits(2)
class Length:
    """L: number of bytes from C to before CS, times four, plus the protocol id (part A §1.2)."""

    protocol: int = bit(0, "规约标识", "Protocol id", width=2)
    bytes: int = bit(2, "用户数据长度L1", "Length L1", width=14)


@bits(1)
class ControlDown:
    """C, from the master."""

    direction: int = bit(7, "传输方向位DIR", "DIR", choices=DIR)
    prm: int = bit(6, "启动标志位PRM", "PRM", choices=PRM)
    fcb: int = bit(5, "帧计数位FCB", "FCB")
    fcv: int = bit(4, "帧计数有效位FCV", "FCV")
    function: int = bit(0, "功能码", "Function", width=4)


@bits(1)
class ControlUp:
    """C, from the terminal."""

    direction: int = bit(7, "传输方向位DIR", "DIR", choices=DIR)
    prm: int = bit(6, "启动标志位PRM", "PRM", choices=PRM)
    acd: int = bit(5, "要求访问位ACD", "ACD")
    function: int = bit(0, "功能码", "Function", width=4)


@bits(1)
class MasterAddress:
    """A3: master address and group flag."""

    group: bool = bit(0, "组地址标志", "Group address")
    msa: int = bit(1, "主站地址MSA", "Master address", width=7)


@bits(1)
class Sequence:
    """SEQ (part A §2.2)."""

    tpv: bool = bit(7, "时间标签有效位TpV", "Tp present")
    fir: bool = bit(6, "首帧标志FIR", "First frame")
    fin: bool = bit(5, "末帧标志FIN", "Last frame")
    con: bool = bit(4, "请求确认标志CON", "Confirm wanted")
    number: int = bit(0, "启动/响应帧序号PSEQ/RSEQ", "Number", width=4)


def _function(byte: int) -> str:
    words = (INITIATED if byte & 0x40 else RESPONDED).get(byte & 0x0F)
    return f"{byte:02X}H {words[1] if words else 'reserved'}"


def _afn(byte: int) -> str:
    words = AFN_NAMES.get(byte)
    return f"{byte:02X}H {words[1] if words else 'reserved'}"


def _region(raw: bytes) -> str:
    return raw[::-1].hex().upper()


def header_parts(*, uplink: bool) -> tuple[Part, ...]:
    """The 14 bytes before the data units."""
    return (
        mark("start", "起始字符", "Start", 0x68),
        word16("length", "长度L", "Length", lambda word: str(word >> 2), word=Length),
        word16("length_again", "长度L", "Length again", lambda word: str(word >> 2), word=Length),
        mark("start_again", "起始字符", "Start again", 0x68),
        octet("control", "控制域C", "Control", _function, word=ControlUp if uplink else ControlDown),
        octets("region", "行政区划码A1", "Region code A1", 2, _region),
        word16("terminal", "终端地址A2", "Terminal address A2", lambda word: f"{word:04X}"),
        octet("master", "主站地址和组地址标志A3", "Master address A3", word=MasterAddress),
        octet("afn", "应用层功能码AFN", "AFN", _afn),
        octet("seq", "帧序列域SEQ", "SEQ", word=Sequence),
    )
