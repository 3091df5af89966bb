"""``hhu doctor``: what on this computer could be in the way; ``offline``: what is in the terminal's."""

import asyncio
import sys
from argparse import ArgumentParser, Namespace

from core.errors import CoreError
from hhu.cli.asking import Desk
from hhu.cli.connection import connected
from hhu.cli.exits import DONE, exit_code
from hhu.cli.options import LineOptions, add_json, add_line
from hhu.cli.output import paint, print_json
from hhu.client.console import coloured
from hhu.client.doctor import Finding, findings
from hhu.settings import open_settings
from hhu.wording.explain import explain

COMPUTER, OFFLINE = "computer", "offline"
COLOURS = {"ok": "green", "note": "yellow", "bad": "red"}


def configure(parser: ArgumentParser) -> None:
    """See `hhu.cli.parser.Command`."""
    parser.add_argument(
        "of", nargs="?", choices=(COMPUTER, OFFLINE), default=COMPUTER,
        help=f"{OFFLINE}: why the terminal on --line is off line; default this computer and the line",
    )  # fmt: skip
    add_line(parser)
    add_json(parser)


def run(args: Namespace) -> int:
    """Print the findings as they are made; the exit code is that of the line, when one was given."""
    if args.of == OFFLINE:
        from hhu.cli.offline import run as examine  # noqa: PLC0415  # the ladder only where it is wanted

        return examine(args)
    as_json = getattr(args, "json", False)
    for finding in findings():
        _print(finding, as_json=as_json)
    options = LineOptions.of(args)
    if not options.line:
        return DONE
    finding, code = asyncio.run(_line(options))
    _print(finding, as_json=as_json)
    return code


async def _line(options: LineOptions) -> tuple[Finding, int]:
    """Open the line, ask who is there, tell what was heard."""
    try:
        async with connected(options, Desk(from_stdin=False)) as session:
            stats, address = session.link.stats, session.client.address.text
            heard = (
                f"{session.link.line.name}: terminal {address}, {stats.rx} frames, {stats.errors} disturbed"
            )
            return Finding("line", "ok", heard), DONE
    except CoreError as error:
        words = explain(error, open_settings().load().language)
        return Finding("line", "bad", words.cause, words.next_step), exit_code(error)


def _print(finding: Finding, *, as_json: bool) -> None:
    if as_json:
        shown = {"topic": finding.topic, "verdict": finding.verdict, "fact": finding.fact}
        print_json(shown | {"next_step": finding.next_step})
        return
    verdict = paint(f"{finding.verdict:<4}", COLOURS[finding.verdict], on=coloured(sys.stdout))
    print(f"{verdict}  {finding.topic:<9}  {finding.fact}", flush=True)
    if finding.next_step:
        print(f"      {'':<9}  {finding.next_step}", flush=True)
