"""AFN 02: link interface test, sent by the terminal (part A §6.3). C = C9H, CON = 1, MSA = 0."""

from datetime import datetime
from typing import Annotated

from core.gdw376.unit import Unit, unit
from core.wire.formats import A1
from core.wire.record import item
from core.wire.repeat import Tail


@unit(0x02, 1, "登录", "Login", "login", "A §6.3 F1")
class Login(Unit):
    """First message after connecting."""


@unit(0x02, 2, "退出登录", "Logout", "logout", "A §6.3 F2")
class Logout(Unit):
    """Last message before disconnecting."""


@unit(0x02, 3, "心跳", "Heartbeat", "heartbeat", "A §6.3 F3", note="2012/13 adds the clock; both are read")
class Heartbeat(Unit):
    """I am here; since 2012/13 with the terminal's clock."""

    clock: Annotated[datetime | None, Tail(A1)] = item("终端时钟", "Terminal clock", default=None)
