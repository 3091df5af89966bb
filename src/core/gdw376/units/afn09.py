"""AFN 09: configuration and information of the terminal (part A §10)."""

from datetime import date
from typing import Annotated

from core.gdw376.unit import Confidence, Edition, Unit, same_layout, unit
from core.gdw376.units.events import ERC_NAMES
from core.wire.bits import bit, bits
from core.wire.formats import A12, U8, U16, Ascii4, Ascii8, Ascii11
from core.wire.leaf import Ascii, Mask, Octets, Uint
from core.wire.record import item, record
from core.wire.repeat import ByMask, Prefix, Repeat, Times
from core.wire.stretch import FunctionMask
from core.wire.times import Date


@unit(0x09, 1, "终端版本信息", "Version", "version", "A §10 F1")
class Version(Unit):
    """Maker, versions and dates of program and hardware."""

    maker: Ascii4 = item("厂商代号", "Maker")
    device: Ascii8 = item("设备编号", "Device number")
    software: Ascii4 = item("终端软件版本号", "Software version")
    software_date: Annotated[date | None, Date()] = item("终端软件发布日期", "Software date")
    capacity: Ascii11 = item("终端配置容量信息码", "Capacity code")
    protocol: Ascii4 = item("终端通信协议版本号", "Protocol version")
    hardware: Ascii4 = item("终端硬件版本号", "Hardware version")
    hardware_date: Annotated[date | None, Date()] = item("终端硬件发布日期", "Hardware date")


@bits(2)
class PortWord:
    """Port, interface and use."""

    port: int = bit(0, "终端通信端口号", "Port", width=5)
    interface: int = bit(
        5,
        "接口类型",
        "Interface",
        width=2,
        choices={
            0: ("RS485", "RS485"),
            1: ("RS232", "RS232"),
            2: ("串行接口连接窄带低压载波通信模块", "PLC module"),
        },
    )
    special: int = bit(
        7, "端口类型", "Kind", choices={0: ("标准异步串口", "standard"), 1: ("专用", "special")}
    )
    use: int = bit(
        13,
        "端口功能",
        "Use",
        width=3,
        choices={
            0: ("用于专变/公变抄表", "transformer reading"),
            1: ("用于变电站抄表", "substation reading"),
            2: ("用于台区低压集中抄表", "area reading"),
            3: ("用于当地数据共享", "local sharing"),
        },
    )


@record
class PortLimits:
    """One port of F2."""

    word: PortWord = item("端口信息字", "Port")
    speed: Annotated[int, Uint(4, unit="bps")] = item("支持的最高波特率", "Highest speed")
    devices: U16 = item("支持的设备接入数量", "Devices")
    receive: Annotated[int, Uint(2, unit="byte")] = item("支持的最大接收缓冲区长度", "Receive buffer")
    send: Annotated[int, Uint(2, unit="byte")] = item("支持的最大发送缓冲区长度", "Send buffer")


@unit(0x09, 2, "终端支持的输入、输出及通信端口配置", "Inputs, outputs and ports", "ports", "A §10 F2")
class PortConfiguration(Unit):
    """What is built in."""

    pulses: U8 = item("脉冲量输入路数", "Pulse inputs")
    inputs: U8 = item("开关量输入路数", "Status inputs")
    dc_inputs: U8 = item("直流模拟量输入路数", "DC inputs")
    outputs: U8 = item("开关量输出路数", "Outputs (rounds)")
    meters: U16 = item("支持的抄电能表/交流采样装置最多数量", "Most meters")
    receive: Annotated[int, Uint(2, unit="byte")] = item(
        "支持的终端上行通信最大接收缓存区字节数", "Uplink receive buffer"
    )
    send: Annotated[int, Uint(2, unit="byte")] = item(
        "支持的终端上行通信最大发送缓存区字节数", "Uplink send buffer"
    )
    mac: Annotated[bytes, Octets(6)] = item("终端MAC地址", "MAC address")
    ports: Annotated[tuple[PortLimits, ...], Repeat(PortLimits, Prefix(1, 31))] = item("通信端口", "Port")


