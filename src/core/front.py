"""The face alive: the panel with facts and time, the key, and what the key asks for.

The face looks at the facts twice a second, and faster while the key is used, so that hints follow the finger.
While nobody looks at it, it does not look either: a terminal without a watcher costs nothing.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from core.display import keep_display
from core.errors import StoreError
from core.gdw376.call import Delivered, Undelivered
from core.lines.pace import LoopClock
from core.panel.actions import (
    AcknowledgeEvent,
    Action,
    Answer,
    CopyToDisk,
    EnterUsbMode,
    OpenProgramming,
    Outcome,
    ReadFailed,
    ReadPoint,
    ReportOutcome,
    Restart,
    SelfCheckNow,
    SetDisplay,
    SiteReport,
    StuckKey,
    UpgradeKey,
)
from core.panel.data_lamp import QUIET, RECEIVING, SENDING, Glow
from core.panel.facts import Facts
from core.panel.lamps import Lamps
from core.panel.pages.boot import SHORTEST
from core.panel.panel import Face, Panel
from core.showing import Signs, facts_of
from core.simulation.surroundings import Surroundings
from core.terminal.access import Channel
from core.terminal.concentrator import Concentrator
from core.terminal.events.erc21 import Fault, fault
from core.terminal.factory import METER_PORTS

log = logging.getLogger(__name__)

CALM, QUICK = 0.5, 0.05
"""Seconds between two looks: by itself (device behaviour 3.1), and while the key is used."""
BOUNCE = 0.2
"""Seconds to look quickly after an edge of the key: it counts only when it stayed (3.7)."""
WATCHED = 5.0
"""Seconds after a look at the face in which it keeps looking by itself."""
HASTE = 20.0
"""How much longer the pauses between looks get at most while time is fast."""
LAMPS = {Channel.RS485: 2}
"""Which of 485_1 to 485_3 a channel uses: maintenance is the last from the left (M154). Infrared has none."""

MODULE_CHANNELS = frozenset({Channel.UPLINK, Channel.SMS})
"""Channels of the module, whose lamp is T/R."""

ALL_LIT = Lamps(
    power=Glow.GREEN, alarm=Glow.RED, rs485_1=Glow.GREEN, rs485_2=Glow.GREEN, rs485_3=Glow.GREEN,
    module_power=Glow.GREEN, net=Glow.GREEN, module_data=Glow.GREEN,
)  # fmt: skip
"""The lamp test of code 21."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What the menu sets in motion beyond the domain."""

    restart: Callable[[], None]
    check: Callable[[], bool]
    """Runs the self-check and tells whether all is well; ``StoreError`` when its result cannot be kept."""
    copy: Callable[[], Outcome]
    """Copies the data to the USB disk."""


