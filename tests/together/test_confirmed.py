"""An uplink change that must prove itself, against a real emulated terminal that dials, in virtual time."""

import asyncio
from collections.abc import Sequence

import pytest

from core.errors import UsageError
from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import MasterStation, TerminalAddress
from core.lines.memory import MemoryLine
from hhu.client.confirmed_change import ConfirmedChange, Holds, Phase, Standing
from hhu.client.connect import Session
from hhu.client.names import Name, parse_wish, wanted_units
from hhu.record import VisitRecord, verify
from tests.together.master import MAIN, Master, dialling
from tests.together.stage import Stage

GOOD, BAD = "10.20.30.51", "10.20.30.99"


class Trial:
    """A change with all moments of it."""

    def __init__(self, change: ConfirmedChange) -> None:
        self.change = change
        self.phases: list[Phase] = []
        self.moments: list[Standing] = []


async def armed(session: Session, *wishes: str, window: float = 600.0) -> Trial:
    """Read what is there and arm a change."""
    parsed = [parse_wish(text) for text in wishes]
    items = await session.client.read([Name(wish.name.unit) for wish in parsed])
    current = [(item.pn, item.value) for item in items if item.value is not None]
    wanted: Sequence[tuple[int, Unit]] = wanted_units(current, parsed)
    phases: list[Phase] = []
    moments: list[Standing] = []

    def note(standing: Standing) -> None:
        moments.append(standing)
        if not phases or phases[-1] is not standing.phase:
            phases.append(standing.phase)

    change = ConfirmedChange(session.client, current, wanted, window=window, on_standing=note)
    trial = Trial(change)
    trial.phases, trial.moments = phases, moments
    return trial


def main_ip(stage: Stage) -> str:
    return str(stage.terminal.concentrator.parameters.value(MasterStation).main_ip)


def recorded(record: VisitRecord) -> list[tuple[str, object]]:
    assert verify(record.entries) is None
    return [
        (entry.kind, entry.facts.get("state") or entry.facts.get("outcome")) for entry in record.entries[1:]
    ]


def test_a_master_that_acknowledges_confirms_the_change() -> None:
    """M99: written, verified, logged in at the new master and acknowledged: the new values stay."""

    async def steps(stage: Stage, master: Master) -> None:
        master.manners[GOOD, 8001] = "acknowledge"
        await stage.clock.sleep(60)
        session = await stage.connect()
        await stage.open_programming()
        trial = await armed(session, f"main-ip={GOOD}")
        ended = await trial.change.run()
        assert (ended.phase, ended.holds) == (Phase.CONFIRMED, Holds.NEW)
        assert trial.phases == [Phase.WRITING, Phase.WAITING, Phase.CONFIRMED]
        assert ended.report is not None
        assert str(ended.report.peer_ip) == GOOD
        assert main_ip(stage) == GOOD
        assert recorded(trial.change.record) == [("changed", "verified"), ("uplink", "confirmed")]
        assert (GOOD, 0x02) in master.heard
        await session.close()

    dialling(steps)


def test_an_acknowledgement_of_the_old_master_confirms_nothing() -> None:
    """While the old link still stands and beats its heart, the change is not confirmed."""

    async def steps(stage: Stage, master: Master) -> None:
        await stage.clock.sleep(60)
        session = await stage.connect()
        await stage.open_programming()
        trial = await armed(session, f"main-ip={BAD}", "standby-ip=0.0.0.0", window=60)
        before = main_ip(stage)
        running = asyncio.ensure_future(trial.change.run())
        await stage.clock.sleep(100)
        assert Phase.CONFIRMED not in trial.phases
        await stage.open_programming()
        ended = await running
        assert ended.phase is Phase.REVERTED
        assert main_ip(stage) == before
        await session.close()

    dialling(steps)


def test_without_acknowledgement_the_old_values_return() -> None:
    """Time out: the switch is closed by then; the tool asks for the key, writes back, verifies, records."""

    async def steps(stage: Stage, _: Master) -> None:
        session = await stage.connect()
        await stage.open_programming()
        trial = await armed(session, f"main-ip={BAD}", "standby-ip=0.0.0.0")
        running = asyncio.ensure_future(trial.change.run())
        await stage.clock.sleep(590)
        assert trial.change.standing.phase is Phase.WAITING
        assert main_ip(stage) == BAD
        await stage.clock.sleep(30)
        standing = trial.change.standing
        assert (standing.phase, standing.holds) in ((Phase.KEY, Holds.NEW), (Phase.REVERTING, Holds.NEW))
        assert Phase.KEY in trial.phases
        await stage.open_programming()
        ended = await running
        assert (ended.phase, ended.holds) == (Phase.REVERTED, Holds.OLD)
        station = stage.terminal.concentrator.parameters.value(MasterStation)
        assert (str(station.main_ip), str(station.standby_ip)) == (MAIN[0], "10.20.30.41")
        kinds = recorded(trial.change.record)
        assert kinds[:2] == [("changed", "verified")] * 2
        assert kinds[-1] == ("uplink", "reverted")
        access = stage.terminal.concentrator.access
        assert access.attempts_left(stage.terminal.attachments[0].channel) == 3
        await session.close()

    dialling(steps)


