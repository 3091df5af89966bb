"""``hhu upgrade standard``: segments of AFN 0F over any line, no download mode (vendor extension part 4)."""

import asyncio
from argparse import ArgumentParser, Namespace

from hhu.cli.asking import Desk
from hhu.cli.connection import connected
from hhu.cli.options import LineOptions
from hhu.cli.upgrade_walk import CommandAnswers, add_package, order_of, walked
from hhu.client.upgrade.standard import StandardFlow


def configure(parser: ArgumentParser) -> None:
    """See `hhu.cli.parser.Command`."""
    add_package(parser)


def run(args: Namespace) -> int:
    """Upgrade; the same command resumes where the terminal tells what it has."""
    return asyncio.run(_upgrade(args, LineOptions.of(args)))


async def _upgrade(args: Namespace, options: LineOptions) -> int:
    order = order_of(args, options)
    async with connected(options, Desk(from_stdin=options.password_stdin)) as session:
        answers = CommandAnswers(session, None, yes=getattr(args, "yes", False))
        return await walked(StandardFlow(session.client, order), session, order, answers, args)
