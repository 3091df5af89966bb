"""Line addresses as people write them on the command line and in settings."""

from dataclasses import dataclass
from enum import Enum
from typing import Self

from core.errors import UsageError
from core.lines.line import IR, RS485, SerialSettings

ANY_HOST = "0.0.0.0"
FORMS = "ir:PORT, rs485:PORT, tcp:HOST:PORT, udp:HOST:PORT, listen:PORT or emulator"


class LineKind(Enum):
    """The first word of a line address."""

    IR = "ir"
    RS485 = "rs485"
    TCP = "tcp"
    UDP = "udp"
    LISTEN = "listen"
    EMULATOR = "emulator"


SERIAL_SETTINGS = {LineKind.IR: IR, LineKind.RS485: RS485}
"""Kinds on a serial port, with the settings fixed by the manual."""


@dataclass(frozen=True, slots=True)
class LineAddress:
    """A line to open: ``target`` is a serial port or URL, HOST:PORT, or a profile (may be empty)."""

    kind: LineKind
    target: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``ir:COM4``, ``rs485:/dev/ttyUSB0``, ``tcp:10.1.2.3:7000``, ``listen:9001``, ``emulator``.

        Raises ``UsageError`` that names the part which is wrong.
        """
        word, _, target = text.strip().partition(":")
        kind = _kind(word.lower(), text)
        if kind in SERIAL_SETTINGS:
            return cls(kind, _required(target, kind, "PORT", "ir:COM4 or ir:/dev/ttyUSB0"))
        if kind is LineKind.EMULATOR:
            return cls(kind, target)
        _split(target, kind)
        return cls(kind, target)

    @property
    def host(self) -> str:
        """Host of tcp and udp; of listen the address to listen on. ``UsageError`` for other kinds."""
        return _split(self.target, self.kind)[0]

    @property
    def port(self) -> int:
        """Port number of tcp, udp and listen; 0 lets the system pick one to listen on."""
        return _split(self.target, self.kind)[1]

    @property
    def settings(self) -> SerialSettings | None:
        """The manual's settings of this kind of line, ``None`` where there is no serial port."""
        return SERIAL_SETTINGS.get(self.kind)

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.target}" if self.target else self.kind.value


def _kind(word: str, text: str) -> LineKind:
    try:
        return LineKind(word)
    except ValueError:
        hint = f"Write ir:{text} or rs485:{text}." if ":" not in text and text else f"Write {FORMS}."
        raise UsageError(f"Line {text!r} does not begin with a kind of line.", hint) from None


def _required(target: str, kind: LineKind, what: str, example: str) -> str:
    if not target:
        raise UsageError(f"Line {kind.value} names no {what}.", f"Write for example {example}.")
    return target


def _split(target: str, kind: LineKind) -> tuple[str, int]:
    """Split ``HOST:PORT`` (IPv6 in brackets); for listen the host may be left out."""
    host, _, port = target.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host and kind is LineKind.LISTEN and not target.startswith(":"):
        host = ANY_HOST
    if not host:
        raise UsageError(f"Line {kind.value}:{target} names no host.", f"Write {kind.value}:HOST:PORT.")
    return host, _port_number(port, kind)


def _port_number(text: str, kind: LineKind) -> int:
    lowest = 0 if kind is LineKind.LISTEN else 1  # 0: the system picks a free port to listen on
    if not (text.isascii() and text.isdigit() and lowest <= int(text) <= 65535):
        raise UsageError(f"Port {text!r} is not a number from {lowest} to 65535.", f"Write {FORMS}.")
    return int(text)
