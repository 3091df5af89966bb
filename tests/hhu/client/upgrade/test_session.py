"""The transfer without a line: plays against the receiver of `maker`."""

from collections import deque
from collections.abc import Callable
from random import Random

import pytest

from core.vendor.crc import CrcKind
from core.vendor.transfer.answers import Refused, TransferAnswer, Written
from core.vendor.transfer.commands import (
    BurstBlock,
    BurstQuery,
    Command,
    Finish,
    MapQuery,
    WriteFirst,
    WriteNext,
)
from core.vendor.transfer.terms import Code, Kind
from hhu.client.upgrade.outputs import Ended, Output, Pause, Say, Stopped
from hhu.client.upgrade.session import TransferSession
from hhu.client.upgrade.stages import Notice, Noticed
from hhu.client.upgrade.wanted import Wanted
from tests.hhu.client.upgrade.maker import Limits, Receiver

FILE = Random(6).randbytes(40 * 256 + 100)
Hears = Callable[[Command], bool]
Says = Callable[[TransferAnswer], TransferAnswer | None]


def wire(n_bytes: int) -> float:
    return n_bytes * 10 / 115200


class Play:
    """A session and a receiver, with whatever lies between them."""

    def __init__(self, receiver: Receiver, wanted: Wanted | None = None, file: bytes = FILE) -> None:
        self.receiver = receiver
        self.session = TransferSession(file, "demo.hxp", wanted, wire_time=wire)
        self.now = 0.0
        self.hears: Hears = lambda _: True
        self.says: Says = lambda answer: answer
        self.told: list[Output] = []
        self.pauses = 0

    def run(self, steps: int = 3000) -> Output:
        """Play until the end; a pause is answered with yes."""
        todo = deque(self.session.begin())
        for _ in range(steps):
            while todo:
                output = todo.popleft()
                self.told.append(output)
                if isinstance(output, Ended | Stopped):
                    return output
                todo.extend(self._do(output))
            assert self.session.deadline is not None
            self.now = max(self.now, self.session.deadline)
            todo.extend(self.session.tick(self.now))
        raise AssertionError(f"no end after {steps} silences")

    def _do(self, output: Output) -> list[Output]:
        if isinstance(output, Pause):
            self.pauses += 1
            return self.session.go_on()
        if not isinstance(output, Say):
            return []
        answers = [self._through(command) for command in output.commands]
        self.session.sent(self.now)
        found: list[Output] = []
        for answer in answers:
            if answer is not None:
                found += self.session.handle(answer, self.now)
        return found

    def _through(self, command: Command) -> TransferAnswer | None:
        self.now += 0.01
        answer = self.receiver.answer(command) if self.hears(command) else None
        return self.says(answer) if answer else None

    def notices(self) -> list[Notice]:
        return [one.notice for one in self.told if isinstance(one, Noticed)]

    def commands(self) -> list[Command]:
        return [command for one in self.told if isinstance(one, Say) for command in one.commands]


def losing(seed: int, chance: float) -> Hears:
    random = Random(seed)
    return lambda _: random.random() >= chance


@pytest.mark.parametrize("generation", [CrcKind.X25, CrcKind.ARC])
def test_a_makers_terminal_gets_small_blocks(generation: CrcKind) -> None:
    """Conformance 6: a terminal that ignores tails gets 256 bytes and one block at a time, X.25 or ARC."""
    play = Play(Receiver(generation))
    assert play.run() == Ended(0)
    assert bytes(play.receiver.content) == FILE
    sent = [one for one in play.commands() if isinstance(one, WriteNext)]
    assert [len(one.data) for one in sent] == [256] * 39 + [100]
    assert Notice.SMALL_BLOCKS in play.notices()
    assert (Notice.OLD_CRC in play.notices()) == (generation is CrcKind.ARC)


def test_arc_is_tried_after_two_refusals() -> None:
    """Two refusals with code 9 of differing tries turn to CRC-16/ARC, two more end it."""
    play = Play(Receiver())
    play.says = lambda _: Refused(4, Code.CRC)
    assert play.run() == Stopped(Code.CRC)
    kinds = [CrcKind.fitting(one.data, one.crc) for one in play.commands() if isinstance(one, WriteFirst)]
    assert kinds == [CrcKind.X25, CrcKind.X25, CrcKind.ARC, CrcKind.ARC]


def test_the_makers_odd_refusal_ends_it() -> None:
    """A refused write first may answer C2 0A: it is tried without tail once, then shown."""
    play = Play(Receiver())
    play.says = lambda _: Refused(2, Code.COMMAND)
    assert play.run() == Stopped(Code.COMMAND)
    assert [one.wish is None for one in play.commands() if isinstance(one, WriteFirst)] == [False, True]


def test_a_terminal_silent_to_tails_is_asked_without() -> None:
    """Silence to write first with tail is followed by one without: no terminal is lost for our additions."""
    play = Play(Receiver())
    play.hears = lambda one: not (isinstance(one, WriteFirst) and one.wish)
    assert play.run() == Ended(0)
    assert bytes(play.receiver.content) == FILE


