"""What is said about the rungs of "Why is it offline?": evidence and next step, in Chinese and English."""

from dataclasses import dataclass

from hhu.client.offline.ladder import Diagnosis, Rung, Step, Verdict

NAMES: dict[Rung, tuple[str, str]] = {
    Rung.SUPPLY: ("电源", "Supply"),
    Rung.CLOCK: ("时钟", "Clock"),
    Rung.MODULE: ("通信模块", "Module"),
    Rung.SIM: ("SIM卡", "SIM"),
    Rung.SIGNAL: ("信号", "Signal"),
    Rung.APN: ("APN", "APN"),
    Rung.DIAL: ("拨号", "Dial"),
    Rung.ADDRESS: ("IP/端口", "IP/port"),
    Rung.LOGIN: ("登录", "Login"),
    Rung.ACKNOWLEDGEMENT: ("主站确认", "Acknowledged"),
}
VERDICTS: dict[Verdict, tuple[str, str]] = {
    Verdict.GOOD: ("正常", "good"),
    Verdict.NOTED: ("注意", "note"),
    Verdict.UNSEEN: ("看不到", "unseen"),
    Verdict.WAITING: ("待定", "waits"),
    Verdict.FAILED: ("故障", "FAILED"),
}
COLOURS: dict[Verdict, str] = {
    Verdict.GOOD: "green",
    Verdict.NOTED: "yellow",
    Verdict.UNSEEN: "dim",
    Verdict.WAITING: "dim",
    Verdict.FAILED: "red",
}
"""Colours of the command line; the screens have tones of the same meaning."""


@dataclass(frozen=True, slots=True)
class Said:
    """Evidence and next step; the latter is empty where nothing is to be done."""

    evidence: str
    next_step: str = ""


