"""Every word of the screens that does not come from a data unit, in Chinese and English, in one table.

Labels of fields come from the layouts (word for word from the standard); texts of errors from `hhu.wording`.
"""

from typing import TYPE_CHECKING, Literal, cast

if TYPE_CHECKING:
    from textual.dom import DOMNode

Language = Literal["zh", "en"]

WORDS: dict[str, tuple[str, str]] = {
    "app.title": ("HX1088 现场维护", "HX1088 maintenance"),
    # Pages
    "page.overview": ("总览", "Overview"),
    "page.addresses": ("地址", "Addresses"),
    "page.uplink": ("上行", "Uplink"),
    "page.trace": ("报文", "Trace"),
    "page.terminal": ("终端", "Terminal"),
    # Status row
    "status.no-line": ("未连接", "not connected"),
    "status.no-address": ("地址未知", "unknown"),
    "status.emulated": ("仿真", "EMULATED"),
    "write.read-only": ("只读", "read-only"),
    "write.armed": ("允许写入", "armed"),
    "write.open": ("编程开", "switch open"),
    "write.armed-open": ("编程开启", "PROGRAM OPEN"),
    "pass.none": ("无密码", "pw -"),
    "pass.kept": ("密码有", "pw set"),
    "pass.accepted": ("密码好", "pw ok"),
    "pass.refused": ("密码错", "pw bad"),
    "pass.locked": ("已锁定", "locked"),
    "pass-long.none": ("无，写入时询问", "asked when needed"),
    "pass-long.kept": ("已有，终端尚未验证", "at hand, not tried"),
    "pass-long.accepted": ("终端已接受", "accepted"),
    "pass-long.refused": ("被终端拒绝", "refused"),
    "pass-long.locked": ("通道锁定 10 分钟", "locked for 10 min"),
    "pass.left": (
        "再错 {number} 次通道将锁定 10 分钟。",
        "{number} tries left, then the channel locks for 10 min.",
    ),
    # Truth
    "state.planned": ("计划", "planned"),
    "state.sent": ("已发", "sent"),
    "state.acknowledged": ("已确认", "acknowledged"),
    "state.verified": ("已验证", "verified"),
    "state.refused": ("被拒", "refused"),
    "state.failed": ("失败", "failed"),
    "state.differs": ("不符", "differs"),
    "tone.plain": ("", ""),
    "tone.good": ("完成", "done"),
    "tone.warn": ("注意", "note"),
    "tone.bad": ("错误", "error"),
    # Tables
    "table.field": ("字段", "Field"),
    "table.terminal": ("终端值", "Terminal"),
    "table.new": ("新值", "New"),
    "table.state": ("状态", "State"),
    "table.unread": ("未读", "not read"),
    "table.was": ("原值 {value}", "was {value}"),
    "table.bytes": ("报文 {number} 字节 {first}..{last}", "frame {number} bytes {first}..{last}"),
    "value.absent": ("终端不支持", "not there"),
    "value.none": ("无", "none"),
    "value.empty": ("(空)", "(empty)"),
    "value.yes": ("是", "yes"),
    "value.no": ("否", "no"),
    "value.all": ("全部", "all"),
    "value.no-bits": ("无", "none"),
    "limit.ip": ("形如 10.20.30.40；0.0.0.0 表示不用", "an address like 10.20.30.40; 0.0.0.0 means none"),
    "limit.address": (
        "区划码 4 位数字-终端地址 4 位十六进制，如 1122-7788",
        "four digits of the region, four hexadecimal digits: 1122-7788",
    ),
    "limit.phone": ("最多 {longest} 位数字；, 为停顿", "at most {longest} digits; , is a pause"),
    "limit.text": ("最多 {longest} 个 ASCII 字符", "at most {longest} ASCII characters"),
    "limit.mask": ("{lowest} 至 {highest} 中的任意几个", "any of {lowest} to {highest}"),
    "limit.decimal": ("数字，如 220.5 {unit}；空为无值", "a number like 220.5 {unit}; empty means no value"),
    "limit.digits": ("{longest} 位数字；空为无值", "{longest} digits; empty means no value"),
    "limit.octets": ("{longest} 位十六进制数字", "{longest} hexadecimal digits"),
    "limit.time": ("形如 {example}；空为无值", "like {example}; empty means no value"),
    "limit.number": ("{lowest} 至 {highest} {unit}", "{lowest} to {highest} {unit}"),
    "limit.codes": ("{codes}，或 {lowest} 至 {highest}", "{codes}, or any of {lowest} to {highest}"),
    # Editing and writing
    "sheet.now": ("现值  {value}", "Now  {value}"),
    "edit.unread": ("此行尚未读取。", "This row has not been read yet."),
    "edit.unread-next": ("请先按 R 读取。", "Press R to read it first."),
    "write.nothing": ("没有要写入的内容。", "Nothing is to be written."),
    "write.nothing-next": ("请先用空格编辑一行。", "Edit a row with Space first."),
    "write.title": ("写入 {address}，更改 {number} 项", "Write to {address}, changed rows: {number}"),
    "write.more": ("... 另有 {number} 项", "... and {number} more"),
    "write.done": (
        "已写入、回读并比对一致：{number} 个值。",
        "Written, read back and equal: {number} values.",
    ),
    "write.done-next": ("按 T 查看证明该值的报文。", "T shows the frame that proves a value."),
    "write.differs": ("回读值与写入值不符。", "The value read back is not the value written."),
    "write.differs-next": (
        "请查看标为“不符”的行，按 W 重试。",
        "Look at the rows marked differs; W writes again.",
    ),
    "write.warn-secret": (
        "将覆盖密码，旧密码无法读出恢复",
        "overwrites a password that cannot be read back: no way to undo",
    ),
    "write.warn-address": (
        "远程更改终端地址，写错将无法再访问",
        "changes the address from afar: a wrong one is out of reach",
    ),
    "ready.armed": ("写入许可 {left}", "writes armed, {left} left"),
    "ready.unarmed": ("只读：按回车允许写入 5 分钟", "read-only: Enter arms writes for 5 min"),
    "ready.open": ("编程开关已开 {left}", "programming switch open, {left} left"),
    "ready.closed": (
        "编程开关关：按住终端按键 5 秒，再按回车",
        "programming switch closed: hold the terminal's key 5 s, then Enter",
    ),
    "ready.closed-emulated": (
        "编程开关关：按住终端按键 5 秒（回车代劳）",
        "programming switch closed: hold the terminal's key 5 s; Enter does it",
    ),
    "ready.holding": ("按住按键 {held} 秒", "holding the key {held} s"),
    "ready.password-known": ("密码已有", "password at hand"),
    "ready.password-missing": ("本通道密码（剩 {left} 次）", "password of this channel ({left} tries left)"),
    "ready.all": ("回车开始写入", "Enter starts writing"),
    # Work
    "work.reading": ("读取", "Reading"),
    "work.read": ("读取 {name}", "Reading {name}"),
    "work.read-clock": ("读取时钟", "Reading the clock"),
    "work.read-done": ("已读取 {number} / {all} 个数据单元。", "Read {number} of {all} data units."),
    "work.writing": ("写入", "Writing"),
    "work.sent": ("写入 {name}，等待确认", "Writing {name}, waiting for the acknowledgement"),
    "work.acknowledged": ("回读 {name}", "Reading {name} back"),
    "work.set-clock": ("对时", "Setting the clock"),
    "work.connecting": ("连接 {line}，询问在线终端", "Connecting to {line}, asking who is there"),
    "work.connecting-next": ("最长约 20 秒，Esc 取消", "This takes 20 s at most. Esc cancels."),
    "quit.title": ("有 {number} 项计划尚未写入，仍要退出？", "Leave without writing? Planned rows: {number}"),
    "work.left": ("剩 {time}", "{time} left"),
    "work.cancel": ("Esc 取消", "Esc cancels"),
    "work.busy": ("正在执行其他任务。", "Something else is still running."),
    "work.busy-next": ("请等待，或按 Esc 取消。", "Wait for it, or stop it with Esc."),
    "work.cancelled": ("已取消。", "Cancelled."),
    "work.cancelled-next": (
        "已发送而未回答的写入状态未知：按 R 读取。",
        "What was sent and not answered is unknown: read with R.",
    ),
    # Clock
    "clock.title": ("对时", "Set the terminal's clock"),
    "clock.plan": ("设为本机时间，然后回读比较", "to this computer's time, then read back and compare"),
    "clock.set": ("已对时，差值 {difference}。", "Clock set and read back, difference {difference}."),
    "clock.invalid": ("无效", "not valid"),
    "clock.off": ("请对时", "set it: C"),
    "clock.good": ("正常", "good"),
    # Overview
    "overview.identity": ("身份", "Identity"),
    "overview.address": ("终端地址", "Address"),
    "overview.access": ("权限", "Access"),
    "overview.switch": ("编程开关", "Switch"),
    "overview.password": ("密码", "Password"),
    "overview.clock": ("时钟", "Clock"),
    "overview.terminal-clock": ("终端", "Terminal"),
    "overview.computer-clock": ("本机", "This computer"),
    "overview.difference": ("差值", "Difference"),
    "overview.uplink": ("上行通信", "Uplink"),
    "overview.events": ("事件", "Events"),
    "overview.unread": ("未读事件", "Unread"),
    "overview.software": ("软件版本", "Software version"),
    "overview.software-date": ("软件日期", "Software date"),
    "overview.capacity": ("配置容量", "Capacity code"),
    "overview.protocol": ("规约版本", "Protocol version"),
    "overview.hardware": ("硬件版本", "Hardware version"),
    "overview.hardware-date": ("硬件日期", "Hardware date"),
    "overview.ec1": ("重要事件EC1", "Important EC1"),
    "overview.ec2": ("一般事件EC2", "Ordinary EC2"),
    "overview.reports": ("主动上报", "Reports"),
    "overview.calls": ("通话", "Calls"),
    "overview.today": ("当日流量", "Traffic today"),
    "overview.month": ("当月流量", "Traffic month"),
    "switch.open": ("已开 {left}", "open {left}"),
    "switch.closed": ("关", "closed"),
    "switch.unknown": ("未知：按键 5 秒打开", "not known"),
    "switch.not-needed": ("此通道不需要", "not needed here"),
    # Trace
    "trace.filter": ("过滤 /", "Filter /"),
    "trace.placeholder": ("词、tx、rx、noise、0A、68 4A", "a word, tx, rx, noise, 0A, 68 4A"),
    "trace.count": ("{shown} / {all}", "{shown} of {all}"),
    "trace.count-follow": ("{shown} / {all} 跟随", "{shown} of {all}  following"),
    "trace.empty": (
        "尚无报文。每个收发的字节都会记录在此。",
        "No frames yet. Every byte sent and received will stand here.",
    ),
    "trace.noise": ("噪声", "noise"),
    "trace.refused": ("否认 {number} 项", "{number} refused"),
    "trace.accepted": ("全部接受", "all accepted"),
    "trace.saved": (
        "已保存 {number} 条报文（文本和 pcapng）。",
        "{number} entries saved as text and pcapng.",
    ),
    "tail.title": ("最近报文", "Latest frames"),
    "live.title": ("实时报文", "Live frames"),
    # Terminal
    "lcd.name": ("", ""),
    "key-cap.up": ("按键", "KEY"),
    "key-cap.down": ("按键  按下", "KEY  pressed"),
    "key-cap.idle": ("2 秒上报  5 秒编程", "2 s report  5 s program"),
    "key-cap.tap": ("松开：下一页", "let go: next page"),
    "key-cap.report": ("松开：现场上报", "let go: site report"),
    "key-cap.opened": ("编程开关已开，请松开", "switch is open, let go"),
    "key-cap.usb": ("U 盘升级", "USB upgrade mode"),
    "key.holding": ("按住按键 {seconds} 秒 ...", "Holding the key for {seconds} s ..."),
    "key.holding-next": ("液晶和状态行显示倒计时。", "The LCD and the status row show the countdown."),
    "key.real": ("这是真实终端。", "This is a real terminal."),
    "key.real-next": (
        "按住其按键 5 秒，直到液晶显示 PROGRAM OPEN。",
        "Hold its key 5 s until the LCD says PROGRAM OPEN.",
    ),
    "terminal.hint": (
        "空格 按下，再按松开。短按：下一页。按 2 秒：现场上报。\n"
        "按 5 秒：编程开关打开 2 分钟。按 30 秒：U 盘升级。",
        "Space presses the key, Space again lets go. Tap: next page.\n"
        "2 s: site report.  5 s: programming switch, 2 min.  30 s: USB upgrade.",
    ),
    "terminal.real": (
        "这是真实终端：液晶、指示灯和按键在它的面板上。\n"
        "写入前按住其按键 5 秒，直到液晶底行显示 PROGRAM OPEN 2:00。\n"
        "连接页上按 F3 可使用仿真终端练习。",
        "This is a real terminal: its LCD, lamps and key are on its front.\n"
        "Before writing, hold the key 5 s until the LCD says PROGRAM OPEN 2:00.\n"
        "For practice, F3 on the Connect screen starts an emulated terminal.",
    ),
    # Connect
    "connect.title": ("连接", "Connect"),
    "connect.channel": ("通道", "Channel"),
    "connect.port": ("端口", "Port"),
    "connect.terminal": ("终端", "Terminal"),
    "connect.password": ("密码", "Password"),
    "connect.anybody": ("询问", "ask who is there"),
    "connect.terminal-note": ("如 1122-7788；留空则询问在线终端", "as 1122-7788; empty asks who is there"),
    "connect.last-here": ("上次在此：{address}", "last here: {address}"),
    "connect.password-note": (
        "留空：用已保存的，或写入时询问",
        "empty: the one kept, or asked later",
    ),
    "connect.port-form": ("其他端口", "another port"),
    "connect.other-note": ("socket://  rfc2217://", "socket://  rfc2217://"),
    "connect.tcp-form": ("主机:端口，如 10.1.2.3:7000", "host:port, as 10.1.2.3:7000"),
    "connect.no-port": ("没有选择端口。", "No port is chosen."),
    "connect.no-port-next": (
        "插入光头，或输入地址，或按 F3 使用仿真终端。",
        "Plug the probe in, type an address, or press F3 for the emulator.",
    ),
    "connect.tip": (
        "光头对准红外窗口。写入前按住终端按键 5 秒。",
        "Probe straight over the IR window?\nBefore writing, hold the terminal's key 5 s.",
    ),
    "connect.done": ("已连接 {address}。", "Connected to {address}."),
    "connect.lost-next": (
        "重新插好后按 F2 连接；计划保留。",
        "Plug it in again, then F2 connects; what is planned stays.",
    ),
    "channel.ir": ("红外 2400", "Infrared 2400"),
    "channel.rs485": ("RS485 115200", "RS485 115200"),
    "channel.tcp": ("TCP", "TCP"),
    "channel.emulator": ("仿真终端", "Emulator"),
    "port.looking": ("正在查找端口 ...", "looking for ports ..."),
    "port.none": ("没有串口", "no serial port"),
    "port.none-why": (
        "插入光头或 RS485 适配器，或使用仿真终端（F3）",
        "plug the probe in, or take the emulator: F3",
    ),
    "port.network": ("网络", "network"),
    "port.network-why": ("在下方输入终端的主机和端口", "type host and port of the terminal below"),
    "port.demo": ("有 SIM、主站和地址，参数保留", "with SIM and master; keeps what you write"),
    "port.factory": ("出厂状态，参数保留", "as from the factory; keeps what you write"),
    "port.probe": ("像光头", "looks like a probe"),
    "port.usb": ("USB 串口", "USB serial"),
    "port.unknown": ("未知", "unknown"),
    "port.built-in": ("内置，不是光头", "built-in, not a probe"),
    "port.modem": ("无线模块，不是光头", "modem, not a probe"),
    "port.bluetooth": ("蓝牙", "bluetooth"),
    "port.last": ("上次使用", "used last"),
    "error.no-line": ("未连接终端。", "No terminal is connected."),
    "error.connect-first": ("请先连接（F2）。", "Connect first: F2."),
    "error.fault": ("工具内部故障 ({kind})。", "A fault of the tool ({kind})."),
    "error.fault-next": ("报告已存于 {path}", "A report is kept in {path}"),
    "error.settings": ("设置文件损坏，已使用默认值。", "The settings file was damaged; defaults are used."),
    "arm.on": ("允许写入 5 分钟。", "Writes are armed for 5 min."),
    "arm.off": ("已恢复只读。", "Read-only again."),
    "doctor.looking": ("正在检查 ...", "looking ..."),
    # Keys: the words of the footer, by binding id
    "key.app.help": ("帮助", "Help"),
    "key.app.arm": ("允许写入", "Arm"),
    "key.app.language": ("English", "中文"),
    "key.app.hold-5": ("按住 5 秒", "Hold key 5 s"),
    "key.key.hold-5": ("按 5 秒", "Hold 5 s"),
    "key.table.edit": ("编辑", "Edit"),
    "key.parameters.write": ("写入", "Write changes"),
    "key.parameters.read": ("读取", "Read"),
    "key.parameters.frame": ("报文", "Frame"),
    "key.overview.read": ("全部读取", "Read all"),
    "key.overview.clock": ("对时", "Set clock"),
    "key.trace.filter": ("过滤", "Filter"),
    "key.trace.follow": ("跟随", "Follow"),
    "key.trace.save": ("保存", "Save"),
    "key.trace.panes": ("字节/解析", "Bytes / tree"),
    "key.key.toggle": ("按下/松开", "Press / release"),
    "key.key.tap": ("短按", "Tap"),
    "key.key.hold-2": ("按 2 秒", "Hold 2 s"),
    "key.key.hold-30": ("按 30 秒", "Hold 30 s"),
    "key.connect.go": ("连接", "Connect"),
    "key.connect.doctor": ("检查", "Doctor"),
    "key.connect.emulate": ("仿真", "Emulator"),
    "key.sheet.keep": ("确定", "Keep"),
    "key.sheet.go": ("是", "Yes"),
    "key.sheet.back": ("否", "No"),
    "key.sheet.open": ("打开", "Open"),
    "key.sheet.without": ("不使用", "Go on without"),
    "key.sheet.leave": ("放弃", "Leave"),
    "key.ready.next": ("下一步", "Next step"),
    "key.help.close": ("关闭", "Close"),
    "key.mask.tick": ("选/不选", "Tick"),
    "key.mask.all": ("全选", "All"),
    "key.mask.none": ("全不选", "None"),
    # Commands of the palette
    "command.connect": ("连接其他终端", "Connect to another terminal"),
    "command.page": ("打开 {page}", "Open {page}"),
    "command.read": ("读取本页", "Read this page"),
    "command.write": ("写入更改", "Write changes"),
    "command.arm": ("允许写入 / 恢复只读", "Arm writes / back to read-only"),
    "command.clock": ("对时", "Set the terminal's clock"),
    "command.hold": ("按住按键 {seconds} 秒", "Hold the key {seconds} s"),
    "command.tap": ("短按按键", "Tap the key"),
    "command.save": ("保存报文", "Save the trace"),
    "command.keep-password": ("将密码存入密钥环", "Keep the password for the next visit"),
    "pass.keep-none": ("没有可保存的密码。", "There is no password to keep."),
    "pass.keep-next": ("终端接受后才能保存。", "It can be kept once the terminal has accepted it."),
    "pass.kept-keyring": ("密码已存入系统密钥环。", "Password kept in the system's keyring."),
    "pass.kept-vault": ("密码已加密保存。", "Password kept in the encrypted vault."),
    "pass.kept-session": (
        "此系统无密钥环：密码只保留到退出。",
        "No keyring here: it is kept until you leave.",
    ),
    "vault.open": ("密码库的口令", "Passphrase of the password vault"),
    "vault.open-hint": (
        "每次启动询问一次；Esc 不使用已存密码",
        "Asked once per start. Esc goes on without kept passwords.",
    ),
    "vault.new": ("新密码库的口令", "Passphrase for a new password vault"),
    "vault.new-hint": (
        "此系统无密钥环。口令遗忘后无法恢复",
        "No keyring here. A forgotten passphrase cannot be recovered.",
    ),
    "vault.again": ("再输入一次", "The same passphrase once more"),
    "vault.again-hint": ("两次必须一致", "Both must be the same."),
    "command.language": ("切换到 English", "切换到中文 (Chinese)"),
    "command.colours": ("切换明暗配色", "Light or dark colours"),
    "command.help": ("本页帮助", "Help for this page"),
    "command.quit": ("退出", "Quit"),
    "palette.search": ("查找命令", "Find a command"),
    "value.gone": ("(删除)", "(removed)"),
    "work.read-of": ("已读取 {number} / {all} 个数据单元。", "Read {number} of {all} data units."),
}
"""Key to (Chinese, English). Keys made of a prefix and a value, as ``state.planned``, follow the enum."""


class Words:
    """The table seen in one language."""

    def __init__(self, language: Language = "en") -> None:
        self.language: Language = language

    def __call__(self, key: str, **facts: object) -> str:
        """Return the words for ``key`` with the facts filled in."""
        text = WORDS[key][0 if self.language == "zh" else 1]
        return text.format(**facts) if facts else text

    def of(self, zh: str, en: str) -> str:
        """Choose between two labels."""
        return zh if self.language == "zh" else en


ENGLISH = Words()


def words_of(node: "DOMNode") -> Words:
    """Return the words in force around a widget; English outside the tool's own app."""
    return cast("Words", getattr(cast("object", node.app), "words", ENGLISH))
