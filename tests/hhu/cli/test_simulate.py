import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import serial

from core.meters.alpha.packets import WhoAreYou, encode_request
from core.meters.dlt645 import requests as r
from core.meters.dlt645.control import Edition
from core.meters.dlt645.frame import decode_frame, encode_frame
from core.meters.dlt645.messages import request_frame, value_in
from tests.hhu.cli.conftest import Hhu

SOURCE = Path(__file__).parents[3] / "src"


@contextmanager
def simulated(*words: str, lines: int) -> Generator[tuple[subprocess.Popen[str], list[dict[str, Any]]]]:
    """Run `hhu simulate meters` in a process of its own; give what it printed first."""
    command = (sys.executable, "-m", "hhu", "simulate", "meters", "--json", *words)
    pipe, environment = subprocess.PIPE, os.environ | {"PYTHONPATH": str(SOURCE)}
    process = subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=environment)
    try:
        assert process.stdout
        yield process, [json.loads(process.stdout.readline()) for _ in range(lines)]
    finally:
        process.kill()
        process.communicate(timeout=5)


def test_meters_on_tcp() -> None:
    """Port and addresses are printed, meters answer there with their faults, SIGTERM ends it with 130."""
    with simulated("--count", "3", "--line", "tcp:0", "--faults", "2:wrong-address", lines=4) as (
        process,
        rows,
    ):
        port, *meters = rows
        assert [row["faults"] for row in meters] == [None, "wrong-address", None]
        host, _, number = port["address"].rpartition(":")
        with socket.create_connection((host, int(number)), timeout=5) as wire:
            for row in meters:
                wire.sendall(encode_frame(request_frame(row["address"], r.Read2007("0001FF00"))))
                answer = decode_frame(_whole(wire))
                assert (answer.address == row["address"]) == (row["faults"] is None)
                reading = value_in(answer)
                assert reading is not None
                assert reading.value[0] == sum(reading.value[1:])
        if sys.platform != "win32":
            process.send_signal(signal.SIGTERM)
            assert process.wait(5) == 130


def _whole(wire: socket.socket) -> bytes:
    heard = b""
    while len(heard.lstrip(b"\xfe")) < 36:
        heard += wire.recv(200)
    return heard.lstrip(b"\xfe")


@pytest.mark.port
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_meters_on_a_pseudo_terminal() -> None:
    """By default the bus is a pseudo-terminal at the speed of the meters; 1997 answers its own way."""
    words = ("--protocol", "dlt645-1997", "--count", "2", "--baud", "19200")
    with simulated(*words, lines=3) as (_, (port, meter, _)):
        assert port["settings"] == "19200 8E1"
        with serial.Serial(port["address"], 19200, timeout=5) as wire:
            wire.write(encode_frame(request_frame(meter["address"], r.Read1997("9010"), Edition.V1997)))
            answer = decode_frame(wire.read(4 + 18).lstrip(b"\xfe"))
        assert (answer.address, answer.control) == (meter["address"], 0x81)


@pytest.mark.parametrize(
    ("family", "request_", "begin"),
    [
        ("edmi", b"\x02\x03", b"\x02\x06"),
        ("landis-gyr-d", b"/?!\r\n", b"/LGZ5"),
        ("alpha", encode_request(WhoAreYou(1)), b"\x02"),
    ],
)
def test_meters_of_other_families(family: str, request_: bytes, begin: bytes) -> None:
    """M27: any family stands on a line and answers its own first words."""
    with simulated("--protocol", family, "--line", "tcp:0", lines=2) as (_, (port, meter)):
        assert meter["kind"] == "three-phase"
        host, _, number = port["address"].rpartition(":")
        with socket.create_connection((host, int(number)), timeout=5) as wire:
            wire.sendall(request_)
            assert wire.recv(100).startswith(begin)


@pytest.mark.parametrize(
    "words",
    [("--faults", "9:silent"), ("--faults", "1:deaf"), ("--count", "0"), ("--line", "tcp:70000"),
     ("--baud", "7"), ("--protocol", "morse")],
)  # fmt: skip
def test_what_cannot_be_simulated(hhu: Hhu, words: tuple[str, ...]) -> None:
    """Faults of meters that are not there, no meters, ports and speeds that do not exist: exit code 2."""
    outcome = hhu("simulate", "meters", *words)
    assert outcome.code == 2
    assert outcome.err


@pytest.mark.skipif(sys.platform == "win32", reason="another name there")
def test_a_port_that_is_not_there(hhu: Hhu) -> None:
    """A serial port that cannot be opened is a matter of the line: exit code 3."""
    assert hhu("simulate", "meters", "--line", "/dev/no-such-port").code == 3
