"""Assembly: ``Terminal`` is the one handle on a whole concentrator that others use.

It joins domain, store, lines and face. Make and use it inside a running event loop; everything runs on the
given `LoopClock`, so a factor or a virtual loop speeds all of it up together.
"""

import asyncio
import logging
from collections.abc import Collection
from dataclasses import replace
from functools import partial
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, Self

from core.channels.upgrading import UpgradeRunner
from core.channels.uplink import UplinkRunner
from core.disk_copy import copy_to
from core.first_start import furnish, settle
from core.front import ChannelWatch, Front, Reach
from core.gdw376.address import Address
from core.gdw376.units.afn04 import MasterStation
from core.lines.line import Line
from core.lines.pace import LoopClock
from core.lines.tcp import TcpServer
from core.panel.actions import Outcome
from core.panel.facts import Facts
from core.panel.panel import Face, Panel
from core.panel.paths import WAYS, said, way_to
from core.plugs import Attachment, MeterAttachment, ModemAttachment, Plugs
from core.power import Power
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
from core.terminal.self_check import Result

__all__ = [
    "BOOT", "PORTS", "WAYS", "Attachment", "Channel", "MeterAttachment", "MetersAlone", "ModemAttachment",
    "Terminal", "said", "way_to",
]  # fmt: skip

log = logging.getLogger(__name__)


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
        self._plugs = Plugs(self.concentrator, self.key, clock, self.families, self.restart)
        self._power = Power(
            self.concentrator, clock, lambda: self._surroundings, self.key, self._uplink, self.families
        )
        self._life: tuple[asyncio.Task[None], ...] = ()
        furnish(self.concentrator, profile)
        if self._surroundings.drift:
            self.concentrator.rtc.drift(float(self._surroundings.drift))
        self._area = settle(self.concentrator, profile, clock.now()) if profile.area.count else None
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

    def set_master(self, host: IPv4Address, port: int) -> None:
        """Set the main master station (AFN04 F3) as a person at the terminal would."""
        station = self.concentrator.parameters.value(MasterStation)
        self.concentrator.parameters.write([replace(station, main_ip=host, main_port=port)])
        self.concentrator.uplink.rouse()

    async def start(self) -> None:
        """Switch on."""
        self._power.switch_on()
        if self._area:
            for port in self._meter_ports:
                self.attach_meters(port, self._area.line(port, self.clock))
        lives = (self.key.live(), self._power.run(), self._uplink.run(), self._upgrading.run())
        self._life = tuple(asyncio.create_task(life) for life in lives)

    async def stop(self) -> None:
        """Close all lines, switch off, and let go of the store. Stopping twice is allowed."""
        await self._plugs.close()
        for task in self._life:
            task.cancel()
        await asyncio.gather(*self._life, return_exceptions=True)
        self._life = ()
        self._power.switch_off()
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

    @property
    def area(self) -> AreaMeters | None:
        """The simulated meters around it, ``None`` for a profile without any."""
        return self._area

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """The maintenance lines that are served now."""
        return self._plugs.maintenance

    @property
    def meter_lines(self) -> tuple[MeterAttachment, ...]:
        """The lines over which meters are read now."""
        return self._plugs.meters

    @property
    def modem(self) -> ModemAttachment | None:
        """The modem through which short messages go now."""
        return self._plugs.modem

    def attach(self, channel: Channel, line: Line) -> Attachment:
        """Serve a line; the terminal owns it from now on. When it is lost, another may be attached."""
        return self._plugs.attach(channel, line)

    def attach_meters(self, port: int, line: Line) -> MeterAttachment:
        """Read meters over a line, on port 1 to 3; the terminal owns the line from now on.

        ``UsageError`` for a port that does not exist or is taken; 485_3 is by a maintenance line.
        """
        return self._plugs.attach_meters(port, line)

    def attach_modem(self, line: Line) -> ModemAttachment:
        """Serve short messages through the GSM modem on a line; the terminal owns it from now on.

        ``UsageError`` while another one is attached.
        """
        return self._plugs.attach_modem(line)

    async def listen(self, port: int = 0, host: str = "127.0.0.1") -> TcpServer:
        """Offer the maintenance port over TCP, by the rules of a local channel. ``LineError`` if taken."""
        return await self._plugs.listen(port, host)

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
        self._power.moved(before)
        self.network.changed()
        self._uplink.nudge()

    def surround(self, given: dict[str, Any]) -> None:
        """Change fields of the surroundings by name; ``EncodeError`` names the one that cannot be so."""
        place = overlaid(self._surroundings, "surroundings", given)
        check_surroundings(place)
        self.surroundings = place

    def restart(self, cause: ResetCause = ResetCause.COMMAND) -> None:
        """Switch off and on again, as after a reset order."""
        self._power.switch_off(cause)
        self._power.switch_on()

    def check(self) -> Result:
        """Run the self-check now (7.3). ``StoreError`` when its result cannot be kept."""
        return self.concentrator.checks.run(self._power.equipment)

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
