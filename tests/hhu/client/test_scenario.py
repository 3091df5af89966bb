"""Scenario files: what they say, where they are wrong, and how they are played."""

from datetime import datetime
from pathlib import Path

import pytest

from core.errors import UsageError
from core.lines.pace import LoopClock
from core.lines.virtual_time import virtual_time
from hhu.client.emulated import EmulatedTerminal
from hhu.client.scenario import Played, play
from hhu.client.scenario_file import read_scenario

HEAD = 'profile = "demo"\nstart = 2026-11-20T14:36:00\n\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "play.toml"
    path.write_text(text, "utf-8")
    return path


def played(path: Path) -> list[Played]:
    """Play a file on a fresh terminal in virtual time."""

    async def perform() -> list[Played]:
        scenario = read_scenario(path)
        emulated = await EmulatedTerminal.start(
            scenario.profile, state=path.parent / "state", clock=LoopClock(scenario.start), boot=0.0
        )
        steps: list[Played] = []
        try:
            await play(scenario, emulated, path, steps.append)
        finally:
            await emulated.stop()
        return steps

    with virtual_time() as runner:
        return runner.run(perform())


def test_a_file_becomes_steps_that_know_their_lines(tmp_path: Path) -> None:
    """Tables inline, dotted or under a header are the same; each expectation has its line."""
    path = written(
        tmp_path,
        HEAD
        + '[[step]]\ntitle = "one"\npress = ["tap 2", "hold 2"]\nexpect = {page = "METERS"}\n\n'
        + '[[step]]\nwait = 5\nset.supply = 0\n[step.expect]\nwithin = 30\nlamps.POWER = "off"\n',
    )
    scenario = read_scenario(path)
    one, two = scenario.steps
    assert (scenario.profile, scenario.start) == ("demo", datetime(2026, 11, 20, 14, 36))
    assert (one.title, one.line, one.strokes) == ("one", 4, (0.2, 0.2, 2.0))
    assert [(e.name, e.value, e.line) for e in one.expected] == [("page", "METERS", 7)]
    assert (two.wait, two.surroundings, two.within) == (5.0, {"supply": 0}, 30.0)
    assert [(e.name, e.value) for e in two.expected] == [("lamps", {"POWER": "off"})]


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("profil = 'demo'\n[[step]]\n", 1, "'profil' is unknown"),
        ("[[step]]\n\nwiat = 3\n", 3, "'wiat' is no part of a step"),
        ("[[step]]\n[[step]]\nwait = -3\n", 3, "wait is a number from 0"),
        ("[[step]]\npress = 'tip'\n", 2, "'tip' is no press"),
        ("[[step]]\nwait = 1\nexpect = {pag = 'HOME'}\n", 3, "nothing is known of 'pag'"),
        ("[[step]]\n[step.expect]\nrow4 = 7\n", 3, "row4 expects a text"),
        ("[[step]]\n[step.expect]\nlamps.ALARM = 'blue'\n", 3, "not 'blue'"),
        ("[[step]]\ndisk = 'nowhere'\n", 2, "is no folder"),
        ("[[step]]\nwait = = 3\n", 2, "no TOML"),
    ],
)
def test_errors_name_file_and_line(tmp_path: Path, text: str, line: int, part: str) -> None:
    """So that an editor can jump there."""
    path = written(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        read_scenario(path)
    assert caught.value.reason.startswith(f"{path}:{line}: ")
    assert part in caught.value.reason


def test_a_field_of_the_world_that_is_not_names_its_step(tmp_path: Path) -> None:
    """The surroundings refuse, the file's line is in front."""
    path = written(tmp_path, HEAD + "[[step]]\nset = {csq = 99}\n")
    with pytest.raises(UsageError, match=r"play\.toml:4: surroundings\.csq: 0 to 31"):
        played(path)


def test_a_scenario_is_played_to_its_end(tmp_path: Path) -> None:
    """M170, M171, M173: key, mains and time act on a terminal; every expectation is met."""
    path = written(
        tmp_path,
        HEAD
        + '[[step]]\ntitle = "open"\npress = ["hold 5.2"]\nexpect = {programming = true, page = "HOME"}\n'
        + "[[step]]\nwait = 121\nexpect.programming = false\n"
        + '[[step]]\nset = {supply = 0}\nexpect.lamps = {POWER = "off"}\n'
        + '[[step]]\nwait = 90\nset = {supply = 221}\nexpect = {lamps = {POWER = "green"}, within = 60}\n'
        + '[[step]]\npress = "tap"\nexpect.page = "LINK"\n',
    )
    steps = played(path)
    assert [(one.step.number, one.unmet) for one in steps] == [(n, ()) for n in range(1, 6)]


def test_what_is_not_so_ends_the_scenario(tmp_path: Path) -> None:
    """Only as far as the first expectation that stays unmet, with what was found instead."""
    path = written(
        tmp_path,
        HEAD + "[[step]]\n[step.expect]\nwithin = 5\nrow1 = 'Ψ*15:00*'\n[[step]]\nexpect.page = 'HOME'\n",
    )
    (only,) = played(path)
    (unmet,) = only.unmet
    assert (unmet.line, unmet.name) == (7, "row1")
    assert "14:36" in str(unmet.found)
    assert 5.0 <= only.seconds < 6.0


@pytest.mark.area
def test_meters_fall_silent_and_come_back(tmp_path: Path) -> None:
    """M175, M187: a dead meter of the scenario shows on the face; a sound one does not."""
    path = written(
        tmp_path,
        HEAD
        + '[[step]]\nmeters = "5:sound, 3:silent"\nwait = 60\n'
        + "[[step]]\nwait = 40000\nexpect = {text = 'P0003', lamps = {ALARM = 'red'}, within = 600}\n",
    )
    assert not played(path)[-1].unmet
