"""Power of a terminal: mains, backup battery, resets, and what is looked at while it runs."""

import logging
from collections.abc import Callable
from contextlib import suppress
from functools import cache

from core.channels.uplink import UplinkRunner
from core.errors import DecodeError, LibraryError, StoreError
from core.front import Front
from core.lines.pace import LoopClock, Wait
from core.meters.families import Families
from core.simulation.surroundings import Surroundings
from core.terminal.causes import ResetCause
from core.terminal.concentrator import Concentrator
from core.terminal.self_check import Equipment, Part
from core.terminal.upgrade.libraries import tables_in

log = logging.getLogger(__name__)

BATTERY = 60.0
"""Seconds that the backup battery carries the terminal (part 4)."""
SETTLED_BY = 0.001
"""Seconds by which a moment is awaited longer than it takes."""
MARK = 60.0
"""Seconds between two notes in the store that the clock ran."""


class Power:
    """Switches a concentrator, its face and its uplink on and off with what surrounds it."""

    def __init__(
        self,
        concentrator: Concentrator,
        clock: LoopClock,
        place: Callable[[], Surroundings],
        key: Front,
        uplink: UplinkRunner,
        families: Families,
    ) -> None:
        """``families`` are those of the terminal; a start puts the library of the running slot there."""
        self._concentrator = concentrator
        self._clock = clock
        self._place = place
        self._key = key
        self._uplink = uplink
        self._families = families
        self._inputs_due: float | None = None
        self._empty: Wait | None = None

    @property
    def equipment(self) -> Equipment:
        """What the self-check finds."""
        place = self._place()
        return Equipment(float(place.cell), place.sim, _parts(place.broken))

    def moved(self, before: Surroundings) -> None:
        """The surroundings are no longer as ``before``."""
        place = self._place()
        if place.drift != before.drift:
            self._concentrator.rtc.drift(float(place.drift))
        if place.supply and not before.supply:
            self._mains_back()
        elif before.supply and not place.supply:
            self._mains_lost()
        if place.inputs != before.inputs:
            self._look_at_inputs()

    def switch_on(self) -> None:
        """Start, if there is mains supply."""
        if not self._place().supply:
            return
        try:
            self._concentrator.power_up(self.equipment)
        except StoreError as error:
            log.info("the start could not be noted: %s", error)
        self._take_library()
        self._key.switch_on()
        self._clock.call_later(self._concentrator.boot_left(), self._look_at_inputs)

    def _take_library(self) -> None:
        """Read meters by the library of the slot that runs; by those shipped if it cannot be used."""
        try:
            self._families.shelf.install(tables_in(self._concentrator.upgrade.store.library()))
        except (LibraryError, DecodeError, StoreError) as error:
            log.warning("the protocol library is not used: %s", error)
            self._families.shelf.install(())
        with suppress(StoreError):  # unwatched, it is on trial as any program
            self._concentrator.library_watch.begin(self._families)

    def switch_off(self, cause: ResetCause = ResetCause.POWER) -> None:
        """End at once, whatever it is doing."""
        with suppress(StoreError):  # the clock then goes on from its last mark
            self._concentrator.power_down(cause)
        self._uplink.drop()

    async def run(self) -> None:
        """Note once a minute that the clock ran."""
        while True:
            await self._clock.sleep(MARK)
            self._look_at_inputs()
            with suppress(StoreError):
                if self._concentrator.running:
                    self._concentrator.keep_time(self._place().supply, self.equipment)
                    self._concentrator.download.tick(self._clock.monotonic())

    def _mains_lost(self) -> None:
        """Without the backup battery everything ends; with it the loss is told for a minute (7.2)."""
        if not self._place().backup or not self._concentrator.running:
            self.switch_off()
            return
        with suppress(StoreError):
            self._concentrator.mains_lost()
        self._empty = self._clock.call_later(BATTERY, self._battery_over)

    def _battery_over(self) -> None:
        if self._concentrator.on_battery:
            self.switch_off()

    def _mains_back(self) -> None:
        if not self._concentrator.on_battery:
            self.switch_on()
            return
        if self._empty:
            self._empty.cancel()
        with suppress(StoreError):
            self._concentrator.mains_back()

    def _look_at_inputs(self) -> None:
        """Sample at every change and 200 ms behind it: the same as sampling all the time (6.8)."""
        inputs, now = self._concentrator.inputs, self._clock.monotonic()
        if not self._concentrator.in_service:
            return
        try:
            inputs.sample(self._place().inputs, now)
        except StoreError as error:
            log.info("a status input could not be noted: %s", error)
        if inputs.deadline is not None and self._inputs_due != inputs.deadline:
            self._inputs_due = inputs.deadline
            self._clock.call_later(inputs.deadline - now + SETTLED_BY, self._look_at_inputs)


@cache
def _parts(names: frozenset[str]) -> frozenset[Part]:
    """The parts that the surroundings call broken; asked for once a minute."""
    return frozenset(part for part in Part if part.name.lower() in names)
