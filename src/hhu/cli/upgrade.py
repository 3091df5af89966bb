"""``hhu upgrade``: firmware and protocol libraries; each act has a module of its own."""

from argparse import ArgumentParser, Namespace

from hhu.cli.parser import Entry

ACTS = {
    "rs485": Entry("hhu.cli.upgrade_rs485", "send a package over the download port 485_3"),
    "remote": Entry("hhu.cli.upgrade_remote", "send a package to a terminal that dials in for it"),
    "usb": Entry("hhu.cli.upgrade_usb", "prepare a USB disk, or order the upgrade from it"),
    "standard": Entry("hhu.cli.upgrade_standard", "send a package in segments of AFN 0F"),
    "status": Entry("hhu.cli.upgrade_status", "what runs, what is kept, how the last upgrade ended"),
    "files": Entry("hhu.cli.upgrade_files", "list the files on the terminal, fetch its logs"),
    "leave": Entry("hhu.cli.upgrade_leave", "let the terminal leave download mode"),
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
