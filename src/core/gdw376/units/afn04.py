"""AFN 04 set and 0A query: parameters (part A §7). One class serves both directions."""

from decimal import Decimal
from ipaddress import IPv4Address
from typing import Annotated, Any, cast

from core.gdw376.fields import Direction
from core.gdw376.unit import Confidence, Edition, Point, Unit, same_layout, unit
from core.gdw376.units import shapes
from core.gdw376.units.events import ERC_NAMES
from core.wire.bcd import Bcd, Digits, Scaled3, Scaled7, SignedPercent
from core.wire.bits import bit, bits
from core.wire.formats import (
    A1,
    A2,
    A3,
    A6,
    A12,
    A18,
    A19,
    A20,
    A22,
    A26,
    U8,
    U16,
    U32,
    Ascii12,
    Ascii16,
    Ip,
    Minutes,
    TcpPort,
    Telephone,
)
from core.wire.leaf import Ascii, HexNumber, Ipv4, Mask, Octets, Uint
from core.wire.record import Record, item, record
from core.wire.repeat import ByField, ByMask, Prefix, Repeat, Times
from core.wire.stretch import ShortText


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


FORWARDING = {0: ("不允许", "off"), 1: ("允许", "on")}


@bits(1)
class Forwarding:
    """First byte of F2."""

    allowed: int = bit(7, "允许/禁止转发标志", "Forwarding", choices=FORWARDING)
    count: int = bit(0, "被转发的终端个数", "Terminals", width=7)


@unit(0x04, 2, "终端上行通信口无线中继转发设置", "Radio relay forwarding", "", "A §7.1 F2")
class RadioForwarding(Unit):
    """Which terminals this one forwards for."""

    forwarding: Forwarding = item("无线中继转发标志", "Forwarding")
    terminals: Annotated[tuple[int, ...], Repeat(U16, ByField("forwarding.count", 16))] = item(
        "被转发终端地址", "Terminal"
    )


SPEEDS = {
    0: ("默认", "default"), 1: ("600", "600"), 2: ("1200", "1200"), 3: ("2400", "2400"), 4: ("4800", "4800"),
    5: ("7200", "7200"), 6: ("9600", "9600"), 7: ("19200", "19200"),
}  # fmt: skip
PROTOCOLS = {
    0: ("不抄表", "do not read"), 1: ("DL/T 645-1997", "DL/T 645-1997"), 2: ("交流采样装置", "AC sampling"),
    30: ("DL/T 645-2007", "DL/T 645-2007"), 31: ("串行接口连接窄带低压载波通信模块", "PLC module"),
    32: ("CJ/T 188", "CJ/T 188"),
}  # fmt: skip
MAJOR = {
    0: ("大型专变用户", "large special transformer"), 1: ("中小型专变用户", "medium or small special transformer"),
    2: ("三相一般工商业用户", "three-phase commercial"), 3: ("单相一般工商业用户", "single-phase commercial"),
    4: ("居民用户", "resident"), 5: ("公用配变考核计量点", "public transformer check"),
}  # fmt: skip
Protocol = Annotated[int, Uint(1, choices=PROTOCOLS)]


@bits(1)
class PortSpeed:
    """Speed and port of a meter; the speed code differs from that of the serial control byte."""

    port: int = bit(0, "通信端口号", "Port", width=5)
    speed: int = bit(5, "通信速率", "Speed", width=3, choices=SPEEDS, unit="bps")


INTEGERS = {0: ("4位", "4"), 1: ("5位", "5"), 2: ("6位", "6"), 3: ("7位", "7")}
DECIMALS = {0: ("1位", "1"), 1: ("2位", "2"), 2: ("3位", "3"), 3: ("4位", "4")}


@bits(1)
class Digits10:
    """Digits of the energy register."""

    decimals: int = bit(0, "小数位个数", "Decimals", width=2, choices=DECIMALS)
    integers: int = bit(2, "整数位个数", "Integer digits", width=2, choices=INTEGERS)


@bits(1)
class UserClass:
    """Class of the user."""

    minor: int = bit(0, "用户小类号", "Minor class", width=4)
    major: int = bit(4, "用户大类号", "Major class", width=4, choices=MAJOR)


@record
class MeterRecord:
    """One line of the meter archive, 27 bytes."""

    serial: Annotated[int, Uint(2, minimum=1, maximum=2040)] = item("装置序号", "Serial number")
    point: Annotated[int, Uint(2, maximum=2040)] = item("所属测量点号", "Point (0 deletes)")
    line: PortSpeed = item("通信速率及端口号", "Speed and port")
    protocol: Protocol = item("通信协议类型", "Protocol")
    address: A12 = item("通信地址", "Meter address")
    password: Annotated[bytes, Octets(6, secret=True)] = item("通信密码", "Password")
    tariffs: Annotated[int, Uint(1)] = item("电能费率个数", "Tariffs")
    digits: Digits10 = item("有功电能示值整数位及小数位个数", "Digits")
    collector: A12 = item("所属采集器通信地址", "Collector address")
    user_class: UserClass = item("用户大类号及用户小类号", "User class")


@record
class Serials(Record):
    """Selector of F10: serial numbers."""

    serials: Annotated[tuple[int, ...], Repeat(U16, Prefix(2, 2040))] = item("装置序号", "Serial number")


@record
class Ports(Record):
    """Selector by numbers: ports, inputs, groups."""

    numbers: Annotated[tuple[int, ...], Repeat(U8, Prefix(1, 64))] = item("序号", "Number")


