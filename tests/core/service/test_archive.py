"""Setting and asking for parameters of points, tasks and lists, as a master does (part A §7)."""

import time
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pytest

from core.gdw376.dadt import ALL_POINTS
from core.gdw376.fields import Direction
from core.gdw376.message import Item, decode_items, encode_blocks, encode_query
from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import (
    ITEM_SETS,
    ClassSelector,
    DisplayNumber,
    KeyMeters,
    MeterArchive,
    MeterThresholds,
    PointLimits,
    PortReading,
    Ports,
    ReadingParameters,
    ReadingStopped,
    Serials,
    TotalGroups,
)
from core.service.order import Answer, Order
from core.store.store import Store
from core.terminal.access import Channel
from core.terminal.concentrator import Concentrator
from core.terminal.factory import DEFAULTS, METER_PORTS
from core.terminal.ledger import Ledger
from core.wire.record import Record
from tests.core.concentrators import PASSWORD, Shelf, concentrator, send, served, verdict
from tests.core.meter_records import archive, gone, meter

CONFIRMED = ("Confirm", [])
DENIED = ("Deny", [])
F10 = "00000201"
CLASS_1, CLASS_2 = ITEM_SETS


@pytest.fixture
def terminal() -> Concentrator:
    """A terminal with the programming switch open."""
    made = concentrator()
    made.access.open_programming()
    return made


def put(terminal: Concentrator, *items: Item) -> Answer:
    """Set units of any points in one message, through their bytes."""
    return put_bytes(terminal, b"".join(encode_blocks(items)))


def put_bytes(terminal: Concentrator, payload: bytes) -> Answer:
    items = decode_items(0x04, Direction.DOWN, payload)
    return served(terminal, Order(Channel.IR, 0x04, items, msa=1, passwords=(PASSWORD,)))


def ask(terminal: Concentrator, *asked: Item) -> list[tuple[int, Unit | None]]:
    """Ask in one message, through the bytes; return Pn and value of all answered units."""
    items = decode_items(0x0A, Direction.DOWN, b"".join(encode_query(asked)))
    answer = served(terminal, Order(Channel.IR, 0x0A, items, msa=1))
    if answer.afn == 0x00:
        assert verdict(answer) == DENIED
        return []
    assert decode_items(0x0A, Direction.UP, b"".join(encode_blocks(answer.items)))
    return [(item.pn, item.value) for item in answer.items]


def records(fn: int, selector: Record) -> Item:
    return Item(0, fn, asked=selector)


def meters(serials: Iterable[int]) -> Item:
    return records(10, Serials(tuple(serials)))


def test_192_meters_in_one_message_and_back(terminal: Concentrator):
    """M83, M96: all or nothing, answered by the serial numbers that are asked for."""
    full = archive(192)
    assert verdict(send(terminal, 0x04, full)) == CONFIRMED
    assert ask(terminal, meters(range(1, 193))) == [(0, full)]
    assert ask(terminal, meters((5, 300, 2))) == [(0, MeterArchive((full.meters[4], full.meters[1])))]
    assert ask(terminal, meters((300, 301))) == []


def test_an_empty_list_is_an_answer(terminal: Concentrator):
    """Count 0 tells a list that can be begun from one that this model has not, which is denied."""
    assert ask(terminal, meters((1, 2)), records(14, Ports((1,))), records(11, Ports((1,)))) == [
        (0, MeterArchive(())), (0, TotalGroups(())),
    ]  # fmt: skip


def test_a_full_archive_is_written_in_less_than_100_ms(terminal: Concentrator):
    """Decoding, checks, store and record of the change."""
    payload = b"".join(encode_blocks([Item.of(archive(192))]))
    spent: list[float] = []
    for _ in range(3):
        began = time.perf_counter()
        assert verdict(put_bytes(terminal, payload)) == CONFIRMED
        spent.append(time.perf_counter() - began)
    assert min(spent) < 0.1


def test_a_list_may_come_in_pieces(terminal: Concentrator):
    """Frames of one message carry a unit each; the archive is the sum, the last record of a serial counts."""
    whole = archive(9)
    pieces = [MeterArchive(whole.meters[first : first + 3]) for first in (0, 3, 6)]
    assert verdict(put(terminal, *map(Item.of, pieces))) == CONFIRMED
    assert ask(terminal, meters(range(1, 20))) == [(0, whole)]
    assert verdict(send(terminal, 0x04, MeterArchive((gone(4),)))) == CONFIRMED
    assert ask(terminal, meters((4,))) == []
    assert verdict(send(terminal, 0x04, MeterArchive(tuple(map(gone, range(1, 10)))))) == CONFIRMED
    assert ask(terminal, meters((4,))) == [(0, MeterArchive(()))]


