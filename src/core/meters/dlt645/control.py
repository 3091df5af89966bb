"""The control byte C and the functions of both editions (dlt645 §2.3, §3, §4)."""

from enum import Enum

from core.wire.bits import bit, bits

REPLY, NEGATIVE, MORE = 0x80, 0x40, 0x20
FUNCTION = 0x1F


class Edition(Enum):
    """Which of the two standards; they share the frame and little else."""

    __hash__ = object.__hash__  # quicker than that of the name: tables are keyed by it

    V1997 = "1997"
    V2007 = "2007"


class Function1997:
    """Functions of 1997."""

    READ = 0x01
    FOLLOW_UP = 0x02
    READ_AGAIN = 0x03
    WRITE = 0x04
    BROADCAST_TIME = 0x08
    WRITE_ADDRESS = 0x0A
    CHANGE_RATE = 0x0C
    CHANGE_PASSWORD = 0x0F
    CLEAR_DEMAND = 0x10


class Function2007:
    """Functions of 2007."""

    SECURITY = 0x03
    BROADCAST_TIME = 0x08
    READ = 0x11
    FOLLOW_UP = 0x12
    READ_ADDRESS = 0x13
    WRITE = 0x14
    WRITE_ADDRESS = 0x15
    FREEZE = 0x16
    CHANGE_RATE = 0x17
    CHANGE_PASSWORD = 0x18
    CLEAR_DEMAND = 0x19
    CLEAR_METER = 0x1A
    CLEAR_EVENTS = 0x1B
    SWITCH = 0x1C
    OUTPUT = 0x1D


NAMES_1997 = {
    0x01: ("读数据", "read"),
    0x02: ("读后续数据", "read follow-up"),
    0x03: ("重读数据", "read again"),
    0x04: ("写数据", "write"),
    0x08: ("广播校时", "broadcast time"),
    0x0A: ("写设备地址", "write address"),
    0x0C: ("更改通信速率", "change rate"),
    0x0F: ("修改密码", "change password"),
    0x10: ("最大需量清零", "clear demand"),
}
NAMES_2007 = {
    0x03: ("安全认证", "security"),
    0x08: ("广播校时", "broadcast time"),
    0x11: ("读数据", "read"),
    0x12: ("读后续数据", "read follow-up"),
    0x13: ("读通信地址", "read address"),
    0x14: ("写数据", "write"),
    0x15: ("写通信地址", "write address"),
    0x16: ("冻结命令", "freeze"),
    0x17: ("更改通信速率", "change rate"),
    0x18: ("修改密码", "change password"),
    0x19: ("最大需量清零", "clear demand"),
    0x1A: ("电表清零", "clear meter"),
    0x1B: ("事件清零", "clear events"),
    0x1C: ("跳合闸、报警、保电", "switch or alarm"),
    0x1D: ("多功能端子输出控制", "output of the multi-function terminal"),
}
NAMES = {Edition.V1997: NAMES_1997, Edition.V2007: NAMES_2007}
_DIRECTIONS = {0: ("主站命令", "request"), 1: ("从站应答", "answer")}
_VERDICTS = {0: ("正确应答", "positive"), 1: ("异常应答", "negative")}
_FOLLOWING = {0: ("无后续帧", "no more"), 1: ("有后续帧", "more frames follow")}


@bits(1)
class Control1997:
    """C as 1997 names its functions."""

    direction: int = bit(7, "传送方向", "Direction", choices=_DIRECTIONS)
    verdict: int = bit(6, "从站应答标志", "Verdict", choices=_VERDICTS)
    more: int = bit(5, "后续帧标志", "Following", choices=_FOLLOWING)
    function: int = bit(0, "功能码", "Function", width=5, choices=NAMES_1997)


@bits(1)
class Control2007:
    """C as 2007 names its functions."""

    direction: int = bit(7, "传送方向", "Direction", choices=_DIRECTIONS)
    verdict: int = bit(6, "从站应答标志", "Verdict", choices=_VERDICTS)
    more: int = bit(5, "后续帧标志", "Following", choices=_FOLLOWING)
    function: int = bit(0, "功能码", "Function", width=5, choices=NAMES_2007)


CONTROLS = {Edition.V1997: Control1997, Edition.V2007: Control2007}
_ONLY_1997 = frozenset({0x01, 0x02, 0x04, 0x0A, 0x0C, 0x0F, 0x10})


def edition_of(control: int, size: int) -> Edition:
    """Tell the edition of a frame by C and the length of its data (dlt645 §2.3).

    Broadcast time is the same in both and counts as 2007. 03 is the re-read of 1997 when a request carries
    nothing, or when a refusal carries one byte.
    """
    function = control & FUNCTION
    if function in _ONLY_1997:
        return Edition.V1997
    if function == 0x03 and size == (1 if control & NEGATIVE else 0):
        return Edition.V1997
    return Edition.V2007
