import pytest

from core.errors import StoreError
from core.terminal.ledger import FactKept, Ledger, ListKept, ParameterKept
from tests.core.concentrators import Shelf


def test_steps_of_a_transaction_see_each_other_and_are_written_once():
    """A transaction reads its own changes and reaches the keeper as one write."""
    shelf = Shelf()
    ledger = Ledger(shelf)
    with ledger.transaction():
        ledger.note("a", "1")
        with ledger.transaction():
            ledger.put(ParameterKept(3, 0, b"x"))
        assert ledger.fact("a") == "1"
        assert shelf.writes == 0
    assert shelf.writes == 1
    assert shelf.kept.facts == {"a": "1"}
    assert shelf.kept.parameters == {(3, 0): b"x"}


def test_a_full_store_takes_everything_back():
    """Memory never knows more than the keeper took."""
    shelf = Shelf()
    ledger = Ledger(shelf)
    ledger.note("a", "1")
    shelf.full = True
    with pytest.raises(StoreError):
        ledger.put(FactKept("a", "2"), FactKept("b", "3"))
    assert ledger.fact("a") == "1"
    assert ledger.fact("b") is None


def test_a_failing_step_takes_back_the_steps_before_it():
    """An error inside a transaction leaves nothing behind, in memory or on disk."""
    shelf = Shelf()
    ledger = Ledger(shelf)
    with pytest.raises(ValueError, match="step"), ledger.transaction():
        ledger.note("a", "1")
        raise ValueError("step")
    assert ledger.fact("a") is None
    assert shelf.writes == 0


def test_noting_what_is_already_so_writes_nothing():
    """Repeated facts cost no disk access."""
    shelf = Shelf()
    ledger = Ledger(shelf)
    ledger.note("a", "1")
    ledger.note("a", "1")
    ledger.note("b", None)
    assert shelf.writes == 1


def test_lists_merge_record_by_record():
    """What a change does not name stays; an empty list is no list; a failed change leaves the old one."""
    shelf = Shelf()
    ledger = Ledger(shelf)
    ledger.put(ListKept(10, {1: b"a", 2: b"b"}))
    ledger.put(ListKept(10, {2: b"c", 3: b"d"}), ListKept(33, {1: b"x"}), ListKept(33, {1: None}))
    assert ledger.kept.lists == {10: {1: b"a", 2: b"c", 3: b"d"}}
    shelf.full = True
    with pytest.raises(StoreError):
        ledger.put(ListKept(10, dict.fromkeys((1, 2, 3))))
    assert ledger.kept.lists == {10: {1: b"a", 2: b"c", 3: b"d"}}


def test_every_change_of_parameters_is_another_revision():
    """Views made of parameters are made anew after a change, and after one that was taken back."""
    shelf = Shelf()
    ledger = Ledger(shelf)
    seen = {ledger.revision}
    ledger.put(ParameterKept(3, 0, b"x"))
    assert ledger.revision not in seen
    seen.add(ledger.revision)
    ledger.note("a", "1")
    assert ledger.revision in seen
    shelf.full = True
    with pytest.raises(StoreError):
        ledger.put(ListKept(10, {1: b"a"}))
    assert ledger.revision not in seen
