import logging
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null
from keyring.compat import properties
from keyring.errors import KeyringLocked, PasswordDeleteError

from core.errors import EncodeError, StoreError, UsageError
from hhu.secrets import (
    Entry,
    KeyringSecrets,
    SecretStore,
    SessionSecrets,
    VaultSecrets,
    check_password,
    open_secrets,
)
from hhu.vault import Vault


class MemoryKeyring(KeyringBackend):
    """A whole keyring in memory."""

    priority = 1  # pyright: ignore[reportAssignmentType] keyring computes it lazily, a backend may state it

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError(username)


class LockedKeyring(MemoryKeyring):
    """Installed and running, but its owner dismissed the prompt."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked


class VanishingKeyring(MemoryKeyring):
    """Loses its daemon after the first look and quotes what it was given."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise OSError(f"cannot store {password}")


class ClearKeyring(MemoryKeyring):
    """Works, but keyring itself does not recommend it (files in clear)."""

    priority = 0.5  # pyright: ignore[reportAssignmentType] as above


@pytest.fixture(autouse=True)
def restored_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


@pytest.fixture(params=["keyring", "vault", "session"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> SecretStore:
    stores: dict[str, SecretStore] = {
        "keyring": KeyringSecrets(MemoryKeyring(), tmp_path / "names.json"),
        "vault": VaultSecrets(Vault(tmp_path / "v", lambda _: "correct horse", 2**14)),
        "session": SessionSecrets(),
    }
    return stores[request.param]


def test_every_store_keeps_one_password_per_terminal_and_channel(store: SecretStore) -> None:
    """Set, get, replace, list and forget mean the same in all three stores."""
    assert store.get("1122-3344", "ir") is None
    store.set("1122-3344", "ir", "000000")
    store.set("1122-3344", "rs485", "111111")
    store.set("1122-00AB", "ir", "2")
    store.set("1122-00ab", "IR", "3")
    assert store.get("1122-3344", "ir") == "000000"
    assert store.get("1122-00ab", "ir") == "3"
    assert [entry.name for entry in store.list()] == ["1122-00AB/ir", "1122-3344/ir", "1122-3344/rs485"]
    assert store.forget("1122-3344", "ir")
    assert not store.forget("1122-3344", "ir")
    assert store.get("1122-3344", "ir") is None
    assert [entry.name for entry in store.list()] == ["1122-00AB/ir", "1122-3344/rs485"]


@pytest.mark.parametrize("password", ["", "12345678901234567", "abc", "12 4", "１２３", "²"])
def test_no_store_takes_what_the_wire_cannot_carry(store: SecretStore, password: str) -> None:
    """1 to 16 ASCII digits, nothing else; the refusal does not repeat what was typed."""
    with pytest.raises(EncodeError) as refusal:
        store.set("1122-3344", "ir", password)
    assert not password or password not in repr(refusal.value)
    assert store.list() == ()


def test_the_widest_password_passes() -> None:
    """Sixteen digits fill PW."""
    assert check_password("1234567890123456") == "1234567890123456"


@pytest.mark.parametrize(
    ("address", "channel"), [("3344", "ir"), ("11223344", "ir"), ("1122-3344", "infra red")]
)
def test_a_wrong_name_is_refused(store: SecretStore, address: str, channel: str) -> None:
    """Entries that could never be found again are not made."""
    with pytest.raises(UsageError):
        store.set(address, channel, "000000")


def test_nothing_shows_a_password(store: SecretStore, caplog: pytest.LogCaptureFixture) -> None:
    """Neither repr nor str nor any log line nor the list contains it."""
    caplog.set_level(logging.DEBUG)
    store.set("1122-3344", "ir", "9786453120")
    shown = repr(store) + str(store) + repr(store.list()) + caplog.text
    assert "9786453120" not in shown


def test_a_working_keyring_is_used(tmp_path: Path) -> None:
    """The system's keyring comes first; the file beside the settings holds names only."""
    backend = MemoryKeyring()
    keyring.set_keyring(backend)
    store = open_secrets(None, tmp_path)
    store.set("1122-3344", "ir", "778899")
    assert store.kind == "keyring"
    assert backend.kept == {("hhu", "1122-3344/ir"): "778899"}
    assert open_secrets(None, tmp_path).list() == (Entry("1122-3344", "ir"),)
    assert all(b"778899" not in file.read_bytes() for file in tmp_path.iterdir())


class EmptyChain(chainer.ChainerBackend):
    """A chain that found nothing to chain."""

    backends = properties.classproperty(lambda _: list[KeyringBackend]())


class Chain(chainer.ChainerBackend):
    """A chain of one that works."""

    backends = properties.classproperty(lambda _: [MemoryKeyring(), fail.Keyring()])


@pytest.mark.parametrize(
    "backend",
    [fail.Keyring(), null.Keyring(), EmptyChain(), LockedKeyring(), ClearKeyring()],
    ids=lambda backend: type(backend).__module__ + "." + type(backend).__name__,
)
def test_without_a_keyring_that_works_the_vault_serves(backend: KeyringBackend, tmp_path: Path) -> None:
    """A backend that is missing, forgets, is locked or writes in clear is passed over."""
    keyring.set_keyring(backend)
    assert open_secrets(lambda _: "correct horse", tmp_path).kind == "vault"
    assert open_secrets(None, tmp_path).kind == "session"


def test_a_chain_with_a_working_link_is_used(tmp_path: Path) -> None:
    """The chain is as good as its first link."""
    keyring.set_keyring(Chain())
    assert open_secrets(None, tmp_path).kind == "keyring"


def test_a_keyring_that_fails_later_is_a_store_error_without_the_password(tmp_path: Path) -> None:
    """The error names the entry; the backend's words, which may quote the password, are left out."""
    keyring.set_keyring(VanishingKeyring())
    with pytest.raises(StoreError, match="1122-3344/ir") as failure:
        open_secrets(None, tmp_path).set("1122-3344", "ir", "778899")
    assert "778899" not in str(failure.value)
    assert failure.value.__cause__ is None


def test_a_keyring_locked_later_says_so(tmp_path: Path) -> None:
    """The next step is named."""
    with pytest.raises(StoreError, match="unlock it"):
        KeyringSecrets(LockedKeyring(), tmp_path / "n").get("1122-3344", "ir")


@pytest.mark.parametrize("content", ["nonsense", "{}", '["what"]', "[3]"])
def test_a_lost_list_of_names_loses_no_password(tmp_path: Path, content: str) -> None:
    """A damaged list is empty and is made again by the next entry."""
    store = KeyringSecrets(MemoryKeyring(), tmp_path / "n")
    store.set("1122-3344", "ir", "000000")
    (tmp_path / "n").write_text(content)
    assert store.list() == ()
    assert store.get("1122-3344", "ir") == "000000"
    store.set("1122-3344", "rs485", "1")
    assert store.list() == (Entry("1122-3344", "rs485"),)
