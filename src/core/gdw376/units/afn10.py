"""AFN 10: data forwarding (part A §12). F10 differs by edition."""

from typing import Annotated

from core.gdw376.fields import Direction
from core.gdw376.unit import Edition, Unit, unit
from core.gdw376.units.afn04 import SerialControl
from core.wire.bits import bit, bits
from core.wire.formats import A12, U8
from core.wire.leaf import Octets, Uint
from core.wire.record import item, record
from core.wire.repeat import Prefix, Repeat
from core.wire.stretch import LongOctets

DOWN, UP = Direction.DOWN, Direction.UP
NEW = Edition.ADDED_2012
TIME_UNITS = {0: ("10ms", "10 ms"), 1: ("s", "s")}


@bits(1)
class MessageTimeout:
    """How long to wait for the meter."""

    value: int = bit(0, "接收等待报文超时时间", "Timeout", width=7)
    unit: int = bit(7, "单位", "Unit", choices=TIME_UNITS)


@unit(
    0x10, 1, "透明转发", "Transparent forwarding", "forward", "A §12 F1", direction=DOWN,
    note="one family of masters leaves PW out",
)  # fmt: skip
class Forward(Unit):
    """Send bytes to a port of the terminal."""

    port: U8 = item("终端通信端口号", "Port")
    control: SerialControl = item("透明转发通信控制字", "Control byte")
    message_timeout: MessageTimeout = item("透明转发接收等待报文超时时间", "Message timeout")
    byte_timeout: Annotated[int, Uint(1, unit="x 10 ms")] = item(
        "透明转发接收等待字节超时时间", "Byte timeout"
    )
    content: Annotated[bytes, LongOctets(2)] = item("透明转发内容", "Content")


@unit(0x10, 1, "透明转发", "Forwarding answer", "forward-answer", "A §12 F1", direction=UP)
class Forwarded(Unit):
    """What the port answered; nothing when no meter did."""

    port: U8 = item("终端通信端口号", "Port")
    content: Annotated[bytes, LongOctets(2)] = item("透明转发内容", "Content")


RELAYS = ("转发中继地址", "Relay")
Relays = Annotated[tuple[str | None, ...], Repeat(A12, Prefix(1, 32))]
IDENTIFIERS = {0: ("DL/T 645-1997", "645-1997"), 1: ("DL/T 645-2007", "645-2007")}
RESULTS = {
    0: ("不能执行转发", "cannot forward"), 1: ("转发接收超时", "timeout"), 2: ("转发接收错误", "receive error"),
    3: ("转发接收确认", "confirmed"), 4: ("转发接收否认", "denied"), 5: ("转发接收数据", "data"),
    6: ("电能表主动上报", "meter report"),
}  # fmt: skip
Result = Annotated[int, Uint(1, choices=RESULTS)]


@unit(
    0x10, 9, "转发主站直接对电表的抄读数据命令", "Direct meter read", "direct-read", "A §12 F9", direction=DOWN,
    note="relay count FFH (no route given) and the two-byte identifier of one test bench are not read",
)  # fmt: skip
class DirectRead(Unit):
    """Read one identifier of one meter."""

    port: U8 = item("终端通信端口号", "Port")
    relays: Relays = item(*RELAYS)
    meter: A12 = item("转发目标地址", "Meter")
    kind: Annotated[int, Uint(1, choices=IDENTIFIERS)] = item("转发直接抄读的数据标识类型", "Identifier kind")
    identifier: Annotated[bytes, Octets(4)] = item("转发直接抄读的数据标识", "Identifier")


@unit(
    0x10,
    9,
    "转发主站直接对电表的抄读数据命令",
    "Direct meter read answer",
    "direct-read-answer",
    "A §12 F9",
    direction=UP,
)
class DirectReadAnswer(Unit):
    """Result, then identifier and data (2 or 4 bytes of identifier by its kind)."""

    port: U8 = item("终端通信端口号", "Port")
    meter: A12 = item("转发目标地址", "Meter")
    result: Result = item("转发结果标志", "Result")
    content: Annotated[bytes, LongOctets(1)] = item("转发直接抄读的数据标识及数据内容", "Identifier and data")


SWITCHING = {0xAA: ("跳闸", "trip"), 0x55: ("允许合闸", "allow close"), 0xFF: ("通电", "power on")}
Switching = Annotated[int, Uint(1, choices=SWITCHING)]


@record
class RelayOrder(Unit):
    """F10 and F11 of 2009: switch a meter's relay."""

    port: U8 = item("终端通信端口号", "Port")
    relays: Relays = item(*RELAYS)
    meter: A12 = item("转发目标地址", "Meter")
    order: Switching = item("跳闸/允许合闸标志", "Order")
    password: Annotated[bytes, LongOctets(1, secret=True)] = item("电表密码", "Meter password")


