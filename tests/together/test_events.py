"""The tool reads, watches and acknowledges events of a real emulated terminal over infrared."""

from datetime import datetime, timedelta

from core.gdw376.units.erc import Changed, Erc3, Erc14, Erc20, Erc21, Erc31, PointMark
from core.terminal.access import Channel
from core.terminal.concentrator import Concentrator
from core.terminal.ledger import EventRecord, RecordKept
from hhu.client.event_log import RING, EventLog, Ring
from hhu.client.event_records import (
    EventEntry,
    Filter,
    acknowledge,
    follow,
    read_new,
    read_newest,
    read_older,
    read_state,
    read_window,
)
from hhu.client.event_texts import COVERED, fields_of
from tests.together.stage import START, Stage, play

WRONG = b"\x31" * 16


def failed(terminal: Concentrator, point: int, *, begin: bool = True) -> None:
    """ERC31, important by default."""
    terminal.events.add(Erc31(None, PointMark(int(begin), point), None, None, None), point)


def changed(terminal: Concentrator) -> None:
    """ERC3, ordinary by default."""
    terminal.events.add(Erc3(None, 1, (Changed(bytes(2), bytes.fromhex("0400")),)))


def unknown(terminal: Concentrator, body: bytes) -> None:
    """A record that no layout fits."""
    stored = terminal.ledger.kept.stored
    record = EventRecord(False, stored[False], sum(stored.values()), 61, START, None, body)
    terminal.ledger.put(RecordKept(record))


def test_both_rings_come_newest_first_with_their_bodies() -> None:
    """M51, M52: counters, flags and decoded bodies, in both languages; the rings are merged by time."""

    async def steps(stage: Stage) -> None:
        terminal = stage.terminal.concentrator
        failed(terminal, 7)
        await stage.clock.sleep(120)
        changed(terminal)
        await stage.clock.sleep(120)
        failed(terminal, 7, begin=False)
        session = await stage.connect()
        log = EventLog()
        await read_state(session.client, log)
        assert log.counters == {
            Ring.IMPORTANT: terminal.events.important,
            Ring.ORDINARY: terminal.events.ordinary,
        }
        assert log.flags is not None
        assert {3, 31} <= log.flags
        for ring in Ring:
            await read_newest(session.client, log, ring)
        recovered, change, lost = log.entries[:3]
        assert [(one.erc, one.point, one.begin) for one in (recovered, change, lost)] == [
            (31, 7, False), (3, None, None), (31, 7, True),
        ]  # fmt: skip
        assert (recovered.important, change.important) == (True, False)
        assert lost.time == START
        assert change.summary(zh=False) == "Master address 1  Changed 04F3 Master station IP and port"
        assert "主站IP地址和端口" in change.summary(zh=True)
        assert lost.name(zh=True) == "终端485抄表失败"
        assert lost.to_json()["body"]["point"] == {"begin": 1, "point": 7}
        await session.close()

    play(steps)


def test_a_full_ring_is_read_in_small_windows_to_its_end() -> None:
    """Part B §4.1: 300 records leave 256; windows of eight go back over the end of the counter."""

    async def steps(stage: Stage) -> None:
        terminal = stage.terminal.concentrator
        for point in range(1, 301):
            failed(terminal, point)
        session = await stage.connect()
        log = EventLog()
        await read_state(session.client, log)
        await read_newest(session.client, log, Ring.IMPORTANT, 32)
        assert log.count(Ring.IMPORTANT) == 32
        sizes: list[int] = []
        await read_older(session.client, log, Ring.IMPORTANT, RING, lambda new: sizes.append(len(new)))
        assert log.count(Ring.IMPORTANT) == RING
        assert set(sizes) == {8}
        points = [one.point for one in log.entries if one.erc == 31 and one.important]
        assert points == list(range(300, 300 - len(points), -1))
        assert len(points) == RING
        await session.close()

    play(steps)


def test_windows_that_do_not_fit_one_frame_are_halved() -> None:
    """A terminal denies records that exceed its frame; the tool asks for fewer until they come."""

    async def steps(stage: Stage) -> None:
        terminal = stage.terminal.concentrator
        before = terminal.events.ordinary
        for number in range(12):
            unknown(terminal, bytes([number]) * 245)
        session = await stage.connect()
        found = await read_window(session.client, Ring.ORDINARY, before, 12)
        assert [one.number for one in found] == list(range(before, before + 12))
        assert all(isinstance(one.event.body, bytes) for one in found)
        empty = await read_window(session.client, Ring.ORDINARY, 200, 8)
        assert empty == []
        await session.close()

    play(steps)


