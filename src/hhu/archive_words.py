"""What is said about meters in a file, in English and Chinese: one row per kind of defect."""

from hhu.client.archive_check import Defect
from hhu.client.archive_columns import BY_NAME

KINDS: dict[str, tuple[str, str]] = {
    "address": (
        "{0} is no meter address: exactly 12 digits are needed",
        "{0} 不是表地址：必须为 12 位数字",
    ),
    "no-address": ("the meter address is missing", "缺少表地址"),
    "rounded": (
        "{0} was rounded by a spreadsheet, its digits are lost: type the address as text",
        "{0} 已被电子表格四舍五入，位数丢失：请以文本格式重新输入地址",
    ),
    "broadcast": ("{0} is the broadcast address", "{0} 是广播地址"),
    "range": ("{0} is outside {1}..{2}", "{0} 超出范围 {1}..{2}"),
    "choice": ("{0} cannot be set; possible are {1}", "{0} 无效，可选 {1}"),
    "protocol": ("protocol {0} is unknown; known codes are {1}", "未知规约 {0}，已知代码 {1}"),
    "port": ("port {0}: the terminal has meter ports 1 to 3", "端口 {0}：终端的抄表端口为 1 至 3"),
    "number": ("{0} is no whole number", "{0} 不是整数"),
    "flag": ("{0} is neither yes nor no: write 1 or 0", "{0} 既非是也非否：请填 1 或 0"),
    "asset": (
        "{0} does not fit: at most {1} ASCII characters",
        "{0} 不符合要求：最多 {1} 个 ASCII 字符",
    ),
    "asset-blanks": ("blanks around the asset number", "资产编号前后有空格"),
    "double-file": ("{0} stands in row {1} already", "{0} 与第 {1} 行重复"),
    "double-terminal": (
        "{0} belongs to meter {1} of the terminal",
        "{0} 已被终端中序号 {1} 的电能表使用",
    ),
    "capacity": (
        "the terminal holds {0} meters at most, these would be {1}",
        "终端最多 {0} 块电能表，导入后将为 {1} 块",
    ),
    "no-port": ("a new meter needs its port", "新增电能表缺少端口号"),
    "no-rows": ("no meter stands under the headings", "标题行下没有电能表"),
    "double-column": ("column {0} stands twice", "列 {0} 重复"),
    "unknown-column": ("column {0} is unknown and left out", "未知列 {0}，忽略"),
    "secret-column": (
        "column {0}: passwords are never taken from a file, left out",
        "列 {0}：密码不从文件导入，忽略",
    ),
    "zeros": ("leading zeros were lost by a spreadsheet: {0} is {1}", "电子表格丢失了前导零：{0} 即 {1}"),
    "filled": ("filled with zeros: {0} is {1}", "前补零：{0} 即 {1}"),
    "assumed": ("protocol not told, {0} assumed", "未给出规约，按 {0}"),
}
"""By kind of `hhu.client.archive_check.Defect`."""


def defect_text(defect: Defect, language: str) -> str:
    """Say what is wrong, without the place."""
    return KINDS[defect.kind][language == "zh"].format(*defect.facts)


def column_text(defect: Defect, language: str) -> str:
    """Return the heading of the column, in the language of the reader."""
    column = BY_NAME.get(defect.column)
    if column is None:
        return defect.column
    return column.zh if language == "zh" else column.en
