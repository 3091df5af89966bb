import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

import pytest

from core.errors import LineError, LineFault, SilenceError
from core.gdw376.address import Address
from core.gdw376.fields import Direction, Seq
from core.gdw376.frame import Frame, decode_frame, encode_frame
from core.gdw376.request import Request
from core.lines.address import LineKind
from core.lines.memory import MemoryLine, memory_line
from core.lines.pace import LoopClock
from core.lines.recorder import Trace
from core.lines.virtual_time import virtual_time
from core.vendor.envelope import Order
from hhu.client.link import Answered, Link, LinkEvent, Lost, Reported, Sent
from hhu.client.masking import masked
from hhu.client.profiles import PROFILES

OWN = Address("1122", 0x7788)
CONFIRM = bytes.fromhex("00000100")
QUERY = Request(OWN, 0x0A, (bytes.fromhex("00000400"),))
WRITE = Request(OWN, 0x04, (bytes.fromhex("00000400"),), pw=b"13572468".ljust(16, b"\0"))


class Far:
    """The far end: answers what it hears as the play says."""

    def __init__(self, line: MemoryLine) -> None:
        self.line = line
        self.heard: list[bytes] = []

    async def hear(self) -> Frame:
        """Wait for a whole frame."""
        raw = b""
        while not raw.endswith(b"\x16") or len(raw.lstrip(b"\xfe")) < 20:
            raw += await self.line.receive()
        self.heard.append(raw)
        return decode_frame(raw.lstrip(b"\xfe"))

    async def answer(self, asked: Frame, afn: int = 0x00, payload: bytes = CONFIRM) -> None:
        await self.line.send(encode_frame(answer(asked, afn, payload)))


def answer(asked: Frame, afn: int, payload: bytes) -> Frame:
    return Frame(Direction.UP, False, 8, asked.address, afn, Seq(asked.seq.number), payload)


def play(
    steps: Callable[[Link, Far, list[LinkEvent]], Awaitable[None]], kind: LineKind = LineKind.IR
) -> None:
    async def on_stage() -> None:
        clock = LoopClock(datetime(2026, 11, 20, 14, 30))
        near, far = memory_line(PROFILES[kind].settings, clock)
        link = Link(near, clock, Trace(100, clock), PROFILES[kind])
        events: list[LinkEvent] = []
        link.subscribe(events.append)
        await steps(link, Far(far), events)
        await link.close()

    with virtual_time() as runner:
        runner.run(on_stage())


def test_a_request_gets_its_answer_and_the_wire_its_preamble() -> None:
    """Infrared frames carry four FEH; events and counters tell what happened."""

    async def steps(link: Link, far: Far, events: list[LinkEvent]) -> None:
        asking = asyncio.create_task(link.request(QUERY))
        await far.answer(await far.hear(), 0x0A, bytes.fromhex("00000400"))
        reply = await asking
        assert reply.afn == 0x0A
        assert far.heard[0].startswith(b"\xfe\xfe\xfe\xfe\x68")
        assert [type(event) for event in events] == [Sent, Answered]
        assert (link.stats.tx, link.stats.rx, link.stats.errors) == (1, 1, 0)

    play(steps)


def test_silence_is_repeated_byte_for_byte_and_ends() -> None:
    """Three equal frames, then the silence with the number of tries."""

    async def steps(link: Link, far: Far, events: list[LinkEvent]) -> None:
        asking = asyncio.create_task(link.request(QUERY))
        for _ in range(3):
            await far.hear()
        with pytest.raises(SilenceError) as silence:
            await asking
        assert silence.value.tries == 3
        assert len(set(far.heard)) == 1
        assert [event.attempt for event in events if isinstance(event, Sent)] == [1, 2, 3]

    play(steps)


def test_the_trace_keeps_noise_and_masks_pw() -> None:
    """Stray bytes are in the trace with their reason; the password is not."""

    async def steps(link: Link, far: Far, events: list[LinkEvent]) -> None:
        asking = asyncio.create_task(link.request(WRITE))
        asked = await far.hear()
        await far.line.send(b"\x01\x02\x03")
        await far.answer(asked)
        await asking
        kinds = [(entry.direction, entry.kind) for entry in link.trace.entries]
        assert kinds == [("--", "event"), ("tx", "frame"), ("rx", "noise"), ("rx", "frame")]
        assert not any(b"13572468" in entry.raw for entry in link.trace.entries)
        assert link.stats.errors == 1

    play(steps)


def test_what_the_terminal_sends_by_itself_is_told_and_confirmed() -> None:
    """A report between two requests becomes an event and gets its confirmation."""

    async def steps(link: Link, far: Far, events: list[LinkEvent]) -> None:
        login = Frame(Direction.UP, True, 9, OWN, 0x02, Seq(3, con=True), CONFIRM)
        await far.line.send(encode_frame(login))
        confirmation = await far.hear()
        assert (confirmation.afn, confirmation.seq.number) == (0x00, 3)
        assert [event.frame for event in events if isinstance(event, Reported)] == [login]

    play(steps, LineKind.RS485)


def test_a_lost_line_ends_the_waiting_and_all_later_requests() -> None:
    """Whoever waits is told why, and nobody waits on a dead line."""

    async def steps(link: Link, far: Far, events: list[LinkEvent]) -> None:
        asking = asyncio.create_task(link.request(QUERY))
        await far.hear()
        await far.line.close()
        for doomed in (asking, asyncio.create_task(link.request(QUERY))):
            with pytest.raises(LineError) as lost:
                await doomed
            assert lost.value.fault is LineFault.LOST
        assert link.lost is not None
        assert any(isinstance(event, Lost) for event in events)

    play(steps)


def test_a_cancelled_request_frees_the_line_and_its_late_answer_is_ignored() -> None:
    """The next request is not answered by the answer of the one given up."""

    async def steps(link: Link, far: Far, events: list[LinkEvent]) -> None:
        asking = asyncio.create_task(link.request(QUERY))
        first = await far.hear()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        following = asyncio.create_task(link.request(replace(QUERY, afn=0x0C)))
        second = await far.hear()
        await far.answer(first)
        await far.answer(second, 0x0C, bytes.fromhex("00000200"))
        assert (await following).afn == 0x0C

    play(steps)


def test_requests_take_turns() -> None:
    """Two callers at once get their own answers, one after the other."""

    async def steps(link: Link, far: Far, events: list[LinkEvent]) -> None:
        both = asyncio.gather(link.request(QUERY), link.request(replace(QUERY, afn=0x0C)))
        for _ in range(2):
            asked = await far.hear()
            await far.answer(asked, asked.afn, asked.payload)
        assert [reply.afn for reply in await both] == [0x0A, 0x0C]

    play(steps)


def test_the_password_of_the_envelope_is_not_traced() -> None:
    """Six digits of the maker's envelope are covered before anything is kept; zeros are no secret."""
    secret = Order(0x07, bytes(8), "123456")
    frame = encode_frame(Frame(Direction.DOWN, True, 10, OWN, 0xF0, Seq(1), secret.encode()))
    assert bytes.fromhex("563412") in frame
    assert bytes.fromhex("563412") not in masked(frame)
    plain = encode_frame(replace(decode_frame(frame), payload=Order(0x07, bytes(8)).encode()))
    assert masked(plain) == plain
