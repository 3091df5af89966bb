"""The filter of the trace."""

from datetime import datetime

from core.clock import ManualClock
from core.lines.recorder import Trace, TraceEntry
from hhu.screens.frames import brief, summary
from hhu.screens.trace import Sieve, matches
from hhu.words import Words

LOGIN = bytes.fromhex("68 32 00 32 00 68 C9 11 22 44 33 02 02 70 00 00 01 00 E8 16")
EN = Words("en")


def trace(capacity: int = 10) -> Trace:
    """A trace with a login, noise and an event."""
    made = Trace(capacity, ManualClock(datetime(2026, 11, 20, 14, 36, 7)))
    made.record("rx", LOGIN)
    made.record("rx", b"\x55\xaa", "no start byte", "noise")
    made.event("opened COM4 2400 8N1")
    return made


def passed(wanted: str, entries: tuple[TraceEntry, ...]) -> list[int]:
    """Numbers of the entries that pass a filter."""
    return [entry.number for entry in Sieve(wanted).sift(entries, EN)]


def test_words_ways_kinds_and_bytes_are_found() -> None:
    """Every word must be found somewhere; bytes are found as they are written."""
    entries = trace().entries
    assert passed("", entries) == [1, 2, 3]
    assert passed("login", entries) == [1]
    assert passed("rx noise", entries) == [2]
    assert passed("COM4", entries) == [3]
    assert passed("68 c9 11", entries) == [1]
    assert passed("login COM4", entries) == []


def test_each_entry_is_looked_at_once_and_old_ones_fall_out() -> None:
    """The sieve follows a growing ring whose oldest entries go."""
    made, sieve = trace(4), Sieve("login")
    assert [entry.number for entry in sieve.sift(made.entries, EN)] == [1]
    made.record("rx", LOGIN)
    assert [entry.number for entry in sieve.sift(made.entries, EN)] == [1, 4]
    made.record("rx", LOGIN)
    assert [entry.number for entry in sieve.sift(made.entries, EN)] == [4, 5]


def test_a_frame_says_what_it_is_in_a_line_and_in_a_few_cells() -> None:
    """AFN with its name, units with theirs; noise says why."""
    login, noise, _ = trace().entries
    assert summary(login, EN) == "02 link test  F1 Login"
    assert summary(login, Words("zh")) == "02 链路接口检测  F1 登录"
    assert brief(login, EN) == "02 F1 Login"
    assert summary(noise, EN) == "noise  no start byte"
    assert matches(noise, "55 AA", "")
    assert not matches(noise, "55 AB", "")