FINDINGS: dict[str, tuple[str, str, str, str]] = {
    "waiting": ("需先排除上面的故障", "waits for the rung above", "", ""),
    "supply.answers": (
        "终端应答，累计复位 {resets} 次",
        "the terminal answers; resets so far: {resets}",
        "",
        "",
    ),
    "supply.silent": (
        "终端无应答",
        "the terminal does not answer",
        "看电源灯和液晶：不亮则查空开、接线和保险；亮则查光头、地址和波特率。",
        "Look at power lamp and LCD. Dark: check breaker, wiring, fuse. Lit: check probe, address and speed.",
    ),
    "supply.battery": (
        "市电中断，靠备用电池运行",
        "no mains; it runs on the backup battery",
        "恢复三相供电；停电上报后电池即断开。",
        "Restore the mains; the battery lasts only for the outage report.",
    ),
    "clock.good": ("终端 − 本机 {difference} 秒", "terminal - computer {difference} s", "", ""),
    "clock.unseen": ("终端不报时钟", "the terminal does not tell its clock", "", ""),
    "clock.invalid": (
        "时钟无效，停电时电池未能保持",
        "the clock is not valid: its cell did not hold over an outage",
        "对时（hhu clock set 或总览页 C），并更换时钟电池。",
        "Set the clock (C on Overview, or hhu clock set), then change the clock cell.",
    ),
    "clock.off": (
        "终端 − 本机 {difference} 秒：时间标签和在线时段都会错",
        "terminal - computer {difference} s: time labels and hours on line go wrong",
        "核对本机时间后对时（总览页 C）。",
        "Check this computer's time, then set the clock (C on Overview).",
    ),
    "module.good": ("模块应答", "the module answers", "", ""),
    "module.version": ("模块 {maker} {model}", "module {maker} {model}", "", ""),
    "module.unseen": (
        "终端不报模块状态",
        "not told by this terminal",
        "看液晶天线标志。",
        "Look at the mast on the LCD.",
    ),
    "module.missing": (
        "没有通信模块",
        "no module is fitted",
        "断电后插好通信模块，再上电。",
        "Switch off, seat the module in its socket, switch on again.",
    ),
    "module.silent": (
        "模块无应答",
        "the module does not answer",
        "断电重新插拔模块；仍无应答则更换模块。",
        "Switch off and reseat the module; if it stays silent, replace it.",
    ),
    "module.test": (
        "自检：上行模块故障",
        "self-test: the uplink module is at fault",
        "断电重新插拔模块；仍故障则更换。",
        "Switch off and reseat the module; if it stays so, replace it.",
    ),
    "sim.good": ("SIM卡在位", "a card is in", "", ""),
    "sim.iccid": ("ICCID {iccid}", "ICCID {iccid}", "", ""),
    "sim.unseen": (
        "终端不报SIM卡状态",
        "not told by this terminal",
        "液晶显示 NoSIM 即无卡。",
        "The LCD says NoSIM.",
    ),
    "sim.missing": (
        "未检测到SIM卡",
        "no card is found",
        "断电，插入已开通数据业务的SIM卡，缺口方向与卡座一致。",
        "Switch off and insert a card with data service, its corner as the holder shows.",
    ),
    "sim.no-iccid": (
        "模块未读到ICCID",
        "the module reads no ICCID",
        "检查SIM卡是否插好、触点是否清洁。",
        "Check that the card is seated and its contacts are clean.",
    ),
    "sim.test": (
        "自检：SIM卡故障",
        "self-test: the SIM is at fault",
        "重新插卡；仍故障则换卡。",
        "Reseat the card; if it stays so, try another one.",
    ),
    "signal.good": ("CSQ {csq}，已注册", "CSQ {csq}, registered", "", ""),
    "signal.search": ("CSQ {csq}，未注册", "CSQ {csq}, not registered now", "", ""),
    "signal.unseen": (
        "终端不报信号强度",
        "not told by this terminal",
        "看液晶信号格。",
        "Look at the bars on the LCD.",
    ),
    "signal.weak": (
        "CSQ {csq}：信号太弱",
        "CSQ {csq}: too weak",
        "检查天线和馈线接头，把天线移出表箱；CSQ 应高于 15。",
        "Check the antenna and its plug, move it out of the cabinet; CSQ should be above 15.",
    ),
    "signal.not-registered": (
        "CSQ {csq}，未注册到网络",
        "CSQ {csq}, not registered in the network",
        "检查天线；信号正常则SIM卡停机、被锁或运营商不符。",
        "Check the antenna; with a good signal the card is blocked, unpaid or of another operator.",
    ),
    "apn.good": ("{apn}，已附着", "{apn}, attached", "", ""),
    "apn.untried": ("{apn}，未附着", "{apn}, not attached now", "", ""),
    "apn.set": (
        "{apn}，用户 {user}；网络是否接受看不到",
        "{apn}, user {user}; whether the network takes it is not told",
        "与SIM卡的开通单核对。",
        "Compare with the papers of the card.",
    ),
    "apn.unseen": ("未读到APN", "the APN could not be read", "", ""),
    "apn.empty": (
        "APN 为空",
        "the APN is empty",
        "在上行页设置卡商给出的APN。",
        "Set the APN that belongs to the card.",
    ),
    "apn.refused": (
        "网络拒绝 APN {apn}，用户 {user}",
        "the network refuses APN {apn}, user {user}",
        "按SIM卡开通单核对APN、用户名和密码（04F3、04F16）。",
        "Compare APN, user and password with the papers of the card (04F3, 04F16).",
    ),
    "dial.good": (
        "第 {attempts} 次，{next} 秒后再拨，本机 {ip}",
        "attempt {attempts}, next in {next} s, own IP {ip}",
        "",
        "",
    ),
    "dial.unseen": (
        "终端不报拨号状态",
        "not told by this terminal",
        "液晶 G 闪烁为正在拨号。",
        "A blinking G on the LCD dials.",
    ),
    "dial.download": (
        "终端处于下载方式：{mode_zh}",
        "the terminal is in download mode: {mode_en}",
        "等下载结束，或退出下载方式；之后它会自行拨号。",
        "Let the download end, or leave download mode; it then dials by itself.",
    ),
    "dial.dropped": (
        "主站已命令断开（05F39）",
        "a master ordered it to stay off (05F39)",
        "由主站下发允许连接（05F38）。",
        "Let the master order it to connect again (05F38).",
    ),
    "dial.prohibited": (
        "通话被禁止（05F28）",
        "calls with the master are prohibited (05F28)",
        "由主站允许通话（05F27）。",
        "Let the master allow them again (05F27).",
    ),
    "dial.server": (
        "工作在服务器模式：只侦听，不拨号",
        "it works as server: it listens and never dials",
        "上行页把工作模式改为客户机（04F8）。",
        "Set the working mode to client on the page Uplink (04F8).",
    ),
    "dial.on-demand": (
        "被动激活方式：只在短信或振铃唤醒后在线，空闲 {minutes} 分钟断开",
        "on demand: on line only after an SMS or a ring, off again after {minutes} min idle",
        "用短信或振铃唤醒，或改为永久在线（04F8）。",
        "Wake it by SMS or ring, or set it to always on line (04F8).",
    ),
    "dial.window": (
        "时段在线方式：{hour} 时不在允许时段内",
        "time windows: hour {hour} is none of its hours on line",
        "等到允许时段，或在上行页修改时段（04F8）。",
        "Wait for an hour on line, or change the hours on the page Uplink (04F8).",
    ),
    "dial.idle": (
        "离线，且没有拨过号",
        "off line, and it has not dialled at all",
        "一分钟后再看；仍不拨号则复位终端。",
        "Look again in a minute; if it still does not dial, reset the terminal.",
    ),
    "address.good": ("主站 {peer}", "master {peer}", "", ""),
    "address.set": (
        "已设 {main}；能否连上看不到",
        "set to {main}; whether it is reached is not told",
        "与主站人员核对IP和端口。",
        "Check IP and port with the people of the master.",
    ),
    "address.unseen": ("未读到主站地址", "the master's address could not be read", "", ""),
    "address.none": (
        "主站为 {main}：没有可拨的地址",
        "the master is {main}: there is nothing to dial",
        "在地址页设置主站IP和端口（04F3）。",
        "Set the master's IP and port on the page Addresses (04F3).",
    ),
    "address.refused": (
        "{peer} 拒绝连接（主用 {main}，备用 {standby}）",
        "{peer} refuses the connection (main {main}, standby {standby})",
        "端口错误或前置机未侦听：与主站人员核对端口。",
        "Wrong port, or the front end does not listen: check the port with the master.",
    ),
    "address.timeout": (
        "{peer} 无回应（主用 {main}，备用 {standby}）",
        "{peer} does not respond (main {main}, standby {standby})",
        "IP 错误，或该APN不通往主站：核对IP和SIM卡的专网。",
        "Wrong IP, or the APN does not lead to the master: check IP and the card's private network.",
    ),
    "login.good": ("登录于 {at}", "logged in at {at}", "", ""),
    "login.unseen": ("终端不报登录", "not told by this terminal", "", ""),
    "login.traffic": (
        "不报登录；流量今日 {today}、本月 {month} 字节",
        "not told; traffic today {today}, this month {month} bytes",
        "今日流量不为零说明连上过主站；问主站是否见到本终端。",
        "Traffic today means that it was connected; ask the master whether it sees the terminal.",
    ),
    "login.never": ("还没有登录过", "no login has been sent yet", "", ""),
    "login.denied": (
        "主站否认登录，终端地址 {address}",
        "the master denies the login of {address}",
        "请主站核对档案中的终端地址，或改正终端地址（04F89）。",
        "Let the master check the address in its files, or correct the terminal's (04F89).",
    ),
    "login.closed": (
        "{peer} 在登录后断开，终端地址 {address}",
        "{peer} hangs up after the login of {address}",
        "主站不认识此地址，或连到了别的服务：核对地址和端口。",
        "The master does not know the address, or something else listens there: check both.",
    ),
    "ack.good": ("登录 {login}，最近确认 {last}", "login {login}, acknowledged {last}", "", ""),
    "ack.unseen": (
        "终端不报主站确认",
        "not told by this terminal",
        "问主站是否见到本终端。",
        "Ask the master whether it sees it.",
    ),
    "ack.never": ("还没有主站确认", "no acknowledgement yet", "", ""),
    "ack.pending": (
        "登录已发（{login}），等待主站确认",
        "login sent ({login}), the acknowledgement is awaited",
        "20 秒后再看；一直如此则主站没有应答登录。",
        "Look again in 20 s; if it stays so, the master does not answer logins.",
    ),
    "ack.login-unconfirmed": (
        "登录 {login} 无确认，上次确认 {last}",
        "login {login} not acknowledged, the last one was {last}",
        "连接已通但主站不答：请主站检查 {address} 的档案和前置机进程。",
        "The link stands, the master keeps silent: let it check its files for {address} and its front end.",
    ),
    "ack.heartbeat-unconfirmed": (
        "心跳无确认，上次确认 {last}",
        "heartbeats are not acknowledged, the last one was {last}",
        "连接半开：等终端重拨；反复出现则查主站前置机和心跳周期（04F1）。",
        "Half-open link: it will redial. If it comes back, check front end and heartbeat period (04F1).",
    ),
    "ack.old": (
        "自称在线，但上次确认是 {last}",
        "it says on line, but the last acknowledgement was {last}",
        "连接可能半开：断开重连（05F39、05F38），并核对心跳周期。",
        "The link may be half open: drop and connect it (05F39, 05F38), check the heartbeat period.",
    ),
}
"""Finding: evidence zh, evidence en, next step zh, next step en."""

