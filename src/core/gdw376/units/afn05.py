"""AFN 05: control commands (part A §8). PW is needed, CON = 1, the answer is AFN 00."""

from datetime import datetime
from typing import Annotated

from core.gdw376.unit import Unit, unit
from core.wire.record import item
from core.wire.times import CalendarTime


@unit(0x05, 29, "允许终端主动上报", "Allow spontaneous reports", "reports-on", "A §8 F29")
class AllowReports(Unit):
    """The terminal may report by itself."""


@unit(0x05, 31, "对时命令", "Set clock", "set-clock", "A §8 F31")
class SetClock(Unit):
    """Set the terminal's clock; error below 5 s (M91)."""

    time: Annotated[datetime | None, CalendarTime()] = item("终端时钟", "Terminal clock")


@unit(0x05, 37, "禁止终端主动上报", "Forbid spontaneous reports", "reports-off", "A §8 F37")
class ForbidReports(Unit):
    """The terminal only answers."""


@unit(0x05, 38, "激活终端连接主站", "Connect to the master", "connect", "A §8 F38")
class ConnectMaster(Unit):
    """Dial the master now."""


@unit(0x05, 39, "命令终端断开连接", "Disconnect from the master", "disconnect", "A §8 F39")
class DisconnectMaster(Unit):
    """Drop the link to the master."""
