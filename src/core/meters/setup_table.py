"""Configuration of a driver for a type of meter, as a profile writes it (meter protocols §1, consequence 2).

Channels, rates and codes are how a meter was set up, not protocol. Each family reads its own fields with
this; what a table does not name stays as usual. ``EncodeError`` names the field that is wrong.
"""

from collections.abc import Mapping, Sequence
from typing import Never, cast

from core.errors import EncodeError
from core.quantities import Quantity

Given = Mapping[str, object]
NOTHING: Given = {}


class SetupTable:
    """One table; every field is asked for, then `done` refuses the rest."""

    def __init__(self, given: Given, path: str = "") -> None:
        self._given = given
        self._path = path
        self._known: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._given)

    def names(self, name: str) -> bool:
        """Tell whether a field is given."""
        self._known.add(name)
        return name in self._given

    def flag(self, name: str, usual: bool) -> bool:
        """Return true or false."""
        value = self._given[name] if self.names(name) else usual
        return value if isinstance(value, bool) else self._refuse(name, "true or false expected")

    def text(self, name: str, usual: str) -> str:
        """Return a text."""
        value = self._given[name] if self.names(name) else usual
        return value if isinstance(value, str) else self._refuse(name, "a text expected")

    def texts(self, name: str, usual: Sequence[str]) -> tuple[str, ...]:
        """Return a list of texts."""
        values = self._list(name, usual)
        texts = tuple(one for one in values if isinstance(one, str))
        return texts if len(texts) == len(values) else self._refuse(name, "a list of texts expected")

    def numbers(self, name: str, usual: Sequence[int], most: int) -> tuple[int, ...]:
        """Return a list of numbers from 0 to ``most``."""
        values = self._list(name, usual)
        numbers = tuple(one for one in values if type(one) is int and 0 <= one <= most)
        return numbers if len(numbers) == len(values) else self._refuse(name, f"numbers 0 to {most} expected")

    def number(self, name: str, most: int) -> int:
        """Return a number from 0 to ``most``; it has to be given."""
        value = self._given.get(name) if self.names(name) else None
        whole = isinstance(value, int) and type(value) is int and 0 <= value <= most
        return value if whole and isinstance(value, int) else self._refuse(name, f"0 to {most} expected")

    def table(self, name: str) -> "SetupTable":
        """Return a table within; an empty one where none is given."""
        value = self._given[name] if self.names(name) else NOTHING
        if not isinstance(value, Mapping):
            return self._refuse(name, "a table expected")
        return SetupTable(cast("Given", value), self.path(name))

    def quantity(self, name: str, text: str) -> Quantity:
        """Return the quantity of this name, for the field ``name``."""
        try:
            return Quantity(text)
        except ValueError:
            return self._refuse(name, f"{text} is no quantity")

    @property
    def quantities(self) -> dict[str, Quantity]:
        """Field names that are quantities, all of them."""
        return {name: self.quantity(name, name) for name in self._given}

    @property
    def fields(self) -> tuple[str, ...]:
        """All names given."""
        return tuple(self._given)

    def path(self, name: str) -> str:
        """Return where a field stands."""
        return f"{self._path}.{name}" if self._path else name

    def done(self) -> None:
        """Refuse fields that nobody asked for."""
        for name in self._given:
            if name not in self._known:
                there = ", ".join(sorted(self._known)) or "none here"
                self._refuse(name, f"unknown, there are {there}")

    def refuse(self, name: str, reason: str) -> EncodeError:
        """Return the error for a field."""
        return EncodeError(reason, field=self.path(name))

    def _refuse(self, name: str, reason: str) -> Never:
        raise self.refuse(name, reason)

    def _list(self, name: str, usual: Sequence[object]) -> Sequence[object]:
        value = self._given[name] if self.names(name) else usual
        if not isinstance(value, list | tuple):
            self._refuse(name, "a list expected")
        return cast("Sequence[object]", value)
