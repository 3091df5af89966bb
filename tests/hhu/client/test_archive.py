"""The meter archive as rows: out of the units, back into them, written in messages of one small frame."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from core.errors import DeniedError, SilenceError
from core.gdw376.message import Item
from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import DisplayNumber, KeyMeters, MeterArchive, ReadingStopped
from hhu.client.archive import ARCHIVE, KEYS, ArchiveRow, copy_of, read_archive, record_of, rows_of, with_rows
from hhu.client.archive_find import found
from hhu.client.archive_states import states_of
from hhu.client.change import Key, State
from hhu.client.plan import Plan
from hhu.client.reading import Outcome
from tests.hhu.client.shelf import Shelf

METER = ArchiveRow(1, 11, 2, 30, "000012345678", 2400, 4, 6, 2, "", 4, 1, "A-1", True, True, b"secret")


def meters(number: int) -> list[ArchiveRow]:
    """Meters on two ports."""
    return [ArchiveRow(n, n, 1 + n % 2, 30, f"{n:012d}") for n in range(1, number + 1)]


def units_of(rows: Sequence[ArchiveRow]) -> dict[Key, Unit]:
    """What a terminal with these meters holds."""
    return {ARCHIVE: MeterArchive(()), KEYS: KeyMeters(())} | with_rows({}, rows)


def plan_of(held: dict[Key, Unit], wanted: dict[Key, Unit]) -> Plan:
    current = [(key[0], held[key]) for key in wanted if key in held]
    return Plan.of(current, [(key[0], unit) for key, unit in wanted.items()])


def test_a_row_survives_its_units() -> None:
    """M96: every field of a row stands in F10, F29, F30 or F35 and comes back."""
    units = units_of([METER])
    assert rows_of(units) == (METER,)
    assert units[11, DisplayNumber] == DisplayNumber("A-1")
    assert units[11, ReadingStopped] == ReadingStopped(1)
    assert units[KEYS] == KeyMeters((1,))


def test_the_password_is_not_shown() -> None:
    """It stays in the record, never in what a row prints."""
    assert "secret" not in repr(METER)
    assert METER.protected
    assert record_of(METER).password == b"secret"


def test_the_address_as_asset_number_needs_no_unit() -> None:
    """Q23: the terminal shows the address by itself."""
    assert (1, DisplayNumber) not in with_rows({}, [replace(METER, point=1, asset=METER.address)])


def test_a_deleted_meter_is_sent_as_point_0_and_leaves_the_key_meters() -> None:
    """Only what the terminal holds is deleted over the line; a mere plan is forgotten."""
    held = units_of([METER])
    wanted = with_rows(held, (), (1,))
    assert wanted == {ARCHIVE: MeterArchive((replace(record_of(METER), point=0),)), KEYS: KeyMeters(())}
    planned = with_rows(held, [replace(METER, serial=2, point=12, address="1" * 12)])
    assert with_rows(held, (), (2,), planned)[ARCHIVE] == held[ARCHIVE]


def test_a_copy_has_free_numbers_and_nothing_of_its_own() -> None:
    """No address, no asset number, no password, not a key meter."""
    copied = copy_of(METER, [METER])
    assert (copied.serial, copied.point, copied.port, copied.speed) == (2, 1, 2, 2400)
    assert (copied.address, copied.asset, copied.key, copied.protected) == ("", "", False, False)


async def test_192_meters_are_written_in_small_messages_and_verified() -> None:
    """M83: each message fits a frame of 512 bytes and is read back before the next."""
    held: dict[Key, Unit] = {ARCHIVE: MeterArchive(()), KEYS: KeyMeters(())}
    rows = [replace(row, asset=f"P{row.serial}", key=row.serial == 7) for row in meters(192)]
    shelf = Shelf({**held, **{(n, DisplayNumber): DisplayNumber("") for n in range(1, 193)}})
    plan = plan_of(held, with_rows(held, rows))
    await plan.run(shelf)
    assert plan.done
    assert max(len(unit.encode()) for unit in shelf.written) <= 440
    assert rows_of(shelf.kept) == tuple(rows)
    assert shelf.written[-1] == KeyMeters((7,))


@pytest.mark.parametrize(
    ("error", "state"),
    [(DeniedError(4, 2), State.REFUSED), (SilenceError("COM4", "no answer", 3), State.FAILED)],
)
async def test_a_broken_write_leaves_honest_states(error: Exception, state: State) -> None:
    """What was proven stays verified, the message that broke says so, the rest is still planned."""
    held: dict[Key, Unit] = {ARCHIVE: MeterArchive(()), KEYS: KeyMeters(())}

    class Breaking(Shelf):
        async def write(self, items: Sequence[Item]) -> None:
            if len(self.written) == 2:
                raise error
            await super().write(items)

    shelf = Breaking(dict(held))
    wanted = with_rows(held, meters(60))
    plan = plan_of(held, wanted)
    await plan.run(shelf)
    archive = wanted[ARCHIVE]
    assert isinstance(archive, MeterArchive)
    states = list(states_of(plan.changes, archive).values())
    first = len(rows_of(shelf.kept))
    assert set(states[:first]) == {State.VERIFIED}
    assert states[first] is state
    assert states[-1] is State.PLANNED
    ((_, proven),) = plan.proven
    assert proven == MeterArchive(archive.meters[:first])
    whole = Shelf(shelf.kept)
    await plan.resume(whole)
    assert plan.done or state is State.REFUSED


async def test_deletions_are_sent_first() -> None:
    """Their points and addresses are free for the others then."""
    held = units_of(meters(40))
    moved = ArchiveRow(41, 40, 1, 30, f"{40:012d}")
    shelf = Shelf(dict(held))
    plan = plan_of(held, with_rows(held, [moved], [40]))
    await plan.run(shelf)
    sent = shelf.written[0]
    assert plan.done
    assert isinstance(sent, MeterArchive)
    assert [record.serial for record in sent.meters] == [40, 41]


async def test_gaps_of_serial_numbers_are_read_over() -> None:
    """Up to 192 every window is asked for, then until one is empty."""
    rows = [replace(r, serial=s) for r, s in zip(meters(5), (3, 150, 230, 190, 200), strict=True)]
    shelf = Shelf(units_of(rows[:3]))
    units: dict[Key, Unit] = {}

    def take(outcome: Outcome) -> None:
        if outcome.unit is not None:
            units[outcome.key] = outcome.unit

    await read_archive(shelf, take)
    assert [row.serial for row in rows_of(units)] == [3, 150]
    shelf.kept |= units_of(rows)
    await read_archive(shelf, take)
    assert [row.serial for row in rows_of(units)] == [3, 150, 190, 200, 230]


@pytest.mark.parametrize(
    ("query", "serials"),
    [
        ("345678", [1]), ("a-1", [1]), ("p2", [1]), ("端口2", [1]), ("zdh", [1]), ("停抄", [1]), ("tc", [1]),
        ("645-2007", [1, 2]), ("jmyh", [1, 2]), ("resident stopped", [1]), ("sb", [2]), ("nothing", []),
        ("2", [1, 2]), ("", [1, 2]),
    ],
)  # fmt: skip
def test_meters_are_found_by_digits_words_and_initials(query: str, serials: list[int]) -> None:
    """Every word must fit somewhere."""
    rows = [METER, ArchiveRow(2, 2, 1, 30, "000000000099")]
    assert [rows[place].serial for place in found(query, rows, ("", "失败 2 次"))] == serials
