"""The grammar of the command line. Only the module of the command that is called gets imported."""

from argparse import ArgumentParser, Namespace
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from hhu.cli.options import add_json, add_line, add_yes

EPILOG = (
    "Exit codes: 0 done and verified, 1 refused, 2 usage, 3 line, 4 password or lock, 5 read-back differs."
)


class Command(Protocol):
    """What a command's module gives."""

    def configure(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        ...

    def run(self, args: Namespace) -> int:
        """Do it and return the exit code."""
        ...


@dataclass(frozen=True, slots=True)
class Entry:
    """One command: its module and what it is for."""

    module: str
    summary: str
    words: str = ""
    """The argument that takes any number of words; they may also stand behind options."""

    def load(self) -> Command:
        """Import the module."""
        return cast("Command", import_module(self.module))


COMMANDS = {
    "decode": Entry("hhu.cli.decode", "explain frames given in hexadecimal", "hex"),
    "encode": Entry("hhu.cli.encode", "make frames from what decode --json prints"),
    "units": Entry("hhu.cli.units", "list the known data units", "name"),
    "emulator": Entry("hhu.cli.emulator", "run an emulated terminal"),
    "panel": Entry("hhu.cli.panel", "how to reach a page of the face with the one key"),
    "simulate": Entry("hhu.cli.simulate", "run meters alone on a bus, for masters to read"),
    "read": Entry("hhu.cli.read", "read data units or single fields", "names"),
    "set": Entry("hhu.cli.set", "write parameters and prove it by reading back", "wishes"),
    "params": Entry("hhu.cli.params", "save all parameters to a file, compare, set what differs"),
    "data": Entry("hhu.cli.data", "read what is stored: current, day, month, hour, curve, statistics"),
    "events": Entry("hhu.cli.events", "both rings of events: list, watch, acknowledge, export"),
    "meters": Entry("hhu.cli.meters", "the meter archive; values of meters at once, and relay to a meter"),
    "clock": Entry("hhu.cli.clock", "compare and set the terminal's clock, broadcast to meters"),
    "upgrade": Entry("hhu.cli.upgrade", "firmware and protocol libraries: send, prove; packages, keys"),
    "frontend": Entry("hhu.cli.frontend", "play master station: terminals dial in here"),
    "secrets": Entry("hhu.cli.secrets", "keep and forget channel passwords"),
    "doctor": Entry(
        "hhu.cli.doctor", "look what is in the way: on this computer, or why a terminal is offline"
    ),
    "completion": Entry("hhu.cli.completion", "print a completion script for a shell"),
}
TUI = Entry("hhu.cli.tui", "the screens")


def build(named: Collection[str]) -> ArgumentParser:
    """Return the parser; only the commands in ``named`` have their arguments declared."""
    parser = ArgumentParser(prog="hhu", description="Local maintenance of the HX1088.", epilog=EPILOG)
    parser.add_argument("--version", action="store_true", help="print the version and end")
    parser.add_argument(
        "--emulator",
        metavar="PROFILE",
        nargs="?",
        const="demo",
        help="open the screens on an emulated terminal",
    )
    add_line(parser)
    add_json(parser)
    add_yes(parser)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for name, entry in COMMANDS.items():
        command = commands.add_parser(name, help=entry.summary, description=f"{entry.summary.capitalize()}.")
        if name in named:
            entry.load().configure(command)
    return parser


def parse(argv: Sequence[str]) -> tuple[Command, Namespace]:
    """Read the command line; ends the program with exit code 2 and a hint when it is wrong."""
    named = [word for word in argv if word in COMMANDS]
    parser = build(named)
    args, rest = parser.parse_known_args(argv)
    entry = COMMANDS[args.command] if args.command else TUI
    if rest and (not entry.words or any(word.startswith("-") for word in rest)):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest:  # argparse stops taking words at the first option behind them
        getattr(args, entry.words).extend(rest)
    return entry.load(), args
