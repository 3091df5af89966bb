"""The uplink's runner with a whole terminal, memory lines and virtual time: both roles on one link."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from ipaddress import IPv4Address
from typing import Any

import pytest

from core.app import Terminal
from core.gdw376.catalogue import unit_class
from core.gdw376.fields import Seq, Tp
from core.gdw376.frame import Aux
from core.gdw376.message import Item, encode_query, items_of
from core.gdw376.units.afn0e import EventWindow
from core.gdw376.units.afn04 import (
    TASKS,
    Authentication,
    MasterStation,
    TaskItem,
    TaskPeriod,
    TerminalIp,
    UplinkMode,
    UplinkPort,
    WorkMode,
)
from core.gdw376.units.afn05 import DisconnectMaster
from core.gdw376.verdict import CONFIRM_ALL, DENY_ALL
from core.lines.pace import LoopClock
from core.lines.virtual_time import virtual_time
from core.panel.facts import UplinkState
from core.simulation.network import PACKET_SERVICE, POWER_ON, REGISTRATION
from core.terminal.events.erc21 import Fault, fault
from core.terminal.factory import DEFAULTS
from core.terminal.setting import Setting
from tests.core.channels.fep import OWN, Fep, Wires
from tests.core.handset import START

READY = POWER_ON + REGISTRATION + PACKET_SERVICE
LOGIN, LOGOUT, HEARTBEAT, EVENT = (0x02, 1), (0x02, 2), (0x02, 3), (0x0E, 1)
ALWAYS, CLIENT, SERVER = 1, 1, 2
Steps = Callable[[Terminal, Wires], Awaitable[None]]


def play(steps: Steps, *units: Any, profile: str = "demo") -> None:
    """Run a play: a terminal that has just been switched on, its parameters set, its network empty."""

    async def on_stage() -> None:
        clock = LoopClock(START)
        wires = Wires(clock)
        terminal = Terminal.create(profile, None, clock, boot=0.0, beyond=wires, meter_ports=())
        terminal.concentrator.parameters.write(list(units))
        async with terminal:
            await steps(terminal, wires)

    with virtual_time() as runner:
        runner.run(on_stage())


def query(*functions: int) -> bytes:
    return b"".join(encode_query([Item(0, fn) for fn in functions]))


async def online(terminal: Terminal, wires: Wires) -> Fep:
    """Wait until the terminal is logged in."""
    while not terminal.concentrator.uplink.online:
        await terminal.clock.sleep(0.5)
    return wires.last


def test_a_terminal_dials_logs_in_and_sends_heartbeats():
    """M107, M50: module, registration, packet service, connection, login; C9H, MSA 0, CON; facts follow."""

    async def steps(terminal: Terminal, wires: Wires) -> None:
        assert terminal.facts().uplink.state is UplinkState.DIALLING
        fep = await online(terminal, wires)
        at, login = fep.reports[0]
        assert at == pytest.approx(READY)
        assert (login.control, login.address, login.seq.con) == (0xC9, OWN, True)
        uplink = terminal.facts().uplink
        assert uplink.state is UplinkState.ONLINE and not uplink.standby_in_use
        assert terminal.facts().module_lamp.flashes and uplink.last_frame_at == pytest.approx(READY)
        await terminal.clock.sleep(3600)
        assert fep.said() == [LOGIN] + [HEARTBEAT] * 4
        assert [round(at - READY) for at, _ in fep.reports] == [0, 900, 1800, 2700, 3600]

    play(steps)


def test_calls_are_answered_while_an_own_message_waits():
    """M107, M131: both roles share the link; a report without confirmation keeps no call waiting."""

    async def steps(terminal: Terminal, wires: Wires) -> None:
        fep = await online(terminal, wires)
        wires.confirm = lambda frame: None
        terminal.concentrator.events.add(fault(Fault(1)))
        await terminal.clock.sleep(1)
        answer = await fep.exchange(0x0C, query(2))
        assert answer.control == 0xA8 and answer.aux.ec is not None
        assert answer.address == OWN.by(1)
        assert (await fep.exchange(0x0C, query(2), msa=0)).address == OWN.by(0)
        assert fep.said() == [LOGIN, EVENT]

    play(steps)


def test_an_event_leaves_within_a_second_and_is_tried_three_times():
    """M42, M108: C4H, one ERC, MSA 0; 3 tries 30 s apart with the same PSEQ, then kept and flagged by ACD."""

    async def steps(terminal: Terminal, wires: Wires) -> None:
        fep = await online(terminal, wires)
        wires.confirm = lambda frame: None if frame.afn == 0x0E else True
        cause = terminal.clock.monotonic()
        terminal.concentrator.events.add(fault(Fault(1)))
        await terminal.clock.sleep(120)
        sent = fep.reports[1:]
        assert [round(at - cause) for at, _ in sent] == [0, 30, 60]
        assert sent[0][0] - cause < 1
        frames = {frame for _, frame in sent}
        assert len(frames) == 1
        frame = frames.pop()
        assert (frame.control, frame.afn, frame.address.msa, frame.seq.con) == (0xC4, 0x0E, 0, True)
        (item,) = items_of(frame)
        unit: Any = item.value
        assert [one.erc for one in unit.records] == [21]
        assert (unit.important, unit.first, unit.last) == (1, 0, 1)
        assert (await fep.exchange(0x0C, query(2))).acd

    play(steps)


def test_an_event_of_before_is_reported_once_over_many_links():
    """Nothing lost, nothing twice: kept while the link is down, told after the next login, never again."""

    async def steps(terminal: Terminal, wires: Wires) -> None:
        terminal.concentrator.events.add(fault(Fault(1)))
        for _ in range(3):
            fep = await online(terminal, wires)
            await terminal.clock.sleep(5)
            await fep.line.close()
            await terminal.clock.sleep(1)
        assert [fep.said() for fep in wires.feps] == [[LOGIN, EVENT], [LOGIN], [LOGIN]]

    play(steps)


def test_no_confirmation_is_waited_for_where_f1_asks_for_none():
    """F1 D2: without CON a report counts as told once it is sent."""
    port = DEFAULTS[1]
    assert isinstance(port, UplinkPort)

    async def steps(terminal: Terminal, wires: Wires) -> None:
        wires.confirm = lambda frame: None if frame.afn == 0x0E else True
        for code in (1, 2):
            terminal.concentrator.events.add(fault(Fault(code)))
        fep = await online(terminal, wires)
        await terminal.clock.sleep(100)
        assert fep.said() == [LOGIN, EVENT, EVENT]
        assert not any(frame.seq.con for _, frame in fep.reports[1:])

    play(steps, replace(port, confirmed=replace(port.confirmed, class_3=False)))


def test_a_time_label_too_old_is_not_answered():
    """Tp: inside its minutes answered and echoed, outside silent (part A §2.4)."""

    async def steps(terminal: Terminal, wires: Wires) -> None:
        fep = await online(terminal, wires)
        civil = terminal.concentrator.rtc.reading()
        for age, answered in ((4, True), (6, False)):
            label = Tp.at(1, civil - timedelta(minutes=age), 5)
            asked: dict[str, Any] = {"seq": Seq(3, tpv=True), "aux": Aux(tp=label)}
            await fep.send(0x0C, query(2), **asked)
            await terminal.clock.sleep(1)
            assert fep.answers.empty() is not answered
            if answered:
                assert fep.answers.get_nowait().aux.tp == label

    play(steps)


def test_passwords_of_the_uplink_follow_f5():
    """Scheme 0 checks nothing; scheme 1 wants the channel's password, and a wrong one is ERC20."""
    mode = DEFAULTS[8]
    assert isinstance(mode, UplinkMode)

    async def steps(terminal: Terminal, wires: Wires) -> None:
        fep = await online(terminal, wires)
        assert (await fep.order(0x04, mode, password="wrong")).payload == CONFIRM_ALL
        assert (await fep.order(0x04, Authentication(1, 0))).payload == CONFIRM_ALL
        assert (await fep.order(0x04, mode, password="wrong")).payload != CONFIRM_ALL
        assert (await fep.order(0x04, mode, password="000000")).payload == CONFIRM_ALL
        await terminal.clock.sleep(1)
        assert EVENT in fep.said()

    play(steps)


