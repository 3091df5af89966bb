"""The screen in front of all: Connect, or the workbench."""

import gc
from collections.abc import Callable
from typing import Any

from textual.app import App
from textual.screen import Screen

from hhu.screens.desk import Desk
from hhu.settings import Settings


class Foreground:
    """Makes the screen on first use, and anew when its words change."""

    def __init__(
        self, app: App[Any], desk: Desk, settings: Callable[[], Settings], version: str, page: str
    ) -> None:
        """``page`` is the first one that the workbench shows."""
        self.page = page
        self._app = app
        self._desk = desk
        self._settings = settings
        self._version = version

    @property
    def empty(self) -> bool:
        """Tell whether nothing is in front yet."""
        return len(self._app.screen_stack) == 1

    async def connect(self) -> None:
        """Choose a line."""
        from hhu.screens.connect import ConnectScreen  # noqa: PLC0415  # made on first use

        await self._show(ConnectScreen(self._desk, self._settings(), self._version))

    async def workbench(self) -> None:
        """Work on the terminal."""
        from hhu.screens.workbench import Workbench  # noqa: PLC0415  # made on first use

        await self._show(Workbench(self._desk, self.page))
        # Modules and screens stay for good: without them a full collection costs a key press 5 ms, not 60.
        gc.collect()
        gc.freeze()

    async def again(self) -> None:
        """Make the screen in front anew: its words were set when it was made."""
        page = getattr(self._app.screen, "page", None)
        if page is not None:
            self.page = page
            await self.workbench()
        elif self._desk.connection is None:
            await self.connect()

    async def _show(self, screen: Screen[Any]) -> None:
        """Replace the screen in front; the first one is pushed."""
        if self.empty:
            await self._app.push_screen(screen)
        else:
            await self._app.switch_screen(screen)
