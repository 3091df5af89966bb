"""``hhu`` without a command: the screens."""

import sys
from argparse import ArgumentParser, Namespace
from importlib import import_module

from core.errors import UsageError
from hhu import __version__
from hhu.cli.exits import DONE
from hhu.cli.options import LineOptions


def configure(parser: ArgumentParser) -> None:
    """Nothing of its own: its options stand at the top."""


def run(args: Namespace) -> int:
    """Open the screens, on an emulated terminal when asked for."""
    if args.version:
        print(f"hhu {__version__}")
        return DONE
    options = LineOptions.of(args)
    return open_screens(args.emulator, options.line, options.address)


def open_screens(emulator: str | None, line: str | None = None, address: str | None = None) -> int:
    """Run the TUI; ``emulator`` or ``line`` is connected to at once."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("The screens need a terminal window.", "hhu --help lists the commands for scripts.")
    # Imported by name: Textual is slow to load, and the screens are a floor of their own.
    return import_module("hhu.app").run_app(emulator, line=line, address=address)
