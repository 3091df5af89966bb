"""A whole terminal that reads its meters, killed at any moment, and one whose disk is full."""

import json
import os
import subprocess
import sys
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import pytest

from core.app import Channel, Terminal
from core.gdw376.message import Item, encode_blocks, items_of
from core.gdw376.units.afn10 import DirectRead, DirectReadAnswer
from core.lines.line import IR
from core.lines.memory import memory_line
from core.lines.pace import LoopClock
from core.lines.virtual_time import virtual_time
from core.panel.data_lamp import Glow
from core.quantities import Quantity
from core.store.store import Store
from core.terminal.archive import history_of
from core.terminal.readings import History, Kind
from tests.core.handset import Handset

ROOT = Path(__file__).parents[2]
START = datetime(2026, 11, 1, 22)
DAY = timedelta(days=1)
OUTAGE = timedelta(minutes=20)
METERS = "[area]\nresidential = 4\ntariff_control = 2\nevery_1997 = 4\n"


def killed(folder: Path, profile: Path, start: datetime, seconds: float) -> list[list[Any]]:
    """Let a terminal live, kill it without warning; return the lines it wrote."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    command = [sys.executable, "-u", str(ROOT / "tests/core/living.py"), str(folder), str(profile)]
    with subprocess.Popen(
        [*command, start.isoformat()], stdout=subprocess.PIPE, text=True, env=environment
    ) as living:
        assert living.stdout is not None
        first = living.stdout.readline()
        time.sleep(seconds)
        living.kill()
        lines = [first, *living.stdout.read().splitlines(keepends=True)]
    return [json.loads(line) for line in lines if line.endswith("\n")]


def assert_kept(folder: Path, rows: list[list[Any]]) -> None:
    """The file opens; the last batches that were said to be kept are there, whole."""
    store = Store(folder)
    for _, *history, slots in rows[-20:]:
        for kind, stamp, quantity in slots:
            at = datetime.fromisoformat(stamp)
            assert store.readings.at(History(*history), Kind(kind), at, Quantity[quantity]) is not None
    store.close()


async def lacking(folder: Path, profile: Path, start: datetime) -> list[tuple[int, date]]:
    """Let it read a night more; return points and days of the last three whose day end is not there."""
    clock = LoopClock(start)
    async with Terminal.create(profile, folder, clock, boot=0.0) as terminal:
        await clock.sleep(DAY.total_seconds())
        inner = terminal.concentrator
        days = [clock.now().date() - number * DAY for number in (1, 2, 3)]
        return [
            (meter.point, day)
            for meter in inner.archive.meters()
            for day in days
            if day >= START.date() and not _day_end(inner.readings, history_of(meter), day)
        ]


def _day_end(readings: Any, history: History, day: date) -> Any:
    return readings.at(history, Kind.DAY, datetime.combine(day, datetime.min.time()), Quantity.FORWARD_ACTIVE)


def killed_often(folder: Path, times: int) -> None:
    profile = folder / "row.toml"
    profile.write_text(METERS, "utf-8")
    moments, now, kept = Random(1088), START, 0
    for _ in range(times):
        rows = killed(folder, profile, now, moments.uniform(0.0, 0.25))
        assert_kept(folder, rows[1:])
        kept += len(rows) - 1
        now = datetime.fromisoformat(rows[-1][0]) + OUTAGE
    assert kept > times
    with virtual_time() as runner:
        assert runner.run(lacking(folder, profile, now)) == []


def test_a_killed_terminal_goes_on_reading(tmp_path: Path) -> None:
    """M45, M129, Z8: kill -9 at a dozen moments: it opens, nothing kept is lost, the gaps are filled."""
    killed_often(tmp_path, 12)


@pytest.mark.nightly
def test_a_terminal_killed_200_times_goes_on_reading(tmp_path: Path) -> None:
    """M45, M129, Z8: the same at 200 moments."""
    killed_often(tmp_path, 200)


def test_a_full_disk_stops_nothing_but_keeping(tmp_path: Path) -> None:
    """Z8, M82: no room: alarm, the terminal reads and relays on, and with room the gaps are filled."""
    profile = tmp_path / "row.toml"
    profile.write_text("[area]\nresidential = 40\n", "utf-8")

    async def play() -> None:
        clock, store = LoopClock(START), Store(tmp_path)
        with patch("core.app.Store", lambda _: store):
            terminal = Terminal.create(profile, tmp_path, clock, boot=0.0)
        async with terminal:
            await clock.sleep(DAY.total_seconds())
            assert await relayed(terminal)
            limit(store, 1)
            await clock.sleep(3 * DAY.total_seconds())
            assert terminal.facts().store_fault
            assert terminal.face().lamps.alarm is Glow.RED
            assert unkept(terminal) > 40
            assert await relayed(terminal)
            limit(store, 16_384)
            await clock.sleep(DAY.total_seconds())
            assert not terminal.facts().store_fault
            assert unkept(terminal) == 0

    with virtual_time() as runner:
        runner.run(play())


def limit(store: Store, pages: int) -> None:
    """Give the file as many pages; never fewer than it has."""
    store._flash.rows(f"PRAGMA max_page_count = {pages}")  # pyright: ignore[reportPrivateUsage]  # no disk is that full


def unkept(terminal: Terminal) -> int:
    """Entries of the missing lists."""
    return sum(len(terminal.concentrator.acquisition.missing(port)) for port in (1, 2))


async def relayed(terminal: Terminal) -> bool:
    """Ask the first meter through infrared; tell whether it answered."""
    near, far = memory_line(IR, terminal.clock)
    plugged = terminal.attach(Channel.IR, near)
    meter = terminal.concentrator.archive.meters()[0]
    order = DirectRead(meter.port, (), meter.address, 1, bytes.fromhex("00000100"))
    asked = await Handset(far, terminal.clock).exchange(0x10, b"".join(encode_blocks([Item.of(order)])))
    (answer,) = (item.value for item in items_of(asked))
    await plugged.detach()
    return isinstance(answer, DirectReadAnswer) and len(answer.content) == 8
