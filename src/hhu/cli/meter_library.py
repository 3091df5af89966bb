"""``hhu meters library``: the libraries of this program, a check of own files, and their package form."""

import asyncio
import json
import sys
import tomllib
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from core.errors import LibraryError, UsageError
from core.meters.library.entries import KINDS, Described, Entry, try_out
from core.meters.library.loader import read_library
from core.meters.library.model import Alias, Slot
from core.meters.library.shelf import shipped
from core.meters.library.structure import written
from core.meters.library.toml_lines import lines_of
from hhu.cli.asking import Desk
from hhu.cli.connection import connected
from hhu.cli.defects import told_defects
from hhu.cli.exits import DONE, USAGE
from hhu.cli.options import LineOptions, add_json, add_line
from hhu.cli.output import print_json, table, talk
from hhu.client.console import coloured
from hhu.client.json_lines import line_at
from hhu.client.libraries import defects_of
from hhu.client.upgrade.asking import running
from hhu.client.upgrade.terminal_files import fetch_file

SELF_CHECK = "self.txt"
HEAD = ("ID", "VERSION", "KIND", "TITLE", "CONFIDENCE", "NOTE")


def configure(parser: ArgumentParser) -> None:
    """See `hhu.cli.parser.Command`."""
    deeds = parser.add_subparsers(dest="deed", required=True, metavar="list|installed|check|pack")
    add_json(deeds.add_parser("list", help="the libraries that come with this program"))
    there = deeds.add_parser("installed", help="the library a terminal reads by, and the one it kept")
    add_line(there)
    add_json(there)
    check = deeds.add_parser("check", help="read library files, run their tests, and tell every defect")
    check.add_argument("file", nargs="+", help="library file (TOML)")
    add_json(check)
    pack = deeds.add_parser("pack", help="put files together for 'hhu upgrade package build --library'")
    pack.add_argument("file", nargs="+", help="library file (TOML)")
    pack.add_argument("-o", "--output", required=True, metavar="FILE", help="the JSON file to write")


def run(args: Namespace) -> int:
    """Do one of the deeds."""
    match args.deed:
        case "list":
            return _list(as_json=getattr(args, "json", False))
        case "installed":
            return asyncio.run(_installed(LineOptions.of(args), as_json=getattr(args, "json", False)))
        case "check":
            return max([_check(name, as_json=getattr(args, "json", False)) for name in args.file])
        case _:
            return _pack(args.file, Path(args.output))


def _list(*, as_json: bool) -> int:
    entries = [entry for _, entry in sorted(shipped().items())]
    if as_json:
        for entry in entries:
            print_json(_described(entry))
        return DONE
    rows = [HEAD, *(_row(entry) for entry in entries)]
    print(table(rows, [("dim",) * len(HEAD)], on=coloured(sys.stdout)))
    return DONE


async def _installed(options: LineOptions, *, as_json: bool) -> int:
    """Code E0 has the version, ``self.txt`` the hash, the families and what is kept (M29)."""
    async with connected(options, Desk(from_stdin=options.password_stdin)) as session:
        known = await running(session.client)
        if known.identity is None:
            raise UsageError("The terminal does not tell its library.", "It is an original one: no code E0.")
        text = await fetch_file(session.client, SELF_CHECK)
    told = dict(_libraries_in(text.decode("utf-8", "replace")))
    if as_json:
        print_json({"library": str(known.library), "files": told})
    else:
        print(table([("library", str(known.library)), *told.items()]))
    return DONE


def _libraries_in(text: str) -> Iterator[tuple[str, str]]:
    """The lines of the terminal's self-check that are about libraries."""
    for line in text.splitlines():
        name, colon, told = line.partition(": ")
        if colon and name.endswith("library"):
            yield ("in use" if name == "library" else name), told


def _kind(entry: Entry) -> str:
    return KINDS[type(entry)]


def _note(entry: Entry) -> str:
    match entry:
        case Alias(of=of):
            return f"read as {of}"
        case Slot(missing=missing):
            return f"empty; missing: {missing}"
        case _:
            return "" if entry.identity.verified else "unverified"


def _row(entry: Entry) -> tuple[str, ...]:
    who = entry.identity
    return who.id, who.version, _kind(entry), who.title, who.confidence, _note(entry)


def _described(entry: Entry) -> dict[str, object]:
    return dict(zip(map(str.lower, HEAD), _row(entry), strict=True))


def _text(name: str) -> str:
    try:
        return Path(name).read_text("utf-8")
    except OSError as error:
        raise UsageError(f"The file {name} cannot be read.", f"{error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is no text.", "A library is TOML in UTF-8.") from error


def _read(name: str) -> Entry:
    """Read a file and run its tests; ``LibraryError`` with every defect and its line."""
    text = _text(name)
    entry = read_library(text, name)
    if isinstance(entry, Described):
        try:
            try_out(entry)
        except LibraryError as error:
            lines = {written(path): line for path, line in lines_of(text).items()}
            placed = (replace(one, line=line_at(lines, one.path)) for one in error.defects)
            raise LibraryError(tuple(placed), name) from error
    return entry


def _check(name: str, *, as_json: bool) -> int:
    """Say everything that is wrong with a file."""
    try:
        entry = _read(name)
    except LibraryError as error:
        told_defects(name, error.defects, as_json=as_json)
        return USAGE
    if as_json:
        print_json({"file": name, **_described(entry)})
    else:
        talk(f"{name}: {entry.identity.title} {entry.identity.version} is good")
    return DONE


def _pack(names: list[str], output: Path) -> int:
    """All files, judged one by one and then together as a terminal will."""
    if bad := max([_check(name, as_json=False) for name in names]):
        return bad
    tables = [tomllib.loads(_text(name)) for name in names]
    if flaws := tuple(defects_of(tables)):
        told_defects(str(output), flaws, as_json=False)
        return USAGE
    try:
        output.write_text(json.dumps({"tables": tables}, ensure_ascii=False, indent=1), "utf-8")
    except OSError as error:
        raise UsageError(f"The file {output} cannot be written.", f"{error.strerror}.") from error
    talk(f"{output}: {len(tables)} tables")
    return DONE
