"""Plays of the uplink's policy: every mode of F8 and every way a link can end (device behaviour 6.9)."""

from dataclasses import replace
from datetime import datetime
from ipaddress import IPv4Address
from typing import Any

import pytest

from core.gdw376.catalogue import unit_class
from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import PhoneNumbers, TerminalIp, UplinkPort
from core.terminal.events.erc21 import Fault, fault
from core.terminal.factory import DEFAULTS, NOWHERE
from core.terminal.statistics import TRAFFIC
from core.terminal.uplink.state import (
    CyclePower,
    Dial,
    EventReport,
    Failure,
    HangUp,
    LinkTest,
    Listen,
    Obstacle,
    Presence,
    Reset,
    Say,
    SiteOutcome,
    StatusReport,
    StopListening,
    UplinkState,
)
from tests.core.terminal.uplink.stage import MAIN, MAIN_ONLY, STANDBY, STATION, Stage, mode

REFUSED = Failure(Obstacle.CONNECT, "refused")
TRAFFIC_LIMIT: Any = unit_class(0x04, 36)


def test_nothing_is_dialled_without_a_master():
    """0.0.0.0 and port 0 are nowhere (M97); so is a terminal without module or card."""
    stage = Stage(replace(STATION, main_ip=NOWHERE, standby_port=0))
    assert stage.tick() == [] and stage.policy.state is UplinkState.NONE
    stage = Stage()
    for presence, state in (
        (Presence(module=False), UplinkState.NO_MODULE),
        (Presence(card=False), UplinkState.NO_SIM),
    ):
        stage.policy.presence = presence
        assert stage.tick() == [] and stage.policy.state is state
        assert stage.policy.deadline is None
    stage.policy.presence = Presence()
    assert [type(command) for command in stage.tick()] == [Dial]


def test_a_client_dials_logs_in_and_keeps_alive():
    """M107: connect, login at once, a heartbeat every 15 min; the state tells how far it is (M50)."""
    stage = Stage()
    assert stage.dialled() == (0.0, str(MAIN))
    assert stage.policy.state is UplinkState.DIALLING
    stage.policy.dialled(stage.now)
    assert stage.policy.state is UplinkState.LOGIN
    assert stage.said(True) is LinkTest.LOGIN
    assert stage.policy.state is UplinkState.ONLINE
    assert stage.policy.acknowledged_at == stage.terminal.rtc.now()
    for _ in range(3):
        begun = stage.now
        assert stage.said(True) is LinkTest.HEARTBEAT
        assert stage.now - begun == 900


def test_redials_come_after_60_s_three_times_and_then_after_10_min():
    """A single master: 60 s three times, then a pause of 10 min, and again."""
    stage = Stage(MAIN_ONLY)
    waits: list[float] = []
    for _ in range(9):
        waits.append(stage.dialled()[0])
        stage.policy.failed(REFUSED, stage.now)
        stage.tick()
        pausing = stage.policy.state is UplinkState.OFFLINE
        assert pausing is (len(waits) % 4 == 0)
    assert waits == [0, 60, 60, 60, 600, 60, 60, 60, 600]
    assert stage.policy.attempts == 9
    assert stage.policy.last_error and stage.policy.last_error.obstacle is Obstacle.CONNECT


def test_f8_names_the_redial_interval():
    """F8 counts where it is set."""
    stage = Stage(MAIN_ONLY, mode(redial=10))
    stage.dialled()
    stage.policy.failed(REFUSED, stage.now)
    assert stage.dialled()[0] == 10


def test_the_standby_takes_over_after_three_failures_and_gives_back():
    """M97: main, main, main, standby, main again at the next redial."""
    stage = Stage()
    hosts: list[str] = []
    for _ in range(6):
        hosts.append(stage.dialled()[1])
        assert stage.policy.standby_in_use is (hosts[-1] == str(STANDBY))
        stage.policy.failed(REFUSED, stage.now)
    assert hosts == [str(MAIN)] * 3 + [str(STANDBY)] + [str(MAIN)] * 2


def test_a_working_standby_is_left_for_the_main_master_after_24_hours():
    """M97: logged in at the standby, 24 h later logged out and main dialled at once."""
    stage = Stage()
    for _ in range(3):
        stage.dialled()
        stage.policy.failed(REFUSED, stage.now)
    stage.log_in()
    assert stage.policy.standby_in_use
    begun = stage.now
    while stage.said(True) is not LinkTest.LOGOUT:
        pass
    assert stage.now - begun == 86_400
    assert stage.hung_up() == 0
    assert stage.dialled() == (0.0, str(MAIN))


