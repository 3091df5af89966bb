"""The meter archive over the wire: the real client, the real terminal, a line paced at its speed."""

from pathlib import Path

import pytest

from core.gdw376.units.afn04 import MeterArchive, ReadingParameters
from core.gdw376.units.numbered import records_of
from core.lines.address import LineKind
from hhu.client.plan import Plan
from hhu.client.reading import Outcome, read_parameters
from tests.core.meter_records import archive
from tests.together.stage import Stage, play

FULL = archive(192)


@pytest.mark.parametrize("kind", [LineKind.IR, LineKind.TCP])
def test_192_meters_there_and_back(kind: LineKind, tmp_path: Path) -> None:
    """M83, M96: written in frames of the line, verified by reading back, still there after a restart."""

    async def steps(stage: Stage) -> None:
        session = await stage.connect()
        await stage.open_programming()
        plan = Plan.of([(0, MeterArchive(()))], [(0, FULL)])
        await plan.run(session.client)
        assert plan.done, plan.error
        stage.terminal.restart()
        outcomes: list[Outcome] = []
        await read_parameters(session.client, [(0, MeterArchive), (0, ReadingParameters)], outcomes.append)
        assert outcomes[0].unit == FULL
        assert outcomes[1].unit is not None
        assert [one.port for one in records_of(outcomes[1].unit)] == [1, 2, 3]

    play(steps, kind=kind, state=tmp_path)