@unit(
    0x04, 10, "终端电能表/交流采样装置配置参数", "Meter archive", "meters", "A §7.2 F10", asks=Serials,
    note="2005: one-byte counts and a shorter record; vendors changed the tail",
)  # fmt: skip
class MeterArchive(Unit):
    """Meters and AC sampling devices; point 0 deletes the serial number."""

    meters: Annotated[tuple[MeterRecord, ...], Repeat(MeterRecord, Prefix(2, 2040))] = item(
        "电能表/交流采样装置", "Meter"
    )


PULSES = {
    0: ("正向有功", "forward active"), 1: ("正向无功", "forward reactive"),
    2: ("反向有功", "reverse active"), 3: ("反向无功", "reverse reactive"),
}  # fmt: skip


@record
class PulseInput:
    """One pulse input."""

    port: Annotated[int, Uint(1, minimum=1, maximum=64)] = item("脉冲输入端口号", "Input")
    point: U8 = item("所属测量点号", "Point (0 deletes)")
    kind: Annotated[int, Uint(1, choices=PULSES)] = item("脉冲属性", "Kind")
    constant: Annotated[int, Uint(2, unit="imp/kWh")] = item("电表常数k", "Constant")


@unit(0x04, 11, "终端脉冲配置参数", "Pulse inputs", "", "A §7.2 F11", asks=Ports)
class PulseInputs(Unit):
    """Pulse inputs and the points they count for."""

    inputs: Annotated[tuple[PulseInput, ...], Repeat(PulseInput, Prefix(1, 64))] = item("脉冲输入", "Input")


@unit(0x04, 12, "终端状态量输入参数", "Status input setup", "", "A §7.2 F12")
class StatusInputSetup(Unit):
    """Which inputs are wired, and how."""

    connected: Annotated[frozenset[int], Mask(1)] = item("状态量接入标志位", "Connected")
    normally_open: Annotated[frozenset[int], Mask(1)] = item("状态量属性标志位", "Normally open (a contact)")


ANALOGUES = {0: ("A相电压", "Ua"), 1: ("B相电压", "Ub"), 2: ("C相电压", "Uc"), 3: ("A相电流", "Ia"),
             4: ("B相电流", "Ib"), 5: ("C相电流", "Ic")}  # fmt: skip


@record
class AnalogueInput:
    """One voltage or current input."""

    port: U8 = item("电压/电流模拟量输入端口号", "Input")
    point: U8 = item("所属测量点号", "Point")
    kind: Annotated[int, Uint(1, choices=ANALOGUES)] = item("属性", "Kind")


@unit(0x04, 13, "终端电压/电流模拟量配置参数", "Analogue inputs", "", "A §7.2 F13", asks=Ports)
class AnalogueInputs(Unit):
    """Voltage and current inputs."""

    inputs: Annotated[tuple[AnalogueInput, ...], Repeat(AnalogueInput, Prefix(1, 64))] = item(
        "模拟量输入", "Input"
    )


@bits(1)
class Member:
    """One member of a total group."""

    point: int = bit(0, "测量点号减1", "Point minus 1", width=6)
    reverse: int = bit(6, "正向/反向", "Direction", choices={0: ("正向", "forward"), 1: ("反向", "reverse")})
    subtract: int = bit(7, "加/减", "Sign", choices={0: ("加", "add"), 1: ("减", "subtract")})


@record
class TotalGroup:
    """One total group; without members it is deleted."""

    group: Annotated[int, Uint(1, minimum=1, maximum=8)] = item("总加组序号", "Group")
    members: Annotated[tuple[Member, ...], Repeat(Member, Prefix(1, 64))] = item("总加组的测量点", "Member")


@unit(0x04, 14, "终端总加组配置参数", "Total groups", "", "A §7.2 F14", asks=Ports)
class TotalGroups(Unit):
    """Sums of points."""

    groups: Annotated[tuple[TotalGroup, ...], Repeat(TotalGroup, Prefix(1, 8))] = item("总加组", "Group")


SPANS = {0: ("60分钟", "60 min"), 1: ("30分钟", "30 min"), 2: ("15分钟", "15 min")}


@bits(1)
class DifferenceFlags:
    """How a difference group compares."""

    span: int = bit(0, "对比的时间区间", "Span", width=2, choices=SPANS)
    absolute: int = bit(
        7, "对比方法", "Method", choices={0: ("相对对比", "relative"), 1: ("绝对对比", "absolute")}
    )


@record
class DifferenceGroup:
    """One energy difference group; 0 in either group deletes it."""

    number: Annotated[int, Uint(1, minimum=1, maximum=8)] = item("有功总电能量差动组序号", "Difference group")
    compared: U8 = item("对比的总加组序号", "Compared group")
    reference: U8 = item("参照的总加组序号", "Reference group")
    flags: DifferenceFlags = item("参与差动的电能量的时间区间及对比方法标志", "Method")
    relative: Annotated[int, Uint(1, unit="%")] = item("差动越限相对偏差值", "Relative limit")
    absolute: A3 = item("差动越限绝对偏差值", "Absolute limit")


@unit(0x04, 15, "有功总电能量差动越限事件参数设置", "Energy difference groups", "", "A §7.2 F15", asks=Ports)
class DifferenceGroups(Unit):
    """When the energies of two groups differ too much."""

    groups: Annotated[tuple[DifferenceGroup, ...], Repeat(DifferenceGroup, Prefix(1, 8))] = item(
        "差动组", "Group"
    )


def _single(annotation: Any, zh: str, en: str) -> type[Any]:
    """A layout with one field that is called as the unit itself."""
    body: dict[str, Any] = {
        "__annotations__": {"value": annotation},
        "__module__": __name__,
        "__doc__": f"{en}.",
    }
    return record(cast("type[Unit]", type("Single", (Unit,), body | {"value": item(zh, en)})))