@unit(
    0x09, 3, "终端支持的其他配置", "Other limits", "limits", "A §10 F3",
    note="one library of 2009 has no tariff byte: 34 bytes",
)  # fmt: skip
class OtherLimits(Unit):
    """How much of everything."""

    points: U16 = item("支持的测量点最多数量", "Points")
    groups: U8 = item("支持的总加组最多数量", "Total groups")
    tasks: U8 = item("支持的任务最多数量", "Tasks")
    differences: U8 = item("支持的有功总电能量差动组最多数量", "Difference groups")
    tariffs: U8 = item("支持的最大费率数", "Tariffs")
    point_density: U8 = item("支持的测量点数据最大冻结密度", "Density, points")
    group_p_density: U8 = item("支持的总加组有功功率数据最大冻结密度", "Density, group P")
    group_q_density: U8 = item("支持的总加组无功功率数据最大冻结密度", "Density, group Q")
    group_energy_density: U8 = item("支持的总加组有功电能量数据最大冻结密度", "Density, group active energy")
    group_reactive_density: U8 = item(
        "支持的总加组无功电能量数据最大冻结密度", "Density, group reactive energy"
    )
    days: U8 = item("支持的日数据最大存放天数", "Days")
    months: U8 = item("支持的月数据最大存放月数", "Months")
    schemes: U8 = item("支持的时段功控定值方案最大数量", "Schemes")
    harmonics: U8 = item("支持的谐波测量最高次数", "Harmonic order")
    capacitors: U8 = item("支持的无功补偿电容器组最大数量", "Capacitor groups")
    key_meters: U8 = item("支持台区集中抄表重点户最大户数", "Key meters")
    classes: Annotated[frozenset[int], Mask(2, first=0)] = item("支持的用户大类号标志", "Major classes")
    minors: Annotated[tuple[int, ...], Repeat(U8, Times(16))] = item(
        "支持的用户小类号个数", "Minor classes of class"
    )


Functions = Annotated[frozenset[int], FunctionMask()]


@record
class SupportedFunctions(Unit):
    """F4 and F5."""

    functions: Functions = item("支持的信息类元", "Functions Fn")


@record
class SupportedOfClass:
    """Items of one major class."""

    functions: Functions = item("支持的信息类元", "Functions Fn")


@record
class SupportedItems(Unit):
    """F6 and F7."""

    classes: Annotated[frozenset[int], Mask(2, first=0)] = item("支持的用户大类号标志", "Major classes")
    items: Annotated[tuple[SupportedOfClass, ...], Repeat(SupportedOfClass, ByMask("classes"))] = item(
        "支持的信息类元", "Items of class"
    )


SUPPORTED = (
    same_layout(SupportedFunctions, 0x09, 4, "终端支持的参数配置", "Supported parameters", "A §10 F4"),
    same_layout(SupportedFunctions, 0x09, 5, "终端支持的控制配置", "Supported controls", "A §10 F5"),
    same_layout(SupportedItems, 0x09, 6, "终端支持的1类数据配置", "Supported class 1 data", "A §10 F6"),
    same_layout(SupportedItems, 0x09, 7, "终端支持的2类数据配置", "Supported class 2 data", "A §10 F7"),
)


@unit(0x09, 8, "终端支持的事件记录配置", "Supported events", "", "A §10 F8")
class SupportedEvents(Unit):
    """By ERC."""

    events: Annotated[frozenset[int], Mask(8, names=ERC_NAMES)] = item("支持的事件记录标志位", "Events")


@unit(0x09, 9, "远程通信单元版本信息", "Remote module version", "", "A §10 F9", edition=Edition.ADDED_2012)
class RemoteModule(Unit):
    """Cellular module and its card."""

    maker: Ascii4 = item("模块厂商代码", "Maker")
    model: Ascii8 = item("模块型号", "Model")
    software: Ascii4 = item("软件版本号", "Software version")
    software_date: Annotated[date | None, Date()] = item("软件发布日期", "Software date")
    hardware: Ascii4 = item("硬件版本号", "Hardware version")
    hardware_date: Annotated[date | None, Date()] = item("硬件发布日期", "Hardware date")
    iccid: Annotated[str, Ascii(20)] = item("SIM卡ICCID", "SIM ICCID")


@unit(
    0x09, 10, "本地通信单元版本信息", "Local module version", "", "A §10 F10", edition=Edition.ADDED_2012,
    confidence=Confidence.SINGLE, note="order of the fields from one front end",
)  # fmt: skip
class LocalModule(Unit):
    """Carrier or radio module."""

    address: A12 = item("模块地址", "Module address")
    vendor: Annotated[bytes, Octets(2)] = item("厂商代码", "Vendor")
    chip: Annotated[bytes, Octets(2)] = item("芯片代码", "Chip")
    version_date: Annotated[date | None, Date()] = item("版本日期", "Version date")
    version: Annotated[bytes, Octets(2)] = item("版本号", "Version")
