"""Named scenes: the real app against the real emulated terminal; pictures and snapshots come from here.

A scene is a play up to the moment that is worth a picture. Size, colours, language, signs, civil time and the
ports of the computer are fixed, so the picture is the same on every machine.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from textual.pilot import Pilot

from core.lines.address import LineAddress
from core.lines.listing import PortHint, PortListing
from core.lines.recorder import Trace
from hhu.client.archive import ArchiveRow
from hhu.client.archive_file import save_archive
from hhu.client.connect import TRACE_ENTRIES, Session, connect_over
from hhu.client.emulated import EmulatedTerminal
from hhu.client.passwords import Ask
from hhu.files import write_whole
from hhu.screens.connect import ConnectScreen
from hhu.screens.saving import documents
from hhu.settings import Settings
from hhu.widgets.meter_table import MeterTable
from hhu.widgets.reading_grid import ReadingGrid
from hhu.widgets.unit_table import UnitTable
from hhu.widgets.world_pane import WorldPane
from tests.hhu.bus import attached
from tests.hhu.event_plays import detailed, listed, live, on_trial, switch_closed, watched, without_card
from tests.hhu.front_end_plays import LISTEN, dialled, from_afar, listening, reported, taken
from tests.hhu.reading_plays import OFF, clocks, missing, ordered, relayed
from tests.hhu.stage import app_of, idle, opened, plan, press, to_row, write
from tests.hhu.stored import furnished
from tests.hhu.upgrade_plays import blocked, cable, checked, choosing_disk, drawn_menu, proved, sending

Play = Callable[[Pilot[None]], Awaitable[None]]
PORTS = (
    PortListing("COM4", "USB-SERIAL CH340 (COM4)", PortHint.PROBE, "CH340"),
    PortListing("COM1", "Communications Port (COM1)", PortHint.BUILT_IN),
    PortListing("COM12", "Quectel USB Modem", PortHint.MODEM, "Quectel"),
)
REAL = "ir:COM4"
SMALL, LARGE, HUGE = (80, 24), (132, 43), (230, 90)


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
    metered: bool = False
    """The emulated terminal has an archive and a month of stored values."""
    bus: bool = False
    """Meters stand on its ports, too."""
    afar: bool = False
    """Terminals dial in."""


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
    await press(pilot, "f4")
    await press(pilot, "tab", "tab")
    await press(pilot, *["down"] * 20)


async def face(pilot: Pilot[None]) -> None:
    """The terminal's face while its key is down."""
    await verified(pilot)
    await press(pilot, "f6")
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


async def group_read(pilot: Pilot[None]) -> None:
    """The first group of all parameters has been read; one unit is not held."""
    while not pilot.app.screen.query(UnitTable):
        await pilot.pause(0.1)
    await read(pilot)
    await press(pilot, "r")
    await read(pilot)


async def all_read(pilot: Pilot[None]) -> None:
    """Everything was asked for."""
    await group_read(pilot)
    await press(pilot, "R")
    await read(pilot)


async def found(pilot: Pilot[None]) -> None:
    """A parameter found by its pinyin initials."""
    await group_read(pilot)
    await press(pilot, "slash", *"zzip")


async def form_planned(pilot: Pilot[None]) -> None:
    """The form of a unit, a value planned."""
    await found(pilot)
    await press(pilot, "enter")
    await press(pilot, "enter")
    await press(pilot, "end", "space")
    await press(pilot, "ctrl+u", *"cmiot", "enter")


async def events(pilot: Pilot[None]) -> None:
    """Events are ticked by name."""
    await group_read(pilot)
    await press(pilot, "slash", *"event-masks")
    await press(pilot, "enter")
    await press(pilot, "enter")
    await read(pilot)
    await press(pilot, "space")
    await press(pilot, *["down"] * 4, "space")


FILE = """{"format": "hhu parameters 1", "terminal": "1122-7788", "units": [
{"code": "04F3", "value": {"main_ip": "10.20.30.51", "main_port": 9001, "standby_ip": "10.20.30.41",
"standby_port": 8001, "apn": "cmiot"}},
{"code": "04F17", "value": {"value": "100"}},
{"code": "04F9", "value": {"valid": "1-4,8,12-14,20-21,24,27-33,35", "important": "2,4,8,14,20-21"}},
{"code": "04F1", "value": {"rts_delay": 0, "send_delay": 0, "response": {"timeout": 30, "retries": 3},
"confirmed": {"class_1": false, "class_2": false, "class_3": true}, "heartbeat": 5}}]}"""


async def compared(pilot: Pilot[None]) -> None:
    """A file beside the terminal: differing first, one value taken over, one unit not held."""
    await group_read(pilot)
    write_whole(documents() / "parameters-1122-7788-20261120.json", FILE.encode())
    await press(pilot, "f", "down")
    await press(pilot, "enter")
    await read(pilot)
    await press(pilot, "down", "space")


