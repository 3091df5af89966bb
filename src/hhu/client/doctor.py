"""What on this computer could be in the way, each finding with its next step; no line is opened."""

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from core.lines.listing import PortHint, PortListing, list_ports
from hhu import __version__
from hhu.client.console import coloured
from hhu.secrets import open_secrets
from hhu.settings import home, open_settings

SMALLEST = (80, 24)
"""Columns and rows the screens need."""
NEXT_STEPS = {
    PortHint.PROBE: "",
    PortHint.USB: "Try it with --line ir:PORT if no better port is listed.",
    PortHint.UNKNOWN: "Try it only if you know what hangs on it.",
    PortHint.BUILT_IN: "Not a USB probe; use it only with an RS232 head.",
    PortHint.MODEM: "Not a probe: leave it alone.",
    PortHint.BLUETOOTH: "Hardly a probe.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; ``verdict`` is ok, note or bad."""

    topic: str
    verdict: str
    fact: str
    next_step: str = ""


def findings() -> Iterator[Finding]:
    """Everything that can be told without opening a line."""
    yield Finding(
        "program", "ok", f"hhu {__version__}, Python {platform.python_version()}, {platform.platform()}"
    )
    yield from _console()
    yield from _ports()
    yield _secrets()
    yield _settings()


def _console() -> Iterator[Finding]:
    # while the screens run, stdout is theirs and has no encoding
    encoding = getattr(sys.stdout, "encoding", None) or getattr(sys.__stdout__, "encoding", "unknown")
    try:
        "终端 ─".encode(encoding)
        yield Finding("console", "ok", f"encoding {encoding} shows Chinese and lines")
    except (UnicodeEncodeError, LookupError):
        step = "Type chcp 65001, or set PYTHONUTF8=1." if os.name == "nt" else "Set LANG to a UTF-8 locale."
        yield Finding("console", "note", f"encoding {encoding} lacks Chinese", step)
    if not sys.stdout.isatty():
        yield Finding("console", "ok", "not a terminal window: no colours, no screens")
        return
    size = shutil.get_terminal_size()
    fits = size.columns >= SMALLEST[0] and size.lines >= SMALLEST[1]
    step = "" if fits else f"Make the window at least {SMALLEST[0]} x {SMALLEST[1]}."
    yield Finding("console", "ok" if fits else "note", f"{size.columns} x {size.lines}", step)
    colour = "colours" if coloured(sys.stdout) else "no colours (NO_COLOR or a dumb terminal)"
    yield Finding("console", "ok", colour)


def _ports() -> Iterator[Finding]:
    found = list_ports()
    if not found:
        yield Finding("ports", "note", "no serial port", "Plug the probe in, or use --line emulator.")
    for listing in found:
        yield _port(listing)


def _port(listing: PortListing) -> Finding:
    words = " ".join(word for word in (listing.device, listing.description, listing.chip) if word)
    verdict = "ok" if listing.recommended else "note"
    step = f"Use --line ir:{listing.device}" if listing.hint is PortHint.PROBE else NEXT_STEPS[listing.hint]
    return Finding("ports", verdict, f"{words} ({listing.hint.value})", step)


def _secrets() -> Finding:
    kind = open_secrets(lambda _: None, home()).kind
    if kind == "keyring":
        return Finding("passwords", "ok", "kept in the system's keyring")
    step = "Passwords go into an encrypted file; its passphrase is asked once per start."
    return Finding("passwords", "note", "no keyring on this system", step)


def _settings() -> Finding:
    file = open_settings()
    file.load()
    if file.damage:
        step = (
            f"The old file is kept as {file.damage.kept}." if file.damage.kept else "Check its permissions."
        )
        return Finding("settings", "note", f"{file.path}: {file.damage.reason}", step)
    folder = home()
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if os.access(nearest, os.W_OK):
        return Finding("settings", "ok", f"{folder} can be written")
    return Finding("settings", "bad", f"{folder} cannot be written", "Set HHU_HOME to a folder of yours.")