def test_f39_is_confirmed_then_logged_out_and_f38_on_site_dials_again():
    """AFN05 F39 ends the link in order; the local channel can bring it back with F38."""

    async def steps(terminal: Terminal, wires: Wires) -> None:
        fep = await online(terminal, wires)
        assert (await fep.order(0x05, DisconnectMaster())).payload == CONFIRM_ALL
        await terminal.clock.sleep(2)
        assert fep.said() == [LOGIN, LOGOUT] and fep.closed
        await terminal.clock.sleep(86_400)
        assert terminal.facts().uplink.state is UplinkState.OFFLINE and len(wires.feps) == 1
        terminal.concentrator.uplink.wake()
        assert (await online(terminal, wires)).said() == [LOGIN]

    play(steps)


def test_the_master_can_move_the_terminal_to_another_address():
    """M97, M99: set over the uplink, confirmed and logged out on the old link, logged in at the new."""

    async def steps(terminal: Terminal, wires: Wires) -> None:
        fep = await online(terminal, wires)
        new = MasterStation(IPv4Address("10.9.9.9"), 9009, IPv4Address(0), 0, "CMNET")
        assert (await fep.order(0x04, new)).payload == CONFIRM_ALL
        await terminal.clock.sleep(1)
        assert fep.said() == [LOGIN, LOGOUT]
        assert (await online(terminal, wires)).said() == [LOGIN]
        assert [target.host for _, target in wires.dialled] == ["10.20.30.40", "10.9.9.9"]

    play(steps)


