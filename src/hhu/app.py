"""The Textual app: opens screens, keeps the desk, runs what outlives a screen."""

import gc
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import App
from textual.binding import Binding, BindingType
from textual.events import Key
from textual.scrollbar import ScrollBar
from textual.worker import WorkerFailed

from core.errors import CoreError
from core.lines.address import LineAddress
from core.lines.pace import LoopClock
from hhu import __version__
from hhu.palette import DARK, LIGHT, theme_of
from hhu.screens.arrivals import Arrivals
from hhu.screens.desk import Desk
from hhu.screens.foreground import Foreground
from hhu.screens.looks import APP_CSS, PlainBars
from hhu.screens.visit_passwords import VisitPasswords
from hhu.settings import Settings, SettingsFile, open_settings
from hhu.widgets.notice_row import Notice, Tone
from hhu.words import Language, Words

if TYPE_CHECKING:
    from hhu.screens.order import Connect, Order
    from hhu.secrets import SecretStore


class HhuApp(App[None]):
    """``order`` is connected at once; tests give civil time, settings and secrets of their own."""

    ENABLE_COMMAND_PALETTE = True
    AUTO_FOCUS = None
    TITLE = "hhu"
    CSS = APP_CSS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+q", "quit", "Quit", show=False, id="app.quit", tooltip="Hang up and leave", priority=True
        ),
        Binding("ctrl+c", "quit", "Quit", show=False, id="app.quit-c", tooltip="Hang up and leave"),
        Binding("f7", "language", "Language", show=False, id="app.language", tooltip="Chinese or English"),
        Binding("f8", "colours", "Colours", show=False, id="app.colours", tooltip="Light or dark"),
        Binding("f2", "connect", "Connect", show=False, id="app.connect", tooltip="Back to Connect"),
        Binding(
            "f5",
            "hold_key",
            "Hold key 5 s",
            show=False,
            id="app.hold-5",
            tooltip="Open the programming switch",
        ),
    ]

    def __init__(
        self,
        order: "Order | None" = None,
        *,
        settings: SettingsFile | None = None,
        secrets: "SecretStore | None" = None,
        start: datetime | None = None,
        page: str = "overview",
    ) -> None:
        ScrollBar.renderer = PlainBars
        super().__init__()
        self._order = order
        self._settings_file = settings or open_settings()
        self.settings: Settings = self._settings_file.load()
        self._given_secrets = secrets
        self._start = start
        self._first_page = page
        self.words = Words(cast("Language", self.settings.language))
        for palette in (DARK, LIGHT):
            self.register_theme(theme_of(palette))
        self.theme = DARK.name

    async def on_mount(self) -> None:
        """Make the desk on the running loop; connect at once when an order was given."""
        clock = LoopClock(self._start)
        self.desk = desk = Desk(clock, self.words, self.redraw)
        self.passwords = VisitPasswords(self, desk, self._given_secrets)
        self.foreground = Foreground(self, desk, self._present_settings, __version__, self._first_page)
        self.arrivals = Arrivals(
            self, desk, clock, self.passwords, self.foreground, self._present_settings, self._save
        )
        if self._settings_file.damage:
            self.desk.notice = Notice(
                self.words("error.settings"), str(self._settings_file.damage.path), Tone.WARN
            )
        if self._order is None:
            await self.foreground.connect()
        else:
            self.arrivals.connect(self._order)

    def on_unmount(self) -> None:
        """Give the collector back what was kept from it."""
        gc.unfreeze()

    def redraw(self) -> None:
        """Something on the desk changed: the screen in front of all draws itself anew."""
        for screen in self.screen_stack:
            draw = getattr(screen, "redraw", None)
            if draw:
                draw()

    def _fatal_error(self) -> None:
        """A fault of the tool: leave the screen in order; ``run_app`` hands it to the guard, no traceback."""
        self._close_messages_no_wait()

    # Connecting

    def on_connect(self, message: "Connect") -> None:
        """The Connect screen wants a line."""
        self.arrivals.connect(message.order)

    async def on_stop_listening(self) -> None:
        """The front end page wants everybody hung up on."""
        await self.desk.stop_listening()
        self.desk.tell(Notice(self.words("front.stopped"), self.words("front.stopped-next")))

    def _present_settings(self) -> Settings:
        return self.settings

    def _save(self, change: Callable[[Settings], Settings]) -> None:
        self.settings = change(self.settings)
        try:
            self._settings_file.update(change)
        except CoreError as error:
            from hhu.screens.jobs import trouble  # noqa: PLC0415  # the client is imported when it is needed

            self.desk.tell(trouble(error, self.desk))

    # Actions

    def on_key(self, event: Key) -> None:
        """Caps Lock turns no key off: a capital that means nothing here does what its letter does."""
        letter = event.key
        if len(letter) == 1 and letter.isupper() and letter not in self.screen.active_bindings:
            self.simulate_key(letter.lower())

    async def action_connect(self) -> None:
        """Hang up and choose another line."""
        await self.desk.leave()
        self.desk.notice = Notice()
        await self.foreground.connect()

    async def action_quit(self) -> None:
        """Hang up and leave; ask when something planned was not written."""
        planned = len(self.desk.planned())
        if not planned:
            await self._leave()
            return
        from hhu.screens.sheets import QuestionSheet  # noqa: PLC0415  # made on first use

        sheet = QuestionSheet(self.words("quit.title", number=planned), self.desk.lines_of_plan(8))
        self.push_screen(sheet, self._leave_if)

    async def _leave_if(self, sure: bool | None) -> None:
        if sure:
            await self._leave()

    async def _leave(self) -> None:
        """An emulated terminal is switched off and keeps its parameters."""
        await self.desk.leave()
        await self.desk.stop_listening()
        self.exit()

    async def action_keep_password(self) -> None:
        """Keep the password that the terminal has accepted for the next visit."""
        await self.passwords.keep()

    def action_cancel_connecting(self) -> None:
        """Stop asking who is there."""
        self.arrivals.cancel()

    def action_arm(self) -> None:
        """Arm writes for five minutes, or disarm."""
        if self.desk.armed_left:
            self.desk.disarm()
            self.desk.tell(Notice(self.words("arm.off")))
        else:
            self.desk.arm()
            self.desk.tell(Notice(self.words("arm.on"), "", Tone.WARN))

    def action_hold_key(self, seconds: float = 5.2) -> None:
        """Hold the key of the emulated terminal, or say how to hold the real one."""
        for screen in reversed(self.screen_stack):
            stroke = getattr(screen, "stroke", None)
            if stroke:
                stroke(seconds)
                return

    def action_help(self) -> None:
        """Help of the page in front."""
        from hhu.screens.help import HelpScreen  # noqa: PLC0415  # Markdown is slow to import

        page = getattr(self.screen, "current_page", self.screen)
        text: dict[str, str] = getattr(page, "HELP_TEXTS", {})
        if text:
            self.push_screen(HelpScreen(text[self.words.language]))

    async def action_language(self) -> None:
        """The other language, from now on and at the next start."""
        self.words.language = "en" if self.words.language == "zh" else "zh"
        language = self.words.language

        def change(settings: Settings) -> Settings:
            return replace(settings, language=language)

        self._save(change)
        await self.foreground.again()

    def action_colours(self) -> None:
        """Dark or light."""
        self.theme = LIGHT.name if self.theme == DARK.name else DARK.name

    def on_examine(self) -> None:
        """Show what the doctor finds."""
        from hhu.screens.doctor import DoctorSheet  # noqa: PLC0415  # made on first use

        self.push_screen(DoctorSheet())

    def action_command_palette(self) -> None:
        """Every action, by name."""
        from textual.command import CommandPalette  # noqa: PLC0415  # made on first use

        from hhu.screens.commands import HhuCommands  # noqa: PLC0415

        if not self.screen.has_class("--textual-command-palette"):
            self.push_screen(CommandPalette([HhuCommands], placeholder=self.words("palette.search")))


def make_app(emulator: str | None = None, line: str | None = None, address: str | None = None) -> HhuApp:
    """Return the app, not yet running; with ``emulator`` or ``line`` it connects at once.

    Raises ``UsageError`` for a line or address that cannot be, before the screen is taken over.
    """
    from core.gdw376.address import Address  # noqa: PLC0415  # only with an order
    from hhu.screens.order import Order  # noqa: PLC0415  # same

    where = f"emulator:{emulator}" if emulator is not None else line
    if not where:
        return HhuApp()
    return HhuApp(Order(LineAddress.parse(where), Address.parse(address) if address else None, ""))


def run_app(emulator: str | None = None, *, line: str | None = None, address: str | None = None) -> int:
    """Run the screens until the technician leaves; see ``make_app``.

    An error that nobody foresaw is raised after the screen was given back; the guard puts it into words.
    """
    app = make_app(emulator, line, address)
    app.run()
    fault = app._exception  # pyright: ignore[reportPrivateUsage]  # kept there for test frameworks
    if fault is not None:
        raise fault.error if isinstance(fault, WorkerFailed) else fault
    return 0
