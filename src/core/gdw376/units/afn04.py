"""AFN 04 set and 0A query: parameters (part A §7). One class serves both directions."""

from ipaddress import IPv4Address
from typing import Annotated

from core.gdw376.unit import Edition, Unit, unit
from core.gdw376.units.events import ERC_NAMES
from core.wire.bcd import Digits
from core.wire.bits import bit, bits
from core.wire.formats import Ascii16, Ip, Minutes, TcpPort, Telephone
from core.wire.leaf import Ascii, HexNumber, Ipv4, Mask, ShortText, Uint
from core.wire.record import item
from core.wire.repeat import Repeat, Times


@bits(2)
class Retry:
    """Word of F1: time to wait for an answer, and how often to send again."""

    timeout: int = bit(0, "响应超时时间", "Answer timeout", width=12, unit="s")
    retries: int = bit(12, "重发次数", "Retries", width=2)


@bits(1)
class ConfirmedServices:
    """Which automatic reports ask for a confirmation (CON)."""

    class_1: bool = bit(0, "1类数据自动上报", "Class 1 reports")
    class_2: bool = bit(1, "2类数据自动上报", "Class 2 reports")
    class_3: bool = bit(2, "3类数据自动上报", "Class 3 reports (events)")


@unit(
    0x04, 1, "终端上行通信口通信参数设置", "Uplink port parameters", "uplink-port", "A §7.1 F1",
    note="a published sample has the timeout word byte-swapped: show both numbers",
)  # fmt: skip
class UplinkPort(Unit):
    """Timing of the terminal as initiator, and the heartbeat period."""

    rts_delay: Annotated[int, Uint(1, unit="x 20 ms")] = item("终端数传机延时时间RTS", "RTS delay")
    send_delay: Minutes = item("终端作为启动站允许发送传输延时时间", "Allowed send delay")
    response: Retry = item("终端等待从动站响应的超时时间和重发次数", "Answer timeout and retries")
    confirmed: ConfirmedServices = item("需要主站确认的通信服务（CON=1）的标志", "Services to be confirmed")
    heartbeat: Minutes = item("心跳周期", "Heartbeat period")


@unit(0x04, 3, "主站IP地址和端口", "Master station IP and port", "master-station", "A §7.1 F3")
class MasterStation(Unit):
    """Where the terminal dials: main and standby, and the APN it dials through. 0.0.0.0 means none."""

    main_ip: Ip = item("主用IP地址", "Main IP")
    main_port: TcpPort = item("主用端口", "Main port")
    standby_ip: Ip = item("备用IP地址", "Standby IP")
    standby_port: TcpPort = item("备用端口", "Standby port")
    apn: Ascii16 = item("APN", "APN")


@unit(0x04, 4, "主站电话号码和短信中心号码", "Master and SMS centre numbers", "phone-numbers", "A §7.1 F4")
class PhoneNumbers(Unit):
    """Telephone numbers; ``,`` is a dialling pause."""

    master: Telephone = item("主站电话号码", "Master number")
    sms_centre: Telephone = item("短信中心号码", "SMS centre number")


SCHEMES = {0: ("不认证", "none"), 255: ("专用硬件认证", "hardware")}


@unit(0x04, 5, "终端消息认证参数设置", "Message authentication", "authentication", "A §7.1 F5")
class Authentication(Unit):
    """How PW is computed: 0 no check, 255 security chip, others agreed software schemes."""

    scheme: Annotated[int, Uint(1, choices=SCHEMES)] = item("消息认证方案号", "Scheme")
    parameter: Annotated[int, Uint(2)] = item("消息认证方案参数", "Scheme parameter")


@unit(0x04, 6, "终端组地址设置", "Group addresses", "group-addresses", "A §7.1 F6")
class GroupAddresses(Unit):
    """Eight group addresses; 0 is unused."""

    groups: Annotated[tuple[int, ...], Repeat(Annotated[int, Uint(2)], Times(8))] = item("组地址", "Group")


PROXIES = {
    0: ("不使用代理", "none"),
    1: ("http connect代理", "HTTP connect"),
    2: ("socks4代理", "SOCKS4"),
    3: ("socks5代理", "SOCKS5"),
}
PROXY_LOGINS = {0: ("无需验证", "none"), 1: ("用户名/密码", "user and password")}


