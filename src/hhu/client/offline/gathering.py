"""Asking a terminal why it is offline, over a local line."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from core.errors import DeniedError, SilenceError
from core.gdw376.unit import Unit
from core.gdw376.units.afn0c import Traffic, UplinkState
from core.gdw376.units.afn04 import ApnUser, MasterStation, TerminalAddress, UplinkMode, UplinkPort
from core.gdw376.units.afn09 import RemoteModule
from core.vendor import items
from hhu.client.offline.evidence import SILENT, Evidence
from hhu.client.offline.judging import judge
from hhu.client.offline.ladder import Diagnosis
from hhu.client.reading import Outcome, read_parameters
from hhu.client.terminal import TerminalClient
from hhu.client.vendor import identify, read_item, uplink_report

U = TypeVar("U", bound=Unit)
UNITS: tuple[type[Unit], ...] = (
    MasterStation, UplinkPort, UplinkMode, ApnUser, TerminalAddress, UplinkState, Traffic, RemoteModule,
)  # fmt: skip
OnStep = Callable[[str], None]
"""Told what is asked now: clock, parameters, maker."""


async def examine(client: TerminalClient, on_phase: OnStep | None = None) -> tuple[Evidence, Diagnosis]:
    """Gather and judge; a terminal that keeps silent is an answer, a lost line is a ``LineError``."""
    try:
        evidence = await gather(client, on_phase)
    except SilenceError:
        evidence = SILENT
    return evidence, judge(evidence)


async def gather(client: TerminalClient, on_phase: OnStep | None = None) -> Evidence:
    """Read all evidence; ``SilenceError`` when nobody answers the first question."""
    tell = on_phase or _nobody
    tell("clock")
    evidence = await _with_clock(client)
    tell("parameters")
    evidence = await _with_units(client, evidence)
    tell("maker")
    return await _with_maker(client, evidence)


def _nobody(_: str) -> None:
    """Nobody looks on."""


async def _with_clock(client: TerminalClient) -> Evidence:
    try:
        clock = await client.read_clock()
    except DeniedError:
        return Evidence()
    return Evidence(clock_read=True, time=clock.terminal, difference=clock.residual_s)


async def _with_units(client: TerminalClient, evidence: Evidence) -> Evidence:
    found: dict[type[Unit], Unit] = {}

    def take(outcome: Outcome) -> None:
        if outcome.unit is not None:
            found[type(outcome.unit)] = outcome.unit

    await read_parameters(client, [(0, unit) for unit in UNITS], take)

    def get(kind: type[U]) -> U | None:
        unit = found.get(kind)
        return unit if isinstance(unit, kind) else None

    return replace(
        evidence,
        master=get(MasterStation),
        port=get(UplinkPort),
        mode=get(UplinkMode),
        user=get(ApnUser),
        address=get(TerminalAddress),
        permissions=get(UplinkState),
        traffic=get(Traffic),
        remote=get(RemoteModule),
    )


async def _with_maker(client: TerminalClient, evidence: Evidence) -> Evidence:
    """Ask in the maker's envelope; a terminal that does not know code E0 is asked nothing more."""
    identity = await identify(client)
    report = await uplink_report(client)
    if identity is None and report is None:
        return replace(evidence, test=await read_item(client, items.SELF_TEST, items.SelfTest))
    test = None if report else await read_item(client, items.SELF_TEST, items.SelfTest)
    resets = await read_item(client, items.RESETS, items.Resets)
    return replace(
        evidence, identity=identity, report=report, test=test, resets=resets.count if resets else None
    )
