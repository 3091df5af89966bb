"""What is printed on a meter, and the three kinds of meters (M83, device behaviour 6.2)."""

from dataclasses import dataclass
from enum import Enum

from core.simulation.physics.load import STEPS, Flow, Habit, drawn


class Kind(Enum):
    """Kinds of meters that stand in a low-voltage area."""

    __hash__ = object.__hash__  # quicker than that of the name: tables are keyed by it

    RESIDENTIAL = "single-phase residential"
    TARIFF_CONTROL = "single-phase tariff control"
    """With relay and prepayment."""
    THREE_PHASE = "three-phase"


@dataclass(frozen=True, slots=True)
class Model:
    """What all meters of a kind share."""

    phases: int
    rated_current: str
    max_current: str
    lowest: int
    highest: int
    """Scale of the load in watts: what flows when a shape is at 1000 permille."""
    relay: bool = False
    prepaid: bool = False


MODELS = {
    Kind.RESIDENTIAL: Model(1, "5A", "60A", 500, 2500),
    Kind.TARIFF_CONTROL: Model(1, "5A", "60A", 1000, 4000, relay=True, prepaid=True),
    Kind.THREE_PHASE: Model(3, "20A", "80A", 12000, 36000),
}
RATED_VOLTAGE = 2200
"""Tenths of a volt."""
SLOTS = ((0, 4), (360, 3), (480, 2), (660, 3), (1080, 1), (1320, 3), (1380, 4))
"""Minute of the day and tariff: 1 sharp, 2 peak, 3 flat, 4 valley."""
HABITS = 4
"""Different ways to live among the meters of a kind."""


@dataclass(frozen=True, slots=True)
class Plate:
    """One meter's own."""

    seed: int
    kind: Kind
    address: str
    tariffs: int = 4

    @property
    def model(self) -> Model:
        """What its kind has."""
        return MODELS[self.kind]

    @property
    def phases(self) -> int:
        """One or three."""
        return self.model.phases

    @property
    def scale(self) -> int:
        """Size of its load in watts."""
        span = self.model.highest - self.model.lowest
        return self.model.lowest + drawn(self.seed, 1) % (span + 1)

    @property
    def shares(self) -> tuple[int, ...]:
        """What each phase carries, in permille; they sum to 1000."""
        if self.phases == 1:
            return (1000,)
        a, b = 300 + drawn(self.seed, 2) % 70, 300 + drawn(self.seed, 3) % 70
        return (a, b, 1000 - a - b)

    @property
    def habit(self) -> Habit:
        """How its users live."""
        return _HABITS[self.kind][drawn(self.seed, 4) % HABITS]

    @property
    def slots(self) -> tuple[tuple[int, int], ...]:
        """Its tariffs over a day; a meter with fewer than four has fewer."""
        return tuple((minute, min(tariff, self.tariffs)) for minute, tariff in SLOTS)


HOURS_AT_HOME = (
    180, 140, 120, 110, 110, 140, 280, 420, 330, 240, 220, 300, 380,
    280, 230, 230, 290, 460, 700, 850, 880, 760, 520, 300,
)  # fmt: skip
HOURS_OFF = (
    220, 160, 130, 120, 120, 130, 200, 320, 420, 460, 480, 560, 600,
    500, 440, 420, 460, 560, 760, 880, 900, 780, 560, 340,
)  # fmt: skip
HOURS_AT_WORK = (
    200, 190, 190, 190, 200, 220, 320, 520, 820, 920, 950, 860,
    720, 860, 940, 950, 900, 760, 560, 420, 350, 300, 250, 220,
)  # fmt: skip
HOURS_CLOSED = (
    180, 180, 180, 180, 180, 190, 220, 260, 320, 340, 350, 340,
    320, 330, 340, 340, 330, 310, 290, 260, 230, 210, 190, 180,
)  # fmt: skip
HOURS_OF_SUN = (0, 0, 0, 0, 0, 0, 40, 150, 320, 520, 680, 780, 800, 740, 600, 430, 240, 90, 10, 0, 0, 0, 0, 0)


def _home(hours: tuple[int, ...], seed: int) -> tuple[Flow, ...]:
    """Mostly inductive, a little capacitive in the small hours."""
    flows: list[Flow] = []
    for step in range(STEPS):
        active = hours[step // 4] * (800 + drawn(seed, step) % 401) // 1000
        angle = -120 if 4 <= step < 20 else 180 + drawn(seed, step, 1) % 250
        flows.append(Flow(active, active * angle // 1000))
    return tuple(flows)


def _works(hours: tuple[int, ...], seed: int, *, panels: bool) -> tuple[Flow, ...]:
    """Machines by day, capacitors left on by night, perhaps panels on the roof."""
    flows: list[Flow] = []
    for step in range(STEPS):
        used = hours[step // 4] * (850 + drawn(seed, step) % 301) // 1000
        sun = HOURS_OF_SUN[step // 4] * (900 + drawn(seed, step, 2) % 201) // 600 if panels else 0
        angle = -200 if step < 24 else 300 + drawn(seed, step, 1) % 300
        flows.append(Flow(used - sun, used * angle // 1000))
    return tuple(flows)


def _home_habit(seed: int) -> Habit:
    return Habit(_home(HOURS_AT_HOME, seed), _home(HOURS_OFF, seed + 100))


def _works_habit(seed: int) -> Habit:
    """Every other one has panels."""
    panels = seed % 2 == 1
    working = _works(HOURS_AT_WORK, seed, panels=panels)
    return Habit(working, _works(HOURS_CLOSED, seed + 100, panels=panels))


_HABITS = {
    Kind.RESIDENTIAL: tuple(_home_habit(seed) for seed in range(HABITS)),
    Kind.TARIFF_CONTROL: tuple(_home_habit(seed) for seed in range(10, 10 + HABITS)),
    Kind.THREE_PHASE: tuple(_works_habit(seed) for seed in range(20, 20 + HABITS)),
}