def _one(fn: int, annotation: Any, zh: str, en: str, clause: str, **more: Any) -> type[Unit]:
    """A parameter of a single value."""
    return same_layout(_single(annotation, zh, en), 0x04, fn, zh, en, clause, **more)


Hours = Annotated[frozenset[int], Mask(3, first=0)]
PERIOD_CONTROL = Annotated[tuple[int, ...], Repeat(U8, Times(12))]
GROUP_3 = (
    _one(17, shapes.GroupKilowatt, "终端保安定值", "Safety power", "A §7.3 F17"),
    _one(19, Annotated[int | None, SignedPercent()], "终端时段功控定值浮动系数", "Period factor", "A §7.3 F19"),
    _one(20, Annotated[int | None, SignedPercent()], "终端月电能量控定值浮动系数", "Month energy factor",
         "A §7.3 F20"),
    _one(23, Hours, "终端催费告警参数", "Dunning alarm hours", "A §7.3 F23"),
    _one(57, Hours, "终端声音告警允许/禁止设置", "Sound alarm hours", "A §7.7 F57"),
    _one(58, Annotated[int, Uint(1, unit="h")], "终端自动保电参数", "Automatic power protection", "A §7.7 F58"),
    _one(61, Annotated[frozenset[int], Mask(1)], "直流模拟量接入参数", "DC inputs connected", "A §7.7 F61"),
    _one(36, Annotated[int, Uint(4, unit="byte")], "终端上行通信流量门限设置", "Traffic limit", "A §7.5 F36",
         alias="traffic-limit"),
    _one(43, Minutes, "功率控制的功率计算滑差时间", "Sliding time", "A §7.6 F43", point=Point.GROUP),
    _one(45, Annotated[frozenset[int], Mask(1)], "功控轮次设定", "Power-control rounds", "A §7.6 F45",
         point=Point.GROUP),
    _one(48, Annotated[frozenset[int], Mask(1)], "电控轮次设定", "Energy-control rounds", "A §7.6 F48",
         point=Point.GROUP),
    _one(49, Minutes, "功控告警时间", "Power-control alarm time", "A §7.6 F49", point=Point.ROUND),
    _one(83, shapes.Density, "直流模拟量冻结参数", "DC freeze density", "A §7.8 F83", point=Point.DC_PORT),
)  # fmt: skip


@unit(0x04, 18, "终端功控时段", "Power-control periods", "", "A §7.3 F18")
class ControlPeriods(Unit):
    """Two bits for each half hour, low bits first: 0 none, 1 control 1, 2 control 2."""

    half_hours: PERIOD_CONTROL = item("终端功控时段（每字节四个半小时）", "Half hours, four a byte")


@unit(0x04, 21, "终端电能量费率时段和费率数", "Tariff periods", "tariff-periods", "A §7.3 F21")
class TariffPeriods(Unit):
    """Tariff 0..47 of each half hour."""

    half_hours: Annotated[tuple[int, ...], Repeat(Annotated[int, Uint(1, maximum=47)], Times(48))] = item(
        "费率时段", "Half hour"
    )
    tariffs: Annotated[int, Uint(1, minimum=1, maximum=48)] = item("费率数", "Number of tariffs")


@unit(0x04, 22, "终端电能量费率", "Tariff prices", "tariff-prices", "A §7.3 F22")
class TariffPrices(Unit):
    """Price of each tariff in li."""

    prices: Annotated[
        tuple[Decimal | None, ...], Repeat(Annotated[Decimal | None, Scaled7("li")], Prefix(1, 48))
    ] = item("费率", "Price")


WIRINGS = {
    0: ("备用", "spare"),
    1: ("三相三线", "3P3W"),
    2: ("三相四线", "3P4W"),
    3: ("单相表", "single phase"),
}
PHASES = {0: ("不确定", "unknown"), 1: ("A相", "A"), 2: ("B相", "B"), 3: ("C相", "C")}


@bits(1)
class Wiring:
    """How the point is wired."""

    kind: int = bit(0, "电源接线方式", "Wiring", width=2, choices=WIRINGS)
    phase: int = bit(2, "单相表接线相", "Phase", width=2, choices=PHASES)


@unit(0x04, 25, "测量点基本参数", "Point basics", "point-basics", "A §7.4 F25", point=Point.MEASURING)
class PointBasics(Unit):
    """Ratios and ratings."""

    pt: U16 = item("电压互感器倍率", "PT ratio")
    ct: U16 = item("电流互感器倍率", "CT ratio")
    rated_voltage: shapes.Volt = item("额定电压", "Rated voltage")
    rated_current: Annotated[Decimal | None, Bcd(1, 1, unit="A")] = item("额定电流", "Rated current")
    rated_load: Annotated[Decimal | None, Bcd(3, 4, unit="kVA")] = item("额定负荷", "Rated load")
    wiring: Wiring = item("电源接线方式", "Wiring")


@record
class VoltageLimit:
    """A voltage limit with duration and recovery."""

    limit: shapes.Volt = item("限值", "Limit")
    minutes: Minutes = item("越限持续时间", "Duration")
    recovery: shapes.Percent = item("越限恢复系数", "Recovery")


@record
class CurrentLimit:
    """A current limit with duration and recovery."""

    limit: shapes.Ampere = item("限值", "Limit")
    minutes: Minutes = item("越限持续时间", "Duration")
    recovery: shapes.Percent = item("越限恢复系数", "Recovery")


@record
class PowerLimit:
    """An apparent power limit with duration and recovery."""

    limit: Annotated[Decimal | None, Bcd(3, 4, unit="kVA")] = item("限值", "Limit")
    minutes: Minutes = item("越限持续时间", "Duration")
    recovery: shapes.Percent = item("越限恢复系数", "Recovery")


