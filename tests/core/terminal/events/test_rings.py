from dataclasses import replace
from decimal import Decimal

from core.gdw376.units.afn04 import EventMasks
from core.gdw376.units.erc import Changed, Erc3, Erc20, Erc27, PointMark
from core.terminal.access import Channel
from core.terminal.concentrator import Concentrator
from core.terminal.events.erc01 import initialised
from core.terminal.events.erc20 import unauthenticated
from core.terminal.events.records import content, event_of
from core.terminal.ledger import EventRecord
from tests.core.concentrators import NOON, Shelf, concentrator

CHANGE = Erc3(None, 1, (Changed(b"\0\0", b"\x04\0"),))
AUTH = unauthenticated(bytes(16), 1)


def add(terminal: Concentrator, *bodies: Erc3 | Erc20) -> list[EventRecord | None]:
    return [terminal.events.add(body) for body in bodies]


def test_rings_count_and_number_apart_but_order_together():
    """EC1 and EC2 count their ring; the newest ten come from both, newest first (3.5)."""
    terminal = concentrator()
    add(terminal, CHANGE, AUTH, CHANGE)
    assert (terminal.events.important, terminal.events.ordinary) == (1, 2)
    assert [(r.erc, r.important, r.number) for r in terminal.events.newest()] == [
        (3, False, 1),
        (20, True, 0),
        (3, False, 0),
    ]
    assert terminal.events.unread == {3, 20}


def test_a_record_holds_time_and_body():
    """Bodies are what AFN 0E will carry behind the time (part B §4.3)."""
    (record,) = add(concentrator(), CHANGE)
    assert record is not None
    assert record.time == NOON
    assert record.body.hex() == "0100000400"
    assert content(initialised("1.02")) == b"\x011.021.02"
    assert len(content(AUTH)) == 17
    assert event_of(record).body == replace(CHANGE, time=NOON)


def test_the_ring_forgets_its_oldest_and_counts_modulo_256():
    """256 records per ring, EC wraps."""
    terminal = concentrator()
    add(terminal, *[CHANGE] * 300)
    assert terminal.events.ordinary == 300 - 256
    records = terminal.events.newest(1000)
    assert len(records) == 256
    assert records[-1].number == 44


def test_masked_out_events_are_not_recorded_and_importance_is_a_parameter():
    """F9 decides what is recorded, and in which ring."""
    terminal = concentrator()
    terminal.parameters.write([EventMasks(frozenset({3}), frozenset({3}))])
    assert add(terminal, AUTH) == [None]
    add(terminal, CHANGE)
    assert (terminal.events.important, terminal.events.ordinary) == (1, 0)


def test_important_events_wait_and_alarm_until_acknowledged():
    """ACD waits for the master; the alarm sign also ends when a person looked (part 4, item 3)."""
    shelf = Shelf()
    terminal = concentrator(shelf=shelf)
    assert not terminal.events.waiting(Channel.IR)
    (record,) = add(terminal, AUTH)
    assert record is not None
    terminal = concentrator(shelf=shelf)
    assert terminal.events.waiting(Channel.IR)
    assert terminal.events.alarm == 20
    terminal.events.acknowledge(record.serial)
    assert terminal.events.alarm is None
    assert terminal.events.waiting(Channel.IR)


def test_clearing_starts_everything_again():
    """Data initialisation empties rings, counters, flags and marks."""
    terminal = concentrator()
    add(terminal, AUTH, CHANGE)
    terminal.events.acknowledge(0)
    terminal.events.clear()
    assert terminal.events.newest() == ()
    assert terminal.events.unread == frozenset()
    assert (terminal.events.important, terminal.events.ordinary) == (0, 0)
    add(terminal, AUTH)
    assert terminal.events.alarm == 20


def test_a_reading_that_has_no_place_is_no_value():
    """A meter read with a wrong scale tells 1 501 367 kWh: the event is kept, its reading is EEH."""
    mark = PointMark(1, 3)
    body = Erc27(None, mark, Decimal("150136.78"), Decimal("1501367.80"))
    kept = concentrator().events.add(body, 3)
    assert kept is not None
    told = event_of(kept).body
    assert isinstance(told, Erc27)
    assert (told.before, told.after) == (Decimal("150136.7800"), None)
