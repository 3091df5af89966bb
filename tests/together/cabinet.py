"""A terminal in its own process, on a TCP port, with the programming switch held open; made to be killed."""

import asyncio
import sys
from pathlib import Path

from core.app import Terminal


async def main(state: Path) -> None:
    async with Terminal.create("demo", state, boot=0.0) as terminal:
        server = await terminal.listen()
        print(server.port, flush=True)
        while True:
            terminal.concentrator.access.open_programming()
            await asyncio.sleep(60)


asyncio.run(main(Path(sys.argv[1])))
