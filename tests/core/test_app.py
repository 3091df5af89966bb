import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from core.app import Terminal
from core.errors import StoreError, UsageError
from core.gdw376.frame import UNIVERSAL, decode_frame, encode_frame
from core.gdw376.message import Item, encode_blocks, items_of
from core.gdw376.sms import split
from core.gdw376.units.afn01 import ResetFactory
from core.gdw376.units.afn04 import MasterStation, PhoneNumbers, UplinkMode, WorkMode
from core.gdw376.units.afn05 import SetClock
from core.gdw376.units.afn10 import DirectRead, DirectReadAnswer
from core.lines.line import IR, SerialSettings
from core.lines.memory import memory_line
from core.lines.modem import SETTINGS as MODEM
from core.lines.pace import LoopClock
from core.lines.pdu import Submit
from core.lines.tcp import connect_tcp
from core.lines.virtual_time import virtual_time
from core.panel.data_lamp import Glow
from core.panel.facts import Mode, UplinkState
from core.simulation.cell import Cell, Phone
from core.simulation.modem import EmulatedModem
from core.terminal.access import Channel
from tests.core.channels.test_meter_bus import serve
from tests.core.handset import START, Handset, Silence
from tests.core.meters.dlt645.scripted import ADDRESS, Table

METERS = SerialSettings(2400, 8, "E", 1)

STATION = MasterStation(IPv4Address("10.1.2.3"), 9001, IPv4Address(0), 0, "CMNET")


def play(
    steps: Callable[[Terminal], Awaitable[None]],
    profile: str | Path = "demo",
    state: Path | None = None,
    boot: float = 0.0,
) -> None:
    """Run a play with a terminal in virtual time."""

    async def on_stage() -> None:
        async with Terminal.create(profile, state, LoopClock(START), boot=boot) as terminal:
            await steps(terminal)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    with virtual_time() as runner:
        runner.run(on_stage())


def handset_on(terminal: Terminal, channel: Channel = Channel.IR) -> Handset:
    near, far = memory_line(IR, terminal.clock)
    terminal.attach(channel, near)
    return Handset(far, terminal.clock)


def bar(terminal: Terminal) -> str:
    return terminal.face().cells.line(9).strip()


def test_a_new_terminal_has_its_profile_and_keeps_its_state(tmp_path: Path):
    """The profile counts once; what was set later survives, the profile's values do not come back."""

    async def first(terminal: Terminal) -> None:
        assert terminal.address.text == "1122-7788"
        handset = handset_on(terminal)
        terminal.concentrator.access.open_programming()
        assert await handset.order(0x04, replace(STATION, apn="cmiot")) == 0

    async def second(terminal: Terminal) -> None:
        assert terminal.address.text == "1122-7788"
        assert terminal.facts().uplink.apn == "cmiot"
        assert terminal.concentrator.resets == 1

    async def without_state(terminal: Terminal) -> None:
        assert terminal.address == UNIVERSAL
        assert terminal.facts().uplink.state is UplinkState.NO_SIM

    play(first, state=tmp_path)
    play(second, state=tmp_path)
    play(without_state, "factory")


def test_a_second_terminal_on_the_same_state_is_refused(tmp_path: Path):
    """A clear refusal, and the first one goes on (M3)."""

    async def steps(_: Terminal) -> None:
        with pytest.raises(StoreError, match="another program"):
            Terminal.create("demo", tmp_path)

    play(steps, state=tmp_path)
    play(lambda _: asyncio.sleep(0), state=tmp_path)


def test_a_bad_profile_leaves_no_lock(tmp_path: Path):
    """The state can be used at once after a profile was refused."""

    async def steps() -> None:
        with pytest.raises(UsageError):
            Terminal.create(tmp_path / "none.toml", tmp_path)

    with virtual_time() as runner:
        runner.run(steps())
    play(lambda _: asyncio.sleep(0), state=tmp_path)


def test_the_terminal_answers_after_the_boot_page():
    """8 s of boot page, then HOME and answers (3.3, 3.8)."""

    async def steps(terminal: Terminal) -> None:
        handset = handset_on(terminal)
        assert terminal.face().page == "BOOT"
        with pytest.raises(Silence):
            await handset.ask(0x0A, 89)
        await terminal.booted()
        assert terminal.clock.monotonic() == pytest.approx(8.0, abs=0.1)
        await terminal.clock.sleep(0.6)
        assert terminal.face().page == "HOME"
        assert len(await handset.ask(0x0A, 89)) == 1

    play(steps, boot=8.0)


def test_the_key_opens_the_switch_for_two_minutes():
    """Held 5 s: the switch opens at the threshold, counts down, closes by itself (M170, M171)."""

    async def steps(terminal: Terminal) -> None:
        begun = terminal.clock.monotonic()
        terminal.key.hold(6.0)
        while not terminal.concentrator.access.programming_open:
            await terminal.clock.sleep(0.01)
        assert terminal.clock.monotonic() - begun == pytest.approx(5.0, abs=0.1)
        await terminal.clock.sleep(60)
        assert terminal.facts().programming_left == pytest.approx(60, abs=0.2)
        await terminal.clock.sleep(61)
        assert not terminal.facts().programming_open

    play(steps)


