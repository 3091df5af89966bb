"""``hhu panel``: the face of the terminal, explained: which presses of the one key lead to a page."""

import sys
from argparse import ArgumentParser, Namespace

from hhu.cli.exits import DONE
from hhu.cli.options import add_json
from hhu.cli.output import print_json, table
from hhu.client.console import coloured
from hhu.client.face_paths import PLACES, FacePath, path_to


def configure(parser: ArgumentParser) -> None:
    """See `hhu.cli.parser.Command`."""
    acts = parser.add_subparsers(dest="act", metavar="path", required=True)
    path = acts.add_parser("path", help="the presses that lead from HOME to a page")
    path.add_argument("page", nargs="*", help="name of the page, as POWER or 'day freeze'; none: all pages")
    path.add_argument("--language", choices=("en", "zh"), default="en", help="language of the words")
    add_json(path)


def run(args: Namespace) -> int:
    """Print one way, or all of them. ``UsageError`` for a page that does not exist."""
    name = " ".join(args.page)
    paths = [path_to(name, args.language)] if name else [path_to(one, args.language) for one in PLACES]
    if getattr(args, "json", False):
        for path in paths:
            print_json(_described(path))
    elif name:
        print(paths[0].said)
    else:
        rows = [("PAGE", "FROM HOME"), *((path.page, path.said) for path in paths)]
        print(table(rows, [("dim",) * 2], on=coloured(sys.stdout)))
    return DONE


def _described(path: FacePath) -> dict[str, object]:
    return {"page": path.page, "presses": list(path.presses), "said": path.said}
