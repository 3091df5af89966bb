"""From an order to a terminal on the desk: what is told meanwhile, and what is remembered."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual.app import App

from core.errors import CoreError
from core.lines.address import LineAddress, LineKind
from core.lines.pace import LoopClock
from hhu.screens.desk import Desk
from hhu.screens.foreground import Foreground
from hhu.screens.visit_passwords import VisitPasswords
from hhu.settings import Settings
from hhu.widgets.notice_row import Notice, Tone

if TYPE_CHECKING:
    from hhu.screens.connection import Connection
    from hhu.screens.order import Order

CONNECTING = "connect"
"""Group of the worker that connects."""


class Arrivals:
    """One attempt at a time; a new order ends the one before."""

    def __init__(
        self,
        app: App[Any],
        desk: Desk,
        clock: LoopClock,
        passwords: VisitPasswords,
        foreground: Foreground,
        settings: Callable[[], Settings],
        save: Callable[[Callable[[Settings], Settings]], None],
    ) -> None:
        """``save`` changes the settings for good."""
        self._app = app
        self._desk = desk
        self._clock = clock
        self._passwords = passwords
        self._foreground = foreground
        self._settings = settings
        self._save = save

    def connect(self, order: "Order") -> None:
        """Go to a line, whatever is connected now."""
        self._app.run_worker(self._connecting(order), group=CONNECTING, exclusive=True)

    def cancel(self) -> None:
        """Stop asking who is there."""
        if self._app.workers.cancel_group(self._app, CONNECTING):
            self._desk.tell(Notice(self._desk.words("work.cancelled")))

    async def _connecting(self, order: "Order") -> None:
        from hhu.screens.joining import join  # noqa: PLC0415  # the client is imported when it is needed

        listens = order.where.kind is LineKind.LISTEN
        await self._desk.leave()
        self._desk.tell(self._patience(order))
        try:
            front_end = await self._desk.listen(order.where) if listens else None
            if listens and order.address is None:
                await self._open_front_end(order.where)
                return
            connection = await join(order, self._passwords.ask, self._settings(), self._clock, front_end)
        except CoreError as error:
            await self._failed(error)
            return
        if listens:
            self._foreground.page = "overview"
        await self._arrived(order, connection)

    async def _failed(self, error: CoreError) -> None:
        from hhu.screens.jobs import trouble  # noqa: PLC0415  # the client is imported when it is needed

        self._desk.tell(trouble(error, self._desk))
        if self._foreground.empty:
            await self._foreground.connect()

    async def _arrived(self, order: "Order", connection: "Connection") -> None:
        from hhu.screens.joining import memory_of  # noqa: PLC0415  # same

        self._desk.arrive(connection)
        self._desk.password = order.password or self._desk.password
        change = memory_of(order, connection)
        if change:
            self._save(change)
        await self._passwords.look()
        done = self._desk.words("connect.done", address=connection.address_text)
        self._desk.notice = Notice(done, "", Tone.GOOD)
        await self._foreground.workbench()

    def _patience(self, order: "Order") -> Notice:
        """What is waited for now, and how long."""
        words = self._desk.words
        if order.where.kind is LineKind.LISTEN and order.address:
            return Notice(words("front.waiting", address=order.address.text), words("front.waiting-next"))
        return Notice(words("work.connecting", line=str(order.where)), words("work.connecting-next"))

    async def _open_front_end(self, where: LineAddress) -> None:
        """Nobody in particular is wanted: show who comes."""
        words = self._desk.words
        self._save(lambda settings: settings.with_line(where.kind.value, str(where)))
        self._desk.notice = Notice(words("front.listening"), words("front.listening-next"), Tone.GOOD)
        self._foreground.page = "front-end"
        await self._foreground.workbench()
