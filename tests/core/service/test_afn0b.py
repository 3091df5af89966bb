"""What tasks collect, on request and by themselves, and what else the terminal says unasked."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from core.gdw376 import dadt
from core.gdw376.frame import Direction
from core.gdw376.message import Item, decode_items, encode_blocks, encode_query
from core.gdw376.units.afn0b import TaskStart
from core.gdw376.units.afn04 import TASKS, MeterArchive, TaskItem, TaskPeriod
from core.gdw376.units.afn08 import AskReport
from core.quantities import Quantity
from core.service.order import Answer, Order
from core.service.reports import report
from core.terminal.access import Channel
from core.terminal.concentrator import Concentrator
from core.terminal.events.erc21 import Fault, fault
from core.terminal.readings import Kind
from core.terminal.setting import Setting
from core.terminal.uplink.state import EventReport, LinkTest, StatusReport, TaskReport
from core.terminal.uplink.tasks import TaskClass, TaskDue
from tests.core.concentrators import concentrator, served, verdict
from tests.core.meter_records import meter
from tests.core.service.stored import METER, keep, keep_curve, registers
from tests.core.service.test_afn0d import newer

HOURS, DAYS, MONTHS = 1, 2, 3
ENERGY = {Quantity.FORWARD_ACTIVE: registers("10.50", "2.50")}
POINT = 5
DAY_ENERGY, MONTH_ENERGY, CURVE = 161, 177, 101


@pytest.fixture
def terminal() -> Concentrator:
    made = concentrator()
    made.parameters.write([MeterArchive((meter(POINT, address=METER.address),))])
    return made


def collect(
    terminal: Concentrator, kind: TaskClass, number: int, unit: int, thinning: int, *pairs: tuple[int, int]
):
    """Set a task with a period of one unit from the 1st of November, 01:00."""
    layout: Any = TASKS[list(TaskClass).index(kind)]
    raw = [dadt.identifier([pn], [fn]) for pn, fn in pairs]
    items = tuple(TaskItem(one[:2], one[2:]) for one in raw)
    value = layout(TaskPeriod(1, unit), datetime(2026, 11, 1, 1), thinning, items)
    terminal.parameters.write([Setting(value, number)])


def ask(terminal: Concentrator, *items: Item) -> Answer:
    raw = b"".join(encode_query(items))
    return served(terminal, Order(Channel.UPLINK, 0x0B, decode_items(0x0B, Direction.DOWN, raw), msa=1))


def units(answer: Answer | None) -> list[tuple[int, int, Any]]:
    """Pn, Fn and content of what a master decodes."""
    assert answer is not None
    raw = b"".join(encode_blocks(answer.items))
    return [(one.pn, one.fn, one.value) for one in decode_items(answer.afn, Direction.UP, raw)]


def test_a_class_1_task_answers_the_present(terminal: Concentrator):
    """Several tasks in one frame; the answer is AFN 0C (part A §10)."""
    collect(terminal, TaskClass.PRESENT, 1, HOURS, 1, (0, 2), (0, 7))
    collect(terminal, TaskClass.PRESENT, 2, HOURS, 1, (0, 10))
    answer = ask(terminal, Item(1, 1), Item(2, 1))
    assert answer.afn == 0x0C
    assert [fn for _, fn, _ in units(answer)] == [2, 7, 10]


def test_a_class_2_task_answers_the_days_of_its_period(terminal: Concentrator):
    """The day that ended inside the period, by its start; AFN 0D."""
    keep(terminal, Kind.DAY, date(2026, 11, 19), ENERGY)
    collect(terminal, TaskClass.PAST, 1, DAYS, 1, (POINT, DAY_ENERGY))
    answer = ask(terminal, Item(1, 2, asked=TaskStart(datetime(2026, 11, 19, 1))))
    assert answer.afn == 0x0D
    ((pn, fn, unit),) = units(answer)
    assert (pn, fn, unit.day) == (POINT, DAY_ENERGY, date(2026, 11, 19))
    assert verdict(ask(terminal, Item(1, 2, asked=TaskStart(datetime(2026, 11, 3, 1))))) == ("Deny", [])


def test_a_monthly_task_and_one_for_all_points(terminal: Concentrator):
    """Months likewise; "all valid points" are those with a meter."""
    keep(terminal, Kind.MONTH, date(2026, 10, 1), ENERGY)
    collect(terminal, TaskClass.PAST, 3, MONTHS, 1, (dadt.ALL_POINTS, MONTH_ENERGY))
    answer = ask(terminal, Item(3, 2, asked=TaskStart(datetime(2026, 10, 1, 1))))
    assert [(pn, fn) for pn, fn, _ in units(answer)] == [(POINT, MONTH_ENERGY)]


@pytest.mark.parametrize(("thinning", "stretches"), [(1, [24]), (6, [1] * 4)])
def test_curves_are_thinned(terminal: Concentrator, thinning: int, stretches: list[int]):
    """R = 1 tells every stored point in one stretch, R = 6 every sixth, each on its own."""
    values = [(Decimal(hour),) for hour in range(36)]
    keep_curve(terminal, Quantity.FORWARD_ACTIVE, datetime(2026, 11, 19), 60, *values)
    collect(terminal, TaskClass.PAST, 1, DAYS, thinning, (POINT, CURVE))
    answer = ask(terminal, Item(1, 2, asked=TaskStart(datetime(2026, 11, 19, 1))))
    found = [unit for _, _, unit in units(answer)]
    assert [unit.count for unit in found] == stretches
    assert found[0].start == datetime(2026, 11, 19, 1)


def test_requests_that_name_no_task_are_denied(terminal: Concentrator):
    """Unknown tasks, two functions at once, and no start for class 2."""
    collect(terminal, TaskClass.PRESENT, 1, HOURS, 1, (0, 2))
    for items in ((Item(9, 1),), (Item(1, 1), Item(1, 2, asked=TaskStart(datetime(2026, 11, 1, 1))))):
        assert verdict(ask(terminal, *items)) == ("Deny", [])
    assert verdict(ask(terminal, Item(1, 2, asked=TaskStart(None)))) == ("Deny", [])


def test_a_task_without_anything_stored_reports_nothing(terminal: Concentrator):
    """M108: at its slot a task reports the period that ended there, or stays silent."""
    collect(terminal, TaskClass.PAST, 1, DAYS, 1, (POINT, DAY_ENERGY))
    due = TaskDue(TaskClass.PAST, 1, datetime(2026, 11, 20, 1))
    assert report(terminal, TaskReport(due)) is None
    keep(terminal, Kind.DAY, date(2026, 11, 19), ENERGY)
    assert [fn for _, fn, _ in units(report(terminal, TaskReport(due)))] == [DAY_ENERGY]


def test_link_tests_and_the_clock_of_2012(terminal: Concentrator):
    """Heartbeats of 2009 are empty, later ones carry the clock (part A §6.3)."""
    for test in LinkTest:
        assert [fn for _, fn, _ in units(report(terminal, test))] == [test.value]
    assert units(report(terminal, LinkTest.HEARTBEAT))[0][2].clock is None
    later = newer()
    assert units(report(later, LinkTest.HEARTBEAT))[0][2].clock == later.rtc.now()


def test_an_event_report_holds_one_record_and_its_window(terminal: Concentrator):
    """AFN 0E F1: EC1, EC2, Pm, Pn and one ERC with its time (part B §4)."""
    record = terminal.events.add(fault(Fault(2)))
    assert record
    ((_, fn, unit),) = units(report(terminal, EventReport(record)))
    assert (fn, unit.important, unit.first, unit.last) == (1, 1, 0, 1)
    (event,) = unit.records
    assert event.erc == 21 and event.body.encode() == bytes.fromhex("0012201126") + b"\x02"


def test_a_status_report_tells_the_terminal(terminal: Concentrator):
    """Site report without event: clock, uplink state, counters, traffic, reading (device behaviour 3.7)."""
    answer = report(terminal, StatusReport())
    assert [fn for _, fn, _ in units(answer)] == [2, 4, 7, 10, 11]


def test_afn08_reports_the_oldest_unreported_event_or_denies(terminal: Concentrator):
    """No terminal is cascaded here: what waits is reported, else denied (part A §10)."""

    def asked() -> Answer:
        return served(terminal, Order(Channel.UPLINK, 0x08, (Item(0, 0, AskReport()),)))

    assert verdict(asked()) == ("Deny", [])
    for code in (1, 2):
        terminal.events.add(fault(Fault(code)))
    assert units(asked())[0][2].first == 0
    other = served(terminal, Order(Channel.UPLINK, 0x08, (Item(1, 1),)))
    assert verdict(other) == ("Deny", [])
