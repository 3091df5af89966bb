"""What a master asks: the data of each function as a record (dlt645 §3, §4). Fields in wire order.

An identifier is text as people write it, DI3 (1997: DI1) first. Levels are PA, two hexadecimal digits.
"""

from datetime import datetime
from typing import Annotated

from core.meters.dlt645 import formats as f
from core.meters.dlt645.blocks import Rest
from core.wire.leaf import Choices, Uint
from core.wire.record import Record, item, record
from core.wire.repeat import Tail

Code2 = Annotated[str, f.Code(2)]
Level = Annotated[str, f.Code(1)]
Digits = Annotated[str, f.PasswordDigits()]
Address = Annotated[str, f.Code(6)]
Bytes = Annotated[bytes, Rest()]
RateWord = Annotated[int, Uint(1)]
Hundred = Annotated[int | None, f.Number(1)]

IDENTIFIER = ("数据标识", "Identifier")
LEVEL, PASSWORD = ("密码权限PA", "Level PA"), ("密码", "Password")
OPERATOR = ("操作者代码", "Operator")
CONTENT = ("数据", "Content")
COMMANDS: Choices = {
    0x1A: ("跳闸", "trip"),
    0x1B: ("合闸允许", "permit closing"),
    0x1C: ("直接合闸", "close"),
    0x1D: ("跳闸自动合闸", "trip, restore by itself"),
    0x1E: ("跳闸自动合闸允许", "trip, permit by itself"),
    0x2A: ("报警", "alarm"),
    0x2B: ("报警解除", "alarm off"),
    0x3A: ("保电", "keep power"),
    0x3B: ("保电解除", "keep power off"),
}
"""N1 of function 1C."""
OUTPUTS: Choices = {
    0: ("时钟秒脉冲", "second pulse"),
    1: ("需量周期", "demand period"),
    2: ("时段投切", "tariff slot switch"),
}
SEALED = "98"
"""Level PA of commands that come encrypted."""


@record
class Read1997(Record):
    """01: one identifier; a load curve also from a time."""

    code: Code2 = item(*IDENTIFIER)
    since: Annotated[datetime | None, Tail(f.AtMinute)] = item("起始时间", "From", default=None)


@record
class FollowUp1997(Record):
    """02: what the answer before left over."""

    code: Code2 = item(*IDENTIFIER)


@record
class ReadAgain1997(Record):
    """03: the answer before, once more."""


@record
class Write1997(Record):
    """04: a parameter."""

    code: Code2 = item(*IDENTIFIER)
    level: Level = item(*LEVEL)
    password: Digits = item(*PASSWORD)
    content: Bytes = item(*CONTENT)


@record
class OpenWrite1997(Record):
    """04 as some meters want it: without a password. Never recognised, only sent."""

    code: Code2 = item(*IDENTIFIER)
    content: Bytes = item(*CONTENT)


@record
class BroadcastTime(Record):
    """08 of both editions: set the clocks; nobody answers."""

    time: f.At = item("时间", "Time")


@record
class WriteAddress(Record):
    """0A and 15: a new address for the meter whose key is pressed."""

    address: Address = item("通信地址", "Address")


@record
class ChangeRate(Record):
    """0C and 17: another speed from the answer on."""

    word: RateWord = item("通信速率特征字", "Rate word Z")


@record
class ChangePassword1997(Record):
    """0F: the old password and the new one."""

    level: Level = item("原密码权限", "Old level")
    password: Digits = item("原密码", "Old password")
    new_level: Level = item("新密码权限", "New level")
    new_password: Digits = item("新密码", "New password")


@record
class ClearDemand1997(Record):
    """10: reset the maximum demands."""

    level: Level = item(*LEVEL)
    password: Digits = item(*PASSWORD)


