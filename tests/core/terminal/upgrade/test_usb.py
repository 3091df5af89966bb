"""Upgrade from a USB disk, state by state (device behaviour 5.2)."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from core.clock import ManualClock
from core.errors import StoreError
from core.simulation.usb_disk import UsbDisk
from core.store.program import StoredPrograms
from core.store.store import Store
from core.terminal.causes import ResetCause
from core.terminal.concentrator import Concentrator
from core.terminal.identity import Identity
from core.terminal.ledger import Ledger
from core.terminal.readings import Kind
from core.terminal.self_check import Equipment, Part
from core.terminal.statistics import SUPPLY
from core.terminal.upgrade.in_memory import ProgramsInMemory
from core.terminal.upgrade.look import UsbLook, UsbState
from core.terminal.upgrade.slots import Outcome, ProgramStore, SlotName, SlotState, Way
from core.terminal.upgrade.upgrade import RESET_AFTER, TRIAL, TRIAL_BOOTS
from core.terminal.upgrade.usb import CHOOSE_FOR, FAILED_FOR, LONGEST, MOUNT_TRIES, WAIT
from core.vendor.package import Reason
from tests.core.concentrators import NOON, Shelf
from tests.core.firmware import both, disk, library, program

S = UsbState


@dataclass
class Bench:
    """A terminal on a standing clock that restarts when it has to."""

    identity: Identity = field(default_factory=Identity)

    def __post_init__(self) -> None:
        self.clock = ManualClock(NOON)
        self.programs: ProgramStore = ProgramsInMemory()
        self.shelf = Shelf()
        self.readings = Store(None).readings
        self.equipment = Equipment()
        self.resets = 0
        self.on()

    def on(self) -> None:
        ledger = Ledger(self.shelf)
        self.terminal = Concentrator(
            self.clock, ledger, self.readings, self.identity, boot=0.0, programs=self.programs
        )
        self.terminal.power_up(self.equipment)
        self.upgrade = self.terminal.upgrade

    def cut(self) -> None:
        """Power goes without a word, and comes back."""
        self.on()

    def wait(self, seconds: float) -> "Bench":
        """Let time pass in steps of a tenth."""
        for _ in range(round(seconds * 10)):
            self.clock.advance(0.1)
            now = self.clock.monotonic()
            self.upgrade.tick(now)
            if self.upgrade.reset_due is not None and now >= self.upgrade.reset_due:
                self.resets += 1
                self.terminal.reset(self.equipment, ResetCause.UPGRADE)
        return self

    @property
    def look(self) -> UsbLook:
        look = self.upgrade.look
        assert isinstance(look, UsbLook)
        return look

    @property
    def state(self) -> UsbState:
        return self.upgrade.usb.state

    def until(self, state: UsbState, within: float = 60.0) -> "Bench":
        for _ in range(round(within * 10)):
            if self.state is state:
                return self
            self.wait(0.1)
        pytest.fail(f"{self.state} instead of {state}")

    def armed(self) -> "Bench":
        self.upgrade.enter_usb()
        assert self.state in {S.ARMED, S.MOUNT}
        return self

    def plug(self, root: Path) -> "Bench":
        self.upgrade.insert(UsbDisk(root))
        return self

    def codes(self) -> list[int]:
        return [record.erc for record in reversed(self.terminal.events.newest(50))]


@pytest.fixture
def bench() -> Bench:
    return Bench()


def refused(bench: Bench) -> Reason:
    """Wait for the end and return the reason that shows; the running slot stays, and so does all else."""
    bench.until(S.FAILED)
    reason, last = Reason(bench.look.reason), bench.upgrade.store.attempts()[-1]
    assert (last.outcome, last.reason) == (Outcome.REFUSED, reason)
    assert bench.upgrade.slots.active is SlotName.A
    assert bench.programs.read_candidate() == b""
    bench.wait(FAILED_FOR + 0.2)
    assert (bench.state, bench.upgrade.busy, bench.resets) == (S.NORMAL, False, 0)
    return reason


def test_a_disk_inserted_in_the_mode_upgrades(bench: Bench, tmp_path: Path) -> None:
    """M148, M149: mode, disk, check, copy, verify, commit, reset, trial, and ERC1 with both versions."""
    bench.armed().wait(30)
    assert bench.look.left == pytest.approx(WAIT - 30)
    bench.plug(disk(tmp_path, hx1088_1_03=program(size=200_000)))
    seen = [bench.state]
    while bench.state is not S.RESET:
        bench.wait(0.1)
        if bench.state is not seen[-1]:
            seen.append(bench.state)
    assert seen == [S.MOUNT, S.CHECK, S.COPY, S.VERIFY, S.COMMIT, S.RESET]
    assert (bench.look.before, bench.look.after) == ("1.02", "1.03")
    assert bench.look.left == pytest.approx(RESET_AFTER, abs=0.11)
    assert bench.terminal.identity.software == "1.02"
    bench.wait(RESET_AFTER + 0.1)
    assert (bench.resets, bench.terminal.identity.software, bench.state) == (1, "1.03", S.NORMAL)
    assert bench.terminal.identity.software_date == date(2026, 11, 15)
    assert bench.upgrade.on_trial
    assert 1 not in bench.codes()
    bench.wait(TRIAL)
    assert bench.upgrade.slots.current.state is SlotState.GOOD
    assert bench.codes()[-1] == 1
    record = bench.terminal.events.newest()[0]
    assert b"1.02" in record.body and b"1.03" in record.body
    assert bench.upgrade.applied and bench.upgrade.applied.outcome is Outcome.GOOD


def test_a_disk_that_is_there_already_works_too(bench: Bench, tmp_path: Path) -> None:
    """M148, Q35: and outside the mode it is never used."""
    bench.plug(disk(tmp_path, new=program())).wait(120)
    assert bench.state is S.NORMAL
    bench.armed().until(S.RESET)


def test_the_mode_waits_ten_minutes(bench: Bench) -> None:
    """U1: then it ends without a trace."""
    bench.armed().wait(WAIT - 1)
    assert bench.state is S.ARMED
    bench.wait(1.2)
    assert (bench.state, bench.upgrade.busy, bench.upgrade.store.attempts()) == (S.NORMAL, False, ())


def test_a_hold_cancels_where_allowed(bench: Bench, tmp_path: Path) -> None:
    """U1 ends by a hold of 2 s, a copy does not; a short press does nothing."""
    bench.armed().upgrade.stroke(False)
    assert bench.state is S.ARMED
    bench.upgrade.stroke(True)
    assert bench.state is S.NORMAL
    bench.plug(disk(tmp_path, new=program())).armed().until(S.COPY).upgrade.stroke(True)
    assert bench.state is S.COPY


def test_a_disk_that_cannot_be_mounted(bench: Bench, tmp_path: Path) -> None:
    """U2: ten tries a second apart, "Mount failed" for 30 s, and the mode waits on."""
    bench.armed().plug(tmp_path / "gone").wait(MOUNT_TRIES - 2)
    assert (bench.state, bench.look.tries) == (S.MOUNT, MOUNT_TRIES - 2)
    bench.upgrade.remove()
    bench.plug(tmp_path / "gone").until(S.FAILED)
    assert (bench.look.reason, bench.look.failed) == (Reason.MOUNT_FAILED, S.MOUNT)
    bench.upgrade.remove()
    bench.wait(FAILED_FOR + 0.1)
    assert bench.state is S.ARMED
    bench.plug(disk(tmp_path / "good", new=program())).until(S.RESET)


def test_a_disk_that_comes_late_while_mounting(bench: Bench, tmp_path: Path) -> None:
    """U2: the tries go on until its directory can be read."""
    bench.armed().plug(tmp_path / "slow").wait(4)
    assert bench.state is S.MOUNT
    disk(tmp_path / "slow", new=program())
    assert bench.until(S.RESET).look.after == "1.03"


def test_several_packages_are_a_choice(bench: Bench, tmp_path: Path) -> None:
    """U3: the highest version first; a short press moves, a hold of 2 s takes."""
    bench.plug(disk(tmp_path, old=program("1.01"), newest=program("1.04"), new=program("1.03")))
    bench.armed().until(S.CHOOSE).wait(2)
    assert (bench.look.names, bench.look.cursor) == (("newest", "new", "old"), 0)
    assert bench.look.left == pytest.approx(CHOOSE_FOR - 2, abs=0.11)
    bench.upgrade.stroke(False)
    assert bench.look.cursor == 1
    bench.upgrade.stroke(True)
    bench.until(S.RESET)
    assert bench.look.after == "1.03"


def test_nobody_chooses(bench: Bench, tmp_path: Path) -> None:
    """U3: after 30 s the highest version is taken, wherever the cursor stands."""
    bench.plug(disk(tmp_path, old=program("1.01"), newest=program("1.04"))).armed().until(S.CHOOSE)
    bench.upgrade.stroke(False)
    bench.until(S.RESET)
    assert bench.look.after == "1.04"


def test_packages_in_root_and_folder_count(bench: Bench, tmp_path: Path) -> None:
    """U3: both places, any case, nothing else and nothing that a link leads to."""
    disk(tmp_path, one=program("1.03"))
    (tmp_path / "TWO.HXP").write_bytes(program("1.04"))
    (tmp_path / "three.txt").write_bytes(program("1.05"))
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "four.hxp").write_bytes(program("1.06"))
    bench.plug(tmp_path).armed().until(S.CHOOSE)
    assert bench.look.names == ("TWO", "one")


def test_code_19_names_a_package(bench: Bench, tmp_path: Path) -> None:
    """§2.5: only the last part of the path counts; without a disk there is nothing to begin."""
    assert bench.upgrade.start_usb("x.hxp") is Reason.NO_DISK
    bench.plug(disk(tmp_path, old=program("1.03"), newest=program("1.04")))
    assert bench.upgrade.start_usb("/mnt/..\\old.hxp") is Reason.OK
    assert bench.upgrade.start_usb("old.hxp") is None
    bench.until(S.RESET)
    assert bench.look.after == "1.03"


def test_code_19_for_a_package_that_is_not_there(bench: Bench, tmp_path: Path) -> None:
    """§2.5: "No program"."""
    bench.plug(disk(tmp_path, old=program())).upgrade.start_usb("new.hxp")
    assert refused(bench) is Reason.NO_PROGRAM


def flipped(file: bytes, at: int) -> bytes:
    return file[:at] + bytes([file[at] ^ 1]) + file[at + 1 :]


GOOD = program()
BROKEN = [
    (flipped(GOOD, 0), Reason.NO_PROGRAM),
    (b"", Reason.NO_PROGRAM),
    (GOOD[:300], Reason.SIZE),
    (GOOD + b"\0", Reason.SIZE),
    (GOOD[:200], Reason.SIZE),
    (flipped(GOOD, 300), Reason.CRC),
    (flipped(GOOD, 30), Reason.CRC),
    (program(product="HX1089"), Reason.PRODUCT),
    (program(hardware=frozenset({1})), Reason.HARDWARE),
    (program("1.01"), Reason.OLD_VERSION),
    (program("1.02", day=date(2026, 10, 8)), Reason.SAME_VERSION),
    (GOOD + bytes(LONGEST), Reason.SIZE),
]


@pytest.mark.parametrize(("file", "reason"), BROKEN, ids=[str(i) for i in range(len(BROKEN))])
def test_a_broken_or_wrong_package_is_refused(
    bench: Bench, tmp_path: Path, file: bytes, reason: Reason
) -> None:
    """V1, V2: the reason shows for 30 s; nothing resets."""
    bench.plug(disk(tmp_path, new=file)).armed()
    assert refused(bench) is reason


def test_a_key_makes_a_signature_needed(tmp_path: Path) -> None:
    """§5.2: with a key configured an unsigned package is refused."""
    bench = Bench(Identity(vendor_keys=(bytes(32),)))
    bench.plug(disk(tmp_path, new=program())).armed()
    assert refused(bench) is Reason.SIGNATURE


@pytest.mark.parametrize("state", [S.CHOOSE, S.CHECK, S.COPY])
def test_the_disk_is_pulled(bench: Bench, tmp_path: Path, state: UsbState) -> None:
    """U3 to U5: "Disk removed", the candidate is erased."""
    files = {"new": program(size=300_000)} | ({"other": program("1.04")} if state is S.CHOOSE else {})
    bench.plug(disk(tmp_path, **files)).armed().until(state)
    bench.upgrade.remove()
    assert refused(bench) is Reason.DISK_REMOVED


def test_the_disk_is_pulled_after_the_copy(bench: Bench, tmp_path: Path) -> None:
    """U6: the disk is not needed any more."""
    bench.plug(disk(tmp_path, new=program())).armed().until(S.VERIFY).upgrade.remove()
    assert bench.until(S.RESET).look.after == "1.03"


def test_the_file_changes_while_it_is_copied(bench: Bench, tmp_path: Path) -> None:
    """U6: what is in the slot is judged, not what was on the disk."""
    good = program(size=200_000)
    bench.plug(disk(tmp_path, new=good)).armed().until(S.COPY).wait(0.1)
    disk(tmp_path, new=flipped(good, len(good) - 9))
    assert refused(bench) is Reason.CRC


class Sick(ProgramsInMemory):
    """A store that fails from the n-th piece on."""

    def __init__(self, full: bool) -> None:
        super().__init__()
        self.full = full

    def write_candidate(self, data: bytes) -> None:
        if len(self.read_candidate()) >= 128 * 1024:
            raise StoreError("no", full=self.full)
        super().write_candidate(data)


@pytest.mark.parametrize(("full", "reason"), [(True, Reason.NO_SPACE), (False, Reason.STORE)])
def test_the_store_fails_in_the_middle(tmp_path: Path, full: bool, reason: Reason) -> None:
    """U5: "No space" or "Store error"."""
    bench = Bench()
    bench.programs = Sick(full)
    bench.on()
    bench.plug(disk(tmp_path, new=program(size=300_000))).armed()
    assert refused(bench) is reason


def test_a_store_without_room(tmp_path: Path) -> None:
    """U5: the quota of the real store is reached; the next, smaller package fits."""
    bench = Bench()
    bench.programs = StoredPrograms(None, quota=512 * 1024)
    bench.on()
    bench.plug(disk(tmp_path, new=program(size=600_000))).armed()
    assert refused(bench) is Reason.NO_SPACE
    disk(tmp_path, new=program(size=100_000))
    assert bench.armed().until(S.RESET).look.after == "1.03"


def test_a_statistic_that_cannot_be_saved_stops_the_commit(bench: Bench, tmp_path: Path) -> None:
    """U7, V6: statistics first; without them the old program stays."""
    bench.plug(disk(tmp_path, new=program())).armed().until(S.COMMIT)
    bench.shelf.full = True
    bench.until(S.FAILED)
    assert (bench.look.reason, bench.upgrade.slots.active) == (Reason.STORE, SlotName.A)


def test_a_library_comes_alone(bench: Bench, tmp_path: Path) -> None:
    """M29: the program stays, the library is another one, ERC1 tells it."""
    bench.plug(disk(tmp_path, lib=library())).armed().until(S.RESET).wait(RESET_AFTER + 0.1)
    assert (bench.terminal.identity.software, bench.terminal.identity.library) == ("1.02", "0004")
    assert b"tables" in bench.programs.library()
    bench.wait(TRIAL)
    assert bench.codes()[-1] == 1


def test_both_come_together_and_the_library_stays(bench: Bench, tmp_path: Path) -> None:
    """§5.1: a program upgrade behind it keeps the library."""
    bench.plug(disk(tmp_path, all=both())).armed().until(S.RESET).wait(RESET_AFTER + TRIAL + 0.2)
    disk(tmp_path, all=program("1.04"))
    bench.armed().until(S.RESET).wait(RESET_AFTER + 0.1)
    assert (bench.terminal.identity.software, bench.terminal.identity.library) == ("1.04", "0004")
    assert bench.upgrade.slots.active is SlotName.A


def test_only_one_upgrade_at_a_time(bench: Bench) -> None:
    """V8: who comes second gets nothing; the glass says so, and the first one is not disturbed."""
    assert bench.upgrade.take(Way.LOCAL)
    bench.upgrade.enter_usb()
    assert (bench.state, bench.look.reason, bench.look.failed) == (S.FAILED, Reason.OK, S.NORMAL)
    bench.upgrade.stroke(True)
    assert (bench.state, bench.upgrade.holder) == (S.NORMAL, Way.LOCAL)


def test_a_program_on_trial_is_not_upgraded(bench: Bench, tmp_path: Path) -> None:
    """V4, V8: the slot to go back to is not given away."""
    bench.plug(disk(tmp_path, new=program())).armed().until(S.RESET).wait(RESET_AFTER + 1)
    assert not bench.upgrade.take(Way.REMOTE)
    bench.wait(TRIAL)
    assert bench.upgrade.take(Way.REMOTE)


def on_trial(bench: Bench, tmp_path: Path) -> Bench:
    return bench.plug(disk(tmp_path, new=program())).armed().until(S.RESET)


def test_a_self_check_that_fails_rolls_back(bench: Bench, tmp_path: Path) -> None:
    """V4, V5: back to the old program by a reset, ERC21, and the reason stays."""
    on_trial(bench, tmp_path).equipment = Equipment(broken=frozenset({Part.RS485}))
    bench.wait(RESET_AFTER + 1)
    assert (bench.resets, bench.terminal.identity.software) == (2, "1.02")
    assert bench.upgrade.slots.b.state is SlotState.BAD
    assert 1 not in bench.codes()
    assert bench.codes().count(21) == 2  # the port, and the program given up
    last = bench.upgrade.applied
    assert last and (last.outcome, last.note) == (Outcome.ROLLED_BACK, "self-check: rs485")
    bench.cut()
    assert bench.codes().count(21) == 2


def test_a_fault_that_the_old_program_had_does_not_roll_back(bench: Bench, tmp_path: Path) -> None:
    """V4: a low clock cell is not the new program's."""
    bench.equipment = Equipment(cell=2.5)
    bench.cut()
    on_trial(bench, tmp_path).wait(RESET_AFTER + TRIAL + 1)
    assert bench.terminal.identity.software == "1.03"
    assert bench.upgrade.slots.current.state is SlotState.GOOD


