"""``hhu upgrade package``: package files on this computer; no terminal is spoken to."""

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

from core.errors import CoreError, LibraryError, UsageError
from core.vendor.header import ANY_VERSION, NO_VERSION, PROGRAM, SIZE, Header, Version
from core.vendor.package import MAKER, MOST_KEYS, REASONS, Installed, Label, Reason
from core.wire.codec import NO_SCOPE
from core.wire.codec import Label as Heading
from core.wire.leaf import members
from core.wire.record import layout_of
from hhu.cli.asking import passphrase
from hhu.cli.defects import told_defects
from hhu.cli.exits import DONE, REFUSED
from hhu.cli.options import add_json, add_yes
from hhu.cli.output import paint, print_json, table, talk
from hhu.client.console import coloured
from hhu.client.keys import SUFFIX as KEY_SUFFIX
from hhu.client.keys import TRUSTED, new_key, public_of, read_public, read_seed, shown_public, trusted_keys
from hhu.client.packages import Inspection, Parts, Trust, inspect, make, name_fits, read_package
from hhu.files import write_whole
from hhu.settings import home

ANY_HARDWARE = frozenset(range(16))
LATE, EARLY = 2099, 2000


def configure(parser: ArgumentParser) -> None:
    """See `hhu.cli.parser.Command`."""
    acts = parser.add_subparsers(dest="package_act", required=True, metavar="build|inspect|verify|keygen")
    _configure_build(acts.add_parser("build", help="make a package of a program, a library, or both"))
    look = acts.add_parser("inspect", help="show header, sections, signature, and what speaks against it")
    judge = acts.add_parser("verify", help="judge it as a terminal does; 0 good, 1 refused")
    for act in (look, judge):
        act.add_argument("file", metavar="FILE.hxp")
        act.add_argument(
            "--key", action="append", default=[], metavar="HEX|FILE",
            help=f"public key to verify with, up to {MOST_KEYS}; default: the trusted ones",
        )  # fmt: skip
        add_json(act)
    judge.add_argument("--program", type=running, metavar="0101:2026-06-01", help="what the terminal runs")
    judge.add_argument("--library", type=running, metavar="0100:2026-06-01", help="its protocol library")
    judge.add_argument("--hardware", type=int, default=0, metavar="N", help="its hardware; default 0")
    judge.add_argument("--force", action="store_true", help="take an equal or lower version too")
    keys = acts.add_parser("keygen", help=f"make a pair of keys: FILE and FILE{KEY_SUFFIX}")
    keys.add_argument("file", metavar="FILE")
    _add_passphrase(keys)
    add_json(keys)
    add_yes(keys)


