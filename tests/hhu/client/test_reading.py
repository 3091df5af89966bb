"""Reading many units: one outcome for each, whatever the terminal thinks of the others."""

from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import (
    EventMasks,
    MasterStation,
    PhoneNumbers,
    PointBasics,
    PointLimits,
    PulseInput,
    PulseInputs,
    TotalGroups,
    UplinkPort,
)
from hhu.client.change import Key
from hhu.client.reading import BATCH, Outcome, read_parameters
from tests.hhu.client.shelf import Shelf

STATION, PORT, PHONES = MasterStation.blank(), UplinkPort.blank(), PhoneNumbers.blank()
KEYS: list[Key] = [(0, UplinkPort), (0, MasterStation), (0, PhoneNumbers), (0, EventMasks), (3, PointBasics)]


async def outcomes(shelf: Shelf, keys: list[Key]) -> dict[Key, Outcome]:
    found: dict[Key, Outcome] = {}
    await read_parameters(shelf, keys, lambda outcome: found.update({outcome.key: outcome}))
    return found


async def test_one_question_for_a_batch_and_what_is_left_out_is_not_held() -> None:
    """Five units, one query; two are answered."""
    shelf = Shelf({(0, UplinkPort): PORT, (0, MasterStation): STATION})
    found = await outcomes(shelf, KEYS)
    assert len(shelf.asked) == 1
    assert [found[key].absent for key in KEYS] == [False, False, True, True, True]
    assert found[0, MasterStation].unit == STATION


async def test_a_terminal_that_leaves_out_is_believed_when_it_denies() -> None:
    """After a partial answer a denied batch is not asked again; before that, each unit is."""
    held: dict[Key, Unit] = {(0, UplinkPort): PORT}
    missing: list[Key] = [(pn, PointBasics) for pn in range(1, 1 + BATCH)]
    shelf = Shelf(held)
    assert all(outcome.absent for outcome in (await outcomes(shelf, missing)).values())
    assert len(shelf.asked) == 1 + BATCH
    shelf.asked.clear()
    first: list[Key] = [(0, UplinkPort), *((pn, PointLimits) for pn in range(1, BATCH))]
    await outcomes(shelf, [*first, *missing])
    assert len(shelf.asked) == 2


async def test_a_unit_that_cannot_be_read_costs_only_itself() -> None:
    """The batch is asked again unit by unit; the broken one says why."""
    shelf = Shelf({(0, UplinkPort): PORT, (0, PhoneNumbers): PHONES}, broken=frozenset({(0, MasterStation)}))
    found = await outcomes(shelf, KEYS[:3])
    assert len(shelf.asked) == 4
    assert found[0, UplinkPort].unit == PORT
    assert found[0, PhoneNumbers].unit == PHONES
    assert not found[0, MasterStation].absent
    assert "cut short" in str(found[0, MasterStation].error)


async def test_lists_are_read_by_windows_until_one_is_empty() -> None:
    """Inputs 1, 2 and 33 need two windows of 32; a list that is denied is not held."""
    records = tuple(PulseInput(number, number, 0, 1) for number in (1, 2, 33))
    shelf = Shelf({(0, PulseInputs): PulseInputs(records)})
    found = await outcomes(shelf, [(0, PulseInputs), (0, TotalGroups)])
    assert found[0, PulseInputs].unit == PulseInputs(records)
    assert found[0, TotalGroups].absent


async def test_batches_are_small() -> None:
    """Progress is told before each batch."""
    told: list[tuple[int, int]] = []
    keys: list[Key] = [(pn, PointBasics) for pn in range(1, BATCH + 3)]
    await read_parameters(Shelf(), keys, lambda _: None, lambda batch, done: told.append((len(batch), done)))
    assert told == [(BATCH, 0), (2, BATCH)]