def test_a_login_is_tried_three_times_for_20_s():
    """An unanswered login and a denied one hang up, and count as a failed try."""
    stage = Stage(MAIN_ONLY)
    stage.dialled()
    stage.policy.dialled(stage.now)
    (say,) = stage.tick()
    assert isinstance(say, Say) and say.confirmed
    assert (say.patience.timeout, say.patience.retries) == (20, 2)
    for accepted in (None, False):
        stage.policy.said(LinkTest.LOGIN, stage.now, None, accepted=accepted)
        assert stage.hung_up() == 0
        assert stage.policy.last_error and stage.policy.last_error.obstacle is Obstacle.LOGIN
        assert stage.dialled()[0] == 60
        stage.policy.dialled(stage.now)
        stage.tick()


def test_three_unanswered_heartbeats_end_the_link():
    """Each is waited for as F1 says; then the link is hung up and redialled after 60 s."""
    stage = Stage(UplinkPort(0, 0, replace(_port().response, timeout=10), _port().confirmed, 2))
    stage.log_in()
    begun = stage.now
    assert stage.said(None) is LinkTest.HEARTBEAT
    assert stage.now - begun == 120 + 3 * 10
    assert stage.hung_up() == 0
    assert stage.policy.last_error and stage.policy.last_error.obstacle is Obstacle.HEARTBEAT
    assert stage.dialled()[0] == 60


def _port() -> UplinkPort:
    port = DEFAULTS[1]
    assert isinstance(port, UplinkPort)
    return port


def test_a_denied_heartbeat_logs_in_again():
    """A master that no longer knows the terminal gets a login over the same link."""
    stage = Stage()
    stage.log_in()
    assert stage.said(False) is LinkTest.HEARTBEAT
    assert stage.said(True) is LinkTest.LOGIN
    assert stage.policy.online


def test_a_lost_link_is_redialled():
    """Lost: the reason is kept with its time, and main is dialled after the interval."""
    stage = Stage()
    stage.log_in()
    stage.policy.lost("closed by the other side", stage.now)
    stage.tick()
    error = stage.policy.last_error
    assert error == Failure(Obstacle.LOST, "closed by the other side", stage.terminal.rtc.now())
    assert stage.dialled() == (60.0, str(MAIN))


def test_on_demand_only_a_wake_up_dials_and_idle_minutes_end_it():
    """Passive: asleep until woken, logged out after 5 min without a call (part A F8)."""
    stage = Stage(mode(on_line=2))
    assert stage.tick() == [] and stage.policy.state is UplinkState.OFFLINE
    stage.policy.wake()
    stage.log_in()
    stage.clock.advance(60.0 * 4)
    stage.policy.heard(stage.now, call=True)
    begun = stage.now
    assert stage.said(True) is LinkTest.LOGOUT
    assert stage.now - begun == 300
    stage.hung_up()
    assert stage.pass_time(7200) == [] and stage.policy.state is UplinkState.OFFLINE


def test_on_demand_redials_end():
    """After the redials of F8 it sleeps again."""
    stage = Stage(MAIN_ONLY, mode(on_line=2))
    stage.policy.wake()
    for _ in range(4):
        stage.dialled()
        stage.policy.failed(REFUSED, stage.now)
    assert stage.pass_time(86_400) == []


def test_on_demand_an_important_event_dials():
    """Passive: what has to be reported at once wakes the link (M42)."""
    stage = Stage(mode(on_line=2))
    stage.tick()
    stage.terminal.events.add(fault(Fault(2)))
    stage.log_in()
    assert isinstance(stage.said(True), EventReport)


def test_rings_wake_by_their_number():
    """M100: two rings by default, as many as set, none at 0; a new call counts anew."""
    stage = Stage(mode(on_line=2))
    policy = stage.policy
    policy.rang(0.0)
    policy.rang(60.0)
    assert stage.tick() == []
    policy.rang(64.0)
    assert [type(command) for command in stage.tick()] == [Dial]
    stage = Stage(mode(on_line=2))
    stage.policy.rings.wanted = 0
    for second in range(0, 60, 4):
        stage.policy.rang(float(second))
    assert stage.tick() == []
    with pytest.raises(ValueError, match="11 rings"):
        stage.policy.rings.wanted = 11


