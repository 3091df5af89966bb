"""Passwords of terminals, one per (terminal address, channel), never in clear outside this room's stores.

Three ways, the first that works: the system's keyring; a vault encrypted with a passphrase (``hhu.vault``);
memory of this session. No store shows a password in ``repr``, a log or an exception: an error names the
terminal and the channel only. ``list`` names entries; a keyring cannot be listed, so the names (no
passwords) are noted in a file beside the settings.
"""

import json
import re
import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, cast

import keyring
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.errors import KeyringError, KeyringLocked, PasswordDeleteError

from core.errors import EncodeError, StoreError, UsageError
from hhu.files import write_whole
from hhu.vault import AskPassphrase, Vault

Kind = Literal["keyring", "vault", "session"]
SERVICE = "hhu"
LONGEST_PASSWORD = 16
_ADDRESS = re.compile(r"[0-9]{4}-[0-9A-F]{4}")
_CHANNEL = re.compile(r"[a-z0-9-]{1,16}")
_RECOMMENDED = 1  # keyring's own mark: below it stand fail, null, an empty chain and files in clear
_FOREIGN = (
    ("pywintypes", "error"),
    ("win32ctypes.pywin32.pywintypes", "error"),
    ("secretstorage.exceptions", "SecretStorageException"),
    ("jeepney.wrappers", "DBusErrorResponse"),
)
"""What backends raise beside KeyringError; each exists only where its system does."""


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """Whose password: terminal address such as ``1122-3344``, channel such as ``ir``."""

    address: str
    channel: str

    @staticmethod
    def of(address: str, channel: str) -> "Entry":
        """Check and normalise both; UsageError when one of them cannot be."""
        entry = Entry(address.strip().upper(), channel.strip().lower())
        if not _ADDRESS.fullmatch(entry.address):
            raise UsageError(f"{address!r} is no terminal address.", "Write it as 1122-3344.")
        if not _CHANNEL.fullmatch(entry.channel):
            raise UsageError(f"{channel!r} is no channel.", "Name ir, rs485 or uplink.")
        return entry

    @staticmethod
    def read(name: str) -> "Entry":
        """Inverse of ``name``."""
        address, _, channel = name.partition("/")
        return Entry.of(address, channel)

    @property
    def name(self) -> str:
        """One word for both, the user name in the keyring."""
        return f"{self.address}/{self.channel}"


class SecretStore(Protocol):
    """Where passwords are kept; ``kind`` is shown to the technician."""

    @property
    def kind(self) -> Kind:
        """Which of the three ways this is."""
        ...

    def get(self, address: str, channel: str) -> str | None:
        """Return the password, ``None`` when none is kept; UsageError or StoreError when shut."""
        ...

    def set(self, address: str, channel: str, password: str) -> None:
        """Keep ``password``; EncodeError when the wire cannot carry it."""
        ...

    def forget(self, address: str, channel: str) -> bool:
        """Remove the password; tell whether there was one."""
        ...

    def list(self) -> tuple[Entry, ...]:
        """Name the entries, sorted, without their passwords."""
        ...


def check_password(text: str) -> str:
    """Return ``text`` when the wire can carry it: 1 to 16 ASCII digits (device behaviour 9.3)."""
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_PASSWORD):
        raise EncodeError(f"give 1 to {LONGEST_PASSWORD} digits", field="password")
    return text


class SessionSecrets:
    """Memory only: asked again at the next start."""

    kind: Kind = "session"

    def __init__(self) -> None:
        self._kept: dict[Entry, str] = {}

    def get(self, address: str, channel: str) -> str | None:
        """See SecretStore."""
        return self._kept.get(Entry.of(address, channel))

    def set(self, address: str, channel: str, password: str) -> None:
        """See SecretStore."""
        self._kept[Entry.of(address, channel)] = check_password(password)

    def forget(self, address: str, channel: str) -> bool:
        """See SecretStore."""
        return self._kept.pop(Entry.of(address, channel), None) is not None

    def list(self) -> tuple[Entry, ...]:
        """See SecretStore."""
        return tuple(sorted(self._kept))