def archived(number: int) -> list[ArchiveRow]:
    """Meters on three ports, some marked."""
    return [
        ArchiveRow(
            serial, serial, 1 + serial % 3, 1 if serial % 7 == 0 else 30,
            f"{310_000_000 + 7919 * serial:012d}",
            2400, asset=f"P{4000 + serial}", key=serial in (3, 8), stopped=serial == 5,
        )
        for serial in range(1, number + 1)
    ]  # fmt: skip


async def meters_planned(pilot: Pilot[None]) -> None:
    """A file of meters was checked and taken over."""
    while not pilot.app.screen.query(MeterTable):
        await pilot.pause(0.1)
    await read(pilot)
    save_archive(documents() / "meters-1122-7788.csv", archived(24), zh=True)
    await press(pilot, "f", "enter")
    await press(pilot, "u")


async def meters_verified(pilot: Pilot[None]) -> None:
    """They are written and read back; then one is deleted and one stopped, both planned."""
    await meters_planned(pilot)
    await write(pilot)
    await press(pilot, "down", "minus", "down", "down", "s")


async def meter_opened(pilot: Pilot[None]) -> None:
    """The form of one meter, another speed planned."""
    await meters_verified(pilot)
    await press(pilot, "enter", *["down"] * 3, "space")
    await press(pilot, "down", "enter")


METER_FILE = """某某台区,,,,
通信地址,端口号,规约,户名,费率个数
310007919,1,DL/T 645-2007,张三,4
3.10016E+08,2,30,李四,4
00031002375A,2,30,王五,4
000310031676,9,30,赵六,4
000310039595,1,77,孙七,60
000000001234,1,30,周八,4
310007919,1,30,吴九,4
"""


async def meters_checked(pilot: Pilot[None]) -> None:
    """A file with errors: each with its row and column, nothing is taken over."""
    await meters_verified(pilot)
    write_whole(documents() / "meters-list.csv", METER_FILE.encode("gb18030"))
    await press(pilot, "f")
    await press(pilot, "tab", "ctrl+u", *str(documents() / "meters-list.csv"), "enter")


async def searching(pilot: Pilot[None]) -> None:
    """The palette finds data units by Chinese characters."""
    await read(pilot)
    await press(pilot, "ctrl+p")
    await press(pilot, *"主站")
    await pilot.pause(1)


async def data_read(pilot: Pilot[None]) -> None:
    """Yesterday of all points, the cursor on the one whose tariffs do not add up."""
    while not pilot.app.screen.query(ReadingGrid):
        await pilot.pause(0.1)
    await read(pilot)
    await press(pilot, "r")
    await read(pilot)
    await press(pilot, *["down"] * 4)


async def data_series(pilot: Pilot[None]) -> None:
    """One point over a month: bars of what was used each day."""
    await data_read(pilot)
    await press(pilot, "enter")
    await read(pilot)


async def data_curve(pilot: Pilot[None]) -> None:
    """Power of a day in quarters of an hour, a gap where nothing is stored."""
    await data_read(pilot)
    await press(pilot, "c")
    await press(pilot, *["down"] * 4, "tab", *["down"] * 4, "space", "home", "space")
    await press(pilot, "tab", "ctrl+u", "1", "enter")
    await read(pilot)


async def data_choosing(pilot: Pilot[None]) -> None:
    """The sheet on which kind, items, points and days are chosen."""
    await data_read(pilot)
    await press(pilot, "c", "down", "down", "tab", "down", "space")


async def on_link(pilot: Pilot[None]) -> None:
    """Half a minute after switching on, the second page of the LCD."""
    await idle(pilot)
    await pilot.pause(20)
    await press(pilot, "t")
    await pilot.pause(2)


async def knobs_turned(pilot: Pilot[None]) -> None:
    """The card is out, the cell is low, two contacts are closed."""
    await idle(pilot)
    await pilot.pause(2)
    pilot.app.screen.query_one(WorldPane).focus()
    await press(
        pilot, "down", "space", *["down"] * 4, "left", *["down"] * 2, "right", "space", "right", "space"
    )
    await pilot.pause(3)


