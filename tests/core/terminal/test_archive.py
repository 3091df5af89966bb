from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import EncodeError, StoreError
from core.gdw376.refusals import Refusal
from core.gdw376.units.afn04 import (
    DisplayNumber,
    KeyMeters,
    MeterArchive,
    MeterRecord,
    PointBasics,
    PortSpeed,
    ReadingStopped,
)
from core.terminal.archive import CAPACITY, Archive, Meter, history_of, settings_of
from core.terminal.ledger import Ledger
from core.terminal.parameters import Parameters
from core.terminal.readings import History
from core.terminal.setting import Setting
from tests.core.concentrators import Shelf
from tests.core.meter_records import archive, gone, meter


def parameters(shelf: Shelf | None = None) -> Parameters:
    return Parameters(Ledger(shelf or Shelf()))


def held(of: Parameters) -> tuple[MeterRecord, ...]:
    return of.value(MeterArchive).meters


def test_a_meter_is_seen_with_all_that_belongs_to_it():
    """M96: one view over F10, F29, F30 and F35; the asset number is the address unless set (Q23)."""
    kept = parameters()
    view = Archive(kept)
    kept.write([MeterArchive((replace(meter(7, 12, port=2), line=PortSpeed(2, 3)), meter(8)))])
    plain = Meter(
        serial=7, point=12, port=2, speed=2400, protocol=30, address="202600000007", password=bytes(6),
        tariffs=4, integers=6, decimals=2, collector="000000000000", major=4, minor=0, asset="202600000007",
    )  # fmt: skip
    assert view.at(12) == plain
    kept.write([KeyMeters((7,)), Setting(DisplayNumber("SN-0042"), 12), Setting(ReadingStopped(1), 12)])
    assert view.at(12) == replace(plain, asset="SN-0042", stopped=True, key=True)
    assert view.at(7) is None
    assert [one.point for one in view.meters()] == [8, 12]


def test_only_meters_that_are_to_be_read_are_on_a_port():
    """Protocol 0 and a stopped point stand in the archive and are not asked."""
    kept = parameters()
    view = Archive(kept)
    records = (meter(3), replace(meter(1), protocol=0), meter(2), meter(4, port=3), meter(5))
    kept.write([MeterArchive(records), Setting(ReadingStopped(1), 5)])
    assert [one.point for one in view.on_port(1)] == [2, 3]
    assert [one.point for one in view.on_port(3)] == [4]
    assert view.on_port(2) == ()
    kept.write([Setting(ReadingStopped(0), 5)])
    assert [one.point for one in view.on_port(1)] == [2, 3, 5]


def test_settings_make_the_same_meters_again():
    """What a profile or an import says about meters comes out as it went in."""
    kept = parameters()
    kept.write([archive(5), KeyMeters((2,)), Setting(DisplayNumber("A"), 3), Setting(ReadingStopped(1), 4)])
    meters = Archive(kept).meters()
    other = parameters()
    other.write(settings_of(meters))
    assert Archive(other).meters() == meters
    with pytest.raises(EncodeError, match="300"):
        settings_of([replace(meters[0], speed=300)])


def test_the_193rd_meter_is_refused():
    """M83: the archive holds 192 meters, whatever their numbers; replacing and deleting make room."""
    kept = parameters()
    kept.write([archive(191), MeterArchive((meter(2040, 2000),))])
    assert len(held(kept)) == CAPACITY
    wrong = kept.objections([MeterArchive((meter(300),))])
    assert {key: one.refusal for key, one in wrong.items()} == {(10, 0): Refusal.FULL}
    with pytest.raises(EncodeError, match="193 meters, 192 are possible"):
        kept.write([MeterArchive((meter(300),))])
    kept.write([MeterArchive((meter(300), gone(5)))])
    assert len(held(kept)) == CAPACITY
    kept.write([MeterArchive((meter(300, address="000000000300"),))])
    assert len(held(kept)) == CAPACITY


@pytest.mark.parametrize(
    "record",
    [
        meter(9, point=2),
        meter(9, address="202600000002", port=1),
    ],
    ids=["point", "address on the same port"],
)
def test_no_two_meters_are_the_same(record: MeterRecord):
    """A point or, on one port, an address of another serial number is refused with code 2 of 2012/13."""
    kept = parameters()
    kept.write([MeterArchive((meter(1), meter(2)))])
    assert kept.objections([MeterArchive((record,))])[10, 0].refusal is Refusal.DUPLICATE
    with pytest.raises(EncodeError, match="serial 9"):
        kept.write([MeterArchive((record,))])
    assert [one.serial for one in held(kept)] == [1, 2]


def test_what_is_no_duplicate():
    """The same address on another port, address 0 of meters without one, and an exchange in one message."""
    kept = parameters()
    none = "000000000000"
    kept.write([MeterArchive((meter(1), meter(2), meter(3, address=none), meter(4, address=none)))])
    kept.write([MeterArchive((meter(5, port=2, address="202600000001"),))])
    kept.write([MeterArchive((meter(1, point=2), meter(2, point=1)))])
    assert [one.point for one in held(kept)] == [2, 1, 3, 4, 5]