class Front:
    """LCD, lamps and key of one terminal."""

    def __init__(
        self, terminal: Concentrator, clock: LoopClock, place: Callable[[], Surroundings], reach: Reach
    ) -> None:
        self._terminal = terminal
        self._clock = clock
        self._place = place
        self._reach = reach
        self._lamps = [QUIET, QUIET, QUIET]
        self._module_lamp = QUIET
        self._last_frame_at: float | None = None
        self._quick_until = self._looked = self._watched_until = float("-inf")
        self._nudge = asyncio.Event()
        self.panel = self._booting_panel()

    def _booting_panel(self) -> Panel:
        """A panel whose boot page ends when the terminal runs."""
        return Panel(self._clock.monotonic() + min(self._terminal.boot, SHORTEST) - SHORTEST)

    def facts(self) -> Facts:
        """Everything the face shows, at this moment."""
        first, second, third = self._lamps
        signs = Signs((first, second, third), self._module_lamp, self._last_frame_at)
        return facts_of(self._terminal, self._place(), signs)

    def face(self) -> Face:
        """The picture of this moment: cells and lamps."""
        now = self._clock.monotonic()
        if now >= self._watched_until:
            self._nudge.set()
        self._watched_until = now + WATCHED * self._haste
        if now - self._looked > 2 * CALM:
            self.look()
        face = self.panel.face(self.facts(), self._clock.monotonic())
        return replace(face, lamps=ALL_LIT) if self._terminal.download.lamps_tested else face

    def switch_on(self) -> None:
        """Power came, or the terminal restarts: begin at the boot page."""
        self.panel = self._booting_panel()
        self._nudge.set()

    async def live(self) -> None:
        """Keep the face going until cancelled."""
        while True:
            self.look()
            self._nudge.clear()
            with suppress(TimeoutError):
                async with self._clock.timeout(self._pause()):
                    await self._nudge.wait()

    def _pause(self) -> float | None:
        """Seconds until the next look; ``None`` while there is nobody to look for."""
        now = self._clock.monotonic()
        if self.panel.key_down or now < self._quick_until:
            return QUICK
        return CALM * self._haste if now < self._watched_until else None

    @property
    def _haste(self) -> float:
        """How much longer the pauses are while time is fast: nobody can see more often."""
        return min(max(1.0, self._clock.factor), HASTE)

    def look(self) -> None:
        """Let the panel see the facts and carry out what it asks for."""
        now = self._looked = self._clock.monotonic()
        for action in self.panel.tick(self.facts(), now):
            self._carry_out(action, now)

    def press(self) -> None:
        """The key goes down."""
        self.panel.press(self._clock.monotonic())
        self._use_for(BOUNCE)

    def release(self) -> None:
        """The key comes up."""
        self.panel.release(self._clock.monotonic())
        self._use_for(BOUNCE)

    def tap(self) -> None:
        """Press the key briefly."""
        self.panel.tap()
        self._use_for(1.0)

    def hold(self, seconds: float) -> None:
        """Hold the key for so many seconds of the terminal's time; returns at once."""
        self.panel.hold(seconds)
        self._use_for(seconds + 1.0)

    def _use_for(self, seconds: float) -> None:
        """Stay quick for a stroke more; scripted strokes follow each other."""
        self._quick_until = max(self._quick_until, self._clock.monotonic()) + seconds
        self._nudge.set()

    def _carry_out(self, action: Action, now: float) -> None:
        match action:
            case OpenProgramming():
                self._terminal.access.open_programming()
            case EnterUsbMode():
                self._terminal.access.close_programming()
                self._terminal.upgrade.enter_usb()
            case UpgradeKey(held):
                self._terminal.upgrade.stroke(held)
            case SiteReport():
                outcome = self._terminal.uplink.site_report()
                self.panel.answered(ReportOutcome(outcome.value), now)
            case AcknowledgeEvent(number):
                with suppress(StoreError):  # the alarm then stays, and the store fault shows
                    self._terminal.events.acknowledge(number)
            case StuckKey():
                log.info("the key has been down for 60 s and is ignored until it is released")
                with suppress(StoreError):  # the key sits on the board of the display
                    self._terminal.events.add(fault(Fault.DISPLAY))
            case ReadPoint(point):
                if meter := self._terminal.archive.at(point):
                    self._terminal.acquisition.read_now(meter.port, [point])
            case _:
                self._carry_out_menu(action, now)

    def _carry_out_menu(self, action: Action, now: float) -> None:
        """What only the menu asks for (device behaviour 3.6 Management)."""
        match action:
            case ReadFailed():
                self.panel.answered(self._read_failed(), now)
            case SelfCheckNow():
                self.panel.answered(self._check(), now)
            case CopyToDisk():
                self.panel.answered(self._reach.copy(), now)
            case SetDisplay(display):
                with suppress(StoreError):  # the glass stays as it is, and the store fault shows
                    keep_display(self._terminal.ledger, display)
            case Restart():
                self._reach.restart()
            case _:
                log.error("the face asked for %s, which nobody carries out", action)

    def _read_failed(self) -> Answer:
        """Read the points of all ports again that could not be read."""
        acquisition = self._terminal.acquisition
        failed = {port: [one.point for one in acquisition.failed(port)] for port in METER_PORTS}
        for port, points in failed.items():
            if points:
                acquisition.read_now(port, points)
        return Outcome.READING_FAILED if any(failed.values()) else Outcome.NOTHING_FAILED

    def _check(self) -> Answer:
        try:
            return Outcome.CHECK_GOOD if self._reach.check() else Outcome.CHECK_BAD
        except StoreError:
            return Outcome.CHECK_BAD

    def saw_frame(self) -> None:
        """A frame came on any channel."""
        self._last_frame_at = self._clock.monotonic()

    def saw_bytes(self, channel: Channel, glow: Glow) -> None:
        """Bytes went over a channel: its lamp flashes."""
        if channel in LAMPS:
            self.saw_port(LAMPS[channel], glow)
        elif channel in MODULE_CHANNELS:
            self._module_lamp = self._module_lamp.noted(glow, self._clock.monotonic())

    def saw_port(self, place: int, glow: Glow) -> None:
        """Bytes went over 485_1 to 485_3 (0 to 2)."""
        self._lamps[place] = self._lamps[place].noted(glow, self._clock.monotonic())


class ChannelWatch:
    """Tells the face what one channel does; ``restart`` is whoever holds the power switch."""

    def __init__(self, front: Front, channel: Channel, restart: Callable[[], None]) -> None:
        self._front = front
        self._channel = channel
        self.restart = restart

    def received(self) -> None:
        """Bytes came."""
        self._front.saw_bytes(self._channel, RECEIVING)

    def sending(self) -> None:
        """Bytes are about to leave."""
        self._front.saw_bytes(self._channel, SENDING)

    def framed(self) -> None:
        """A whole frame came."""
        self._front.saw_frame()


class ModemWatch(ChannelWatch):
    """Tells the face what the message service does, and whoever brings the terminal on line what wakes it."""

    def __init__(
        self, front: Front, restart: Callable[[], None], wake: Callable[[], None], rang: Callable[[], None]
    ) -> None:
        super().__init__(front, Channel.SMS, restart)
        self.wake = wake
        self.rang = rang

    def reported(self, outcome: Delivered | Undelivered) -> None:
        """A notice was confirmed, or given up."""
        log.info("a notice of AFN %02XH by short message: %s", outcome.notice.afn, type(outcome).__name__)


class PortLamp:
    """Tells the face what one meter port does."""

    def __init__(self, front: Front, port: int) -> None:
        """``port``: 1 to 3."""
        self._front = front
        self._place = port - 1

    def received(self) -> None:
        """Bytes came."""
        self._front.saw_port(self._place, RECEIVING)

    def sending(self) -> None:
        """Bytes are about to leave."""
        self._front.saw_port(self._place, SENDING)
