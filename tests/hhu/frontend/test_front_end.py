"""The front end on real sockets: terminals dial in over loopback."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from core.app import Terminal
from core.errors import LineError, LineFault, SilenceError
from core.gdw376.address import Address
from core.gdw376.call import Answer, Call
from core.gdw376.message import Item, encode_blocks
from core.gdw376.request import Request
from core.gdw376.units.afn04 import TerminalAddress
from core.lines.address import LineAddress, LineKind
from core.lines.pace import LoopClock
from core.lines.recorder import Trace
from core.lines.tcp import connect_tcp
from core.terminal.access import Channel
from hhu.client.connect import connect_over
from hhu.client.link import Link
from hhu.client.profiles import PROFILES
from hhu.frontend import front_end as module
from hhu.frontend.callers import Reason, Way
from hhu.frontend.front_end import FrontEnd
from hhu.frontend.happenings import Happening, Kind
from hhu.frontend.limits import Limits
from tests.hhu.dialler import PATIENCE, Dialler

ONE, TWO = Address("1122", 0x7788), Address("1122", 0x7789)
LOGIN = bytes.fromhex("683200320068C903440400000271000001008816")
PUBLISHED = Address("4403", 4)
WHO = Request(ONE, 0x0A, (bytes.fromhex("0000010B"),), timeout=2, retries=0)


class Log:
    """Everything that happened, and waiting for more of it."""

    def __init__(self, front_end: FrontEnd) -> None:
        self.front_end = front_end
        self.happened: list[Happening] = []
        self._news = asyncio.Event()
        front_end.subscribe(self._add)

    def _add(self, happening: Happening) -> None:
        self.happened.append(happening)
        self._news.set()

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait for something, without looking too often."""
        async with asyncio.timeout(PATIENCE):
            while not true():
                self._news.clear()
                try:
                    async with asyncio.timeout(0.02):
                        await self._news.wait()
                except TimeoutError:
                    pass

    async def kind(self, kind: Kind) -> Happening:
        """Wait for a happening of a kind; give the latest."""
        await self.until(lambda: any(each.kind is kind for each in self.happened))
        return [each for each in self.happened if each.kind is kind][-1]


@asynccontextmanager
async def listening(**limits: float) -> AsyncGenerator[tuple[FrontEnd, Log, int]]:
    """A front end on any free port, for TCP and UDP."""
    front_end = FrontEnd(LoopClock(), replace(Limits(), **limits))  # pyright: ignore[reportArgumentType]
    await front_end.listen("127.0.0.1", 0)
    try:
        yield front_end, Log(front_end), front_end.ports[0][2]
    finally:
        await front_end.close()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence is looked for often."""
    monkeypatch.setattr(module, "TICK", 0.02)


DIALS = {Way.TCP: Dialler.tcp, Way.UDP: Dialler.udp}


@pytest.mark.parametrize("way", Way)
async def test_a_terminal_dials_in(way: Way) -> None:
    """M75, M26: login, heartbeat, event report and logout of our own terminal session over TCP and UDP."""
    async with listening() as (front_end, log, port):
        terminal = await DIALS[way](port, ONE)
        assert await terminal.login()
        assert await terminal.heartbeat()
        assert await terminal.event(3)
        (here,) = front_end.terminals
        assert (here.way, here.online, here.heartbeats, here.events) == (way, True, 1, 1)
        assert here.bytes_in > 60
        assert here.bytes_out == 60
        assert [report.is_event for report in front_end.reports(ONE)] == [True]
        assert await terminal.logout()
        assert [each.kind for each in log.happened] == [
            Kind.LOGIN,
            Kind.HEARTBEAT,
            Kind.REPORT,
            Kind.LOGOUT,
        ]
        await terminal.hang_up()


async def test_frames_split_and_glued() -> None:
    """M89: TCP cuts frames anywhere and joins them; preambles and noise between them do no harm."""
    async with listening() as (front_end, log, port):
        line = await connect_tcp("127.0.0.1", port)
        beat = bytes.fromhex("683200320068C903440400000272000004008C16")
        for piece in (
            LOGIN[:1],
            LOGIN[1:9],
            LOGIN[9:] + beat + beat[:7],
            beat[7:] + b"\xfe\xfe",
            b"noise" + beat,
        ):
            await line.send(piece)
            await asyncio.sleep(0.002)
        await log.until(lambda: any(here.heartbeats == 3 for here in front_end.terminals))
        assert front_end.terminals[0].address == PUBLISHED
        await line.close()


async def test_a_second_login_replaces_the_first() -> None:
    """The same address dials in again, over TCP and then UDP: the older connection is closed."""
    async with listening() as (front_end, log, port):
        first, second = await Dialler.tcp(port, ONE), await Dialler.tcp(port, ONE)
        assert await first.login()
        assert await second.login()
        assert (await first.ended()).fault is LineFault.LOST
        third = await Dialler.udp(port, ONE)
        assert await third.login()
        await second.ended()
        (here,) = front_end.terminals
        assert (here.online, here.logins, here.way) == (True, 3, Way.UDP)
        assert Kind.LOSS not in [each.kind for each in log.happened]
        for one in (first, second, third):
            await one.hang_up()


async def test_half_open_connections_time_out() -> None:
    """A terminal that says nothing any more, without hanging up, is lost after the silence allowed."""
    async with listening(silence=0.1) as (front_end, log, port):
        terminal = await Dialler.tcp(port, ONE)
        await terminal.login()
        loss = await log.kind(Kind.LOSS)
        assert loss.reason is Reason.SILENT
        assert front_end.terminal(ONE) is not None
        await terminal.ended()
        await terminal.hang_up()


async def test_a_terminal_that_hangs_up_is_lost_at_once() -> None:
    """Closing the connection is a loss with its reason, and a line to it says so."""
    async with listening() as (front_end, log, port):
        terminal = await Dialler.tcp(port, ONE)
        await terminal.login()
        line = front_end.line(ONE)
        await terminal.hang_up()
        assert (await log.kind(Kind.LOSS)).reason is Reason.HUNG_UP
        with pytest.raises(LineError, match="hung up"):
            await line.receive()
        with pytest.raises(LineError):
            await line.send(b"x")
        with pytest.raises(LineError) as refusal:
            front_end.line(ONE)
        assert refusal.value.fault is LineFault.UNREACHABLE


async def test_strangers_do_not_hurt_those_inside() -> None:
    """A flood of silent, slow and noisy connections: bounded, and the terminal's heartbeats are answered."""
    async with listening(strangers=50, strangers_per_host=40, introduction=0.3) as (front_end, log, port):
        inside = await Dialler.tcp(port, ONE)
        assert await inside.login()
        flood: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        for number in range(300):
            flood.append(await asyncio.open_connection("127.0.0.1", port))
            writer = flood[-1][1]
            writer.write(
                (b"", b"\x68", b"\x68" * 3000, LOGIN[:9], bytes.fromhex("68FFFFFFFF68C9"))[number % 5]
            )
            if number % 50 == 0:
                assert front_end.strangers <= 41
                assert await inside.heartbeat()
        assert await inside.heartbeat()
        late = await Dialler.tcp(port, TWO)
        assert await late.login()
        await log.until(lambda: front_end.strangers == 0)
        assert front_end.sent_away == 300
        assert [here.online for here in front_end.terminals] == [True, True]
        for _, writer in flood:
            writer.close()
        await inside.hang_up()
        await late.hang_up()


