"""The meter archive over the wire: the real client, the real terminal, a line paced at its speed."""

from pathlib import Path

import pytest

from core.errors import DeniedError
from core.gdw376.message import Item
from core.gdw376.refusals import Refusal
from core.gdw376.units.afn04 import DisplayNumber, KeyMeters, MeterArchive, ReadingParameters
from core.gdw376.units.numbered import records_of
from core.lines.address import LineKind
from hhu.client.names import Name
from hhu.client.reading import Outcome, read_parameters
from tests.core.meter_records import archive, gone, meter
from tests.together.stage import Stage, play

FULL = archive(192)


@pytest.mark.parametrize("kind", [LineKind.IR, LineKind.TCP])
def test_192_meters_there_and_back(kind: LineKind, tmp_path: Path) -> None:
    """M83, M96: written in frames of the line, verified by reading back, still there after a restart."""

    async def steps(stage: Stage) -> None:
        session = await stage.connect()
        await stage.open_programming()
        await session.client.write([Item.of(FULL)])
        stage.terminal.restart()
        outcomes: list[Outcome] = []
        await read_parameters(session.client, [(0, MeterArchive), (0, ReadingParameters)], outcomes.append)
        assert outcomes[0].unit == FULL
        assert outcomes[1].unit is not None
        assert [one.port for one in records_of(outcomes[1].unit)] == [1, 2, 3]

    play(steps, kind=kind, state=tmp_path)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (MeterArchive((meter(193),)), Refusal.FULL),
        (MeterArchive((meter(193, point=5), gone(1))), Refusal.DUPLICATE),
    ],
)
def test_a_refusal_says_why_and_leaves_nothing(wrong: MeterArchive, reason: Refusal) -> None:
    """M83: the 193rd meter, and a point that another meter has."""

    async def steps(stage: Stage) -> None:
        session = await stage.connect()
        await stage.open_programming()
        await session.client.write([Item.of(FULL)])
        with pytest.raises(DeniedError) as refused:
            await session.client.write([Item.of(KeyMeters((7,))), Item.of(wrong)])
        assert (refused.value.code, refused.value.refused) == (reason.value, ((0, 10, reason.value),))
        assert await session.client.read_unit(KeyMeters) == KeyMeters(())
        assert len(stage.terminal.concentrator.archive.meters()) == 192

    play(steps, kind=LineKind.TCP)


def test_points_and_archive_travel_in_one_message() -> None:
    """A whole setup at once: meters, asset numbers of all points, key meters; many points asked at once."""
    numbers = [Item.of(DisplayNumber(f"SN-{pn}"), pn) for pn in range(1, 193)]

    async def steps(stage: Stage) -> None:
        session = await stage.connect()
        await stage.open_programming()
        await session.client.write([Item.of(FULL), *numbers, Item.of(KeyMeters((3, 1)))])
        found = await session.client.read([Name(DisplayNumber, None, pn) for pn in range(1, 193)])
        assert [(item.pn, item.value) for item in found] == [(item.pn, item.value) for item in numbers]
        assert [one.serial for one in stage.terminal.concentrator.archive.meters() if one.key] == [1, 3]

    play(steps, kind=LineKind.TCP)