HEADLINES: dict[str, tuple[str, str]] = {
    "offline.found": ("离线原因：{rung}", "Offline because of: {rung}"),
    "offline.online": ("终端在线，主站已确认。", "On line, and the master acknowledges."),
    "offline.unseen": (
        "看得到的都正常；此终端不报：{unseen}",
        "What can be seen is good. Not told by this terminal: {unseen}",
    ),
    "offline.trying": (
        "没有故障；终端正在拨号，一分钟后再看。",
        "Nothing fails; it is dialling. Look again in a minute.",
    ),
}


def name_of(rung: Rung, language: str) -> str:
    """Name of a rung."""
    return NAMES[rung][language != "zh"]


def verdict_of(verdict: Verdict, language: str) -> str:
    """Word of a verdict."""
    return VERDICTS[verdict][language != "zh"]


def said_of(step: Step, language: str) -> Said:
    """Evidence and next step of a rung."""
    zh, en, next_zh, next_en = FINDINGS[step.finding]
    texts = (zh, next_zh) if language == "zh" else (en, next_en)
    evidence, next_step = (text.format(**step.facts) for text in texts)
    return Said(evidence, next_step)


def headline_of(diagnosis: Diagnosis, language: str) -> str:
    """The sentence above the ladder."""
    between = "、" if language == "zh" else ", "
    rung = name_of(diagnosis.failing.rung, language) if diagnosis.failing else ""
    unseen = between.join(name_of(one, language) for one in diagnosis.unseen)
    return HEADLINES[diagnosis.headline][language != "zh"].format(rung=rung, unseen=unseen)
