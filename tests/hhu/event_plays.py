"""Plays of events, the ladder and changes on trial up to the moment worth a picture."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from textual.pilot import Pilot

from core.app import Terminal
from core.gdw376.units.afn04 import MasterStation
from core.gdw376.units.erc import (
    Changed,
    Erc3,
    Erc8,
    Erc12,
    Erc31,
    Erc35,
    Found,
    FoundOn,
    MeterChanges,
    PointMark,
)
from core.terminal.concentrator import Concentrator
from core.terminal.ledger import EventRecord, RecordKept
from hhu.client.emulated import EmulatedTerminal
from hhu.screens.events import EventsPage
from hhu.screens.offline import OfflineSheet
from hhu.screens.parameters import UplinkParameters
from hhu.screens.trial import Phase
from tests.hhu.stage import app_of, idle, plan, press, until

RUNNING: list[Terminal] = []
"""Terminals that the app has started on this stage."""


@contextmanager
def watched() -> Generator[None]:
    """Keep hold of the emulated terminals that the app starts."""
    start = EmulatedTerminal.start.__func__  # type: ignore[attr-defined]

    async def started(kind: Any, *given: Any, **more: Any) -> EmulatedTerminal:
        emulated = await start(kind, *given, **more)
        RUNNING.append(emulated.terminal)
        return emulated

    with patch.object(EmulatedTerminal, "start", classmethod(started)):
        RUNNING.clear()
        yield
        RUNNING.clear()


def terminal() -> Concentrator:
    """The terminal the app is connected to."""
    return RUNNING[-1].concentrator


def happen(concentrator: Concentrator) -> None:
    """A morning: a meter fell silent and came back, another was changed, parameters were set."""
    events, now = concentrator.events, concentrator.rtc.reading().replace(second=0, microsecond=0)
    ago = now - timedelta(hours=1)
    events.add(Erc31(now - timedelta(hours=9), PointMark(1, 7), ago, None, None), 7)
    events.add(Erc12(now - timedelta(hours=5), PointMark(1, 3)), 3)
    unknown = EventRecord(False, concentrator.ledger.kept.stored[False], 900, 61, ago, None, b"\x01\xa7")
    concentrator.ledger.put(RecordKept(unknown))
    changes = MeterChanges(False, True, False, False, False, False, False)
    events.add(Erc8(ago, 12, changes), 12)
    place = FoundOn(9, True, False, False)
    events.add(Erc35(ago + timedelta(minutes=7), 1, (Found("000031120077", place, 1),)))
    events.add(Erc31(ago + timedelta(minutes=40), PointMark(0, 7), ago, None, None), 7)
    events.add(
        Erc3(now, 1, (Changed(bytes(2), bytes.fromhex("0400")), Changed(bytes(2), bytes.fromhex("0101"))))
    )


async def listed(pilot: Pilot[None]) -> None:
    """Both rings have been read."""
    await until(pilot, lambda: bool(pilot.app.screen.query(EventsPage)))
    await idle(pilot)
    happen(terminal())
    await press(pilot, "r")
    await idle(pilot)


async def live(pilot: Pilot[None]) -> None:
    """While the page is live a meter falls silent."""
    await listed(pilot)
    await press(pilot, "l")
    await pilot.pause(2)
    now = terminal().rtc.reading().replace(second=0, microsecond=0)
    terminal().events.add(Erc31(now, PointMark(1, 9), now, None, None), 9)
    await pilot.pause(12)
    await until(pilot, lambda: bool(app_of(pilot).desk.events.fresh))


async def detailed(pilot: Pilot[None]) -> None:
    """Every field of one event."""
    await listed(pilot)
    await press(pilot, "down", "down", "enter")


async def ladder(pilot: Pilot[None]) -> None:
    """The ladder over the overview."""
    await idle(pilot)
    await press(pilot, "o")

    def looked() -> bool:
        sheet = pilot.app.screen
        return isinstance(sheet, OfflineSheet) and sheet.diagnosis is not None

    await until(pilot, looked)


async def without_card(pilot: Pilot[None]) -> None:
    """The ladder of a terminal without a card."""
    await idle(pilot)
    RUNNING[-1].surroundings = replace(RUNNING[-1].surroundings, sim=False)
    await pilot.pause(1)
    await ladder(pilot)


async def on_trial(pilot: Pilot[None]) -> None:
    """Another master was written on trial; the tool waits for its word."""
    await until(pilot, lambda: bool(pilot.app.screen.query(UplinkParameters)))
    await idle(pilot)
    await plan(pilot, "04F3.main_ip", "10.20.30.51")
    await press(pilot, "c")
    await press(pilot, "enter")
    await press(pilot, "enter")
    await pilot.pause(7)
    await press(pilot, *"000000", "enter")
    await until(pilot, lambda: phase(pilot) is Phase.WAITING)
    await pilot.pause(65)


def phase(pilot: Pilot[None]) -> Phase | None:
    """Where the change on trial stands."""
    trial = app_of(pilot).desk.trial
    return trial.standing.phase if trial else None


async def switch_closed(pilot: Pilot[None]) -> None:
    """Time is up and the switch is closed: the tool asks for the key."""
    await on_trial(pilot)
    await pilot.pause(560)
    await until(pilot, lambda: phase(pilot) is Phase.KEY)


def main_ip() -> str:
    """What the terminal holds."""
    return str(terminal().parameters.value(MasterStation).main_ip)
