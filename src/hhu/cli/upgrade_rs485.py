"""``hhu upgrade rs485``: command over infrared, cable change, transfer on 485_3, proof by the version."""

import asyncio
from argparse import ArgumentParser, Namespace

from core.errors import UsageError
from core.lines.address import LineAddress, LineKind
from hhu.cli.asking import Desk
from hhu.cli.connection import connected
from hhu.cli.options import LineOptions
from hhu.cli.upgrade_walk import CommandAnswers, add_package, order_of, walked
from hhu.client.upgrade.rs485 import Rs485Flow


def configure(parser: ArgumentParser) -> None:
    """See `hhu.cli.parser.Command`."""
    add_package(parser)
    parser.add_argument(
        "--cable", metavar="PORT",
        help="where the RS485 cable to 485_3 is or will be; the terminal is called there",
    )  # fmt: skip


def run(args: Namespace) -> int:
    """Upgrade; the same command resumes, also over ``--line rs485:PORT`` once the cable is there."""
    options = LineOptions.of(args)
    kind = LineAddress.parse(options.line).kind if options.line else None
    if args.cable is None and not args.check and kind in (None, LineKind.IR):
        raise UsageError("Which port is the RS485 cable on?", "Give --cable PORT; hhu doctor lists them.")
    return asyncio.run(_upgrade(args, options))


async def _upgrade(args: Namespace, options: LineOptions) -> int:
    order = order_of(args, options)
    async with connected(options, Desk(from_stdin=options.password_stdin)) as session:
        answers = CommandAnswers(session, args.cable, yes=getattr(args, "yes", False))
        return await walked(Rs485Flow(session.client, order), session, order, answers, args)
