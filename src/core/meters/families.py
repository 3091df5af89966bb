"""From the protocol code of the archive (AFN04 F10) to a driver: the list of codes, then native or library.

Drivers of the program stand in `NATIVES`; everything else is on the shelf of libraries. A code that leads to
an empty slot has a driver too: it tells what is missing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.errors import EncodeError
from core.meters.driver import Access, Answer, Command, Driver, Finished, Outcome, Speed
from core.meters.library.entries import Described, driver_of
from core.meters.library.model import Alias, Slot
from core.meters.library.shelf import Shelf
from core.meters.mapping import (
    A1700,
    ALPHA,
    DEFAULT,
    DLT645_1997,
    DLT645_2007,
    EDMI,
    LANDIS_GYR_B,
    LANDIS_GYR_D,
    Codes,
)
from core.meters.setup_table import NOTHING, Given, SetupTable
from core.quantities import Wanted

Civil = Callable[[], datetime | None]


@dataclass(frozen=True, slots=True)
class Native:
    """A driver of the program."""

    make: Callable[[Civil, SetupTable], Driver]
    """From the terminal's time, and how its meters are set up."""
    speed: Speed
    """Where the archive names none (device behaviour 6.1, 10)."""


def _dlt645_1997(civil: Civil, setup: SetupTable) -> Driver:
    from core.meters.dlt645.control import Edition  # noqa: PLC0415 - tables, made on first use
    from core.meters.dlt645.driver import Dlt645Driver  # noqa: PLC0415

    setup.done()
    return Dlt645Driver(Edition.V1997, civil)


def _dlt645_2007(civil: Civil, setup: SetupTable) -> Driver:
    from core.meters.dlt645.control import Edition  # noqa: PLC0415 - tables, made on first use
    from core.meters.dlt645.driver import Dlt645Driver  # noqa: PLC0415

    setup.done()
    return Dlt645Driver(Edition.V2007, civil)


def _readout(_: Civil, setup: SetupTable) -> Driver:
    """Both dialects: the meter tells which it speaks."""
    from core.meters.iec62056.driver import ReadoutDriver  # noqa: PLC0415 - made on first use

    if not setup:
        return ReadoutDriver()
    from core.meters.iec62056.setup import dialects_from  # noqa: PLC0415 - few profiles have one

    return ReadoutDriver(dialects=dialects_from(setup))


def _a1700(_: Civil, setup: SetupTable) -> Driver:
    from core.meters.iec62056.a1700_driver import A1700Driver  # noqa: PLC0415 - made on first use

    setup.done()
    return A1700Driver()


def _alpha(_: Civil, setup: SetupTable) -> Driver:
    from core.meters.alpha.driver import AlphaDriver  # noqa: PLC0415 - made on first use
    from core.meters.alpha.setup import setup_from  # noqa: PLC0415

    return AlphaDriver(setup_from(setup))


def _edmi(_: Civil, setup: SetupTable) -> Driver:
    from core.meters.edmi.driver import EdmiDriver  # noqa: PLC0415 - made on first use
    from core.meters.edmi.setup import setup_from  # noqa: PLC0415

    return EdmiDriver(setup_from(setup))


READOUT = Native(_readout, Speed(300, data_bits=7))
NATIVES: Mapping[str, Native] = {
    DLT645_1997: Native(_dlt645_1997, Speed(1200)),
    DLT645_2007: Native(_dlt645_2007, Speed(2400)),
    ALPHA: Native(_alpha, Speed(1200, "N")),
    EDMI: Native(_edmi, Speed(9600, "N")),
    A1700: Native(_a1700, Speed(1200, data_bits=7)),
    LANDIS_GYR_B: READOUT,
    LANDIS_GYR_D: READOUT,
}
"""By id, as `core.meters.mapping` names them; a further family is a further row."""


@dataclass(slots=True)
class Families:
    """What one terminal can read."""

    codes: Codes = field(default_factory=lambda: DEFAULT)
    shelf: Shelf = field(default_factory=lambda: Shelf(NATIVES))
    setups: Mapping[str, Given] = field(default_factory=dict[str, Given])
    """How meters are set up that do not tell it: by code, or by native driver for all codes of it."""

    def check(self) -> None:
        """Raise ``EncodeError`` for a set-up that no driver takes."""
        for key, given in self.setups.items():
            name = self.name(int(key)) if key.isascii() and key.isdecimal() else key
            if name is None or name not in NATIVES:
                raise EncodeError(f"no code of a native driver, nor one: {', '.join(NATIVES)}", field=key)
            NATIVES[name].make(lambda: None, SetupTable(given, key))

    @property
    def generation(self) -> int:
        """Drivers made under another number belong to libraries that were replaced."""
        return self.shelf.generation

    def driver(self, protocol: int, civil: Civil) -> Driver | None:
        """Make a driver, ``None`` for a code that means nothing here.

        ``civil`` tells the terminal's time, ``None`` while it is invalid.
        """
        name = self.name(protocol)
        if name is None:
            return None
        if name in NATIVES:
            given = self.setups.get(str(protocol), self.setups.get(name, NOTHING))
            return NATIVES[name].make(civil, SetupTable(given))
        entry = self.shelf.find(name)
        if isinstance(entry, Described):
            return driver_of(entry, civil)
        if isinstance(entry, Slot):
            return Missing(f"library not installed: {entry.identity.title}. Missing: {entry.missing}.")
        return Missing(f"library not installed: {name}")

    def name(self, protocol: int) -> str | None:
        """Return the id of a native driver or of a library, aliases of native drivers followed."""
        name = self.codes.get(protocol)
        entry = self.shelf.find(name) if name and name not in NATIVES else None
        return entry.of if isinstance(entry, Alias) else name

    def chain(self, protocol: int) -> tuple[str, ...]:
        """Return every id that a code leads through: the code's own, then what its aliases stand for."""
        found: list[str] = []
        name: str | None = self.codes.get(protocol)
        while name:
            found.append(name)
            entry = self.shelf.entries.get(name)
            name = entry.of if isinstance(entry, Alias) else None
        return tuple(found)

    def speed(self, protocol: int, baud: int = 0) -> Speed:
        """Return how characters travel to a meter; ``baud`` 0 means the default of the protocol."""
        speed = self._usual(self.codes.get(protocol, ""))
        return Speed(baud, speed.parity, speed.data_bits, speed.stop_bits) if baud else speed

    def _usual(self, name: str) -> Speed:
        if name in NATIVES:
            return NATIVES[name].speed
        entry = self.shelf.entries.get(name)
        if isinstance(entry, Alias):
            return entry.speed or self._usual(entry.of)
        return entry.speed if entry and entry.speed else Speed()


class Missing:
    """Stands in for a driver nobody has: every question ends at once with what is missing."""

    deadline: float | None = None

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def ask(self, meter: Access, wanted: Wanted, now: float) -> list[Command]:
        """Say why there is no answer; nothing goes over the line."""
        return [Finished(Answer(wanted, Outcome.UNSUPPORTED, reason=self._reason))]

    def feed(self, data: bytes, now: float) -> list[Command]:
        """Nothing is expected."""
        return []

    def tick(self, now: float) -> list[Command]:
        """Nothing is awaited."""
        return []

    def cancel(self) -> None:
        """Nothing is under way."""

    def broadcast_time(self, moment: datetime, now: float) -> list[Command]:
        """Nobody knows how."""
        return []

    def broadcast_freeze(self, now: float) -> list[Command]:
        """Nobody knows how."""
        return []
