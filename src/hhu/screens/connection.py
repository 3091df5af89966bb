"""A connected terminal as the screens see it: session, its words for the status row, the face if emulated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from core.errors import LineError
from core.lines.address import LineKind
from core.lines.recorder import Trace
from hhu.client.connect import Session
from hhu.client.link import LinkStats
from hhu.client.terminal import TerminalClient
from hhu.client.world import World
from hhu.glass.cells import Glass
from hhu.widgets.lamps import Lamp

LOCAL = frozenset({"ir", "rs485", "usb"})
"""Channels on which the programming switch counts (device behaviour 9.3)."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the face shows at one moment: rows of cells, backlight, lamps."""

    glass: Glass
    lit: bool
    lamps: Sequence[Lamp]


class Face(Protocol):
    """What the screens need of an emulated terminal."""

    def look(self) -> "Look":
        """The picture of this moment."""
        ...

    @property
    def world(self) -> World:
        """What is around it."""
        ...

    @property
    def page(self) -> str:
        """Name of the place that was seen last."""
        ...

    def ways(self, language: str) -> Mapping[str, str]:
        """Return the way from HOME to every place of the face, in words."""
        ...

    def go(self, page: str) -> None:
        """Press the key as the way from HOME to a place says."""
        ...

    @property
    def held(self) -> float | None:
        """Seconds the key has been down."""
        ...

    @property
    def programming_left(self) -> float:
        """Seconds the programming switch stays open, 0 when closed."""
        ...

    def press(self) -> None:
        """Key down."""
        ...

    def release(self) -> None:
        """Key up."""
        ...

    def stroke(self, seconds: float) -> None:
        """A whole stroke."""
        ...

    @property
    def disk_folder(self) -> Path:
        """The folder that is its USB disk."""
        ...

    def insert_disk(self) -> None:
        """Put that disk into its socket."""
        ...

    async def stop(self) -> None:
        """Power off; parameters stay."""
        ...


@dataclass(frozen=True, slots=True)
class Connection:
    """The session and what it runs on."""

    session: Session
    face: Face | None = None

    @property
    def client(self) -> TerminalClient:
        """The verbs."""
        return self.session.client

    @property
    def trace(self) -> Trace:
        """Every frame."""
        return self.session.trace

    @property
    def stats(self) -> LinkStats:
        """Frames and errors so far."""
        return self.session.link.stats

    @property
    def lost(self) -> LineError | None:
        """Why the line is gone."""
        return self.session.link.lost

    @property
    def local(self) -> bool:
        """A person stands at the terminal."""
        return self.channel in LOCAL

    @property
    def dialled_in(self) -> bool:
        """The terminal came by itself, to the front end."""
        return self.session.where.kind is LineKind.LISTEN

    @property
    def channel(self) -> str:
        """Whose password counts."""
        return self.client.channel

    @property
    def channel_name(self) -> str:
        """IR, RS485 or TCP."""
        return self.session.link.profile.name

    @property
    def port(self) -> str:
        """Short name of the port, of terminals that dialled in where from; nothing for the emulated one."""
        if self.dialled_in:
            return self.session.link.line.name.partition(":")[2]
        return "" if self.face else short_port(self.session.where.target)

    @property
    def speed(self) -> str:
        """Speed and shape, as ``2400 8N1``."""
        settings = self.session.link.line.settings
        return settings.text if settings else ""

    @property
    def address_text(self) -> str:
        """The terminal's address."""
        return self.client.address.text

    async def close(self) -> None:
        """Hang up, and switch an emulated terminal off."""
        await self.session.close()
        if self.face:
            await self.face.stop()


def short_port(device: str) -> str:
    """Return the last part of a device path; Windows names and host names stay whole."""
    return device.removeprefix("/dev/")