async def test_one_that_does_not_read_is_not_read_from() -> None:
    """A terminal that sends and never takes its answers stops being read; the others go on."""
    async with listening(unsent=4096) as (front_end, _, port):
        inside = await Dialler.tcp(port, ONE)
        await inside.login()
        deaf = socket.socket()
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        deaf.connect(("127.0.0.1", port))
        deaf.setblocking(False)
        loop, sent = asyncio.get_running_loop(), 0
        try:
            async with asyncio.timeout(2):
                while sent < 40_000_000:
                    await loop.sock_sendall(deaf, LOGIN * 500)
                    sent += len(LOGIN) * 500
                    assert sent < 30_000_000, "it is read from without end"
                    await asyncio.sleep(0)
                    if sent % 1_000_000 == 0:
                        assert await inside.heartbeat()
        except TimeoutError:
            pass
        here = front_end.terminal(PUBLISHED)
        assert here is not None
        assert await inside.heartbeat()
        deaf.close()
        await inside.hang_up()


async def test_nothing_is_kept_of_strange_datagrams() -> None:
    """Datagrams without a frame make no peer, whatever their number."""
    async with listening() as (front_end, _, port):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for number in range(200):
                sender.sendto(bytes([number]) * 50, ("127.0.0.1", port))
        terminal = await Dialler.udp(port, ONE)
        assert await terminal.login()
        assert front_end.strangers == 0
        assert len(front_end.terminals) == 1
        await terminal.hang_up()


def slow_about(own: Address) -> Callable[[Call], Answer]:
    """Answer F89 with the own address."""
    value = TerminalAddress(own.region, own.terminal)
    return lambda _: Answer(0x0A, tuple(encode_blocks([Item.of(value)])))


async def test_calls_to_several_terminals_at_once() -> None:
    """Calls to different terminals run side by side, each gets its own answer; one call at a time each."""
    addresses = [Address("1122", number) for number in range(1, 21)]
    async with listening() as (front_end, _, port):
        terminals = [await Dialler.tcp(port, address) for address in addresses]
        assert all(await asyncio.gather(*(one.login() for one in terminals)))
        clock = LoopClock()
        links = [
            Link(front_end.line(address), clock, Trace(10, clock), PROFILES[LineKind.LISTEN])
            for address in addresses
        ]
        with pytest.raises(LineError) as refusal:
            front_end.line(addresses[0])
        assert refusal.value.fault is LineFault.BUSY

        async def ask(link: Link, address: Address) -> str:
            reply = await link.request(replace(WHO, address=address))
            return reply.address.text

        asked = [ask(link, address) for link, address in zip(links, addresses, strict=True)]
        beats = [one.heartbeat() for one in terminals]
        outcome = await asyncio.gather(*asked, *beats)
        assert outcome == [*(address.text for address in addresses), *([True] * 20)]
        for link in links:
            await link.close()
        front_end.line(addresses[0])
        for one in terminals:
            await one.hang_up()


