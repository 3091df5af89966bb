"""Port 485_3 with meters on it: in local download mode it serves the download instead (M154, 5.3 L4)."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from core.errors import LineError
from core.terminal.upgrade.download import Download


class Runner(Protocol):
    """Serves a line."""

    async def run(self) -> LineError:
        """Serve until the line is lost or closed; return how it ended."""
        ...


class PortThree:
    """Hands the line over at the start of the terminal, from one runner to the other."""

    def __init__(
        self, download: Download, meters: Callable[[], Runner], maintenance: Callable[[], Runner]
    ) -> None:
        self._download = download
        self._meters = meters
        self._maintenance = maintenance
        self._started = asyncio.Event()

    async def run(self) -> LineError:
        """Serve until the line is lost or closed; return how it ended."""
        self._download.started.add(self._started.set)
        try:
            while True:
                if ended := await self._serve():
                    return ended
        finally:
            self._download.started.discard(self._started.set)

    async def _serve(self) -> LineError | None:
        """Serve until the mode is another one; then ``None``."""
        local = self._download.mode.local is not None
        serving = asyncio.create_task((self._maintenance if local else self._meters)().run())
        try:
            while (self._download.mode.local is not None) is local:
                self._started.clear()
                if await self._first_of(serving):
                    return serving.result()
            return None
        finally:
            serving.cancel()
            with suppress(asyncio.CancelledError):
                await serving

    async def _first_of(self, serving: asyncio.Task[LineError]) -> bool:
        """Wait for the end of the line, or for a start of the terminal; tell whether the line ended."""
        waiting = asyncio.create_task(self._started.wait())
        try:
            await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
        return serving.done()