@pytest.mark.parametrize(
    "record",
    [
        replace(meter(1), line=PortSpeed(4, 0)),
        replace(meter(1), line=PortSpeed(0, 0)),
        replace(meter(1), address=None),
        replace(meter(1), tariffs=49),
        replace(meter(1), serial=2041),
    ],
    ids=["port 4", "port 0", "no address", "49 tariffs", "serial 2041"],
)
def test_records_that_no_port_could_read_are_refused(record: MeterRecord):
    """Nothing of the message is written."""
    shelf = Shelf()
    kept = parameters(shelf)
    with pytest.raises(EncodeError, match="04F10"):
        kept.write([MeterArchive((meter(7), record))])
    assert held(kept) == ()
    assert shelf.writes == 0


def test_another_address_or_protocol_is_another_history():
    """Z5: values of the old meter are never taken for those of the new one; the rest of F10 is free."""
    kept = parameters()
    view = Archive(kept)
    kept.write([MeterArchive((meter(1),))])
    [before] = view.meters()
    kept.write([MeterArchive((replace(meter(1), tariffs=1, line=PortSpeed(3, 2)),))])
    assert history_of(view.meters()[0]) == history_of(before)
    kept.write([MeterArchive((replace(meter(1), protocol=1),))])
    assert history_of(view.meters()[0]) != history_of(before)
    kept.write([MeterArchive((meter(1, address="000000000009"),))])
    assert history_of(view.meters()[0]) == History(1, "000000000009", 30)


def test_a_deleted_point_leaves_the_passes_with_its_parameters():
    """Z6: gone from the port at once; the next meter of the point inherits neither stop nor asset number."""
    kept = parameters()
    view = Archive(kept)
    kept.write([MeterArchive((meter(1), meter(2)))])
    kept.write(
        [Setting(DisplayNumber("OLD"), 1), Setting(ReadingStopped(1), 1), Setting(DisplayNumber("B"), 2)]
    )
    kept.write([MeterArchive((gone(1),))])
    assert view.at(1) is None
    assert kept.at(29, 1) is None
    kept.write([MeterArchive((meter(5, point=1),))])
    assert [(one.asset, one.stopped) for one in view.meters()] == [("202600000005", False), ("B", False)]


def test_what_one_message_says_about_a_moved_point_counts():
    """The old point of a meter ends, but parameters that come with the same message are for the new one."""
    kept = parameters()
    kept.write([MeterArchive((meter(1),)), Setting(DisplayNumber("A"), 1)])
    kept.write([Setting(DisplayNumber("C"), 1), MeterArchive((meter(1, point=6),))])
    assert kept.at(29, 1) == DisplayNumber("C")
    assert kept.at(29, 6) == DisplayNumber("202600000001")


def test_all_meters_of_a_port_can_be_deleted():
    """The order that AFN05 F53 gives; the other ports keep theirs."""
    kept = parameters()
    view = Archive(kept)
    kept.write([archive(10)])
    clearing = view.clearing(2)
    assert clearing is not None
    kept.write([clearing])
    assert {one.port for one in view.meters()} == {1}
    assert len(view.meters()) == 5
    assert view.clearing(2) is None


def test_a_full_store_leaves_view_and_archive_as_they_were():
    """Nothing half-written, in memory neither."""
    shelf = Shelf()
    kept = parameters(shelf)
    view = Archive(kept)
    kept.write([archive(3)])
    before = view.meters()
    shelf.full = True
    with pytest.raises(StoreError):
        kept.write([MeterArchive((gone(1), meter(9)))])
    assert view.meters() == before
    assert Archive(parameters(shelf)).meters() == before


def test_points_without_meter_have_what_was_set_and_nothing_else():
    """A point that never had a meter may be prepared; unset parameters of it are not there."""
    kept = parameters()
    basics = replace(kept.value(PointBasics, 33), ct=20)
    kept.write([Setting(basics, 33)])
    assert kept.at(25, 33) == basics
    assert kept.at(26, 33) is None
    kept.write([MeterArchive((meter(1, point=33),))])
    assert kept.at(25, 33) == basics
    assert kept.at(26, 33) is not None


records = st.builds(
    lambda serial, point, port, last: meter(serial, point, port, f"{last:012d}"),
    st.integers(1, 6), st.integers(0, 6), st.integers(1, 2), st.integers(1, 4),
)  # fmt: skip


@given(st.lists(st.lists(records, max_size=5), max_size=8))
def test_merging_is_a_dictionary_by_serial_number(messages: list[list[MeterRecord]]):
    """The last record of a serial counts, point 0 removes it, a refused message does nothing."""
    shelf = Shelf()
    kept = parameters(shelf)
    model: dict[int, MeterRecord] = {}
    for message in messages:
        after = dict(model)
        for record in message:
            after[record.serial] = record
        after = {serial: record for serial, record in after.items() if record.point}
        points = [one.point for one in after.values()]
        places = [(one.line.port, one.address) for one in after.values()]
        if len(set(points)) == len(points) and len(set(places)) == len(places):
            kept.write([MeterArchive(tuple(message))])
            model = after
        else:
            with pytest.raises(EncodeError):
                kept.write([MeterArchive(tuple(message))])
        assert held(kept) == tuple(model[serial] for serial in sorted(model))
        assert [one.point for one in Archive(kept).meters()] == sorted(one.point for one in model.values())
    assert held(parameters(shelf)) == held(kept)
