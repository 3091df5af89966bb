"""The meter protocol library travels by all three ways and is switched whole (M29; meter protocols §9)."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from core.meters.library.model import Library
from core.terminal.events.erc21 import Fault
from core.terminal.upgrade.library_watch import CYCLES
from core.terminal.upgrade.slots import Outcome, SlotState, Way
from core.vendor.package import Reason
from hhu.client.upgrade.asking import running
from hhu.client.upgrade.remote import Place, RemoteFlow
from hhu.client.upgrade.rs485 import Rs485Flow
from hhu.client.upgrade.shipping import Order
from hhu.client.upgrade.stages import Done, Event, Failed, Failure, Flow, Progress, run
from hhu.client.upgrade.terminal_files import fetch_file
from hhu.client.upgrade.usb import UsbFlow
from hhu.upgrade_words import failure
from tests.core.firmware import disk
from tests.together.library_stage import (
    OWN,
    SCALED,
    WASION,
    Cabinet,
    Table,
    own,
    package,
    profile_in,
    wasion,
)
from tests.together.test_upgrade_remote import Master, dialling
from tests.together.upgrading import Technician, upgrading

Play = Callable[[Technician, "Begin", Cabinet], Awaitable[None]]
Begin = Callable[[Order], Awaitable[Flow]]
WAYS = ("usb", "rs485", "remote")
BROKEN: dict[str, tuple[Table, str]] = {
    "unknown key": (wasion() | {"surprise": 1}, "wasion-4.1: surprise: unknown key"),
    "failing test": (
        wasion() | {"tests": [{"is": "send", "address": "000000000001", "id": "1001", "hex": "00"}]},
        "wasion-4.1: tests[0]: sends 01550110046B0D",
    ),
    "absurd size": (wasion() | {"source": "x" * 300_000}, "wasion-4.1: larger than 256 KiB"),
}


def play(way: str, steps: Play, folder: Path, port: int) -> None:
    """A terminal with meters, and the flow of one way to it."""

    async def near(technician: Technician) -> None:
        session = await technician.connect()

        async def begin(order: Order) -> Flow:
            technician.terminal.concentrator.access.open_programming()
            if way == "rs485":
                return Rs485Flow(session.client, order)
            stem = order.shipment.name.removesuffix(".hxp")
            technician.terminal.insert_disk(disk(folder / "stick", **{stem: order.shipment.file}))
            return UsbFlow(session.client, order)

        await steps(technician, begin, Cabinet(technician.terminal, technician.clock))
        await session.close()

    async def far(technician: Master, place: Place) -> None:
        session = await technician.uplink()

        async def begin(order: Order) -> Flow:
            return RemoteFlow(session.client, order, place)

        await steps(technician, begin, Cabinet(technician.terminal, technician.clock))
        await session.close()

    if way == "remote":
        dialling(far, port, profile_in(folder))
    else:
        upgrading(near, profile_in(folder), meter_ports=())


def version(technician: Technician) -> str:
    """The version of the family that is shipped, as the terminal reads by it."""
    entry = technician.terminal.families.shelf.find("wasion-4.1")
    assert isinstance(entry, Library)
    return entry.identity.version


@pytest.mark.parametrize("program", ["", "9902"], ids=["library", "both"])
@pytest.mark.parametrize("way", WAYS)
def test_a_library_brings_a_family_and_another_scale(
    way: str, program: str, tmp_path: Path, unused_tcp_port: int
) -> None:
    """M29: a family nobody could read is read, another by its new scale; with a program or without."""
    shipment = package(own(), wasion(decimals=2), program=program)

    async def steps(technician: Technician, begin: Begin, cabinet: Cabinet) -> None:
        await cabinet.read()
        assert [cabinet.answers(point) for point in (OWN, WASION, SCALED)] == [False, True, True]
        assert technician.terminal.concentrator.acquisition.failed(1) == ()  # "not installed" is no failure
        old = await cabinet.energy(SCALED)
        outcome = await technician.walk(await begin(Order(shipment)))
        assert isinstance(outcome, Done), outcome
        library = "0003 2026-10-08", "0104 2026-11-15"
        own_word = "1.02 2026-10-08", "9902 2026-11-15"
        both = tuple(f"{mine}, library {its}" for mine, its in zip(own_word, library, strict=True))
        assert (outcome.before, outcome.after) == (both if program else library)
        await technician.clock.sleep(90.0)
        await cabinet.read()
        assert cabinet.answers(OWN)
        new = await cabinet.energy(SCALED)
        assert old and new and old * 10 <= new < old * 10 + 10
        await told(technician)

    async def told(technician: Technician) -> None:
        """Version and hash stand where the master can read them; the old library is kept."""
        session = await technician.connect()
        text = (await fetch_file(session.client, "self.txt")).decode()
        assert "library: 0104 2026-11-15, sha256 " in text
        assert "own-4.1 1.0.0, wasion-4.1 1.4.0" in text
        assert "kept library: factory, shipped" in text
        log = (await fetch_file(session.client, "upg.log")).decode()
        assert ("0003 -> 0104" if not program else "1.02 -> 9902") in log
        await session.close()

    play(way, steps, tmp_path, unused_tcp_port)


@pytest.mark.parametrize("defect", BROKEN)
@pytest.mark.parametrize("way", WAYS)
def test_a_spoilt_library_never_leaves_the_tool(
    way: str, defect: str, tmp_path: Path, unused_tcp_port: int
) -> None:
    """M29: the preflight names the defect; nothing was sent, the terminal noted nothing."""
    table, words = BROKEN[defect]

    async def steps(technician: Technician, begin: Begin, cabinet: Cabinet) -> None:
        outcome = await technician.walk(await begin(Order(package(own(), table))))
        assert isinstance(outcome, Failed)
        assert outcome.reason is Failure.BLOCKED
        assert words.partition(": ")[2] in outcome.note
        assert technician.terminal.concentrator.upgrade.store.attempts() == ()

    play(way, steps, tmp_path, unused_tcp_port)


@pytest.mark.parametrize("defect", BROKEN)
@pytest.mark.parametrize("way", WAYS)
def test_the_terminal_refuses_a_spoilt_library_by_name(
    way: str, defect: str, tmp_path: Path, unused_tcp_port: int
) -> None:
    """M29: sent all the same, it is refused with its defect; slots untouched, the old library reads on."""
    table, words = BROKEN[defect]

    async def steps(technician: Technician, begin: Begin, cabinet: Cabinet) -> None:
        store = technician.terminal.concentrator.upgrade.store
        slots = store.slots()
        order = Order(package(own(), table), override=technician.terminal.address)
        outcome = await technician.walk(await begin(order))
        assert isinstance(outcome, Failed), outcome
        assert (outcome.reason, outcome.code) == (Failure.PACKAGE, Reason.PRODUCT)
        assert outcome.note.startswith(f"library {words}")
        said = failure(outcome, "en")
        assert words in said.cause
        assert "hhu meters library check" in said.next_step
        assert (store.slots(), store.read_candidate(), version(technician)) == (slots, b"", "1.0.0")
        if way == "usb":
            await cabinet.read(WASION)
            assert cabinet.answers(WASION)

    play(way, steps, tmp_path, unused_tcp_port)


PAIRS = {("0003", "1.0.0"), ("0104", "1.4.0")}
"""Version told, and version of the tables that read: both old or both new."""


def pair(technician: Technician) -> tuple[str, str]:
    """What the terminal tells, and what it reads by."""
    return technician.terminal.concentrator.identity.library, version(technician)


@pytest.mark.parametrize("enough", [1, 9_000, 18_000])
@pytest.mark.parametrize("way", ["rs485", "remote"])
def test_power_cut_while_it_travels(way: str, enough: int, tmp_path: Path, unused_tcp_port: int) -> None:
    """M129: the old library reads on as it was, and the same order then completes."""
    shipment = package(own(), wasion(decimals=2), program="9902")

    async def steps(technician: Technician, begin: Begin, cabinet: Cabinet) -> None:
        seen: list[tuple[str, str]] = []

        def cutting(event: Event) -> None:
            technician.events.append(event)
            if isinstance(event, Progress) and event.sent >= enough and not seen:
                technician.terminal.restart()
                seen.append(pair(technician))

        outcome = await run(await begin(Order(shipment)), cutting, technician)
        assert isinstance(outcome, Done), outcome
        assert seen == [("0003", "1.0.0")]
        assert pair(technician) == ("0104", "1.4.0")

    play(way, steps, tmp_path, unused_tcp_port)


def test_power_cuts_while_a_disk_is_copied(tmp_path: Path) -> None:
    """M129: cut at any tenth of a second from mounting to the reset: old or new, never a mixture of both."""
    shipment = package(own(), wasion(decimals=2), program="9902")
    stick = disk(tmp_path / "stick", library=shipment.file)

    async def steps(technician: Technician, cabinet: Cabinet) -> None:
        terminal, upgrade = technician.terminal, technician.terminal.concentrator.upgrade
        terminal.insert_disk(stick)
        seen: list[tuple[str, str]] = []
        for tenths in range(1, 200):
            upgrade.enter_usb()
            await technician.clock.sleep(tenths / 10)
            terminal.restart()
            seen.append(pair(technician))
            if seen[-1] == ("0104", "1.4.0"):
                break
        assert set(seen) == PAIRS
        assert len(seen) > 20
        await technician.clock.sleep(90.0)
        assert upgrade.slots.current.state is SlotState.GOOD

    libraries(steps, tmp_path)


# The way back by itself -------------------------------------------------------------------------------------

DEAF = "56"
"""A byte in requests that no meter listens to."""


async def installed(technician: Technician, *tables: Table, number: str) -> None:
    """Install these tables, and let the trial pass."""
    upgrade = technician.terminal.concentrator.upgrade
    assert upgrade.install(package(*tables, version=number).file, Way.LOCAL) is Reason.OK
    await technician.clock.sleep(90.0)
    assert upgrade.slots.current.state is SlotState.GOOD


def libraries(steps: Callable[[Technician, Cabinet], Awaitable[None]], folder: Path) -> None:
    """Play with meters and without any tool."""

    async def near(technician: Technician) -> None:
        await steps(technician, Cabinet(technician.terminal, technician.clock))

    upgrading(near, profile_in(folder), folder / "state", meter_ports=())


def test_a_family_that_falls_silent_brings_the_older_library_back(tmp_path: Path) -> None:
    """M29: after the cycles, once, over a power cut in between; told by ERC21, ERC1, E0 and upg.log."""

    async def steps(technician: Technician, cabinet: Cabinet) -> None:
        inner = technician.terminal.concentrator
        await installed(technician, own("1.0.0"), number="0104")
        await cabinet.read()
        assert cabinet.answers(OWN)
        await installed(technician, own("2.0.0", flag=DEAF), number="0105")
        for cycle in range(CYCLES):
            assert inner.identity.library == "0105"
            technician.terminal.restart()
            await technician.clock.sleep(61.0)
            await cabinet.read()
            assert not cabinet.answers(OWN), cycle
            assert [one.point for one in inner.acquisition.failed(1)] == [OWN]  # though it has no freezes
        await technician.clock.sleep(120.0)
        assert inner.identity.library == "0104"
        assert (inner.upgrade.slots.current.state, inner.upgrade.slots.spare.state) == (
            SlotState.GOOD,
            SlotState.BAD,
        )
        ercs = [(one.erc, one.body) for one in inner.events.newest(20)]
        assert (21, bytes([Fault.MEMORY])) in ercs
        assert [erc for erc, _ in ercs].count(1) == 3  # there, there, and back
        await cabinet.read()
        assert cabinet.answers(OWN)
        await technician.clock.sleep(timedelta(days=1).total_seconds())
        assert [one.outcome for one in inner.upgrade.store.attempts()] == [
            Outcome.GOOD,
            Outcome.GOOD,
            Outcome.ROLLED_BACK,
        ]
        session = await technician.connect()
        told = (await running(session.client)).identity
        assert told and (told.upgrade_result, told.version_before, told.version_after) == (3, "0104", "0105")
        log = (await fetch_file(session.client, "upg.log")).decode().splitlines()
        assert log[-1].endswith("0104 -> 0105: library 0105: own-4.1, 1 of 1 meters lost")
        assert "bad library: 0105" in (await fetch_file(session.client, "self.txt")).decode()
        await session.close()

    libraries(steps, tmp_path)


def test_a_library_that_only_comes_to_nothing_new_stays(tmp_path: Path) -> None:
    """M29: meters that the old library did not read either are not held against the new one."""

    async def steps(technician: Technician, cabinet: Cabinet) -> None:
        inner = technician.terminal.concentrator
        cabinet.silence(own=True)
        await installed(technician, own("1.0.0"), number="0104")
        await cabinet.read()
        await installed(technician, own("2.0.0"), number="0105")
        for _ in range(CYCLES + 2):
            await cabinet.read()
        assert inner.identity.library == "0105"
        assert not inner.library_watch.watched or all(one.family == "" for one in inner.library_watch.watched)

    libraries(steps, tmp_path)


def test_a_cut_cable_is_not_the_library(tmp_path: Path) -> None:
    """M29: all families of a port silent: nothing is judged; the cable mended, the family proves itself."""

    async def steps(technician: Technician, cabinet: Cabinet) -> None:
        inner = technician.terminal.concentrator
        await installed(technician, own("1.0.0"), number="0104")
        await cabinet.read()
        await installed(technician, own("2.0.0"), number="0105")
        cabinet.silence(own=True, wasion=True)
        for _ in range(CYCLES + 2):
            await cabinet.read()
        assert inner.identity.library == "0105"
        cabinet.silence()
        await cabinet.read()
        await technician.clock.sleep(120.0)
        assert (inner.identity.library, inner.library_watch.watched) == ("0105", ())

    libraries(steps, tmp_path)


def test_a_family_that_a_package_leaves_out_counts_as_lost(tmp_path: Path) -> None:
    """M29: what the old library read and the new one does not know brings the old one back, by day passes."""

    async def steps(technician: Technician, cabinet: Cabinet) -> None:
        inner = technician.terminal.concentrator
        await installed(technician, own("1.0.0"), number="0104")
        await cabinet.read()
        await installed(technician, wasion(), number="0105")
        await technician.clock.sleep(timedelta(days=CYCLES + 1).total_seconds())
        assert inner.identity.library == "0104"
        assert cabinet.answers(OWN)

    libraries(steps, tmp_path)