@record
class RelayAnswer(Unit):
    """What became of it."""

    port: U8 = item("终端通信端口号", "Port")
    meter: A12 = item("转发目标地址", "Meter")
    result: Result = item("转发结果标志", "Result")
    order: Switching = item("跳闸/允许合闸标志", "Order")


@unit(
    0x10,
    10,
    "转发主站直接对电表的遥控跳闸/允许合闸命令",
    "Trip or close meter",
    "trip-meter",
    "A §12 F10",
    direction=DOWN,
)
class TripMeter(RelayOrder):
    """2009: trip or allow to close."""


@unit(
    0x10,
    10,
    "转发主站直接对电表的遥控跳闸/允许合闸命令",
    "Trip or close meter answer",
    "trip-meter-answer",
    "A §12 F10",
    direction=UP,
)
class TripMeterAnswer(RelayAnswer):
    """2009."""


@unit(
    0x10, 11, "转发主站直接对电表的遥控送电命令", "Power meter on", "power-meter", "A §12 F11", direction=DOWN
)
class PowerMeter(RelayOrder):
    """2009: power on."""


@unit(
    0x10,
    11,
    "转发主站直接对电表的遥控送电命令",
    "Power meter on answer",
    "power-meter-answer",
    "A §12 F11",
    direction=UP,
)
class PowerMeterAnswer(RelayAnswer):
    """2009."""


@unit(
    0x10, 10, "转发主站直接对电表的批量抄读数据命令", "Batch meter read", "batch-read", "A §12 F10",
    direction=DOWN, edition=NEW, note="one test bench sends 2-byte identifiers for 645-1997",
)  # fmt: skip
class BatchRead(Unit):
    """2012/13: several identifiers of one meter."""

    port: U8 = item("终端通信端口号", "Port")
    relays: Relays = item(*RELAYS)
    meter: A12 = item("转发目标地址", "Meter")
    kind: Annotated[int, Uint(1, choices=IDENTIFIERS)] = item("数据标识类型", "Identifier kind")
    identifiers: Annotated[tuple[bytes, ...], Repeat(Annotated[bytes, Octets(4)], Prefix(1, 255))] = item(
        "数据标识", "Identifier"
    )


@unit(
    0x10, 10, "转发主站直接对电表的批量抄读数据命令", "Batch meter read answer", "batch-read-answer", "A §12 F10",
    direction=UP, edition=NEW,
)  # fmt: skip
class BatchReadAnswer(Unit):
    """Identifier and data of each."""

    port: U8 = item("终端通信端口号", "Port")
    meter: A12 = item("转发目标地址", "Meter")
    result: Result = item("转发结果标志", "Result")
    contents: Annotated[tuple[bytes, ...], Repeat(Annotated[bytes, LongOctets(1)], Prefix(1, 255))] = item(
        "数据标识及数据内容", "Identifier and data"
    )


@record
class TaskMeter:
    """One meter of F12."""

    number: Annotated[bytes, Octets(8)] = item("表号", "Meter number")
    key: Annotated[bytes, Octets(32, secret=True)] = item("密钥密文", "Key cipher")


@unit(
    0x10,
    12,
    "转发主站对多块电表的任务",
    "Task to many meters",
    "meter-task",
    "A §12 F12",
    direction=DOWN,
    edition=NEW,
)
class MeterTask(Unit):
    """One task to be carried out at many meters."""

    form: Annotated[int, Uint(2)] = item("数据格式", "Format")
    kind: U8 = item("任务类型", "Type")
    content: Annotated[bytes, LongOctets(2)] = item("任务数据", "Task data")
    meters: Annotated[tuple[TaskMeter, ...], Repeat(TaskMeter, Prefix(2, 400))] = item("电表", "Meter")


@unit(
    0x10,
    13,
    "查询转发任务执行状态",
    "Ask meter task state",
    "ask-meter-task",
    "A §12 F13",
    direction=DOWN,
    edition=NEW,
)
class AskMeterTask(Unit):
    """Of one type."""

    kind: U8 = item("任务类型", "Type")


@unit(
    0x10,
    13,
    "查询转发任务执行状态",
    "Meter task state",
    "meter-task-state",
    "A §12 F13",
    direction=UP,
    edition=NEW,
)
class MeterTaskState(Unit):
    """How many, and which succeeded."""

    kind: U8 = item("任务类型", "Type")
    total: Annotated[int, Uint(2)] = item("电表总数", "Meters")
    done: Annotated[tuple[bytes, ...], Repeat(Annotated[bytes, Octets(8)], Prefix(2, 2000))] = item(
        "执行成功的表号", "Meters done"
    )
