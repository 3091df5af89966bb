"""A terminal with meters in fast virtual time that says what it kept; made to be killed.

Arguments: folder, profile file, civil time of the start. One line per kept batch, written when it was kept:
the civil time, point, address, protocol, then kind, stamp and quantity of each reading.
"""

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from core.app import Terminal
from core.lines.pace import LoopClock
from core.lines.virtual_time import virtual_time
from core.terminal.readings import History, Reading


async def live(folder: Path, profile: Path, start: datetime) -> None:
    clock = LoopClock(start)
    async with Terminal.create(profile, folder, clock, boot=0.0) as terminal:
        keeper = terminal.concentrator.readings
        keep = keeper.put

        def put(history: History, readings: Sequence[Reading]) -> None:
            keep(history, readings)
            slots = [(one.kind.value, one.stamp.isoformat(), one.quantity.name) for one in readings]
            print(json.dumps([clock.now().isoformat(), *history, slots]), flush=True)

        keeper.put = put
        print(json.dumps([clock.now().isoformat()]), flush=True)
        await clock.sleep(40 * 86_400)


if __name__ == "__main__":
    with virtual_time() as runner:
        runner.run(live(Path(sys.argv[1]), Path(sys.argv[2]), datetime.fromisoformat(sys.argv[3])))
