"""The face on a console: CPU of the whole TUI with the face visible, of a frame, from key press to paint.

The screens run in a process of their own (``python -m tests.bench.face``) against the emulated terminal, with
pauses of the wall's time: what is counted is CPU of the whole process.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent.parent
SECONDS = 10.0
FRAMES = 200


@dataclass(frozen=True)
class FaceCost:
    """Share of a core while nobody touches anything; milliseconds per frame, and from key to paint."""

    idle: float
    frame: float
    press: float


def measure(size: str = "132x43") -> FaceCost:
    """Run the screens at a size in a fresh process."""
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "HHU_HOME": home,
            "HHU_GLYPHS": "fine",
        }
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.face", size],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        )
    return FaceCost(**json.loads(done.stdout.splitlines()[-1]))


async def _screens(width: int, height: int) -> FaceCost:
    from core.lines.address import LineAddress  # noqa: PLC0415  # only in the process that runs the screens
    from hhu.app import HhuApp  # noqa: PLC0415  # same
    from hhu.screens.order import Order  # noqa: PLC0415  # same

    app = HhuApp(Order(LineAddress.parse("emulator:factory"), None, ""), page="terminal")
    async with app.run_test(size=(width, height)):
        while app.desk.connection is None:  # noqa: ASYNC110  # the app tells nobody
            await asyncio.sleep(0.1)
        await asyncio.sleep(6)
        begun, wall = time.process_time(), time.monotonic()
        await asyncio.sleep(SECONDS)
        idle = (time.process_time() - begun) / (time.monotonic() - wall)
        return FaceCost(idle, _frame(app), await _press(app))


def _frame(app: "HhuApp") -> float:
    """Milliseconds of a frame in which every row changes: facts, cells, dots."""
    from hhu.widgets import dot_lcd  # noqa: PLC0415  # see above
    from hhu.widgets.face_panel import FacePanel  # noqa: PLC0415  # see above

    face = app.desk.connection.face if app.desk.connection else None
    assert face is not None
    panel = next(panel for panel in app.screen.query(FacePanel) if panel.is_on_screen)
    times: list[float] = []
    for _ in range(FRAMES):
        dot_lcd.strips_of.cache_clear()
        begun = time.perf_counter()
        look = face.look()
        panel.show(look.glass, lit=look.lit, lamps=look.lamps, held=None)
        for y in range(panel.view.size.height):
            panel.view.render_line(y)
        times.append((time.perf_counter() - begun) * 1000)
    return median(times)


async def _press(app: "HhuApp") -> float:
    """Milliseconds from letting the key go to another page on the glass."""
    from hhu.widgets.face_panel import FacePanel  # noqa: PLC0415  # see above
    from hhu.widgets.key import TerminalKey  # noqa: PLC0415  # see above

    panel = next(panel for panel in app.screen.query(FacePanel) if panel.is_on_screen)
    key = panel.query_one(TerminalKey)
    times: list[float] = []
    for _ in range(5):
        key.post_message(key.Pressed())
        await asyncio.sleep(0.2)
        before = panel.view.text()
        begun = time.perf_counter()
        key.post_message(key.Released())
        while panel.view.text().split("\n")[1:] == before.split("\n")[1:]:  # noqa: ASYNC110  # the paint is awaited
            await asyncio.sleep(0.001)
        times.append((time.perf_counter() - begun) * 1000)
        await asyncio.sleep(0.3)
    return median(times)


if __name__ == "__main__":
    from hhu.app import HhuApp

    columns, _, lines = sys.argv[1].partition("x")
    cost = asyncio.run(_screens(int(columns), int(lines)))
    print(json.dumps({"idle": cost.idle, "frame": cost.frame, "press": cost.press}))
