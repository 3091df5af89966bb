"""Download mode at a whole terminal: over RS485 and over the uplink (device behaviour 5.3, 5.4)."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from ipaddress import IPv4Address
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from core.app import Terminal
from core.errors import LineError
from core.gdw376.address import UNIVERSAL, UNIVERSAL_REVERSED
from core.gdw376.frame import encode_frame
from core.gdw376.message import Item, encode_blocks
from core.gdw376.units.afn0f import FileSegment
from core.lines.line import IR, RS485, Line, SerialSettings
from core.lines.memory import memory_line
from core.lines.pace import LoopClock
from core.lines.virtual_time import virtual_time
from core.panel.data_lamp import Glow
from core.terminal.access import Channel
from core.terminal.events.erc21 import Fault, fault
from core.terminal.upgrade.slots import SlotState
from core.vendor.download import Leave, Local, Remote
from core.vendor.envelope import LAMP_TEST, SITE_REPORT, Order
from core.vendor.identify import Identity
from core.vendor.transfer.answers import Finished, ReadBegun
from core.vendor.transfer.commands import ReadFirst
from tests.core.channels.fep import Wires
from tests.core.handset import START, Handset
from tests.core.loader import OWN, PROFILE, Loader, image, profile_in
from tests.core.loader import Silence as NoAnswer

Stage = Callable[[Terminal], Awaitable[None]]
HOST, PORT = IPv4Address("192.0.2.10"), 7001


def play(
    folder: Path, steps: Stage, wires: Callable[[LoopClock], Wires] | None = None, text: str = PROFILE
) -> None:
    """Run a play in virtual time."""

    async def on_stage() -> None:
        clock = LoopClock(START)
        beyond = wires(clock) if wires else None
        async with Terminal.create(
            profile_in(folder, text), None, clock, boot=1.0, meter_ports=(), beyond=beyond
        ) as terminal:
            await terminal.booted()
            await steps(terminal)
            for fep in beyond.feps if beyond else ():
                fep.task.cancel()

    with virtual_time() as runner:
        runner.run(on_stage())


def tool(terminal: Terminal, channel: Channel, settings: SerialSettings | None) -> Loader:
    near, far = memory_line(settings, terminal.clock)
    terminal.attach(channel, near)
    return Loader(far, terminal.clock)


async def entered(terminal: Terminal) -> Loader:
    """Order local mode over infrared; return the tool at 485_3."""
    ir, rs485 = tool(terminal, Channel.IR, IR), tool(terminal, Channel.RS485, RS485)
    terminal.concentrator.access.open_programming()
    assert await ir.mode(Local()) == 0
    await terminal.clock.sleep(2.2)
    assert not terminal.running
    await terminal.booted()
    return rs485


def cut(terminal: Terminal, seconds: float = 5.0) -> None:
    """Take the mains away; nothing in memory outlives it."""
    place = terminal.surroundings
    terminal.surroundings = replace(place, supply=0, backup=False)
    terminal.clock.call_later(seconds, lambda: setattr(terminal, "surroundings", place))


def test_the_terminal_is_loaded_over_485_3(tmp_path: Path) -> None:
    """M151 to M159, M163: command over IR, answer, reset, package over 485_3, reset, new version, ERC1."""

    async def steps(terminal: Terminal) -> None:
        resets = terminal.concentrator.resets
        rs485 = await entered(terminal)
        assert terminal.concentrator.resets == resets + 1
        assert (await rs485.identity()).mode == 1
        file = image(9000)
        answer = await rs485.load(file, burst=16, block=4)
        assert isinstance(answer, Finished)
        assert answer.last == 0
        assert (await rs485.identity()).mode == 7
        await terminal.clock.sleep(5.1)
        await terminal.booted()
        identity = await rs485.identity()
        assert (identity.mode, identity.program, identity.slot_b) == (0, "0102", SlotState.TRIAL)
        assert identity.partial == 0
        await terminal.clock.sleep(70)
        assert (await rs485.identity()).upgrade_result == 1

    play(tmp_path, steps)


def test_only_download_runs_in_local_mode(tmp_path: Path) -> None:
    """5.3 L4, A2: orders are denied, universal addresses are heard, the uplink rests, no meter is asked."""

    async def steps(terminal: Terminal) -> None:
        rs485 = await entered(terminal)
        for address in (UNIVERSAL, UNIVERSAL_REVERSED):
            rs485.address = address
            assert (await rs485.identity()).address == bytes.fromhex("22118877")
        hand = Handset(rs485.line, terminal.clock)
        assert len(await hand.ask(0x0A, 89)) == 1
        assert (await hand.exchange(0x0C, bytes.fromhex("0000 02 00"))).afn == 0x00
        assert not terminal.concentrator.uplink.settings.dials
        assert terminal.concentrator.upgrade.reading_stopped

    play(tmp_path, steps)


def test_485_3_with_meters_on_it_serves_the_download_and_then_the_meters_again(tmp_path: Path) -> None:
    """M154: the last channel from the left stands at 115200 8N1 in the mode, whatever hangs on it."""

    async def steps(terminal: Terminal) -> None:
        near, far = memory_line(SerialSettings(2400, 8, "E", 1), terminal.clock)
        terminal.attach_meters(3, near)
        ir = tool(terminal, Channel.IR, IR)
        terminal.concentrator.access.open_programming()
        assert await ir.mode(Local()) == 0
        await terminal.clock.sleep(3.5)
        assert far.settings == RS485
        loader = Loader(far, terminal.clock)
        assert (await loader.identity()).mode == 1
        assert await loader.mode(Leave()) == 0
        await terminal.clock.sleep(3.5)
        with pytest.raises(NoAnswer):
            await loader.identity()
        assert (await ir.identity()).mode == 0

    play(tmp_path, steps)


def test_code_07_twice_within_two_seconds_resets_once(tmp_path: Path) -> None:
    """Conformance 4: the same frame and an equal one get the same answer; there is one reset."""

    async def steps(terminal: Terminal) -> None:
        ir = tool(terminal, Channel.IR, None)
        terminal.concentrator.access.open_programming()
        before = terminal.concentrator.resets
        assert [await ir.mode(Local()) for _ in range(3)] == [0, 0, 0]
        await terminal.clock.sleep(30)
        assert terminal.concentrator.resets == before + 1
        assert await ir.mode(Local()) == 0
        await terminal.clock.sleep(30)
        assert terminal.concentrator.resets == before + 1

    play(tmp_path, steps)


def test_the_mode_outlives_a_power_cut_and_ends_by_itself(tmp_path: Path) -> None:
    """5.3: 10 min without a frame, or 3 h in all, end it; power lost meanwhile does not."""

    async def steps(terminal: Terminal) -> None:
        rs485 = await entered(terminal)
        cut(terminal, 60)
        await terminal.clock.sleep(65)
        assert (await rs485.identity()).mode == 1
        await terminal.clock.sleep(590)
        assert (await rs485.identity()).mode == 1
        await terminal.clock.sleep(610)
        assert (await rs485.identity()).mode == 0
        await entered(terminal)
        for _ in range(17):
            await terminal.clock.sleep(500)
            assert (await rs485.identity()).mode == 1
        assert (await rs485.identity()).minutes_left == 39
        for _ in range(5):
            await terminal.clock.sleep(500)
        assert (await rs485.identity()).mode == 0

    play(tmp_path, steps)


def test_leaving_returns_to_normal_mode(tmp_path: Path) -> None:
    """5.3: the record is erased, the terminal resets, a partial file stays for 24 h."""

    async def steps(terminal: Terminal) -> None:
        rs485 = await entered(terminal)
        await rs485.begin(image(5000))
        assert await rs485.mode(Leave()) == 0
        await terminal.clock.sleep(4)
        identity = await rs485.identity()
        assert (identity.mode, identity.partial) == (0, 1)
        await terminal.clock.sleep(24 * 3600 + 120)
        assert (await rs485.identity()).partial == 0

    play(tmp_path, steps)


def test_a_person_at_the_key_leaves_the_mode(tmp_path: Path) -> None:
    """5.3: hold 2 s, answer the question: as leave; the glass shows the mode before."""

    async def steps(terminal: Terminal) -> None:
        await entered(terminal)
        await terminal.clock.sleep(7)
        assert "115200" in "".join(terminal.face().cells.line(row) for row in range(10))
        terminal.key.hold(2.5)
        await terminal.clock.sleep(4)
        terminal.key.tap()
        await terminal.clock.sleep(1)
        terminal.key.hold(2.5)
        await terminal.clock.sleep(8)
        assert terminal.concentrator.download.mode.way is None

    play(tmp_path, steps)


def test_all_lamps_are_lit_by_code_21(tmp_path: Path) -> None:
    """§2.6: no lamp is dark during the test, and the usual picture is back behind it."""

    async def steps(terminal: Terminal) -> None:
        ir = tool(terminal, Channel.IR, None)
        await ir.ask(Order(LAMP_TEST, b"\x01\0\0"))
        assert Glow.OFF not in [glow for _, glow in terminal.face().lamps.labelled]
        await terminal.clock.sleep(31)
        assert Glow.OFF in [glow for _, glow in terminal.face().lamps.labelled]

    play(tmp_path, steps)


def test_a_site_report_waits_for_the_master(tmp_path: Path) -> None:
    """M113, E1: confirmed on line; queued behind 8 s when the master is silent."""
    held: list[Wires] = []

    def wires(clock: LoopClock) -> Wires:
        held.append(Wires(clock))
        return held[0]

    async def steps(terminal: Terminal) -> None:
        terminal.set_master(IPv4Address("10.0.0.1"), 8001)
        ir = tool(terminal, Channel.IR, None)
        ir.patience = 10.0
        await terminal.clock.sleep(120)
        report = Order(SITE_REPORT, b"\0")
        assert (await ir.ask(report)).content[:2] == b"\0\0"
        await terminal.clock.sleep(11)
        held[0].confirm = lambda _: None
        begun = terminal.clock.monotonic()
        assert (await ir.ask(report)).content[:2] == b"\0\x01"
        assert terminal.clock.monotonic() - begun == pytest.approx(8, abs=0.2)

    play(tmp_path, steps, wires)


def test_gaps_of_a_file_by_segments_are_told_in_2012(tmp_path: Path) -> None:
    """AFN 0FH F1 and 0C F14 over a line: PW, switch, the numbers, then the mask of what is missing."""

    async def steps(terminal: Terminal) -> None:
        near, far = memory_line(None, terminal.clock)
        terminal.attach(Channel.RS485, near)
        hand, file = Handset(far, terminal.clock, OWN), image(4000)

        async def segment(index: int) -> int | None:
            content = tuple(file[index * 1000 : (index + 1) * 1000])
            blocks = encode_blocks([Item.of(FileSegment(1, 0, 0, 5, index, content))])
            answer = (await hand.exchange(0x0F, b"".join(blocks))).payload
            return int.from_bytes(answer[4:8], "little") if answer[:4] == bytes.fromhex("00000100") else None

        assert await segment(0) is None
        terminal.concentrator.access.open_programming()
        assert [await segment(index) for index in (0, 3, 1)] == [0, 3, 1]
        assert await segment(9) == 0xFFFFFFFF
        answer = (await hand.exchange(0x0C, bytes.fromhex("0000 20 01 0000"))).payload
        assert answer[4:8] == bytes.fromhex("0000 14 00")
        assert [await segment(index) for index in (2, 4)] == [2, 4]
        await terminal.clock.sleep(7)
        assert terminal.concentrator.identity.software == "0102"

    play(tmp_path, steps, text=PROFILE.replace("[identity]", '[identity]\nprotocol_name = "376.1-2013"'))


def test_a_log_is_read_in_pieces_of_4096_over_a_network(tmp_path: Path) -> None:
    """§3.2: 1024 bytes at a time on serial lines, 4096 in their place."""

    async def steps(terminal: Terminal) -> None:
        for _ in range(200):
            terminal.concentrator.events.add(fault(Fault.CLOCK))
        for settings, most in ((RS485, 1024), (None, 4096)):
            loader = tool(terminal, Channel.RS485, settings)
            begun = await loader.command(ReadFirst(0xFFFF, "events.csv"))
            assert isinstance(begun, ReadBegun)
            assert begun.size > 4096
            assert len(begun.data) == most

    play(tmp_path, steps)


def test_a_burst_is_not_interrupted_on_a_half_duplex_line(tmp_path: Path) -> None:
    """Conformance 13: no byte of the terminal inside a burst."""

    async def steps(terminal: Terminal) -> None:
        await entered(terminal)
        near, far = memory_line(RS485, terminal.clock, half_duplex=True)
        terminal.attach(Channel.RS485, near)
        answer = await Loader(far, terminal.clock).load(image(40_000), burst=16, block=4)
        assert isinstance(answer, Finished)
        assert far.statistics.collisions == near.statistics.collisions == 0

    play(tmp_path, steps)


def fep_tool(wires: Wires, terminal: Terminal) -> Loader:
    """A tool behind the front end that the terminal dialled last."""
    fep = wires.last
    fep.task.cancel()
    return Loader(fep.line, terminal.clock, patience=30.0)


async def remote(terminal: Terminal) -> None:
    """Order remote mode over infrared."""
    ir = tool(terminal, Channel.IR, None)
    terminal.concentrator.access.open_programming()
    assert await ir.mode(Remote(HOST, PORT)) == 0
    await terminal.clock.sleep(3.5)


def test_remote_mode_dials_the_front_end_with_its_own_rhythm(tmp_path: Path) -> None:
    """M162 to M164, 5.4: tries after 10, 30, 60, 120 s, login, heartbeats; then the configured master."""
    held: list[Wires] = []

    def wires(clock: LoopClock) -> Wires:
        held.append(Wires(clock, refuse=lambda _: clock.monotonic() < 400))
        return held[0]

    async def steps(terminal: Terminal) -> None:
        terminal.set_master(IPv4Address("10.0.0.1"), 8001)
        await remote(terminal)
        await terminal.clock.sleep(700)
        tries = [at for at, target in held[0].dialled if target.host == str(HOST)]
        pauses = [round(after - before) for before, after in pairwise(tries)]
        assert pauses[:5] == [10, 30, 60, 120, 120]
        said = held[0].last.said()
        assert said[:2] == [(0x02, 1), (0x02, 3)]
        times = [at for at, _ in held[0].last.reports]
        assert round(times[2] - times[1]) == 60
        ir = tool(terminal, Channel.IR, None)
        assert (await ir.identity()).mode == 4
        assert await ir.mode(Leave()) == 0
        await terminal.clock.sleep(60)
        assert held[0].dialled[-1][1].host == "10.0.0.1"

    play(tmp_path, steps, wires)


def test_a_remote_link_without_blocks_is_made_anew_and_the_mode_ends_after_3_h(tmp_path: Path) -> None:
    """5.4: close and redial once per 10 min; 3 h since entry end the mode."""
    held: list[Wires] = []

    def wires(clock: LoopClock) -> Wires:
        held.append(Wires(clock))
        return held[0]

    async def steps(terminal: Terminal) -> None:
        await remote(terminal)
        await terminal.clock.sleep(3500)
        assert 5 <= len(held[0].dialled) <= 7
        await terminal.clock.sleep(3 * 3600 - 3400)
        assert terminal.concentrator.download.mode.way is None

    play(tmp_path, steps, wires)


def test_a_package_arrives_over_the_uplink(tmp_path: Path) -> None:
    """M160 to M167: dial, load behind the front end; the universal address is not heard there."""
    held: list[Wires] = []

    def wires(clock: LoopClock) -> Wires:
        held.append(Wires(clock))
        return held[0]

    async def steps(terminal: Terminal) -> None:
        await remote(terminal)
        await terminal.clock.sleep(30)
        loader = fep_tool(held[0], terminal)
        loader.address = UNIVERSAL
        with pytest.raises(NoAnswer):
            await loader.identity()
        loader.address = Loader.address
        answer = await loader.load(image(9000), burst=64, block=16)
        assert isinstance(answer, Finished)
        await terminal.clock.sleep(7)
        assert terminal.concentrator.identity.software == "0102"

    play(tmp_path, steps, wires)


class FrontEndLine(Line):
    """What a tool has behind a front end: the terminal's newest link, whichever that is."""

    name, settings = "front end", None

    def __init__(self, wires: Wires) -> None:
        self._wires = wires

    async def send(self, data: bytes) -> None:
        await self._wires.clock.sleep(0.05)
        with suppress(LineError, IndexError):
            await self._wires.last.line.send(data)

    async def receive(self) -> bytes:
        while not self._wires.feps:
            await self._wires.clock.sleep(1)
        return encode_frame(await self._wires.last.answers.get())

    async def close(self) -> None:
        """Nothing."""


