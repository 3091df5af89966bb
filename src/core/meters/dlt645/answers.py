"""What a meter answers: the data of each function as a record, and its refusals (dlt645 §3, §4)."""

from typing import Annotated

from core.meters.dlt645 import formats as f
from core.meters.dlt645.blocks import Rest
from core.meters.dlt645.requests import CONTENT, IDENTIFIER, Address, Bytes, Code2, Digits, Level, RateWord
from core.wire.bits import bit, bits
from core.wire.leaf import Uint
from core.wire.record import Record, item, record


@record
class Values1997(Record):
    """81, 82, 83: the identifier and its data, or a part of them."""

    code: Code2 = item(*IDENTIFIER)
    content: Bytes = item(*CONTENT)


@record
class Values2007(Record):
    """91: the identifier and its data, or their first part."""

    code: f.Code4 = item(*IDENTIFIER)
    content: Bytes = item(*CONTENT)


@record
class Part2007(Record):
    """92: another part; its number stands last."""

    code: f.Code4 = item(*IDENTIFIER)
    content: Annotated[bytes, Rest(1)] = item(*CONTENT)
    sequence: Annotated[int, Uint(1)] = item("帧序号", "Sequence")


@record
class Done(Record):
    """Nothing but the fact."""


@record
class OwnAddress(Record):
    """93: the address of the meter."""

    address: Address = item("通信地址", "Address")


@record
class NewRate(Record):
    """8C, 97: the rate word again; FFH in 1997 refuses."""

    word: RateWord = item("通信速率特征字", "Rate word Z")


@record
class NewPassword(Record):
    """8F, 98: the password that is valid from now on."""

    level: Level = item("新密码权限", "New level")
    password: Digits = item("新密码", "New password")


@record
class NewOutput(Record):
    """9D: the signal again."""

    signal: Annotated[int, Uint(1)] = item("多功能端子输出", "Signal")


@bits(1)
class Refusal1997:
    """ERR of 1997."""

    illegal: bool = bit(0, "非法数据", "Illegal data")
    identifier: bool = bit(1, "数据标识错", "Identifier error")
    password: bool = bit(2, "密码错", "Password wrong or not authorised")
    reserved: bool = bit(3, "保留", "Reserved")
    zones: bool = bit(4, "年时区数超", "Too many yearly zones")
    slots: bool = bit(5, "日时段数超", "Too many day slots")
    tariffs: bool = bit(6, "费率数超", "Too many tariffs")
    spare: bool = bit(7, "保留", "Reserved")


@bits(1)
class Refusal2007:
    """ERR of 2007; several bits may be set."""

    other: bool = bit(0, "其他错误", "Other error")
    missing: bool = bit(1, "无请求数据", "No such data")
    password: bool = bit(2, "密码错/未授权", "Password wrong or not authorised")
    rate: bool = bit(3, "通信速率不能更改", "Rate cannot be changed")
    zones: bool = bit(4, "年时区数超", "Too many yearly zones")
    slots: bool = bit(5, "日时段数超", "Too many day slots")
    tariffs: bool = bit(6, "费率数超", "Too many tariffs")
    spare: bool = bit(7, "保留", "Reserved")


@bits(2)
class SecurityRefusal:
    """SERR of function 03 of 2007."""

    other: bool = bit(0, "其他错误", "Other error")
    repeated: bool = bit(1, "重复充值", "Repeated recharge")
    check: bool = bit(2, "ESAM验证失败", "ESAM check failed")
    identity: bool = bit(3, "身份认证失败", "Identity authentication failed")
    customer: bool = bit(4, "客户编号不匹配", "Customer number mismatch")
    count: bool = bit(5, "充值次数错误", "Recharge count error")
    hoarding: bool = bit(6, "购电超囤积", "Over-hoarding")
    rest: int = bit(7, "保留", "Other bits", width=9)


Refusal = Refusal1997 | Refusal2007 | SecurityRefusal
NO_DATA, WRONG, UNAUTHORISED, NO_RATE = 0x02, 0x01, 0x04, 0x08
"""ERR words that a meter gives most; the same bits in both editions, the rate only in 2007."""