def test_bursts_carry_the_file() -> None:
    """A terminal that grants bursts gets them: 41 units in three blocks of 4096 bytes, one answer."""
    play = Play(Receiver(limits=Limits()))
    assert play.run() == Ended(0)
    assert bytes(play.receiver.content) == FILE
    blocks = [one for one in play.commands() if isinstance(one, BurstBlock)]
    assert [(one.offset, len(one.data), one.last) for one in blocks] == [
        (1, 4096, False), (17, 4096, False), (33, 8 * 256 - 256 + 100, True)]  # fmt: skip
    assert not any(isinstance(one, WriteNext | BurstQuery | MapQuery) for one in play.commands())


def test_every_subset_of_a_burst_may_get_lost() -> None:
    """Conformance 8: whatever of five blocks is lost, the last one and the answer included, it converges."""
    for subset in range(64):
        play = Play(Receiver(limits=Limits(block=1, burst=5)), file=FILE[: 6 * 256])
        lost = {index for index in range(5) if subset >> index & 1}
        first = [True]

        def hears(one: Command, lost: set[int] = lost) -> bool:
            return not (isinstance(one, BurstBlock) and one.burst == 1 and one.index in lost)

        def says(
            one: TransferAnswer, first: list[bool] = first, drop: bool = bool(subset & 32)
        ) -> TransferAnswer | None:
            if drop and first and one.encode()[0] == 0x88:
                first.clear()
                return None
            return one

        play.hears, play.says = hears, says
        assert play.run() == Ended(0)
        assert bytes(play.receiver.content) == FILE[: 6 * 256]
        assert play.session.repeated <= len(lost)


@pytest.mark.parametrize("limits", [None, Limits(), Limits(burst=0, window=8), Limits(block=2, burst=7)])
@pytest.mark.parametrize("seed", range(4))
def test_a_lossy_line_converges(limits: Limits | None, seed: int) -> None:
    """With every tenth command and answer lost the file arrives whole, in every rhythm."""
    play = Play(Receiver(limits=limits))
    random = Random(seed)
    play.hears = losing(seed, 0.1)
    play.says = lambda one: one if random.random() >= 0.1 else None
    assert play.run() in (Ended(0), Ended(None))
    assert bytes(play.receiver.content) == FILE
    assert play.receiver.finished


def test_blocks_in_flight() -> None:
    """A granted window is filled before the first answer, and never exceeded."""
    play = Play(Receiver(limits=Limits(block=1, burst=0, window=8)), Wanted(duplex=True))
    assert play.run() == Ended(0)
    opening = [one for one in play.told if isinstance(one, Say)][1]
    assert len(opening.commands) == 8
    assert bytes(play.receiver.content) == FILE


def test_a_refused_block_in_flight_is_the_oldest() -> None:
    """C5 09 carries no offset: the oldest unanswered block is sent again."""
    play = Play(Receiver(limits=Limits(block=1, burst=0, window=4)), Wanted(duplex=True))
    spoilt = [3]

    def says(one: TransferAnswer) -> TransferAnswer | None:
        if isinstance(one, Written) and one.offset in spoilt:
            spoilt.clear()
            play.receiver.present[3] = False
            return Refused(5, Code.CRC)
        return one

    play.says = says
    assert play.run() == Ended(0)
    assert [one.offset for one in play.commands() if isinstance(one, WriteNext)].count(3) == 2
    assert bytes(play.receiver.content) == FILE


def test_resuming_sends_only_what_is_missing() -> None:
    """M126: a new session finds the holes by the map and sends those units only."""
    receiver = Receiver(limits=Limits(block=1))
    first = Play(receiver)
    first.hears = lambda one: not (isinstance(one, BurstBlock) and one.offset in (3, 4, 9))
    with pytest.raises(AssertionError):
        first.run(steps=1)
    missing = {i for i, there in enumerate(receiver.present) if not there}
    assert {3, 4, 9} <= missing
    assert len(missing) < 40
    again = Play(receiver)
    assert again.run() == Ended(0)
    blocks = [one.offset for one in again.commands() if isinstance(one, BurstBlock)]
    assert set(blocks) == missing
    assert any(isinstance(one, MapQuery) for one in again.commands())
    assert Noticed(Notice.RESUMED, 41 - len(missing)) in again.told
    assert bytes(receiver.content) == FILE


def test_another_file_starts_over() -> None:
    """What was kept of another file is not mixed with this one: everything travels."""
    receiver = Receiver(limits=Limits())
    first = Play(receiver, file=FILE[::-1])
    first.hears = lambda one: not isinstance(one, Finish)
    assert first.run() == Ended(None)
    again = Play(receiver, Wanted(kept=True))
    assert again.run() == Ended(0)
    assert again.notices() == [Notice.STARTED_OVER]
    assert bytes(receiver.content) == FILE