def test_main_refuses_and_the_standby_takes_over():
    """M97: three refused tries of main, then the standby; the face tells which one is in use."""

    async def steps(terminal: Terminal, wires: Wires) -> None:
        wires.refuse = lambda target: not target.standby
        await online(terminal, wires)
        assert [target.standby for _, target in wires.dialled] == [False] * 3 + [True]
        assert terminal.facts().uplink.standby_in_use

    play(steps)


def test_a_half_open_link_is_found_by_heartbeats():
    """Nothing comes through and nobody is told: three heartbeats later the link is given up and redialled."""

    async def steps(terminal: Terminal, wires: Wires) -> None:
        await online(terminal, wires)
        terminal.surroundings = replace(terminal.surroundings, half_open=True)
        await terminal.clock.sleep(900 + 3 * 30 + 1)
        uplink = terminal.concentrator.uplink
        assert uplink.last_error and uplink.last_error.obstacle.value == "heartbeat"
        terminal.surroundings = replace(terminal.surroundings, half_open=False)
        await terminal.clock.sleep(65)
        assert uplink.online and len(wires.feps) == 2

    play(steps)


def test_a_server_answers_and_reports_without_login():
    """Server mode (M98): the master calls; its questions are answered, events reported, no login sent."""
    own = DEFAULTS[7]
    assert isinstance(own, TerminalIp)

    async def steps(terminal: Terminal, wires: Wires) -> None:
        await terminal.clock.sleep(READY)
        assert terminal.facts().uplink.state is UplinkState.LISTENING
        fep = wires.call()
        await terminal.clock.sleep(1)
        assert (await fep.exchange(0x0C, query(2))).control == 0x88
        terminal.concentrator.events.add(fault(Fault(1)))
        stranger = wires.call()
        await terminal.clock.sleep(2)
        assert fep.said() == [EVENT] and stranger.closed and not fep.closed
        await fep.line.close()
        await terminal.clock.sleep(1)
        assert terminal.facts().uplink.state is UplinkState.LISTENING
        answer = await wires.call().exchange(0x0C, query(2))
        assert answer.control == 0xA8, "ACD stays until the reported event is read"

    play(
        steps, replace(own, listen_port=7000), UplinkMode(WorkMode(ALWAYS, SERVER, 0), 60, 3, 5, frozenset())
    )


def test_traffic_counts_both_ways():
    """M53: every byte of the link, today and this month, in 0C F10 and on the face."""

    async def steps(terminal: Terminal, wires: Wires) -> None:
        fep = await online(terminal, wires)
        login = 20
        assert terminal.facts().uplink.day_bytes == 2 * login
        answer: Any = items_of(await fep.exchange(0x0C, query(10)))[0].value
        assert (answer.today, answer.month) == (3 * login, 3 * login)
        await terminal.clock.sleep(0.1)
        assert terminal.facts().uplink.month_bytes == 4 * login + 8

    play(steps)


