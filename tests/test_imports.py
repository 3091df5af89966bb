"""Import contracts proved at run time, each in an interpreter of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src"

EVERY_MODULE = """
import importlib, pkgutil, sys

def load(name):
    module = importlib.import_module(name)
    for found in pkgutil.iter_modules(getattr(module, "__path__", ())):
        if found.name != "__main__":
            load(f"{name}.{found.name}")
"""

AGAIN_ON_WINDOWS = """
import builtins

POSIX = {"termios", "fcntl", "pty", "tty", "resource", "grp", "pwd", "posix", "curses", "syslog", "readline"}
import_module = builtins.__import__

def ours(name):
    return name.partition(".")[0] in ("core", "hhu")

def as_on_windows(name, globals=None, locals=None, fromlist=(), level=0):
    importer = (globals or {}).get("__name__", "")
    if name.partition(".")[0] in POSIX and ours(importer):
        raise ModuleNotFoundError(f"{importer} imports {name}, which Windows has not")
    return import_module(name, globals, locals, fromlist, level)

for name in [name for name in sys.modules if ours(name)]:
    del sys.modules[name]
sys.platform = "win32"
builtins.__import__ = as_on_windows
"""


def loaded(program: str) -> set[str]:
    """Top-level names of what an interpreter holds after ``program``."""
    program += "\nimport sys\nprint(*sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env=os.environ | {"PYTHONPATH": str(SOURCE), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.mark.parametrize("room", ["core.wire", "core.gdw376", "core.meters", "core.terminal", "core.panel"])
def test_a_pure_room_pulls_in_no_port_thread_database_or_screen(room: str) -> None:
    """Codecs, domain and panel load, with every module below them, without I/O libraries."""
    names = loaded(f"{EVERY_MODULE}\nload({room!r})")
    assert names.isdisjoint({"serial", "asyncio", "socket", "sqlite3", "textual", "hhu"})


@pytest.mark.parametrize(
    "room", ["hhu.client", "hhu.frontend", "hhu.cli", "hhu.settings", "hhu.secrets", "hhu.record"]
)
def test_the_tool_without_its_screens_pulls_in_no_textual(room: str) -> None:
    """The command line and the verbs below it never pay for Textual."""
    assert "textual" not in loaded(f"{EVERY_MODULE}\nload({room!r})")


def test_core_stands_alone() -> None:
    """Every module of core loads without the tool and without Textual."""
    assert loaded(f"{EVERY_MODULE}\nload('core')").isdisjoint({"hhu", "textual"})


@pytest.mark.parametrize("house", ["core", "hhu"])
def test_nothing_of_ours_needs_posix_to_load(house: str) -> None:
    """Every module loads when the system says it is Windows and what only POSIX has is refused to it.

    What others import stays from a first round: pyserial, for one, picks its own module per system.
    """
    assert house in loaded(f"{EVERY_MODULE}\nload({house!r})\n{AGAIN_ON_WINDOWS}\nload({house!r})")
