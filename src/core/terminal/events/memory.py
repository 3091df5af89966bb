"""What is remembered of a measuring point between two readings, so that the next one can be judged (7.1).

One fact per point, compact; another meter at the point begins anew (rule 5). Whatever counts time is void
after a leap of the clock (rule 6); counts and words are not.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.terminal.readings import History

PREFIX = "watch."
Total = Decimal | None


@dataclass(frozen=True, slots=True)
class Energy:
    """A reading of the forward active registers, and the power with it if it was read."""

    at: datetime
    frozen: bool
    """A day freeze is dated by the meter's clock, a present value by ours: they are never compared."""
    registers: tuple[Total, ...]
    power: Decimal | None = None
    """kW drawn."""


@dataclass(frozen=True, slots=True)
class Still:
    """A register that has not moved: since when, and what should have flowed (kWh)."""

    since: datetime
    expected: Decimal


@dataclass(slots=True)
class Memory:
    """One point."""

    address: str
    protocol: int
    leaps: int
    opened: set[str] = field(default_factory=set[str])
    """Events that have begun and not ended: ERC, or ERC and part."""
    counts: dict[str, int] = field(default_factory=dict[str, int])
    words: tuple[int | None, ...] | None = None
    energy: Energy | None = None
    still: Still | None = None
    calm: dict[int, int] = field(default_factory=dict[int, int])
    """Normal cycles since the last abnormal one, by ERC."""
    outside: dict[int, datetime] = field(default_factory=dict[int, datetime])
    """Since when the voltage is beyond a limit, by side."""
    saved_on: str = ""

    def is_open(self, erc: int, part: int = 0) -> bool:
        """Tell whether an event has begun."""
        return key_of(erc, part) in self.opened

    def belongs_to(self, history: History) -> bool:
        """Tell whether the same meter is still there."""
        return (self.address, self.protocol) == (history.address, history.protocol)

    def leap(self, leaps: int) -> None:
        """Forget whatever counts time, if the clock leapt since."""
        if leaps != self.leaps:
            self.leaps, self.still = leaps, None
            self.outside.clear()
            if self.energy is not None:
                self.energy = Energy(datetime.min, self.energy.frozen, self.energy.registers)

    def settled(self) -> tuple[object, ...]:
        """Everything but what changes with every reading of a sound meter."""
        return (frozenset(self.opened), dict(self.counts), self.words, dict(self.calm), dict(self.outside))


def key_of(erc: int, part: int = 0) -> str:
    """Name of a begun event."""
    return f"{erc}.{part}" if part else str(erc)


def new(history: History, leaps: int) -> Memory:
    """Return what is known of a meter that was never read."""
    return Memory(history.address, history.protocol, leaps)


def text_of(memory: Memory) -> str:
    """Write it down."""
    kept = [
        memory.address,
        memory.protocol,
        memory.leaps,
        sorted(memory.opened),
        memory.counts,
        memory.words,
        _energy_row(memory.energy),
        [memory.still.since.isoformat(), str(memory.still.expected)] if memory.still else None,
        memory.calm,
        {side: since.isoformat() for side, since in memory.outside.items()},
    ]
    return json.dumps(kept, separators=(",", ":"))


def _energy_row(energy: Energy | None) -> list[Any] | None:
    if energy is None:
        return None
    registers = [None if one is None else str(one) for one in energy.registers]
    power = None if energy.power is None else str(energy.power)
    return [energy.at.isoformat(), energy.frozen, registers, power]


def memory_of(text: str) -> Memory | None:
    """Read it again; a note that makes no sense counts as none."""
    try:
        address, protocol, leaps, opened, counts, words, energy, still, calm, outside = json.loads(text)
        return Memory(
            str(address),
            int(protocol),
            int(leaps),
            set(opened),
            dict(counts),
            None if words is None else tuple(words),
            _energy(energy),
            Still(datetime.fromisoformat(still[0]), Decimal(still[1])) if still else None,
            {int(erc): int(cycles) for erc, cycles in calm.items()},
            {int(side): datetime.fromisoformat(since) for side, since in outside.items()},
        )
    except (ValueError, TypeError, AttributeError, ArithmeticError):
        return None


def _energy(row: list[Any] | None) -> Energy | None:
    if row is None:
        return None
    at, frozen, registers, power = row
    totals = tuple(None if one is None else Decimal(one) for one in registers)
    return Energy(datetime.fromisoformat(at), bool(frozen), totals, None if power is None else Decimal(power))
