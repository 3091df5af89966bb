"""AFN 00: confirm and deny (part A §3, §6.1). Single frame, CON = 0."""

from typing import Annotated

from core.gdw376.unit import Unit, unit
from core.wire.leaf import Octets, Uint
from core.wire.record import item, record
from core.wire.repeat import Repeat, ToEnd

ERR_WORDS = {
    0x00: ("正确", "correct"),
    0x01: ("其他错误", "not acceptable"),
    0x02: ("表地址重复", "meter address duplicated"),
    0x03: ("密码错误", "password or permission"),
    0x0B: ("编程开关未打开", "programming switch closed"),
    0x0C: ("终端忙", "busy"),
    0x0D: ("此通道不允许", "not on this channel"),
    0x0E: ("通道已锁定", "channel locked after wrong passwords"),
}
"""0 and 1 by the 2009 text, 2 by 2012/13; the rest, reserved there, carry the maker's envelope codes."""


@unit(0x00, 1, "全部确认", "All confirmed", "confirm", "A §6.1 F1")
class Confirm(Unit):
    """Everything in the answered message was accepted."""


@unit(0x00, 2, "全部否认", "All denied", "deny", "A §6.1 F2")
class Deny(Unit):
    """Nothing in the answered message was accepted, or nothing asked for is there."""


@record
class Verdict:
    """What became of one data unit: its identifier and the ERR byte."""

    da: Annotated[bytes, Octets(2)] = item("信息点标识DA", "Point identifier")
    dt: Annotated[bytes, Octets(2)] = item("信息类标识DT", "Function identifier")
    err: Annotated[int, Uint(1, choices=ERR_WORDS)] = item("错误标识ERR", "Error code")


@unit(0x00, 3, "按数据单元标识确认和否认", "Confirmed or denied unit by unit", "verdicts", "A §6.1 F3")
class Verdicts(Unit):
    """The answered AFN and one ERR per data unit, to the end of the units (there is no count)."""

    afn: Annotated[int, Uint(1)] = item("要被确认的报文的AFN", "AFN answered")
    verdicts: Annotated[tuple[Verdict, ...], Repeat(Verdict, ToEnd())] = item("确认和否认", "Verdicts")