async def loaded_through(terminal: Terminal, loader: Loader, file: bytes, burst: int) -> None:
    """Load as a tool does that believes versions only: until the terminal says that it runs the new one."""
    eye = tool(terminal, Channel.IR, None)
    while (seen := await patient(eye)).program != "0102":
        if seen.mode in {0, 7}:  # committed: the reset comes
            assert seen.mode == 7 or seen.slot == 1
            await terminal.clock.sleep(1)
            continue
        answer = await loader.load(file, burst=burst, block=2, tries=3)
        if isinstance(answer, Finished):
            assert answer.last == 0


async def patient(loader: Loader) -> Identity:
    while True:
        with suppress(NoAnswer):
            return await loader.identity()


Begin = Callable[[Terminal], Awaitable[Loader]]


def cut_often(
    folder: Path,
    begin: Begin,
    runs: int,
    longest: float,
    wires: Callable[[LoopClock], Wires] | None = None,
) -> None:
    """One power cut per run, from the first block to behind the commit; at most 16 blocks come twice."""
    file, moments, again = image(5000), Random(1088), 0
    for run in range(runs):

        async def steps(terminal: Terminal, run: int = run) -> None:
            loader = await begin(terminal)
            burst = (0, 4, 16)[run % 3]
            loader.sent.clear()
            terminal.clock.call_later(moments.uniform(0.0, longest), lambda: cut(terminal))
            async with asyncio.timeout(1000):
                await loaded_through(terminal, loader, file, burst)
            twice = len(loader.sent) - len(set(loader.sent))
            assert twice <= 16
            nonlocal again
            again += bool(twice)

        play(folder, steps, wires)
    assert again or longest > 5  # the cuts did hit transfers


