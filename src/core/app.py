"""Assembly: ``Terminal`` is the one handle on a whole concentrator that others use.

It joins domain, store, lines and face. Make and use it inside a running event loop; everything runs on the
given `LoopClock`, so a factor or a virtual loop speeds all of it up together.
"""

import asyncio
import logging
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, Self

from core.channels.maintenance import Maintenance
from core.channels.meter_bus import MeterBus
from core.channels.port_three import PortThree
from core.channels.sms import SmsChannel
from core.channels.upgrading import UpgradeRunner
from core.channels.uplink import UplinkRunner
from core.disk_copy import copy_to
from core.errors import DecodeError, LibraryError, LineError, StoreError, UsageError
from core.front import ChannelWatch, Front, ModemWatch, PortLamp, Reach
from core.gdw376.address import Address
from core.gdw376.units.afn04 import MasterStation, MeterArchive
from core.lines.line import Line
from core.lines.modem import Modem
from core.lines.pace import LoopClock, Wait
from core.lines.tcp import TcpServer, listen_tcp
from core.panel.actions import Outcome
from core.panel.facts import Facts
from core.panel.panel import Face, Panel
from core.panel.paths import WAYS, said, way_to
from core.profile import Profile, check_surroundings, overlaid, profile_named
from core.simulation.alone import MetersAlone
from core.simulation.area import PORTS, AreaMeters
from core.simulation.network import Beyond, Network, Nowhere, Sockets
from core.simulation.surroundings import Surroundings
from core.simulation.usb_disk import UsbDisk
from core.store.store import Store
from core.terminal.access import Channel
from core.terminal.causes import ResetCause
from core.terminal.concentrator import BOOT, Concentrator
from core.terminal.ledger import Ledger
from core.terminal.self_check import Equipment, Part, Result
from core.terminal.setting import Setting
from core.terminal.upgrade.libraries import tables_in

__all__ = [
    "BOOT", "PORTS", "WAYS", "Attachment", "Channel", "MeterAttachment", "MetersAlone", "ModemAttachment",
    "Terminal", "said", "way_to",
]  # fmt: skip

log = logging.getLogger(__name__)

METER_PORTS = (1, 2, 3)
SETTLED = "area.since"
"""Fact: when the meters of the area were put up; their energies go on from there."""
MAINTENANCE_PORT = 3
"""485_3 maintains where a maintenance line is attached, and reads meters otherwise (device behaviour 6.1)."""
BATTERY = 60.0
"""Seconds that the backup battery carries the terminal (part 4)."""
SETTLED_BY = 0.001
"""Seconds by which a moment is awaited longer than it takes."""
MARK = 60.0
"""Seconds between two notes in the store that the clock ran."""


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


