"""Named scenes: the real app against the real emulated terminal; pictures and snapshots come from here.

A scene is a play up to the moment that is worth a picture. Size, colours, language, signs, civil time and the
ports of the computer are fixed, so the picture is the same on every machine.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from textual.pilot import Pilot

from core.lines.address import LineAddress
from core.lines.listing import PortHint, PortListing
from core.lines.recorder import Trace
from hhu.client.connect import TRACE_ENTRIES, Session, connect_over
from hhu.client.emulated import EmulatedTerminal
from hhu.client.passwords import Ask
from hhu.screens.connect import ConnectScreen
from hhu.settings import Settings
from tests.hhu.stage import app_of, idle, opened, plan, press, to_row, write

Play = Callable[[Pilot[None]], Awaitable[None]]
PORTS = (
    PortListing("COM4", "USB-SERIAL CH340 (COM4)", PortHint.PROBE, "CH340"),
    PortListing("COM1", "Communications Port (COM1)", PortHint.BUILT_IN),
    PortListing("COM12", "Quectel USB Modem", PortHint.MODEM, "Quectel"),
)
REAL = "ir:COM4"
SMALL, LARGE = (80, 24), (132, 43)


@dataclass(frozen=True, slots=True)
class Scene:
    """How the app is opened, and what happens before the picture."""

    play: Play
    size: tuple[int, int] = SMALL
    page: str = "overview"
    language: str = "en"
    theme: str = "hhu-dark"
    plain: bool = False
    line: str | None = "emulator:demo"


async def connect(pilot: Pilot[None]) -> None:
    """The first screen, with three ports and a memory of the last visit."""
    await pilot.pause(0.5)
    screen = pilot.app.screen
    assert isinstance(screen, ConnectScreen)
    screen.take_settings(Settings().with_line("ir", "ir:COM4").with_terminal("COM4", "1122-7788"))
    screen.take_ports(PORTS)
    await pilot.pause(0.5)


async def no_port(pilot: Pilot[None]) -> None:
    """A laptop without any port: the emulator is chosen."""
    await pilot.pause(0.5)
    screen = pilot.app.screen
    assert isinstance(screen, ConnectScreen)
    screen.take_ports(())
    await pilot.pause(0.5)


async def read(pilot: Pilot[None]) -> None:
    """The page has been read, and ten seconds have passed."""
    await idle(pilot)
    await pilot.pause(10)


async def reading(pilot: Pilot[None]) -> None:
    """In the middle of a read: step, rate, time left."""
    while app_of(pilot).desk.connection is None or app_of(pilot).desk.status().rx < 4:
        await pilot.pause(0.05)
    await pilot.pause(0.1)


async def planned(pilot: Pilot[None]) -> None:
    """Four values are planned."""
    await read(pilot)
    for key, text in (
        ("04F89", "1122-7799"),
        ("04F3.main_ip", "10.20.30.51"),
        ("04F3.main_port", "9001"),
        ("04F3.apn", "cmiot"),
    ):
        await plan(pilot, key, text)


async def refusing(pilot: Pilot[None]) -> None:
    """An IP address that cannot be is refused while it is typed."""
    await read(pilot)
    await plan(pilot, "04F3.main_ip", "10.20.300.1")


async def choosing(pilot: Pilot[None]) -> None:
    """Hours are ticked in a grid."""
    await read(pilot)
    await to_row(pilot, "04F8.windows")
    await press(pilot, "space")
    await press(pilot, "right", "space", "right", "space")


async def holding(pilot: Pilot[None]) -> None:
    """The sheet before a write, while the key is held."""
    await planned(pilot)
    await press(pilot, "w")
    await press(pilot, "enter")
    await press(pilot, "enter")
    await pilot.pause(3)


async def writing(pilot: Pilot[None]) -> None:
    """In the middle of a write: some verified, one sent."""
    await planned(pilot)
    for keys in (("w",), ("enter",), ("enter",)):
        await press(pilot, *keys)
    await pilot.pause(7)
    await pilot.press(*"000000", "enter")
    await pilot.pause(0.75)


async def verified(pilot: Pilot[None]) -> None:
    """All four values are written and read back."""
    await planned(pilot)
    await write(pilot)


async def wrong_password(pilot: Pilot[None]) -> None:
    """The terminal refused the password."""
    await planned(pilot)
    await write(pilot, "123456")


async def proof(pilot: Pilot[None]) -> None:
    """The frame behind a verified value."""
    await verified(pilot)
    await press(pilot, "t")


async def traced(pilot: Pilot[None]) -> None:
    """The trace, a field of the newest frame chosen."""
    await verified(pilot)
    await press(pilot, "4")
    await press(pilot, "tab", "tab")
    await press(pilot, *["down"] * 20)


async def face(pilot: Pilot[None]) -> None:
    """The terminal's face while its key is down."""
    await verified(pilot)
    await press(pilot, "5")
    await press(pilot, "space")
    await pilot.pause(3)


