"""What only a pseudo-terminal has."""

import os
import sys
import time

import pytest

from core.lines import pty
from core.lines.line import IR, RS485
from core.lines.pace import LoopClock
from core.lines.pty import open_pty
from core.lines.serial_port import open_serial

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals", allow_module_level=True)

assert sys.platform != "win32"  # for the type checker, which does not know that skip never returns
pytestmark = pytest.mark.port


async def test_programs_may_come_and_go() -> None:
    """A program that closes the path does not hang up this side; the next one is heard."""
    line, path = open_pty()
    async with line:
        for words in (b"first", b"second"):
            async with await open_serial(path, IR) as program:
                await program.send(words)
                assert await line.receive() == words


async def test_path_is_raw_for_any_program() -> None:
    """A program that sets nothing finds no echo, no line editing and no translated bytes."""
    line, path = open_pty()
    async with line:
        program = os.open(path, os.O_RDWR | os.O_NOCTTY)
        try:
            os.write(program, b"\x03\r\n\xff")
            assert await line.receive() == b"\x03\r\n\xff"
            await line.send(b"\r\x04")
            assert os.read(program, 10) == b"\r\x04"
        finally:
            os.close(program)


async def test_nobody_listening_does_not_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody takes is thrown away after a moment, and a later program hears only what comes then."""
    monkeypatch.setattr(pty, "LISTENER_WAIT", 0.02)
    line, path = open_pty()
    async with line:
        await line.send(bytes(100_000))
        async with await open_serial(path, IR) as program:
            await line.send(b"fresh")
            assert await program.receive() == b"fresh"


async def test_paced_pty_takes_the_wire_time_both_ways() -> None:
    """With settings and clock the speed of the wire is kept, which a pseudo-terminal itself does not know."""
    line, path = open_pty(RS485, LoopClock())
    async with line, await open_serial(path, RS485) as program:
        length = 900
        began = time.monotonic()
        await line.send(bytes(length))
        assert time.monotonic() - began >= RS485.wire_time(length)
        began = time.monotonic()
        await program.send(bytes(length))
        received = 0
        while received < length:
            received += len(await line.receive())
        assert time.monotonic() - began >= RS485.wire_time(length)


async def test_unpaced_pty_names_its_settings() -> None:
    """Without a clock the settings are only named."""
    line, path = open_pty(IR)
    async with line:
        assert (line.settings, line.name) == (IR, path)