def test_acknowledging_clears_flags_and_acd_of_this_channel_only() -> None:
    """Read back, not believed: F8 is empty, ACD of infrared is off, that of the uplink stays (M42)."""

    async def steps(stage: Stage) -> None:
        terminal = stage.terminal.concentrator
        failed(terminal, 3)
        changed(terminal)
        session = await stage.connect()
        log = EventLog()
        stop = follow(session.link, log, lambda _: None)
        await session.client.version()
        assert log.waiting
        outcome = await acknowledge(session.client, log)
        assert {3, 31} <= outcome.before
        assert outcome.verified
        assert (outcome.after, outcome.waiting) == (frozenset(), False)
        assert terminal.events.waiting(Channel.UPLINK)
        assert not terminal.events.waiting(Channel.IR)
        assert terminal.events.alarm == 31
        stop()
        await session.close()

    play(steps)


def test_watching_brings_what_came_since_the_last_look() -> None:
    """The first look learns the counters; later ones bring new records, once each."""

    async def steps(stage: Stage) -> None:
        terminal = stage.terminal.concentrator
        failed(terminal, 1)
        session = await stage.connect()
        log = EventLog()
        assert await read_new(session.client, log) == []
        failed(terminal, 2)
        changed(terminal)
        new = await read_new(session.client, log)
        assert [(one.erc, one.point) for one in new] == [(31, 2), (3, None)]
        assert log.fresh == {one.key for one in new}
        assert await read_new(session.client, log) == []
        await session.close()

    play(steps)


def test_a_wrong_password_is_never_shown() -> None:
    """ERC20 holds what somebody typed: covered in lists, details and JSON."""

    async def steps(stage: Stage) -> None:
        terminal = stage.terminal.concentrator
        terminal.events.add(Erc20(None, WRONG, 5))
        session = await stage.connect()
        log = EventLog()
        await read_state(session.client, log)
        await read_newest(session.client, log, Ring.IMPORTANT, 4)
        entry = next(one for one in log.entries if one.erc == 20)
        shown = (
            f"{entry.to_json()} {entry.summary(zh=True)} {[one.text_en for one in fields_of(entry.event)]}"
        )
        assert WRONG.hex() not in shown.lower()
        assert COVERED in shown
        assert entry.to_json()["body"]["pw"] == "present"
        await session.close()

    play(steps)


def entry(number: int, body: object, ring: Ring = Ring.IMPORTANT, erc: int = 21) -> EventEntry:
    from core.gdw376.units.event_record import Event  # noqa: PLC0415  # one helper

    return EventEntry(ring, number, Event(erc, body))  # type: ignore[arg-type]


def test_the_order_within_a_ring_survives_a_clock_set_back() -> None:
    """The ring's own order wins over the time in the records; other ring's records stand by time."""
    log = EventLog()
    log.counters = {Ring.IMPORTANT: 2, Ring.ORDINARY: 1}
    late, early = START, START - timedelta(hours=2)
    first, second = entry(0, Erc21(late, 1)), entry(1, Erc21(early, 2))
    other = entry(0, Erc21(early - timedelta(hours=1), 4), Ring.ORDINARY)
    log.take([first, second, other])
    assert [one.key for one in log.entries] == [second.key, first.key, other.key]


def test_filters_look_at_ring_code_point_and_words() -> None:
    """ERC, point, ring and any word in either language."""
    outage = entry(3, Erc14(START, datetime(2026, 11, 20, 15)), erc=14)
    assert Filter().lets(outage)
    assert Filter(erc=14).lets(outage)
    assert not Filter(erc=15).lets(outage)
    assert not Filter(point=1).lets(outage)
    assert not Filter(frozenset({Ring.ORDINARY})).lets(outage)
    assert Filter(text="停/上电").lets(outage)
    assert Filter(text="power ON").lets(outage)
    assert outage.time == START


def test_an_unknown_body_keeps_its_bytes_and_its_time() -> None:
    """Nearly every body begins with its time; what is none stays without."""
    known = entry(0, bytes.fromhex("30 14 20 11 26 AA BB"), erc=99)
    assert (known.time, known.summary(zh=True)) == (START, "30 14 20 11 26 AA BB")
    assert entry(0, b"\xff\xff\xff\xff\xff", erc=99).time is None
    assert entry(0, b"", erc=99).time is None