def test_an_open_switch_needs_no_key() -> None:
    """A short window ends while the switch is still open: the old values return by themselves."""

    async def steps(stage: Stage, _: Master) -> None:
        session = await stage.connect()
        await stage.open_programming()
        trial = await armed(session, f"main-ip={BAD}", "standby-ip=0.0.0.0", window=60)
        ended = await trial.change.run()
        assert ended.phase is Phase.REVERTED
        assert Phase.KEY not in trial.phases
        assert main_ip(stage) == MAIN[0]
        await session.close()

    dialling(steps)


def test_more_time_is_given_when_asked() -> None:
    """Extended by ten minutes, a master that comes up late still confirms."""

    async def steps(stage: Stage, master: Master) -> None:
        session = await stage.connect()
        await stage.open_programming()
        trial = await armed(session, f"main-ip={GOOD}", "standby-ip=0.0.0.0", window=300)
        running = asyncio.ensure_future(trial.change.run())
        await stage.clock.sleep(200)
        trial.change.extend(900)
        assert 900 < trial.change.left <= 1010
        await stage.clock.sleep(200)
        master.manners[GOOD, 8001] = "acknowledge"
        ended = await running
        assert ended.phase is Phase.CONFIRMED
        await session.close()

    dialling(steps)


def test_unplugging_says_that_the_new_values_are_left() -> None:
    """The line is lost while waiting: the terminal holds the new values, and that is said and recorded."""

    async def steps(stage: Stage, _: Master) -> None:
        session = await stage.connect()
        await stage.open_programming()
        trial = await armed(session, f"main-ip={BAD}", "standby-ip=0.0.0.0")
        running = asyncio.ensure_future(trial.change.run())
        await stage.clock.sleep(120)
        line = session.link.line
        assert isinstance(line, MemoryLine)
        await line.close()
        ended = await running
        assert (ended.phase, ended.holds) == (Phase.LEFT, Holds.NEW)
        assert ended.error is not None
        assert main_ip(stage) == BAD
        assert recorded(trial.change.record)[-1] == ("uplink", "left")
        await session.close()

    dialling(steps)


def test_stopping_says_that_the_new_values_are_left() -> None:
    """Cancelled while waiting, the standing and the record tell what the terminal holds."""

    async def steps(stage: Stage, _: Master) -> None:
        session = await stage.connect()
        await stage.open_programming()
        trial = await armed(session, f"main-ip={BAD}")
        running = asyncio.ensure_future(trial.change.run())
        await stage.clock.sleep(30)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert (trial.change.standing.phase, trial.change.standing.holds) == (Phase.LEFT, Holds.NEW)
        assert main_ip(stage) == BAD
        await session.close()

    dialling(steps)


def test_a_closed_switch_leaves_the_old_values() -> None:
    """The write itself is refused: nothing has changed, nothing is watched."""

    async def steps(stage: Stage, _: Master) -> None:
        session = await stage.connect()
        trial = await armed(session, f"main-ip={BAD}")
        ended = await trial.change.run()
        assert (ended.phase, ended.holds) == (Phase.REFUSED, Holds.OLD)
        assert main_ip(stage) == MAIN[0]
        await session.close()

    dialling(steps)


def test_a_terminal_that_does_not_tell_is_confirmed_by_the_technician(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without the report only the master's word counts; unattended the change is refused at once."""
    monkeypatch.setattr("core.service.vendor.OFFERED", {})

    async def steps(stage: Stage, _: Master) -> None:
        session = await stage.connect()
        await stage.open_programming()
        unattended = await armed(session, f"main-ip={GOOD}")
        with pytest.raises(UsageError):
            await unattended.change.run(blind=False)
        assert main_ip(stage) == MAIN[0]
        trial = await armed(session, f"main-ip={GOOD}")
        running = asyncio.ensure_future(trial.change.run())
        await stage.clock.sleep(60)
        assert not trial.change.sees
        trial.change.confirm()
        ended = await running
        assert ended.phase is Phase.CONFIRMED
        (entry,) = [entry for entry in trial.change.record.entries if entry.kind == "uplink"]
        assert entry.facts["by"] == "technician"
        await session.close()

    dialling(steps)


def test_only_the_uplink_may_be_written_so() -> None:
    """The terminal's own address, and what was not read, are refused before anything is sent."""

    async def steps(stage: Stage, _: Master) -> None:
        session = await stage.connect()
        address = TerminalAddress("1122", 0x9999)
        with pytest.raises(UsageError):
            ConfirmedChange(session.client, [(0, address)], [(0, address)])
        station = stage.terminal.concentrator.parameters.value(MasterStation)
        with pytest.raises(UsageError):
            ConfirmedChange(session.client, [], [(0, station)])
        await session.close()

    dialling(steps)


def test_a_terminal_in_its_long_pause_dials_the_new_master_at_once() -> None:
    """M97: the pause behind a row of failed tries is for the old master; a new one is tried at once."""

    async def steps(stage: Stage, master: Master) -> None:
        master.manners = {}
        session = await stage.connect()
        await stage.clock.sleep(400)
        master.manners[GOOD, 8001] = "acknowledge"
        await stage.open_programming()
        trial = await armed(session, f"main-ip={GOOD}", window=90)
        ended = await trial.change.run()
        assert ended.phase is Phase.CONFIRMED
        await session.close()

    dialling(steps)
