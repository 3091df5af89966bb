"""Code E0: who the terminal is and what it is doing (vendor extension §2.7) [design]."""

from datetime import date
from typing import Annotated

from core.wire.bits import bit, bits
from core.wire.formats import U8, U16, Ascii4, Ascii8
from core.wire.leaf import Octets, Uint
from core.wire.record import Record, item, record
from core.wire.times import Date

MODES = {
    0: ("正常", "normal"), 1: ("等待本地下载", "local download waiting"), 2: ("本地传输", "local transfer"),
    3: ("远程下载连接中", "remote download connecting"), 4: ("远程下载已连接", "remote download linked"),
    5: ("远程传输", "remote transfer"), 6: ("USB升级", "USB upgrade"), 7: ("校验或提交", "checking"),
}  # fmt: skip
SIZE = 66
"""Bytes a tool reads; longer answers are allowed later."""


@bits(1)
class IdentityFlags:
    """Byte 3."""

    open: bool = bit(0, "编程开关已开", "Programming switch open")
    busy: bool = bit(1, "忙", "Busy")
    signed: bool = bit(2, "需要签名", "Signature required")
    locked: bool = bit(3, "通道锁定", "Channel locked")
    disk: bool = bit(4, "有U盘", "Disk present")


@record
class Identity(Record):
    """Answer of code E0, 66 bytes."""

    result: U8 = item("结果", "Result")
    layout: U8 = item("格式版本", "Layout version")
    mode: Annotated[int, Uint(1, choices=MODES)] = item("工作方式", "Mode")
    flags: IdentityFlags = item("标志", "Flags")
    block: U8 = item("最大块（×256）", "Largest block (x 256)")
    burst: U8 = item("最大突发", "Largest burst")
    window: U8 = item("最大窗口", "Largest window")
    crcs: U8 = item("CRC种类", "CRC kinds")
    minutes_left: U16 = item("方式剩余分钟", "Minutes left in the mode")
    address: Annotated[bytes, Octets(4)] = item("终端地址", "Own address")
    product: Ascii8 = item("产品", "Product")
    hardware: U16 = item("硬件位", "Hardware bit")
    program: Ascii4 = item("程序版本", "Program version")
    program_date: Annotated[date | None, Date()] = item("程序日期", "Program date")
    library: Ascii4 = item("规约库版本", "Library version")
    library_date: Annotated[date | None, Date()] = item("规约库日期", "Library date")
    slot: U8 = item("当前程序区", "Active slot")
    slot_a: U8 = item("程序区A", "Slot A")
    slot_b: U8 = item("程序区B", "Slot B")
    upgrade_way: U8 = item("上次升级方式", "Last upgrade by")
    upgrade_result: U8 = item("上次升级结果", "Its result")
    upgrade_reason: U8 = item("上次升级原因", "Its reason")
    upgrade_at: Annotated[bytes, Octets(6)] = item("上次升级时间", "Its time")
    version_before: Ascii4 = item("升级前版本", "Version before")
    version_after: Ascii4 = item("升级后版本", "Version after")
    partial: U8 = item("有未完成文件", "Partial file kept")
    units: U16 = item("文件单元数", "Its units")
    units_missing: U16 = item("缺少单元数", "Units missing")
    file_crc: U16 = item("文件CRC", "Its CRC")
    hours_left: U8 = item("删除前小时数", "Hours until it is erased")


def identity_in(content: bytes) -> Identity:
    """Read the answer of code E0; ``DecodeError`` when it is shorter than 66 bytes."""
    return Identity.decode(content[:SIZE])