def test_three_starts_without_a_passed_trial_roll_back(bench: Bench, tmp_path: Path) -> None:
    """V4: the fourth start runs the old program at once, with ERC21."""
    on_trial(bench, tmp_path).wait(RESET_AFTER + 1)
    for _ in range(TRIAL_BOOTS - 1):
        bench.wait(TRIAL / 2).cut()
        assert bench.terminal.identity.software == "1.03"
    bench.cut()
    assert bench.terminal.identity.software == "1.02"
    assert bench.codes()[-1] == 21
    assert bench.upgrade.slots.b.state is SlotState.BAD


def test_statistics_are_saved_before_the_commit(bench: Bench, tmp_path: Path) -> None:
    """V6, M66: the time supplied counts on over the reset, which counts as one."""
    bench.terminal.keep_time(221)
    before = bench.terminal.resets
    bench.wait(600)
    on_trial(bench, tmp_path)
    supplied = Concentrator(bench.clock, Ledger(bench.shelf), bench.readings, boot=0.0).statistics.present(
        Kind.DAY, SUPPLY
    )
    assert supplied >= 600
    bench.wait(RESET_AFTER + 1)
    assert bench.terminal.resets == before + 1


CUTS = [S.ARMED, S.MOUNT, S.CHECK, S.COPY, S.VERIFY, S.COMMIT]


@pytest.mark.parametrize("state", CUTS)
def test_power_lost_before_the_commit(bench: Bench, tmp_path: Path, state: UsbState) -> None:
    """5.1: mode forgotten, candidate erased, normal start on the old program, nothing to be undone."""
    if state is S.ARMED:
        bench.armed()
    else:
        bench.plug(disk(tmp_path, new=program(size=300_000))).armed().until(state)
    bench.cut()
    assert (bench.state, bench.terminal.identity.software) == (S.NORMAL, "1.02")
    assert bench.programs.read_candidate() == b""
    assert not bench.upgrade.busy


def test_power_lost_behind_the_commit(bench: Bench, tmp_path: Path) -> None:
    """5.1: the new program, on trial."""
    on_trial(bench, tmp_path).cut()
    assert (bench.terminal.identity.software, bench.upgrade.on_trial) == ("1.03", True)
