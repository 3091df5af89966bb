"""AFN 0E: class 3 data, events (part B §4). A query names a window of one ring; Pn is exclusive."""

from typing import Annotated

from core.gdw376.unit import Unit, same_layout
from core.gdw376.units.event_record import Event, EventCodec
from core.wire.formats import U8
from core.wire.record import Record, item, record
from core.wire.repeat import Repeat, ToEnd


@record
class EventWindow(Record):
    """Records Pm to Pn-1, modulo 256; Pm = Pn asks for none (one library: one record)."""

    first: U8 = item("事件记录起始指针Pm", "First record Pm")
    last: U8 = item("事件记录结束指针Pn", "End Pn (exclusive)")


@record
class Events(Unit):
    """Counters, the window really sent, and its records."""

    important: U8 = item("重要事件计数器EC1", "Important events EC1")
    ordinary: U8 = item("一般事件计数器EC2", "Ordinary events EC2")
    first: U8 = item("事件记录起始指针Pm", "First record Pm")
    last: U8 = item("事件记录结束指针Pn", "End Pn (exclusive)")
    records: Annotated[tuple[Event, ...], Repeat(Annotated[Event, EventCodec()], ToEnd())] = item(
        "事件记录", "Record"
    )


RINGS = (
    same_layout(Events, 0x0E, 1, "请求重要事件", "Important events", "B §4.1 F1", alias="important-events",
                asks=EventWindow),
    same_layout(Events, 0x0E, 2, "请求一般事件", "Ordinary events", "B §4.1 F2", alias="ordinary-events",
                asks=EventWindow),
)  # fmt: skip
