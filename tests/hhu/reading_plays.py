"""Plays of the Reading and Clock pages up to the moment worth a picture; meters stand on the ports."""

from textual.pilot import Pilot

from hhu.screens.clock import ClockPage
from hhu.screens.reading import PointTable, PortTable
from tests.hhu.stage import app_of, idle, press, until

OFF = {5: -8.0, 6: 400.0}
"""Clocks of meters that are wrong, in seconds."""


async def missing(pilot: Pilot[None]) -> None:
    """The missing list, one of the failed points read once more, another read with success."""
    await until(pilot, lambda: bool(pilot.app.screen.query(PortTable)))
    await pilot.pause(60)
    await press(pilot, "r")
    await idle(pilot)
    await press(pilot, "m")
    await idle(pilot)
    table = pilot.app.screen.query_one(PointTable)
    table.focus()
    await press(pilot, "down", "down", "down", "n")
    await press(pilot, *"000000", "enter")
    await idle(pilot)
    await press(pilot, "up", "up", "up", "n")
    await idle(pilot)


async def ordered(pilot: Pilot[None]) -> None:
    """A port was told to read again; the port shows it."""
    await missing(pilot)
    pilot.app.screen.query_one(PortTable).focus()
    await press(pilot, "down", "n", "enter", "enter")
    await idle(pilot)


async def relayed(pilot: Pilot[None]) -> None:
    """A question was relayed; the answer stands as bytes and tree."""
    await missing(pilot)
    await press(pilot, "down", "down", "l", "enter")
    await idle(pilot)


async def clocks(pilot: Pilot[None]) -> None:
    """The clocks of all meters after a broadcast: proven ones, one out of reach, one silent."""
    await until(pilot, lambda: bool(pilot.app.screen.query(ClockPage)))
    await until(pilot, lambda: app_of(pilot).desk.clock_reading is not None)
    await idle(pilot)
    await press(pilot, "m")
    await idle(pilot)
    await press(pilot, "b", "enter")
    await press(pilot, *"000000", "enter")
    await until(pilot, lambda: len(app_of(pilot).desk.board.proofs) == 6, 200)
    await idle(pilot)
