"""``hhu upgrade files``: what lies on the terminal; fetch its upgrade log, self-check or events."""

import asyncio
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from core.errors import UsageError
from hhu.cli.asking import Desk
from hhu.cli.connection import connected
from hhu.cli.exits import DONE
from hhu.cli.options import LineOptions, add_json, add_line
from hhu.cli.output import print_json, table
from hhu.client.upgrade.terminal_files import TerminalFile, fetch_file, files_of
from hhu.files import write_whole

KINDS = {"P": "package, arriving", "D": "parameter file", "L": "log"}


def configure(parser: ArgumentParser) -> None:
    """See `hhu.cli.parser.Command`."""
    parser.add_argument("--get", metavar="NAME", help="fetch this file, e.g. upg.log")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to; default: its name, here")
    add_line(parser)
    add_json(parser)


def run(args: Namespace) -> int:
    """List, or fetch one."""
    return asyncio.run(_files(LineOptions.of(args), args))


async def _files(options: LineOptions, args: Namespace) -> int:
    async with connected(options, Desk(from_stdin=options.password_stdin)) as session:
        if args.get is None:
            _print(await files_of(session.client), as_json=args.json)
            return DONE
        content = await fetch_file(session.client, args.get)
    target = args.out or Path(Path(args.get).name)
    if target.exists():
        raise UsageError(f"{target} is there already.", "Give --out another name.")
    write_whole(target, content)
    print(f"{target}: {len(content)} bytes")
    return DONE


def _print(files: Iterable[TerminalFile], *, as_json: bool) -> None:
    if as_json:
        for one in files:
            print_json(asdict(one) | {"at": one.at.isoformat(timespec="minutes"), "crc": f"{one.crc:04X}"})
        return
    rows = [(one.name, f"{one.size} bytes", f"{one.crc:04X}", f"{one.at:%Y-%m-%d %H:%M}",
             KINDS.get(one.kind, one.kind)) for one in files]  # fmt: skip
    print(table(rows))
