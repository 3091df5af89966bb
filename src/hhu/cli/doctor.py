"""``hhu doctor``: what on this computer could be in the way, each line with its next step."""

import asyncio
import os
import platform
import shutil
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import dataclass

from core.errors import CoreError
from core.lines.listing import PortHint, PortListing, list_ports
from hhu import __version__
from hhu.cli.asking import Desk
from hhu.cli.connection import connected
from hhu.cli.exits import DONE, exit_code
from hhu.cli.options import LineOptions, add_json, add_line
from hhu.cli.output import coloured, paint, print_json
from hhu.secrets import open_secrets
from hhu.settings import home, open_settings
from hhu.wording import explain

SMALLEST = (80, 24)
"""Columns and rows the screens need."""
COLOURS = {"ok": "green", "note": "yellow", "bad": "red"}
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


def configure(parser: ArgumentParser) -> None:
    """See `hhu.cli.parser.Command`."""
    add_line(parser)
    add_json(parser)


def run(args: Namespace) -> int:
    """Print the findings as they are made; the exit code is that of the line, when one was given."""
    as_json = getattr(args, "json", False)
    for finding in findings():
        _print(finding, as_json=as_json)
    options = LineOptions.of(args)
    if not options.line:
        return DONE
    finding, code = asyncio.run(_line(options))
    _print(finding, as_json=as_json)
    return code


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


async def _line(options: LineOptions) -> tuple[Finding, int]:
    """Open the line, ask who is there, tell what was heard."""
    try:
        async with connected(options, Desk(from_stdin=False)) as session:
            stats, address = session.link.stats, session.client.address.text
            heard = (
                f"{session.link.line.name}: terminal {address}, {stats.rx} frames, {stats.errors} disturbed"
            )
            return Finding("line", "ok", heard), DONE
    except CoreError as error:
        words = explain(error, open_settings().load().language)
        return Finding("line", "bad", words.cause, words.next_step), exit_code(error)


def _print(finding: Finding, *, as_json: bool) -> None:
    if as_json:
        shown = {"topic": finding.topic, "verdict": finding.verdict, "fact": finding.fact}
        print_json(shown | {"next_step": finding.next_step})
        return
    verdict = paint(f"{finding.verdict:<4}", COLOURS[finding.verdict], on=coloured(sys.stdout))
    print(f"{verdict}  {finding.topic:<9}  {finding.fact}", flush=True)
    if finding.next_step:
        print(f"      {'':<9}  {finding.next_step}", flush=True)
