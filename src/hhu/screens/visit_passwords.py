"""Passwords of a visit: asked of the technician or of the store, kept when the terminal has accepted one."""

import asyncio
from typing import TYPE_CHECKING, Any

from textual.app import App

from core.errors import CoreError
from hhu.screens.desk import Desk
from hhu.widgets.notice_row import Notice, Tone
from hhu.widgets.status_row import Pass
from hhu.wording.explain import explain

if TYPE_CHECKING:
    from hhu.secrets import SecretStore


class VisitPasswords:
    """The store is opened on first use: keyrings are slow."""

    def __init__(self, app: App[Any], desk: Desk, store: "SecretStore | None") -> None:
        self._app = app
        self._desk = desk
        self._store = store

    @property
    def store(self) -> "SecretStore":
        """The store of passwords; a vault asks for its passphrase on a sheet."""
        if self._store is None:
            from hhu.secrets import open_secrets  # noqa: PLC0415  # keyring is slow to import
            from hhu.settings import home  # noqa: PLC0415

            self._store = open_secrets(self._passphrase, home())
        return self._store

    def _passphrase(self, new: bool) -> str | None:
        """Ask for the vault's passphrase from a thread; a new one twice, until both are the same."""
        first = self._app.call_from_thread(self._ask_passphrase, "new" if new else "open")
        if not new or first is None:
            return first
        again = self._app.call_from_thread(self._ask_passphrase, "again")
        return first if again == first else self._passphrase(new)

    async def _ask_passphrase(self, which: str) -> str | None:
        from hhu.screens.sheets import PassphraseSheet  # noqa: PLC0415  # made on first use

        words = self._desk.words
        answer: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        sheet = PassphraseSheet(words(f"vault.{which}"), words(f"vault.{which}-hint"))
        self._app.push_screen(sheet, answer.set_result)
        return await answer

    async def ask(self, address: str, channel: str) -> str | None:
        """Give the client the password: the one typed for this visit, else the one kept."""
        return self._desk.password or await self.kept(address, channel)

    async def kept(self, address: str, channel: str) -> str | None:
        """Ask the store; in a thread where it is a service or a file, memory answers at once."""
        if self._store is not None and self._store.kind == "session":
            return self._store.get(address, channel)
        return await asyncio.to_thread(lambda: self.store.get(address, channel))

    async def look(self) -> None:
        """Tell in the status row whether a password is at hand."""
        link = self._desk.connection
        if link is None or self._desk.password_state is not Pass.NONE:
            return
        try:
            found = await self.ask(link.address_text, link.channel)
        except CoreError:
            found = None  # the write will ask, and say what is wrong with the store
        self._desk.password_state = Pass.KEPT if found else Pass.NONE

    async def keep(self) -> None:
        """Keep the password that the terminal has accepted for the next visit."""
        link, desk = self._desk.connection, self._desk
        words = desk.words
        if link is None or desk.password_state is not Pass.ACCEPTED or not desk.password:
            desk.tell(Notice(words("pass.keep-none"), words("pass.keep-next"), Tone.WARN))
            return
        try:
            await asyncio.to_thread(lambda: self.store.set(link.address_text, link.channel, desk.password))
        except CoreError as error:
            said = explain(error, words.language)
            desk.tell(Notice(said.cause, said.next_step, Tone.BAD))
            return
        desk.tell(Notice(words(f"pass.kept-{self.store.kind}"), "", Tone.GOOD))
