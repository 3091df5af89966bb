"""The emulator in one process, the tool in others, over a real pseudo-terminal."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

import pytest
import serial

from core.gdw376.frame import Address, decode_frame, encode_frame
from core.gdw376.message import Item, encode_blocks
from core.gdw376.sms import split
from core.gdw376.units.afn0f import FileSegment
from core.lines.modem import SETTINGS
from core.lines.pace import LoopClock
from core.lines.pdu import Submit
from core.lines.serial_port import open_serial
from core.simulation.cell import Cell, Phone
from core.simulation.modem import EmulatedModem
from tests.core.handset import Handset

pytestmark = [
    pytest.mark.port,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals"),
]
HHU = (sys.executable, "-m", "hhu")
SOURCE = Path(__file__).parents[2] / "src"
PORTS = ("--ir", "--rs485-1", "--rs485-2", "--rs485-3", "--modem", "--tcp")
WRITE = ("--yes", "--password-stdin", "--json")


@dataclass(slots=True)
class Emulator:
    """A running `hhu emulator`."""

    process: subprocess.Popen[str]
    ports: dict[str, str]

    @property
    def typing(self) -> IO[str]:
        assert self.process.stdin
        return self.process.stdin

    def type(self, order: str) -> None:
        self.typing.write(f"{order}\n")
        self.typing.flush()

    def kill(self) -> None:
        os.kill(self.process.pid, getattr(signal, "SIGKILL"))  # noqa: B009 - not on Windows
        self.process.wait(5)


class Place:
    """A home and a state folder."""

    def __init__(self, folder: Path) -> None:
        self.state = folder / "state"
        self.environment = os.environ | {
            "HHU_HOME": str(folder / "home"),
            "PYTHONPATH": str(SOURCE),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        }

    @contextmanager
    def emulator(self, *options: str) -> Generator[Emulator]:
        command = (*HHU, "emulator", "--headless", "--json", "--state", str(self.state), *options)
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=self.environment
        )
        try:
            assert process.stderr
            assert "type hold 5" in process.stderr.readline()
            yield Emulator(process, self._ports(process, options))
        finally:
            process.terminate()
            process.communicate(timeout=5)

    @staticmethod
    def _ports(process: subprocess.Popen[str], options: tuple[str, ...]) -> dict[str, str]:
        assert process.stdout
        number = sum(option in PORTS for option in options)
        rows = [json.loads(process.stdout.readline()) for _ in range(number)]
        return {row["port"]: row["address"] for row in rows}

    def start(self, *words: str) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        return subprocess.Popen(
            (*HHU, *words), stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=self.environment
        )

    def hhu(self, *words: str, typed: str = "000000\n") -> tuple[int, list[dict[str, Any]], str]:
        process = self.start(*words)
        out, err = process.communicate(typed, timeout=30)
        assert "Traceback" not in err
        return process.returncode, [json.loads(line) for line in out.splitlines()], err


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_the_job_over_an_infrared_pty_at_real_speed(place: Place) -> None:
    """Read, be refused, hold the key, write, and find it again: at 2400 baud, between two processes."""
    with place.emulator("--ir", "pty", "--speed", "1") as emulator:
        line = ("--line", f"ir:{emulator.ports['ir']}")
        emulator.type("hold 5")
        code, rows, _ = place.hhu("read", "main-ip", *line, "--json")
        assert (code, rows[0]["value"]) == (0, "10.20.30.40")
        code, rows, err = place.hhu("set", "main-ip=10.20.30.41", *line, *WRITE)
        assert (code, rows[0]["state"]) == (1, "refused")
        assert "Hold the terminal's key" in err
        time.sleep(3.5)
        code, rows, _ = place.hhu("set", "main-ip=10.20.30.41", "address=1122-9999", *line, *WRITE)
        assert (code, {row["state"] for row in rows}) == (0, {"verified"})


@pytest.mark.parametrize("port", ["ir", "rs485-3", "tcp"])
def test_every_port_of_the_emulator_takes_a_write(place: Place, port: str) -> None:
    """Infrared and RS485 over pseudo-terminals and pyserial, TCP; the state survives the emulator's end."""
    option = {"ir": ("--ir", "pty"), "rs485-3": ("--rs485-3", "pty"), "tcp": ("--tcp", "0")}[port]
    with place.emulator(*option, "--speed", "20", "--hold", "5") as emulator:
        kind = {"ir": "ir", "rs485-3": "rs485", "tcp": "tcp"}[port]
        time.sleep(0.3)
        code, rows, err = place.hhu("set", "apn=cmiot", "--line", f"{kind}:{emulator.ports[port]}", *WRITE)
        assert (code, rows[0]["state"]) == (0, "verified"), err
        emulator.type("quit")
        assert emulator.process.wait(5) == 0
    with place.emulator(*option) as emulator:
        code, rows, _ = place.hhu("read", "apn", "--line", f"{kind}:{emulator.ports[port]}", "--json")
        assert rows[0]["value"] == "cmiot"


def test_meter_ports_are_told_with_their_settings(place: Place) -> None:
    """485_1 and 485_2 read meters; 485_3 does if told, and no line is opened that was not asked for."""
    options = ("--rs485-1", "pty", "--rs485-2", "pty", "--rs485-3", "pty", "--rs485-3-function", "meters")
    with place.emulator(*options) as emulator:
        assert set(emulator.ports) == {"rs485-1", "rs485-2", "rs485-3"}
        emulator.type("quit")
        assert emulator.process.wait(5) == 0


