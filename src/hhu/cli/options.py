"""Options that several commands share, and what they mean."""

import argparse
from argparse import SUPPRESS, ArgumentParser
from dataclasses import dataclass

LINE_HELP = "ir:PORT | rs485:PORT | tcp:HOST:PORT | udp:HOST:PORT | listen:PORT | emulator[:PROFILE]"


@dataclass(frozen=True, slots=True)
class LineOptions:
    """How to reach the terminal, as given; absent options are ``None``."""

    line: str | None
    address: str | None
    timeout: float | None
    hold: float | None
    password_stdin: bool

    @classmethod
    def of(cls, args: argparse.Namespace) -> "LineOptions":
        """Collect what was given."""
        return cls(
            line=getattr(args, "line", None),
            address=getattr(args, "address", None),
            timeout=getattr(args, "timeout", None),
            hold=getattr(args, "hold", None),
            password_stdin=getattr(args, "password_stdin", False),
        )


def seconds(text: str) -> float:
    """Read a positive number of seconds."""
    value = float(text)
    if not 0 < value <= 3600:
        raise argparse.ArgumentTypeError(f"{text} is outside 0..3600 s")
    return value


def add_json(parser: ArgumentParser) -> None:
    """``--json``: one object per line on stdout."""
    parser.add_argument("--json", action="store_true", default=SUPPRESS, help="print JSON, one object a line")


def add_line(
    parser: ArgumentParser, line: str = LINE_HELP, timeout: str = "seconds to wait for an answer"
) -> None:
    """Options of every command that speaks to a terminal; also allowed before the command.

    ``line``, ``timeout``: help, where they mean something else.
    """
    parser.add_argument("--line", metavar="LINE", default=SUPPRESS, help=line)
    parser.add_argument(
        "--address", metavar="1122-3344", default=SUPPRESS, help="terminal address; default: ask who is there"
    )
    parser.add_argument("--timeout", metavar="S", type=seconds, default=SUPPRESS, help=timeout)
    add_hold(parser)
    parser.add_argument(
        "--password-stdin",
        action="store_true",
        default=SUPPRESS,
        help="read the password from the first line of standard input",
    )


def add_hold(parser: ArgumentParser) -> None:
    """``--hold``: the key of an emulated terminal."""
    parser.add_argument(
        "--hold",
        metavar="S",
        type=seconds,
        default=SUPPRESS,
        help="hold the key of an emulated terminal for S seconds first (5 opens programming)",
    )


def add_yes(parser: ArgumentParser) -> None:
    """``--yes``: no question before writing."""
    parser.add_argument("--yes", "-y", action="store_true", default=SUPPRESS, help="write without asking")
