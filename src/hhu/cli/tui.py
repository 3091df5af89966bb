"""``hhu`` without a command: the screens."""

import sys
from argparse import ArgumentParser, Namespace
from importlib import import_module

from core.errors import UsageError
from hhu import __version__
from hhu.cli.exits import DONE


def configure(parser: ArgumentParser) -> None:
    """Nothing of its own: its options stand at the top."""


def run(args: Namespace) -> int:
    """Open the screens, on an emulated terminal when asked for."""
    if args.version:
        print(f"hhu {__version__}")
        return DONE
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("The screens need a terminal window.", "hhu --help lists the commands for scripts.")
    return open_screens(args.emulator)


def open_screens(profile: str | None) -> int:
    """Run the TUI; ``profile`` names the emulated terminal to be connected to at once."""
    # Imported by name: Textual is slow to load, and the screens stand above the command line.
    code = import_module("hhu.app").run_app(emulator=profile)
    return code if isinstance(code, int) else DONE
