"""What a command asks a person: passwords, passphrases, yes or no. Never anything when nobody is there."""

import sys
from argparse import Namespace
from collections.abc import Callable
from getpass import getpass

from core.errors import UsageError
from hhu.client.passwords import PasswordError
from hhu.secrets import SecretStore, open_secrets
from hhu.settings import home


def somebody_there() -> bool:
    """Tell whether a person can answer a question."""
    return sys.stdin.isatty()


def confirmed(question: str) -> bool:
    """Ask yes or no on stderr; anything but yes is no."""
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().casefold() in ("y", "yes", "是")


def passphrase(what: str, args: Namespace, *, new: bool = False) -> str:
    """Get the passphrase of a key file: from standard input if told so, else typed; a new one twice.

    Empty when nobody is there: a new key is then not sealed.
    """
    if getattr(args, "password_stdin", False):
        return sys.stdin.readline().rstrip("\r\n")
    if not somebody_there():
        return ""
    asked = f"Passphrase of {what}"
    return _twice(f"{asked} (empty: none)") if new else getpass(f"{asked}: ", sys.stderr)


class Desk:
    """Where passwords come from: standard input if told so, the store, the person; each line is read once."""

    def __init__(self, *, from_stdin: bool) -> None:
        self._from_stdin = from_stdin
        self._typed: str | None = None
        self._store: SecretStore | None = None

    @property
    def store(self) -> SecretStore:
        """The keyring, or the vault, opened when first needed."""
        if self._store is None:
            self._store = open_secrets(self._passphrase, home())
        return self._store

    async def password(self, address: str, channel: str) -> str | None:
        """Get the password of a terminal; an `hhu.client.passwords.Ask`."""
        if self._from_stdin:
            return self._given()
        kept = self._kept(address, channel)
        if kept is None and somebody_there():
            return getpass(f"Password of {address} over {channel}: ", sys.stderr)
        return kept

    def new_password(self, address: str, channel: str) -> str:
        """Get a password that is to be kept: the first line of standard input, or typed twice."""
        if self._from_stdin or not somebody_there():
            return self._given()
        return _twice(f"Password of {address} over {channel}")

    def _kept(self, address: str, channel: str) -> str | None:
        try:
            return self.store.get(address, channel)
        except UsageError as error:  # the vault stays shut: nobody gave its passphrase
            if somebody_there():
                return None
            raise PasswordError(error.reason, "Give the password with --password-stdin.") from error

    def _given(self) -> str:
        typed = sys.stdin.readline().rstrip("\r\n") if self._typed is None else self._typed
        self._typed = typed
        return typed

    def _passphrase(self, new: bool) -> str | None:
        if self._from_stdin:
            return sys.stdin.readline().rstrip("\r\n") or None
        if not somebody_there():
            return None
        return (
            _twice("New passphrase of the vault") if new else getpass("Passphrase of the vault: ", sys.stderr)
        )


def _twice(what: str, ask: Callable[[str], str] = lambda prompt: getpass(prompt, sys.stderr)) -> str:
    first = ask(f"{what}: ")
    if ask("Once more: ") != first:
        raise UsageError("The two are not the same.", "Try again.")
    return first
