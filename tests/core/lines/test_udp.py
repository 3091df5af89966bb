"""UDP on loopback: datagrams both ways, callers told apart, and nobody at the other end."""

import asyncio

import pytest

from core.errors import LineError, LineFault
from core.lines.udp import MOST_WAITING, UdpLine, connect_udp, listen_udp


async def test_two_callers_are_told_apart():
    """Each new peer becomes a line of its own; answers go back to it alone."""
    arrivals: asyncio.Queue[UdpLine] = asyncio.Queue()
    server = await listen_udp("127.0.0.1", 0, arrivals.put_nowait)
    callers = [await connect_udp("127.0.0.1", server.port) for _ in range(2)]
    for number, caller in enumerate(callers):
        await caller.send(bytes([number]))
    lines = [await arrivals.get() for _ in callers]
    for line in lines:
        await line.send(await line.receive() + b"!")
    assert [await caller.receive() for caller in callers] == [b"\x00!", b"\x01!"]
    assert {line.name for line in server.lines} == {line.name for line in lines}
    for line in (*callers, *lines):
        await line.close()
    assert server.lines == ()
    await server.close()


async def test_a_closed_line_says_so():
    """Closed here: neither send nor receive goes on; closing twice is allowed."""
    server = await listen_udp("127.0.0.1", 0, lambda line: None)
    line = await connect_udp("127.0.0.1", server.port)
    await line.close()
    await line.close()
    for attempt in (line.send(b"x"), line.receive()):
        with pytest.raises(LineError) as caught:
            await attempt
        assert caught.value.fault is LineFault.CLOSED
    await server.close()


async def test_a_port_that_is_taken_is_named():
    """A second listener on the same port is refused as busy."""
    server = await listen_udp("127.0.0.1", 0, lambda line: None)
    with pytest.raises(LineError) as caught:
        await listen_udp("127.0.0.1", server.port, lambda line: None)
    assert caught.value.fault is LineFault.BUSY
    await server.close()


async def test_a_caller_that_came_back_is_new():
    """After its line was closed here, the next datagram of the same peer opens a new one."""
    arrivals: asyncio.Queue[UdpLine] = asyncio.Queue()
    server = await listen_udp("127.0.0.1", 0, arrivals.put_nowait)
    caller = await connect_udp("127.0.0.1", server.port)
    await caller.send(b"a")
    await (await arrivals.get()).close()
    await caller.send(b"b")
    assert await (await arrivals.get()).receive() == b"b"
    await caller.close()
    await server.close()


async def test_a_peer_that_restarts_is_forgiven():
    """Nobody at the port for a moment: what was sent is lost, and the line goes on when somebody is back."""
    arrivals: asyncio.Queue[UdpLine] = asyncio.Queue()
    server = await listen_udp("127.0.0.1", 0, arrivals.put_nowait)
    port = server.port
    caller = await connect_udp("127.0.0.1", port)
    await server.close()
    for _ in range(2):
        await caller.send(b"lost")
        await asyncio.sleep(0.02)
    server = await listen_udp("127.0.0.1", port, arrivals.put_nowait)
    await caller.send(b"there?")
    line = await arrivals.get()
    assert await line.receive() == b"there?"
    await line.send(b"yes")
    assert await caller.receive() == b"yes"
    await caller.close()
    await server.close()


async def test_a_peer_that_is_gone_ends_the_line():
    """Three refusals in a row are no restart."""
    server = await listen_udp("127.0.0.1", 0, lambda line: None)
    caller = await connect_udp("127.0.0.1", server.port)
    await server.close()
    with pytest.raises(LineError) as caught:
        for _ in range(10):
            await caller.send(b"lost")
            await asyncio.sleep(0.02)
    assert caught.value.fault is LineFault.LOST
    await caller.close()


async def test_a_flood_does_not_fill_the_memory():
    """Datagrams that nobody reads are lost beyond a quarter of a MiB."""
    line = UdpLine("udp", lambda data: None, lambda: None)
    for _ in range(100):
        line.hear(bytes(60_000))
    assert len(await line.receive()) <= MOST_WAITING
