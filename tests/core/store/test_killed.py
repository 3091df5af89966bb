import os
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from core.quantities import Value
from core.store.store import Store
from core.terminal.readings import History, Kind, Reading
from tests.core.store.reader_writer import QUANTITIES, batch, place

ROOT = Path(__file__).parents[3]


def run_until_killed(program: str, directory: Path, seconds: float) -> list[int]:
    """Let a writer run, kill it without warning, return what it had acknowledged."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-u", str(Path(__file__).with_name(program)), str(directory)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as writer:
        assert writer.stdout is not None
        acknowledged = [int(writer.stdout.readline())]
        time.sleep(seconds)
        writer.kill()
        acknowledged += [int(line) for line in writer.stdout.read().splitlines(keepends=True) if "\n" in line]
    return acknowledged


def test_a_killed_terminal_keeps_all_it_acknowledged_and_halves_nothing(tmp_path: Path):
    """Killed at random moments, five times over the same file (issue: kill -9 between any two steps)."""
    moments = Random(1088)
    last = 0
    for _ in range(5):
        acknowledged = run_until_killed("writer.py", tmp_path, moments.uniform(0.0, 0.1))
        assert acknowledged[0] >= last
        last = acknowledged[-1]
        store = Store(tmp_path)
        kept = store.load()
        store.close()
        number = int(kept.facts.get("first", "0"))
        assert number in (last, last + 1)
        if number:
            assert kept.facts["last"] == str(number)
            assert int.from_bytes(kept.parameters[3, 0], "big") == number
            assert kept.stored[False] == number + 1
            assert max(record.number for record in kept.records.values()) == number
        last = number
    assert last > 0


CENTURY = (place(0)[1].replace(year=2000), place(0)[1].replace(year=2099))


TURNED = 32 * 7
"""Batches after which the rings of all points drop their oldest slots."""


class Seen(NamedTuple):
    """What the file held, kill after kill."""

    last: int
    """The last batch acknowledged."""
    lost: list[int]
    """Batches acknowledged, and not there or not whole."""
    uneven: list[History]
    """Histories whose quantities, which come in one batch, are not the same."""


def kill_and_look(directory: Path, seconds: float) -> Seen:
    """Kill a terminal that keeps readings, and open its file."""
    last = run_until_killed("reader_writer.py", directory, seconds)[-1]
    store = Store(directory)
    lost = [number for number in range(max(1, last - 50), last + 1) if slot(store, number) != batch(number)]
    uneven = [
        history
        for kind in (Kind.DAY, Kind.CURVE)
        for history in store.readings.histories()
        if len(set(rings(store, history, kind))) > 1
    ]
    store.close()
    return Seen(last, lost, uneven)


def slot(store: Store, number: int) -> list[Reading | None]:
    """What is kept where a batch went."""
    history, stamp = place(number)
    return [store.readings.at(history, Kind.DAY, stamp, quantity) for quantity in QUANTITIES]


def rings(store: Store, history: History, kind: Kind) -> list[tuple[Value, ...]]:
    """The values of a ring, quantity by quantity; a batch gives all of them the same."""
    runs = (store.readings.between(history, kind, quantity, *CENTURY) for quantity in QUANTITIES)
    return [tuple(one.value for one in run) for run in runs]


def killed_often(directory: Path, times: int) -> Seen:
    """Kill it at random moments, over one file."""
    moments, lost, uneven, written = Random(192), list[int](), list[History](), 0
    for _ in range(times):
        seen = kill_and_look(directory, moments.uniform(0.0, 0.04))
        lost += seen.lost
        uneven += seen.uneven
        written = max(written, seen.last)
    return Seen(written, lost, uneven)


def test_a_killed_terminal_keeps_its_readings(tmp_path: Path):
    """Z8, M129: kill -9 at 25 random moments over one file: it opens, the last complete record is there."""
    seen = killed_often(tmp_path, 25)
    assert seen.lost == []
    assert seen.uneven == []
    assert seen.last > TURNED


@pytest.mark.nightly
def test_a_terminal_killed_200_times_keeps_its_readings(tmp_path: Path):
    """Z8, M129: the same at 200 random moments."""
    seen = killed_often(tmp_path, 200)
    assert seen.lost == []
    assert seen.uneven == []
    assert seen.last > TURNED