@record
class UnbalanceLimit:
    """An unbalance limit with duration and recovery."""

    limit: shapes.Percent = item("限值", "Limit")
    minutes: Minutes = item("越限持续时间", "Duration")
    recovery: shapes.Percent = item("越限恢复系数", "Recovery")


@unit(0x04, 26, "测量点限值参数", "Point limits", "point-limits", "A §7.4 F26", point=Point.MEASURING)
class PointLimits(Unit):
    """When voltage, current, power and unbalance are out of limits."""

    high: shapes.Volt = item("电压合格上限", "Voltage ok, high")
    low: shapes.Volt = item("电压合格下限", "Voltage ok, low")
    phase_loss: shapes.Volt = item("电压断相门限", "Phase loss")
    upper_voltage: VoltageLimit = item("电压上上限（过压门限）", "Over voltage")
    lower_voltage: VoltageLimit = item("电压下下限（欠压门限）", "Under voltage")
    upper_current: CurrentLimit = item("相电流上上限（过流门限）", "Over current")
    rated_current: CurrentLimit = item("相电流上限（额定电流门限）", "Rated current")
    zero_current: CurrentLimit = item("零序电流上限", "Zero-sequence current")
    upper_power: PowerLimit = item("视在功率上上限", "Apparent power, upper")
    high_power: PowerLimit = item("视在功率上限", "Apparent power, high")
    voltage_unbalance: UnbalanceLimit = item("三相电压不平衡限值", "Voltage unbalance")
    current_unbalance: UnbalanceLimit = item("三相电流不平衡限值", "Current unbalance")
    no_voltage: Minutes = item("连续失压时间限值", "No-voltage time")


@record
class PhaseLoss:
    """Loss parameters of one phase."""

    r: A26 = item("电阻R", "R")
    x: A26 = item("电抗X", "X")
    g: A26 = item("电导G", "G")
    b: A26 = item("电纳B", "B")


@unit(0x04, 27, "测量点铜损、铁损参数", "Copper and iron loss", "", "A §7.4 F27", point=Point.MEASURING)
class LossParameters(Unit):
    """Phases A, B, C."""

    phases: Annotated[tuple[PhaseLoss, ...], Repeat(PhaseLoss, Times(3))] = item("A、B、C相", "Phase")


@unit(0x04, 28, "测量点功率因数分段限值", "Power factor zones", "", "A §7.4 F28", point=Point.MEASURING)
class FactorLimits(Unit):
    """Borders between the zones."""

    low: shapes.Percent = item("功率因数分段限值1", "Limit 1")
    high: shapes.Percent = item("功率因数分段限值2", "Limit 2")


@unit(0x04, 29, "终端当地电能表显示号", "Local display number", "", "A §7.4 F29", point=Point.MEASURING)
class DisplayNumber(Unit):
    """What is printed on the meter."""

    number: Ascii12 = item("终端当地电能表显示号", "Number")


STOPPED = {0: ("抄读", "read"), 1: ("停抄", "stopped")}


@unit(
    0x04, 30, "台区集中抄表停抄/投抄设置", "Stop or resume reading", "", "A §7.4 F30", point=Point.MEASURING
)
class ReadingStopped(Unit):
    """Whether this point is read."""

    stopped: Annotated[int, Uint(1, choices=STOPPED)] = item("停抄/投抄设置", "Reading")


@unit(0x04, 31, "载波从节点附属节点地址", "PLC sub-node addresses", "", "A §7.4 F31", point=Point.MEASURING)
class SubNodes(Unit):
    """Nodes behind a carrier node."""

    nodes: Annotated[tuple[str | None, ...], Repeat(A12, Prefix(1, 20))] = item("附属节点地址", "Node")


@bits(2)
class ReadingControl:
    """Control word of F33."""

    forbidden: bool = bit(0, "不允许自动抄表", "Automatic reading forbidden")
    key_only: bool = bit(1, "要求终端只抄重点表", "Key meters only")
    broadcast_freeze: bool = bit(2, "要求终端采用广播冻结抄表", "Broadcast freeze")
    broadcast_clock: bool = bit(3, "要求终端定时对电表广播校时", "Broadcast clock")
    search: bool = bit(4, "要求终端搜寻新增或更换的电表", "Search for meters")
    status_word: bool = bit(5, "要求终端抄读电表状态字", "Read status words")


@record
class Window:
    """A period in which reading is allowed."""

    start: A19 = item("允许抄表时段开始时间", "Start")
    end: A19 = item("允许抄表时段结束时间", "End")


@record
class PortReading:
    """Reading parameters of one port."""

    port: Annotated[int, Uint(1, minimum=1, maximum=31)] = item("终端通信端口号", "Port")
    control: ReadingControl = item("台区集中抄表运行控制字", "Control word")
    days: Annotated[frozenset[int], Mask(4)] = item("抄表日-日期", "Reading days")
    time: A19 = item("抄表日-时间", "Reading time")
    interval: Annotated[int, Uint(1, unit="min")] = item("抄表间隔时间", "Interval")
    clock_at: A18 = item("对电表广播校时定时时间", "Broadcast clock at")
    windows: Annotated[tuple[Window, ...], Repeat(Window, Prefix(1, 24))] = item("允许抄表时段", "Window")


@unit(0x04, 33, "终端抄表运行参数设置", "Reading parameters", "reading", "A §7.5 F33", asks=Ports)
class ReadingParameters(Unit):
    """When and how each port reads its meters."""

    ports: Annotated[tuple[PortReading, ...], Repeat(PortReading, Prefix(1, 31))] = item("抄表参数块", "Port")


