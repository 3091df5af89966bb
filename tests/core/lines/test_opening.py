import asyncio

import pytest

from core.errors import UsageError
from core.lines import serial_port
from core.lines.address import LineAddress
from core.lines.line import IR, RS485, SerialSettings
from core.lines.memory import memory_line
from core.lines.opening import open_line
from core.lines.pace import LoopClock
from core.lines.tcp import TcpLine, listen_tcp
from core.lines.udp import UdpLine, listen_udp

ODD = SerialSettings(1200, 8, "E", 1)


@pytest.mark.parametrize(
    ("text", "asked", "used"),
    [("ir:COM4", None, IR), ("rs485:COM4", None, RS485), ("ir:COM4", ODD, ODD)],
)
async def test_serial_kinds_open_at_the_manuals_settings(
    monkeypatch: pytest.MonkeyPatch, text: str, asked: SerialSettings | None, used: SerialSettings
) -> None:
    """IR and RS485 open their port as the manual says, unless other settings are asked for."""
    calls: list[tuple[str, SerialSettings]] = []

    async def recorded(port: str, settings: SerialSettings) -> object:
        calls.append((port, settings))
        return memory_line(None, LoopClock())[0]

    monkeypatch.setattr(serial_port, "open_serial", recorded)
    await open_line(LineAddress.parse(text), asked)
    assert calls == [("COM4", used)]


async def test_tcp_connects() -> None:
    """A tcp address gives a connection that carries bytes."""
    accepted: asyncio.Queue[TcpLine] = asyncio.Queue()
    server = await listen_tcp("127.0.0.1", 0, accepted.put_nowait)
    line = await open_line(LineAddress.parse(f"tcp:127.0.0.1:{server.port}"))
    await line.send(b"hello")
    assert await (await accepted.get()).receive() == b"hello"
    await line.close()
    await server.close()


async def test_udp_connects() -> None:
    """A udp address gives a line whose sends are datagrams."""
    accepted: asyncio.Queue[UdpLine] = asyncio.Queue()
    server = await listen_udp("127.0.0.1", 0, accepted.put_nowait)
    line = await open_line(LineAddress.parse(f"udp:127.0.0.1:{server.port}"))
    await line.send(b"hello")
    assert await (await accepted.get()).receive() == b"hello"
    await line.close()
    await server.close()


@pytest.mark.parametrize("text", ["listen:9001", "emulator:demo"])
async def test_other_kinds_are_not_opened_here(text: str) -> None:
    """Kinds that are awaited or made are refused with what to use."""
    with pytest.raises(UsageError, match="cannot be opened") as refusal:
        await open_line(LineAddress.parse(text))
    assert "tcp" in refusal.value.hint
