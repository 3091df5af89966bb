"""A parameter on its way into the terminal, and why one may be sent back."""

from dataclasses import dataclass

from core.errors import EncodeError
from core.gdw376.refusals import Refusal
from core.gdw376.unit import Unit


@dataclass(frozen=True, slots=True)
class Setting:
    """The value of a parameter for one Pn: 0 the terminal, else a measuring point or a task."""

    unit: Unit
    pn: int = 0

    @property
    def key(self) -> tuple[int, int]:
        """Fn and Pn."""
        return self.unit.meaning.fn, self.pn


@dataclass(frozen=True, slots=True)
class Objection:
    """Why this terminal cannot take a value."""

    reason: str
    refusal: Refusal = Refusal.VALUE

    def __str__(self) -> str:
        return self.reason

    def error(self, setting: Setting) -> EncodeError:
        """Return the error to raise."""
        place = f"@{setting.pn}" if setting.pn else ""
        return EncodeError(self.reason, field=setting.unit.meaning.code + place)