class Terminal:
    """A concentrator. ``state`` is the directory of its store; without one it forgets everything."""

    def __init__(
        self,
        profile: Profile,
        store: Store,
        clock: LoopClock,
        boot: float,
        meter_ports: Collection[int],
        beyond: Beyond | None = None,
    ) -> None:
        self.clock = clock
        self.profile = profile
        self.families = profile.families
        """What it reads meters by: native drivers and protocol libraries."""
        self._store: Store | None = store
        self._surroundings = profile.surroundings
        self.concentrator = Concentrator(
            clock, Ledger(store), store.readings, profile.identity, boot, store.programs
        )
        reach = Reach(partial(self.restart, ResetCause.KEY), lambda: self.check().good, self._copy_data)
        self.concentrator.families = self.families
        self.key = Front(self.concentrator, clock, lambda: self._surroundings, reach)
        """The face with its key: ``press``, ``release``, ``tap``, ``hold(seconds)``."""
        reached = beyond or (Sockets() if profile.network.real else Nowhere(clock))
        self.network = Network(lambda: self._surroundings, clock, reached)
        """The module and the network behind it."""
        watch = ChannelWatch(self.key, Channel.UPLINK, self.restart)
        reset = partial(self.restart, ResetCause.WATCHDOG)
        self._uplink = UplinkRunner(self.concentrator, self.network, clock, watch, reset)
        upgraded = partial(self.restart, ResetCause.UPGRADE)
        self.concentrator.self_test = self.check
        self._upgrading = UpgradeRunner(
            self.concentrator.upgrade, self.concentrator.download, clock, upgraded
        )
        self._disk: Path | None = None
        self._plugged: list[Plugged] = []
        self._servers: list[TcpServer] = []
        self._life: tuple[asyncio.Task[None], ...] = ()
        self._inputs_due: float | None = None
        self._empty: Wait | None = None
        self._furnish()
        self._area = self._settle() if profile.area.count else None
        self._meter_ports = meter_ports

    @classmethod
    def create(
        cls,
        profile: str | Path = "demo",
        state: Path | None = None,
        clock: LoopClock | None = None,
        *,
        boot: float = BOOT,
        meter_ports: Collection[int] = PORTS,
        master: tuple[IPv4Address, int] | None = None,
        beyond: Beyond | None = None,
    ) -> Self:
        """Make a terminal of a profile: ``factory``, ``demo``, ``full`` or a TOML file (see `core.profile`).

        ``boot`` is the length of the boot page in terminal seconds; nothing is answered before its end.
        ``meter_ports`` are those on which the meters of the profile's area hang; the others are free.
        ``master``: dial this master station, through the real network and with a card in the module.
        ``beyond``: what lies behind the network; without it the real one if the profile says so, else nobody.
        Raises ``UsageError`` for a bad profile and ``StoreError`` for a state that cannot be used.
        """
        chosen = profile_named(profile)
        if master:
            chosen = chosen.connected
        store = Store(state)
        try:
            terminal = cls(chosen, store, clock or LoopClock(), boot, meter_ports, beyond)
            if master:
                terminal.set_master(*master)
            return terminal
        except BaseException:
            store.close()
            raise

    def _furnish(self) -> None:
        """Give a new terminal the parameters of its profile."""
        ledger = self.concentrator.ledger
        if ledger.fact("profile") is None:
            with ledger.transaction():
                self.concentrator.parameters.write(self.profile.settings)
                ledger.note("profile", self.profile.name)
        if self._surroundings.drift:
            self.concentrator.rtc.drift(float(self._surroundings.drift))

    def set_master(self, host: IPv4Address, port: int) -> None:
        """Set the main master station (AFN04 F3) as a person at the terminal would."""
        station = self.concentrator.parameters.value(MasterStation)
        self.concentrator.parameters.write([replace(station, main_ip=host, main_port=port)])
        self.concentrator.uplink.rouse()

    def _settle(self) -> AreaMeters:
        """Put up the meters of the area, once and for all; an archive that is empty gets them."""
        concentrator, ledger = self.concentrator, self.concentrator.ledger
        since = datetime.fromisoformat(ledger.fact(SETTLED) or self.clock.now().isoformat())
        area = AreaMeters(self.profile.area, since, self.profile.protocols)
        if ledger.fact(SETTLED) is None:
            with ledger.transaction():
                ledger.note(SETTLED, since.isoformat())
                if not concentrator.archive.meters():
                    concentrator.parameters.write([Setting(MeterArchive(area.records))])
        return area

    async def start(self) -> None:
        """Switch on."""
        self._switch_on()
        if self._area:
            for port in self._meter_ports:
                self.attach_meters(port, self._area.line(port, self.clock))
        lives = (self.key.live(), self._keep_time(), self._uplink.run(), self._upgrading.run())
        self._life = tuple(asyncio.create_task(life) for life in lives)

    async def stop(self) -> None:
        """Close all lines, switch off, and let go of the store. Stopping twice is allowed."""
        for server in self._servers:
            await server.close()
        for plugged in self._plugged:
            await plugged.detach()
        for task in self._life:
            task.cancel()
        await asyncio.gather(*self._life, return_exceptions=True)
        self._servers, self._plugged, self._life = [], [], ()
        self._switch_off()
        if self._store:
            self._store.close()
            self._store = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def panel(self) -> Panel:
        """The panel; a restart makes a new one."""
        return self.key.panel

    def facts(self) -> Facts:
        """Everything the face shows, as values."""
        return self.key.facts()

    def face(self) -> Face:
        """The picture of this moment; ask up to 20 times a second for smooth lamps."""
        return self.key.face()

    @property
    def address(self) -> Address:
        """Own address (device behaviour 5.6)."""
        own = self.concentrator.address
        return Address(own.region, own.terminal)

    @property
    def running(self) -> bool:
        """True once the boot page is over."""
        return self.concentrator.running

    async def booted(self) -> None:
        """Wait until the terminal answers."""
        while not self.running:
            await self.clock.sleep(self.concentrator.boot_left() or 0.1)

    def _wake(self) -> None:
        """The master sent a wake-up message (6.9)."""
        self.concentrator.uplink.wake()
        self._uplink.nudge()

    def _ring(self) -> None:
        """The master lets the phone ring (M100)."""
        self.concentrator.uplink.rang(self.clock.monotonic())
        self._uplink.nudge()

    @property
    def area(self) -> AreaMeters | None:
        """The simulated meters around it, ``None`` for a profile without any."""
        return self._area

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """The maintenance lines that are served now."""
        return tuple(one for one in self._live() if isinstance(one, Attachment))

    @property
    def meter_lines(self) -> tuple[MeterAttachment, ...]:
        """The lines over which meters are read now."""
        return tuple(one for one in self._live() if isinstance(one, MeterAttachment))

    @property
    def modem(self) -> ModemAttachment | None:
        """The modem through which short messages go now."""
        return next((one for one in self._live() if isinstance(one, ModemAttachment)), None)

    def _live(self) -> list[Plugged]:
        return [one for one in self._plugged if not one.task.done()]

    def attach(self, channel: Channel, line: Line) -> Attachment:
        """Serve a line; the terminal owns it from now on. When it is lost, another may be attached."""
        watch = ChannelWatch(self.key, channel, self.restart)
        runner = Maintenance(self.concentrator, channel, line, self.clock, watch)
        attachment = Attachment(line, asyncio.create_task(runner.run()), channel)
        self._plugged = [*self._live(), attachment]
        return attachment

    def attach_meters(self, port: int, line: Line) -> MeterAttachment:
        """Read meters over a line, on port 1 to 3; the terminal owns the line from now on.

        ``UsageError`` for a port that does not exist or is taken; 485_3 is by a maintenance line.
        """
        if port not in METER_PORTS:
            raise UsageError(f"The terminal has no port {port}.", "Take 1, 2 or 3.")
        taken = {one.port for one in self.meter_lines}
        if any(one.channel is Channel.RS485 for one in self.attachments):
            taken.add(MAINTENANCE_PORT)
        if port in taken:
            raise UsageError(f"Port 485_{port} is in use.", "Detach its line first.")
        inner, lamp = self.concentrator, PortLamp(self.key, port)
        reads = partial(
            MeterBus, inner, port, line, self.clock, lamp, inner.acquisition, inner.archive, self.families
        )
        watch = ChannelWatch(self.key, Channel.RS485, self.restart)
        loads = partial(Maintenance, inner, Channel.RS485, line, self.clock, watch)
        worker = PortThree(inner.download, reads, loads) if port == MAINTENANCE_PORT else reads()
        attachment = MeterAttachment(line, asyncio.create_task(worker.run()), port)
        self._plugged = [*self._live(), attachment]
        return attachment

    def attach_modem(self, line: Line) -> ModemAttachment:
        """Serve short messages through the GSM modem on a line; the terminal owns it from now on.

        ``UsageError`` while another one is attached.
        """
        if self.modem:
            raise UsageError("A modem is attached.", "Detach its line first.")
        watch = ModemWatch(self.key, self.restart, self._wake, self._ring)
        sms = SmsChannel(self.concentrator, Modem(line, self.clock), self.clock, watch)
        attachment = ModemAttachment(line, asyncio.create_task(sms.run()), sms)
        self._plugged = [*self._live(), attachment]
        return attachment

    async def listen(self, port: int = 0, host: str = "127.0.0.1") -> TcpServer:
        """Offer the maintenance port over TCP, by the rules of a local channel. ``LineError`` if taken."""
        server = await listen_tcp(host, port, partial(self._attach_caller, Channel.RS485))
        self._servers.append(server)
        return server

    def _attach_caller(self, channel: Channel, line: Line) -> None:
        self.attach(channel, line)

    @property
    def disk(self) -> Path | None:
        """The directory that is the USB disk in the socket now."""
        return self._disk

    def insert_disk(self, path: Path) -> None:
        """Put a directory into the USB socket; it replaces the one there (M145, M148)."""
        self.remove_disk()
        self._disk = path
        self.concentrator.upgrade.insert(UsbDisk(path))

    def remove_disk(self) -> None:
        """Pull the USB disk, whatever the terminal is doing with it."""
        if self._disk is not None:
            self._disk = None
            self.concentrator.upgrade.remove()

    @property
    def surroundings(self) -> Surroundings:
        """Module, SIM, network, mains, cell and battery."""
        return self._surroundings

    @surroundings.setter
    def surroundings(self, place: Surroundings) -> None:
        before, self._surroundings = self._surroundings, place
        if place.drift != before.drift:
            self.concentrator.rtc.drift(float(place.drift))
        if place.supply and not before.supply:
            self._mains_back()
        elif before.supply and not place.supply:
            self._mains_lost()
        if place.inputs != before.inputs:
            self._look_at_inputs()
        self.network.changed()
        self._uplink.nudge()

    def surround(self, given: dict[str, Any]) -> None:
        """Change fields of the surroundings by name; ``EncodeError`` names the one that cannot be so."""
        place = overlaid(self._surroundings, "surroundings", given)
        check_surroundings(place)
        self.surroundings = place

    def restart(self, cause: ResetCause = ResetCause.COMMAND) -> None:
        """Switch off and on again, as after a reset order."""
        self._switch_off(cause)
        self._switch_on()

    def check(self) -> Result:
        """Run the self-check now (7.3). ``StoreError`` when its result cannot be kept."""
        return self.concentrator.checks.run(self._equipment)

    def _copy_data(self) -> Outcome:
        """Copy freezes, events and parameters to the USB disk (3.6)."""
        if self._disk is None:
            return Outcome.NO_DISK
        try:
            copy_to(self.concentrator, self._disk)
        except OSError as error:
            log.info("the data could not be copied: %s", error)
            return Outcome.COPY_FAILED
        return Outcome.COPIED

    @property
    def _equipment(self) -> Equipment:
        place = self._surroundings
        return Equipment(float(place.cell), place.sim, _parts(place.broken))

    def _mains_lost(self) -> None:
        """Without the backup battery everything ends; with it the loss is told for a minute (7.2)."""
        if not self._surroundings.backup or not self.concentrator.running:
            self._switch_off()
            return
        with suppress(StoreError):
            self.concentrator.mains_lost()
        self._empty = self.clock.call_later(BATTERY, self._battery_over)

    def _battery_over(self) -> None:
        if self.concentrator.on_battery:
            self._switch_off()

    def _mains_back(self) -> None:
        if not self.concentrator.on_battery:
            self._switch_on()
            return
        if self._empty:
            self._empty.cancel()
        with suppress(StoreError):
            self.concentrator.mains_back()

    def _look_at_inputs(self) -> None:
        """Sample at every change and 200 ms behind it: the same as sampling all the time (6.8)."""
        inputs, now = self.concentrator.inputs, self.clock.monotonic()
        if not self.concentrator.in_service:
            return
        try:
            inputs.sample(self._surroundings.inputs, now)
        except StoreError as error:
            log.info("a status input could not be noted: %s", error)
        if inputs.deadline is not None and self._inputs_due != inputs.deadline:
            self._inputs_due = inputs.deadline
            self.clock.call_later(inputs.deadline - now + SETTLED_BY, self._look_at_inputs)

    def _switch_on(self) -> None:
        if not self._surroundings.supply:
            return
        try:
            self.concentrator.power_up(self._equipment)
        except StoreError as error:
            log.info("the start could not be noted: %s", error)
        self._take_library()
        self.key.switch_on()
        self.clock.call_later(self.concentrator.boot_left(), self._look_at_inputs)

    def _take_library(self) -> None:
        """Read meters by the library of the slot that runs; by those shipped if it cannot be used."""
        try:
            self.families.shelf.install(tables_in(self.concentrator.upgrade.store.library()))
        except (LibraryError, DecodeError, StoreError) as error:
            log.warning("the protocol library is not used: %s", error)
            self.families.shelf.install(())

    def _switch_off(self, cause: ResetCause = ResetCause.POWER) -> None:
        with suppress(StoreError):  # the clock then goes on from its last mark
            self.concentrator.power_down(cause)
        self._uplink.drop()

    async def _keep_time(self) -> None:
        """Note once a minute that the clock ran."""
        while True:
            await self.clock.sleep(MARK)
            self._look_at_inputs()
            with suppress(StoreError):
                if self.concentrator.running:
                    self.concentrator.keep_time(self._surroundings.supply, self._equipment)
                    self.concentrator.download.tick(self.clock.monotonic())


@cache
def _parts(names: frozenset[str]) -> frozenset[Part]:
    """The parts that the surroundings call broken; asked for once a minute."""
    return frozenset(part for part in Part if part.name.lower() in names)
