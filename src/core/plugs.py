"""The sockets of a terminal: lines for maintenance, for meters and for a modem, and who serves each."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from core.channels.maintenance import Maintenance
from core.channels.meter_bus import MeterBus
from core.channels.port_three import PortThree
from core.channels.sms import SmsChannel
from core.errors import LineError, UsageError
from core.front import ChannelWatch, Front, ModemWatch, PortLamp
from core.lines.line import Line
from core.lines.modem import Modem
from core.lines.pace import LoopClock
from core.lines.tcp import TcpServer, listen_tcp
from core.meters.families import Families
from core.terminal.access import Channel
from core.terminal.concentrator import Concentrator
from core.terminal.factory import METER_PORTS

MAINTENANCE_PORT = 3
"""485_3 maintains where a maintenance line is attached, and reads meters otherwise (device behaviour 6.1)."""


@dataclass(frozen=True, slots=True)
class Plugged:
    """A line in a socket of the terminal."""

    line: Line
    task: asyncio.Task[LineError]

    @property
    def lost(self) -> LineError | None:
        """Why the line is no longer served, ``None`` while it is."""
        return self.task.result() if self.task.done() and not self.task.cancelled() else None

    async def ended(self) -> LineError:
        """Wait until the line is lost or closed; return why."""
        return await asyncio.shield(self.task)

    async def detach(self) -> None:
        """Stop serving and close the line."""
        self.task.cancel()
        with suppress(asyncio.CancelledError):
            await self.task
        await self.line.close()


@dataclass(frozen=True, slots=True)
class Attachment(Plugged):
    """A maintenance line."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class MeterAttachment(Plugged):
    """A line with meters."""

    port: int
    """1 to 3."""


@dataclass(frozen=True, slots=True)
class ModemAttachment(Plugged):
    """A line with a GSM modem."""

    sms: SmsChannel


class Plugs:
    """The lines of one terminal. It owns every line from the moment it is attached."""

    def __init__(
        self,
        concentrator: Concentrator,
        key: Front,
        clock: LoopClock,
        families: Families,
        restart: Callable[[], None],
    ) -> None:
        """``restart`` carries out a reset order that came over a line."""
        self._concentrator = concentrator
        self._key = key
        self._clock = clock
        self._families = families
        self._restart = restart
        self._plugged: list[Plugged] = []
        self._servers: list[TcpServer] = []

    @property
    def maintenance(self) -> tuple[Attachment, ...]:
        """The maintenance lines that are served now."""
        return tuple(one for one in self._live() if isinstance(one, Attachment))

    @property
    def meters(self) -> tuple[MeterAttachment, ...]:
        """The lines over which meters are read now."""
        return tuple(one for one in self._live() if isinstance(one, MeterAttachment))

    @property
    def modem(self) -> ModemAttachment | None:
        """The modem through which short messages go now."""
        return next((one for one in self._live() if isinstance(one, ModemAttachment)), None)

    def _live(self) -> list[Plugged]:
        return [one for one in self._plugged if not one.task.done()]

    def attach(self, channel: Channel, line: Line) -> Attachment:
        """Serve a maintenance line. When it is lost, another may be attached."""
        attachment = Attachment(line, asyncio.create_task(self._maintenance(channel, line).run()), channel)
        self._plugged = [*self._live(), attachment]
        return attachment

    def _maintenance(self, channel: Channel, line: Line) -> Maintenance:
        watch = ChannelWatch(self._key, channel, self._restart)
        return Maintenance(self._concentrator, channel, line, self._clock, watch)

    def attach_meters(self, port: int, line: Line) -> MeterAttachment:
        """Read meters over a line, on port 1 to 3.

        ``UsageError`` for a port that does not exist or is taken; 485_3 is by a maintenance line.
        """
        self._check_free(port)
        reads = partial(self._bus, port, line)
        loads = partial(self._maintenance, Channel.RS485, line)
        third = port == MAINTENANCE_PORT
        worker = PortThree(self._concentrator.download, reads, loads) if third else reads()
        attachment = MeterAttachment(line, asyncio.create_task(worker.run()), port)
        self._plugged = [*self._live(), attachment]
        return attachment

    def _check_free(self, port: int) -> None:
        if port not in METER_PORTS:
            raise UsageError(f"The terminal has no port {port}.", "Take 1, 2 or 3.")
        taken = {one.port for one in self.meters}
        if any(one.channel is Channel.RS485 for one in self.maintenance):
            taken.add(MAINTENANCE_PORT)
        if port in taken:
            raise UsageError(f"Port 485_{port} is in use.", "Detach its line first.")

    def _bus(self, port: int, line: Line) -> MeterBus:
        inner, lamp = self._concentrator, PortLamp(self._key, port)
        return MeterBus(
            inner, port, line, self._clock, lamp, inner.acquisition, inner.archive, self._families
        )

    def attach_modem(self, line: Line) -> ModemAttachment:
        """Serve short messages through the GSM modem on a line. ``UsageError`` while there is another."""
        if self.modem:
            raise UsageError("A modem is attached.", "Detach its line first.")
        uplink = self._concentrator.uplink
        watch = ModemWatch(
            self._key, self._restart, uplink.wake, lambda: uplink.rang(self._clock.monotonic())
        )
        sms = SmsChannel(self._concentrator, Modem(line, self._clock), self._clock, watch)
        attachment = ModemAttachment(line, asyncio.create_task(sms.run()), sms)
        self._plugged = [*self._live(), attachment]
        return attachment

    async def listen(self, port: int, host: str) -> TcpServer:
        """Offer the maintenance port over TCP, by the rules of a local channel. ``LineError`` if taken."""
        server = await listen_tcp(host, port, self._called)
        self._servers.append(server)
        return server

    def _called(self, line: Line) -> None:
        self.attach(Channel.RS485, line)

    async def close(self) -> None:
        """Stop serving and close everything."""
        for server in self._servers:
            await server.close()
        for plugged in self._plugged:
            await plugged.detach()
        self._servers, self._plugged = [], []
