"""Meters alone on a bus, without a terminal: for masters that want something to read."""

from core.errors import LineError, UsageError
from core.lines.line import Line, SerialSettings
from core.lines.pace import LoopClock
from core.meters.dlt645.control import Edition
from core.simulation.bus import SimulatedBus
from core.simulation.dlt645.group import Dlt645Group
from core.simulation.dlt645.meter import SETTINGS, Dlt645Meter
from core.simulation.faults import SOUND, parse_faults
from core.simulation.physics.plate import Kind
from core.simulation.population import population

EDITIONS = {f"dlt645-{edition.value}": edition for edition in Edition}
MOST = 1000
"""Meters of one bus; a real one carries 32 to 256."""


class MetersAlone:
    """A bus full of meters of one protocol, of all kinds in turn; number 1 is the first."""

    PROTOCOLS = tuple(EDITIONS)

    def __init__(
        self, protocol: str, count: int, clock: LoopClock, *, seed: int = 1, faults: str = "", baud: int = 0
    ) -> None:
        """``faults`` as `core.simulation.faults` reads them, ``baud`` 0 the speed from the factory.

        ``UsageError`` for what cannot be.
        """
        if protocol not in EDITIONS:
            raise UsageError(f"No meters of {protocol!r}.", f"Protocols: {', '.join(EDITIONS)}.")
        if not 1 <= count <= MOST:
            raise UsageError(f"{count} meters are impossible.", f"Give 1 to {MOST}.")
        found = parse_faults(faults, count)
        usual = SETTINGS[EDITIONS[protocol]]
        self.settings = (
            SerialSettings(baud, usual.data_bits, usual.parity, usual.stop_bits) if baud else usual
        )
        self._clock = clock
        self._group = Dlt645Group(self._made(EDITIONS[protocol], count, seed))
        self._bus = SimulatedBus([self._group], clock, seed=seed)
        for number, wrong in found.items():
            self._group.suffer(number, wrong, clock.now())

    def _made(self, edition: Edition, count: int, seed: int) -> tuple[Dlt645Meter, ...]:
        kinds = len(Kind)
        placed = population(
            seed,
            self._clock.now(),
            residential=(count + 2) // kinds,
            tariff_control=(count + 1) // kinds,
            three_phase=count // kinds,
            ports=(1,),
            every_1997=1 if edition is Edition.V1997 else 0,
            settings=self.settings,
        )
        return placed.on(1)

    @property
    def meters(self) -> tuple[Dlt645Meter, ...]:
        """All of them, in order of their numbers."""
        return self._group.meters

    def press_keys(self) -> None:
        """Press the programming key of every meter."""
        for meter in self.meters:
            meter.press_key(self._clock.now())

    def describe(self, number: int) -> tuple[str, str, str]:
        """Return address, kind and faults of a meter; no faults is empty."""
        meter = self.meters[number - 1]
        faults = "" if meter.faults == SOUND else meter.faults.text
        return meter.address, meter.meter.plate.kind.value, faults

    async def serve(self, line: Line) -> LineError:
        """Let the meters answer on a line until it is lost or closed; return how it ended."""
        return await self._bus.serve(line)