def test_a_started_task_reports_by_itself():
    """M108: a class 1 task tells clock and counters as 0C, C4H every 10 min; AFN0B asks for the same."""
    task: Any = TASKS[0]
    unit = task(TaskPeriod(10, 0), START.replace(minute=0, second=0), 1, (TaskItem(b"\0\0", b"\x42\0"),))
    switch: Any = unit_class(0x04, 67)

    async def steps(terminal: Terminal, wires: Wires) -> None:
        fep = await online(terminal, wires)
        await terminal.clock.sleep(1200)
        told = [frame for _, frame in fep.reports if frame.afn == 0x0C]
        assert [frame.control for frame in told] == [0xC4, 0xC4]
        assert [item.fn for item in items_of(told[0])] == [2, 7]
        values: list[Any] = [items_of(frame)[0].value for frame in told]
        assert [value.time.minute for value in values] == [40, 50]
        asked = await fep.exchange(0x0B, b"".join(encode_query([Item(1, 1)])))
        assert asked.afn == 0x0C and [item.fn for item in items_of(asked)] == [2, 7]

    play(steps, Setting(unit, 1), Setting(switch(0x55), 1))


def test_a_restart_logs_in_again():
    """A reset order is confirmed on the link; after the boot the terminal dials anew."""

    async def steps(terminal: Terminal, wires: Wires) -> None:
        fep = await online(terminal, wires)
        terminal.restart()
        await terminal.clock.sleep(READY + 2)
        assert fep.closed and wires.last is not fep
        assert terminal.concentrator.uplink.online

    play(steps)


def test_power_lost_ends_the_link_and_power_back_begins_anew():
    """Without mains there is no link, no dialling, and no busy waiting."""

    async def steps(terminal: Terminal, wires: Wires) -> None:
        fep = await online(terminal, wires)
        terminal.surroundings = replace(terminal.surroundings, supply=0)
        await terminal.clock.sleep(3600)
        assert fep.closed and len(wires.feps) == 1
        terminal.surroundings = replace(terminal.surroundings, supply=221)
        await online(terminal, wires)

    play(steps)


def test_an_outage_is_reported_from_the_backup_battery():
    """ERC14 leaves at once while the battery lasts; a question gets a denial, and after a minute all ends."""

    async def steps(terminal: Terminal, wires: Wires) -> None:
        fep = await online(terminal, wires)
        terminal.surroundings = replace(terminal.surroundings, supply=0)
        await terminal.clock.sleep(1)
        unit: Any = items_of(fep.reports[-1][1])[0].value
        assert [one.erc for one in unit.records] == [14]
        assert (await fep.exchange(0x0C, query(2))).payload == DENY_ALL
        await terminal.clock.sleep(60)
        assert fep.closed and fep.said() == [LOGIN, EVENT]

    play(steps)


def test_what_the_master_read_is_not_reported_again():
    """Events that AFN0E brought over the uplink need no report; what was not in the window still does."""

    async def steps(terminal: Terminal, wires: Wires) -> None:
        fep = await online(terminal, wires)
        terminal.concentrator.controls.allow_reports(False)
        for code in (1, 2, 5):
            terminal.concentrator.events.add(fault(Fault(code)))
        window = encode_query([Item(0, 1, asked=EventWindow(0, 2))])
        assert (await fep.exchange(0x0E, b"".join(window))).afn == 0x0E
        terminal.concentrator.controls.allow_reports(True)
        terminal.concentrator.uplink.rouse()
        await terminal.clock.sleep(2)
        told: Any = items_of(fep.reports[-1][1])[0].value
        assert fep.said() == [LOGIN, EVENT] and told.first == 2

    play(steps)


def test_a_day_with_faults_loses_no_event():
    """A soak: loss, half-open hours, refusals and lost links over 24 h; every event arrives, in order."""

    async def steps(terminal: Terminal, wires: Wires) -> None:
        place = terminal.surroundings
        faults = (
            replace(place, loss=Decimal("0.3")), replace(place, half_open=True), replace(place, refused=True),
            replace(place, sim=False), place, replace(place, csq=2), replace(place, delay=Decimal(4)),
        )  # fmt: skip
        added = 0
        for hour in range(24):
            terminal.surroundings = faults[hour % len(faults)]
            for _ in range(4):
                await terminal.clock.sleep(900)
                terminal.concentrator.events.add(fault(Fault(1 + added % 5)))
                added += 1
        terminal.surroundings = place
        await terminal.clock.sleep(3600)
        windows = [told(frame) for fep in wires.feps for _, frame in fep.reports if frame.afn == 0x0E]
        assert sorted(set(windows)) == list(range(added))
        assert windows == sorted(windows)

    def told(frame: Any) -> int:
        unit: Any = items_of(frame)[0].value
        return unit.first

    play(steps)
