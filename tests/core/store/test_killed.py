import os
import subprocess
import sys
import time
from pathlib import Path
from random import Random

from core.store.store import Store

ROOT = Path(__file__).parents[3]


def run_until_killed(directory: Path, seconds: float) -> list[int]:
    """Let the writer run, kill it without warning, return what it had acknowledged."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-u", str(Path(__file__).with_name("writer.py")), str(directory)]
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
        acknowledged = run_until_killed(tmp_path, moments.uniform(0.0, 0.1))
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
