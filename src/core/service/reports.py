"""Messages the terminal sends by itself, as data units (part A §6.3, part B §4.2, device behaviour 6.9)."""

from core.gdw376.message import Item
from core.gdw376.unit import Edition
from core.gdw376.units.afn02 import Heartbeat, Login, Logout
from core.service import afn0c, afn0e
from core.service.afn0b import task_report
from core.service.order import Answer, Order
from core.terminal.access import Channel
from core.terminal.concentrator import Concentrator
from core.terminal.ledger import EventRecord
from core.terminal.uplink.state import EventReport, LinkTest, Message, StatusReport, TaskReport

LINK_TEST = 0x02
STATUS = (2, 4, 7, 10, 11)
"""0C: clock, uplink state, event counters, traffic, meter reading (device behaviour 3.7)."""


def report(terminal: Concentrator, message: Message) -> Answer | None:
    """Return what to send, ``None`` if there is nothing to say."""
    own = Order(Channel.UPLINK, 0x00, ())
    match message:
        case LinkTest():
            return Answer(LINK_TEST, (Item.of(_link_test(terminal, message)),))
        case EventReport(record):
            return event_report(terminal, record)
        case TaskReport(due):
            return task_report(terminal, due, own)
        case StatusReport():
            items = tuple(Item(0, fn) for fn in STATUS)
            return afn0c.serve(terminal, Order(Channel.UPLINK, afn0c.AFN, items))


def _link_test(terminal: Concentrator, test: LinkTest) -> Login | Logout | Heartbeat:
    """The heartbeat carries the clock since 2012."""
    if test is LinkTest.LOGIN:
        return Login()
    if test is LinkTest.LOGOUT:
        return Logout()
    now = terminal.rtc.now() if terminal.identity.edition is Edition.ADDED_2012 else None
    return Heartbeat(now.replace(microsecond=0) if now else None)


def event_report(terminal: Concentrator, record: EventRecord) -> Answer:
    """One event per frame: the window is its own slot."""
    return Answer(afn0e.AFN, (Item.of(afn0e.unit_for(terminal, afn0e.IMPORTANT, (record,))),))