def test_a_window_opens_and_closes_the_link():
    """Time windows: on line from 14 to 16 o'clock, a logout at the end, and nothing in between."""
    stage = Stage(mode(on_line=3, windows=frozenset({14, 15})))
    assert stage.dialled()[0] == 2 * 3600
    stage.policy.dialled(stage.now)
    while stage.said(True) is not LinkTest.LOGOUT:
        pass
    assert stage.terminal.rtc.now() == datetime(2026, 11, 20, 16)
    stage.hung_up()
    assert stage.dialled()[0] == 22 * 3600


def test_outside_its_window_a_woken_link_ends_when_idle():
    """A wake-up counts at any hour, for as long as the link is used."""
    stage = Stage(mode(on_line=3, windows=frozenset({3})))
    stage.policy.wake()
    stage.log_in()
    assert stage.said(True) is LinkTest.LOGOUT


@pytest.mark.parametrize(("login", "user"), [(0, ""), (1, "card")])
def test_the_route_may_lead_through_a_proxy(login: int, user: str):
    """M101: the proxy of F7 goes with the target, its user where F7 asks for one; never over UDP."""
    own = replace(
        _listening(), proxy=3, proxy_ip=MAIN, proxy_port=1080, proxy_login=login, user="card", password="pin"
    )
    stage = Stage(own)
    (dial,) = stage.tick()
    assert isinstance(dial, Dial) and dial.target.proxy
    assert (dial.target.proxy.kind, dial.target.proxy.port, dial.target.proxy.user) == (3, 1080, user)
    (dial,) = Stage(own, mode(udp=True)).tick()
    assert isinstance(dial, Dial) and dial.target.proxy is None


def test_a_server_listens_and_takes_one_caller():
    """Server mode: the master calls the port of F7; nothing is dialled, no login is sent."""
    stage = Stage(_listening(), mode(role=2))
    assert stage.tick() == [Listen(7000, udp=False)]
    assert stage.policy.state is UplinkState.LISTENING
    assert stage.policy.called(stage.now)
    assert stage.tick() == [] and stage.policy.state is UplinkState.ONLINE
    assert not stage.policy.called(stage.now)
    stage.clock.advance(60.0 * 2)
    assert stage.policy.called(stage.now)
    stage.policy.lost("gone", stage.now)
    assert stage.tick() == [] and stage.policy.state is UplinkState.LISTENING
    stage.policy.drop()
    assert stage.tick() == [StopListening()]


def _listening() -> TerminalIp:
    own = DEFAULTS[7]
    assert isinstance(own, TerminalIp)
    return replace(own, listen_port=7000)


def test_a_mixed_terminal_dials_and_listens():
    """Mixed mode does both; a caller that is taken replaces nothing that works."""
    stage = Stage(_listening(), mode(role=0))
    assert [type(command) for command in stage.tick()] == [Listen, Dial]
    stage.policy.dialled(stage.now)
    stage.said(True)
    assert not stage.policy.called(stage.now)


def test_f39_logs_out_and_f38_dials_again():
    """AFN05 F39 drops the link until F38, a wake-up or a site report (M124 keeps the order)."""
    stage = Stage()
    stage.log_in()
    stage.policy.drop()
    assert stage.said(True) is LinkTest.LOGOUT
    stage.hung_up()
    assert stage.pass_time(86_400) == [] and stage.policy.state is UplinkState.OFFLINE
    stage.policy.wake()
    assert stage.dialled()[0] == 0


@pytest.mark.parametrize(
    "change",
    [replace(STATION, main_ip=IPv4Address("10.9.9.9")), mode(udp=True)],
    ids=["address", "transport"],
)
def test_a_changed_route_is_taken_at_once(change: Unit):
    """M97, M98, M99: after another address or transport was set: logout, and the new one is dialled."""
    stage = Stage()
    stage.log_in()
    stage.terminal.parameters.write([change])
    assert stage.said(True) is LinkTest.LOGOUT
    stage.hung_up()
    assert stage.dialled()[0] == 0


def test_a_parameter_that_is_no_route_leaves_the_link():
    """Telephone numbers do not disturb the link."""
    stage = Stage()
    stage.log_in()
    stage.terminal.parameters.write([PhoneNumbers("123", "456")])
    assert stage.tick() == []


def test_a_card_pulled_out_ends_the_link_without_goodbye():
    """The link is hung up at once; a card put back dials again."""
    stage = Stage()
    stage.log_in()
    stage.policy.presence = Presence(card=False)
    assert stage.tick() == [HangUp()]
    assert stage.policy.state is UplinkState.NO_SIM
    stage.policy.presence = Presence()
    assert stage.dialled()[0] == 0


