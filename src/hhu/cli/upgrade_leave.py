"""``hhu upgrade leave``: out of download mode; what arrived is kept for 24 h."""

import asyncio
from argparse import ArgumentParser, Namespace

from hhu.cli.asking import Desk
from hhu.cli.connection import connected
from hhu.cli.exits import DONE
from hhu.cli.options import LineOptions, add_line
from hhu.cli.output import talk
from hhu.cli.upgrade_walk import outcome_code
from hhu.client.upgrade.asking import leave_download
from hhu.client.upgrade.stages import UpgradeFailed
from hhu.settings import open_settings
from hhu.upgrade_words import failure


def configure(parser: ArgumentParser) -> None:
    """See `hhu.cli.parser.Command`."""
    add_line(parser)


def run(args: Namespace) -> int:
    """Send the order; in normal mode nothing happens."""
    return asyncio.run(_leave(LineOptions.of(args)))


async def _leave(options: LineOptions) -> int:
    async with connected(options, Desk(from_stdin=options.password_stdin)) as session:
        try:
            await leave_download(session.client)
        except UpgradeFailed as error:
            said = failure(error.failed, open_settings().load().language)
            talk(f"{said.cause} {said.next_step}")
            return outcome_code(error.failed)
        talk("Taken; the terminal resets in 2 s where it was in download mode.")
        return DONE
