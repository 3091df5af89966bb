import os
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from core.store.store import Store
from core.terminal.readings import Kind
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


def kill_and_look(directory: Path, seconds: float) -> int:
    """Kill a terminal that keeps readings; what it acknowledged is there, whole, in each ring."""
    last = run_until_killed("reader_writer.py", directory, seconds)[-1]
    store = Store(directory)
    for number in range(max(1, last - 50), last + 1):
        history, stamp = place(number)
        slot = [store.readings.at(history, Kind.DAY, stamp, quantity) for quantity in QUANTITIES]
        assert slot == batch(number)
    for kind in (Kind.DAY, Kind.CURVE):
        for history in store.readings.histories():
            first, *others = (store.readings.between(history, kind, q, *CENTURY) for q in QUANTITIES)
            assert all([one.value for one in run] == [one.value for one in first] for run in others)
    store.close()
    return last


CENTURY = (place(0)[1].replace(year=2000), place(0)[1].replace(year=2099))


def check_after_kills(directory: Path, times: int) -> None:
    moments = Random(192)
    written = [kill_and_look(directory, moments.uniform(0.0, 0.04)) for _ in range(times)]
    assert max(written) > 32 * 7


def test_a_killed_terminal_keeps_its_readings(tmp_path: Path):
    """Z8, M129: kill -9 at 25 random moments over one file: it opens, the last complete record is there."""
    check_after_kills(tmp_path, 25)


@pytest.mark.nightly
def test_a_terminal_killed_200_times_keeps_its_readings(tmp_path: Path):
    """Z8, M129: the same at 200 random moments."""
    check_after_kills(tmp_path, 200)
