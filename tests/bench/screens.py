"""Time to first paint: CPU from process start to the first screen, less what importing Textual costs."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
_TEXTUAL = """
import json, time
import textual.app, textual.widgets, textual.screen, textual.containers
print(json.dumps({"cpu": time.process_time(), "painted": True}))
"""
_OURS = """
import asyncio, json, time
from hhu.app import HhuApp
async def main():
    app = HhuApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        shown = bool(app.screen.children)
        print(json.dumps({"cpu": time.process_time(), "painted": shown}))
asyncio.run(main())
"""


@dataclass(frozen=True)
class Paint:
    """CPU seconds of the whole process, and of our part."""

    total_cpu: float
    textual_cpu: float
    painted: bool

    @property
    def own_cpu(self) -> float:
        """What is ours: everything after Textual could have started."""
        return self.total_cpu - self.textual_cpu


def _run(program: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "HHU_HOME": home}
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
        )
    return json.loads(done.stdout.splitlines()[-1])


def measure(runs: int = 5) -> Paint:
    """Median of several fresh processes."""
    ours = [_run(_OURS) for _ in range(runs)]
    textual = [_run(_TEXTUAL)["cpu"] for _ in range(runs)]
    total = statistics.median(run["cpu"] for run in ours)
    return Paint(total, statistics.median(textual), all(run["painted"] for run in ours))