@pytest.mark.parametrize("after", [0.35, 0.5, 0.65])
def test_a_killed_terminal_keeps_what_it_acknowledged_and_nothing_half(place: Place, after: float) -> None:
    """kill -9 at any moment of a write: the tool says line, the terminal has all of it or nothing."""
    wanted = {"main_ip": "10.20.30.41", "main_port": 9001, "apn": "cmiot"}
    with place.emulator("--ir", "pty", "--speed", "4", "--hold", "5") as emulator:
        time.sleep(1.4)
        wishes = [f"04F3.{name}={value}" for name, value in wanted.items()]
        writing = place.start("set", *wishes, "--line", f"ir:{emulator.ports['ir']}", *WRITE)
        assert writing.stdin
        writing.stdin.write("000000\n")
        writing.stdin.flush()
        time.sleep(after)
        emulator.kill()
        out, err = writing.communicate(timeout=10)
        rows = [json.loads(text) for text in out.splitlines()]
        assert writing.returncode in (0, 3), err
        assert "Traceback" not in err
    with place.emulator("--ir", "pty", "--speed", "20") as emulator:
        _, [found], _ = place.hhu("read", "04F3", "--line", f"ir:{emulator.ports['ir']}", "--json")
    has = {name: found["value"][name] for name in wanted}
    before = {"main_ip": "10.20.30.40", "main_port": 8001, "apn": "CMNET"}
    assert has in (wanted, before)
    if any(row["state"] in ("acknowledged", "verified") for row in rows):
        assert has == wanted


def test_a_busy_and_a_vanished_port(place: Place) -> None:
    """Another program holding the port, and one that is not there: code 3 with cause and next step."""
    with place.emulator("--ir", "pty", "--speed", "20") as emulator:
        path = emulator.ports["ir"]
        holder = serial.Serial(path, exclusive=True)
        code, _, err = place.hhu("read", "apn", "--line", f"ir:{path}")
        holder.close()
        assert code == 3
        assert "held by another program" in err
        assert place.hhu("read", "apn", "--line", f"ir:{path}", "--json")[0] == 0
    code, _, err = place.hhu("read", "apn", "--line", f"ir:{path}")
    assert code == 3
    assert "is not there" in err


def test_a_second_emulator_on_the_same_state_is_told(place: Place) -> None:
    """One state, one terminal."""
    with place.emulator("--tcp", "0"):
        code, _, err = place.hhu("emulator", "--headless", "--tcp", "0", "--state", str(place.state))
        assert code == 2
        assert "other program" in err


def test_an_emulator_dials_the_master_it_is_told(place: Place) -> None:
    """`--master HOST:PORT`: the login (C9H, AFN 02) arrives at a real socket."""
    with socket.create_server(("127.0.0.1", 0)) as master:
        master.settimeout(10)
        where = f"127.0.0.1:{master.getsockname()[1]}"
        with place.emulator("--tcp", "0", "--speed", "60", "--master", where):
            link, _ = master.accept()
            with link:
                login = link.recv(64)
    assert login[6] == 0xC9
    assert login[12] == 0x02


def test_a_master_that_has_no_address_is_a_usage_error(place: Place) -> None:
    """The words name the wrong part."""
    code, _, err = place.hhu("emulator", "--headless", "--master", "127.0.0.1")
    assert code == 2
    assert "host" in err


def test_ctrl_c_ends_a_command_with_130(place: Place) -> None:
    """Interrupted while nobody answers: no traceback, the line is let go."""
    with place.emulator("--ir", "pty") as emulator:
        emulator.kill()
    with place.emulator("--ir", "pty") as emulator:
        os.kill(emulator.process.pid, signal.SIGSTOP)
        reading = place.start("read", "apn", "--line", f"ir:{emulator.ports['ir']}")
        time.sleep(0.7)
        reading.send_signal(signal.SIGINT)
        _, err = reading.communicate(timeout=5)
        os.kill(emulator.process.pid, signal.SIGCONT)
    assert reading.returncode == 130
    assert "Traceback" not in err


async def test_short_messages_through_a_modem_at_the_emulators_port(place: Place, tmp_path: Path) -> None:
    """M127, M130: a modem on the pseudo-terminal of another process; a read is answered, a file refused."""
    profile = tmp_path / "texting.toml"
    profile.write_text('[parameters.phone-numbers]\nmaster = "13675834792"\n')
    with place.emulator("--modem", "pty", "--speed", "20", "--profile", str(profile)) as emulator:
        clock = LoopClock(None, 20.0)
        cell = Cell(clock)
        phone = Phone("+8613675834792", cell)
        modem = EmulatedModem("+8613900000001", cell, clock)
        line = await open_serial(emulator.ports["modem"], SETTINGS)
        serving = asyncio.create_task(modem.serve(line))
        words = Handset(line, clock)
        words.address = Address("1122", 0x3344)
        file = b"".join(encode_blocks([Item.of(FileSegment(1, 0, 0, 1, 0, (0,)))]))
        segment = words.frame(0x0F, file)
        segment = replace(segment, seq=replace(segment.seq, con=True))
        for number, frame in enumerate((words.frame(0x0A, bytes.fromhex("0000010B")), segment)):
            (message,) = split(encode_frame(frame), number)
            phone.send(Submit("13900000001", message))
        async with asyncio.timeout(20.0):
            while len(phone.heard) < 2:
                await clock.sleep(1.0)
        answers = [decode_frame(message.octets[2:]) for message in phone.heard]
        assert sorted((answer.afn, answer.function) for answer in answers) == [(0x00, 9), (0x0A, 8)]
        await line.close()
        await serving
