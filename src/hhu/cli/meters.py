"""``hhu meters``: what can be done with the meter archive, one row per act."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass

from hhu.cli import meter_changes, meter_library, meter_listing, meter_probe, meter_reading, meter_relay
from hhu.cli.options import add_json, add_line


@dataclass(frozen=True, slots=True)
class Act:
    """One subcommand."""

    summary: str
    configure: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], int]
    connects: bool = True
    """Whether it talks to a terminal, with the options of all that do."""


ACTS: dict[str, Act] = {
    "list": Act("list the meters of the archive", meter_listing.configure_list, meter_listing.run_list),
    "search": Act("find meters in the archive", meter_listing.configure_search, meter_listing.run_list),
    "export": Act(
        "save the archive to a CSV or XLSX file", meter_listing.configure_export, meter_listing.run_export
    ),
    "import": Act(
        "set meters from a file, after every defect was shown",
        meter_changes.configure_import,
        meter_changes.run_import,
    ),
    "delete": Act(
        "delete meters by their serial numbers", meter_changes.configure_delete, meter_changes.run_delete
    ),
    "read": Act("read values of meters at once", meter_reading.configure, meter_reading.run),
    "library": Act(
        "list the protocol libraries, check library files", meter_library.configure, meter_library.run, False
    ),
    "probe": Act(
        "find out which family and speed an unknown meter speaks",
        meter_probe.configure,
        meter_probe.run,
        False,
    ),
    "relay": Act("send bytes to a meter and show the answer", meter_relay.configure, meter_relay.run),
}
"""By name; a further act is a further row."""


def configure(parser: ArgumentParser) -> None:
    """See `hhu.cli.parser.Command`."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="|".join(ACTS))
    for name, act in ACTS.items():
        sub = acts.add_parser(name, help=act.summary, description=f"{act.summary.capitalize()}.")
        act.configure(sub)
        if act.connects:
            add_line(sub)
            add_json(sub)


def run(args: Namespace) -> int:
    """Do one of the acts."""
    return ACTS[args.act].run(args)