CONTROL_SPEEDS = {
    0: ("300", "300"), 1: ("600", "600"), 2: ("1200", "1200"), 3: ("2400", "2400"), 4: ("4800", "4800"),
    5: ("7200", "7200"), 6: ("9600", "9600"), 7: ("19200", "19200"),
}  # fmt: skip
DATA_BITS = {0: ("5位", "5"), 1: ("6位", "6"), 2: ("7位", "7"), 3: ("8位", "8")}


@bits(1)
class SerialControl:
    """Serial control byte (part A §7.9)."""

    data_bits: int = bit(0, "位数", "Data bits", width=2, choices=DATA_BITS)
    odd: int = bit(2, "偶/奇校验", "Parity", choices={0: ("偶校验", "even"), 1: ("奇校验", "odd")})
    parity: bool = bit(3, "有校验", "With parity")
    stop: int = bit(4, "停止位", "Stop bits", choices={0: ("1位", "1"), 1: ("2位", "2")})
    speed: int = bit(5, "波特率", "Speed", width=3, choices=CONTROL_SPEEDS, unit="bps")


@record
class ModulePort:
    """One local communication module."""

    port: U8 = item("终端通信端口号", "Port")
    control: SerialControl = item("与终端接口对应端的通信控制字", "Control byte")
    speed: Annotated[int, Uint(4, unit="bps")] = item("与终端接口对应端的通信速率", "Speed")


@unit(
    0x04,
    34,
    "集中抄表终端的台区本地通信信道模块通信参数设置",
    "Local module ports",
    "",
    "A §7.5 F34",
    asks=Ports,
)
class ModulePorts(Unit):
    """Serial settings of local modules."""

    ports: Annotated[tuple[ModulePort, ...], Repeat(ModulePort, Prefix(1, 31))] = item("模块", "Module")


@unit(0x04, 35, "台区集中抄表重点户设置", "Key meters", "key-meters", "A §7.5 F35")
class KeyMeters(Unit):
    """Serial numbers of the meters that are read first and often."""

    serials: Annotated[tuple[int, ...], Repeat(U16, Prefix(1, 255))] = item(
        "电能表/交流采样装置序号", "Serial number"
    )


@bits(1)
class CascadeRole:
    """Last byte before the addresses in F37."""

    count: int = bit(0, "被级联个数", "Terminals", width=4)
    slave: int = bit(7, "级联标志", "Role", choices={0: ("级联方", "master"), 1: ("被级联方", "cascaded")})


@record
class Neighbour:
    """Address of a cascaded or cascading terminal."""

    region: Annotated[str | None, Digits(2)] = item("行政区划码A1", "Region code")
    terminal: U16 = item("终端地址A2", "Terminal number")


@unit(0x04, 37, "终端级联通信参数", "Cascade", "", "A §7.5 F37")
class Cascade(Unit):
    """Terminals that report through another one; port 0 turns it off."""

    port: U8 = item("终端级联通信端口号", "Port")
    control: SerialControl = item("级联通信控制字", "Control byte")
    message_timeout: Annotated[int, Uint(1, unit="x 100 ms")] = item(
        "接收等待报文超时时间", "Message timeout"
    )
    byte_timeout: Annotated[int, Uint(1, unit="x 10 ms")] = item("接收等待字节超时时间", "Byte timeout")
    retries: Annotated[int, Uint(1, maximum=3)] = item("级联方接收失败重发次数", "Retries")
    period: Annotated[int, Uint(1, unit="min")] = item("级联巡测周期", "Poll period")
    role: CascadeRole = item("级联标志及被级联个数", "Role")
    terminals: Annotated[tuple[Neighbour, ...], Repeat(Neighbour, ByField("role.count", 3))] = item(
        "级联终端地址", "Terminal"
    )


@record
class MinorClass:
    """Item set of one minor class: byte i bit j stands for F(8(i-1)+j+1)."""

    minor: U8 = item("用户小类号", "Minor class")
    items: Annotated[
        tuple[frozenset[int], ...], Repeat(Annotated[frozenset[int], Mask(1)], Prefix(1, 31))
    ] = item("信息类组对应的信息类元标志位", "Group of eight Fn")


@record
class ItemSet(Unit):
    """Which items are collected for one major class (F38, F39)."""

    major: Annotated[int, Uint(1)] = item("用户大类号", "Major class")
    minors: Annotated[tuple[MinorClass, ...], Repeat(MinorClass, Prefix(1, 16))] = item(
        "用户小类", "Minor class"
    )


@record
class ClassSelector(Record):
    """Selector of F38, F39."""

    major: Annotated[int, Uint(1)] = item("用户大类号", "Major class")
    minors: Annotated[tuple[int, ...], Repeat(U8, Prefix(1, 16))] = item("用户小类号", "Minor class")


ITEM_SETS = (
    same_layout(ItemSet, 0x04, 38, "1类数据配置设置", "Class 1 item set", "A §7.5 F38", asks=ClassSelector),
    same_layout(ItemSet, 0x04, 39, "2类数据配置设置", "Class 2 item set", "A §7.5 F39", asks=ClassSelector),
)


@record
class Scheme:
    """Power settings of one scheme, one per set period."""

    periods: Annotated[frozenset[int], Mask(1)] = item("时段号", "Periods")
    settings: Annotated[tuple[Decimal | None, ...], Repeat(shapes.GroupKilowatt, ByMask("periods"))] = item(
        "功控定值", "Setting"
    )


@unit(0x04, 41, "时段功控定值", "Period power settings", "", "A §7.6 F41", point=Point.GROUP)
class PeriodSettings(Unit):
    """Up to three schemes."""

    schemes: Annotated[frozenset[int], Mask(1)] = item("方案标志", "Schemes")
    settings: Annotated[tuple[Scheme, ...], Repeat(Scheme, ByMask("schemes"))] = item("方案", "Scheme")


