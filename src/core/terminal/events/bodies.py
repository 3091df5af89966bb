"""Bodies of the event records, without the time of occurrence (part B §4.3)."""

from collections.abc import Iterable
from typing import Annotated

from core.gdw376.units import shapes
from core.gdw376.units.erc import POINT, TERMINAL_FAULTS, PointMark
from core.wire.bits import bit, bits
from core.wire.formats import A15, U8, Ascii4
from core.wire.leaf import Octets, Uint
from core.wire.record import Record, item, record
from core.wire.repeat import Repeat, ToEnd


@bits(1)
class Cause:
    """Why ERC1 was written."""

    initialised: bool = bit(0, "数据初始化", "Initialised")
    version: bool = bit(1, "版本变更", "Version changed")


@record
class Initialisation(Record):
    """ERC1: data or parameters were initialised, or another program runs."""

    cause: Cause = item("变更标志", "Cause")
    old: Ascii4 = item("变更前软件版本号", "Version before")
    new: Ascii4 = item("变更后软件版本号", "Version after")


@bits(1)
class Loss:
    """Which parameters were lost."""

    terminal: bool = bit(0, "终端参数丢失", "Terminal parameters")
    point: bool = bit(1, "测量点参数丢失", "Point parameters")


@record
class ParameterLoss(Record):
    """ERC2: stored parameters failed their check."""

    loss: Loss = item("参数丢失标志", "Loss")


@record
class ParameterChange(Record):
    """ERC3: who changed parameters, and the identifiers of the changed units of AFN 04."""

    msa: U8 = item("启动站地址", "Master address")
    identifiers: Annotated[tuple[bytes, ...], Repeat(Annotated[bytes, Octets(4)], ToEnd())] = item(
        "变更参数数据单元标识", "Changed units"
    )


MOST_IDENTIFIERS = 62
"""Changed units of one ERC3: the length of a record is one byte and counts its time and MSA (part B §4.3)."""


def identifiers(keys: Iterable[tuple[int, int]]) -> tuple[bytes, ...]:
    """Return DA and DT of units by Fn and Pn; points of a group of eight share one (part A §2.3)."""
    masks: dict[tuple[int, int], int] = {}
    for fn, pn in keys:
        group = (pn - 1) // 8 + 1 if pn else 0
        masks[fn, group] = masks.get((fn, group), 0) | (1 << (pn - 1) % 8 if pn else 0)
    return tuple(
        bytes([mask, group, 1 << (fn - 1) % 8, (fn - 1) // 8]) for (fn, group), mask in masks.items()
    )


@record
class TerminalFault(Record):
    """ERC21: a fault of the terminal itself, of its meter ports too."""

    fault: Annotated[int, Uint(1, choices=TERMINAL_FAULTS)] = item("终端故障编码", "Fault")


@record
class ReadFailure(Record):
    """ERC31: a point could not be read by the end of the period, or can be again."""

    point: PointMark = item(*POINT)
    last_ok: A15 = item("最近一次抄表成功时间", "Last success")
    active: shapes.ActiveReading = item("最近一次抄表成功正向有功总电能示值", "Forward active then")
    reactive: shapes.ReactiveReading = item("最近一次抄表成功正向无功总电能示值", "Forward reactive then")


@record
class AuthenticationError(Record):
    """ERC20: a message with a wrong PW."""

    pw: Annotated[bytes, Octets(16, secret=True)] = item("错误消息认证码PW", "Wrong PW")
    msa: U8 = item("启动站地址", "Master address")