@unit(
    0x04, 7, "终端IP地址和端口", "Terminal IP and proxy", "terminal-ip", "A §7.1 F7",
    note="one master always pads user and password to 20 bytes",
)  # fmt: skip
class TerminalIp(Unit):
    """The terminal's own address on a wired network, and a proxy on the way to the master."""

    ip: Ip = item("终端IP地址", "Terminal IP")
    mask: Ip = item("子网掩码地址", "Subnet mask")
    gateway: Ip = item("网关地址", "Gateway")
    proxy: Annotated[int, Uint(1, choices=PROXIES)] = item("代理类型", "Proxy type")
    proxy_ip: Annotated[IPv4Address, Ipv4()] = item("代理服务器地址", "Proxy IP")
    proxy_port: TcpPort = item("代理服务器端口", "Proxy port")
    proxy_login: Annotated[int, Uint(1, choices=PROXY_LOGINS)] = item("代理服务器连接方式", "Proxy login")
    user: Annotated[str, ShortText(20)] = item("用户名", "User")
    password: Annotated[str, ShortText(20, secret=True)] = item("密码", "Password")
    listen_port: TcpPort = item("终端侦听端口", "Listening port")


TRANSPORTS = {0: ("TCP方式", "TCP"), 1: ("UDP方式", "UDP")}
ROLES = {0: ("混合模式", "mixed"), 1: ("客户机模式", "client"), 2: ("服务器模式", "server")}
ONLINE = {
    1: ("永久在线模式", "always on line"),
    2: ("被动激活模式", "on demand"),
    3: ("时段在线模式", "time windows"),
}


@bits(1)
class WorkMode:
    """Byte of F8: transport, role, and when the client is on line."""

    online: int = bit(0, "客户机模式下在线模式", "On-line mode", width=2, choices=ONLINE)
    role: int = bit(4, "工作模式", "Role", width=2, choices=ROLES)
    transport: int = bit(7, "TCP/UDP方式", "Transport", choices=TRANSPORTS)


@unit(
    0x04, 8, "终端上行通信工作方式（以太专网、虚拟专网）", "Uplink working mode", "uplink-mode", "A §7.1 F8"
)
class UplinkMode(Unit):
    """How the terminal keeps in touch with its master."""

    mode: WorkMode = item("工作模式", "Working mode")
    redial: Annotated[int, Uint(2, unit="s")] = item("永久在线、时段在线模式重拨间隔", "Redial interval")
    passive_redials: Annotated[int, Uint(1)] = item("被动激活模式重拨次数", "Redials on demand")
    passive_idle: Minutes = item("被动激活模式连续无通信自动断线时间", "Idle time on demand")
    windows: Annotated[frozenset[int], Mask(3, first=0)] = item(
        "时段在线模式允许在线时段标志", "Hours on line"
    )


@unit(0x04, 9, "终端事件记录配置设置", "Event masks", "event-masks", "A §7.2 F9")
class EventMasks(Unit):
    """Which events are recorded, and which of them are important (reported at once)."""

    valid: Annotated[frozenset[int], Mask(8, names=ERC_NAMES)] = item("事件记录有效标志位", "Recorded events")
    important: Annotated[frozenset[int], Mask(8, names=ERC_NAMES)] = item(
        "事件重要性等级标志位", "Important events"
    )


@unit(0x04, 16, "虚拟专网用户名、密码", "APN user and password", "apn-user", "A §7.2 F16")
class ApnUser(Unit):
    """Login of the virtual private network behind the APN."""

    user: Annotated[str, Ascii(32)] = item("虚拟专网用户名", "User")
    password: Annotated[str, Ascii(32, secret=True)] = item("虚拟专网密码", "Password")


@unit(
    0x04, 89, "终端逻辑地址", "Terminal address", "address", "A §7.8 F89", edition=Edition.ADDED_2012,
    note="a 2010 wireless supplement used F89 for radio parameters",
)  # fmt: skip
class TerminalAddress(Unit):
    """The terminal's own address: region code and number."""

    region: Annotated[str, Digits(2)] = item("行政区划码", "Region code")
    terminal: Annotated[int, HexNumber(2, minimum=1)] = item("终端地址", "Terminal number")
