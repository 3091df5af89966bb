"""A directory as a USB flash disk (device behaviour 5.2)."""

from pathlib import Path

from core.terminal.upgrade.disk import PackageFile

FOLDER = "HX1088"
ENDING = ".hxp"


class UsbDisk:
    """A disk with what is in ``root``; read only. Files may come, change and go while it is plugged."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def mount(self) -> bool:
        """Tell whether the directory can be read."""
        try:
            next(self.root.iterdir(), None)
        except OSError:
            return False
        return True

    def packages(self) -> tuple[PackageFile, ...]:
        """Return ``*.hxp`` in the root and in the folder HX1088, in capitals or not."""
        folders = ["", *(folder.name + "/" for folder in _entries(self.root) if _is_folder(folder))]
        files = [(prefix, path) for prefix in folders for path in _entries(self.root / prefix)]
        sizes = [(prefix + path.name, _size(path)) for prefix, path in files if path.suffix.lower() == ENDING]
        return tuple(PackageFile(path, size) for path, size in sizes if size is not None)

    def read(self, path: str, offset: int, length: int) -> bytes | None:
        """Return a stretch of a file, ``None`` when it cannot be read."""
        try:
            with (self.root / path).open("rb") as file:
                file.seek(offset)
                return file.read(length)
        except OSError:
            return None


def _entries(folder: Path) -> list[Path]:
    """A disk has no links: what they lead to is not on it."""
    try:
        return sorted(path for path in folder.iterdir() if not path.is_symlink())
    except OSError:
        return []


def _is_folder(path: Path) -> bool:
    return path.is_dir() and path.name.upper() == FOLDER


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size if path.is_file() else None
    except OSError:
        return None
