"""What only a serial port has; needs pseudo-terminals."""

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import serial

from core.errors import LineError, LineFault
from core.lines import serial_port
from core.lines.line import IR, Line, SerialSettings
from core.lines.pty import open_pty
from core.lines.serial_port import is_pty, open_serial

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals", allow_module_level=True)

assert sys.platform != "win32"  # for the type checker, which does not know that skip never returns
pytestmark = pytest.mark.port


async def fault_of_opening(port: str) -> LineFault:
    with pytest.raises(LineError) as refusal:
        await open_serial(port, IR)
    assert refusal.value.port == port
    assert refusal.value.reason
    return refusal.value.fault


async def test_missing_port_is_told_apart(tmp_path: Path) -> None:
    """A port that is not there is missing; what is there but no port is unfit."""
    assert await fault_of_opening(str(tmp_path / "ttyUSB9")) is LineFault.MISSING
    plain_file = tmp_path / "file"
    plain_file.touch()
    assert await fault_of_opening(str(plain_file)) is LineFault.UNFIT
    assert await fault_of_opening("foo://bar") is LineFault.UNFIT


async def test_port_held_by_another_program_is_busy() -> None:
    """A second opening is refused as busy, and works as soon as the first is closed."""
    far, path = open_pty()
    async with far:
        async with await open_serial(path, IR):
            assert await fault_of_opening(path) is LineFault.BUSY
        async with await open_serial(path, IR) as again:
            assert again.name == path


async def test_nobody_listening_behind_a_socket_is_unreachable(unused_tcp_port: int) -> None:
    """A converter that does not answer is unreachable, not missing."""
    assert await fault_of_opening(f"socket://127.0.0.1:{unused_tcp_port}") is LineFault.UNREACHABLE


async def test_unplug_ends_receive_and_send() -> None:
    """When the port vanishes under an open line, a waiting receive and every later send say it is lost."""
    far, path = open_pty()
    async with await open_serial(path, IR) as line:
        waiting = asyncio.ensure_future(line.receive())
        await asyncio.sleep(0)
        await far.close()
        with pytest.raises(LineError) as lost:
            await waiting
        assert (lost.value.fault, lost.value.port) == (LineFault.LOST, path)
        with pytest.raises(LineError) as refused:
            await line.send(b"anybody?")
        assert refused.value.fault is LineFault.LOST


async def test_line_names_the_settings_asked_for() -> None:
    """A pseudo-terminal runs without parity, but timing is reckoned with what was asked."""
    asked = SerialSettings(1200, 7, "O", 2)
    far, path = open_pty()
    async with far, await open_serial(path, asked) as line:
        assert line.settings == asked
        await line.send(b"\xff\x80")
        assert await far.receive() == b"\xff\x80"


async def test_pty_is_known_behind_a_link(tmp_path: Path) -> None:
    """A link to a pseudo-terminal is one too; other paths are not."""
    far, path = open_pty()
    async with far:
        link = tmp_path / "probe"
        link.symlink_to(path)
        assert is_pty(str(link))
    assert not is_pty("/dev/ttyS0")
    assert not is_pty("COM4")


async def test_threads_end_with_the_line() -> None:
    """Closing leaves no thread behind."""
    before = threading.active_count()
    far, path = open_pty()
    async with far, await open_serial(path, IR) as line:
        await line.send(b"x")
        assert threading.active_count() > before
    ours = [thread.name for thread in threading.enumerate() if path in thread.name]
    assert ours == []


async def test_opening_that_is_given_up_leaves_the_port_free(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port that opens only after the caller gave up is closed again at once."""
    far, path = open_pty()
    go_on = threading.Event()
    really_open = serial.serial_for_url
    closed = threading.Event()

    def slow(*arguments: object, **settings: object) -> serial.Serial:
        go_on.wait(5)
        port = really_open(*arguments, **settings)  # pyright: ignore[reportArgumentType]
        monkeypatch.setattr(port, "close", closing(port.close))
        return port

    def closing(really_close: Callable[[], None]) -> Callable[[], None]:
        def close() -> None:
            really_close()
            closed.set()

        return close

    monkeypatch.setattr(serial_port.serial, "serial_for_url", slow)
    async with far:
        opening = asyncio.ensure_future(open_serial(path, IR))
        await asyncio.sleep(0.01)
        opening.cancel()
        await asyncio.gather(opening, return_exceptions=True)
        go_on.set()
        assert await asyncio.to_thread(closed.wait, 5)


async def test_abandoned_send_goes_on_in_order() -> None:
    """A send whose caller gave up still leaves whole, before the next one."""
    far, path = open_pty()
    async with far, await open_serial(path, IR) as line:
        first = asyncio.ensure_future(line.send(b"A" * 3000))
        await asyncio.sleep(0)
        first.cancel()
        await line.send(b"B" * 10)
        received = b""
        while len(received) < 3010:
            received += await far.receive()
        assert received == b"A" * 3000 + b"B" * 10


async def test_stuck_port_can_be_closed() -> None:
    """Sends that a full port blocks do not keep the line from closing, and learn of it."""
    master, slave = os.openpty()
    try:
        line: Line = await open_serial(os.ttyname(slave), IR)
        sends = [asyncio.ensure_future(line.send(bytes(200_000))) for _ in range(2)]
        await asyncio.sleep(0.02)
        async with asyncio.timeout(5):
            await line.close()
            for sending in sends:
                with pytest.raises(LineError) as refusal:
                    await sending
                assert refusal.value.fault is LineFault.CLOSED
    finally:
        os.close(master)
        os.close(slave)
