"""The world around an emulated terminal: knobs for the workbench pane and for scenario files."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.lines.faults import CLEAN, Faults
from core.lines.memory import MemoryWire
from core.lines.pace import LoopClock

if TYPE_CHECKING:
    from core.simulation.surroundings import Surroundings
    from hhu.client.emulated import Terminal


class World:
    """Knobs. Everything holds from the moment it is turned."""

    def __init__(self, terminal: "Terminal", clock: LoopClock) -> None:
        self._terminal = terminal
        self._clock = clock
        self._wires: list[MemoryWire] = []
        self._noise = 0.0
        self._faults: dict[int, str] = {}

    @property
    def place(self) -> "Surroundings":
        """How the terminal stands now."""
        return self._terminal.surroundings

    def set(self, **given: Any) -> None:
        """Change surroundings; ``EncodeError`` names a field that is not, or a value that cannot be."""
        self._terminal.surround(given)

    @property
    def disk(self) -> Path | None:
        """The folder that is the USB disk in the socket; ``None`` without one."""
        return self._terminal.disk

    @disk.setter
    def disk(self, folder: Path | None) -> None:
        if folder is None:
            self._terminal.remove_disk()
        else:
            self._terminal.insert_disk(folder)

    @property
    def points(self) -> int:
        """Points with a simulated meter; 0 without any."""
        area = self._terminal.area
        return len(area.placed) if area else 0

    @property
    def meter_faults(self) -> tuple[str, ...]:
        """What a meter can have."""
        area = self._terminal.area
        return area.faults if area else ()

    def fault_of(self, point: int) -> str:
        """Return the fault given to a meter here; ``sound`` without one."""
        return self._faults.get(point, "sound")

    def afflict(self, text: str) -> None:
        """Give meters faults: ``3:silent,5:late=2.5``, ``3:sound``; ``UsageError`` when there are none."""
        area = self._terminal.area
        if area is not None:
            area.afflict(text, self._clock.now())
            for part in filter(None, (word.strip() for word in text.split(","))):
                point, _, fault = part.partition(":")
                if point.isdecimal():
                    self._faults[int(point)] = fault

    def wired(self, wire: MemoryWire) -> None:
        """Let a wire to the terminal have the noise of the place, too."""
        self._wires.append(wire)
        wire.faults = self._interference

    @property
    def noise(self) -> float:
        """Chance that a bit is flipped, on all lines."""
        return self._noise

    @noise.setter
    def noise(self, chance: float) -> None:
        self._noise = chance
        for wire in self._wires:
            wire.faults = self._interference
        if area := self._terminal.area:
            area.noise = self._interference

    @property
    def _interference(self) -> Faults:
        return Faults(bit_errors=self._noise) if self._noise else CLEAN

    @property
    def pace(self) -> float:
        """How many times as fast time is; `core.lines.pace.FLAT_OUT`: it jumps to what comes next."""
        return self._clock.factor

    @pace.setter
    def pace(self, factor: float) -> None:
        self._clock.factor = factor