@unit(0x04, 42, "厂休功控参数", "Factory-rest control", "", "A §7.6 F42", point=Point.GROUP)
class RestControl(Unit):
    """Weekly rest days; bit 1 Monday to 7 Sunday."""

    setting: shapes.GroupKilowatt = item("厂休控定值", "Setting")
    start: A19 = item("限电起始时间", "Start")
    duration: Annotated[int, Uint(1, unit="x 0.5 h")] = item("限电延续时间", "Duration")
    weekdays: Annotated[frozenset[int], Mask(1, first=0)] = item("每周限电日", "Weekdays")


@unit(0x04, 44, "营业报停控参数", "Suspension control", "", "A §7.6 F44", point=Point.GROUP)
class SuspensionControl(Unit):
    """While the business is closed."""

    start: A20 = item("报停起始时间", "Start")
    end: A20 = item("报停结束时间", "End")
    setting: shapes.GroupKilowatt = item("报停控功率定值", "Setting")


@unit(
    0x04,
    46,
    "月电能量控定值",
    "Month energy setting",
    "",
    "A §7.6 F46",
    point=Point.GROUP,
    note="4 bytes; 2012/13: 5",
)
class MonthEnergy(Unit):
    """Energy allowed in a month."""

    setting: shapes.GroupKwh = item("月电能量控定值", "Setting")


@unit(
    0x04, 46, "月电能量控定值", "Month energy setting (2012)", "", "A §7.6 F46", point=Point.GROUP,
    edition=Edition.ADDED_2012,
)  # fmt: skip
class MonthEnergy2012(Unit):
    """With the alarm factor."""

    setting: shapes.GroupKwh = item("月电能量控定值", "Setting")
    alarm: Annotated[int, Uint(1, unit="%")] = item("月电能量控报警门限值系数", "Alarm factor")


PURCHASE = {0x55: ("追加", "add"), 0xAA: ("刷新", "refresh")}


@unit(0x04, 47, "购电量（费）控参数", "Purchase", "", "A §7.6 F47", point=Point.GROUP)
class Purchase(Unit):
    """What was bought."""

    order: U32 = item("购电单号", "Order number")
    mode: Annotated[int, Uint(1, choices=PURCHASE)] = item("追加/刷新标志", "Mode")
    bought: A3 = item("购电量（费）值", "Bought")
    alarm: A3 = item("报警门限值", "Alarm limit")
    trip: A3 = item("跳闸门限值", "Trip limit")


@unit(
    0x04, 59, "电能表异常判别阈值设定", "Meter anomaly thresholds", "meter-thresholds", "A §7.7 F59",
    note="clock in minutes; 2012/13: two bytes, seconds",
)  # fmt: skip
class MeterThresholds(Unit):
    """When a meter counts as abnormal."""

    over: A22 = item("电能量超差阈值", "Energy out of tolerance")
    fast: A22 = item("电能表飞走阈值", "Runs too fast")
    stop: Annotated[int, Uint(1, unit="x 15 min")] = item("电能表停走阈值", "Stopped")
    clock: Minutes = item("电能表校时阈值", "Clock deviation")


@unit(
    0x04, 59, "电能表异常判别阈值设定", "Meter anomaly thresholds (2012)", "meter-thresholds-2012", "A §7.7 F59",
    edition=Edition.ADDED_2012,
)  # fmt: skip
class MeterThresholds2012(Unit):
    """With the clock in seconds."""

    over: A22 = item("电能量超差阈值", "Energy out of tolerance")
    fast: A22 = item("电能表飞走阈值", "Runs too fast")
    stop: Annotated[int, Uint(1, unit="x 15 min")] = item("电能表停走阈值", "Stopped")
    clock: Annotated[int, Uint(2, unit="s")] = item("电能表校时阈值", "Clock deviation")


@unit(0x04, 60, "谐波限值", "Harmonic limits", "", "A §7.7 F60")
class HarmonicLimits(Unit):
    """Even orders 2 to 18, then odd orders 3 to 19."""

    thd_u: shapes.Percent = item("总畸变电压含有率上限", "Voltage distortion")
    odd_u: shapes.Percent = item("奇次谐波电压含有率上限", "Odd orders")
    even_u: shapes.Percent = item("偶次谐波电压含有率上限", "Even orders")
    voltages: Annotated[tuple[Decimal | None, ...], Repeat(shapes.Percent, Times(18))] = item(
        "2、4…18次、3、5…19次谐波电压含有率上限", "Voltage orders"
    )
    thd_i: A6 = item("总畸变电流有效值上限", "Current distortion")
    currents: Annotated[tuple[Decimal | None, ...], Repeat(A6, Times(18))] = item(
        "2、4…18次、3、5…19次谐波电流有效值上限", "Current orders"
    )


TASK_UNITS = {0: ("分", "min"), 1: ("时", "h"), 2: ("日", "day"), 3: ("月", "month")}


@bits(1)
class TaskPeriod:
    """How often a task reports."""

    value: int = bit(0, "定时上报周期", "Period", width=6)
    unit: int = bit(6, "上报周期单位", "Unit", width=2, choices=TASK_UNITS)


@record
class TaskItem:
    """Identifier of an item that a task reports."""

    da: Annotated[bytes, Octets(2)] = item("信息点标识DA", "Point identifier")
    dt: Annotated[bytes, Octets(2)] = item("信息类标识DT", "Function identifier")


@record
class Task(Unit):
    """What a task reports, and when (F65, F66)."""

    period: TaskPeriod = item("定时上报周期及上报周期单位", "Period")
    base: A1 = item("上报基准时间", "Base time")
    thinning: Annotated[int, Uint(1, minimum=1, maximum=96)] = item("曲线数据抽取倍率R", "Curve thinning")
    items: Annotated[tuple[TaskItem, ...], Repeat(TaskItem, Prefix(1, 255))] = item("数据单元标识", "Item")