def test_a_terminal_reset_in_between_is_opened_again() -> None:
    """A file id that is unknown after a reset leads to write first; what is stored stays."""
    receiver = Receiver(limits=Limits(block=1, burst=4))
    play = Play(receiver)

    def hears(one: Command) -> bool:
        if isinstance(one, BurstBlock) and one.burst == 4 and one.index == 0 and one.id == 0x0B:
            receiver.reset()
        return True

    play.hears = hears
    assert play.run() == Ended(0)
    assert sum(isinstance(one, WriteFirst) for one in play.commands()) == 2
    assert play.session.repeated <= 4
    assert bytes(receiver.content) == FILE


def test_wrong_offsets_end_it() -> None:
    """A terminal that answers another offset, three times, is not believed."""
    play = Play(Receiver())
    play.says = lambda one: Written(one.id, 39) if isinstance(one, Written) else one
    outcome = play.run()
    assert isinstance(outcome, Stopped)
    assert outcome.code == Code.OFFSET


def test_duplicates_and_late_answers_do_no_harm() -> None:
    """Each answer twice, and answers to blocks that were acknowledged long ago, change nothing."""
    receiver = Receiver(limits=Limits(block=1, burst=0, window=4))
    play = Play(receiver, Wanted(duplex=True))
    kept: list[TransferAnswer] = []

    def says(one: TransferAnswer) -> TransferAnswer | None:
        kept.append(one)
        play.session.handle(kept[len(kept) // 2], play.now) if len(kept) > 20 else None
        return one

    play.says = says
    assert play.run() == Ended(0)
    assert bytes(receiver.content) == FILE


def test_three_silences_make_a_pause() -> None:
    """L6: after three tries of a block the operator is asked; afterwards it goes on where it was."""
    play = Play(Receiver())
    deaf = [True] * 3

    def hears(one: Command) -> bool:
        return not (isinstance(one, WriteNext) and one.offset == 5 and deaf and deaf.pop())

    play.hears = hears
    assert play.run() == Ended(0)
    assert play.pauses == 1
    assert bytes(play.receiver.content) == FILE


def test_a_burst_without_answer_is_queried_three_times() -> None:
    """§3.8: silence after a burst is asked with 09, three times 3 s apart, then paused."""
    play = Play(Receiver(limits=Limits()))
    deaf = [True] * 4

    def says(one: TransferAnswer) -> TransferAnswer | None:
        return None if one.encode()[0] in (0x88, 0x89) and deaf and deaf.pop() else one

    play.says = says
    assert play.run() == Ended(0)
    assert play.pauses == 1
    assert sum(isinstance(one, BurstQuery) for one in play.commands()) == 4


def test_a_bad_line_gets_smaller_blocks() -> None:
    """§3.6: more than a tenth of the blocks lost makes them smaller, a clean line larger again."""
    file = Random(1).randbytes(512 * 1024)
    play = Play(Receiver(limits=Limits()), file=file)
    random = Random(2)

    def hears(one: Command) -> bool:
        bad = play.session.arrived < len(file) // 3
        return not bad or random.random() < (1 - 1e-4) ** len(one.encode())

    play.hears = hears
    assert play.run() == Ended(0)
    assert Notice.HALVED in play.notices()
    assert Notice.DOUBLED in play.notices()
    assert bytes(play.receiver.content) == file


@pytest.mark.parametrize("code", [Code.WRITE, Code.MEMORY, Code.SPACE, Code.MODE, Code.BUSY])
def test_a_full_store_ends_it(code: Code) -> None:
    """A terminal without room, without memory or out of its mode is told of by its code, nothing repeated."""
    play = Play(Receiver())
    play.says = lambda one: Refused(5, code) if isinstance(one, Written) else one
    assert play.run() == Stopped(code)


def test_a_refused_package_is_the_terminals_word() -> None:
    """The last byte of the answer to finish is what the terminal thinks of the package."""
    receiver = Receiver(limits=Limits())
    receiver.verdict = 10
    assert Play(receiver).run() == Ended(10)


def test_an_unknown_end_is_not_called_failure() -> None:
    """When the answer to finish is lost three times, the version decides, not the tool."""
    play = Play(Receiver(limits=Limits()))
    play.says = lambda one: None if one.encode()[0] == 0x86 else one
    assert play.run() == Ended(None)
    assert Notice.ANSWER_LOST in play.notices()


def test_a_wrong_file_crc_starts_over_once() -> None:
    """C6 09 clears the map: everything travels once more, from zero; a second time ends it."""
    play = Play(Receiver(limits=Limits()))
    play.says = lambda one: Refused(6, Code.CRC) if one.encode()[0] == 0x86 else one
    play.receiver.finished = False
    assert play.run() == Stopped(Code.CRC)
    firsts = [one for one in play.commands() if isinstance(one, WriteFirst)]
    assert [bool(one.wish and one.wish.start_over) for one in firsts] == [False, True]


@pytest.mark.parametrize("size", [1, 255, 256, 257])
def test_tiny_files(size: int) -> None:
    """One unit goes with write first alone; one byte more needs a block."""
    play = Play(Receiver(), file=FILE[:size])
    assert play.run() == Ended(0)
    assert bytes(play.receiver.content) == FILE[:size]
    assert any(isinstance(one, Finish) and one.kind is Kind.WRITE for one in play.commands())
