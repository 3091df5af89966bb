"""``hhu meters library``: the libraries of this program, a check of own files, and their package form."""

import json
import sys
import tomllib
from argparse import ArgumentParser, Namespace
from pathlib import Path

from core.errors import LibraryError, UsageError
from core.meters.families import NATIVES
from core.meters.library.entries import KINDS, Described, Entry, try_out
from core.meters.library.loader import read_library
from core.meters.library.model import Alias, Slot
from core.meters.library.shelf import accept, shipped
from hhu.cli.exits import DONE, USAGE
from hhu.cli.options import add_json
from hhu.cli.output import print_json, table, talk
from hhu.client.console import coloured

HEAD = ("ID", "VERSION", "KIND", "TITLE", "CONFIDENCE", "NOTE")


def configure(parser: ArgumentParser) -> None:
    """See `hhu.cli.parser.Command`."""
    deeds = parser.add_subparsers(dest="deed", required=True, metavar="list|check|pack")
    add_json(deeds.add_parser("list", help="the libraries that come with this program"))
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


def _check(name: str, *, as_json: bool) -> int:
    """Say everything that is wrong with a file, one defect a line as compilers do."""
    text = _text(name)
    try:
        entry = read_library(text, name)
        if isinstance(entry, Described):
            try_out(entry)
    except LibraryError as error:
        for defect in error.defects:
            if as_json:
                print_json({"file": name, "line": defect.line, "path": defect.path, "reason": defect.reason})
            else:
                print(f"{name}:{defect.line or 1}: {defect.path}: {defect.reason}")
        return USAGE
    if as_json:
        print_json({"file": name, **_described(entry)})
    else:
        talk(f"{name}: {entry.identity.title} {entry.identity.version} is good")
    return DONE


def _pack(names: list[str], output: Path) -> int:
    """All files, judged together as a terminal will."""
    tables = [tomllib.loads(_read(name)) for name in names]
    accept(tables, NATIVES)
    try:
        output.write_text(json.dumps({"tables": tables}, ensure_ascii=False), "utf-8")
    except OSError as error:
        raise UsageError(f"The file {output} cannot be written.", f"{error.strerror}.") from error
    talk(f"{output}: {len(tables)} tables")
    return DONE


def _read(name: str) -> str:
    """A text that is a good library, so that defects are told with their lines."""
    text = _text(name)
    read_library(text, name)
    return text