STARTED = {0x55: ("启动", "start"), 0xAA: ("停止", "stop")}
TASKS = (
    same_layout(Task, 0x04, 65, "定时上报1类数据任务设置", "Class 1 task", "A §7.7 F65", point=Point.TASK),
    same_layout(Task, 0x04, 66, "定时上报2类数据任务设置", "Class 2 task", "A §7.7 F66", point=Point.TASK),
    _one(67, Annotated[int, Uint(1, choices=STARTED)], "定时上报1类数据任务启动/停止设置", "Start class 1 task",
         "A §7.7 F67", point=Point.TASK),
    _one(68, Annotated[int, Uint(1, choices=STARTED)], "定时上报2类数据任务启动/停止设置", "Start class 2 task",
         "A §7.7 F68", point=Point.TASK),
)  # fmt: skip


@bits(1)
class CapacitorKind:
    """Phases and whether they switch together."""

    a: bool = bit(0, "A相", "Phase A")
    b: bool = bit(1, "B相", "Phase B")
    c: bool = bit(2, "C相", "Phase C")
    kind: int = bit(
        6, "补偿方式", "Compensation", width=2, choices={1: ("共补", "common"), 2: ("分补", "split")}
    )


@record
class CapacitorGroup:
    """One of 16 capacitor groups."""

    kind: CapacitorKind = item("补偿方式", "Kind")
    capacity: Annotated[Decimal | None, Scaled3("kVA")] = item("装见容量", "Capacity")


@unit(0x04, 73, "电容器参数", "Capacitors", "", "A §7.8 F73", point=Point.MEASURING)
class Capacitors(Unit):
    """All 16 groups."""

    groups: Annotated[tuple[CapacitorGroup, ...], Repeat(CapacitorGroup, Times(16))] = item(
        "电容器组", "Group"
    )


@unit(
    0x04, 74, "电容器投切运行参数", "Capacitor run", "", "A §7.8 F74", point=Point.MEASURING,
    note="one front end reads both kvar as A.5",
)  # fmt: skip
class CapacitorRun(Unit):
    """When capacitors are switched."""

    factor: shapes.Percent = item("目标功率因数", "Power factor")
    on: Annotated[Decimal | None, Bcd(3, 4, unit="kvar")] = item("投入无功功率门限", "Switch in")
    off: Annotated[Decimal | None, Bcd(3, 4, unit="kvar")] = item("切除无功功率门限", "Switch out")
    delay: Annotated[int, Uint(1, unit="s")] = item("延时时间", "Delay")
    interval: Minutes = item("动作时间间隔", "Interval")


@unit(0x04, 75, "电容器保护参数", "Capacitor protection", "", "A §7.8 F75", point=Point.MEASURING)
class CapacitorProtection(Unit):
    """Limits that switch capacitors out."""

    over: shapes.Volt = item("过电压", "Over voltage")
    over_return: shapes.Volt = item("过电压回差值", "Over voltage return")
    under: shapes.Volt = item("欠电压", "Under voltage")
    under_return: shapes.Volt = item("欠电压回差值", "Under voltage return")
    distortion_i: shapes.Percent = item("总畸变电流含有率上限", "Current distortion")
    distortion_i_return: shapes.Percent = item("总畸变电流含有率越限回差值", "Current distortion return")
    distortion_u: shapes.Percent = item("总畸变电压含有率上限", "Voltage distortion")
    distortion_u_return: shapes.Percent = item("总畸变电压含有率越限回差值", "Voltage distortion return")


CAPACITOR_CONTROL = {
    1: ("当地控制", "local"), 2: ("远方遥控", "remote"), 3: ("闭锁", "lock"), 4: ("解锁", "unlock"),
}  # fmt: skip


@unit(0x04, 76, "电容器投切控制方式", "Capacitor control mode", "", "A §7.8 F76", point=Point.MEASURING)
class CapacitorControl(Unit):
    """Who switches."""

    mode: Annotated[int, Uint(1, choices=CAPACITOR_CONTROL)] = item("电容器投切控制方式", "Mode")


@unit(0x04, 81, "直流模拟量输入变比", "DC range", "", "A §7.8 F81", point=Point.DC_PORT)
class DcRange(Unit):
    """Scale of an input."""

    start: A2 = item("直流模拟量量程起始值", "Start")
    end: A2 = item("直流模拟量量程终止值", "End")


@unit(0x04, 82, "直流模拟量限值", "DC limits", "", "A §7.8 F82", point=Point.DC_PORT)
class DcLimits(Unit):
    """Limits of an input."""

    high: A2 = item("直流模拟量上限", "High")
    low: A2 = item("直流模拟量下限", "Low")


LATER = Edition.ADDED_2012


@record
class PortSetup:
    """One port of F84."""

    serial: U8 = item("序号", "Number")
    line: PortSpeed = item("通信速率及端口号", "Speed and port")
    protocol: Protocol = item("通信协议类型", "Protocol")
    address: A12 = item("通信地址", "Address")
    password: Annotated[bytes, Octets(6, secret=True)] = item("通信密码", "Password")


@unit(
    0x04, 84, "端口配置参数", "Port configuration", "", "A §7.8 F84", edition=LATER, asks=Ports,
    confidence=Confidence.SINGLE, note="Chinese name not confirmed",
)  # fmt: skip
class PortConfiguration(Unit):
    """Ports by number."""

    ports: Annotated[tuple[PortSetup, ...], Repeat(PortSetup, Prefix(1, 31))] = item("端口", "Port")


