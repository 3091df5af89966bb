"""What holds for every line, whatever carries its bytes: one class, and a subclass per kind."""

import asyncio
import sys
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import suppress
from types import SimpleNamespace

import pytest
from serial.urlhandler import protocol_socket

from core.errors import LineError, LineFault
from core.lines.line import RS485, Line, SerialSettings
from core.lines.memory import memory_line
from core.lines.pace import LoopClock
from core.lines.paced import PacedLine
from core.lines.pty import open_pty
from core.lines.serial_port import open_serial
from core.lines.tcp import TcpLine, connect_tcp, listen_tcp

PATIENCE = 10.0
"""Seconds after which a test gives up; far beyond what any needs."""
LARGE = bytes(range(256)) * 160
EVERY_BYTE = bytes(range(256)) + b"\r\n\x11\x13\x03\xff\xff\x00" + bytes(reversed(range(256)))

Ends = tuple[Line, Line]


async def exactly(line: Line, length: int) -> bytes:
    """Receive until ``length`` bytes are here."""
    received = b""
    async with asyncio.timeout(PATIENCE):
        while len(received) < length:
            received += await line.receive()
    return received


async def failure_of(line: Line) -> LineError:
    """Receive until the line says it is gone."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                await line.receive()
            except LineError as error:
                return error


async def given_up(line: Line, steps: int) -> bytes:
    """Receive, but cancel after so many steps of the loop; give what came before that."""
    receiving = asyncio.ensure_future(line.receive())
    for _ in range(steps):
        await asyncio.sleep(0)
    receiving.cancel()
    with suppress(asyncio.CancelledError):
        return await receiving
    return b""


class BackToBack(ABC):
    """Both ends are open when a test begins; closing the first one is seen by the second."""

    @abstractmethod
    async def two_ends(self) -> Ends:
        """Open two lines that lead to each other."""

    @pytest.fixture
    async def ends(self) -> AsyncIterator[Ends]:
        """Two open ends, closed after the test."""
        first, second = await self.two_ends()
        yield first, second
        await first.close()
        await second.close()

    async def test_order_is_kept_both_ways(self, ends: Ends) -> None:
        """Many small sends arrive joined in the order sent, in both directions."""
        for sender, listener in (ends, ends[::-1]):
            sent = [bytes([number]) * (number % 5 + 1) for number in range(60)]
            for piece in sent:
                await sender.send(piece)
            assert await exactly(listener, len(b"".join(sent))) == b"".join(sent)

    async def test_any_byte_passes(self, ends: Ends) -> None:
        """No byte is special: control characters, XON, XOFF and FFH come through unchanged."""
        for sender, listener in (ends, ends[::-1]):
            await sender.send(EVERY_BYTE)
            assert await exactly(listener, len(EVERY_BYTE)) == EVERY_BYTE

    async def test_large_transfers_pass(self, ends: Ends) -> None:
        """40 KiB in one send arrive whole, in both directions."""
        for sender, listener in (ends, ends[::-1]):
            received, _ = await asyncio.gather(exactly(listener, len(LARGE)), sender.send(LARGE))
            assert received == LARGE

    async def test_sends_do_not_mix(self, ends: Ends) -> None:
        """Sends begun at the same time follow one another, they never interleave."""
        sent = [bytes([letter]) * 600 for letter in b"abcd"]
        first, second = ends
        received, *_ = await asyncio.gather(exactly(second, 2400), *(first.send(piece) for piece in sent))
        assert received == b"".join(sent)

    async def test_cancelled_receive_loses_nothing(self, ends: Ends) -> None:
        """Receives that are given up again and again leave every byte to the next one."""
        first, second = ends
        received = b""
        for number in range(40):
            sending = asyncio.ensure_future(first.send(bytes([number])))
            received += await given_up(second, number % 5)
            await sending
        assert received + await exactly(second, 40 - len(received)) == bytes(range(40))

    async def test_close_is_seen_by_the_peer(self, ends: Ends) -> None:
        """What was sent before the close still arrives, then the other end is told that the line is lost."""
        first, second = ends
        await first.send(b"last words")
        assert await exactly(second, 10) == b"last words"
        await first.close()
        assert (await failure_of(second)).fault is LineFault.LOST

    async def test_closed_line_refuses(self, ends: Ends) -> None:
        """After its own close a line neither sends nor receives, says so, and may be closed again."""
        _, second = ends
        await second.close()
        await second.close()
        assert (await failure_of(second)).fault is LineFault.CLOSED
        with pytest.raises(LineError) as refusal:
            await second.send(b"x")
        assert refusal.value.fault is LineFault.CLOSED

    async def test_close_ends_a_waiting_receive(self, ends: Ends) -> None:
        """A task that waits for bytes learns that its line was closed here."""
        _, second = ends
        waiting = asyncio.ensure_future(failure_of(second))
        await asyncio.sleep(0)
        await second.close()
        assert (await waiting).fault is LineFault.CLOSED


class TestMemory(BackToBack):
    """The paced wire in memory, a thousand times faster than RS485."""

    async def two_ends(self) -> Ends:
        return memory_line(RS485, LoopClock(factor=1000))


class TestMemoryWithoutSpeed(BackToBack):
    """The wire in memory that takes no time."""

    async def two_ends(self) -> Ends:
        return memory_line(None, LoopClock())


class TestPaced(BackToBack):
    """A line slowed down, here to RS485 a thousand times faster."""

    async def two_ends(self) -> Ends:
        clock = LoopClock(factor=1000)
        first, second = memory_line(None, clock)
        return first, PacedLine(second, RS485, clock)


class TestTcp(BackToBack):
    """A client and the line its server made of it."""

    async def two_ends(self) -> Ends:
        accepted: asyncio.Queue[TcpLine] = asyncio.Queue()
        server = await listen_tcp("127.0.0.1", 0, accepted.put_nowait)
        client = await connect_tcp("127.0.0.1", server.port)
        line = await accepted.get()
        server.stop_listening()
        return client, line


@pytest.mark.port
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
class TestPtyAndSerial(BackToBack):
    """A pseudo-terminal and pyserial on its path, asked for even parity as meters use it."""

    async def two_ends(self) -> Ends:
        first, path = open_pty()
        return first, await open_serial(path, SerialSettings(9600, 8, "E", 1))


class TestSerialOverSocket(BackToBack):
    """pyserial's socket:// against our server, as with a network converter."""

    @pytest.fixture(autouse=True)
    def no_nap_at_close(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """pyserial sleeps 0.3 s after closing a socket, for servers that are slow to accept again."""
        monkeypatch.setattr(protocol_socket, "time", SimpleNamespace(sleep=float))

    async def two_ends(self) -> Ends:
        accepted: asyncio.Queue[TcpLine] = asyncio.Queue()
        server = await listen_tcp("127.0.0.1", 0, accepted.put_nowait)
        serial_line = await open_serial(f"socket://127.0.0.1:{server.port}", RS485)
        line = await accepted.get()
        server.stop_listening()
        return line, serial_line
