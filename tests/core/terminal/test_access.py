import pytest

from core.clock import ManualClock
from core.gdw376.refusals import Refusal
from core.terminal.access import Access, Channel, Level, Rank
from core.terminal.ledger import Ledger
from tests.core.concentrators import NOON, PASSWORD, WRONG, Shelf


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def access(clock: ManualClock, shelf: Shelf) -> Access:
    return Access(clock, Ledger(shelf))


@pytest.mark.parametrize(
    ("channel", "level", "expected"),
    [
        (Channel.IR, Level.READ, None),
        (Channel.IR, Level.OPERATE, None),
        (Channel.IR, Level.SET, Refusal.SWITCH_CLOSED),
        (Channel.RS485, Level.SET, Refusal.SWITCH_CLOSED),
        (Channel.USB, Level.ADMIN, Refusal.SWITCH_CLOSED),
        (Channel.UPLINK, Level.SET, None),
        (Channel.SMS, Level.ADMIN, None),
    ],
)
def test_the_closed_switch_guards_setting_on_local_channels_only(
    access: Access, channel: Channel, level: Level, expected: Refusal | None
):
    """Levels and channels ask for the switch as part 9.3 says; Q8: not remotely."""
    assert access.check(channel, level, PASSWORD) is expected


def test_the_window_lasts_two_minutes_and_restarts(access: Access, clock: ManualClock):
    """Open for 120 s from the moment of opening; opening again starts anew (M171, K4)."""
    access.open_programming()
    clock.advance(100)
    assert access.programming_left() == pytest.approx(20)
    access.open_programming()
    clock.advance(119.9)
    assert access.check(Channel.IR, Level.SET, PASSWORD) is None
    clock.advance(0.1)
    assert not access.programming_open
    assert access.programming_left() == 0
    assert access.check(Channel.IR, Level.SET, PASSWORD) is Refusal.SWITCH_CLOSED


def test_a_frame_that_began_inside_the_window_is_finished(access: Access, clock: ManualClock):
    """The first byte decides, not the last (K4)."""
    access.open_programming()
    clock.advance(119)
    began = clock.monotonic()
    clock.advance(2)
    assert access.check(Channel.IR, Level.SET, PASSWORD, began) is None
    assert access.check(Channel.IR, Level.SET, PASSWORD, clock.monotonic()) is Refusal.SWITCH_CLOSED


def test_three_wrong_passwords_lock_the_channel_for_ten_minutes(access: Access, clock: ManualClock):
    """Locked for all but reading, on that channel only, also for the right password (9.3)."""
    left = [access.attempts_left(Channel.IR)]
    for _ in range(3):
        assert access.check(Channel.IR, Level.OPERATE, WRONG) is Refusal.PASSWORD
        left.append(access.attempts_left(Channel.IR))
    assert left == [3, 2, 1, 0]
    assert access.check(Channel.IR, Level.OPERATE, PASSWORD) is Refusal.LOCKED
    assert access.check(Channel.IR, Level.READ, b"") is None
    assert access.check(Channel.RS485, Level.OPERATE, PASSWORD) is None
    clock.advance(599)
    assert access.check(Channel.IR, Level.OPERATE, PASSWORD) is Refusal.LOCKED
    clock.advance(1)
    assert access.check(Channel.IR, Level.OPERATE, PASSWORD) is None
    assert access.attempts_left(Channel.IR) == 3


def test_a_right_password_clears_the_count(access: Access):
    """Only three wrong tries in a row lock."""
    for pw in (WRONG, WRONG, PASSWORD, WRONG, WRONG):
        access.check(Channel.IR, Level.OPERATE, pw)
    assert access.attempts_left(Channel.IR) == 1


def test_a_closed_switch_costs_no_try(access: Access):
    """A wrong password behind a closed switch is not even looked at."""
    assert access.check(Channel.IR, Level.SET, WRONG) is Refusal.SWITCH_CLOSED
    assert access.attempts_left(Channel.IR) == 3


def test_tries_and_lock_survive_a_power_cut_and_the_switch_does_not(
    access: Access, clock: ManualClock, shelf: Shelf
):
    """Pulling the plug neither frees a lock nor keeps the window (K4)."""
    access.open_programming()
    for _ in range(3):
        access.check(Channel.IR, Level.OPERATE, WRONG)
    again = Access(clock, Ledger(shelf))
    assert again.locked_for(Channel.IR) == pytest.approx(600)
    assert not again.programming_open


def test_a_place_whose_time_steps_back_does_not_prolong_the_lock(clock: ManualClock, shelf: Shelf):
    """The lock never lasts longer than 10 min from the moment it is looked at."""
    later = ManualClock(NOON.replace(year=2030))
    locked = Access(later, Ledger(shelf))
    for _ in range(3):
        locked.check(Channel.IR, Level.OPERATE, WRONG)
    assert Access(clock, Ledger(shelf)).locked_for(Channel.IR) == 600


def test_administration_asks_for_the_high_password(access: Access):
    """The low password sets, only the high one initialises; the high one sets too."""
    access.set_password(Channel.IR, Rank.HIGH, "987654")
    access.open_programming()
    high = b"987654".ljust(16, b"\0")
    assert access.check(Channel.IR, Level.SET, PASSWORD) is None
    assert access.check(Channel.IR, Level.SET, high) is None
    assert access.check(Channel.IR, Level.ADMIN, high) is None
    assert access.check(Channel.IR, Level.ADMIN, PASSWORD) is Refusal.PASSWORD
    access.restore_passwords()
    assert access.check(Channel.IR, Level.ADMIN, PASSWORD) is None


@pytest.mark.parametrize("password", ["密码", "12345678901234567", "a\n"])
def test_passwords_the_wire_cannot_carry_are_refused(access: Access, password: str):
    """PW has 16 bytes of ASCII."""
    with pytest.raises(ValueError, match="16 printable"):
        access.set_password(Channel.IR, Rank.LOW, password)
