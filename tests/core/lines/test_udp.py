"""What only UDP has."""

import asyncio
import socket

import pytest

from core.errors import LineError, LineFault
from core.lines import udp
from core.lines.udp import connect_udp

PATIENCE = 5.0


def other_end() -> socket.socket:
    """A socket of the system in the terminal's place."""
    other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    other.bind(("127.0.0.1", 0))
    other.settimeout(PATIENCE)
    return other


async def test_datagrams_go_both_ways() -> None:
    """Each send is one datagram; what comes is given in its order."""
    with other_end() as other:
        line = await connect_udp("127.0.0.1", other.getsockname()[1])
        await line.send(b"one")
        await line.send(b"two")
        (first, peer), (second, _) = other.recvfrom(100), other.recvfrom(100)
        assert (first, second) == (b"one", b"two")
        other.sendto(b"answer", peer)
        async with asyncio.timeout(PATIENCE):
            assert await line.receive() == b"answer"
        await line.close()


async def test_a_closed_line_refuses() -> None:
    """Waiting and sending end with the error that it was closed here."""
    with other_end() as other:
        line = await connect_udp("127.0.0.1", other.getsockname()[1])
        waiting = asyncio.ensure_future(line.receive())
        await asyncio.sleep(0)
        await line.close()
        with pytest.raises(LineError) as refusal:
            await waiting
        assert refusal.value.fault is LineFault.CLOSED
        with pytest.raises(LineError):
            await line.send(b"x")


async def test_nobody_there_is_silence_and_no_loss() -> None:
    """A restarting terminal refuses datagrams for a while: the line lives on."""
    with other_end() as other:
        port = other.getsockname()[1]
    line = await connect_udp("127.0.0.1", port)
    for _ in range(3):
        await line.send(b"anybody?")
        await asyncio.sleep(0.01)
    await line.close()


async def test_a_full_inbox_drops(monkeypatch: pytest.MonkeyPatch) -> None:
    """Datagrams that nobody takes do not pile up without end."""
    monkeypatch.setattr(udp, "FULL_INBOX", 10)
    with other_end() as other:
        line = await connect_udp("127.0.0.1", other.getsockname()[1])
        await line.send(b"here")
        _, peer = other.recvfrom(10)
        for word in (b"12345678", b"dropped", b"9"):
            other.sendto(word, peer)
        await asyncio.sleep(0.05)
        assert await line.receive() == b"123456789"
        await line.close()


async def test_a_name_that_is_none_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host name that cannot be resolved names the line."""

    async def unresolved(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "create_datagram_endpoint", unresolved)
    with pytest.raises(LineError) as refusal:
        await connect_udp("nowhere.invalid", 9001)
    assert refusal.value.port == "udp:nowhere.invalid:9001"
