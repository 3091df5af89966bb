"""Dialogues with proxies, byte for byte, on memory lines (M101)."""

import asyncio
from collections.abc import Sequence
from ipaddress import IPv4Address

import pytest

from core.errors import LineError
from core.lines.memory import memory_line
from core.lines.pace import LoopClock
from core.lines.proxy import Passage, ProxyKind, pass_through

PLAIN = Passage(IPv4Address("10.0.0.1"), 8001)
NAMED = Passage(IPv4Address("10.0.0.1"), 8001, "card", "pin")
WHERE = "0A000001 1F41"
CONNECT = b"CONNECT 10.0.0.1:8001 HTTP/1.1\r\nHost: 10.0.0.1:8001\r\n"
Dialogue = Sequence[tuple[bytes, bytes]]


def raw(text: str) -> bytes:
    return bytes.fromhex(text)


async def talk(kind: ProxyKind, passage: Passage, dialogue: Dialogue, heard: list[bytes]) -> None:
    """Play the proxy: note each request in ``heard`` and give its answer, in two pieces."""
    near, far = memory_line(None, LoopClock())

    async def answer() -> None:
        for _, reply in dialogue:
            heard.append(await far.receive())
            for piece in (reply[:1], reply[1:]):
                await far.send(piece)

    await asyncio.gather(pass_through(near, kind, passage), answer())


@pytest.mark.parametrize(
    ("kind", "passage", "dialogue"),
    [
        (ProxyKind.HTTP, PLAIN, [(CONNECT + b"\r\n", b"HTTP/1.1 200 OK\r\nVia: x\r\n\r\n")]),
        (
            ProxyKind.HTTP,
            NAMED,
            [(CONNECT + b"Proxy-Authorization: Basic Y2FyZDpwaW4=\r\n\r\n", b"HTTP/1.0 200\r\n\r\n")],
        ),
        (ProxyKind.SOCKS4, NAMED, [(raw("04 01 1F41 0A000001") + b"card\0", raw("00 5A 0000 00000000"))]),
        (
            ProxyKind.SOCKS5,
            PLAIN,
            [(raw("05 01 00"), raw("05 00")), (raw("05 01 00 01" + WHERE), raw("05 00 00 01 00000000 0000"))],
        ),
        (
            ProxyKind.SOCKS5,
            NAMED,
            [
                (raw("05 01 02"), raw("05 02")),
                (raw("01 04") + b"card\x03pin", raw("01 00")),
                (raw("05 01 00 01" + WHERE), raw("05 00 00 01 00000000 0000")),
            ],
        ),
    ],
)
async def test_a_proxy_that_agrees_opens_the_way(kind: ProxyKind, passage: Passage, dialogue: Dialogue):
    """Every kind, with and without login."""
    heard: list[bytes] = []
    await talk(kind, passage, dialogue, heard)
    assert heard == [request for request, _ in dialogue]


@pytest.mark.parametrize(
    ("kind", "dialogue", "reason"),
    [
        (ProxyKind.HTTP, [(CONNECT + b"\r\n", b"HTTP/1.1 407 Who are you\r\n\r\n")], "407 Who are you"),
        (ProxyKind.HTTP, [(CONNECT + b"\r\n", b"\x00" * 5000)], "endless"),
        (ProxyKind.SOCKS4, [(raw("04 01 1F41 0A000001 00"), raw("00 5B 0000 00000000"))], "code 91"),
        (ProxyKind.SOCKS5, [(raw("05 01 00"), raw("05 FF"))], "another login"),
        (ProxyKind.SOCKS5, [(raw("05 01 00"), raw("05 00 00"))], "more bytes"),
    ],
)
async def test_a_proxy_that_refuses_is_quoted(kind: ProxyKind, dialogue: Dialogue, reason: str):
    """The error names what the proxy said."""
    heard: list[bytes] = []
    with pytest.raises(LineError, match=reason):
        await talk(kind, PLAIN, dialogue, heard)
    assert heard == [request for request, _ in dialogue]
