"""Receiving packages: bursts, resume, identity, the standard path, and tools that get in each other's way."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import product
from random import Random

import pytest

from core.clock import ManualClock
from core.errors import StoreError
from core.store.store import Store
from core.terminal.access import Channel
from core.terminal.concentrator import Concentrator
from core.terminal.identity import Identity
from core.terminal.ledger import Ledger
from core.terminal.upgrade.limits import NETWORK, RS485, Link
from core.terminal.upgrade.mode import ModeRecord
from core.terminal.upgrade.segments import REFUSED, Segment
from core.vendor.crc import CrcKind
from core.vendor.download import Local
from core.vendor.tails import Wish
from core.vendor.transfer.answers import (
    BurstState,
    Finished,
    MapPart,
    Refused,
    TransferAnswer,
    WriteBegun,
    Written,
)
from core.vendor.transfer.commands import BurstBlock, BurstQuery, Cancel, Finish, MapQuery, ReadFirst
from core.vendor.transfer.terms import Code, Kind, units_of
from tests.core.loader import first, image, next_block
from tests.core.vendor.packages import KEY

START = datetime(2026, 11, 20, 8, 30)
WHO = Identity(
    software="0101", software_date=date(2026, 6, 1), library="0100", library_date=date(2026, 6, 1),
    vendor_keys=(KEY,),
)  # fmt: skip
CABLE, AIR = Link(Channel.RS485, RS485), Link(Channel.UPLINK, NETWORK)
FILE = image(9_900)
OTHER = image(9_900, fill=7)
"""Equal name, version and size; other content."""


class Receiver:
    """A terminal whose store outlives its restarts."""

    def __init__(self) -> None:
        self.clock = ManualClock(START)
        self.store = Store(None)
        self.inner = Concentrator(
            self.clock, Ledger(self.store), self.store.readings, WHO, 0.0, self.store.programs
        )

    @property
    def files(self):
        return self.inner.download.files

    def start(self, *, mode: bool) -> None:
        until = self.clock.now().replace(hour=11)
        self.store.programs.keep_mode(ModeRecord(Local(), until).encode() if mode else None)
        self.cut()

    def cut(self) -> None:
        """Lose power and come back."""
        self.inner.power_down()
        self.inner.power_up()

    def begin(self, file: bytes, *, tail: bool = True, name: str = "a.hxp", **wishes: object) -> WriteBegun:
        wish = replace(Wish(CrcKind.X25.of(file)), **wishes) if tail else None  # pyright: ignore[reportArgumentType]
        answer = self.files.handle(first(file, name, wish), CABLE)
        assert isinstance(answer, WriteBegun), answer
        return answer

    def write(self, file: bytes, number: int, at: int, block: int = 1) -> TransferAnswer | None:
        return self.files.handle(next_block(file, number, at, block), CABLE)

    def finish(self, file: bytes, number: int) -> TransferAnswer | None:
        return self.files.handle(Finish(Kind.WRITE, number, CrcKind.X25.of(file)), CABLE)

    def segment(self, file: bytes, index: int, length: int = 1000, kind: int = 1) -> int:
        content = file[index * length : (index + 1) * length]
        return self.inner.download.segments.take(Segment(kind, -(-len(file) // length), index, content))


@pytest.fixture
def one() -> Iterator[Receiver]:
    made = Receiver()
    made.start(mode=True)
    yield made
    made.store.close()


@pytest.mark.parametrize("lost", list(product([True, False], repeat=5)))
def test_any_frames_of_a_burst_may_be_lost(one: Receiver, lost: tuple[bool, ...]) -> None:
    """Conformance 8: each subset of lost frames, the last one too, and a lost answer: the bitmap is exact."""
    number = one.begin(FILE).id
    answer = None
    for index in range(5):
        block = next_block(FILE, number, 1 + index, 1)
        burst = BurstBlock(number, 1, index, index == 4, block.offset, block.crc, block.data)
        if not lost[index]:
            answer = one.files.handle(burst, CABLE)
            assert (answer is not None) is (index == 4)
    queried = one.files.handle(BurstQuery(number, 1, 5), CABLE)
    expected = sum(1 << index for index in range(5) if not lost[index])
    if all(lost):
        expected = 0  # a burst nobody knows
    for state in filter(None, (answer, queried)):
        assert isinstance(state, BurstState)
        assert state.bitmap == bytes([expected])
        assert state.missing == 40 - 1 - sum(not one for one in lost)
    assert isinstance(queried, BurstState)
    assert queried.first_missing == (lost.index(True) + 1 if True in lost else 6)


def test_a_burst_takes_no_bad_block_and_no_place_twice(one: Receiver) -> None:
    """§3.8: bad check, offset or id leave the bit 0 and say nothing; a set place is not written again."""
    number = one.begin(FILE).id
    good = next_block(FILE, number, 1, 1)
    for bad in (
        BurstBlock(number, 1, 0, False, 1, good.crc ^ 1, good.data),
        BurstBlock(number, 1, 1, False, 4000, good.crc, good.data),
        BurstBlock(number + 1, 1, 2, False, 1, good.crc, good.data),
        BurstBlock(number, 1, 3, False, 1, good.crc, good.data[:100]),
        BurstBlock(number, 1, 4, False, 1, good.crc, good.data),
    ):
        assert one.files.handle(bad, CABLE) is None
    other = next_block(FILE, number, 2, 1)
    state = one.files.handle(BurstBlock(number, 1, 4, True, 2, other.crc, other.data), CABLE)
    assert isinstance(state, BurstState)
    assert state.bitmap == b"\x10"
    assert (state.first_missing, state.missing) == (2, 38)


def test_blocks_are_judged_in_their_order(one: Receiver) -> None:
    """§3.2: id 5, offset 6, length 7, check 9."""
    number = one.begin(FILE, block=1).id
    block = next_block(FILE, number, 1, 1)
    for wrong, code in (
        (replace(block, id=number + 1, offset=999, crc=0), Code.FILE_ID),
        (replace(block, offset=999, data=b"", crc=0), Code.OFFSET),
        (replace(block, data=b"", crc=0), Code.SIZE),
        (replace(block, data=block.data[:99], crc=0), Code.SIZE),
        (replace(block, data=FILE[256:768], crc=0), Code.SIZE),
        (replace(block, crc=block.crc ^ 1), Code.CRC),
    ):
        assert one.files.handle(wrong, CABLE) == Refused(5, code)


def test_power_lost_behind_each_block(one: Receiver) -> None:
    """Conformance 7: cut behind every block: at most 16 blocks again each time, the result identical."""
    begun, at, sent = one.begin(FILE), 1, 0
    for cut in range(1, 40):
        while at <= cut:
            assert isinstance(one.write(FILE, begun.id, at), Written)
            at, sent = at + 1, sent + 1
        one.cut()
        assert one.write(FILE, begun.id, at) == Refused(5, Code.FILE_ID)
        begun = one.begin(FILE)
        assert begun.offset >= at - 16
        assert begun.grant is not None
        assert begun.grant.resumed
        at = begun.offset
    for unit in range(at, 40):
        one.write(FILE, begun.id, unit)
    assert one.files.package.read() == FILE
    assert one.finish(FILE, begun.id) == Finished(Kind.WRITE, begun.id, CrcKind.X25.of(FILE), 0)


def test_the_map_is_durable_after_two_seconds(one: Receiver) -> None:
    """B3: a block that came alone counts after 2 s."""
    number = one.begin(FILE).id
    one.write(FILE, number, 1)
    assert one.inner.download.deadline is not None
    one.clock.advance(2.1)
    one.inner.download.tick(one.clock.monotonic())
    one.cut()
    assert one.begin(FILE).offset == 2


def test_blocks_come_twice_and_in_any_order(one: Receiver) -> None:
    """B2: an equal block is acknowledged, a different one rewritten, the order does not matter."""
    number = one.begin(FILE).id
    units = [*range(1, 40), *range(1, 20)]
    Random(3).shuffle(units)
    assert isinstance(one.write(OTHER, number, 5), Written)
    for unit in units:
        assert one.write(FILE, number, unit) == Written(number, unit)
    assert one.files.handle(MapQuery(number, 0, 41), CABLE) == MapPart(number, 0, 41, bytes([255] * 5 + [0]))
    answer = one.finish(FILE, number)
    assert isinstance(answer, Finished)
    assert answer.last == 0


@pytest.mark.parametrize("tail", [True, False])
def test_two_builds_of_equal_name_and_size_are_never_mixed(one: Receiver, tail: bool) -> None:
    """Conformance 10: the header, the check or the first unit tell them apart: the other one begins anew."""
    number = one.begin(FILE, tail=tail).id
    for unit in range(1, 30):
        one.write(FILE, number, unit)
    begun = one.begin(OTHER, tail=tail)
    assert begun.offset == (1 if tail else 0)
    assert one.files.package.missing == 39
    assert one.write(FILE, number, 30) == Refused(5, Code.FILE_ID)


def test_files_without_header_are_told_apart_by_name_size_and_check(one: Receiver) -> None:
    """§3.5 (c): another name, size or check is another file; a known prefix ignores the name."""
    plain = bytes(range(256)) * 8
    one.begin(plain, name="x.hxp")
    number = one.begin(plain, name="x.hxp")
    assert number.grant is not None
    assert number.grant.resumed
    assert not resumed(one.begin(plain, name="y.hxp"))
    assert not resumed(one.begin(plain[:-256], name="y.hxp"))
    prefixed = one.begin(plain, name="y.hxp", prefix=b"12345678")
    assert not resumed(prefixed)
    assert resumed(one.begin(plain, name="z.hxp", prefix=b"12345678"))
    assert not resumed(one.begin(plain, name="z.hxp", prefix=b"12345678", start_over=True))


def resumed(begun: WriteBegun) -> bool:
    assert begun.grant is not None
    return begun.grant.resumed


def test_half_by_segments_half_by_file_transfer(one: Receiver) -> None:
    """Conformance 9: Lf 1000 in normal mode, then the mode and the file transfer: complete and good."""
    one.start(mode=False)
    for index in range(5):
        assert one.segment(FILE, index) == index
    one.clock.advance(61)
    one.start(mode=True)
    begun = one.begin(FILE)
    assert begun.grant is not None
    assert begun.grant.resumed
    assert 5000 // 256 - 16 <= begun.offset <= 5000 // 256
    for unit in range(begun.offset, 40):
        one.write(FILE, begun.id, unit)
    answer = one.finish(FILE, begun.id)
    assert isinstance(answer, Finished)
    assert answer.last == 0


def test_half_by_file_transfer_half_by_segments(one: Receiver) -> None:
    """§4: the other way round; the reset comes 5 s behind the segment that made it whole (M29, M125)."""
    number = one.begin(FILE).id
    for unit in range(1, 20):
        one.write(FILE, number, unit)
    one.files.package.keep()
    one.start(mode=False)
    assert one.segment(FILE, 7) == REFUSED, "nobody knows yet which file that is"
    assert one.segment(FILE, 0) == 0
    last = -(-len(FILE) // 1000) - 1
    assert one.inner.download.segments.missing(0) == frozenset(range(5, last + 1)) - {4}
    for index in (last, *range(5, last)):
        assert one.segment(FILE, index) == index
    assert one.segment(FILE, last - 1) == last - 1, "the answer was lost, the segment comes again"
    assert one.inner.upgrade.reset_due == one.clock.monotonic() + 5
    assert one.inner.download.segments.missing(0) == frozenset()
    one.cut()
    assert one.inner.identity.software == "0102"


@pytest.mark.parametrize("length", [100, 255, 256, 999])
def test_segments_of_any_length_in_any_order(one: Receiver, length: int) -> None:
    """§4: i x Lf; the last segment may come early, with segment 0 first."""
    one.start(mode=False)
    count = -(-len(FILE) // length)
    order = [*range(1, count)]
    Random(length).shuffle(order)
    assert one.segment(FILE, 0, length) == 0
    waiting = [index for index in order if one.segment(FILE, index, length) != index]
    assert all(one.segment(FILE, index, length) == index for index in waiting)
    assert one.inner.upgrade.reset_due is not None


def test_what_the_standard_path_refuses(one: Receiver) -> None:
    """§4: other files, no magic, wrong lengths, an open transfer, the download mode; 00 clears."""
    assert one.segment(FILE, 0) == REFUSED
    one.start(mode=False)
    assert one.segment(FILE, 0, kind=2) == REFUSED
    assert one.segment(bytes(3000), 0) == REFUSED
    take = one.inner.download.segments.take
    assert take(Segment(1, 11, 11, b"x")) == REFUSED
    assert take(Segment(1, 0, 0, FILE[:1000])) == REFUSED
    assert take(Segment(1, 5, 0, FILE[:1000])) == REFUSED, "the header says that more will come"
    assert one.segment(FILE, 0) == 0
    assert one.segment(FILE, 0, kind=0) == 0
    assert one.files.package.about is None
    assert one.inner.upgrade.holder is None


def test_segments_keep_the_next_upgrade_for_a_minute(one: Receiver) -> None:
    """§4, V8: busy while segments come, free 60 s behind the last one."""
    one.start(mode=False)
    one.segment(FILE, 0)
    assert one.inner.upgrade.busy
    one.clock.advance(60)
    one.inner.download.tick(one.clock.monotonic())
    assert not one.inner.upgrade.busy
    assert one.inner.download.segments.deadline is None


def test_two_tools_on_one_channel(one: Receiver) -> None:
    """§3.2: the newer transfer replaces the older, whose blocks and finish get 5: no false success."""
    older = one.begin(FILE).id
    newer = one.begin(OTHER).id
    assert one.write(FILE, older, 1) == Refused(5, Code.FILE_ID)
    assert one.finish(FILE, older) == Refused(6, Code.FILE_ID)
    assert one.files.handle(Cancel(Kind.WRITE, older), CABLE) == Refused(7, Code.FILE_ID)
    for unit in range(1, 40):
        one.write(OTHER, newer, unit)
    assert one.finish(FILE, newer) == Refused(6, Code.CRC)


def test_a_tool_on_another_channel_waits(one: Receiver) -> None:
    """§3.2: 13 while a transfer is open elsewhere; after a minute of silence it may begin."""
    one.begin(FILE)
    assert one.files.handle(first(FILE), AIR) == Refused(4, Code.BUSY)
    one.clock.advance(61)
    assert isinstance(one.files.handle(first(FILE), AIR), WriteBegun)


def test_a_refused_package_of_the_same_version_may_be_forced(one: Receiver) -> None:
    """V2, §5.4: 14; the sound file is kept, and forcing needs only the first unit again."""
    file = image(3000, "0101")
    same = one.inner.upgrade.identity
    one.inner.upgrade.identity = replace(same, software="0101", software_date=date(2026, 11, 15))
    begun = one.begin(file)
    for unit in range(1, units_of(len(file))):
        one.write(file, begun.id, unit)
    assert one.finish(file, begun.id) == Finished(Kind.WRITE, begun.id, CrcKind.X25.of(file), 14)
    again = one.begin(file, force=True)
    assert again.grant is not None
    assert (again.grant.complete, again.grant.forced) == (True, True)
    assert one.finish(file, again.id) == Finished(Kind.WRITE, again.id, CrcKind.X25.of(file), 0)


@pytest.mark.parametrize(
    ("name", "size", "code"),
    [("a.hxp", 0, 7), ("a.hxp", 65_536 * 256, 7), ("a" * 65 + ".hxp", 300, 1), ("../a.hxp", 300, 1),
     ("a.bin", 300, 1), (".hxp", 300, 1), ("upg.log", 300, 2), ("a.dft", 51_201, 7)],
)  # fmt: skip
def test_files_that_cannot_be(one: Receiver, name: str, size: int, code: int) -> None:
    """§3.10, §3.1: sizes, names and files that are only read."""
    command = replace(first(FILE, name), size=size)
    assert one.files.handle(command, CABLE) == Refused(4, Code(code))


def test_a_full_store_stops_a_burst_and_says_so(one: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """X26, §3.8: 14, nothing more is stored in this burst; what was stored stays."""
    number = one.begin(FILE).id

    def full(_: int, __: bytes) -> None:
        raise StoreError("full", full=True)

    monkeypatch.setattr(one.store.programs, "write_partial", full)
    block = next_block(FILE, number, 1, 1)
    assert one.write(FILE, number, 1) == Refused(5, Code.SPACE)
    state = one.files.handle(BurstBlock(number, 1, 0, True, 1, block.crc, block.data), CABLE)
    assert isinstance(state, BurstState)
    assert (state.result, state.bitmap, state.first_missing) == (Code.SPACE, b"\0", 1)


def test_a_parameter_file_needs_no_mode_and_is_kept(one: Receiver) -> None:
    """§3.10: ``.dft`` in any mode; finish keeps it, reading it is refused."""
    one.start(mode=False)
    body = bytes(600)
    number = one.begin(body, name="site.dft").id
    for unit in (1, 2):
        one.write(body, number, unit)
    assert one.finish(body, number) == Finished(Kind.WRITE, number, CrcKind.X25.of(body), 0)
    kept = one.inner.download.shelf.kept
    assert kept is not None
    assert (kept.name, kept.body) == ("site.dft", body)
    assert one.files.handle(ReadFirst(100, "site.dft"), CABLE) == Refused(2, Code.OPEN)
