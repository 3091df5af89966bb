"""A file of passwords sealed with a passphrase: scrypt makes the key, AES-256-GCM seals and authenticates.

JSON with ``format``, ``cost``, ``salt``, ``nonce``, ``box``; all of it is authenticated. Rules: a vault
that did not open is never written; every write takes a fresh nonce; each operation reads the file again, so a
second window's entries survive; the key, not the passphrase, stays in memory.
"""

import base64
import binascii
import json
import os
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from core.errors import StoreError, UsageError
from hhu.files import write_whole

AskPassphrase = Callable[[bool], str | None]
"""Ask the technician; ``True`` when a new vault is made (ask twice); ``None`` when he declines."""

FORMAT = "hhu-vault-1"
COST = 2**16
"""scrypt n with r = 8: 64 MiB and a fraction of a second per guess."""
SHORTEST_PASSPHRASE = 8
_COSTS = (2**14, 2**15, 2**16, 2**17, 2**18)
_SALT, _NONCE, _KEY = 16, 12, 32


@dataclass(frozen=True, slots=True)
class _Sealed:
    cost: int
    salt: bytes
    nonce: bytes
    box: bytes

    @property
    def header(self) -> bytes:
        return f"{FORMAT} {self.cost} {self.salt.hex()}".encode()


class Vault:
    """The vault at ``path``; ``ask`` is called when its key is first needed, never twice by itself."""

    def __init__(self, path: Path, ask: AskPassphrase, cost: int = COST) -> None:
        self._path = path
        self._ask = ask
        self._cost = cost
        self._salt = b""
        self._key = b""

    def open(self) -> dict[str, str]:
        """Return the passwords by name, none when there is no vault yet.

        UsageError for a wrong passphrase or none given, StoreError for a damaged file.
        """
        sealed = self._load()
        if sealed is None:
            return {}
        if not self._key or self._salt != sealed.salt:
            self._take_key(sealed.cost, sealed.salt, self._passphrase(new=False))
        return self._unsealed(sealed)

    def seal(self, passwords: Mapping[str, str]) -> None:
        """Write ``passwords`` in place of the old ones; a vault that does not open is left untouched."""
        old = self._load()
        if old is None:
            self._take_key(self._cost, os.urandom(_SALT), self._passphrase(new=True))
        else:
            self.open()
        cost = self._cost if old is None else old.cost
        fresh = _Sealed(cost, self._salt, os.urandom(_NONCE), b"")
        clear = json.dumps(dict(passwords), sort_keys=True).encode()
        box = AESGCM(self._key).encrypt(fresh.nonce, clear, fresh.header)
        write_whole(self._path, _show(replace(fresh, box=box)))

    def _load(self) -> _Sealed | None:
        try:
            return _read(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreError(f"{self._path} cannot be read: {error.strerror or error}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise StoreError(f"{self._path} is damaged; move it away to start a new vault") from error

    def _passphrase(self, *, new: bool) -> str:
        given = self._ask(new)
        if given is None:
            raise UsageError(
                "The vault of passwords stays shut.", "Give its passphrase, or type the password."
            )
        if new and len(given) < SHORTEST_PASSPHRASE:
            raise UsageError(
                "The passphrase is too short.", f"Give at least {SHORTEST_PASSPHRASE} characters."
            )
        return given

    def _take_key(self, cost: int, salt: bytes, passphrase: str) -> None:
        words = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
        self._key = Scrypt(salt=salt, length=_KEY, n=cost, r=8, p=1).derive(words)
        self._salt = salt

    def _unsealed(self, sealed: _Sealed) -> dict[str, str]:
        try:
            clear = AESGCM(self._key).decrypt(sealed.nonce, sealed.box, sealed.header)
        except InvalidTag:
            self._key = b""
            raise UsageError("The passphrase does not open the vault of passwords.", "Try again.") from None
        return cast("dict[str, str]", json.loads(clear))


def _show(sealed: _Sealed) -> bytes:
    rows = {"format": FORMAT, "cost": sealed.cost}
    parts = {"salt": sealed.salt, "nonce": sealed.nonce, "box": sealed.box}
    return json.dumps(rows | {name: base64.b64encode(part).decode() for name, part in parts.items()}).encode()


def _read(content: bytes) -> _Sealed:
    rows = cast("dict[str, object]", json.loads(content))
    cost = rows["cost"]
    if rows["format"] != FORMAT or not isinstance(cost, int) or cost not in _COSTS:
        raise ValueError(rows["format"])
    salt, nonce, box = (_bytes(rows[name]) for name in ("salt", "nonce", "box"))
    if len(salt) != _SALT or len(nonce) != _NONCE:
        raise ValueError(len(salt), len(nonce))
    return _Sealed(cost, salt, nonce, box)


def _bytes(text: object) -> bytes:
    if not isinstance(text, str):
        raise binascii.Error
    return base64.b64decode(text, validate=True)
