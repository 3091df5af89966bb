"""What is said about an upgrade: stages, notices, failures with their next step, in Chinese and English.

The command line and the screens say the same.
"""

from dataclasses import dataclass

from core.vendor.package import REASONS
from hhu.client.upgrade.preflight import Blocker, Finding
from hhu.client.upgrade.stages import Failed, Failure, Notice, Noticed, Stage, Way

WAYS: dict[Way, tuple[str, str]] = {
    Way.RS485: ("RS485 本地", "RS485"),
    Way.REMOTE: ("远程", "Remote"),
    Way.STANDARD: ("AFN 0F", "AFN 0F"),
    Way.USB: ("U盘", "USB disk"),
}
STAGES: dict[Stage, tuple[str, str]] = {
    Stage.CHECKED: ("检查", "checked"),
    Stage.SENDING: ("发送", "sending"),
    Stage.RECEIVED: ("收妥", "received"),
    Stage.APPLIED: ("启用", "applied"),
    Stage.RESTARTED: ("重启", "restarted"),
    Stage.CONFIRMED: ("版本", "version"),
}
SLOT_STATES: dict[int, tuple[str, str]] = {
    0: ("空", "empty"), 1: ("好", "good"), 2: ("试运行", "on trial"), 3: ("坏", "bad"),
}  # fmt: skip
NOTICES: dict[Notice, tuple[str, str]] = {
    Notice.COMMAND_TAKEN: ("命令已接受，终端 2 秒后复位", "Command taken; the terminal resets in 2 s"),
    Notice.ALREADY_WAITING: ("终端已在下载方式", "The terminal was in download mode already"),
    Notice.DEFAULT_ADDRESS: (
        "使用默认地址 1122-3344：线上其他终端也会应答，请改为实际地址",
        "Default address 1122-3344: others on the line answer as well; set the real one",
    ),
    Notice.SMALL_BLOCKS: (
        "终端只支持 256 字节逐块应答（原厂方式），较慢",
        "The terminal takes 256 bytes at a time, as an original one: this is slow",
    ),
    Notice.OLD_CRC: ("终端使用旧校验 CRC-16/ARC", "The terminal uses the older CRC-16/ARC"),
    Notice.RESUMED: ("续传：{number} 单元无需重发", "Resumed: {number} units need not travel again"),
    Notice.STARTED_OVER: (
        "终端保留的是另一文件或已删除：从头发送",
        "What the terminal kept is another file or was erased: everything travels",
    ),
    Notice.HALVED: ("线路不好：块减至 {number} 字节", "The line is bad: blocks of {number} bytes now"),
    Notice.DOUBLED: ("线路好转：块增至 {number} 字节", "The line is good again: blocks of {number} bytes"),
    Notice.LINK_LOST: ("连接中断，等终端重拨后续传", "Link lost; it goes on when the terminal has redialled"),
    Notice.ON_TRIAL: (
        "新程序已运行，试运行 60 秒，期间可能退回",
        "The new program runs, on trial for 60 s; it may still go back",
    ),
    Notice.COME_BACK: (
        "下载电缆上无应答：同时询问原线路，请重新接好红外",
        "Nobody answers on the cable: connect infrared again, it is asked there too",
    ),
    Notice.ANSWER_LOST: (
        "终端对程序包的结论没有收到，以重启后版本为准",
        "The word on the package did not come: the version after the restart decides",
    ),
}
CLEAR = ("检查通过，无障碍。", "Nothing stands against it.")
FAILURES: dict[Failure, tuple[str, str, str, str]] = {
    Failure.BLOCKED: (
        "检查未通过，什么也没有发送。", "The checks found something; nothing was sent.",
        "请排除所列各项，再按回车。", "Put right what is listed, then press Enter.",
    ),
    Failure.COMMAND: (
        "终端拒绝命令：{why}。", "The terminal refused the command: {why}.",
        "终端仍在运行原程序。", "It still runs its old program.",
    ),
    Failure.FILE: (
        "终端拒绝文件：{why}。", "The terminal refused the file: {why}.",
        "终端仍在运行原程序。", "It still runs its old program.",
    ),
    Failure.PACKAGE: (
        "文件已收齐，终端拒绝程序包：{why}。", "The terminal has all of it and refuses the package: {why}.",
        "终端仍在运行原程序；请换正确的程序包。", "It still runs its old program; take the right package.",
    ),
    Failure.ROLLED_BACK: (
        "终端已退回原程序：{why}。", "The terminal went back to its old program: {why}.",
        "请报告厂家；终端可照常使用。", "Tell the maker; the terminal is fit for use.",
    ),
    Failure.VERSION: (
        "终端已重启，但报告的版本是 {note}。", "The terminal restarted and tells version {note}.",
        "升级未得到证明：看终端液晶的版本页。", "Not proved: look at the VERSION page of its LCD.",
    ),
    Failure.STOPPED: (
        "已由操作员停止。", "Stopped by the operator.",
        "已收部分保留 24 小时，按回车续传。", "What arrived is kept for 24 h: Enter goes on from there.",
    ),
    Failure.SILENT: (
        "终端不应答。", "The terminal does not answer.",
        "检查电缆和端口；已收部分保留 24 小时，按回车续传。",
        "Check cable and port; what arrived is kept for 24 h: Enter goes on from there.",
    ),
    Failure.LINE: (
        "线路中断。", "The line is gone.",
        "接好后按回车续传；已收部分保留 24 小时。",
        "Connect it and press Enter; what arrived is kept for 24 h.",
    ),
    Failure.OTHER_ERROR: (
        "升级中止：{note}。", "The upgrade ended: {note}.",
        "终端仍在运行原程序。", "The terminal still runs its old program.",
    ),
}  # fmt: skip
"""Cause and next step, each Chinese and English."""
BLOCKERS: dict[Blocker, tuple[str, str, str, str]] = {
    Blocker.NO_PACKAGE: (
        "不是程序包", "no package file", "请选 .hxp 程序包。", "Take a .hxp package.",
    ),
    Blocker.PRODUCT: (
        "程序包：产品不符", "the package is for another product",
        "请选用本产品的程序包。", "Take the package for this product.",
    ),
    Blocker.HARDWARE: (
        "程序包：硬件不符", "the package is for other hardware",
        "请选用本硬件的程序包。", "Take the package for this hardware.",
    ),
    Blocker.SIZE: (
        "程序包：长度错误", "the package has the wrong size", "请重新复制文件。", "Copy the file again.",
    ),
    Blocker.DAMAGED: ("程序包已损坏", "the package is damaged", "请重新复制文件。", "Copy the file again."),
    Blocker.LIBRARY: (
        "程序包：规约库无法使用：{note}", "the protocol library in it cannot be used: {note}",
        "用 hhu upgrade package inspect 列出全部错误，改正后重新打包。",
        "hhu upgrade package inspect FILE lists every defect; correct it and build anew.",
    ),
    Blocker.SIGNATURE: (
        "程序包：签名错误，不能放行", "signature of the package: cannot be overridden",
        "请向厂家索取签名正确的程序包。", "Ask the maker for a package with the right signature.",
    ),
    Blocker.OLDER: (
        "程序包版本过低：{note}", "the package is older: {note}",
        "请选更新的版本。", "Take a newer one.",
    ),
    Blocker.SAME: (
        "版本相同：{note}", "the same version is running: {note}",
        "无需升级。", "Nothing needs to be sent.",
    ),
    Blocker.TERMINAL: (
        "不是要升级的终端：{note}", "another terminal than was meant: {note}",
        "请核对铭牌。", "Look at the nameplate.",
    ),
    Blocker.SWITCH: (
        "编程开关未打开", "the programming switch is closed",
        "按住终端按键 5 秒，2 分钟内有效。", "Hold the terminal's key 5 s; it stays open 2 min.",
    ),
    Blocker.CLOCK: (
        "终端时钟不可信 {note}", "the terminal's clock cannot be trusted {note}",
        "请先对时。", "Set it first.",
    ),
    Blocker.BATTERY: (
        "笔记本用电池，剩 {note}", "this laptop runs on battery, {note} left",
        "请接电源。", "Connect its charger.",
    ),
    Blocker.BUSY: (
        "终端忙：另一升级正在进行", "the terminal is busy with another upgrade",
        "请等待其结束。", "Wait until it is over.",
    ),
    Blocker.LOCKED: (
        "密码错误，通道已锁定", "the channel is locked after wrong passwords",
        "请等待 10 分钟。", "Wait 10 min.",
    ),
}  # fmt: skip
"""What the preflight finds: cause and next step, each Chinese and English."""
RESULTS: dict[int, tuple[str, str]] = {
    0x02: ("内容不可接受", "content not acceptable"),
    0x03: ("密码错误或权限不足", "password or permission"),
    0x04: ("没有该项、文件或U盘", "no such item, file or disk"),
    0x05: ("超时", "out of time"),
    0x0A: ("不支持该命令", "not offered here"),
    0x0B: ("编程开关未打开", "programming switch closed"),
    0x0C: ("忙：另一升级正在进行", "busy with another upgrade"),
    0x0D: ("此通道不允许", "not on this channel"),
    0x0E: ("密码错误，通道已锁定", "channel locked after wrong passwords"),
    0x0F: ("命令中的地址不是本终端", "the address in the command is not its own"),
}
"""Result codes of the envelope (vendor extension §1.7)."""
FILE_CODES: dict[int, tuple[str, str]] = {
    1: ("文件名", "file name"), 2: ("无法打开", "cannot be opened"), 3: ("读取", "reading"),
    4: ("写入", "writing"), 5: ("文件号", "file id"), 6: ("偏移", "offset"), 7: ("长度", "size"),
    8: ("传输类型", "kind of transfer"), 9: ("CRC错误", "CRC"), 10: ("命令不支持", "command not known"),
    11: ("内存不足", "memory"), 12: ("无权限", "no permission"), 13: ("忙", "busy"),
    14: ("空间不足", "no space"), 15: ("不在下载方式", "not in download mode"),
}  # fmt: skip
"""Error codes of the file transfer (vendor extension §3.3)."""
CODES = {
    Failure.COMMAND: RESULTS, Failure.FILE: FILE_CODES, Failure.PACKAGE: REASONS,
    Failure.ROLLED_BACK: REASONS,
}  # fmt: skip

