"""AFN 09: configuration and information of the terminal (part A §10)."""

from datetime import date
from typing import Annotated

from core.gdw376.unit import Unit, unit
from core.wire.formats import Ascii4, Ascii8, Ascii11
from core.wire.record import item
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