@pytest.mark.parametrize(("profile", "answer"), [("demo", "Report queued"), ("factory", "Report no link")])
def test_the_key_by_hand_and_the_site_report(profile: str, answer: str):
    """M112: press and release reach the panel; without card no link, while dialling it is queued (K7)."""

    async def steps(terminal: Terminal) -> None:
        terminal.key.press()
        await terminal.clock.sleep(3.0)
        terminal.key.release()
        await terminal.clock.sleep(0.2)
        assert bar(terminal) == answer
        terminal.key.tap()
        await terminal.clock.sleep(1.0)
        assert terminal.face().page == "LINK"

    play(steps, profile)


def test_thirty_seconds_enter_usb_mode_and_close_the_switch():
    """M172, K3; nothing copies yet, a hold of 2 s leaves, and so do ten minutes."""

    async def steps(terminal: Terminal) -> None:
        terminal.key.hold(31.0)
        await terminal.clock.sleep(32.0)
        assert terminal.facts().mode is Mode.USB_UPGRADE
        assert not terminal.facts().programming_open
        terminal.key.hold(2.5)
        await terminal.clock.sleep(3.0)
        assert terminal.facts().mode is Mode.RUNNING
        terminal.key.hold(31.0)
        await terminal.clock.sleep(640.0)
        assert terminal.facts().mode is Mode.RUNNING

    play(steps)


def test_a_factory_order_restarts_into_factory_state():
    """Answered from the old address, then the boot page, then 1122-3344 (9.4)."""

    async def steps(terminal: Terminal) -> None:
        handset = handset_on(terminal)
        await terminal.booted()
        terminal.concentrator.access.open_programming()
        assert await handset.order(0x01, ResetFactory()) == 0
        await terminal.clock.sleep(0.01)
        assert not terminal.running
        assert terminal.face().page == "BOOT"
        await terminal.booted()
        assert terminal.address == UNIVERSAL
        assert [event.code for event in terminal.facts().events] == [1]

    play(steps, boot=8.0)


def test_traffic_shows_on_lamp_and_bar():
    """RS485 maintenance is 485_3: green while it receives, red while it sends; the bar says Comu (M176)."""

    async def steps(terminal: Terminal) -> None:
        handset = handset_on(terminal, Channel.RS485)
        asking = asyncio.create_task(handset.ask(0x0A, 89))
        colours = {Glow.OFF}
        while not asking.done():
            colours.add(terminal.face().lamps.rs485_3)
            await terminal.clock.sleep(0.01)
        assert colours == set(Glow)
        assert bar(terminal) == "Comu"

    play(steps)


def test_mains_can_fail_and_return():
    """Without mains nothing is answered and the switch closes; the clock goes on by its cell (M93)."""

    async def steps(terminal: Terminal) -> None:
        handset = handset_on(terminal)
        terminal.concentrator.access.open_programming()
        before, place = terminal.facts().time, replace(terminal.surroundings, backup=False)
        terminal.surroundings = replace(place, supply=0)
        assert terminal.face().page == "OFF"
        with pytest.raises(Silence):
            await handset.ask(0x0A, 89)
        terminal.surroundings = replace(place, cell=Decimal("3.5"))
        assert terminal.facts().time - before == timedelta(seconds=terminal.clock.monotonic())
        assert not terminal.facts().programming_open
        assert len(await handset.ask(0x0A, 89)) == 1
        terminal.surroundings = replace(place, supply=0)
        terminal.surroundings = replace(place, cell=Decimal("1.5"))
        assert not terminal.facts().clock_valid
        assert await handset.order(0x05, SetClock(START)) == 0
        assert terminal.facts().clock_valid

    play(steps)


def test_a_lost_line_may_be_followed_by_another():
    """The terminal goes on; the attachment knows why it ended."""

    async def steps(terminal: Terminal) -> None:
        near, _ = memory_line(IR, terminal.clock)
        lost = terminal.attach(Channel.IR, near)
        near.unplug()
        assert "unplugged" in (await lost.ended()).reason
        assert lost.lost is not None
        assert terminal.attachments == ()
        assert len(await handset_on(terminal).ask(0x0A, 89)) == 1
        (kept,) = terminal.attachments
        await kept.detach()
        assert terminal.attachments == ()

    play(steps)


async def test_maintenance_over_tcp():
    """Every caller is served by the rules of a local channel; hanging up harms nobody."""
    async with Terminal.create("demo", boot=0.0) as terminal:
        server = await terminal.listen()
        first = await connect_tcp("127.0.0.1", server.port)
        handset = Handset(first, terminal.clock)
        assert len(await handset.ask(0x0A, 89)) == 1
        assert await handset.order(0x04, STATION) == 0x0B
        await first.close()
        second = await connect_tcp("127.0.0.1", server.port)
        assert len(await Handset(second, terminal.clock).ask(0x0A, 89)) == 1
        await second.close()


