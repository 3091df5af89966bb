from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from core.errors import StoreError, UsageError
from core.quantities import Quantity
from core.store.readings import StoredReadings
from core.store.store import Store
from core.terminal.ledger import FactKept
from core.terminal.readings import CURRENT_STAMP, CURVE_DAYS, DEPTH, History, Kind, Reading, Source

METER = History(5, "000000000005", 30)
MIDNIGHT = datetime(2026, 11, 20)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FORWARD = Quantity.FORWARD_ACTIVE


def reading(
    stamp: datetime, value: str = "1.00", kind: Kind = Kind.DAY, source: Source = Source.FREEZE
) -> Reading:
    return Reading(kind, stamp, FORWARD, (Decimal(value),), stamp + DAY, source)


@pytest.fixture
def readings() -> StoredReadings:
    return Store(None).readings


def stamps(readings: StoredReadings, kind: Kind, history: History = METER) -> list[datetime]:
    found = readings.between(history, kind, FORWARD, datetime(2000, 1, 1), datetime(2100, 1, 1))
    return [one.stamp for one in found]


def test_a_slot_carries_value_time_source_and_attempts(tmp_path: Path):
    """Z3, and nothing of it is lost when the file is opened again."""
    kept = Reading(
        Kind.DAY, MIDNIGHT, FORWARD, (Decimal("001234.50"), None, Decimal("0.10")),
        datetime(2026, 11, 21, 0, 5, 7), Source.RELAY, 3,
    )  # fmt: skip
    store = Store(tmp_path)
    store.readings.put(METER, [kept])
    assert store.readings.at(METER, Kind.DAY, MIDNIGHT, FORWARD) == kept
    store.close()
    store = Store(tmp_path)
    again = store.readings.at(METER, Kind.DAY, MIDNIGHT, FORWARD)
    assert repr(again) == repr(kept)
    assert store.readings.histories() == (METER,)
    store.close()


def test_what_was_never_read_is_not_there(readings: StoredReadings):
    """Z2: no zero, no previous value."""
    readings.put(METER, [reading(MIDNIGHT)])
    assert readings.at(METER, Kind.DAY, MIDNIGHT + DAY, FORWARD) is None
    assert readings.at(METER, Kind.MONTH, MIDNIGHT, FORWARD) is None
    assert readings.at(METER, Kind.DAY, MIDNIGHT, Quantity.REVERSE_ACTIVE) is None
    assert readings.at(replace_point(METER, 6), Kind.DAY, MIDNIGHT, FORWARD) is None


def replace_point(history: History, point: int) -> History:
    return history._replace(point=point)


@pytest.mark.parametrize(
    ("kind", "step"),
    [(Kind.DAY, DAY), (Kind.READING_DAY, DAY), (Kind.MONTH, 31 * DAY), (Kind.HOUR, HOUR)],
)
def test_rings_keep_their_depth(readings: StoredReadings, kind: Kind, step: timedelta):
    """M65, M75, M84 to M87: 32 days, 12 reading days, 12 months, 254 hours, each kind apart."""
    readings.put(METER, [reading(MIDNIGHT, kind=other) for other in Kind if other is not Kind.CURRENT])
    written = [MIDNIGHT + number * step for number in range(1, DEPTH[kind] + 6)]
    for stamp in written:
        readings.put(METER, [reading(stamp, kind=kind)])
    assert stamps(readings, kind) == written[-DEPTH[kind] :]
    assert all(stamps(readings, other) == [MIDNIGHT] for other in Kind if other not in (kind, Kind.CURRENT))


def test_a_ring_counts_its_slots_and_not_the_days_between(readings: StoredReadings):
    """A gap costs nothing, and one slot from a wrong future no more than itself (6.7)."""
    readings.put(METER, [reading(datetime(2090, 1, 1))])
    for number in range(31):
        readings.put(METER, [reading(MIDNIGHT + 9 * number * DAY)])
    assert len(stamps(readings, Kind.DAY)) == 32
    assert stamps(readings, Kind.DAY)[0] == MIDNIGHT


def test_a_late_value_older_than_the_ring_is_not_kept(readings: StoredReadings):
    """What has no place in the ring takes none."""
    for number in range(DEPTH[Kind.DAY]):
        readings.put(METER, [reading(MIDNIGHT + number * DAY)])
    readings.put(METER, [reading(MIDNIGHT - DAY)])
    assert stamps(readings, Kind.DAY)[0] == MIDNIGHT
    assert readings.at(METER, Kind.DAY, MIDNIGHT - DAY, FORWARD) is None


