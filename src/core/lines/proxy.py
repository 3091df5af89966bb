"""The way through a proxy: HTTP CONNECT, SOCKS4 and SOCKS5 over an open line (M101).

Each dialogue asks the proxy to connect to an IPv4 host and ends with its consent; from then on the line is
the way to that host. A proxy that answers more than asked for is no proxy.
"""

import asyncio
from base64 import b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Address

from core.errors import LineError, LineFault
from core.lines.line import Line

PATIENCE = 20.0
"""Seconds of the loop for the whole dialogue."""
LONGEST_ANSWER = 4096
HTTP_END = b"\r\n\r\n"
V4, V5, CONNECT, IPV4, LOGIN_VERSION = 4, 5, 1, 1, 1
NO_LOGIN, BY_PASSWORD = 0, 2
GRANTED_V4 = 90


class ProxyKind(Enum):
    """The values are those of AFN04 F7."""

    HTTP = 1
    SOCKS4 = 2
    SOCKS5 = 3


@dataclass(frozen=True, slots=True)
class Passage:
    """Where to go through a proxy, and as whom; an empty user is no login."""

    host: IPv4Address
    port: int
    user: str = ""
    password: str = ""

    @property
    def name(self) -> str:
        """Host and port as people write them."""
        return f"{self.host}:{self.port}"


async def pass_through(line: Line, kind: ProxyKind, passage: Passage) -> None:
    """Ask the proxy at the other end of ``line`` to connect; ``LineError`` when it refuses or is silent."""
    try:
        async with asyncio.timeout(PATIENCE):
            await _DIALOGUES[kind](_Talk(line), passage)
    except TimeoutError as error:
        raise LineError(line.name, "the proxy does not answer", fault=LineFault.UNREACHABLE) from error


class _Talk:
    """Sends and receives exact numbers of bytes."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._heard = b""

    async def ask(self, data: bytes, enough: Callable[[bytes], bool]) -> bytes:
        """Send, and return the answer as soon as it is complete."""
        await self._line.send(data)
        self._heard = b""
        while not enough(self._heard):
            self._heard += await self._line.receive()
            if len(self._heard) > LONGEST_ANSWER:
                raise self.refused("an endless answer")
        return self._heard

    async def ask_for(self, data: bytes, length: int) -> bytes:
        """The same for an answer of known length."""
        answer = await self.ask(data, lambda heard: len(heard) >= length)
        if len(answer) != length:
            raise self.refused("more bytes than it should send")
        return answer

    def refused(self, reason: str) -> LineError:
        """Return the error to raise."""
        return LineError(self._line.name, f"proxy: {reason}", fault=LineFault.UNREACHABLE)


async def _http(talk: _Talk, passage: Passage) -> None:
    lines = [f"CONNECT {passage.name} HTTP/1.1", f"Host: {passage.name}"]
    if passage.user:
        login = b64encode(f"{passage.user}:{passage.password}".encode()).decode()
        lines.append(f"Proxy-Authorization: Basic {login}")
    request = "\r\n".join(lines).encode() + HTTP_END
    answer = await talk.ask(request, lambda heard: HTTP_END in heard)
    status = answer.partition(b"\r\n")[0].decode("latin-1").split(maxsplit=2)
    if status[1:2] != ["200"] or not answer.endswith(HTTP_END):
        raise talk.refused(" ".join(status) or "no HTTP")


async def _socks4(talk: _Talk, passage: Passage) -> None:
    where = passage.port.to_bytes(2, "big") + passage.host.packed
    answer = await talk.ask_for(bytes([V4, CONNECT]) + where + passage.user.encode() + b"\0", 8)
    if answer[1] != GRANTED_V4:
        raise talk.refused(f"SOCKS4 code {answer[1]}")


async def _socks5(talk: _Talk, passage: Passage) -> None:
    method = BY_PASSWORD if passage.user else NO_LOGIN
    if await talk.ask_for(bytes([V5, 1, method]), 2) != bytes([V5, method]):
        raise talk.refused("SOCKS5 wants another login")
    if passage.user:
        words = (passage.user.encode(), passage.password.encode())
        login = bytes([LOGIN_VERSION]) + b"".join(bytes([len(word)]) + word for word in words)
        if (await talk.ask_for(login, 2))[1]:
            raise talk.refused("SOCKS5 login refused")
    where = bytes([IPV4]) + passage.host.packed + passage.port.to_bytes(2, "big")
    answer = await talk.ask_for(bytes([V5, CONNECT, 0]) + where, 10)
    if answer[1]:
        raise talk.refused(f"SOCKS5 code {answer[1]}")


_DIALOGUES: dict[ProxyKind, Callable[[_Talk, Passage], Awaitable[None]]] = {
    ProxyKind.HTTP: _http,
    ProxyKind.SOCKS4: _socks4,
    ProxyKind.SOCKS5: _socks5,
}