@pytest.mark.parametrize(
    ("bad", "err"),
    [
        (MeterArchive((meter(193),)), 0x10),
        (MeterArchive((meter(3, point=7),)), 0x02),
        (MeterArchive((meter(3, port=2, address="202600000005"),)), 0x02),
        (MeterArchive((meter(3, port=31),)), 0x01),
    ],
    ids=["the 193rd", "point twice", "address twice", "port 31"],
)
def test_a_refused_archive_leaves_nothing(terminal: Concentrator, bad: MeterArchive, err: int):
    """M83: AFN00 F3 names F10 once with its reason; neither its good records nor other units are written."""
    send(terminal, 0x04, archive(192))
    before = terminal.ledger.kept.copy()
    good = MeterArchive((meter(1, address="000000000001"),))
    answer = put(terminal, Item.of(good), Item.of(bad), Item.of(KeyMeters((1,))))
    assert verdict(answer) == ("Verdicts", [(F10, err)])
    assert terminal.ledger.kept == before


def test_each_refused_unit_has_its_own_reason(terminal: Concentrator):
    """What is not named would have been acceptable."""
    answer = put(
        terminal,
        Item.of(MeterArchive((meter(1), meter(2, point=1)))),
        Item.of(KeyMeters((1,))),
        Item.of(ReadingStopped(2), 3),
    )
    assert verdict(answer) == ("Verdicts", [(F10, 0x02), ("04012003", 0x01)])


def test_parameters_of_points(terminal: Concentrator):
    """M95: many points and Fn in one message; points without meter are left out, nothing left is denied."""
    send(terminal, 0x04, archive(3))
    limits = terminal.parameters.value(PointLimits, 2)
    own = replace(limits, high=Decimal("235.4"))
    assert verdict(put(terminal, Item.of(own, 2), Item.of(DisplayNumber("SN-2"), 2))) == CONFIRMED
    assert ask(terminal, *(Item(pn, fn) for pn in (1, 2, 9) for fn in (26, 29))) == [
        (1, limits), (1, DisplayNumber("202600000001")), (2, own), (2, DisplayNumber("SN-2")),
    ]  # fmt: skip
    assert ask(terminal, Item(9, 26), Item(0, 26), Item(2, 3)) == []


def test_all_points_are_those_with_a_meter(terminal: Concentrator):
    """DA FF 00 of 2012/13 asks for all valid points; it sets nothing."""
    send(terminal, 0x04, MeterArchive((meter(1, 40), meter(2, 7))))
    assert [pn for pn, _ in ask(terminal, Item(ALL_POINTS, 25))] == [7, 40]
    assert verdict(put(terminal, Item.of(ReadingStopped(1), ALL_POINTS))) == DENIED


def test_reading_parameters_are_merged_by_port(terminal: Concentrator):
    """M102, M103: cycle and time of one port; the other ports keep theirs."""
    [(_, before)] = ask(terminal, records(33, Ports(METER_PORTS)))
    assert isinstance(before, ReadingParameters)
    changed: PortReading = replace(before.ports[1], interval=15, days=frozenset({1, 15}))
    assert verdict(send(terminal, 0x04, ReadingParameters((changed,)))) == CONFIRMED
    assert ask(terminal, records(33, Ports((2, 9)))) == [(0, ReadingParameters((changed,)))]
    assert terminal.parameters.value(ReadingParameters).ports == (before.ports[0], changed, before.ports[2])
    assert ask(terminal, records(33, Ports((9,)))) == []


def test_item_sets_are_merged_by_class(terminal: Concentrator):
    """M104: items by major and minor class, for class 1 and class 2 data apart."""
    resident = CLASS_2.from_json({"major": 4, "minors": [{"minor": 0, "items": [[1, 2], [8]]}]})
    trader = CLASS_2.from_json({"major": 3, "minors": [{"minor": 1, "items": [[5]]}]})
    more = CLASS_2.from_json({"major": 4, "minors": [{"minor": 2, "items": []}]})
    assert verdict(send(terminal, 0x04, resident, trader)) == CONFIRMED
    assert verdict(send(terminal, 0x04, more)) == CONFIRMED
    [(_, answer)] = ask(terminal, records(39, ClassSelector(4, (2, 0, 7))))
    assert answer is not None
    assert answer.to_json()["minors"] == [
        {"minor": 2, "items": []},
        {"minor": 0, "items": [[1, 2], [8]]},
    ]
    assert terminal.parameters.items(39, 4, 0) == {1, 2, 16}
    assert terminal.parameters.items(39, 4, 2) == frozenset()
    assert terminal.parameters.items(39, 3, 1) == {5}
    assert terminal.parameters.items(38, 4, 0) is None
    assert ask(terminal, records(38, ClassSelector(4, (0,))), records(39, ClassSelector(5, (0,)))) == []


