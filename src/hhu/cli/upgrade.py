"""``hhu upgrade``: firmware and protocol libraries; each act has a module of its own."""

from argparse import ArgumentParser, Namespace

from hhu.cli.parser import Entry

ACTS = {
    "package": Entry("hhu.cli.upgrade_package", "build, inspect and verify packages, make keys"),
}


def configure(parser: ArgumentParser) -> None:
    """See `hhu.cli.parser.Command`."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="|".join(ACTS))
    for name, entry in ACTS.items():
        act = acts.add_parser(name, help=entry.summary, description=f"{entry.summary.capitalize()}.")
        entry.load().configure(act)


def run(args: Namespace) -> int:
    """Leave it to the act's module."""
    return ACTS[args.act].load().run(args)
