"""The formats A.1 to A.27 of annex A (gdw376_1_a §5) as annotations, and the units the field speaks in.

``Annotated[type, codec]``: the type is what programs see, the codec what the wire carries.
"""

from datetime import date, datetime, time
from decimal import Decimal
from ipaddress import IPv4Address
from typing import Annotated

from core.wire import times
from core.wire.bcd import Bcd, Digits, Scaled3, Scaled7, SignedPercent
from core.wire.leaf import Ascii, Ipv4, Phone, Uint

A1 = Annotated[datetime | None, times.CalendarTime()]
A2 = Annotated[Decimal | None, Scaled3()]
A3 = Annotated[Decimal | None, Scaled7()]
A4 = Annotated[int | None, SignedPercent()]
A5 = Annotated[Decimal | None, Bcd(2, 1, signed=True)]
A6 = Annotated[Decimal | None, Bcd(2, 2, signed=True)]
A7 = Annotated[Decimal | None, Bcd(2, 1)]
A8 = Annotated[int | None, Bcd(2)]
A9 = Annotated[Decimal | None, Bcd(3, 4, signed=True)]
A10 = Annotated[int | None, Bcd(3)]
A11 = Annotated[Decimal | None, Bcd(4, 2)]
A12 = Annotated[str | None, Digits(6)]
A13 = Annotated[Decimal | None, Bcd(4, 4)]
A14 = Annotated[Decimal | None, Bcd(5, 4)]
A15 = Annotated[datetime | None, times.MinuteTime()]
A16 = Annotated[times.DayTime | None, times.DayClock(seconds=True)]
A17 = Annotated[times.MonthDayTime | None, times.MonthDayClock()]
A18 = Annotated[times.DayTime | None, times.DayClock(seconds=False)]
A19 = Annotated[time | None, times.ClockTime()]
A20 = Annotated[date | None, times.Date()]
A21 = Annotated[times.Month | None, times.MonthOfYear()]
A22 = Annotated[Decimal | None, Bcd(1, 1)]
A23 = Annotated[Decimal | None, Bcd(3, 4)]
A24 = Annotated[times.DayHour | None, times.DayAndHour()]
A25 = Annotated[Decimal | None, Bcd(3, 3, signed=True)]
A26 = Annotated[Decimal | None, Bcd(2, 3)]
A27 = Annotated[int | None, Bcd(4)]

U8 = Annotated[int, Uint(1)]
U16 = Annotated[int, Uint(2)]
U32 = Annotated[int, Uint(4)]
Ip = Annotated[IPv4Address, Ipv4()]
TcpPort = Annotated[int, Uint(2)]
Telephone = Annotated[str, Phone()]
Ascii4 = Annotated[str, Ascii(4)]
Ascii8 = Annotated[str, Ascii(8)]
Ascii11 = Annotated[str, Ascii(11)]
Ascii12 = Annotated[str, Ascii(12)]
Ascii16 = Annotated[str, Ascii(16)]
Minutes = Annotated[int, Uint(1, unit="min")]
