"""``hhu doctor offline``: why the terminal is off line, rung by rung, over a local line."""

import asyncio
import sys
from argparse import Namespace
from collections.abc import Iterator

from core.errors import SilenceError
from hhu.cli.asking import Desk
from hhu.cli.connection import connected
from hhu.cli.exits import DONE, LINE, REFUSED
from hhu.cli.options import LineOptions
from hhu.cli.output import padded, paint, print_json, talk
from hhu.client.console import coloured
from hhu.client.offline.evidence import SILENT
from hhu.client.offline.gathering import examine
from hhu.client.offline.judging import judge
from hhu.client.offline.ladder import Diagnosis, Rung, Verdict
from hhu.offline_words import COLOURS, headline_of, name_of, said_of, verdict_of
from hhu.settings import open_settings

INDENT = 26
"""Cells in front of the evidence."""


def run(args: Namespace) -> int:
    """Print the ladder; 0 when no rung fails, 1 when one does, 3 when the terminal does not answer."""
    diagnosis = asyncio.run(_examine(LineOptions.of(args)))
    if getattr(args, "json", False):
        _print_json(diagnosis)
    else:
        print(f"{headline_of(diagnosis, _language())}\n")
        for line in _lines(diagnosis, on=coloured(sys.stdout)):
            print(line)
    failing = diagnosis.failing
    if failing is None:
        return DONE
    return LINE if failing.rung is Rung.SUPPLY and failing.finding == "supply.silent" else REFUSED


async def _examine(options: LineOptions) -> Diagnosis:
    """A terminal that does not even say who it is stands on the lowest rung."""
    try:
        async with connected(options, Desk(from_stdin=False)) as session:
            _, diagnosis = await examine(session.client, _tell if sys.stderr.isatty() else None)
            return diagnosis
    except SilenceError:
        return judge(SILENT)


def _tell(phase: str) -> None:
    talk(f"reading: {phase}")


def _lines(diagnosis: Diagnosis, *, on: bool) -> Iterator[str]:
    """One line of evidence per rung; the next step below the first that fails."""
    language = _language()
    for step in diagnosis.steps:
        said = said_of(step, language)
        name = padded(name_of(step.rung, language), 14)
        word = paint(padded(verdict_of(step.verdict, language), 8), COLOURS[step.verdict], on=on)
        yield f"{name}  {word}  {said.evidence}"
        if said.next_step and (step is diagnosis.failing or step.verdict is Verdict.NOTED):
            yield f"{'':<{INDENT}}> {said.next_step}"


def _print_json(diagnosis: Diagnosis) -> None:
    for step in diagnosis.steps:
        english, chinese = said_of(step, "en"), said_of(step, "zh")
        print_json(
            {
                "rung": step.rung.value,
                "verdict": step.verdict.value,
                "reason": step is diagnosis.failing,
                "finding": step.finding,
                "evidence_zh": chinese.evidence,
                "evidence_en": english.evidence,
                "next_zh": chinese.next_step,
                "next_en": english.next_step,
            }
        )


def _language() -> str:
    return open_settings().load().language
