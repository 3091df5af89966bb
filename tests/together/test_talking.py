from datetime import datetime, timedelta

import pytest

from core.errors import DeniedError, SilenceError, UsageError
from core.gdw376.address import UNIVERSAL, Address
from core.gdw376.units.afn0c import Traffic, UplinkState
from core.gdw376.units.afn02 import Login
from core.gdw376.units.afn05 import ForbidReports
from core.lines.address import LineKind
from hhu.client.names import Name, parse_name
from tests.together.stage import OWN, Stage, play

KINDS = [LineKind.IR, LineKind.RS485, LineKind.TCP]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("typed", [None, OWN, UNIVERSAL])
def test_the_terminal_is_found(kind: LineKind, typed: Address | None) -> None:
    """Its own address, the universal one, or none at all lead to the same terminal."""

    async def steps(stage: Stage) -> None:
        session = await stage.connect(address=typed)
        assert session.client.address == OWN
        assert session.link.stats.tx == 1
        await session.close()

    play(steps, kind=kind)


def test_another_terminal_than_the_typed_one_is_not_taken() -> None:
    """Whoever stands there is named, and nothing goes to him."""

    async def steps(stage: Stage) -> None:
        with pytest.raises(UsageError, match="1122-7788, not 1122-0001"):
            await stage.connect(address=Address("1122", 1))

    play(steps)


def test_nobody_there_ends_in_silence() -> None:
    """All addresses are tried twice, then the silence is told."""

    async def steps(stage: Stage) -> None:
        await stage.terminal.stop()
        with pytest.raises(SilenceError) as silence:
            await stage.connect()
        assert silence.value.tries == 6

    play(steps)


def test_several_units_of_several_kinds_are_read_in_one_go() -> None:
    """Names of three AFN give their items; one exchange per AFN."""

    async def steps(stage: Stage) -> None:
        session = await stage.connect()
        names = [parse_name(text) for text in ("apn", "main-ip", "04F1", "version", "clock", "traffic")]
        items = await session.client.read(names)
        assert [type(item.value).meaning.code for item in items if item.value] == [
            "04F3",
            "04F1",
            "09F1",
            "0CF2",
            "0CF10",
        ]
        assert session.link.stats.tx == 4
        assert isinstance(await session.client.read_unit(Traffic), Traffic)
        assert (await session.client.version()).maker
        await session.close()

    play(steps)


def test_what_the_terminal_does_not_have_is_denied() -> None:
    """Asking for a unit that cannot be asked for is an answer, not silence."""

    async def steps(stage: Stage) -> None:
        session = await stage.connect()
        with pytest.raises(DeniedError):
            await session.client.read([Name(Traffic, None, 7)])
        with pytest.raises(DeniedError):
            await session.client.control(Login())
        await session.close()

    play(steps)


def test_commands_are_given() -> None:
    """A control command needs the password, not the programming switch."""

    async def steps(stage: Stage) -> None:
        session = await stage.connect()
        await session.client.control(ForbidReports())
        state = await session.client.read_unit(UplinkState)
        assert state.permissions.reporting == 2
        await session.close()

    play(steps)


@pytest.mark.parametrize("kind", KINDS)
def test_the_clock_is_set_to_the_time_of_the_last_byte(kind: LineKind) -> None:
    """A clock that is years off shows this computer's time afterwards, within what whole seconds can tell."""

    async def steps(stage: Stage) -> None:
        session = await stage.connect()
        stage.terminal.concentrator.rtc.set(datetime(2020, 1, 2))
        before = await session.client.read_clock()
        assert before.residual_s is not None
        assert before.residual_s < -1e8
        after = await session.client.set_clock()
        assert after.kept
        assert abs(after.residual_s or 99) <= 0.6
        offset = stage.terminal.concentrator.rtc.reading() - stage.clock.now()
        assert abs(offset) < timedelta(seconds=0.2)
        await session.close()

    play(steps, kind=kind)


def test_another_time_can_be_set() -> None:
    """A time asked for is judged by its own distance, not by this computer's clock."""

    async def steps(stage: Stage) -> None:
        session = await stage.connect()
        reading = await session.client.set_clock(datetime(2030, 5, 6, 7, 8, 9))
        assert reading.kept
        assert (reading.residual_s or 0) > 1e7
        assert reading.terminal is not None
        assert reading.terminal - datetime(2030, 5, 6, 7, 8, 9) < timedelta(seconds=5)
        await session.close()

    play(steps)
