import pytest

from core.errors import StoreError
from core.terminal.ledger import FactKept, Ledger, ParameterKept
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
