"""A whole terminal upgraded from a USB disk: key, LCD, reset, versions, and power cut at 200 moments."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from core.app import Channel, Terminal
from core.gdw376.units.afn09 import Version
from core.lines.line import IR
from core.lines.memory import memory_line
from core.lines.pace import LoopClock
from core.lines.virtual_time import virtual_time
from core.panel.facts import Mode
from core.store.flash import Flash
from core.terminal.upgrade.slots import Outcome, SlotState
from tests.core.firmware import disk, library, program
from tests.core.handset import START, Handset

ARM = 32.0
"""Seconds for a hold of 30 s."""


def play(
    steps: Callable[[Terminal], Awaitable[None]],
    state: Path | None = None,
    profile: str = "factory",
    start: datetime = START,
) -> None:
    async def on_stage() -> None:
        async with Terminal.create(profile, state, LoopClock(start), boot=0.0) as terminal:
            await steps(terminal)

    with virtual_time() as runner:
        runner.run(on_stage())


async def armed(terminal: Terminal) -> None:
    terminal.key.hold(31.0)
    await terminal.clock.sleep(ARM)
    assert terminal.facts().mode is Mode.USB_UPGRADE


async def shows(terminal: Terminal, words: str, within: float = 60.0) -> str:
    """Wait until the LCD shows these words; return the glass."""
    async with asyncio.timeout(within):
        while words not in (text := terminal.face().cells.text()):
            await terminal.clock.sleep(0.1)
    return text


async def version(terminal: Terminal) -> Version:
    near, far = memory_line(IR, terminal.clock)
    attachment = terminal.attach(Channel.IR, near)
    (value,) = await Handset(far, terminal.clock).ask(0x09, 1)
    await attachment.detach()
    assert isinstance(value, Version)
    return value


def test_the_thirty_second_key_upgrades_and_row_4_proves_it(tmp_path: Path) -> None:
    """M146 to M150: hold, insert, reset by itself; the new version is first in row 4, on VERSION, in F1."""

    async def steps(terminal: Terminal) -> None:
        before = await version(terminal)
        await armed(terminal)
        await shows(terminal, "Insert USB disk")
        terminal.insert_disk(disk(tmp_path, hx1088_2=program("1.03", size=300_000)))
        assert "U" in terminal.face().cells.line(0)
        await shows(terminal, "Do not remove disk")
        text = await shows(terminal, "Upgrade finished")
        assert "1.02  to  1.03" in text
        assert (await version(terminal)).software == before.software == "1.02"
        await terminal.clock.sleep(6.0)
        assert terminal.face().cells.line(3).startswith("SW 1.03 2026-11-15")
        assert (await version(terminal)).software == "1.03"
        for _ in range(6):
            terminal.key.tap()
        text = await shows(terminal, "VERSION")
        assert "SW 1.03   2026-11-15" in text and "Upgrade test 11-20" in text
        await terminal.clock.sleep(61.0)
        upgrade = terminal.facts().identity.upgrade
        assert upgrade and upgrade.good
        assert terminal.concentrator.events.newest()[0].erc == 1

    play(steps)


def test_row_4_begins_with_the_version_for_ten_minutes(tmp_path: Path) -> None:
    """M150: then it goes round as usual."""

    async def steps(terminal: Terminal) -> None:
        terminal.insert_disk(disk(tmp_path, new=program()))
        await armed(terminal)
        await shows(terminal, "Upgrade finished")
        await terminal.clock.sleep(6.0)
        identity = terminal.facts().identity
        assert identity.upgrade and identity.upgrade.reset_at is not None
        assert terminal.clock.monotonic() - identity.upgrade.reset_at < 600

    play(steps)


def test_a_disk_shows_its_sign_and_is_left_alone(tmp_path: Path) -> None:
    """5.2: without the 30 s a disk only shows U; pulled, the sign goes."""

    async def steps(terminal: Terminal) -> None:
        terminal.insert_disk(disk(tmp_path, new=program()))
        await terminal.clock.sleep(60.0)
        assert terminal.face().cells.line(0)[5] == "U"
        assert terminal.facts().mode is Mode.RUNNING
        assert terminal.disk == tmp_path
        terminal.remove_disk()
        assert terminal.face().cells.line(0)[5] != "U"
        assert terminal.concentrator.upgrade.store.attempts() == ()

    play(steps)


def test_two_seconds_choose_by_the_key(tmp_path: Path) -> None:
    """U3 by the one key: short moves, 2 s take."""

    async def steps(terminal: Terminal) -> None:
        terminal.insert_disk(disk(tmp_path, v3=program("1.03"), v4=program("1.04")))
        await armed(terminal)
        await shows(terminal, ">v4")
        terminal.key.tap()
        await shows(terminal, ">v3")
        terminal.key.hold(2.5)
        assert "1.02  to  1.03" in await shows(terminal, "Upgrade finished")

    play(steps)


def test_a_disk_pulled_while_copying_says_so(tmp_path: Path) -> None:
    """5.2: "Copy: Disk removed", the old program kept, and after 2 s of key all is as before."""

    async def steps(terminal: Terminal) -> None:
        terminal.insert_disk(disk(tmp_path, new=program(size=4_000_000)))
        await armed(terminal)
        await shows(terminal, "U5 copying")
        terminal.remove_disk()
        assert "Old program kept" in await shows(terminal, "Copy: Disk removed")
        terminal.key.hold(2.5)
        await terminal.clock.sleep(3.0)
        assert terminal.facts().mode is Mode.RUNNING
        assert (await version(terminal)).software == "1.02"

    play(steps)


def test_a_folder_that_vanishes_is_a_pulled_disk(tmp_path: Path) -> None:
    """5.2: the files going away under the terminal is the same."""

    async def steps(terminal: Terminal) -> None:
        terminal.insert_disk(disk(tmp_path / "stick", new=program(size=4_000_000)))
        await armed(terminal)
        await shows(terminal, "U5 copying")
        shutil.rmtree(tmp_path / "stick")
        await shows(terminal, "Copy: Disk removed")

    play(steps)


def test_a_library_alone_names_its_versions(tmp_path: Path) -> None:
    """M29: the screen and VERSION show the library, AFN09 F1 the same program as before."""

    async def steps(terminal: Terminal) -> None:
        terminal.insert_disk(disk(tmp_path, lib=library("0004")))
        await armed(terminal)
        assert "0003  to  0004" in await shows(terminal, "Upgrade finished")
        await terminal.clock.sleep(6.0)
        assert (await version(terminal)).software == "1.02"
        assert terminal.facts().identity.meter_library == "4"

    play(steps)


@pytest.mark.area
def test_reading_pauses_in_the_mode_and_goes_on(tmp_path: Path) -> None:
    """U1: nothing is asked on the meter ports; the missed day is made up (V7)."""

    async def steps(terminal: Terminal) -> None:
        clock = terminal.clock
        inner = terminal.concentrator
        await clock.sleep((datetime(2026, 11, 21, 0, 3) - START).total_seconds())
        await armed(terminal)
        await clock.sleep(10.0)
        before = terminal.facts().port_lamps
        await clock.sleep(300.0)
        assert terminal.facts().mode is Mode.USB_UPGRADE
        assert terminal.facts().port_lamps == before
        terminal.insert_disk(disk(tmp_path, new=program()))
        await shows(terminal, "Upgrade finished")
        await clock.sleep(3 * 3600.0)
        assert inner.identity.software == "1.03"
        states = [inner.acquisition.reading_state(port) for port in (1, 2)]
        assert sum(state.read for state in states) == sum(state.meters for state in states) - 1  # one is dead
        assert all(state.start and state.start > START + timedelta(hours=9) for state in states)

    play(steps, profile="demo")


def test_a_bad_program_is_rolled_back_and_told(tmp_path: Path) -> None:
    """V4, V5: VERSION says BAD, ERC21, the old program answers."""

    async def steps(terminal: Terminal) -> None:
        terminal.insert_disk(disk(tmp_path, new=program()))
        await armed(terminal)
        await shows(terminal, "Upgrade finished")
        terminal.surroundings = replace(terminal.surroundings, broken=frozenset({"program"}))
        await terminal.clock.sleep(8.0)
        assert (await version(terminal)).software == "1.02"
        upgrade = terminal.facts().identity.upgrade
        assert upgrade and upgrade.good is False
        codes = [record.erc for record in terminal.concentrator.events.newest()]
        assert 21 in codes and 1 not in codes

    play(steps)


def test_power_lost_in_the_mode_forgets_it(tmp_path: Path) -> None:
    """5.1: mains off and on is a normal boot, the disk is still in its socket."""

    async def steps(terminal: Terminal) -> None:
        await armed(terminal)
        place = terminal.surroundings
        terminal.surroundings = replace(place, supply=0)
        await terminal.clock.sleep(5.0)
        terminal.surroundings = place
        await terminal.clock.sleep(1.0)
        assert terminal.facts().mode is Mode.RUNNING
        terminal.insert_disk(disk(tmp_path, new=program()))
        await terminal.clock.sleep(30.0)
        assert (await version(terminal)).software == "1.02"

    play(steps)


# Power cut at any moment ------------------------------------------------------------------------------------

MOMENTS, STATEMENTS = 120, 80
BEGUN, OVER = 30.0, 45.0
"""Seconds between which the upgrade of the cut plays goes on."""


class Camera:
    """Copies the state as a power cut would leave it, at chosen moments and in front of chosen statements."""

    def __init__(self, state: Path, album: Path, statements: frozenset[int]) -> None:
        self.state, self.album = state, album
        self.statements = statements
        self.executed = 0
        self.taken = 0

    def shoot(self) -> None:
        shutil.copytree(self.state, self.album / f"{self.taken:03d}")
        self.taken += 1

    def watch(self, flash: Flash) -> None:
        execute = flash._execute  # pyright: ignore[reportPrivateUsage]  # between two statements there is no seam

        def watched(*arguments: object) -> object:
            self.executed += 1
            if self.executed in self.statements:
                self.shoot()
            return execute(*arguments)

        flash._execute = watched  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]


def filmed(state: Path, album: Path, stick: Path, statements: frozenset[int], moments: list[float]) -> Camera:
    """One upgrade from the first second to its passed trial, photographed."""
    camera = Camera(state, album, statements)

    async def steps(terminal: Terminal) -> None:
        store = terminal._store  # pyright: ignore[reportPrivateUsage]  # the camera looks behind the wall
        assert store
        for flash in (store._flash, store.programs._flash):  # pyright: ignore[reportPrivateUsage]
            camera.watch(flash)
        terminal.insert_disk(stick)
        terminal.key.hold(31.0)
        for moment in moments:
            await terminal.clock.sleep_until(moment)
            camera.shoot()
        await terminal.clock.sleep_until(120.0)
        assert terminal.concentrator.upgrade.slots.current.state is SlotState.GOOD

    play(steps, state)
    return camera


def test_a_power_cut_at_any_of_200_moments_leaves_a_running_terminal(tmp_path: Path) -> None:
    """5.1, M129: old or new, never neither; no false success, no false failure; the next try completes."""
    random, stick = Random(7), disk(tmp_path / "stick", new=program(size=1_000_000))
    (tmp_path / "album").mkdir()
    seen = filmed(tmp_path / "rehearsal", tmp_path / "album", stick, frozenset(), []).executed
    chosen = frozenset(random.sample(range(1, seen), STATEMENTS))
    moments = sorted(random.uniform(BEGUN, OVER) for _ in range(MOMENTS))
    camera = filmed(tmp_path / "state", tmp_path / "album", stick, chosen, moments)
    assert camera.taken == MOMENTS + STATEMENTS
    ended = [lived_on(tmp_path / "album" / f"{number:03d}", stick) for number in range(camera.taken)]
    assert {"old", "new"} == set(ended)


def lived_on(state: Path, stick: Path) -> str:
    """Start from a photograph; return which program it ran, and see that it ends on the new one."""
    ran = ""

    async def steps(terminal: Terminal) -> None:
        nonlocal ran
        await terminal.clock.sleep(1.0)
        inner, upgrade = terminal.concentrator, terminal.concentrator.upgrade
        assert terminal.facts().mode is Mode.RUNNING
        assert upgrade.store.read_candidate() == b""
        ran = {"1.02": "old", "1.03": "new"}[inner.identity.software]
        ercs = [record.erc for record in inner.events.newest(50)]
        assert 21 not in ercs
        if ran == "old":
            assert 1 not in ercs
            assert all(one.outcome is not Outcome.TRIAL for one in upgrade.store.attempts())
            terminal.insert_disk(stick)
            upgrade.enter_usb()
            await terminal.clock.sleep(12.0)
        await terminal.clock.sleep(62.0)
        assert (inner.identity.software, upgrade.slots.current.state) == ("1.03", SlotState.GOOD)
        assert [record.erc for record in inner.events.newest(50)].count(1) == 1
        assert [one.outcome for one in upgrade.store.attempts()] == [Outcome.GOOD]

    play(steps, state, start=START + timedelta(hours=1))
    return ran