def test_speed_is_a_matter_of_the_clock():
    """At ×60 a minute of the terminal passes in a second of the loop."""

    async def steps() -> None:
        async with Terminal.create("demo", clock=LoopClock(START, factor=60.0), boot=0.0) as terminal:
            terminal.key.hold(5.5)
            await asyncio.sleep(0.1)
            assert terminal.facts().programming_open
            await asyncio.sleep(2.0)
            assert not terminal.facts().programming_open

    with virtual_time() as runner:
        runner.run(steps())


def test_an_unwatched_face_does_not_look() -> None:
    """Nobody looks for an hour: the panel is left alone; the next look shows the present."""

    async def steps(terminal: Terminal) -> None:
        assert terminal.face().page == "HOME"
        await terminal.clock.sleep(60)
        looks: list[float] = []
        tick = terminal.panel.tick
        terminal.panel.tick = lambda facts, now: looks.append(now) or tick(facts, now)
        await terminal.clock.sleep(3600)
        assert not looks
        assert f"{START + timedelta(seconds=3660):%H:%M}" in terminal.face().cells.text()
        assert looks

    play(steps)


def test_meters_on_every_port_and_maintenance_on_the_third():
    """6.1: three lines, one worker each; 485_3 is a meter port as long as no maintenance line is in it."""

    async def steps(terminal: Terminal) -> None:
        lines = {port: memory_line(METERS, terminal.clock) for port in (1, 2, 3)}
        attached = [terminal.attach_meters(port, lines[port][0]) for port in (1, 2, 3)]
        assert [one.port for one in terminal.meter_lines] == [1, 2, 3]
        for port in (0, 1, 4):
            with pytest.raises(UsageError):
                terminal.attach_meters(port, lines[1][0])
        await attached[2].detach()
        handset_on(terminal, Channel.RS485)
        with pytest.raises(UsageError):
            terminal.attach_meters(3, lines[3][0])
        lines[2][0].unplug()
        assert (await attached[1].ended()).port == lines[2][0].name
        terminal.attach_meters(2, lines[2][0].replug())

    play(steps)


def test_a_relay_from_the_window_reaches_a_meter():
    """M43: AFN10 F9 over infrared, answered by a meter on 485_2; the lamp of its port flashes."""

    async def steps(terminal: Terminal) -> None:
        near, far = memory_line(METERS, terminal.clock)
        terminal.attach_meters(2, near)
        meter = asyncio.create_task(serve(far, (Table({"00010000": Decimal("1234.56")}),), terminal.clock))
        handset = handset_on(terminal)
        order = DirectRead(2, (), ADDRESS, 1, bytes.fromhex("00000100"))
        asking = asyncio.create_task(handset.exchange(0x10, b"".join(encode_blocks([Item.of(order)]))))
        colours: set[Glow] = set()
        for _ in range(150):
            await terminal.clock.sleep(0.01)
            colours.add(terminal.face().lamps.rs485_2)
        (answer,) = [item.value for item in items_of(await asking)]
        assert answer == DirectReadAnswer(2, ADDRESS, 5, bytes.fromhex("0000010056341200"))
        assert colours == {Glow.OFF, Glow.RED, Glow.GREEN}
        meter.cancel()

    play(steps)


def test_a_modem_brings_the_master_and_can_be_changed():
    """Short messages are served, wake-ups told, a second modem is refused, a lost one replaced."""

    async def steps(terminal: Terminal) -> None:
        clock, uplink = terminal.clock, terminal.concentrator.uplink
        on_demand = UplinkMode(WorkMode(2, 1, 0), 60, 3, 5, frozenset())
        terminal.concentrator.parameters.write([PhoneNumbers("13675834792", ""), on_demand])
        uplink.rings.wanted = 3
        cell = Cell(clock)
        phone = Phone("+8613675834792", cell)
        near, far = memory_line(MODEM, clock)
        modem = asyncio.create_task(EmulatedModem("+8613900000001", cell, clock).serve(far))
        attachment = terminal.attach_modem(near)
        with pytest.raises(UsageError, match="modem is attached"):
            terminal.attach_modem(near)
        words = Handset(far, clock, terminal.address)
        (message,) = split(encode_frame(words.frame(0x0A, bytes.fromhex("0000010B"))), 0)
        await clock.sleep(2.0)
        for octets, attempts in ((message, 0), (b"", 1)):
            phone.send(Submit("13900000001", octets))
            await clock.sleep(20.0)
            assert uplink.attempts == attempts
        (answer,) = phone.heard
        assert decode_frame(answer.octets[2:]).address == terminal.address.by(1)
        assert terminal.modem is attachment
        await far.close()
        await asyncio.gather(modem, attachment.ended())
        assert terminal.modem is None
        terminal.attach_modem(memory_line(MODEM, clock)[0])

    play(steps)
