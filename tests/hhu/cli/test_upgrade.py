"""``hhu upgrade`` against the emulated terminal, in virtual time."""

import asyncio
from collections.abc import Coroutine
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest

from core.app import Terminal
from core.lines.pace import LoopClock
from core.lines.virtual_time import virtual_time
from core.vendor.crc import CrcKind
from tests.hhu.cli.conftest import Hhu
from tests.together.test_upgrade_remote import LOCAL, Here
from tests.together.upgrading import OLD, shipment

LINE = ("--line", "emulator", "--password-stdin")
OPEN = (*LINE, "--hold", "5", "--yes")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package with a newer program."""
    path = tmp_path / "demo.hxp"
    path.write_bytes(shipment(20_000).file)
    return path


def test_rs485_from_command_to_version(hhu: Hhu, package: Path) -> None:
    """M151-M158: talk and progress on stderr, every event as an object, 0 only after the version."""
    outcome = hhu("upgrade", "rs485", str(package), *OPEN, "--json", typed="000000\n")
    assert outcome.code == 0, outcome.err
    events = outcome.objects
    stages = [one["stage"] for one in events if one["event"] == "stage"]
    assert stages == ["checked", "sending", "received", "applied", "restarted", "confirmed"]
    assert events[-1]["event"] == "done"
    assert events[-1]["after"] == "9902 2026-11-15"
    assert "connect RS485 to 485_3" in outcome.err
    assert "100 %, 20304 of 20304 bytes" in outcome.err


def test_standard_path(hhu: Hhu, package: Path) -> None:
    """M160: segments of AFN 0F, no download mode; the version proves it."""
    outcome = hhu("upgrade", "standard", str(package), *OPEN, "--json", typed="000000\n")
    assert outcome.code == 0, outcome.err
    assert outcome.objects[-1]["after"] == "9902 2026-11-15"


def test_everything_against_it_is_told_at_once(hhu: Hhu, tmp_path: Path) -> None:
    """An older version and a closed switch stand in one list; nothing is sent, exit code 2."""
    path = tmp_path / "old.hxp"
    path.write_bytes(shipment(2000, OLD).file)
    checked = hhu("upgrade", "rs485", str(path), *LINE, "--check")
    assert checked.code == 2
    assert [line.partition(":")[0] for line in checked.out.splitlines()] == ["older", "switch"]
    good = tmp_path / "good.hxp"
    good.write_bytes(shipment(2000).file)
    clear = hhu("upgrade", "rs485", str(good), *OPEN, "--check")
    assert (clear.code, clear.out) == (0, "Nothing stands against it.\n")
    refused = hhu("upgrade", "rs485", str(path), *LINE, "--yes", "--json")
    assert refused.code == 2
    assert refused.objects[-1]["reason"] == "blocked"


def test_a_wrong_password_has_its_code(hhu: Hhu, package: Path) -> None:
    """The terminal refuses code 07 with 03: exit code 4, nothing was changed."""
    outcome = hhu("upgrade", "rs485", str(package), *OPEN, "--json", typed="123456\n")
    assert outcome.code == 4
    assert outcome.objects[-1]["reason"] == "command"
    assert outcome.objects[-1]["code"] == 3


def test_status_and_leave(hhu: Hhu) -> None:
    """What runs, what is kept; leaving in normal mode changes nothing."""
    shown = hhu("upgrade", "status", *LINE)
    assert shown.code == 0
    assert "slot A" in shown.out
    (told,) = hhu("upgrade", "status", *LINE, "--json").objects
    assert told["mode"] == 0
    assert told["partial"] is None
    assert hhu("upgrade", "leave", *LINE, "--hold", "5", typed="000000\n").code == 0


@pytest.mark.parametrize("name", ["bad name.hxp", "image.bin", "../x" + "y" * 70 + ".hxp"])
def test_names_no_terminal_takes(hhu: Hhu, tmp_path: Path, name: str) -> None:
    """A name that is too long, has other signs, or another ending is refused before anything is asked."""
    path = tmp_path / Path(name).name
    path.write_bytes(b"x")
    assert hhu("upgrade", "rs485", str(path), *LINE).code == 2


def test_no_package_at_all(hhu: Hhu, tmp_path: Path) -> None:
    """0 bytes, and more than 16 MiB: told as such, with nothing sent."""
    empty = tmp_path / "empty.hxp"
    empty.write_bytes(b"")
    assert hhu("upgrade", "rs485", str(empty), *LINE, "--check").code == 2
    huge = tmp_path / "huge.hxp"
    huge.write_bytes(bytes(17 * 1024 * 1024))
    assert hhu("upgrade", "rs485", str(huge), *LINE).code == 2


def test_the_files_of_the_terminal(hhu: Hhu, tmp_path: Path) -> None:
    """M155: its directory with checks; a log comes whole, strange names are refused, nothing is replaced."""
    listed = hhu("upgrade", "files", *LINE, "--json", typed="000000\n")
    assert listed.code == 0, listed.err
    files = {one["name"]: one for one in listed.objects}
    assert files["upg.log"]["kind"] == "L"
    target = tmp_path / "self.txt"
    fetched = hhu("upgrade", "files", *LINE, "--get", "self.txt", "--out", str(target), typed="000000\n")
    assert fetched.code == 0, fetched.err
    content = target.read_bytes()
    assert (len(content), f"{CrcKind.X25.of(content):04X}") == (
        files["self.txt"]["size"],
        files["self.txt"]["crc"],
    )
    again = hhu("upgrade", "files", *LINE, "--get", "self.txt", "--out", str(target), typed="000000\n")
    assert again.code == 2 and "is there already" in again.err
    strange = hhu("upgrade", "files", *LINE, "--get", "passwd", typed="000000\n")
    assert strange.code == 2 and "path name" in strange.err
    wrong = hhu("upgrade", "files", *LINE, typed="123456\n")
    assert wrong.code == 4


def test_remote_from_listening_to_version(
    hhu: Hhu, package: Path, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    """M160-M167: one command listens, sends the word, meets the terminal again, and reads the version."""

    async def beside_a_terminal(command: Coroutine[Any, Any, Any]) -> Any:
        master = (IPv4Address(LOCAL), unused_tcp_port)
        async with Terminal.create(
            "demo", None, LoopClock(), boot=0.0, meter_ports=(), master=master, beyond=Here()
        ):
            return await command

    def run(command: Coroutine[Any, Any, Any]) -> Any:
        with virtual_time() as runner:
            return runner.run(beside_a_terminal(command))

    monkeypatch.setattr(asyncio, "run", run)
    words = ("--to", f"192.0.2.10:{unused_tcp_port}", "--line", f"listen:{LOCAL}:{unused_tcp_port}")
    outcome = hhu("upgrade", "remote", str(package), *words, "--password-stdin", "--yes", "--json",
                  typed="000000\n")  # fmt: skip
    assert outcome.code == 0, outcome.err
    stages = [one["stage"] for one in outcome.objects if one["event"] == "stage"]
    assert stages == ["checked", "sending", "received", "applied", "restarted", "confirmed"]
    assert outcome.objects[-1]["after"] == "9902 2026-11-15"
    assert "waiting for 1122-7788 to dial in" in outcome.err


@pytest.mark.parametrize("place", ["frontend:9001", "203.0.113.5", "203.0.113.5:70000"])
def test_remote_needs_a_place_in_figures(hhu: Hhu, package: Path, place: str) -> None:
    """§2.2: the terminal takes an address and a port, no names; nothing is listened for."""
    assert hhu("upgrade", "remote", str(package), "--to", place, "--line", "emulator").code == 2