def test_a_list_asked_without_numbers_is_denied(terminal: Concentrator):
    """The selector belongs to the question; a cut one hides nothing that was asked before it."""
    send(terminal, 0x04, archive(2))
    for payload, answered in (("00000201", []), ("0000040000000201", [3]), ("00000201FF", [])):
        items = decode_items(0x0A, Direction.DOWN, bytes.fromhex(payload))
        answer = served(terminal, Order(Channel.IR, 0x0A, items, msa=1))
        assert [item.fn for item in answer.items if answer.afn == 0x0A] == answered


def test_tasks_are_there_once_set(terminal: Concentrator):
    """F65 to F68 of tasks 1 to 64."""
    assert ask(terminal, Item(1, 65), Item(1, 67)) == []
    start, stop = "55", "AA"
    assert verdict(put_bytes(terminal, bytes.fromhex("80080408" + start))) == CONFIRMED
    [(pn, value)] = ask(terminal, Item(64, 67))
    assert (pn, value.to_json() if value else None) == (64, {"value": 0x55})
    assert verdict(put_bytes(terminal, bytes.fromhex("01090408" + stop))) == DENIED
    assert verdict(put_bytes(terminal, bytes.fromhex("01010408" + "56")))[0] == "Verdicts"


def test_what_this_model_has_not_stays_denied(terminal: Concentrator):
    """Load control, analogue inputs, harmonics, radio."""
    assert ask(terminal, *(Item(0, fn) for fn in (2, 17, 18, 19, 20, 23, 37, 60))) == []
    assert ask(terminal, records(11, Ports((1,))), records(13, Ports((1,))), records(15, Ports((1,)))) == []
    assert verdict(put_bytes(terminal, bytes.fromhex("00000102" + "0000"))) == DENIED


def test_changes_of_many_points_fit_their_records(terminal: Concentrator):
    """ERC3: points of a group of eight share an identifier, and no record is longer than its length byte."""
    send(terminal, 0x04, archive(192))
    put(terminal, *(Item.of(DisplayNumber(f"SN{pn}"), pn) for pn in range(1, 193)))
    record = terminal.events.newest()[0]
    assert (record.erc, len(record.body)) == (3, 1 + 24 * 4)
    assert record.body.hex().startswith("01" + "ff01" + "1003")
    scattered = [Item.of(ReadingStopped(1), pn) for pn in range(1, 2040, 8)]
    put(terminal, *scattered)
    newest = terminal.events.newest(5)
    assert [len(one.body) // 4 for one in newest] == [7, 62, 62, 62, 62]


def test_a_restart_keeps_all(tmp_path_factory: pytest.TempPathFactory):
    """M129: archive, points and lists are on disk when the answer goes out."""
    place = tmp_path_factory.mktemp("state")
    store = Store(place)
    terminal = Concentrator(concentrator().clock, Ledger(store), store.readings, boot=0.0)
    terminal.power_up()
    terminal.access.open_programming()
    thresholds = DEFAULTS[59]
    assert isinstance(thresholds, MeterThresholds)
    units = (archive(192), KeyMeters((3, 1)), replace(thresholds, clock=10))
    assert verdict(send(terminal, 0x04, *units)) == CONFIRMED
    assert verdict(put(terminal, Item.of(DisplayNumber("A"), 9))) == CONFIRMED
    meters_before = terminal.archive.meters()
    store.close()
    again = Store(place)
    after = Concentrator(terminal.clock, Ledger(again), again.readings, boot=0.0)
    after.power_up()
    assert after.archive.meters() == meters_before
    assert after.parameters.value(MeterThresholds).clock == 10
    assert [one.asset for one in after.archive.meters() if one.point == 9] == ["A"]
    again.close()


def test_broken_records_are_given_up_alone():
    """A record that fails its check is lost (ERC2), the others stay."""
    shelf = Shelf()
    terminal = concentrator(shelf=shelf)
    terminal.parameters.write([archive(3)])
    kept = dict(shelf.kept.lists[10])
    shelf.kept.lists[10] = kept | {2: b"?", 3: kept[3]}
    shelf.kept.parameters[29, 1] = b"short"
    after = concentrator(shelf=shelf)
    assert [one.serial for one in after.archive.meters()] == [1, 3]
    assert (after.events.newest()[0].erc, after.events.newest()[0].body) == (2, b"\x03")
