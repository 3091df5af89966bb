"""Leaving the download mode by the key (device behaviour 5.3)."""

from core.clock import ManualClock
from core.terminal.identity import Identity
from core.terminal.ledger import Ledger
from core.terminal.rtc import Rtc
from core.terminal.upgrade.in_memory import ProgramsInMemory
from core.terminal.upgrade.leaving import ASK_FOR, Leaving
from core.terminal.upgrade.look import DownloadLook, DownloadState
from core.terminal.upgrade.slots import Way
from core.terminal.upgrade.upgrade import Upgrade
from tests.core.concentrators import NOON, Shelf


def asked() -> tuple[Leaving, list[str]]:
    left: list[str] = []
    leaving = Leaving()
    leaving.leave = lambda: left.append("left")
    leaving.stroke(True, 0.0)
    return leaving, left


def test_the_choice_begins_at_no() -> None:
    """A second hold of 2 s alone changes nothing."""
    leaving, left = asked()
    question = leaving.look(1.0)
    assert question and (question.yes, question.left) == (False, ASK_FOR - 1)
    leaving.stroke(True, 2.0)
    assert (left, leaving.look(2.0)) == ([], None)


def test_yes_leaves() -> None:
    """Short to Yes, hold to do."""
    leaving, left = asked()
    leaving.stroke(False, 1.0)
    leaving.stroke(True, 2.0)
    assert left == ["left"]


def test_ten_seconds_mean_no() -> None:
    """3.8: the box closes by itself, and the next hold asks again."""
    leaving, left = asked()
    leaving.stroke(False, 1.0)
    assert leaving.look(ASK_FOR) is None
    leaving.stroke(True, ASK_FOR + 1)
    question = leaving.look(ASK_FOR + 1)
    assert question and not question.yes and not left


def test_short_presses_alone_ask_nothing() -> None:
    """In download mode a short press does nothing (3.7)."""
    leaving = Leaving()
    leaving.stroke(False, 0.0)
    assert leaving.look(0.0) is None


def test_the_key_reaches_the_question_only_in_download_mode() -> None:
    """The look of a download carries the box."""
    clock = ManualClock(NOON)
    upgrade = Upgrade(ProgramsInMemory(), clock, Rtc(clock, Ledger(Shelf())), Identity(), save=lambda: None)
    upgrade.stroke(True)
    assert upgrade.look is None
    upgrade.download = lambda: DownloadLook(Way.LOCAL, DownloadState.WAITING, 60.0)
    upgrade.stroke(True)
    look = upgrade.look
    assert isinstance(look, DownloadLook) and look.question
