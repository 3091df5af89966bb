"""File transfer by segments: AFN 0FH F1 (part A §11; vendor extension part 4; M29, M125)."""

from core.gdw376.message import Item
from core.gdw376.units.afn0f import FileSegment, FileSegmentTaken
from core.service.afn00 import denied
from core.service.guard import stopped
from core.service.order import Answer, Order
from core.terminal.access import Level
from core.terminal.concentrator import Concentrator
from core.terminal.upgrade.segments import Segment

AFN = 0x0F
MESSAGE = 0
"""The one way of transfer that is offered; neither FTP nor group upgrades."""


def serve(terminal: Concentrator, order: Order) -> Answer:
    """Take one segment; the answer repeats its number, or FFFFFFFFH."""
    units = [item.value for item in order.items if isinstance(item.value, FileSegment) and item.pn == 0]
    if len(units) != 1 or len(order.items) != 1 or units[0].command != MESSAGE:
        return denied()
    if answer := stopped(terminal, order, Level.ADMIN):
        return answer
    segment = Segment(units[0].file, units[0].total, units[0].index, bytes(units[0].content))
    number = terminal.download.segments.take(segment)
    return Answer(AFN, (Item.of(FileSegmentTaken(number)),))
