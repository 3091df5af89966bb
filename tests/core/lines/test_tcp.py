"""What only TCP has."""

import asyncio

import pytest

from core.errors import LineError, LineFault
from core.lines import tcp
from core.lines.tcp import TcpLine, connect_tcp, listen_tcp


def ignored(line: TcpLine) -> None:
    """Take a call and do nothing with it."""


async def test_nobody_there_is_unreachable(unused_tcp_port: int) -> None:
    """A refused connection names the address and tells that nobody answers there."""
    with pytest.raises(LineError) as refusal:
        await connect_tcp("127.0.0.1", unused_tcp_port)
    assert refusal.value.fault is LineFault.UNREACHABLE
    assert refusal.value.port == f"tcp:127.0.0.1:{unused_tcp_port}"


async def test_connecting_gives_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that swallows everything is unreachable after the patience given."""

    async def swallowed(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", swallowed)
    with pytest.raises(LineError) as refusal:
        await connect_tcp("10.255.255.1", 7000, patience=0.01)
    assert (refusal.value.fault, refusal.value.reason) == (LineFault.UNREACHABLE, "timed out")


async def test_port_in_use_is_busy() -> None:
    """Two servers on one port: the second is told that another program has it."""
    server = await listen_tcp("127.0.0.1", 0, ignored)
    with pytest.raises(LineError) as refusal:
        await listen_tcp("127.0.0.1", server.port, ignored)
    assert refusal.value.fault is LineFault.BUSY
    await server.close()


async def test_server_keeps_account_of_its_lines() -> None:
    """Lines are named after their caller, leave the account when they end, and end with the server."""
    accepted: asyncio.Queue[TcpLine] = asyncio.Queue()
    server = await listen_tcp("127.0.0.1", 0, accepted.put_nowait)
    first = await connect_tcp("127.0.0.1", server.port)
    firsts_line = await accepted.get()
    second = await connect_tcp("127.0.0.1", server.port)
    seconds_line = await accepted.get()
    assert set(server.lines) == {firsts_line, seconds_line}
    assert firsts_line.name.startswith("tcp:127.0.0.1:")
    await first.close()
    with pytest.raises(LineError):
        await firsts_line.receive()
    assert server.lines == (seconds_line,)
    await server.close()
    with pytest.raises(LineError) as lost:
        await second.receive()
    assert lost.value.fault is LineFault.LOST
    assert server.lines == ()
    await second.close()


async def test_hanging_up_on_a_deaf_peer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A peer that reads nothing keeps neither a close nor the send in progress waiting for long."""
    monkeypatch.setattr(tcp, "FULL_INBOX", 1000)
    monkeypatch.setattr(tcp, "HANG_UP_WAIT", 0.01)
    server = await listen_tcp("127.0.0.1", 0, ignored)
    line = await connect_tcp("127.0.0.1", server.port)
    sending = asyncio.ensure_future(line.send(bytes(20_000_000)))
    await asyncio.sleep(0.02)
    async with asyncio.timeout(5):
        await line.close()
        with pytest.raises(LineError) as refusal:
            await sending
    assert refusal.value.fault is LineFault.CLOSED
    await server.close()


async def test_flood_is_slowed_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who sends faster than we read is made to wait instead of filling the memory; nothing is lost."""
    monkeypatch.setattr(tcp, "FULL_INBOX", 1000)
    flood = bytes(4_000_000)
    server = await listen_tcp("127.0.0.1", 0, ignored)
    line = await connect_tcp("127.0.0.1", server.port)
    sending = asyncio.ensure_future(line.send(flood))
    await asyncio.sleep(0.02)
    assert not sending.done()
    received = 0
    while received < len(flood):
        received += len(await server.lines[0].receive())
    await sending
    await line.close()
    await server.close()
