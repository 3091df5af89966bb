"""Signature of a package: Ed25519 over its header, which holds the hash of the body (vendor extension §5.2).

Keys are raw: a seed of 32 bytes signs, public keys of 32 bytes verify. *cryptography* is imported on use,
since most starts of the tool need none of it.
"""

import hashlib
from collections.abc import Iterable

from core.errors import EncodeError
from core.vendor.header import CRC_AT, SIGNED_PART, SIZE, sealed

KEY, KEY_ID = 32, 8
_PURPOSE = b"HX1088-PACKAGE-V1\x00"
_SIGNED_FLAG_AT, _KEY_ID_AT = 22, 96


def public_key(seed: bytes) -> bytes:
    """Return the public key of a seed; ``EncodeError`` when it has not 32 bytes."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415  # costly

    if len(seed) != KEY:
        raise EncodeError(f"{len(seed)} bytes, exactly {KEY} are needed", field="key")
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def key_id(key: bytes) -> bytes:
    """Return the id of a public key: the first 8 bytes of its SHA-256."""
    return hashlib.sha256(key).digest()[:KEY_ID]


def is_signed(file: bytes, keys: Iterable[bytes]) -> bool:
    """Tell whether the header is signed by one of the keys (§5.2); it covers the body through its hash."""
    named = next((key for key in keys if key_id(key) == file[_KEY_ID_AT : _KEY_ID_AT + KEY_ID]), None)
    return named is not None and _verified(named, file[:SIZE])


def _verified(key: bytes, header: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415  # costly
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415  # same

    try:
        known = Ed25519PublicKey.from_public_bytes(key)
        known.verify(header[SIGNED_PART:CRC_AT], _PURPOSE + header[:SIGNED_PART])
    except (InvalidSignature, ValueError):  # ValueError: what is configured is no key
        return False
    return True


def signed(header: bytes, seed: bytes) -> bytes:
    """Return the header with flag, key id, signature and CRC-32 made with ``seed``."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415  # costly

    named = key_id(public_key(seed))
    part = bytearray(header[:SIGNED_PART])
    part[_SIGNED_FLAG_AT] |= 1
    part[_KEY_ID_AT : _KEY_ID_AT + KEY_ID] = named
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(_PURPOSE + bytes(part))
    return sealed(bytes(part) + signature + header[CRC_AT:])