def test_power_cut_on_485_3_at_many_moments(tmp_path: Path) -> None:
    """M126, 5.1: completes, tells no success before it is one and no failure where there is none."""
    cut_often(tmp_path, entered, 30, 1.2)
    cut_often(tmp_path, entered, 10, 9.0)


@pytest.mark.nightly
def test_power_cut_on_485_3_at_200_moments(tmp_path: Path) -> None:
    """M126, 5.1: the same at 200 moments."""
    cut_often(tmp_path, entered, 150, 1.2)
    cut_often(tmp_path, entered, 50, 9.0)


def cut_over_uplink(folder: Path, runs: int) -> None:
    held: list[Wires] = []

    def wires(clock: LoopClock) -> Wires:
        held.append(Wires(clock, delay=0.05))
        return held[-1]

    async def begin(terminal: Terminal) -> Loader:
        await remote(terminal)
        await terminal.clock.sleep(30)
        return Loader(FrontEndLine(held[-1]), terminal.clock, patience=30.0)

    cut_often(folder, begin, runs, 3.0, wires)


def test_power_cut_on_the_uplink_at_many_moments(tmp_path: Path) -> None:
    """M126, M167, 5.4: the link is dialled again, the rest of the file travels."""
    cut_over_uplink(tmp_path, 30)


@pytest.mark.nightly
def test_power_cut_on_the_uplink_at_200_moments(tmp_path: Path) -> None:
    """M126, M167, 5.4: the same at 200 moments."""
    cut_over_uplink(tmp_path, 200)
