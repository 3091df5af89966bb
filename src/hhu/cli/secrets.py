"""``hhu secrets``: channel passwords kept for the next time; never shown, never an argument."""

from argparse import SUPPRESS, ArgumentParser, Namespace

from core.errors import UsageError
from hhu.cli.asking import Desk
from hhu.cli.exits import DONE, USAGE
from hhu.cli.options import add_json
from hhu.cli.output import print_json, talk
from hhu.secrets import Entry

CHANNELS = ("ir", "rs485", "uplink", "usb", "sms", "ir-high", "rs485-high", "uplink-high")


def configure(parser: ArgumentParser) -> None:
    """See `hhu.cli.parser.Command`."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="set|forget|list")
    put = acts.add_parser("set", help="keep a password, typed hidden or read from standard input")
    forget = acts.add_parser("forget", help="remove a password")
    show = acts.add_parser("list", help="name the terminals and channels with a password")
    for act in (put, forget):
        act.add_argument("terminal", nargs="?", metavar="1122-3344", help="terminal address")
        act.add_argument("channel", nargs="?", choices=CHANNELS, default="ir", help="default: ir")
        act.add_argument(
            "--address", metavar="1122-3344", default=SUPPRESS, help="terminal address, as elsewhere"
        )
    for act in (put, forget, show):
        act.add_argument(
            "--password-stdin", action="store_true", default=SUPPRESS, help="first line of standard input"
        )
        add_json(act)


def run(args: Namespace) -> int:
    """Keep, forget or list."""
    desk = Desk(from_stdin=getattr(args, "password_stdin", False))
    if args.act == "list":
        return _list(desk, as_json=getattr(args, "json", False))
    address = args.terminal or getattr(args, "address", None)
    if not address:
        raise UsageError("Whose password?", "Give the terminal address, as 1122-3344.")
    entry = Entry.of(address, args.channel)
    return _keep(desk, entry) if args.act == "set" else _forget(desk, entry)


def _keep(desk: Desk, entry: Entry) -> int:
    store = desk.store
    if store.kind == "session":
        raise UsageError("This computer has no keyring.", "Give the password with each write.")
    store.set(entry.address, entry.channel, desk.new_password(entry.address, entry.channel))
    talk(f"kept in the {store.kind}: {entry.name}")
    return DONE


def _forget(desk: Desk, entry: Entry) -> int:
    if desk.store.forget(entry.address, entry.channel):
        talk(f"forgotten: {entry.name}")
        return DONE
    talk(f"There was no password of {entry.name}.")
    return USAGE


def _list(desk: Desk, *, as_json: bool) -> int:
    for entry in desk.store.list():
        if as_json:
            print_json({"address": entry.address, "channel": entry.channel})
        else:
            print(f"{entry.address}  {entry.channel}")
    return DONE
