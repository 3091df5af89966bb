"""Words for people: what an error means and what to do next, in English and Chinese.

Errors carry facts; here each fact gets its sentence. Tables only: refusals by their code, line troubles by
their fault, limits by the form of the reason that the leaf gives. An unknown reason is shown as it is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core.errors import (
    CoreError,
    DecodeError,
    DeniedError,
    EncodeError,
    LibraryError,
    LineError,
    LineFault,
    SilenceError,
    StoreError,
    UsageError,
)


@dataclass(frozen=True, slots=True)
class Words:
    """Why it did not work, and the next step; ``next_step`` may be empty."""

    cause: str
    next_step: str = ""

    @property
    def text(self) -> str:
        """Both in one line."""
        return f"{self.cause} {self.next_step}".rstrip()


class Pair(NamedTuple):
    """Cause and next step in both languages."""

    cause: str
    next_step: str
    cause_zh: str
    next_step_zh: str

    def words(self, language: str, *facts: str, **named: str) -> Words:
        """Fill the facts in and pick the language."""
        chosen = self[2:] if language == "zh" else self[:2]
        cause, step = (text.format(*facts, **named) for text in chosen)
        return Words(cause, step)


REFUSALS = {
    0x01: Pair(
        "The terminal does not accept the value.",
        "Check the value against the range of the field.",
        "终端不接受该值。",
        "请核对该字段的取值范围。",
    ),
    0x02: Pair(
        "Two meters have the same point, or the same address on one port.",
        "Give one of them another point or address, or delete the other entry.",
        "测量点号重复，或同一端口的表地址重复。",
        "请更换测量点号或地址，或删除另一条档案。",
    ),
    0x10: Pair(
        "The meter archive is full: the terminal holds 192 meters.",
        "Delete meters that are no longer there, then add the new ones.",
        "电能表档案已满：终端最多192块表。",
        "请先删除已拆除的电能表，再添加新表。",
    ),
    0x03: Pair(
        "The password is wrong.",
        "Type the password of this channel; three wrong tries lock it for 10 min.",
        "密码错误。",
        "请输入本通道密码；连续三次错误将锁定 10 分钟。",
    ),
    0x0B: Pair(
        "The programming switch is closed.",
        "Hold the terminal's key for 5 s, then write again within 2 min.",
        "编程开关未打开。",
        "请按住终端按键 5 秒，并在 2 分钟内重新写入。",
    ),
    0x0C: Pair(
        "The terminal is busy.",
        "Wait some seconds and try again.",
        "终端忙。",
        "请稍候数秒再试。",
    ),
    0x0D: Pair(
        "The terminal does not allow this on this channel.",
        "Use the infrared or maintenance port at the terminal.",
        "此通道不允许该操作。",
        "请使用终端上的红外口或维护口。",
    ),
    0x0E: Pair(
        "The channel is locked after three wrong passwords.",
        "Wait 10 min; reading stays possible.",
        "密码连续三次错误，通道已锁定。",
        "请等待 10 分钟；期间仍可读取。",
    ),
}
"""ERR bytes of AFN00 F3 (`core.gdw376.refusals`)."""

DENIED = Pair(
    "The terminal refused AFN {0}.",
    "It may not know this data unit, or its value is not there; see the trace.",
    "终端否认 AFN {0}。",
    "终端可能不支持该数据单元或无此数据；请查看报文。",
)
SILENCE = Pair(
    "No answer on {0} after {1} tries.",
    "Check probe, window and terminal address; doctor listens to the line.",
    "{0} 上尝试 {1} 次无应答。",
    "请检查光头、对准位置和终端地址；可用 doctor 检测线路。",
)
DAMAGED = Pair(
    "The answer cannot be read: {0}.",
    "Save the trace; the terminal may follow another edition of the protocol.",
    "应答无法解析：{0}。",
    "请保存报文；终端可能采用其他版本规约。",
)
STORE = Pair(
    "The store of the emulated terminal refused: {0}.",
    "Close the other program that uses it, or give another --state folder.",
    "模拟终端的存储出错：{0}。",
    "请关闭占用它的其他程序，或用 --state 指定其他目录。",
)

_LIMITS: Sequence[tuple[str, Pair]] = (
    (
        r"(\S+) is outside (\S+)",
        Pair("{0} is outside {1}.", "Give a number from {1}.", "{0} 超出范围 {1}。", "请输入 {1} 之间的数。"),
    ),
    (
        r"(\d+) (?:characters|digits), at most (\d+) fit",
        Pair(
            "{0} characters are too many.",
            "At most {1} fit; shorten it.",
            "{0} 个字符过长。",
            "最多 {1} 个字符，请缩短。",
        ),
    ),
    (
        r"only ASCII letters, digits and signs can be sent, not (.+)",
        Pair(
            "{0} holds signs that cannot be sent.",
            "Only ASCII letters, digits and signs; switch the input method off.",
            "{0} 含有无法发送的字符。",
            "只能使用 ASCII 字母、数字和符号；请关闭输入法。",
        ),
    ),
    (
        r"segment (\d+) of (\S+) is above 255",
        Pair(
            "Segment {0} of {1} is above 255.",
            "Give four numbers from 0 to 255, as 10.20.30.40.",
            "{1} 中的 {0} 超过 255。",
            "请输入四个 0 到 255 的数，如 10.20.30.40。",
        ),
    ),
    (
        r"an address like 10\.20\.30\.40 expected, not (.+)",
        Pair(
            "{0} is no IP address.",
            "Give four numbers from 0 to 255, as 10.20.30.40.",
            "{0} 不是 IP 地址。",
            "请输入四个 0 到 255 的数，如 10.20.30.40。",
        ),
    ),
    (
        r"an address like 1122-7788 expected, not (.+)",
        Pair(
            "{0} is no terminal address.",
            "Give the region code and the number, as 1122-7788.",
            "{0} 不是终端地址。",
            "请输入行政区划码和终端地址，如 1122-7788。",
        ),
    ),
    (
        r"a whole number expected, not (.+)",
        Pair(
            "{0} is no whole number.",
            "Give digits only, or 0x1F.",
            "{0} 不是整数。",
            "请只输入数字，或 0x1F 形式。",
        ),
    ),
)
"""Reasons of `EncodeError` by form: limits of the wire."""

_LINES = {
    LineFault.MISSING: Pair(
        "{0} is not there: {1}.",
        "Plug the probe in and check the name; hhu doctor lists the ports.",
        "未找到 {0}：{1}。",
        "请插好光头并核对端口名；hhu doctor 可列出端口。",
    ),
    LineFault.BUSY: Pair(
        "{0} is held by another program.",
        "Close the other program, then try again.",
        "{0} 被其他程序占用。",
        "请关闭占用该端口的程序后再试。",
    ),
    LineFault.DENIED: Pair(
        "The system does not let you open {0}.",
        "Join the group that owns serial ports (dialout or uucp), or ask the administrator.",
        "系统不允许打开 {0}。",
        "请加入串口用户组（dialout 或 uucp），或联系管理员。",
    ),
    LineFault.UNFIT: Pair(
        "{0} cannot be used: {1}.",
        "Choose another port; hhu doctor tells which are serial ports.",
        "{0} 无法使用：{1}。",
        "请选择其他端口；hhu doctor 可列出串口。",
    ),
    LineFault.UNREACHABLE: Pair(
        "{0} does not answer: {1}.",
        "Check host and port, and that the terminal listens there.",
        "{0} 无法连接：{1}。",
        "请检查主机和端口，并确认终端正在侦听。",
    ),
    LineFault.LOST: Pair(
        "{0} went away: {1}.",
        "Connect again and repeat; what was not verified is read first.",
        "{0} 已断开：{1}。",
        "请重新连接后重试；未验证的内容会先读取。",
    ),
    LineFault.SILENT: Pair(
        "Nobody came on {0}: {1}.",
        "Check that the terminal's master IP and port lead here, its address, signal and redial pause.",
        "{0} 上无终端登录：{1}。",
        "请检查终端的主站 IP 和端口、终端地址、信号及重拨间隔。",
    ),
    LineFault.CLOSED: Pair(
        "{0} was closed here.",
        "Connect again.",
        "{0} 已在本机关闭。",
        "请重新连接。",
    ),
}
"""What a person can do about a port."""


_USAGES: Sequence[tuple[str, str, str]] = (
    (r"No data unit is called (.+)\.", "没有名为 {0} 的数据单元。", "hhu units 可列出全部名称。"),
    (r"(\S+): No field (.+) here\.", "{0}：没有字段 {1}。", "hhu units --json 可列出字段。"),
    (r"(\S+) is no parameter, it cannot be set\.", "{0} 不是参数，不能设置。", "只能设置 AFN 04 的单元。"),
    (r"(\S+) is a command, it cannot be read\.", "{0} 是命令，不能读取。", "hhu units 可列出可读单元。"),
    (r"(.+) sets nothing\.", "{0} 没有给出值。", "请写成 名称=值，如 main-ip=10.20.30.40。"),
    (r"Which line\?", "使用哪条线路？", "请用 --line 指定，如 ir:COM4；hhu doctor 可列出端口。"),
    (
        r"Writing to (\S+) over (\S+) needs its password\.",
        "写入 {0}（{1}）需要密码。",
        "请输入密码，或用 hhu secrets set 保存，或用 --password-stdin。",
    ),
    (
        r"The terminal (\S+) refused this password before.*",
        "终端 {0} 已拒绝过此密码，不再重发。",
        "请输入其他密码；连续三次错误将锁定 10 分钟。",
    ),
    (
        r"The terminal here is (\S+), not (\S+)\.",
        "此处终端为 {0}，不是 {1}。",
        "请核对铭牌；不填地址则连接当前终端。",
    ),
    (
        r"A terminal does not take a file called (.+)\.",
        "终端不接受文件名 {0}。",
        "只用字母、数字和 . - _，以 .hxp 结尾。",
    ),
    (r"No terminal takes (.+): (.+)\.", "终端不会接受 {0}：{1}。", "请重新复制文件，或换一个。"),
    (r"(.+) is no folder\.", "{0} 不是目录。", "请插入U盘，并给出其目录。"),
    (r"(.+) is the system disk\.", "{0} 是系统盘。", "请给出U盘的目录。"),
    (r"(.+) has (\d+) bytes left\.", "{0} 只剩 {1} 字节。", "请删除U盘上的文件，或换一个U盘。"),
    (r"(.+) is full\.", "{0} 已满。", "请删除U盘上的文件，或换一个U盘。"),
    (r"(.+) cannot be written\.", "{0} 不能写入。", "请检查U盘的写保护开关。"),
    (r"(.+) went away\.", "{0} 被拔出。", "工具提示之前请勿拔出U盘；请重新开始。"),
    (r"(.+) failed: (.+)\.", "{0} 出错：{1}。", "请换一个U盘。"),
    (
        r"(.+) on the disk differs from byte (\d+)\.",
        "U盘上的 {0} 从第 {1} 字节起不符。",
        "文件已删除。请换一个U盘。",
    ),
    (r"Nobody is there to confirm the write\.", "无人确认写入。", "请加 --yes。"),
    (
        r"(\S+) needs a selector\.",
        "{0} 需要指定日期、序号等条件。",
        "如 0DF161@1:2026-11-19、04F10:1-8；hhu units --json 可列出条件。",
    ),
    (r"(\d+) records are the most\.", "最多 {0} 条记录。", "请先删除一条。"),
    (
        r"The standard knows no way to delete this record\.",
        "规约不支持删除此记录。",
        "请修改其值，或保持不变。",
    ),
    (r"(.+) holds no parameters of hhu\.", "{0} 不是 hhu 参数文件。", "请选择由 hhu 保存的文件。"),
    (r"(.+), line (\d+): .+", "{0} 第 {1} 行格式错误。", "请更正，或重新保存。"),
    (r"No item '(.+)' in .+ data\.", "此类数据没有数据项“{0}”。", "hhu data day --help 列出数据项名称。"),
    (r"Points '(.+)' leave 1\.\.(\d+)\.", "测量点 {0} 超出 1 至 {1}。", "请写 1-20,33 或 all。"),
    (r"'(.+)' is no day\.", "“{0}”不是日期。", "请写 2026-11-19，或按月写 2026-11。"),
    (r"(\S+) is before (\S+)\.", "{0} 早于 {1}。", "请先写较早的日期。"),
    (r"More than (\d+) days\.", "超过 {0} 天。", "请分几次读取。"),
    (r"--to without --from\.", "有 --to 而无 --from。", "请同时给出起始日。"),
    (r"The terminal's archive holds no meter\.", "终端档案中没有电能表。", "请指定测量点，如 1-20。"),
    (r"(.+) exists\.", "{0} 已存在。", "加 --yes 则替换。"),
    (r"(.+) is no table\.", "{0} 不是表格文件。", "请选择 .csv 或 .xlsx 文件。"),
    (r"(.+) is no spreadsheet\.", "{0} 不是电子表格。", "请选择 .csv 或 .xlsx 文件。"),
    (r"(.+) is no text\.", "{0} 不是文本文件。", "请另存为 UTF-8 的 CSV，或 .xlsx。"),
    (r"(.+) is empty\.", "{0} 是空文件。", "请选择 .csv 或 .xlsx 文件。"),
    (r"(.+) is too large\.", "{0} 过大。", "最多读取 8 MiB。"),
    (r"(.+) has too many rows or columns\.", "{0} 的行或列过多。", "最多读取 5000 行、100 列。"),
    (r"(.+) is damaged.*", "{0} 已损坏。", "请用电子表格打开并另存。"),
    (
        r"(.+) is an old Excel file or has a password\.",
        "{0} 是旧版 Excel 文件或有密码。",
        "请另存为无密码的 .xlsx。",
    ),
    (
        r"(.+) has no column of meter addresses\.",
        "{0} 没有表地址列。",
        "标题行需有“通信地址”、Meter address 或 address。",
    ),
    (r"A package needs a program, .+", "升级包需要程序、规约库或两者。", "请给出 --program 或 --library。"),
    (
        r"The (program|library) and its version belong together\.",
        "{0} 与其版本须同时给出。",
        "如 --program FILE --program-version 0102:2026-11-15。",
    ),
    (r"The library is none: (.+)\.", "规约库无效：{0}。", '应为 UTF-8 的 JSON：{"tables": [...]}。'),
    (
        r"The terminal takes no package called (.*)\.",
        "终端不接受名为 {0} 的升级包。",
        "最多 64 个字母、数字、点、下划线和减号，以 .hxp 结尾。",
    ),
    (r"(.+) is larger than any package.+", "{0} 超过升级包上限（16 MiB）。", "请选择正确的文件。"),
    (r"The file (.+) cannot be read\.", "文件 {0} 无法读取。", "请核对路径。"),
    (r"The key (.+) cannot be read\.", "密钥 {0} 无法读取。", "请给出 64 位十六进制数字或文件。"),
    (
        r"(.+) cannot be opened as a private key\.",
        "{0} 无法作为私钥打开。",
        "请核对口令；keygen 可生成密钥。",
    ),
    (r"(.+) holds no Ed25519 key\.", "{0} 不是 Ed25519 密钥。", "hhu upgrade package keygen 可生成密钥。"),
    (r"(.+) is no public key\.", "{0} 不是公钥。", "请给出 64 位十六进制数字，或 keygen 生成的 .pub 文件。"),
    (r"There is no frame in these bytes\.", "这些字节中没有报文。", "报文以 68 L L L L 68 开头。"),
)
"""Reasons of `UsageError` by form, with the Chinese cause and next step; the error itself is English."""


_LIBRARY = Pair(
    "The protocol library cannot be used: {0}.",
    "{1} defect(s); hhu meters library check FILE lists them.",
    "规约库无法使用：{0}。",
    "共 {1} 处错误；hhu meters library check FILE 可全部列出。",
)


def explain(error: CoreError, language: str = "en") -> Words:
    """Return cause and next step for an error."""
    match error:
        case EncodeError():
            words = _limit(error, language)
        case UsageError():
            words = _usage(error, language)
        case DeniedError():
            words = refusal(error.code, error.afn, language)
        case SilenceError():
            words = SILENCE.words(language, error.port, str(error.tries))
        case LineError():
            pair = _LINES.get(error.fault, _LINES[LineFault.LOST])
            words = pair.words(language, error.port, error.reason.rstrip("."))
        case LibraryError():
            words = _LIBRARY.words(language, str(error), str(len(error.defects)))
        case DecodeError():
            words = DAMAGED.words(language, str(error))
        case StoreError():
            words = STORE.words(language, error.reason.rstrip("."))
        case _:
            words = Words(_sentence(str(error) or type(error).__name__))
    return words


def refusal(code: int | None, afn: int, language: str = "en") -> Words:
    """Return the words of an ERR byte; ``None`` after a denial without one."""
    pair = None if code is None else REFUSALS.get(code)
    return pair.words(language) if pair else DENIED.words(language, f"{afn:02X}H")


def _limit(error: EncodeError, language: str) -> Words:
    field = f"{error.field}: " if error.field else ""
    for form, pair in _LIMITS:
        found = re.fullmatch(form, error.reason)
        if found:
            words = pair.words(language, *found.groups())
            return Words(field + words.cause, words.next_step)
    return Words(_sentence(field + error.reason), error.hint)


def _usage(error: UsageError, language: str) -> Words:
    for form, cause, step in _USAGES if language == "zh" else ():
        found = re.fullmatch(form, error.reason)
        if found:
            return Words(cause.format(*found.groups()), step)
    return Words(_sentence(error.reason), error.hint)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "。", "!", "?")) else f"{text}."