async def test_reports_during_a_call_stay_with_the_front_end() -> None:
    """Heartbeats and events in the middle of a call are answered here; the call sees only its answers."""
    async with listening() as (front_end, log, port):
        terminal = await Dialler.tcp(port, ONE)
        await terminal.login()
        line = front_end.line(ONE)
        trace = Trace(50, LoopClock())
        link = Link(line, LoopClock(), trace, PROFILES[LineKind.LISTEN])
        for number in range(1, 6):
            asking = asyncio.create_task(link.request(WHO))
            assert await terminal.event(number)
            assert await terminal.heartbeat()
            assert (await asking).address == Address("1122", 0x7788, 1)
        assert link.stats.rx == 5
        assert len(front_end.reports(ONE)) == 5
        assert front_end.terminals[0].heartbeats == 5
        assert (await log.kind(Kind.REPORT)).terminal.address == ONE
        await link.close()
        await terminal.hang_up()


async def test_a_call_survives_a_new_connection() -> None:
    """A terminal that redials in the middle of a call is asked again over its new connection."""
    async with listening() as (front_end, _, port):
        deaf = await Dialler.tcp(port, ONE, lambda _: Answer.silence())
        await deaf.login()
        clock = LoopClock()
        link = Link(front_end.line(ONE), clock, Trace(10, clock), PROFILES[LineKind.LISTEN])
        asking = asyncio.create_task(link.request(replace(WHO, timeout=0.1, retries=20)))
        await asyncio.sleep(0.05)
        again = await Dialler.tcp(port, ONE)
        await again.login()
        assert (await asking).afn == 0x0A
        await link.close()
        for one in (deaf, again):
            await one.hang_up()


async def test_silence_of_a_terminal_is_the_links_silence() -> None:
    """A terminal that does not answer a call is silent to it, and stays in the front end."""
    async with listening() as (front_end, _, port):
        terminal = await Dialler.tcp(port, ONE, lambda _: Answer.silence())
        await terminal.login()
        clock = LoopClock()
        link = Link(front_end.line(ONE), clock, Trace(10, clock), PROFILES[LineKind.LISTEN])
        with pytest.raises(SilenceError):
            await link.request(replace(WHO, timeout=0.05))
        await link.close()
        assert await terminal.heartbeat()
        await terminal.hang_up()


async def no_password(_address: str, _channel: str) -> str | None:
    return None


async def test_a_whole_terminal_is_worked_with_from_afar() -> None:
    """The emulated terminal, dialled in, answers the tool's verbs; its version is known here afterwards."""
    async with (
        listening() as (front_end, _, port),
        Terminal.create("demo", boot=0.0, meter_ports=()) as whole,
    ):
        line = await connect_tcp("127.0.0.1", port)
        login = bytes.fromhex("683200320068C922118877000271000001")
        await line.send(login + bytes([0x00, sum(login[6:]) & 0xFF, 0x16]))
        found = await front_end.wait_for(None, PATIENCE)
        assert found == whole.address
        whole.attach(Channel.UPLINK, line)
        clock = LoopClock()
        session = await connect_over(
            LineAddress.parse("listen:9001"),
            front_end.line(found),
            no_password,
            PROFILES[LineKind.LISTEN],
            Trace(100, clock),
            clock,
            address=found,
        )
        assert session.client.channel == "uplink"
        version = await session.client.version()
        here = front_end.terminal(found)
        assert here is not None
        assert here.version == version.software
        await session.close()


async def test_waiting_for_one_that_does_not_come() -> None:
    """Another terminal is not the one waited for; the error names who is missing."""
    async with listening() as (front_end, _, port):
        terminal = await Dialler.tcp(port, ONE)
        await terminal.login()
        with pytest.raises(LineError, match="1122-7789 did not dial in") as silence:
            await front_end.wait_for(TWO, 0.05)
        assert silence.value.fault is LineFault.SILENT
        assert await front_end.wait_for(None, 0.05) == ONE
        await terminal.hang_up()


async def test_a_taken_port_is_told() -> None:
    """Two front ends on one port: the second says that it is busy."""
    async with listening() as (_, _, port):
        second = FrontEnd(LoopClock())
        with pytest.raises(LineError) as refusal:
            await second.listen("127.0.0.1", port)
        assert refusal.value.fault is LineFault.BUSY
        await second.close()
