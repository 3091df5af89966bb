"""Both homes of the program slots, by the same rules."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from core.errors import StoreError
from core.store.migrate import steps
from core.store.program import FILE, PIECE, SCHEMA, StoredPrograms
from core.terminal.upgrade.in_memory import ProgramsInMemory
from core.terminal.upgrade.slots import (
    ATTEMPTS,
    Attempt,
    Commit,
    Outcome,
    Part,
    Partial,
    ProgramStore,
    Slot,
    SlotName,
    Slots,
    SlotState,
    Versions,
    Way,
)

AT = datetime(2026, 11, 20, 12)
NEW = Versions("1.03", date(2026, 11, 15), "0003", None)
TRIED = Attempt(AT, Way.USB, Outcome.TRIAL, 0, "1.02", "1.03")
PROGRAM = Commit(NEW, frozenset({Part.PROGRAM}), TRIED)
BOTH = Commit(NEW, frozenset(Part), TRIED)
LIBRARY = Commit(NEW, frozenset({Part.LIBRARY}), TRIED)


@pytest.fixture(params=[ProgramsInMemory, lambda: StoredPrograms(None)], ids=["memory", "file"])
def store(request: pytest.FixtureRequest) -> ProgramStore:
    make: Callable[[], ProgramStore] = request.param
    return make()


def upgraded(store: ProgramStore, change: Commit = PROGRAM, file: bytes = b"package") -> ProgramStore:
    store.begin_candidate()
    store.write_candidate(file[:3])
    store.write_candidate(file[3:])
    store.commit(change)
    return store


def test_a_new_terminal_runs_what_came_from_the_factory(store: ProgramStore) -> None:
    """Slot A is good, slot B empty, nothing was ever upgraded."""
    assert store.slots() == Slots(SlotName.A, Slot(SlotState.GOOD), Slot())
    assert (store.attempts(), store.mode(), store.partial(), store.library()) == ((), None, None, b"")


def test_a_commit_moves_pointer_state_and_record_together(store: ProgramStore) -> None:
    """V3: behind it the new program is on trial; the mode has ended, the candidate is taken."""
    store.keep_mode("local")
    upgraded(store)
    assert store.slots() == Slots(SlotName.B, Slot(SlotState.GOOD), Slot(SlotState.TRIAL, NEW))
    assert [one.outcome for one in store.attempts()] == [Outcome.TRIAL]
    assert (store.mode(), store.read_candidate()) == (None, b"")


def test_a_passed_trial_is_good(store: ProgramStore) -> None:
    """V4: slot and record are good, and starts count from 0 again."""
    upgraded(store)
    assert [store.count_boot(), store.count_boot()] == [1, 2]
    store.confirm()
    assert store.slots().current == Slot(SlotState.GOOD, NEW)
    assert store.attempts()[-1].outcome is Outcome.GOOD


def test_a_failed_trial_goes_back(store: ProgramStore) -> None:
    """V4: the old slot is active, the other bad, the record keeps why."""
    upgraded(store)
    store.roll_back("three starts")
    assert store.slots() == Slots(SlotName.A, Slot(SlotState.GOOD), Slot(SlotState.BAD, NEW))
    assert (store.attempts()[-1].outcome, store.attempts()[-1].note) == (Outcome.ROLLED_BACK, "three starts")


def test_a_library_outlives_the_program_upgrade_behind_it(store: ProgramStore) -> None:
    """M29: what a package does not bring is taken over from the slot that runs."""
    upgraded(store, LIBRARY, b"with a library").confirm()
    assert store.library() == b"with a library"
    upgraded(store, PROGRAM, b"a program").confirm()
    assert store.library() == b"with a library"


def test_a_candidate_comes_back_as_it_was_written(store: ProgramStore) -> None:
    """U6 reads back what U5 wrote; erasing leaves nothing."""
    store.begin_candidate()
    store.write_candidate(b"ab")
    store.write_candidate(b"cd")
    assert store.read_candidate() == b"abcd"
    store.begin_candidate()
    assert store.read_candidate() == b""
    store.write_candidate(b"ef")
    store.erase_candidate()
    assert store.read_candidate() == b""


def test_the_last_records_are_kept(store: ProgramStore) -> None:
    """Numbers go on, the oldest records go."""
    for _ in range(ATTEMPTS + 3):
        store.note(TRIED)
    assert [one.number for one in store.attempts()] == list(range(4, ATTEMPTS + 4))


def test_a_partial_file_in_pieces(store: ProgramStore) -> None:
    """Any stretch in any order, over the borders of pieces; what never came is zeros."""
    size = 3 * PIECE + 100
    store.begin_partial(Partial("demo.hxp", size, Way.LOCAL, prefix=b"12345678"))
    body = bytes(range(1, 251)) * (size // 250 + 1)
    for offset, length in ((2 * PIECE - 7, 300), (0, 256), (size - 50, 50)):
        store.write_partial(offset, body[offset : offset + length])
    assert store.read_partial(0, 300) == body[:256] + bytes(44)
    assert store.read_partial(2 * PIECE - 7, 300) == body[2 * PIECE - 7 : 2 * PIECE + 293]
    assert store.read_partial()[-51:] == b"\0" + body[size - 50 : size]
    assert len(store.read_partial()) == size
    store.keep_map([(0, 256), (size - 50, size)], AT)
    kept = store.partial()
    assert kept == Partial(
        "demo.hxp", size, Way.LOCAL, None, False, b"12345678", AT, ((0, 256), (size - 50, size))
    )
    store.begin_partial(Partial("other.hxp", 10, Way.LOCAL))
    assert store.read_partial() == bytes(10)
    store.erase_partial()
    assert store.partial() is None


def test_file_ids_are_never_given_twice(tmp_path: Path) -> None:
    """§3.1: an id from before a reset is not valid by chance."""
    store = StoredPrograms(tmp_path)
    first = [store.next_file_id(), store.next_file_id()]
    store.close()
    store = StoredPrograms(tmp_path)
    assert [*first, store.next_file_id()] == [1, 2, 3]
    store.close()


def test_slots_outlive_the_process(tmp_path: Path) -> None:
    """What was committed is there at the next opening."""
    store = StoredPrograms(tmp_path)
    upgraded(store)
    store.close()
    store = StoredPrograms(tmp_path)
    assert store.slots().current == Slot(SlotState.TRIAL, NEW)
    store.close()


def test_a_damaged_file_is_put_aside(tmp_path: Path) -> None:
    """Said once, kept for whoever wants to look; the next opening is in factory state."""
    (tmp_path / FILE).write_bytes(b"no database at all" * 1000)
    with pytest.raises(StoreError, match=r"program\.db\.damaged-1"):
        StoredPrograms(tmp_path)
    store = StoredPrograms(tmp_path)
    assert store.slots() == Slots()
    assert (tmp_path / f"{FILE}.damaged-1").exists()
    store.close()


def test_steps_are_numbered_without_gaps() -> None:
    """Schema steps are 001, 002 and so on."""
    assert list(steps(SCHEMA)) == list(range(1, len(steps(SCHEMA)) + 1))


def test_sixteen_mebibytes_in_both_slots_and_a_partial_file_fit() -> None:
    """64 MiB hold two of the largest packages and a third that comes; it takes the place of the oldest."""
    store, largest = StoredPrograms(None), bytes(16_776_960)
    for _ in range(2):
        upgraded(store, BOTH, largest).confirm()
    store.begin_partial(Partial("big.hxp", len(largest), Way.LOCAL))
    store.write_partial(0, largest)
    assert len(store.read_partial()) == len(largest)
    upgraded(store, BOTH, largest)
    assert (store.slots().active, store.slots().spare.state) == (SlotName.B, SlotState.GOOD)


def test_a_full_store_says_so_and_keeps_what_it_has() -> None:
    """The quota is an own one: refused pieces change neither slots nor records."""
    store = StoredPrograms(None, quota=160 * 1024)
    store.begin_candidate()
    with pytest.raises(StoreError) as caught:
        for _ in range(20):
            store.write_candidate(bytes(64 * 1024))
    assert caught.value.full
    store.erase_candidate()
    assert store.slots() == Slots()
    store.note(TRIED)
