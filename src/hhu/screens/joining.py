"""From an order of the Connect screen to a connection: a real line, or an emulated terminal."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from core.lines.address import LineAddress, LineKind
from core.lines.pace import LoopClock
from core.lines.recorder import Trace
from hhu.client.connect import TRACE_ENTRIES, connect, connect_over
from hhu.client.emulated import WAYS, EmulatedTerminal, said, state_folder, way_to
from hhu.client.passwords import Ask
from hhu.client.profiles import Profile, profile_of
from hhu.client.world import World
from hhu.screens.connection import Connection, Look
from hhu.screens.order import Order
from hhu.settings import Settings
from hhu.widgets.lamps import Lamp

if TYPE_CHECKING:
    from hhu.frontend.front_end import FrontEnd

DISK = "usb"
"""Folder of an emulated terminal that is its USB disk."""
DIALLING = 120.0
"""Seconds to wait for a terminal to dial in: it redials every 60 s (device behaviour 6.9)."""
BELIEVED = 0.031
"""Seconds after which the terminal takes an edge of the key for real (device behaviour 3.7)."""
COLOURS: dict[str, Literal["off", "green", "red", "amber"]] = {"off": "off", "green": "green", "red": "red"}


class EmulatedFace:
    """The face of the emulated terminal as the screens see it."""

    def __init__(self, emulated: EmulatedTerminal) -> None:
        self._emulated = emulated
        self._key = emulated.terminal.key
        self.page = ""
        """Name of the place that was seen last."""

    def look(self) -> Look:
        """The picture of this moment; NET is shown lit while it blinks: its 64 ms are too short here."""
        face = self._emulated.terminal.face()
        self.page = face.page
        blinks = face.lamps.net_pattern.value[0] > 0
        lamps = tuple(
            Lamp(name, "green" if name == "NET" and blinks else COLOURS[glow.value])
            for name, glow in face.lamps.labelled
        )
        return Look(face.cells.rows, face.backlight, lamps)

    @property
    def world(self) -> World:
        """What is around it."""
        return self._emulated.world

    def ways(self, language: str) -> Mapping[str, str]:
        """Return the way from HOME to every place of the face, in words."""
        return {page: said(way, language) for page, way in WAYS.items()}

    def go(self, page: str) -> None:
        """Press the key as the way from HOME to a place says."""
        for press in way_to(page):
            self._key.hold(press.value)

    @property
    def held(self) -> float | None:
        """Seconds the key has been down."""
        return self._key.panel.held(self._emulated.clock.monotonic())

    @property
    def programming_left(self) -> float:
        """Seconds the programming switch stays open."""
        return self._emulated.terminal.concentrator.access.programming_left()

    def press(self) -> None:
        """Key down."""
        self._key.press()
        self._believe()

    def release(self) -> None:
        """Key up."""
        self._key.release()
        self._believe()

    def _believe(self) -> None:
        """Look as soon as the edge counts, not at the next regular look."""
        self._emulated.clock.call_later(BELIEVED, self._key.look)

    def stroke(self, seconds: float) -> None:
        """A whole stroke on the terminal's clock."""
        self._key.hold(seconds)

    @property
    def disk_folder(self) -> Path:
        """The folder that is its USB disk, beside its state."""
        return state_folder(self._emulated.terminal.profile.name) / DISK

    def insert_disk(self) -> None:
        """Put that disk into its socket."""
        self._emulated.terminal.insert_disk(self.disk_folder)

    async def stop(self) -> None:
        """Power off."""
        await self._emulated.stop()


async def join(
    order: Order, ask: Ask, settings: Settings, clock: LoopClock, front_end: "FrontEnd | None" = None
) -> Connection:
    """Open the line and find the terminal; errors name what was in the way.

    A terminal that dials in is awaited in ``front_end``.
    """
    profile = profile_for(order.where, settings)
    if front_end is not None:
        return await _from_front_end(order, ask, profile, clock, front_end)
    if order.where.kind is not LineKind.EMULATOR:
        return Connection(
            await connect(order.where, ask, address=order.address, profile=profile, clock=clock)
        )
    emulated = await EmulatedTerminal.start(order.where.target, clock=clock.twin(), boot=0.0)
    try:
        session = await emulated.connect(ask, profile=profile, address=order.address, clock=clock)
    except BaseException:
        await emulated.stop()
        raise
    return Connection(session, EmulatedFace(emulated))


async def _from_front_end(
    order: Order, ask: Ask, profile: Profile, clock: LoopClock, front_end: "FrontEnd"
) -> Connection:
    """Wait for the terminal and borrow its line."""
    found = await front_end.wait_for(order.address, DIALLING)
    line, trace = front_end.line(found), Trace(TRACE_ENTRIES, clock)
    return Connection(await connect_over(order.where, line, ask, profile, trace, clock, address=found))


def profile_for(where: LineAddress, settings: Settings) -> Profile:
    """Return the manual's profile with the differences in the settings."""
    profile = profile_of(where.kind)
    return profile.overridden(settings.serial.get(profile.channel)).waiting(settings.timeouts.answer)


def memory_of(order: Order, connection: Connection) -> Callable[[Settings], Settings] | None:
    """Return what the settings remember of a line that was opened: line and terminal, for the next start."""
    if order.where.kind is LineKind.EMULATOR:
        return None

    def change(settings: Settings) -> Settings:
        settings = settings.with_line(order.where.kind.value, str(order.where))
        return settings.with_terminal(order.where.target, connection.address_text)

    return change
