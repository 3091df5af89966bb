"""Lists by number: only what changes travels, and what was deleted is gone."""

from dataclasses import replace
from unittest.mock import AsyncMock, patch

from core.gdw376.units.afn04 import KeyMeters, Member, PulseInput, PulseInputs, TotalGroup, TotalGroups
from hhu.client.change import State
from hhu.client.keyed import leaves_like, merged, only, path_in, selector_of
from hhu.client.plan import Plan
from tests.hhu.client.shelf import Shelf

ONE, TWO = PulseInput(1, 11, 0, 3200), PulseInput(2, 12, 0, 3200)
HELD = PulseInputs((ONE, TWO))
KEY = (0, PulseInputs)


async def test_only_the_changed_record_is_written_and_read_back() -> None:
    """Input 1 stays untouched on the wire; the plan ends verified."""
    shelf = Shelf({KEY: HELD})
    wanted = PulseInputs((ONE, replace(TWO, constant=6400)))
    plan = Plan.of([(0, HELD)], [(0, wanted)])
    assert [change.path for change in plan.changes] == ["inputs[1].constant"]
    await plan.run(shelf)
    assert plan.done
    assert shelf.written == [PulseInputs((replace(TWO, constant=6400),))]
    assert plan.proven == ((0, wanted),)


async def test_a_new_record_and_a_deleted_one_are_verified() -> None:
    """Point 0 deletes; that the terminal has the record no longer is the proof."""
    shelf = Shelf({KEY: HELD})
    wanted = PulseInputs((replace(ONE, point=0), TWO, PulseInput(3, 13, 1, 800)))
    plan = Plan.of([(0, HELD)], [(0, wanted)])
    await plan.run(shelf)
    assert plan.done
    assert shelf.kept[KEY] == PulseInputs((TWO, PulseInput(3, 13, 1, 800)))


async def test_a_list_written_whole_may_shrink() -> None:
    """A shorter list has a change for what is gone, and is proven by its absence."""
    held = KeyMeters((4, 5, 6))
    shelf = Shelf({(0, KeyMeters): held})
    plan = Plan.of([(0, held)], [(0, KeyMeters((4, 5)))])
    [change] = plan.changes
    assert (change.path, change.before, change.gone) == ("serials[2]", 6, True)
    await plan.run(shelf)
    assert [change.state for change in plan.changes] == [State.VERIFIED]


async def test_a_list_that_did_not_shrink_differs() -> None:
    """A terminal that keeps the third entry is found out."""
    held = KeyMeters((4, 5, 6))
    shelf = Shelf({(0, KeyMeters): held})
    plan = Plan.of([(0, held)], [(0, KeyMeters((4, 5)))])

    with patch.object(shelf, "write", AsyncMock()):
        await plan.run(shelf)
    assert [change.state for change in plan.changes] == [State.DIFFERS]


async def test_the_last_record_is_deleted() -> None:
    """A terminal that denies what it no longer has has proven the deletion."""
    held = TotalGroups((TotalGroup(1, (Member(0, 0, 0),)),))
    shelf = Shelf({(0, TotalGroups): held})
    plan = Plan.of([(0, held)], [(0, TotalGroups((TotalGroup(1, ()),)))])
    await plan.run(shelf)
    assert plan.done
    assert shelf.kept[0, TotalGroups] == TotalGroups(())


def test_records_are_the_same_by_number_not_by_place() -> None:
    """Another order is no difference."""
    turned = PulseInputs((TWO, ONE))
    assert {path: place.value for path, place in leaves_like(HELD, turned).items()} == {
        path: place.value for path, place in leaves_like(HELD, HELD).items()
    }
    assert path_in(HELD, "inputs[0].constant", turned) == "inputs[1].constant"
    assert path_in(HELD, "inputs[0].constant", PulseInputs((TWO,))) is None
    assert not Plan.of([(0, HELD)], [(0, turned)]).changes


def test_merging_keeps_what_is_not_named() -> None:
    """A file with one group changes that group; deleting what is not there does nothing."""
    held = TotalGroups((TotalGroup(1, (Member(0, 0, 0),)), TotalGroup(2, (Member(1, 0, 0),))))
    wanted = TotalGroups((TotalGroup(2, ()), TotalGroup(5, ())))
    assert merged(wanted, held) == TotalGroups((held.groups[0], TotalGroup(2, ())))
    assert only(held, ["groups[1].members[0].point"]) == TotalGroups((held.groups[1],))
    asked = selector_of(held)
    assert asked is not None
    assert asked.to_json() == {"numbers": [1, 2]}
