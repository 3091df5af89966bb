"""``hhu clock broadcast``: tell the meters of each port the time; some are read back as proof (M94)."""

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.errors import UsageError
from core.gdw376.units.afn04 import MeterRecord
from hhu.cli.asking import Desk, confirmed, somebody_there
from hhu.cli.connection import connected
from hhu.cli.exits import DIFFERS, DONE, INTERRUPTED, LINE
from hhu.cli.options import LineOptions
from hhu.cli.output import STATE_COLOURS, print_json, table, talk
from hhu.client.change import State
from hhu.client.clock_reading import ALLOWED_ERROR, measure_clock
from hhu.client.connect import Session
from hhu.client.console import coloured
from hhu.client.meter_clocks import SAMPLE, BroadcastProof, broadcast_time, lines_of, proven, sample
from hhu.client.meter_reading import MeterReader, archived
from hhu.client.relay import BusLine


@dataclass(frozen=True, slots=True)
class Told:
    """One port: what was broadcast, and the meters read back."""

    line: BusLine
    time: datetime
    proofs: tuple[BroadcastProof, ...]


def configure(parser: ArgumentParser) -> None:
    """Arguments of the act."""
    parser.add_argument(
        "--port", type=int, action="append", metavar="N", help="only this port; again for more (default all)"
    )
    parser.add_argument(
        "--check", type=int, default=SAMPLE, metavar="N", help=f"meters per port to read back ({SAMPLE})"
    )


def run(args: Namespace) -> int:
    """Print what became of it, meter by meter."""
    yes = getattr(args, "yes", False)
    if not yes and not somebody_there():
        raise UsageError("Nobody is there to confirm the broadcast.", "Add --yes.")
    told = asyncio.run(_broadcast(LineOptions.of(args), args.port or [], args.check, yes=yes))
    if told is None:
        talk("Nothing was sent.")
        return INTERRUPTED
    if getattr(args, "json", False):
        for one in told:
            print_json(as_json(one))
    else:
        _print(told)
    return outcome_code(told)


async def _broadcast(
    options: LineOptions, ports: Sequence[int], check: int, *, yes: bool
) -> list[Told] | None:
    async with connected(options, Desk(from_stdin=options.password_stdin)) as session:
        await require_right_clock(session)
        records = await archived(session.client)
        lines = [line for line in lines_of(records) if not ports or line.port in ports]
        if not lines:
            raise UsageError("No meter of DL/T 645 is archived there.", "hhu meters list shows the archive.")
        text = ", ".join(f"{line.port} ({line.baud} baud)" for line in lines)
        if not yes and not confirmed(f"Tell the meters of port {text} this computer's time?"):
            return None
        return [await _tell(session, line, records, check) for line in lines]


async def require_right_clock(session: Session) -> None:
    """Refuse to set meters by a computer that differs from the terminal: ``UsageError``."""
    clock = session.link.clock
    reading = await measure_clock(session.client, clock, clock.sleep)
    if reading.residual_s is None or abs(reading.residual_s) >= ALLOWED_ERROR:
        off = "not valid" if reading.residual_s is None else f"{reading.residual_s:+.1f} s off"
        raise UsageError(f"The terminal's clock is {off}.", "Set it first: hhu clock set.")


async def _tell(session: Session, line: BusLine, records: Sequence[MeterRecord], check: int) -> Told:
    clock = session.link.clock
    told = await broadcast_time(session.client, line, clock.sleep)
    proofs = await proven(MeterReader(session.client), sample(records, line, check), clock.now)
    return Told(line, told, proofs)


def as_json(told: Told) -> dict[str, Any]:
    """One port."""
    return {
        "port": told.line.port,
        "speed": told.line.baud,
        "time": told.time.isoformat(),
        "meters": [_proof(proof) for proof in told.proofs],
    }


def _proof(proof: BroadcastProof) -> dict[str, Any]:
    clock = proof.clock
    return {
        "point": proof.record.point,
        "address": proof.record.address,
        "difference_s": None if clock is None or clock.difference_s is None else round(clock.difference_s, 1),
        "uncertain_s": None if clock is None else round(clock.uncertain_s, 1),
        "state": proof.state.value,
    }


def _print(told: Sequence[Told]) -> None:
    for one in told:
        print(f"port {one.line.port}  {one.line.baud} baud  {one.time:%Y-%m-%d %H:%M:%S}")
        if one.proofs:
            rows = [_row(proof) for proof in one.proofs]
            colours = [("", "dim", "", STATE_COLOURS[proof.state.value]) for proof in one.proofs]
            print(table(rows, colours, on=coloured(sys.stdout)))


def _row(proof: BroadcastProof) -> tuple[str, str, str, str]:
    off = proof.clock.difference_s if proof.clock else None
    shown = "no answer" if off is None else f"{off:+.0f} s"
    return f"  {proof.record.point}", proof.record.address or "", shown, proof.state.value


def outcome_code(told: Sequence[Told]) -> int:
    """Without a meter that was read back nothing is proven."""
    states = {proof.state for one in told for proof in one.proofs}
    if State.DIFFERS in states:
        return DIFFERS
    return DONE if states == {State.VERIFIED} else LINE
