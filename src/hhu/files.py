"""Files of the tool: written whole or not at all, readable by their owner only."""

import contextlib
import os
import tempfile
from pathlib import Path

from core.errors import StoreError


def write_whole(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path`` so that a power cut leaves either the old file or the new one.

    The file gets mode 0600 where the system knows modes. StoreError when the disk refuses.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _replace(path, content)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror or error}") from error


def _replace(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mkstemp creates with 0600
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder outlast a power cut, where the system can."""
    with contextlib.suppress(OSError):  # Windows opens no folders; there the rename is already durable
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