def _configure_build(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE.hxp", help="the package to write")
    parser.add_argument("--program", metavar="FILE", help="the program; any bytes, never executed by hhu")
    parser.add_argument(
        "--program-version",
        type=version,
        metavar="0102:2026-11-15",
        help="its version; without a date, today's",
    )
    parser.add_argument("--library", metavar="FILE", help='the protocol library: JSON, {"tables": [...]}')
    parser.add_argument("--library-version", type=version, metavar="0101:2026-11-15", help="its version")
    parser.add_argument(
        "--minimum", default=ANY_VERSION, metavar="0101", help="lowest program that may be replaced"
    )
    parser.add_argument(
        "--hardware", type=hardware, default=ANY_HARDWARE, metavar="0,2-3", help="default: all hardware"
    )
    parser.add_argument("--note", default="", metavar="TEXT", help="at most 84 bytes of UTF-8")
    parser.add_argument("--name", metavar="TEXT", help="told in META; default: the file's name")
    parser.add_argument("--maker", default=MAKER, metavar="TEXT", help=f"four signs; default {MAKER}")
    parser.add_argument("--built", type=moment, metavar="TIME", help="build time; default: now")
    parser.add_argument("--key", metavar="FILE", help="private key to sign with; default: unsigned")
    _add_passphrase(parser)
    add_json(parser)
    add_yes(parser)


def _add_passphrase(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--password-stdin", action="store_true", help="the key's passphrase is the first line of stdin"
    )


def version(text: str) -> Version:
    """Read ``0102`` or ``0102:2026-11-15``."""
    code, _, day = text.partition(":")
    if len(code) != 4 or not (code.isascii() and code.isprintable()):
        raise ArgumentTypeError(f"{code!r} is no version of four signs, as 0102")
    try:
        when = date.fromisoformat(day) if day else None
    except ValueError:
        raise ArgumentTypeError(f"{day!r} is no date, as 2026-11-15") from None
    if when and not EARLY <= when.year <= LATE:
        raise ArgumentTypeError(f"year {when.year} is outside {EARLY}..{LATE}")
    return Version(code, when)


def running(text: str) -> Version:
    """Read the version of a terminal, which always has a date."""
    found = version(text)
    if found.day is None:
        raise ArgumentTypeError(f"{text!r} has no date, as 0101:2026-06-01")
    return found


def hardware(text: str) -> frozenset[int]:
    """Read places in the hardware mask, ``0,2-3``."""
    try:
        places = members(text)
    except CoreError as error:
        raise ArgumentTypeError(f"{text!r} are no hardware numbers, as 0,2-3") from error
    if not places or not places <= ANY_HARDWARE:
        raise ArgumentTypeError("hardware numbers are 0 to 15")
    return places


def moment(text: str) -> datetime:
    """Read a local time."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no time, as 2026-11-15T08:30:00") from None
    return when.replace(microsecond=0, tzinfo=None)


def run(args: Namespace) -> int:
    """Build, inspect, verify or make keys."""
    acts: dict[str, Callable[[Namespace], int]] = {
        "build": _build, "inspect": _inspect, "verify": _verify, "keygen": _keygen,
    }  # fmt: skip
    return acts[args.package_act](args)


def _build(args: Namespace) -> int:
    path = Path(args.file)
    name_fits(path.name)
    _fresh(path, args)
    program, library = _part(args, "program"), _part(args, "library")
    built = args.built or datetime.now().replace(microsecond=0)
    label = Label(
        PROGRAM, built, _dated(args.program_version, built), _dated(args.library_version, built),
        args.minimum, args.hardware, args.note, maker=args.maker,
    )  # fmt: skip
    seed = read_seed(Path(args.key), lambda: passphrase(args.key, args)) if args.key else None
    try:
        file = make(label, Parts(args.name or path.stem, program, library), seed)
    except LibraryError as error:
        told_defects(args.library, error.defects, as_json=getattr(args, "json", False))
        raise
    write_whole(path, file)
    _show(inspect(path.name, file, [public_of(seed)] if seed else []), args)
    return DONE


def _part(args: Namespace, part: str) -> bytes | None:
    """Read one part; its version must come with it."""
    file, told = getattr(args, part), getattr(args, f"{part}_version")
    if (file is None) != (told is None):
        raise UsageError(
            f"The {part} and its version belong together.",
            f"Give --{part} FILE --{part}-version 0102:2026-11-15.",
        )
    return None if file is None else read_package(Path(file))


def _dated(told: Version | None, built: datetime) -> Version:
    if told is None:
        return NO_VERSION
    return told if told.day else Version(told.code, built.date())


def _fresh(path: Path, args: Namespace) -> None:
    if path.exists() and not getattr(args, "yes", False):
        raise UsageError(f"{path} exists.", "Give another name, or --yes to replace it.")


def _inspect(args: Namespace) -> int:
    found = _looked_into(args, None)
    _show(found, args)
    return DONE if found.sound else REFUSED


def _verify(args: Namespace) -> int:
    installed = None
    if args.program or args.library:
        program, library = args.program or NO_VERSION, args.library or NO_VERSION
        installed = Installed(program.code, program.day, library.code, library.day, 1 << args.hardware)
    found = _looked_into(args, installed)
    if getattr(args, "json", False):
        print_json(to_object(found))
    else:
        print("\n".join(_verdict(found, on=coloured(sys.stdout))))
    return DONE if found.sound else REFUSED


def _looked_into(args: Namespace, installed: Installed | None) -> Inspection:
    keys = [read_public(given) for given in args.key] or list(trusted_keys(home() / TRUSTED))
    path = Path(args.file)
    forced = getattr(args, "force", False)
    return inspect(path.name, read_package(path), keys, installed, forced=forced)


def _keygen(args: Namespace) -> int:
    path = Path(args.file)
    shown = path.with_name(path.name + KEY_SUFFIX)
    for one in (path, shown):
        _fresh(one, args)
    pem, public = new_key(passphrase(args.file, args, new=True))
    write_whole(path, pem)
    write_whole(shown, f"{shown_public(public)}\n".encode())
    talk(f"private key: {path} (keep it apart), public key: {shown}")
    if getattr(args, "json", False):
        print_json({"public": shown_public(public), "private_file": str(path), "public_file": str(shown)})
    else:
        print(shown_public(public))
    return DONE


# Showing ----------------------------------------------------------------------------------------------------

SIGNATURES = {
    Trust.UNSIGNED: ("unsigned", "yellow"),
    Trust.NOT_JUDGED: ("signed, not verified: no key is here", "yellow"),
    Trust.UNKNOWN_KEY: ("signed with an unknown key", "red"), Trust.BAD: ("bad", "red"),
    Trust.GOOD: ("good", "green"),
}  # fmt: skip
UNSAID = frozenset(
    {"magic", "format", "length", "flags", "program_spare", "library_spare", "spare", "signature"}
)
"""Fields that say nothing more to a person."""


def to_object(found: Inspection) -> dict[str, object]:
    """Return the inspection as one JSON object."""
    return {
        "file": found.name,
        "size": found.size,
        "crc": f"{found.crc:04X}",
        "sha256": found.sha256,
        "header": found.header.to_json() if found.header else None,
        "sections": [{"tag": one.tag, "size": len(one.content)} for one in found.sections],
        "meta": found.meta,
        "signature": found.trust.value,
        "good": found.sound,
        "reasons": [
            {"code": int(code), "name_zh": REASONS[code][0], "name_en": REASONS[code][1]}
            for code in found.objections
        ],
        "library": [{"line": one.line, "path": one.path, "reason": one.reason} for one in found.flaws],
    }


def _show(found: Inspection, args: Namespace) -> None:
    if getattr(args, "json", False):
        print_json(to_object(found))
        return
    on = coloured(sys.stdout)
    rows = [("File", found.name), ("Size", f"{found.size} bytes"), *_header_rows(found.header)]
    rows += [(f"Section {one.tag}", f"{len(one.content)} bytes") for one in found.sections]
    rows += [(f"META {name}", str(value)) for name, value in found.meta.items()]
    rows += [("File CRC", f"{found.crc:04X}"), ("File SHA-256", found.sha256)]
    print(table(rows))
    print("\n".join(_verdict(found, on=on)))


def _header_rows(header: Header | None) -> Iterator[tuple[str, str]]:
    if header is None:
        return
    node, _, _ = layout_of(Header).dissect(Heading("header", "", ""), header.encode(), 0, SIZE, NO_SCOPE)
    for child in node.children:
        if child.name not in UNSAID:
            yield child.en, child.text


def _verdict(found: Inspection, *, on: bool) -> Iterator[str]:
    word, colour = SIGNATURES[found.trust]
    yield f"signature: {paint(word, colour, on=on)}"
    for reason in found.objections:
        yield paint(f"refused: {REASONS[reason][1]} ({int(reason)})", "red", on=on)
    for flaw in found.flaws:
        yield paint(f"refused: library, {flaw}", "red", on=on)
    if found.sound:
        yield paint(f"good: {REASONS[Reason.OK][1]}", "green", on=on)
