import errno
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from core.clock import ManualClock
from core.errors import DecodeError, StoreError
from core.lines.recorder import Trace, TraceEntry, read_trace

START = datetime(2024, 11, 20, 14, 31, 5, 123456)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


def test_entries_carry_both_times(clock: ManualClock) -> None:
    """An entry knows its number, when it was in both readings, the way, the bytes and the note."""
    trace = Trace(10, clock)
    clock.advance(1.5)
    trace.record("tx", b"\x68\x16", "read clock")
    trace.record("rx", b"\xff", "no 68H", kind="noise")
    trace.event("line lost")
    sent, noise, event = trace.entries
    assert sent == TraceEntry(
        1, 1.5, START + timedelta(seconds=1.5), "tx", b"\x68\x16", "frame", "read clock"
    )
    assert (noise.direction, noise.kind, noise.raw) == ("rx", "noise", b"\xff")
    assert (event.number, event.direction, event.kind, event.note) == (3, "--", "event", "line lost")


def test_ring_keeps_the_newest(clock: ManualClock) -> None:
    """Beyond its capacity the ring forgets the oldest; numbers go on."""
    trace = Trace(3, clock)
    for number in range(5):
        trace.record("tx", bytes([number]))
    assert [entry.number for entry in trace.entries] == [3, 4, 5]
    assert trace.last_number == 5


def test_subscribers_hear_until_they_leave(clock: ManualClock) -> None:
    """Every new entry is told to each subscriber; leaving twice does no harm."""
    trace = Trace(3, clock)
    heard: list[int] = []
    leave = trace.subscribe(lambda entry: heard.append(entry.number))
    trace.record("tx", b"a")
    trace.record("rx", b"b")
    leave()
    leave()
    trace.record("tx", b"c")
    assert heard == [1, 2]


def test_file_holds_every_entry_at_once(clock: ManualClock, tmp_path: Path) -> None:
    """Each entry is in the file before the next thing happens, without closing it: a crash loses none."""
    file = tmp_path / "deep" / "trace.jsonl"
    with Trace(2, clock, file) as trace:
        for number in range(4):
            trace.record("tx", bytes([number]), "备注 \u2028 \n two")
            assert len(read_trace(file)) == number + 1
        assert read_trace(file)[-2:] == trace.entries


def test_torn_line_of_a_crash_costs_only_itself(clock: ManualClock, tmp_path: Path) -> None:
    """After a crash in the middle of a line the rest is read, new entries follow on their own line."""
    file = tmp_path / "trace.jsonl"
    with Trace(10, clock, file) as trace:
        trace.record("tx", b"one")
        trace.record("rx", b"two")
    whole = file.read_bytes()
    file.write_bytes(whole[:-9])
    with Trace(10, clock, file) as trace:
        assert [entry.raw for entry in trace.entries] == [b"one"]
        trace.record("rx", b"three")
    assert [(entry.number, entry.raw) for entry in read_trace(file)] == [(1, b"one"), (2, b"three")]


def test_full_file_becomes_its_predecessor(clock: ManualClock, tmp_path: Path) -> None:
    """A file at its limit is renamed once and a new one begun; the newest entries are always on disk."""
    file = tmp_path / "trace.jsonl"
    with Trace(100, clock, file, file_limit=500) as trace:
        for number in range(20):
            trace.record("tx", bytes([number]) * 20)
    older = read_trace(tmp_path / "trace.jsonl.1")
    numbers = [entry.number for entry in (*older, *read_trace(file))]
    assert numbers == list(range(numbers[0], 21))
    assert file.stat().st_size <= 500


def test_unwritable_file_never_stops_the_trace(clock: ManualClock, tmp_path: Path) -> None:
    """Where no file can be written the ring goes on, the fault is kept and noted."""
    (tmp_path / "file").touch()
    trace = Trace(10, clock, tmp_path / "file" / "trace.jsonl")
    trace.record("tx", b"still here")
    assert isinstance(trace.fault, StoreError)
    assert [entry.kind for entry in trace.entries] == ["event", "frame"]


def test_full_disk_is_noted_once(clock: ManualClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fills up in the middle ends the file, not the recording."""

    class FullDisk(BytesIO):
        def write(self, _: object) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "open", lambda *_: FullDisk())
    trace = Trace(10, clock, tmp_path / "trace.jsonl")
    for _ in range(3):
        trace.record("tx", b"x")
    assert [entry.kind for entry in trace.entries] == ["frame", "event", "frame", "frame"]
    assert "No space left" in trace.entries[1].note
    assert trace.fault is not None


@pytest.mark.parametrize("line", ["", "{}", "[1]", "not json", '{"n":1,"t":0,"wall":"x"}'])
def test_other_lines_are_refused(line: str) -> None:
    """What is no entry raises the declared error."""
    with pytest.raises(DecodeError):
        TraceEntry.from_line(line)


def test_missing_file_is_told(tmp_path: Path) -> None:
    """Reading a trace that is not there names the file."""
    with pytest.raises(StoreError, match="absent"):
        read_trace(tmp_path / "absent.jsonl")
