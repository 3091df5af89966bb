"""What ``hhu emulator`` does to a terminal by itself: take a picture of its face, play a scenario."""

import asyncio
import sys
import tempfile
from argparse import Namespace
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

from core.errors import UsageError
from core.lines.pace import LoopClock
from core.lines.virtual_time import virtual_time
from hhu.cli.exits import DIFFERS, DONE
from hhu.cli.output import print_json, talk
from hhu.client.emulated import EmulatedTerminal
from hhu.client.presses import strokes_of
from hhu.client.scenario import Played, play
from hhu.client.scenario_file import Scenario, read_scenario
from hhu.files import write_whole
from hhu.glass import FORMATS
from hhu.glass.picture import Portrait, rendered

SUFFIXES = {".txt": "text", ".svg": "svg", ".png": "png"}
SETTLE = 1.0
"""Seconds after the boot page until the face has found itself."""


def snapshot(args: Namespace) -> int:
    """Write the face of a terminal as it stands after so long and so many presses."""
    out: Path | None = args.out
    form: str = args.format or (SUFFIXES.get(out.suffix.casefold(), "") if out else "text")
    if form not in FORMATS:
        raise UsageError(f"{out}: a picture ends in .txt, .svg or .png.", "Or give --format.")
    if form == "png" and out is None and sys.stdout.isatty():
        raise UsageError("A PNG is not for a screen.", "Give --out FILE.png.")
    strokes = strokes_of(args.press or "")
    taken = rendered(_on_virtual_time(_taken(args, strokes)), form)
    if out:
        write_whole(out, taken)
        talk(f"{out} written")
    else:
        sys.stdout.buffer.write(taken)
        sys.stdout.flush()
    return DONE


def _on_virtual_time(work: Coroutine[Any, Any, Any]) -> Any:
    with virtual_time() as runner:
        return runner.run(work)


async def _taken(args: Namespace, strokes: tuple[float, ...]) -> Portrait:
    clock = LoopClock(datetime.now())
    async with AsyncExitStack() as stack:
        emulated = await _started(stack, args.profile, args.state, clock)
        await emulated.terminal.booted()
        await clock.sleep(SETTLE)
        await emulated.strokes(strokes)
        await clock.sleep(args.after)
        return portrait_of(emulated)


async def _started(
    stack: AsyncExitStack, profile: str, state: Path | None, clock: LoopClock
) -> EmulatedTerminal:
    """Switch a terminal on; without a state it is a new one, forgotten afterwards."""
    folder = state or Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
    emulated = await EmulatedTerminal.start(profile, state=folder, clock=clock, boot=0.0)
    stack.push_async_callback(emulated.stop)
    return emulated


def portrait_of(emulated: EmulatedTerminal) -> Portrait:
    """Return the face of this moment, ready to be kept."""
    face = emulated.terminal.face()
    lamps = tuple((name, glow.value) for name, glow in face.lamps.labelled)
    return Portrait(face.cells.rows, face.backlight, lamps)


def scenario(args: Namespace) -> int:
    """Play a scenario file; flat out, or at ``--speed`` when that is given."""
    path: Path = args.scenario
    read = read_scenario(path)
    work = _played(args, read, path)
    return asyncio.run(work) if args.speed and not args.speed.free else _on_virtual_time(work)


async def _played(args: Namespace, read: Scenario, path: Path) -> int:
    factor = args.speed.factor if args.speed and not args.speed.free else 1.0
    clock = LoopClock(read.start or datetime.now(), factor)
    async with AsyncExitStack() as stack:
        emulated = await _started(stack, read.profile, args.state, clock)

        def tell(played: Played) -> None:
            _tell(played, len(read.steps), path, emulated, as_json=getattr(args, "json", False))

        return DONE if await play(read, emulated, path, tell) else DIFFERS


def _tell(played: Played, steps: int, path: Path, emulated: EmulatedTerminal, *, as_json: bool) -> None:
    step = played.step
    if as_json:
        unmet = [
            {"line": one.line, "name": one.name, "expected": one.expected, "found": one.found}
            for one in played.unmet
        ]
        print_json(
            {
                "step": step.number,
                "title": step.title,
                "seconds": round(played.seconds, 1),
                "met": not unmet,
                "unmet": unmet,
            }
        )
        return
    word = "FAIL" if played.unmet else "ok"
    print(f"{word:4} {step.number:>3}/{steps} {played.seconds:9.1f} s  {step.title}".rstrip(), flush=True)
    for one in played.unmet:
        found = "" if one.name == "text" else f", is {one.found!r}"
        talk(f"{path}:{one.line}: {one.name} expected {one.expected!r}{found}")
    if played.unmet:
        talk(rendered(portrait_of(emulated), "text").decode().rstrip())
