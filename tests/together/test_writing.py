import asyncio

import pytest

from core.errors import DeniedError, LineError
from core.gdw376.units.afn04 import MasterStation, UplinkPort
from core.lines.address import LineKind
from core.lines.faults import Faults
from core.lines.memory import MemoryLine
from hhu.client.change import Change, State
from hhu.client.passwords import PasswordError
from tests.together.stage import JOB, OWN, Stage, planned, play

KINDS = [LineKind.IR, LineKind.RS485, LineKind.TCP]
LOSSY = Faults(drop=0.05, damage=0.05)
"""One transmission in twenty vanishes, one in twenty arrives damaged."""


def holds_the_job(stage: Stage) -> None:
    parameters = stage.terminal.concentrator.parameters
    station = parameters.value(MasterStation)
    assert (str(station.main_ip), station.main_port, station.apn) == ("10.20.30.41", 9001, "cmiot")
    assert (str(station.standby_ip), station.standby_port) == ("10.20.30.42", 8001)
    assert parameters.value(UplinkPort).heartbeat == 5
    assert stage.terminal.address.text == "1122-9999"


@pytest.mark.parametrize("kind", KINDS)
def test_the_commissioning_job_ends_verified(kind: LineKind) -> None:
    """Every field passes planned, sent, acknowledged, verified, and the terminal holds the job."""

    async def steps(stage: Stage) -> None:
        session = await stage.connect()
        await stage.open_programming()
        plan = await planned(session, *JOB)
        seen: dict[str, list[str]] = {}

        def note(change: Change) -> None:
            seen.setdefault(change.name, []).append(change.state.value)

        await plan.run(session.client, note)
        assert plan.done
        assert seen["04F3.main_ip"] == ["sent", "acknowledged", "verified"]
        holds_the_job(stage)
        assert session.client.address.text == "1122-9999"
        assert stage.asked == [("1122-7788", stage.terminal.attachments[0].channel.value)]
        await session.close()

    play(steps, kind=kind)


@pytest.mark.parametrize("seed", range(24))
def test_a_lossy_line_ends_verified(seed: int) -> None:
    """One frame in twenty lost and one in twenty damaged cost repetitions, never the truth."""

    async def steps(stage: Stage) -> None:
        session = await stage.connect(faults=LOSSY, seed=seed)
        await stage.open_programming()
        plan = await planned(session, *JOB)
        await plan.run(session.client)
        if not plan.done:
            await plan.resume(session.client)
        assert plan.done, [(c.name, c.state, c.reason) for c in plan.changes]
        holds_the_job(stage)
        await session.close()

    play(steps)


def test_a_closed_switch_refuses_everything_and_costs_no_try() -> None:
    """Without the key nothing is written, the code says why, and no password try is used up."""

    async def steps(stage: Stage) -> None:
        session = await stage.connect()
        plan = await planned(session, *JOB)
        await plan.run(session.client)
        first, last = plan.changes[0], plan.changes[-1]
        assert (first.state, last.state) == (State.REFUSED, State.PLANNED)
        assert isinstance(first.reason, DeniedError)
        assert first.reason.code == 0x0B
        access = stage.terminal.concentrator.access
        assert access.attempts_left(stage.terminal.attachments[0].channel) == 3
        await session.close()

    play(steps)


def test_a_wrong_password_is_sent_once_only() -> None:
    """A refused password is not sent again by the tool; nothing leaves before another one is typed."""

    async def steps(stage: Stage) -> None:
        session = await stage.connect()
        await stage.open_programming()
        plan = await planned(session, "apn=cmiot")
        await plan.run(session.client)
        assert isinstance(plan.error, DeniedError)
        assert plan.error.code == 0x03
        sent = session.link.stats.tx
        again = await planned(session, "apn=cmiot")
        with pytest.raises(PasswordError):
            await again.run(session.client)
        assert again.changes[0].state is State.PLANNED
        assert session.link.stats.tx == sent + 1  # the reading of the second plan
        stage.password = "000000"
        await again.run(session.client)
        assert again.done
        await session.close()

    play(steps, password="111111")


def test_the_password_is_never_in_the_trace() -> None:
    """PW is overwritten in every recorded frame."""

    async def steps(stage: Stage) -> None:
        session = await stage.connect()
        await stage.open_programming()
        plan = await planned(session, "apn=cmiot")
        await plan.run(session.client)
        recorded = b"".join(entry.raw for entry in session.trace.entries)
        assert b"000000" not in recorded
        assert b"******" in recorded
        await session.close()

    play(steps)


def test_an_unplugged_probe_is_resumed_by_reading_first() -> None:
    """What the terminal took before the plug was pulled is found by reading and not written twice."""

    async def steps(stage: Stage) -> None:
        session = await stage.connect()
        await stage.open_programming()
        plan = await planned(session, "apn=cmiot")
        near = session.link.line
        assert isinstance(near, MemoryLine)

        def unplug(change: Change) -> None:
            if change.state is State.SENT:
                stage.clock.call_later(0.5, near.unplug)

        await plan.run(session.client, unplug)
        assert plan.changes[0].state is State.FAILED
        assert isinstance(plan.error, LineError)
        await session.close()
        again = await stage.connect()
        await plan.resume(again.client)
        assert plan.done
        assert all(entry.raw[12:13] != b"\x04" for entry in again.trace.entries)
        await again.close()

    play(steps)


def test_a_lost_confirmation_of_the_new_address_is_found_at_the_new_address() -> None:
    """The old address no longer answers; the tool asks the new one instead of calling the write failed."""

    async def steps(stage: Stage) -> None:
        session = await stage.connect()
        await stage.open_programming()
        plan = await planned(session, "address=1122-9999")

        async def swallow_confirmation() -> None:
            while stage.terminal.address.same_station(OWN):
                await stage.clock.sleep(0.01)
            stage.wire.severed = True
            await stage.clock.sleep(1.0)
            stage.wire.severed = False

        swallowing = asyncio.create_task(swallow_confirmation())
        await plan.run(session.client)
        await swallowing
        assert plan.done
        assert session.client.address.text == "1122-9999"
        await session.close()

    play(steps)