def test_curves_keep_32_days_of_any_density(readings: StoredReadings):
    """M72, M73: 32 days."""
    for number in range(40):
        points = [reading(MIDNIGHT + number * DAY + k * HOUR, kind=Kind.CURVE) for k in range(24)]
        readings.put(METER, points)
    kept = stamps(readings, Kind.CURVE)
    assert len(kept) == 24 * CURVE_DAYS
    assert kept[0] == MIDNIGHT + 8 * DAY


def test_only_the_newest_present_value_is_kept(readings: StoredReadings):
    """M55: one slot, the newest."""
    for value in ("1.00", "2.00"):
        readings.put(METER, [reading(CURRENT_STAMP, value, Kind.CURRENT, Source.CURRENT)])
    found = readings.at(METER, Kind.CURRENT, CURRENT_STAMP, FORWARD)
    assert found is not None
    assert found.value == (Decimal("2.00"),)


@pytest.mark.parametrize(
    ("first", "second", "stays"),
    [
        (Source.FREEZE, Source.SUBSTITUTE, "1.00"),
        (Source.SUBSTITUTE, Source.SUBSTITUTE, "1.00"),
        (Source.SUBSTITUTE, Source.FREEZE, "2.00"),
        (Source.FREEZE, Source.FREEZE, "2.00"),
        (Source.SUBSTITUTE, Source.RELAY, "2.00"),
    ],
)
def test_freezes_replace_substitutes_and_never_the_other_way(
    readings: StoredReadings, first: Source, second: Source, stays: str
):
    """Z4, also within one batch; of two substitutes the earlier is nearer to the end of the day."""
    readings.put(METER, [reading(MIDNIGHT, "1.00", source=first)])
    readings.put(METER, [reading(MIDNIGHT, "2.00", source=second)])
    readings.put(
        replace_point(METER, 6),
        [reading(MIDNIGHT, v, source=s) for v, s in (("1.00", first), ("2.00", second))],
    )
    for history in (METER, replace_point(METER, 6)):
        found = readings.at(history, Kind.DAY, MIDNIGHT, FORWARD)
        assert found is not None
        assert found.value == (Decimal(stays),)


def test_another_meter_at_a_point_begins_anew_and_the_old_values_stay(readings: StoredReadings):
    """Z5: two histories side by side, until the ring of the point ends."""
    newer = METER._replace(address="000000000006")
    for number in range(10):
        readings.put(METER, [reading(MIDNIGHT + number * DAY)])
    readings.put(newer, [reading(MIDNIGHT + 9 * DAY, "7.00")])
    assert readings.histories() == (METER, newer)
    assert len(stamps(readings, Kind.DAY)) == 10
    assert stamps(readings, Kind.DAY, newer) == [MIDNIGHT + 9 * DAY]
    for number in range(10, 41):
        readings.put(newer, [reading(MIDNIGHT + number * DAY)])
    assert readings.histories() == (newer,)
    assert stamps(readings, Kind.DAY) == []
    assert len(stamps(readings, Kind.DAY, newer)) == 32


def test_a_point_whose_meter_changes_all_the_time_keeps_the_latest(readings: StoredReadings):
    """Misuse cannot make histories without end."""
    for number in range(300):
        readings.put(METER._replace(address=f"{number:012d}"), [reading(MIDNIGHT, kind=Kind.MONTH)])
    assert len(readings.histories()) <= 256
    assert readings.histories()[-1].address == f"{299:012d}"


def test_clearing_forgets_values_and_statistics(readings: StoredReadings):
    """Data initialisation (M123)."""
    readings.put(METER, [reading(MIDNIGHT)])
    readings.note(Kind.DAY, MIDNIGHT, "supply", 5)
    readings.clear()
    assert readings.histories() == ()
    assert readings.at(METER, Kind.DAY, MIDNIGHT, FORWARD) is None
    assert readings.noted(Kind.DAY, MIDNIGHT, "supply") is None


def test_statistics_are_rings_too(readings: StoredReadings):
    """M66, M79 to M81: 32 days and 12 months of the terminal's own."""
    for number in range(40):
        readings.note(Kind.DAY, MIDNIGHT + number * DAY, "supply", number)
        readings.note(Kind.MONTH, MIDNIGHT + 31 * number * DAY, "supply", number)
    assert readings.noted(Kind.DAY, MIDNIGHT + 7 * DAY, "supply") is None
    assert readings.noted(Kind.DAY, MIDNIGHT + 8 * DAY, "supply") == 8
    assert readings.noted(Kind.MONTH, MIDNIGHT + 27 * 31 * DAY, "supply") is None
    assert readings.noted(Kind.MONTH, MIDNIGHT + 28 * 31 * DAY, "supply") == 28


