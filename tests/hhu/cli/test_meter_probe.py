"""``hhu meters probe``: directly at a meter bus, and through an emulated terminal."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Generator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from core.lines.line import SerialSettings
from core.lines.pace import LoopClock
from core.lines.pty import open_pty
from core.simulation.bus import SimulatedBus
from core.simulation.dlt645.group import Dlt645Group
from core.simulation.groups import Group
from hhu.client.archive_file import load_draft
from tests.core.simulation.stage import ADDRESS, speaking
from tests.hhu.bus import Bus, attached
from tests.hhu.cli.conftest import Hhu
from tests.hhu.stored import address_of, furnish

AT = ("--line", "emulator", "--password-stdin")
PASSWORD = "000000\n"
TODAY = date(2026, 11, 20)


@pytest.fixture
def bus(tmp_path: Path) -> Generator[Bus]:
    furnish(tmp_path / "home", TODAY)
    with attached(frozenset({3, 4})) as found:
        yield found


@pytest.mark.usefixtures("bus")
def test_a_meter_behind_the_terminal_is_found_by_its_nameplate(hhu: Hhu) -> None:
    """AFN10 F1 through the IR window: family, speed, address, code, and rows that the import takes."""
    ended = hhu("meters", "probe", "--port", "1", "--meter", address_of(2), *AT, "--json", typed=PASSWORD)
    assert ended.code == 0, ended.err
    (shown,) = ended.objects
    (meter,) = shown["meters"]
    assert (shown["outcome"], meter["family"], meter["address"]) == ("found", "dlt645-2007", address_of(2))
    assert meter["speed"] == {"baud": 2400, "data_bits": 8, "parity": "E", "stop_bits": 1}
    assert (meter["protocol"], meter["confidence"]) == (30, "certain")
    assert len(shown["tried"]) == 1
    assert "at most" in ended.err


@pytest.mark.usefixtures("bus")
def test_the_next_step_is_a_file_that_can_be_imported(hhu: Hhu, tmp_path: Path) -> None:
    """The two lines told are a meter file without defects; the reading told names the same meter."""
    ended = hhu("meters", "probe", "--port", "1", "--meter", address_of(2), *AT, typed=PASSWORD)
    assert ended.code == 0, ended.err
    lines = [line.strip() for line in ended.out.splitlines()]
    place = next(n for n, line in enumerate(lines) if line.startswith("Port,Speed"))
    file = tmp_path / "meter.csv"
    file.write_text("\n".join(lines[place : place + 2]), "utf-8")
    draft = load_draft(file, ())
    assert not draft.blocked
    (row,) = draft.meters
    assert (row.port, row.protocol, row.address) == (1, 30, address_of(2))
    told = next(line for line in lines if line.startswith("hhu meters relay"))
    words = told.split()[1:]
    proven = hhu(*words, "--password-stdin", typed=PASSWORD)
    assert proven.code == 0, proven.err
    assert "kWh" in proven.out


@pytest.mark.usefixtures("bus")
def test_no_meter_has_an_honest_text(hhu: Hhu) -> None:
    """3, and what was tried and what to look at."""
    silent = hhu("meters", "probe", "--port", "2", "--family", "edmi", *AT, typed=PASSWORD)
    assert silent.code == 3
    assert "No meter answered" in silent.out
    assert "EDMI: 9600 8N1" in silent.out
    assert "Is --port the port" in silent.out
    assert "at most" in silent.err


@pytest.mark.usefixtures("bus")
def test_a_port_that_is_not_there_is_refused_by_the_terminal(hhu: Hhu) -> None:
    """1, as with every relay: nothing is said about meters."""
    assert hhu("meters", "probe", "--port", "29", *AT, typed=PASSWORD).code == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--line", "ir:COM4"), "--port N"),
        ((), "Which line?"),
        (("--line", "COM4", "--address", "1122-3344"), "--meter"),
        (("--line", "COM4", "--family", "hnd"), "Families"),
        (("--port", "32", "--line", "emulator"), "1 to 31"),
        (("--line", "COM4", "--family", "wasion-4.1", "--meter", "999"), "nothing to ask"),
        (("--port", "1", "--line", "emulator", "--speed", "57600"), "speed of a relay"),
    ],
)
def test_what_does_not_make_sense_is_refused_before_anything_is_sent(
    hhu: Hhu, words: tuple[str, ...], said: str
) -> None:
    """Exit code 2 and what to write instead."""
    ended = hhu("meters", "probe", *words)
    assert ended.code == 2
    assert said in ended.err


@contextmanager
def adapter(*groups: Group) -> Generator[str]:
    """A pseudo-terminal with meters on it, served by a thread of its own."""
    ready: Future[tuple[str, asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        line, path = open_pty(SerialSettings(2400, 8, "E", 1))
        ending = asyncio.Event()
        serving = asyncio.ensure_future(SimulatedBus(groups, LoopClock()).serve(line))
        ready.set_result((path, asyncio.get_running_loop(), ending))
        await ending.wait()
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        await line.close()

    def run() -> None:
        with asyncio.Runner() as runner:
            runner.run(serve())

    thread = threading.Thread(target=run)
    thread.start()
    path, loop, ending = ready.result(5)
    try:
        yield path
    finally:
        loop.call_soon_threadsafe(ending.set)
        thread.join(5)


@pytest.mark.port
@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals")
def test_directly_at_the_bus(hhu: Hhu, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real port in wall time; a pseudo-terminal carries no speed, so none is claimed."""

    def in_wall_time(coroutine: object) -> object:
        with asyncio.Runner() as runner:
            return runner.run(coroutine)  # type: ignore[arg-type]

    monkeypatch.setattr(asyncio, "run", in_wall_time)
    with adapter(Dlt645Group([speaking()])) as path:
        ended = hhu("meters", "probe", "--line", path, "--json")
    assert ended.code == 0, ended.err
    (shown,) = ended.objects
    (meter,) = shown["meters"]
    assert (meter["family"], meter["address"], meter["speed"]) == ("dlt645-2007", ADDRESS, None)


@pytest.mark.port
@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals")
def test_ctrl_c_ends_it_at_once_and_leaves_no_trace(tmp_path: Path) -> None:
    """130, how far it came, no traceback, and a port that can be opened again."""
    command = [sys.executable, "-m", "hhu", "meters", "probe", "--line"]
    environment = {**os.environ, "HHU_HOME": str(tmp_path)}
    with (
        adapter() as path,
        subprocess.Popen([*command, path], stderr=subprocess.PIPE, env=environment, text=True) as running,
    ):
        assert running.stderr is not None
        lines = [running.stderr.readline(), running.stderr.readline()]
        assert "at most" in lines[0]
        assert "dlt645-2007 2400 8E1" in lines[1]
        running.send_signal(signal.SIGINT)
        said = running.stderr.read()
        assert running.wait(10) == 130
        assert "Broken off" in said
        assert "Traceback" not in said
