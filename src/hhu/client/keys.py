"""Keys of packages as files (vendor extension §5.2): private ones in PEM, public ones as hexadecimal digits.

A private key may be sealed with a passphrase; it never leaves the computer that signs. Public keys that this
tool trusts are the ``*.pub`` files of one folder.
"""

import re
from collections.abc import Callable
from pathlib import Path

from core.errors import UsageError
from core.vendor.signature import KEY, public_key

AskPassphrase = Callable[[], str]
"""Get the passphrase of a sealed key; called only when there is one."""
SUFFIX = ".pub"
TRUSTED = "package-keys"
"""Folder of the tool's home whose ``*.pub`` files are trusted."""
_LONGEST_FILE = 4096


def new_key(passphrase: str) -> tuple[bytes, bytes]:
    """Return a fresh private key as PEM, sealed unless ``passphrase`` is empty, and its public key."""
    from cryptography.hazmat.primitives import serialization as forms  # noqa: PLC0415  # costly
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415  # same

    private = Ed25519PrivateKey.generate()
    seal = forms.BestAvailableEncryption(passphrase.encode()) if passphrase else forms.NoEncryption()
    pem = private.private_bytes(forms.Encoding.PEM, forms.PrivateFormat.PKCS8, seal)
    return pem, private.public_key().public_bytes_raw()


def read_seed(path: Path, ask: AskPassphrase) -> bytes:
    """Return the seed in a file: PEM, or 64 hexadecimal digits; ``UsageError`` for anything else."""
    text = _text(path)
    if seed := _digits(text):
        return seed
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415  # costly
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415  # same
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415  # same

    passphrase = ask().encode() if "ENCRYPTED" in text else None
    try:
        private = load_pem_private_key(text.encode(), passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UsageError(
            f"{path} cannot be opened as a private key.", "Check the passphrase; keygen makes such a file."
        ) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise UsageError(f"{path} holds no Ed25519 key.", "hhu upgrade package keygen makes one.")
    return private.private_bytes_raw()


def read_public(given: str) -> bytes:
    """Return a public key given as 64 hexadecimal digits, or as a file that holds them, or PEM."""
    if key := _digits(given):
        return key
    text = _text(Path(given))
    if key := _digits(text):
        return key
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415  # costly
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415  # same
    from cryptography.hazmat.primitives.serialization import load_pem_public_key  # noqa: PLC0415  # same

    try:
        known = load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _no_public(given) from error
    if not isinstance(known, Ed25519PublicKey):
        raise _no_public(given)
    return known.public_bytes_raw()


def _no_public(given: str) -> UsageError:
    return UsageError(
        f"{given} is no public key.", "Give 64 hexadecimal digits, or the .pub file that keygen wrote."
    )


def shown_public(key: bytes) -> str:
    """Return a public key as people pass it on, and as the terminal's setting takes it."""
    return key.hex()


def trusted_keys(folder: Path) -> tuple[bytes, ...]:
    """Return the public keys in a folder, none when there is no folder; ``UsageError`` names a bad file."""
    if not folder.is_dir():
        return ()
    return tuple(read_public(str(path)) for path in sorted(folder.glob(f"*{SUFFIX}")))


def public_of(seed: bytes) -> bytes:
    """Return the public key that belongs to a private one."""
    return public_key(seed)


def _digits(text: str) -> bytes | None:
    found = re.fullmatch(rf"\s*([0-9A-Fa-f]{{{2 * KEY}}})\s*", text)
    return bytes.fromhex(found[1]) if found else None


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(_LONGEST_FILE + 1)
        return raw.decode("utf-8") if len(raw) <= _LONGEST_FILE else ""
    except (OSError, ValueError) as error:
        raise UsageError(
            f"The key {path} cannot be read.", "Give 64 hexadecimal digits, or a file."
        ) from error
