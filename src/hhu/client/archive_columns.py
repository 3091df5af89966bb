"""Columns of a meter file: their headings in Chinese, English and by field, and how their cells are read.

Headings are compared without blanks, brackets and case, so ``Meter address`` and ``meter_address`` are one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import EncodeError
from core.gdw376.units.afn04 import PROTOCOLS, SPEEDS
from hhu.client.tables import Cell

YES = frozenset({"1", "y", "yes", "true", "是", "√", "停抄", "重点"})
NO = frozenset({"", "0", "n", "no", "false", "否", "×", "抄读"})
SECRET = frozenset({"password", "密码", "通信密码", "pw"})
"""Headings of columns that are never taken from a file."""


@dataclass(frozen=True, slots=True)
class Column:
    """One field of `hhu.client.archive.ArchiveRow`."""

    name: str
    zh: str
    en: str
    aliases: tuple[str, ...] = ()


COLUMNS = (
    Column("serial", "装置序号", "Serial number", ("序号", "电能表序号", "serial", "sn", "no")),
    Column("point", "测量点号", "Point", ("所属测量点号", "测量点", "measuringpoint", "pn")),
    Column("port", "端口号", "Port", ("通信端口号", "通信端口", "端口")),
    Column("speed", "通信速率", "Speed", ("波特率", "速率", "baud", "baudrate")),
    Column("protocol", "通信协议", "Protocol", ("通信协议类型", "规约", "规约类型", "协议")),
    Column("address", "通信地址", "Meter address", ("表地址", "表号", "电表地址", "电能表地址", "address")),
    Column(
        "asset", "资产编号", "Asset number", ("资产号", "资产编码", "property", "propertynumber", "asset")
    ),
    Column("tariffs", "费率个数", "Tariffs", ("电能费率个数", "费率数")),
    Column("integers", "整数位数", "Integer digits", ("整数位", "整数位个数", "integers")),
    Column("decimals", "小数位数", "Decimals", ("小数位", "小数位个数")),
    Column("collector", "采集器地址", "Collector address", ("所属采集器通信地址", "采集器", "collector")),
    Column("major", "用户大类号", "Major class", ("大类号", "大类", "major")),
    Column("minor", "用户小类号", "Minor class", ("小类号", "小类", "minor")),
    Column("key", "重点户", "Key meter", ("重点", "重点用户", "key", "keypoint")),
    Column("stopped", "停抄", "Stopped", ("是否停抄", "stop")),
)
BY_NAME: Mapping[str, Column] = {column.name: column for column in COLUMNS}


def plain(text: str) -> str:
    """Return a heading as it is compared."""
    return re.sub(r"[\W_]+", "", text.replace("（", "(").partition("(")[0] or text).casefold()


_HEADINGS = {
    plain(text): column for column in COLUMNS for text in (column.name, column.zh, column.en, *column.aliases)
}


def column_of(heading: str) -> Column | None:
    """Return the column of a heading, ``None`` for an unknown one."""
    return _HEADINGS.get(plain(heading))


def is_secret(heading: str) -> bool:
    """Tell whether a column holds passwords."""
    return plain(heading) in SECRET


def read_cell(column: Column, cell: Cell) -> str | int | bool:
    """Return the value of a cell that is not empty; ``EncodeError`` carries the kind of defect."""
    text = cell.text
    if column.name in ("address", "collector"):
        return _digits(text)
    if column.name in ("key", "stopped"):
        return _flag(text)
    if column.name == "protocol":
        return _protocol(text)
    if column.name == "speed":
        return _speed(text)
    return text if column.name == "asset" else _number(text)


def _digits(text: str) -> str:
    """An address as it is written; a spreadsheet that rounded it has lost digits for good."""
    if re.fullmatch(r"\d(\.\d+)?[eE]\+?\d+", text):
        raise EncodeError("rounded")
    return text


def _flag(text: str) -> bool:
    if text.casefold() in YES:
        return True
    if text.casefold() in NO:
        return False
    raise EncodeError("flag")


def _number(text: str) -> int:
    whole = re.fullmatch(r"(\d{1,6})(\.0*)?", text)
    if whole is None or not text.isascii():
        raise EncodeError("number")
    return int(whole[1])


def _short(text: str) -> str:
    return re.sub(r"[^0-9a-z\u4e00-\u9fff]", "", text.casefold())


_PROTOCOLS = {_short(name): code for code, pair in PROTOCOLS.items() for name in pair} | {
    "6451997": 1, "64597": 1, "97": 1, "1997": 1, "dlt64597": 1,
    "6452007": 30, "64507": 30, "07": 30, "2007": 30, "dlt64507": 30,
}  # fmt: skip


def _protocol(text: str) -> int:
    """A code of F10 or a name: 30, DL/T 645-2007, 645-07."""
    if _short(text) in _PROTOCOLS:
        return _PROTOCOLS[_short(text)]
    return _number(text)


_SPEEDS = {
    name.casefold(): int(en) if en.isdecimal() else 0 for _, (zh, en) in SPEEDS.items() for name in (zh, en)
}


def _speed(text: str) -> int:
    known = _SPEEDS.get(text.casefold().removesuffix("bps").strip())
    return _number(text) if known is None else known