@unit(
    0x04, 90, "无线通信信道组号及功率", "Radio channel and power", "", "A §7.8 F90", edition=LATER,
    confidence=Confidence.SINGLE, note="Chinese name not confirmed",
)  # fmt: skip
class RadioChannel(Unit):
    """Channel group and transmitting power."""

    channel: U8 = item("信道组号", "Channel group")
    power: U8 = item("发射功率", "Power")


@unit(
    0x04, 91, "终端地理位置信息", "Position", "", "A §7.8 F91", edition=LATER,
    confidence=Confidence.UNVERIFIED, note="coding of the five bytes is uncertain",
)  # fmt: skip
class Position(Unit):
    """Longitude and latitude as received."""

    longitude: Annotated[bytes, Octets(5)] = item("经度", "Longitude")
    latitude: Annotated[bytes, Octets(5)] = item("纬度", "Latitude")


@unit(0x04, 97, "停电数据采集配置参数", "Outage collection", "", "A §7.8 F97", edition=LATER)
class OutageCollection(Unit):
    """How outages are read from meters."""

    flags: Annotated[frozenset[int], Mask(1)] = item("停电数据采集标志", "Flags")
    interval: Annotated[int, Uint(1, unit="h")] = item("停电事件抄读时间间隔", "Interval")
    limit: Minutes = item("停电事件抄读时间限值", "Limit")
    points: Annotated[tuple[int, ...], Repeat(U16, Prefix(2, 2040))] = item("测量点号", "Point")


@unit(0x04, 98, "停电事件甄别限值参数", "Outage screening", "", "A §7.8 F98", edition=LATER)
class OutageScreening(Unit):
    """Which outages count."""

    shortest: Annotated[int, Uint(2, unit="min")] = item("停电时间最小有效间隔", "Shortest")
    longest: Annotated[int, Uint(2, unit="min")] = item("停电时间最大有效间隔", "Longest")
    edge: Annotated[int, Uint(2, unit="min")] = item("停电事件起止时间偏差限值", "Start and end deviation")
    section: Annotated[int, Uint(2, unit="s")] = item("停电事件时间区段偏差限值", "Section deviation")
    fail: shapes.Volt = item("停电发生电压限值", "Fail voltage")
    recover: shapes.Volt = item("停电恢复电压限值", "Recovery voltage")
    report: U8 = item("停电事件主动上报标志", "Report")


@record
class CurveDensity:
    """Density of one curve; Fn 0 stands for all."""

    fn: U8 = item("曲线数据Fn", "Curve Fn")
    density: Annotated[int, Uint(1)] = item("冻结密度", "Density")


@record
class CurveSelector(Record):
    """Selector of F104."""

    functions: Annotated[tuple[int, ...], Repeat(U8, Prefix(1, 255))] = item("曲线数据Fn", "Curve Fn")


@unit(
    0x04, 104, "曲线冻结密度", "Curve density", "", "A §7.8 F104", point=Point.MEASURING, edition=LATER,
    confidence=Confidence.SINGLE, note="set: one pair; the answer to a query is a count and pairs",
    direction=Direction.DOWN, asks=CurveSelector,
)  # fmt: skip
class CurveDensitySetting(Unit):
    """Set the density of one curve."""

    fn: U8 = item("曲线数据Fn", "Curve Fn")
    density: Annotated[int, Uint(1)] = item("冻结密度", "Density")


@unit(
    0x04, 104, "曲线冻结密度", "Curve densities", "", "A §7.8 F104", point=Point.MEASURING, edition=LATER,
    confidence=Confidence.SINGLE, direction=Direction.UP, asks=CurveSelector,
)  # fmt: skip
class CurveDensities(Unit):
    """Densities that differ from the default 127."""

    densities: Annotated[tuple[CurveDensity, ...], Repeat(CurveDensity, Prefix(1, 255))] = item(
        "曲线", "Curve"
    )


@unit(
    0x04,
    105,
    "电能表数据分级归类参数",
    "Grading class",
    "",
    "A §7.8 F105",
    point=Point.MEASURING,
    edition=LATER,
)
class GradingClass(Unit):
    """Which grading table a meter uses."""

    grade: U8 = item("电能表数据分级类号", "Class")


@record
class GradedItem:
    """One DL/T 645 identifier and its level; 0 deletes it."""

    identifier: Annotated[bytes, Octets(4)] = item("数据标识", "Identifier")
    level: U8 = item("数据级别", "Level")


@unit(0x04, 106, "电能表数据分级参数", "Grading table", "", "A §7.8 F106", point=Point.CLASS, edition=LATER)
class GradingTable(Unit):
    """Levels of identifiers."""

    items: Annotated[tuple[GradedItem, ...], Repeat(GradedItem, Prefix(1, 255))] = item("数据标识", "Item")


GRADING_UNITS = {1: ("分", "min"), 2: ("时", "h"), 3: ("日", "day"), 4: ("月", "month")}


@unit(
    0x04, 107, "电能表数据分级周期参数", "Grading period", "", "A §7.8 F107", point=Point.LEVEL, edition=LATER
)
class GradingPeriod(Unit):
    """How often a level is read."""

    value: U8 = item("周期数值", "Value")
    unit: Annotated[int, Uint(1, choices=GRADING_UNITS)] = item("周期单位", "Unit")


@unit(
    0x04, 150, "测量点状态", "Point state", "", "A §7.8 F150", edition=LATER, direction=Direction.UP,
    note="bit 0 of byte 0 is point 0 or point 1 by province",
)  # fmt: skip
class PointState(Unit):
    """Valid and changed points; read only."""

    valid: Annotated[frozenset[int], Mask(256, first=0)] = item("测量点有效标志", "Valid points")
    changed: Annotated[frozenset[int], Mask(256, first=0)] = item("测量点变更标志", "Changed points")
