"""Items read with code 11 (vendor extension §2.4), by bank and number; values of fixed size."""

from collections.abc import Iterable, Mapping
from typing import Annotated

from core.errors import DecodeError
from core.wire.bits import bit, bits
from core.wire.codec import NO_SCOPE
from core.wire.formats import A1, U8, U16, Ip, TcpPort
from core.wire.leaf import Mask, Uint
from core.wire.record import Record, item, layout_of, record

ItemId = tuple[int, int]
"""Bank and item number."""
SELF_TEST, RESETS, UPLINK = (0x02, 0x6002), (0x02, 0x1021), (0x02, 0x6003)
SELF_TEST_ORDER = (0x02, 0x6001)
POINT = b"\x00\x00"
"""All items of the short list belong to the terminal itself."""
CSQ_UNKNOWN = 99

TEST_STATES = {0: ("未执行", "never"), 1: ("执行中", "running"), 2: ("已完成", "done")}
TEST_PARTS = {
    0: ("存储器", "store"), 1: ("时钟和电池", "clock and cell"), 2: ("上行模块", "uplink module"),
    3: ("SIM卡", "SIM"), 4: ("RS485", "RS485"), 5: ("显示", "display"), 6: ("程序区", "program slot"),
}  # fmt: skip


@record
class SelfTestOrder(Record):
    """What the last order for a self-test said (§2.6)."""

    mode: Annotated[int, Uint(1, choices={0: ("停止", "stop"), 1: ("启动", "start")})] = item("方式", "Mode")
    parts: Annotated[frozenset[int], Mask(4, first=0, names=TEST_PARTS)] = item("部件", "Parts")


@record
class SelfTest(Record):
    """Outcome of the last self-test (§2.6): the parts at fault."""

    state: Annotated[int, Uint(1, choices=TEST_STATES)] = item("自检状态", "State")
    faults: Annotated[frozenset[int], Mask(4, first=0, names=TEST_PARTS)] = item("故障部件", "Faults")


@record
class Resets(Record):
    """Starts of the terminal ever."""

    count: U16 = item("复位次数", "Resets")


LINK_STATES = {
    0: ("未设主站", "none"), 1: ("无模块", "no module"), 2: ("无SIM卡", "no SIM"), 3: ("拨号", "dialling"),
    4: ("登录", "login"), 5: ("在线", "online"), 6: ("离线", "offline"), 7: ("侦听", "listening"),
}  # fmt: skip
"""How far the uplink is; the English words are the terminal's own (facts of the face)."""
DIAL_ERRORS = {
    0: ("无", "none"), 1: ("模块无应答", "module silent"), 2: ("无SIM卡", "no SIM"),
    3: ("未注册到网络", "not registered"), 4: ("附着被拒（APN）", "attach refused"),
    5: ("连接被拒", "connect refused"), 6: ("连接超时", "connect timeout"),
    7: ("登录被否认", "login denied"), 8: ("登录无确认", "login unconfirmed"),
    9: ("心跳无确认", "heartbeat unconfirmed"), 10: ("链路断开", "link lost"), 11: ("无信号", "no signal"),
}  # fmt: skip
"""Why the last attempt ended."""


@bits(1)
class LinkFlags:
    """What the module and the network have."""

    module: bool = bit(0, "模块在位", "Module present")
    sim: bool = bit(1, "SIM卡在位", "SIM present")
    registered: bool = bit(2, "已注册", "Registered")
    attached: bool = bit(3, "已附着", "Attached")
    standby: bool = bit(4, "使用备用主站", "Standby in use")
    mains: bool = bit(5, "市电", "Mains present")
    wanted: bool = bit(6, "允许连接主站", "Connection wanted")


@record
class UplinkReport(Record):
    """[design] Item 6003 of bank 02: all of the uplink that the standard has no unit for; 37 bytes.

    Times are those of the terminal, in format A.1; EEH is "never". Longer answers are allowed later.
    """

    version: U8 = item("格式版本", "Layout version")
    flags: LinkFlags = item("模块和网络", "Module and network")
    csq: Annotated[int, Uint(1)] = item("信号强度CSQ（99未知）", "Signal CSQ (99 unknown)")
    state: Annotated[int, Uint(1, choices=LINK_STATES)] = item("上行状态", "State")
    own_ip: Ip = item("终端IP", "Own IP")
    peer_ip: Ip = item("所连主站IP", "Connected to")
    peer_port: TcpPort = item("所连主站端口", "Port")
    error: Annotated[int, Uint(1, choices=DIAL_ERRORS)] = item("最近失败原因", "Last error")
    error_at: A1 = item("最近失败时间", "Last error at")
    login_at: A1 = item("最近登录时间", "Last login")
    acknowledged_at: A1 = item("最近主站确认时间", "Last acknowledgement")
    attempts: U16 = item("本轮拨号次数", "Attempts")
    next_dial: Annotated[int, Uint(2, unit="s")] = item("距下次拨号", "Next attempt in")


ITEMS: Mapping[ItemId, type[Record]] = {
    SELF_TEST_ORDER: SelfTestOrder, SELF_TEST: SelfTest, RESETS: Resets, UPLINK: UplinkReport,
}  # fmt: skip


def asked_items(content: bytes) -> tuple[ItemId, ...]:
    """Return which items an order of code 11 asks for; ``DecodeError`` when it is cut."""
    if len(content) < 5 or (len(content) - 2) % 3:
        raise DecodeError("point and items of three bytes expected", len(content))
    return tuple((content[at], int.from_bytes(content[at + 1 : at + 3], "little"))
                 for at in range(2, len(content), 3))  # fmt: skip


def question(items: Iterable[ItemId]) -> bytes:
    """Return the content of an order that asks for items of the terminal."""
    return POINT + b"".join(_head(one) for one in items)


def answer(values: Mapping[ItemId, Record]) -> bytes:
    """Return the content of the answer: each value behind its item (§2.4)."""
    return POINT + b"".join(_head(one) + value.encode() for one, value in values.items())


def values_in(content: bytes) -> dict[ItemId, Record]:
    """Read the values of an answer; ``DecodeError`` for an unknown item, since no length stands before it."""
    found: dict[ItemId, Record] = {}
    at = 2
    while at < len(content):
        one = (content[at], int.from_bytes(content[at + 1 : at + 3], "little"))
        layout = ITEMS.get(one)
        if layout is None:
            raise DecodeError(f"unknown item {one[0]:02X}, {one[1]:04X}", at)
        found[one], at = layout_of(layout).take(content, at + 3, len(content), NO_SCOPE)
    return found


def _head(one: ItemId) -> bytes:
    return bytes([one[0]]) + one[1].to_bytes(2, "little")