class VaultSecrets:
    """A file encrypted with a passphrase, asked when the first password is needed."""

    kind: Kind = "vault"

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def get(self, address: str, channel: str) -> str | None:
        """See SecretStore."""
        return self._vault.open().get(Entry.of(address, channel).name)

    def set(self, address: str, channel: str, password: str) -> None:
        """See SecretStore."""
        name, kept = Entry.of(address, channel).name, check_password(password)
        self._vault.seal({**self._vault.open(), name: kept})

    def forget(self, address: str, channel: str) -> bool:
        """See SecretStore."""
        name, kept = Entry.of(address, channel).name, self._vault.open()
        if name not in kept:
            return False
        self._vault.seal({other: value for other, value in kept.items() if other != name})
        return True

    def list(self) -> tuple[Entry, ...]:
        """See SecretStore."""
        return tuple(sorted(Entry.read(name) for name in self._vault.open()))


class KeyringSecrets:
    """The system's keyring, with the names of the entries noted in ``names``."""

    kind: Kind = "keyring"

    def __init__(self, backend: KeyringBackend, names: Path) -> None:
        self._backend = backend
        self._names = names

    def get(self, address: str, channel: str) -> str | None:
        """See SecretStore."""
        entry = Entry.of(address, channel)
        with _keyring_edge(entry):
            return self._backend.get_password(SERVICE, entry.name)

    def set(self, address: str, channel: str, password: str) -> None:
        """See SecretStore."""
        entry, kept = Entry.of(address, channel), check_password(password)
        with _keyring_edge(entry):
            self._backend.set_password(SERVICE, entry.name, kept)
        self._note({*self.list(), entry})

    def forget(self, address: str, channel: str) -> bool:
        """See SecretStore."""
        entry = Entry.of(address, channel)
        was_there = self.get(address, channel) is not None
        if was_there:
            with _keyring_edge(entry):
                self._backend.delete_password(SERVICE, entry.name)
        self._note(set(self.list()) - {entry})
        return was_there

    def list(self) -> tuple[Entry, ...]:
        """See SecretStore; a lost list of names is empty, the passwords are still found by ``get``."""
        try:
            names = cast("object", json.loads(self._names.read_text("utf-8")))
            return tuple(sorted(Entry.read(name) for name in _words(names)))
        except (FileNotFoundError, ValueError, UsageError):
            return ()
        except OSError as error:
            raise StoreError(f"{self._names} cannot be read: {error.strerror or error}") from error

    def _note(self, entries: Iterable[Entry]) -> None:
        names = [entry.name for entry in sorted(entries)]
        write_whole(self._names, json.dumps(names, indent=1).encode())


def open_secrets(ask_passphrase: AskPassphrase | None, directory: Path) -> SecretStore:
    """Open the first way that works; without ``ask_passphrase`` no vault is used."""
    backend = _working_keyring()
    if backend is not None:
        return KeyringSecrets(backend, directory / "secret-names.json")
    if ask_passphrase is not None:
        return VaultSecrets(Vault(directory / "secrets.vault", ask_passphrase))
    return SessionSecrets()


def _working_keyring() -> KeyringBackend | None:
    try:
        backend = keyring.get_keyring()
        return backend if _keeps_secrets(backend) else None
    except (ImportError, *_backend_errors()):
        return None


def _keeps_secrets(backend: KeyringBackend) -> bool:
    if isinstance(backend, ChainerBackend):
        return bool(backend.backends) and _keeps_secrets(backend.backends[0])
    if backend.priority < _RECOMMENDED:
        return False
    backend.get_password(SERVICE, "probe")  # a daemon that is installed may still not run
    return True


def _backend_errors() -> tuple[type[Exception], ...]:
    met = (getattr(sys.modules.get(module), name, None) for module, name in _FOREIGN)
    foreign = [error for error in met if isinstance(error, type) and issubclass(error, Exception)]
    return (KeyringError, RuntimeError, OSError, *foreign)


@contextmanager
def _keyring_edge(entry: Entry) -> Generator[None]:
    try:
        yield
    except PasswordDeleteError:
        return  # somebody else removed it first
    except KeyringLocked as error:
        raise StoreError(f"{entry.name}: the system's keyring is locked; unlock it and try again") from error
    except _backend_errors() as error:
        reason = type(error).__name__  # its text is the backend's and may quote what it was given
        raise StoreError(f"{entry.name}: the system's keyring refused ({reason})") from None


def _words(value: object) -> list[str]:
    rows = cast("list[object]", value) if isinstance(value, list) else []
    return [row for row in rows if isinstance(row, str)]
