"""The rungs between the mains and the master's acknowledgement, and what is known of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Rung(Enum):
    """The rungs from below."""

    SUPPLY = "supply"
    CLOCK = "clock"
    MODULE = "module"
    SIM = "sim"
    SIGNAL = "signal"
    APN = "apn"
    DIAL = "dial"
    ADDRESS = "address"
    LOGIN = "login"
    ACKNOWLEDGEMENT = "ack"


class Verdict(Enum):
    """What is known of a rung."""

    GOOD = "good"
    NOTED = "noted"
    """Odd, but not the reason."""
    UNSEEN = "unseen"
    """This terminal does not tell."""
    WAITING = "waiting"
    """Cannot be before the rung below holds."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Step:
    """One rung: verdict, and the finding whose words stand in `hhu.offline_words`, with its facts."""

    rung: Rung
    verdict: Verdict
    finding: str
    facts: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All rungs; ``failing`` is the first that failed."""

    steps: tuple[Step, ...]
    online: bool

    @property
    def failing(self) -> Step | None:
        """The reason, as far as there is one."""
        return next((step for step in self.steps if step.verdict is Verdict.FAILED), None)

    @property
    def unseen(self) -> tuple[Rung, ...]:
        """Rungs this terminal does not tell about."""
        return tuple(step.rung for step in self.steps if step.verdict is Verdict.UNSEEN)

    @property
    def headline(self) -> str:
        """Key of the sentence above the ladder."""
        if self.failing:
            return "offline.found"
        if self.online:
            return "offline.online"
        return "offline.unseen" if self.unseen else "offline.trying"