def test_six_hours_without_contact_cycle_the_module_then_reset_the_terminal():
    """A terminal that once had contact; one that never had any only cycles its module."""
    stage = Stage(MAIN_ONLY)
    stage.log_in()
    stage.policy.lost("gone", stage.now)
    begun, found = stage.now, []
    for _ in range(400):
        _, command = stage.until(lambda one: isinstance(one, Dial | CyclePower | Reset))
        if isinstance(command, Dial):
            stage.policy.failed(REFUSED, stage.now)
        else:
            found.append((type(command), stage.now - begun))
        if len(found) == 3:
            break
    assert found == [(CyclePower, 21_600), (Reset, 23_400), (CyclePower, 43_200)]


def test_six_hours_do_not_count_while_nobody_wants_a_link():
    """Asleep on demand is no loss of contact."""
    stage = Stage(mode(on_line=2))
    assert stage.pass_time(86_400) == []


def test_a_site_report_says_how_it_goes():
    """M112, K7: no link without card, queued while dialling, sent when on line."""
    stage = Stage()
    stage.policy.presence = Presence(card=False)
    assert stage.policy.site_report() is SiteOutcome.NO_LINK
    stage.policy.presence = Presence()
    assert stage.policy.site_report() is SiteOutcome.QUEUED
    stage.log_in()
    told: list[bool] = []
    stage.policy.await_site_report(stage.now + 60, told.append)
    assert isinstance(stage.said(True), StatusReport)
    stage.tick()
    assert told == [True]
    stage.terminal.events.add(fault(Fault(2)))
    stage.terminal.controls.allow_reports(False)
    assert stage.policy.site_report() is SiteOutcome.SENT
    assert stage.said(True) is LinkTest.HEARTBEAT
    assert isinstance(stage.said(True), EventReport)
    assert stage.said(True) is LinkTest.HEARTBEAT


def test_events_are_reported_in_order_once():
    """M42, M108: important events of before and during the link, each once, in their order."""
    stage = Stage()
    for code in (1, 2):
        stage.terminal.events.add(fault(Fault(code)))
    stage.log_in()
    stage.terminal.events.add(fault(Fault(3)))
    found = [stage.said(True) for _ in range(4)]
    assert [one.record.body[-1] for one in found if isinstance(one, EventReport)] == [1, 2, 3]
    assert found[-1] is LinkTest.HEARTBEAT


def test_an_unanswered_report_is_kept_for_the_next_link():
    """Three tries by F1, then kept: the same event opens the next link, not this one."""
    stage = Stage()
    stage.terminal.events.add(fault(Fault(1)))
    stage.log_in()
    _, say = stage.until(lambda command: isinstance(command, Say))
    assert isinstance(say, Say) and (say.patience.timeout, say.patience.retries) == (30, 2)
    stage.policy.said(say.message, stage.now, None, accepted=None)
    assert stage.said(True) is LinkTest.HEARTBEAT
    stage.policy.lost("gone", stage.now)
    stage.log_in()
    again = stage.said(True)
    assert isinstance(again, EventReport) and isinstance(say.message, EventReport)
    assert again.record == say.message.record


def test_the_mark_behind_reports_survives_a_restart_and_a_clearing():
    """Nothing is reported twice after a power cut; emptied rings count from 0 again."""
    stage = Stage()
    stage.terminal.events.add(fault(Fault(1)))
    stage.log_in()
    stage.said(True)
    stage.terminal.reset()
    stage.log_in()
    assert stage.said(True) is LinkTest.HEARTBEAT
    stage.terminal.events.clear()
    stage.terminal.events.add(fault(Fault(2)))
    assert isinstance(stage.said(True), EventReport)


def test_f37_and_the_monthly_limit_stop_reports():
    """Forbidden, or too much traffic this month (F36, M53): reports wait, the heartbeat goes on."""
    stage = Stage(TRAFFIC_LIMIT(1000))
    stage.log_in()
    stage.terminal.controls.allow_reports(False)
    stage.terminal.events.add(fault(Fault(1)))
    assert stage.said(True) is LinkTest.HEARTBEAT
    stage.terminal.controls.allow_reports(True)
    stage.terminal.statistics.add(TRAFFIC, 1000)
    assert stage.said(True) is LinkTest.HEARTBEAT
    stage.terminal.parameters.write([TRAFFIC_LIMIT(0)])
    assert isinstance(stage.said(True), EventReport)