async def helped(pilot: Pilot[None]) -> None:
    """Help for the parameters."""
    await read(pilot)
    await press(pilot, "f1")


async def commanding(pilot: Pilot[None]) -> None:
    """The command palette."""
    await read(pilot)
    await press(pilot, "ctrl+p")
    await pilot.pause(1)


SCENES = {
    "connect": Scene(connect, line=None),
    "connect-zh": Scene(connect, line=None, language="zh"),
    "connect-no-port": Scene(no_port, line=None),
    "overview": Scene(read),
    "overview-reading": Scene(reading),
    "overview-light": Scene(read, theme="hhu-light"),
    "overview-wide": Scene(read, LARGE),
    "addresses-planned": Scene(planned, page="addresses"),
    "addresses-refusing": Scene(refusing, page="addresses"),
    "addresses-holding": Scene(holding, page="addresses"),
    "addresses-writing": Scene(writing, page="addresses"),
    "addresses-verified": Scene(verified, page="addresses"),
    "addresses-wrong-password": Scene(wrong_password, page="addresses"),
    "addresses-proof": Scene(proof, page="addresses"),
    "addresses-verified-wide": Scene(verified, LARGE, page="addresses"),
    "addresses-verified-wide-zh": Scene(verified, LARGE, page="addresses", language="zh"),
    "uplink-zh": Scene(read, page="uplink", language="zh"),
    "uplink-hours": Scene(choosing, page="uplink"),
    "trace": Scene(traced, page="addresses"),
    "trace-wide": Scene(traced, LARGE, page="addresses"),
    "terminal": Scene(face, page="addresses"),
    "terminal-plain": Scene(face, page="addresses", plain=True),
    "real-wide": Scene(read, LARGE, line=REAL),
    "real-terminal": Scene(read, page="terminal", line=REAL),
    "help": Scene(helped, page="addresses"),
    "palette": Scene(commanding),
}


@asynccontextmanager
async def performed(name: str, home: Path) -> AsyncGenerator[Pilot[None], None]:
    """Open a scene and play it to its picture."""
    scene = SCENES[name]
    async with (
        _line(scene.line, home),
        opened(
            home,
            line=scene.line,
            size=scene.size,
            page=scene.page,
            language=scene.language,
            theme=scene.theme,
            plain=scene.plain,
        ) as pilot,
    ):
        await scene.play(pilot)
        await pilot.pause(0.5)
        yield pilot


@asynccontextmanager
async def _line(line: str | None, home: Path) -> AsyncGenerator[None, None]:
    """Behind a port that the tool takes for real stands another emulated terminal: the tool sees no face."""
    if line != REAL:
        yield
        return
    terminals: list[EmulatedTerminal] = []

    async def connect_afar(where: LineAddress, ask: Ask, **more: Any) -> Session:
        clock = more["clock"]
        emulated = await EmulatedTerminal.start("demo", state=home / "afar", clock=clock, boot=0.0)
        terminals.append(emulated)
        wire, trace = emulated.line(more["profile"]), Trace(TRACE_ENTRIES, clock)
        wire.name = where.target
        return await connect_over(where, wire, ask, more["profile"], trace, clock)

    with patch("hhu.screens.joining.connect", connect_afar):
        yield
    for emulated in terminals:
        await emulated.stop()