def test_a_batch_is_kept_whole_or_not_at_all(readings: StoredReadings):
    """Z8: a stamp that no slot can have refuses everything that came with it."""
    with pytest.raises(UsageError):
        readings.put(METER, [reading(MIDNIGHT), reading(MIDNIGHT + timedelta(seconds=1))])
    assert readings.histories() == ()


def fill_curves(readings: StoredReadings, days: int) -> None:
    for number in range(days):
        for point in range(1, 9):
            points = [
                reading(MIDNIGHT + number * DAY + k * HOUR / 4, "123456.78", Kind.CURVE) for k in range(96)
            ]
            readings.put(METER._replace(point=point), points)


def test_a_full_store_gives_up_the_oldest_curves_first(tmp_path: Path):
    """M82: the oldest day of curves goes, freezes stay, and parameters are still taken."""
    store = Store(tmp_path, quota=400 * 1024)
    store.readings.put(METER, [reading(MIDNIGHT - number * DAY) for number in range(32)])
    fill_curves(store.readings, 25)
    kept = stamps(store.readings, Kind.CURVE)
    assert kept[0] > MIDNIGHT
    assert kept[-1] == MIDNIGHT + 25 * DAY - HOUR / 4
    assert all(stamp >= kept[0].replace(hour=0, minute=0) for stamp in kept)
    assert len(stamps(store.readings, Kind.DAY)) == 32
    store.write([FactKept("a", "x" * 60000)])
    assert stamps(store.readings, Kind.CURVE)[0] > kept[0]
    store.close()
    assert (tmp_path / "terminal.db").stat().st_size <= 400 * 1024


def test_a_store_full_of_freezes_refuses_and_stays_whole(tmp_path: Path):
    """M82, Z8: freezes never go; the refused batch leaves nothing, what was there is there."""
    store = Store(tmp_path, quota=100 * 1024)
    points: list[int] = []
    with pytest.raises(StoreError, match="full"):
        for point in range(1, 193):
            batch = [reading(MIDNIGHT + number * DAY, "123456.78") for number in range(32)]
            store.readings.put(METER._replace(point=point), batch)
            points.append(point)
    for point in points:
        assert len(stamps(store.readings, Kind.DAY, METER._replace(point=point))) == 32
    refused = METER._replace(point=points[-1] + 1)
    assert refused not in store.readings.histories()
    assert stamps(store.readings, Kind.DAY, refused) == []
    store.close()
    again = Store(tmp_path)
    assert len(again.readings.histories()) == len(points)
    again.close()


def test_parameters_wait_for_the_disk_and_readings_do_not(tmp_path: Path):
    """DESIGN §4: the same connection changes its pace between transactions."""
    store = Store(tmp_path)
    pace = store._flash._execute  # pyright: ignore[reportPrivateUsage]
    store.readings.put(METER, [reading(MIDNIGHT)])
    assert pace("PRAGMA synchronous").fetchone() == (1,)
    store.write([FactKept("a", "1")])
    assert pace("PRAGMA synchronous").fetchone() == (2,)
    store.write([FactKept("clock.seen", "1", running=True)])
    assert pace("PRAGMA synchronous").fetchone() == (1,)
    store.write([FactKept("clock.seen", "2", running=True), FactKept("a", "2")])
    assert pace("PRAGMA synchronous").fetchone() == (2,)
    store.close()


def test_the_memory_of_slots_never_differs_from_the_file(tmp_path: Path):
    """Values written piece by piece, with dropped slots between, read back alike from a fresh opening."""
    store = Store(tmp_path)
    for number in range(50):
        for quantity in (FORWARD, Quantity.REVERSE_ACTIVE, Quantity.VOLTAGE):
            one = replace(reading(MIDNIGHT + number % 40 * DAY, f"{number}.00"), quantity=quantity)
            store.readings.put(METER, [one])

    def everything() -> list[Reading | None]:
        days = [MIDNIGHT + number * DAY for number in range(50)]
        return [store.readings.at(METER, Kind.DAY, day, quantity) for day in days for quantity in Quantity]

    before = everything()
    store.close()
    store = Store(tmp_path)
    assert everything() == before
    store.close()
