"""Why is it offline? Faults put into a real emulated terminal, and what the ladder names over infrared."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from ipaddress import IPv4Address

import pytest

from core.gdw376.units.afn04 import MasterStation, UplinkMode
from core.simulation.surroundings import Surroundings
from core.vendor.items import UplinkReport
from hhu.client.offline.evidence import Evidence
from hhu.client.offline.gathering import examine
from hhu.client.offline.judging import judge
from hhu.client.offline.ladder import Diagnosis, Rung, Verdict
from hhu.client.vendor import uplink_report
from hhu.offline_words import headline_of, said_of
from tests.together.master import MAIN, STANDBY, Master, dialling
from tests.together.stage import Stage

Fault = Callable[[Stage, Master], Awaitable[None]]
LONG = 240.0
"""Seconds in which a row of tries is over."""


def around(**changes: object) -> Fault:
    """Change the surroundings."""

    async def fault(stage: Stage, _: Master) -> None:
        place: Surroundings = stage.terminal.surroundings
        stage.terminal.surroundings = replace(place, **changes)  # type: ignore[arg-type]

    return fault


async def dead(stage: Stage, _: Master) -> None:
    stage.terminal.surroundings = replace(stage.terminal.surroundings, supply=0)


async def empty_cell(stage: Stage, _: Master) -> None:
    place = stage.terminal.surroundings
    stage.terminal.surroundings = replace(place, supply=0, cell=Decimal("1.2"))
    await stage.clock.sleep(60)
    stage.terminal.surroundings = replace(place, cell=Decimal("1.2"), registered=False)


async def on_demand(stage: Stage, _: Master) -> None:
    parameters = stage.terminal.concentrator.parameters
    mode = parameters.value(UplinkMode)
    parameters.write([replace(mode, mode=replace(mode.mode, online=2))])
    stage.terminal.restart()


async def no_master(stage: Stage, _: Master) -> None:
    parameters, none = stage.terminal.concentrator.parameters, IPv4Address(0)
    station = parameters.value(MasterStation)
    parameters.write([replace(station, main_ip=none, standby_ip=none)])
    stage.terminal.restart()


def manner(name: str) -> Fault:
    """Let both masters behave so."""

    async def fault(_: Stage, master: Master) -> None:
        master.manners = {MAIN: name, STANDBY: name}

    return fault


async def nobody(_: Stage, master: Master) -> None:
    master.manners = {}


FAULTS: dict[str, tuple[Fault, Rung, str]] = {
    "mains": (dead, Rung.SUPPLY, "supply.silent"),
    "clock cell": (empty_cell, Rung.CLOCK, "clock.invalid"),
    "module": (around(module=False), Rung.MODULE, "module.missing"),
    "card": (around(sim=False), Rung.SIM, "sim.missing"),
    "antenna": (around(csq=3), Rung.SIGNAL, "signal.weak"),
    "blocked card": (around(registered=False), Rung.SIGNAL, "signal.not-registered"),
    "APN": (around(apn="cmiot"), Rung.APN, "apn.refused"),
    "on demand": (on_demand, Rung.DIAL, "dial.on-demand"),
    "no master": (no_master, Rung.ADDRESS, "address.none"),
    "front end down": (around(refused=True), Rung.ADDRESS, "address.refused"),
    "wrong IP": (nobody, Rung.ADDRESS, "address.timeout"),
    "unknown there": (manner("deny"), Rung.LOGIN, "login.denied"),
    "hangs up": (manner("hang-up"), Rung.LOGIN, "login.closed"),
    "silent master": (manner("silent"), Rung.ACKNOWLEDGEMENT, "ack.login-unconfirmed"),
    "half-open": (around(half_open=True), Rung.ACKNOWLEDGEMENT, "ack.login-unconfirmed"),
}


async def diagnosed(stage: Stage, fault: Fault, master: Master) -> Diagnosis:
    """Connect to the sound terminal, put the fault in, let it try, then look."""
    session = await stage.connect()
    await fault(stage, master)
    await stage.clock.sleep(LONG)
    _, diagnosis = await examine(session.client)
    await session.close()
    return diagnosis


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_named_by_its_rung(name: str) -> None:
    """Fifteen seeded faults, fifteen right answers; everything below the rung is good or noted (M50)."""
    fault, rung, finding = FAULTS[name]

    async def steps(stage: Stage, master: Master) -> None:
        diagnosis = await diagnosed(stage, fault, master)
        assert diagnosis.failing is not None, diagnosis
        assert (diagnosis.failing.rung, diagnosis.failing.finding) == (rung, finding), diagnosis
        below = diagnosis.steps[: list(Rung).index(rung)]
        assert {step.verdict for step in below} <= {Verdict.GOOD}, diagnosis
        for language in ("zh", "en"):
            assert said_of(diagnosis.failing, language).next_step
            assert all(said_of(step, language).evidence for step in diagnosis.steps)
            assert headline_of(diagnosis, language)

    dialling(steps)


def test_a_terminal_on_line_has_nothing_failing() -> None:
    """Logged in and acknowledged: every rung is good, and the report names master, login and last word."""

    async def steps(stage: Stage, master: Master) -> None:
        await stage.clock.sleep(60)
        session = await stage.connect()
        found, diagnosis = await examine(session.client)
        assert diagnosis.online
        assert {step.verdict for step in diagnosis.steps} == {Verdict.GOOD}
        report = found.report
        assert isinstance(report, UplinkReport)
        assert (str(report.peer_ip), report.peer_port) == MAIN
        assert report.login_at is not None
        assert report.acknowledged_at is not None
        assert report.acknowledged_at >= report.login_at
        assert not report.flags.standby
        assert ("10.20.30.40", 0x02) in master.heard
        await session.close()

    dialling(steps)


def test_a_wrong_clock_is_only_noted_while_the_terminal_is_on_line() -> None:
    """What does not keep it off line is no reason, but it is said."""

    async def steps(stage: Stage, master: Master) -> None:
        await stage.clock.sleep(60)
        session = await stage.connect()
        rtc = stage.terminal.concentrator.rtc
        rtc.set(rtc.reading() - timedelta(minutes=9))
        diagnosis = (await examine(session.client))[1]
        assert diagnosis.failing is None
        assert diagnosis.steps[1].verdict is Verdict.NOTED
        await session.close()

    dialling(steps)


def test_the_standby_is_told_when_it_is_in_use() -> None:
    """M97: after three failed tries of the main master the report names the standby."""

    async def steps(stage: Stage, master: Master) -> None:
        del master.manners[MAIN]
        session = await stage.connect()
        await stage.clock.sleep(400)
        report = await uplink_report(session.client)
        assert report is not None
        assert report.flags.standby
        assert str(report.peer_ip) == STANDBY[0]
        await session.close()

    dialling(steps)


def test_an_original_terminal_says_which_rungs_it_does_not_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the maker's envelope the ladder judges by the rest and names what it cannot see."""
    monkeypatch.setattr("core.service.vendor.OFFERED", {})

    async def steps(stage: Stage, master: Master) -> None:
        session = await stage.connect()
        found, diagnosis = await examine(session.client)
        assert found.report is None
        assert diagnosis.failing is None
        assert diagnosis.headline == "offline.unseen"
        assert Rung.SIM in diagnosis.unseen
        assert Rung.SUPPLY not in diagnosis.unseen
        await no_master(stage, Master(stage.clock))
        await asyncio.sleep(1)
        diagnosis = (await examine(session.client))[1]
        assert diagnosis.failing is not None
        assert diagnosis.failing.rung is Rung.ADDRESS
        await session.close()

    dialling(steps)


def test_silence_waits_all_rungs_above() -> None:
    """A terminal that does not answer tells nothing of the rest."""
    diagnosis = judge(Evidence(answers=False))
    assert diagnosis.failing is not None
    assert diagnosis.failing.rung is Rung.SUPPLY
    assert {step.verdict for step in diagnosis.steps[1:]} == {Verdict.WAITING}
