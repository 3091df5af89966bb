"""What happens to a port, by its fault."""

from core.errors import LineFault
from hhu.wording.pair import Pair

LINES = {
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