async def ways(pilot: Pilot[None]) -> None:
    """All places of the face and the ways there."""
    await idle(pilot)
    await pilot.pause(2)
    await press(pilot, "g", *["down"] * 9)


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
    "palette-units": Scene(searching),
    "parameters": Scene(group_read, page="catalogue"),
    "parameters-wide-zh": Scene(all_read, LARGE, page="catalogue", language="zh"),
    "parameters-found": Scene(found, page="catalogue"),
    "parameters-form": Scene(form_planned, page="catalogue"),
    "parameters-events": Scene(events, page="catalogue"),
    "parameters-file": Scene(compared, page="catalogue"),
    "data": Scene(data_read, page="data", metered=True),
    "data-series": Scene(data_series, page="data", metered=True),
    "data-series-wide-zh": Scene(data_series, LARGE, page="data", language="zh", metered=True),
    "data-curve": Scene(data_curve, page="data", metered=True),
    "data-curve-plain": Scene(data_curve, page="data", plain=True, metered=True),
    "data-curve-wide": Scene(data_curve, LARGE, page="data", metered=True),
    "data-choosing": Scene(data_choosing, page="data", metered=True),
    "reading": Scene(missing, page="reading", bus=True),
    "reading-order": Scene(ordered, page="reading", bus=True),
    "reading-wide-zh": Scene(missing, LARGE, page="reading", language="zh", bus=True),
    "reading-relay": Scene(relayed, page="reading", bus=True),
    "reading-relay-wide": Scene(relayed, LARGE, page="reading", bus=True),
    "clock": Scene(clocks, page="clock", bus=True),
    "clock-wide-zh": Scene(clocks, LARGE, page="clock", language="zh", bus=True),
    "parameters-file-wide-zh": Scene(compared, LARGE, page="catalogue", language="zh"),
    "events-list": Scene(listed, page="events"),
    "events-live": Scene(live, page="events"),
    "events-wide-zh": Scene(listed, LARGE, page="events", language="zh"),
    "events-detail": Scene(detailed, page="events"),
    "offline": Scene(without_card),
    "offline-zh": Scene(without_card, language="zh"),
    "offline-wide": Scene(without_card, LARGE),
    "uplink-trial": Scene(on_trial, page="addresses"),
    "uplink-trial-key": Scene(switch_closed, page="addresses"),
    "uplink-trial-zh": Scene(switch_closed, page="addresses", language="zh"),
    "meters-planned": Scene(meters_planned, page="meters"),
    "meters": Scene(meters_verified, page="meters"),
    "meters-wide-zh": Scene(meters_verified, LARGE, page="meters", language="zh"),
    "meters-form": Scene(meter_opened, page="meters"),
    "meters-import": Scene(meters_checked, page="meters"),
    "meters-import-zh": Scene(meters_checked, page="meters", language="zh"),
    "upgrade-files": Scene(drawn_menu, page="upgrade"),
    "upgrade-checked": Scene(checked, page="upgrade"),
    "upgrade-blocked": Scene(blocked, page="upgrade"),
    "upgrade-cable": Scene(cable, page="upgrade"),
    "upgrade-sending": Scene(sending, page="upgrade"),
    "upgrade-sending-wide-zh": Scene(sending, LARGE, page="upgrade", language="zh"),
    "upgrade-proved": Scene(proved, page="upgrade"),
    "upgrade-proved-zh": Scene(proved, page="upgrade", language="zh"),
    "upgrade-disk": Scene(choosing_disk, page="upgrade"),
    "upgrade-disk-zh": Scene(choosing_disk, page="upgrade", language="zh"),
    "front-end": Scene(dialled, page="front-end", line=LISTEN, afar=True),
    "front-end-empty": Scene(listening, page="front-end", line=LISTEN, afar=True),
    "front-end-report": Scene(reported, page="front-end", line=LISTEN, afar=True),
    "front-end-wide": Scene(taken, LARGE, page="front-end", line=LISTEN, afar=True),
    "front-end-wide-zh": Scene(taken, LARGE, page="front-end", language="zh", line=LISTEN, afar=True),
    "terminal-world": Scene(knobs_turned, page="terminal"),
    "terminal-world-zh": Scene(knobs_turned, page="terminal", language="zh"),
    "terminal-link-plain": Scene(on_link, page="terminal", plain=True),
    "terminal-ways": Scene(ways, page="terminal"),
    "terminal-dots": Scene(on_link, LARGE, page="terminal"),
    "terminal-halves": Scene(on_link, HUGE, page="terminal"),
}


@asynccontextmanager
async def performed(name: str, home: Path) -> AsyncGenerator[Pilot[None], None]:
    """Open a scene and play it to its picture."""
    scene = SCENES[name]
    if scene.metered or scene.bus:
        await furnished(home)
    meters = attached(frozenset({3, 4}), OFF) if scene.bus else nullcontext()
    with meters, watched():
        async with _opened(scene, home) as pilot:
            yield pilot


@asynccontextmanager
async def _opened(scene: Scene, home: Path) -> AsyncGenerator[Pilot[None], None]:
    async with (
        _line(scene.line, home),
        from_afar() if scene.afar else nullcontext(),
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
