"""What a file says of each quantity becomes the plan by which it is read."""

from collections.abc import Iterator, Mapping

from core.meters.library import model as m
from core.meters.library.names import Names, Note, Table
from core.meters.library.toml_lines import Path
from core.meters.library.values import Format
from core.quantities import SHAPES, Quantity, Shape

PHASE_UNITS = {
    Quantity.VOLTAGE: "V", Quantity.CURRENT: "A", Quantity.ACTIVE_POWER: "kW",
    Quantity.REACTIVE_POWER: "kvar", Quantity.APPARENT_POWER: "kVA", Quantity.POWER_FACTOR: "",
}  # fmt: skip


class Plans:
    """Builds plans."""

    def __init__(self, names: Names, note: Note) -> None:
        """``note`` takes each defect."""
        self._names = names
        self._note = note

    def all(self, quantities: Table) -> dict[Quantity, m.Plan]:
        """Return the plans of a table ``quantities``."""
        found = {
            Quantity(name): self._plan(Quantity(name), one, ("quantities", name))
            for name, one in quantities.items()
        }
        self._sums(found)
        return found

    def _plan(self, quantity: Quantity, one: Table, path: Path) -> m.Plan:
        """Every shape of a value has its own way to be written."""
        match SHAPES[quantity]:
            case Shape.REGISTERS:
                plan: m.Plan = self._energies(one, path)
            case Shape.PEAKS:
                plan = m.Maxima(tuple(self._maxima(one, path)))
            case Shape.PHASES | Shape.TOTAL_AND_PHASES:
                plan = self._phases(one, path, PHASE_UNITS[quantity])
            case Shape.TIME:
                plan = self._clock(one, path)
            case Shape.COUNT:
                at = self._names.one(one["at"], (*path, "at")) if "at" in one else None
                plan = m.Counted(self._names.one(one["times"], (*path, "times")), at)
            case Shape.PHASE_LOSSES:
                plan = self._losses(one, path)
            case Shape.SETTLED:
                plan = m.SettledEnergy(Quantity(one["of"]))
            case _:
                plan = self._names.one(one, path)
                self._unit(plan.format, {"min"}, path)
        return plan

    def _losses(self, one: Table, path: Path) -> m.Losses:
        times, minutes, starts, ends = (
            self._phases(one[key], (*path, key), None) if key in one else None
            for key in ("times", "minutes", "starts", "ends")
        )
        return m.Losses((times, minutes, starts, ends))

    def _unit(self, form: Format, units: set[str], path: Path) -> None:
        if form.unit not in units:
            self._note(
                (*path, "value"),
                f"{form.name} is in {form.unit or 'no unit'}, not {' or '.join(sorted(units))}",
            )

    def _energies(self, one: Table, path: Path) -> m.Energies:
        if "sum" in one:
            if one.keys() - {"sum"}:
                self._note(path, "a sum has nothing beside it")
            return m.Energies(sum=tuple(map(Quantity, one["sum"])))
        if "value" not in one:
            self._note(path, "value is missing")
            return m.Energies()
        rows = [(one, path)] + [(back, (*path, "back", n)) for n, back in enumerate(one.get("back", ()))]
        return m.Energies(tuple(self._column(row, place, {"kWh", "kvarh"}) for row, place in rows))

    def _maxima(self, one: Table, path: Path) -> Iterator[tuple[m.Column, m.Column]]:
        rows = [(one, path)] + [(back, (*path, "back", n)) for n, back in enumerate(one.get("back", ()))]
        for row, place in rows:
            times = self._column(row["times"], (*place, "times"), set())
            yield self._column(row, place, {"kW", "kvar"}), times

    def _column(self, one: Table, path: Path, units: set[str]) -> m.Column:
        """``units`` empty: times."""
        form = self._names.value(one["value"], path)
        if units:
            self._unit(form, units, path)
        elif form.decode != "time":
            self._note((*path, "value"), f"{form.name} is no time")
        if not any(key in one for key in ("total", "tariffs", "block")):
            self._note(path, "total, tariffs or block is missing")
        use = one["value"]
        total = self._names.id(one["total"], form.size, use, (*path, "total")) if "total" in one else ""
        tariffs = tuple(
            self._names.id(code, form.size, use, (*path, "tariffs", n))
            for n, code in enumerate(one.get("tariffs", ()))
        )
        return m.Column(form, total, tariffs, self._block(one, form, path))

    def _block(self, one: Table, form: Format, path: Path) -> str:
        if "block" not in one:
            return ""
        if not form.size:
            self._note((*path, "block"), "the values of a block need a size")
        return self._names.id(one["block"], 0, f"{one['value']}s", (*path, "block"))

    def _phases(self, one: Table, path: Path, unit: str | None) -> m.Phases:
        form = self._names.value(one["value"], path)
        if unit is not None:
            self._unit(form, {unit}, path)
        each = tuple(
            self._names.id(code, form.size, one["value"], (*path, "each", n))
            for n, code in enumerate(one["each"])
        )
        signs = self._names.one(one["signs"], (*path, "signs")) if "signs" in one else None
        if signs and signs.format.decode != "uint":
            self._note((*path, "signs", "value"), "bits are an uint")
        return m.Phases(form, each, self._block(one, form, path), signs)

    def _clock(self, one: Table, path: Path) -> m.Clock:
        parts = tuple(self._names.one(part, (*path, "parts", n)) for n, part in enumerate(one["parts"]))
        words = [word for part in parts for word in part.format.layout if word not in ("ww", "xx")]
        for part in parts:
            if part.format.decode != "time":
                self._note((*path, "parts"), f"{part.format.name} is no time")
        for word in ("yy", "MM", "dd", "hh", "mm"):
            if words.count(word) != 1:
                self._note((*path, "parts"), f"{word} must stand once in all parts together")
        return m.Clock(parts)

    def _sums(self, plans: Mapping[Quantity, m.Plan]) -> None:
        """A sum is of what the library has, and never of itself."""
        for quantity, plan in plans.items():
            if isinstance(plan, m.Energies):
                for part in plan.sum:
                    self._summed(quantity, part, plans)
            elif isinstance(plan, m.SettledEnergy):
                of = plans.get(plan.of)
                if not isinstance(of, m.Energies) or len(of.columns) < 2:
                    self._note(("quantities", quantity.value, "of"), f"{plan.of.value} has no back")

    def _summed(self, quantity: Quantity, part: Quantity, plans: Mapping[Quantity, m.Plan]) -> None:
        path: Path = ("quantities", quantity.value, "sum")
        plan = plans.get(part)
        if not isinstance(plan, m.Energies):
            self._note(path, f"the library has no {part.value}")
        elif quantity in _reached(part, plans):
            self._note(path, f"a cycle: {part.value} is a sum that leads back here")


def _reached(start: Quantity, plans: Mapping[Quantity, m.Plan]) -> set[Quantity]:
    """All quantities a sum leads to, itself among them."""
    seen, waiting = set[Quantity](), [start]
    while waiting:
        one = waiting.pop()
        plan = plans.get(one)
        if one not in seen and isinstance(plan, m.Energies):
            waiting += plan.sum
        seen.add(one)
    return seen