REMARKED = frozenset({Failure.PACKAGE, Failure.ROLLED_BACK})
"""Failures whose note is the terminal's own word on the protocol library."""
LIBRARY_STEP = (
    "原规约库仍在使用；请用 hhu meters library check 改正后重新打包。",
    "It reads by the library it had; correct the new one (hhu meters library check) and build anew.",
)


@dataclass(frozen=True, slots=True)
class Said:
    """What happened, and what to do next."""

    cause: str
    next_step: str


def failure(failed: Failed, language: str) -> Said:
    """Put the end of an upgrade without proof into words."""
    zh = language == "zh"
    cause_zh, cause_en, step_zh, step_en = FAILURES[failed.reason]
    known = CODES.get(failed.reason, {}).get(failed.code or 0)
    why = known[0 if zh else 1] if known else f"{failed.code or 0:02X}H"
    if failed.reason in REMARKED and failed.note:
        why = f"{why}, {failed.note}" if failed.code else failed.note
        step_zh, step_en = LIBRARY_STEP
    cause = (cause_zh if zh else cause_en).format(why=why, note=failed.note or "?")
    return Said(cause, step_zh if zh else step_en)


def finding(found: Finding, language: str) -> Said:
    """Put something that speaks against an upgrade into words."""
    zh = language == "zh"
    cause_zh, cause_en, step_zh, step_en = BLOCKERS[found.blocker]
    cause = (cause_zh if zh else cause_en).format(note=found.note).rstrip()
    return Said(cause, step_zh if zh else step_en)


def notice(told: Noticed, language: str) -> str:
    """Put something to know into words."""
    return NOTICES[told.notice][0 if language == "zh" else 1].format(number=told.number)