@record
class Read2007(Record):
    """11: one identifier; load records with how many, and from when."""

    code: f.Code4 = item(*IDENTIFIER)
    count: Annotated[int | None, Tail(Annotated[int, Uint(1)])] = item("记录块数", "Records", default=None)
    since: Annotated[datetime | None, Tail(f.AtMinute)] = item("给定时间", "From", default=None)


@record
class FollowUp2007(Record):
    """12: part ``sequence`` of an answer, counted from 1; ``form`` repeats how load records were asked."""

    code: f.Code4 = item(*IDENTIFIER)
    form: Annotated[bytes, Rest(1)] = item("请求格式", "Form")
    sequence: Annotated[int, Uint(1)] = item("帧序号", "Sequence")


@record
class ReadAddress(Record):
    """13: who is there; some masters add bytes that mean nothing."""

    extra: Bytes = item("附加字节", "Extra bytes", default=b"")


@record
class Write2007(Record):
    """14: a parameter."""

    code: f.Code4 = item(*IDENTIFIER)
    level: Level = item(*LEVEL)
    password: Digits = item(*PASSWORD)
    operator: f.Code4 = item(*OPERATOR)
    content: Bytes = item(*CONTENT)


@record
class Freeze(Record):
    """16: freeze now, or each time the clock shows this; 99 matches anything."""

    minute: Hundred = item("分", "Minute")
    hour: Hundred = item("时", "Hour")
    day: Hundred = item("日", "Day")
    month: Hundred = item("月", "Month")


NOW = Freeze(99, 99, 99, 99)


@record
class ChangePassword2007(Record):
    """18: the identifier names the level that changes."""

    code: f.Code4 = item(*IDENTIFIER)
    level: Level = item("原密码权限", "Old level")
    password: Digits = item("原密码", "Old password")
    new_level: Level = item("新密码权限", "New level")
    new_password: Digits = item("新密码", "New password")


@record
class ClearDemand2007(Record):
    """19: reset the maximum demands."""

    level: Level = item(*LEVEL)
    password: Digits = item(*PASSWORD)
    operator: f.Code4 = item(*OPERATOR)


@record
class ClearMeter(Record):
    """1A: all energies to zero."""

    level: Level = item(*LEVEL)
    password: Digits = item(*PASSWORD)
    operator: f.Code4 = item(*OPERATOR)


@record
class ClearEvents(Record):
    """1B: all events (FFFFFFFF), or the class of an identifier whose DI0 is FF."""

    level: Level = item(*LEVEL)
    password: Digits = item(*PASSWORD)
    operator: f.Code4 = item(*OPERATOR)
    code: f.Code4 = item("事件清零数据标识", "Events")


@record
class Switch(Record):
    """1C: relay, alarm, keep power; valid until a moment, after which the meter refuses."""

    level: Level = item(*LEVEL)
    password: Digits = item(*PASSWORD)
    operator: f.Code4 = item(*OPERATOR)
    command: Annotated[int, Uint(1, choices=COMMANDS)] = item("控制命令类型N1", "Command N1")
    restore: Annotated[int, Uint(1, unit="x 5 min")] = item("自动合闸时间N2", "Restore after N2")
    until: f.At = item("命令有效截止时间", "Valid until")


@record
class SealedSwitch(Record):
    """1C with level 98: the command encrypted, with its authentication code."""

    level: Level = item(*LEVEL)
    password: Digits = item(*PASSWORD)
    operator: f.Code4 = item(*OPERATOR)
    content: Bytes = item("密文", "Ciphertext")


@record
class Output(Record):
    """1D: what the multi-function terminal puts out."""

    signal: Annotated[int, Uint(1, choices=OUTPUTS)] = item("多功能端子输出", "Signal")


@record
class Security(Record):
    """03 of 2007: authentication, keys, prepayment; the content needs a security module."""

    code: f.Code4 = item(*IDENTIFIER)
    operator: f.Code4 = item(*OPERATOR)
    content: Annotated[bytes, Rest(secret=True)] = item(*CONTENT)
