"""What a flow asks and only the technician can answer: is the cable there, did it dial in, go on?"""

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar, cast

from textual.app import App
from textual.screen import ModalScreen

from core.errors import CoreError
from core.gdw376.address import Address
from core.lines.address import LineAddress, LineKind
from core.lines.line import Line
from core.lines.opening import open_line
from hhu.client.upgrade.stages import NeedCable, NeedCall, Silence
from hhu.screens.desk import Desk
from hhu.screens.jobs import trouble
from hhu.widgets.notice_row import Notice, Tone

if TYPE_CHECKING:
    from hhu.app import HhuApp

T = TypeVar("T")
PATIENCE = 600.0
"""Seconds to wait for a terminal to dial in: it redials after 10, 30, 60, then every 120 s (5.4, R3)."""


class ScreenAnswers:
    """Asks on sheets; the page need not be the one in front."""

    def __init__(self, app: App[Any], desk: Desk) -> None:
        self._app = app
        self._desk = desk

    async def cable(self, need: NeedCable) -> Line | None:
        """Ask for the change of the cable, then open the port; one that cannot be opened is asked again."""
        from hhu.screens.upgrade_sheets import EMULATED, CableSheet  # noqa: PLC0415  # made on first use

        link = self._desk.connection
        own = link.session.download_port if link else None
        settings = cast("HhuApp", self._app).settings
        while True:
            port = await self._ask(CableSheet(need, settings, emulated=own is not None))
            if port is None:
                return None
            if own is not None and port == EMULATED:
                return own()
            try:
                return await open_line(LineAddress(LineKind.RS485, port))
            except CoreError as error:
                self._desk.tell(trouble(error, self._desk))

    async def call(self, need: NeedCall) -> Line | None:
        """Wait at the front end; without one nobody can dial in."""
        front_end = self._desk.front_end
        if front_end is None:
            words = self._desk.words
            self._desk.tell(
                Notice(words("upgrade.no-front-end"), words("upgrade.no-front-end-next"), Tone.BAD)
            )
            return None
        found = await front_end.wait_for(Address.parse(need.address), PATIENCE)
        return front_end.line(found)

    async def go_on(self, silence: Silence) -> bool:
        """Ask whether to ask the silent terminal again."""
        from hhu.screens.sheets import QuestionSheet  # noqa: PLC0415  # made on first use

        words = self._desk.words
        lines = (
            words("upgrade.silence-kept", sent=silence.sent, total=silence.total),
            words("upgrade.silence-look"),
        )
        return bool(await self._ask(QuestionSheet(words("upgrade.silence", tries=silence.tries), lines)))

    async def _ask(self, sheet: ModalScreen[T]) -> T | None:
        """Show a sheet and wait; a job that is stopped meanwhile takes the sheet away."""
        answer: asyncio.Future[T | None] = asyncio.get_running_loop().create_future()

        def take(outcome: T | None) -> None:
            if not answer.done():
                answer.set_result(outcome)

        await self._app.push_screen(sheet, take)
        try:
            return await answer
        except asyncio.CancelledError:
            if sheet.is_current:
                sheet.dismiss(None)
            raise
