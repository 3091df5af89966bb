"""From tables of the right structure to the model, and what is wrong between them.

Every method notes what is wrong and goes on with what there is, so that all defects are told at once.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from core.meters.driver import Speed
from core.meters.library import model as m
from core.meters.library.address import AddressForm
from core.meters.library.frames import LARGEST, Frame, Known
from core.meters.library.framing import frame_of
from core.meters.library.toml_lines import Path
from core.meters.library.values import Format
from core.quantities import SHAPES, Quantity, Shape

Table = Mapping[str, Any]
Note = Callable[[Path, str], None]
MOST_IDS = 512
LONGEST_SESSION = 300.0
"""Seconds that one question may take at worst."""
PHASE_UNITS = {
    Quantity.VOLTAGE: "V", Quantity.CURRENT: "A", Quantity.ACTIVE_POWER: "kW",
    Quantity.REACTIVE_POWER: "kvar", Quantity.APPARENT_POWER: "kVA", Quantity.POWER_FACTOR: "",
}  # fmt: skip
READY = "ready"


class Builder:
    """Builds one library."""

    def __init__(self, table: Table, note: Note) -> None:
        """``note`` takes each defect."""
        self._table = table
        self._note = note
        self._sizes: dict[str, int] = {}
        self._formats: dict[str, str] = {}
        self._id_size = 0

    def library(self, identity: m.Identity, speed: Speed) -> m.Library | None:
        """Return the library, ``None`` if parts of it could not be made; then defects were noted."""
        table = self._table
        self._values = {name: self._format(name, one) for name, one in table["values"].items()}
        quantities = {
            Quantity(name): self._plan(Quantity(name), one, ("quantities", name))
            for name, one in table["quantities"].items()
        }
        settles = self._settles()
        self._sums(quantities)
        if len(self._sizes) > MOST_IDS:
            self._note(("quantities",), f"{len(self._sizes)} identifiers, at most {MOST_IDS}")
        address = self._address()
        sizes = {"address": address.size, "id": self._id_size}
        frames = {
            name: frame_of(
                name, one, sizes, lambda path, reason, name=name: self._note(("frames", name, *path), reason)
            )
            for name, one in table["frames"].items()
        }
        read = self._reading(frames)
        timing = self._timing()
        errors = tuple(self._error(place, row) for place, row in enumerate(table.get("errors", ())))
        session = self._session(frames)
        tests = tuple(self._test(place, one) for place, one in enumerate(table["tests"]))
        if read is None:
            return None
        self._sized(read)
        self._bounded(read, timing, session)
        return m.Library(
            identity, speed, address, timing, frames, read, quantities, errors, session, settles, tests,
            dict(self._sizes),
        )  # fmt: skip

    # Values and identifiers

    def _format(self, name: str, one: Table) -> Format:
        path, decode, size = ("values", name), one["decode"], one.get("size", 0)
        layout = tuple(one.get("layout", ()))
        missing = tuple(map(bytes.fromhex, one.get("missing", ())))
        if decode == "time":
            if not layout:
                self._note(path, "a time needs a layout")
            words = [word for word in layout if word != "xx"]
            if len(set(words)) != len(words):
                self._note((*path, "layout"), "a part stands twice")
            if size not in (0, len(layout)):
                self._note((*path, "size"), f"the layout has {len(layout)} bytes")
            size = len(layout)
        elif layout or "digits" in one:
            self._note(path, "only a time has layout and digits")
        if decode == "float" and size not in (0, 4, 8):
            self._note((*path, "size"), "a float has 4 or 8 bytes")
        elif decode not in ("float", "time") and not size:
            self._note(path, "size is missing")
        for place, gap in enumerate(missing):
            if size and len(gap) != size:
                self._note((*path, "missing", place), f"the value has {size} bytes")
        return Format(
            name, decode, size, one.get("order", "little") == "big", one.get("decimals", 0),
            one.get("signed", False), one.get("unit", ""), missing, one.get("digits") == "binary", layout,
        )  # fmt: skip

    def _named(self, name: str, path: Path) -> Format:
        found = self._values.get(name)
        if found is None:
            self._note((*path, "value"), f"there is no value {name}")
            return Format(name, "uint", 1)
        return found

    def _id(self, code: str, size: int, use: str, path: Path) -> str:
        """Note the use of an identifier: one length for all, and one meaning for each."""
        self._id_size = self._id_size or len(code) // 2
        if len(code) // 2 != self._id_size:
            self._note(path, f"{code} has {len(code) // 2} bytes, the others {self._id_size}")
        if self._sizes.setdefault(code, size) != size or self._formats.setdefault(code, use) != use:
            self._note(path, f"{code} is used with another meaning elsewhere")
        return code

    def _one(self, one: Table, path: Path) -> m.One:
        form = self._named(one["value"], path)
        return m.One(self._id(one["id"], form.size, one["value"], (*path, "id")), form)

    # Quantities

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
                at = self._one(one["at"], (*path, "at")) if "at" in one else None
                plan = m.Counted(self._one(one["times"], (*path, "times")), at)
            case Shape.PHASE_LOSSES:
                plan = self._losses(one, path)
            case Shape.SETTLED:
                plan = m.SettledEnergy(Quantity(one["of"]))
            case _:
                plan = self._one(one, path)
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
        form = self._named(one["value"], path)
        if units:
            self._unit(form, units, path)
        elif form.decode != "time":
            self._note((*path, "value"), f"{form.name} is no time")
        if not any(key in one for key in ("total", "tariffs", "block")):
            self._note(path, "total, tariffs or block is missing")
        use = one["value"]
        total = self._id(one["total"], form.size, use, (*path, "total")) if "total" in one else ""
        tariffs = tuple(
            self._id(code, form.size, use, (*path, "tariffs", n))
            for n, code in enumerate(one.get("tariffs", ()))
        )
        return m.Column(form, total, tariffs, self._block(one, form, path))

    def _block(self, one: Table, form: Format, path: Path) -> str:
        if "block" not in one:
            return ""
        if not form.size:
            self._note((*path, "block"), "the values of a block need a size")
        return self._id(one["block"], 0, f"{one['value']}s", (*path, "block"))

    def _phases(self, one: Table, path: Path, unit: str | None) -> m.Phases:
        form = self._named(one["value"], path)
        if unit is not None:
            self._unit(form, {unit}, path)
        each = tuple(
            self._id(code, form.size, one["value"], (*path, "each", n)) for n, code in enumerate(one["each"])
        )
        signs = self._one(one["signs"], (*path, "signs")) if "signs" in one else None
        if signs and signs.format.decode != "uint":
            self._note((*path, "signs", "value"), "bits are an uint")
        return m.Phases(form, each, self._block(one, form, path), signs)

    def _clock(self, one: Table, path: Path) -> m.Clock:
        parts = tuple(self._one(part, (*path, "parts", n)) for n, part in enumerate(one["parts"]))
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

    def _settles(self) -> m.Settles | None:
        one = self._table.get("history", {}).get("settles")
        if one is None:
            return None
        path: Path = ("history", "settles")
        must = tuple(map(bytes.fromhex, one["must"]))
        for n, raw in enumerate(must):
            if len(raw) != one["size"]:
                self._note((*path, "must", n), f"the identifier holds {one['size']} bytes")
        return m.Settles(self._id(one["id"], one["size"], "settles", (*path, "id")), one["size"], must)

    # Frames and what is done with them

    def _address(self) -> AddressForm:
        one = self._table["address"]
        return AddressForm(
            one["form"],
            one["size"],
            one.get("order", "little") == "big",
            one.get("last", 12),
            one.get("most"),
        )

    def _timing(self) -> m.Timing:
        one = self._table["timing"]
        return m.Timing(
            one["reply_ms"] / 1000, one["gap_ms"] / 1000, one["quiet_ms"] / 1000, one["tries"],
            one.get("answer_ms", 20) / 1000, one.get("busy_ms", 1000) / 1000,
        )  # fmt: skip

    def _frame(self, name: str, frames: Mapping[str, Frame], path: Path) -> Frame | None:
        if name not in frames:
            self._note(path, f"there is no frame {name}")
        return frames.get(name)

    def _frames(self, one: Table, key: str, frames: Mapping[str, Frame], path: Path) -> tuple[Frame, ...]:
        found = (self._frame(name, frames, (*path, key, n)) for n, name in enumerate(one.get(key, ())))
        return tuple(frame for frame in found if frame is not None)

    def _reading(self, frames: Mapping[str, Frame]) -> m.Reading | None:
        one, path = self._table["read"], ("read",)
        send = self._frame(one["send"], frames, ("read", "send"))
        follow = self._frame(one["follow"], frames, ("read", "follow")) if "follow" in one else None
        value, more, refused = (self._frames(one, key, frames, path) for key in ("value", "more", "refused"))
        if bool(follow) != bool(more) or bool(follow) != ("most" in one):
            self._note(path, "follow, more and most belong together")
        for frame in (*value, *more):
            if not frame.has("data"):
                self._note(path, f"{frame.name} carries no data")
        for frame in refused:
            if self._table.get("errors") and not frame.has("code"):
                self._note(path, f"{frame.name} carries no code")
        close = bytes.fromhex(one.get("close", ""))
        if send is None:
            return None
        return m.Reading(send, value, more, refused, follow, one.get("most", 1), close)

    def _sized(self, read: m.Reading) -> None:
        """Unless frames tell their length, every identifier must have a size."""
        for frame in (*read.value, *read.more):
            told = frame.escape or any(
                one.kind == "length" and frame.covers_data(one) for one in frame.fields
            )
            for code in () if told else [code for code, size in self._sizes.items() if not size]:
                self._note(("frames", frame.name), f"nothing tells the length of {code}")
        known = Known(size=max(self._sizes.values(), default=0))
        longest = max((frame.fixed + (known.size or 0) for frame in (*read.value, *read.more)), default=0)
        if longest > LARGEST:
            self._note(("frames",), f"{longest} bytes, a frame has at most {LARGEST}")

    def _bounded(self, read: m.Reading, timing: m.Timing, session: m.Session | None) -> None:
        """The worst question must end."""
        sends = timing.tries * read.most * 2
        if session:
            sends += 2 * sum(state.tries for state in session.states.values()) + timing.tries
        worst = sends * (timing.reply + timing.quiet) + timing.tries * timing.busy
        if worst > LONGEST_SESSION:
            self._note(("timing",), f"one question could take {worst:.0f} s, at most {LONGEST_SESSION:.0f}")

    def _error(self, place: int, row: Table) -> m.ErrorRow:
        code = bytes.fromhex(row["code"]) if "code" in row else None
        mask = bytes.fromhex(row["mask"]) if "mask" in row else None
        if mask and (code is None or len(mask) != len(code)):
            self._note(("errors", place, "mask"), "mask and code have the same length")
        if row["class"] == "login" and "session" not in self._table:
            self._note(("errors", place, "class"), "there is no session")
        return m.ErrorRow(row["class"], code, mask, row.get("says", ""))

    def _session(self, frames: Mapping[str, Frame]) -> m.Session | None:
        one = self._table.get("session")
        if one is None:
            return None
        states = {name: self._state(name, state, frames) for name, state in one["states"].items()}
        made = {name: state for name, state in states.items() if state}
        self._paths(one, one["states"])
        logout = self._frame(one["logout"], frames, ("session", "logout")) if "logout" in one else None
        return m.Session(one["first"], one["idle_ms"] / 1000, made, logout)

    def _state(self, name: str, one: Table, frames: Mapping[str, Frame]) -> m.State | None:
        path: Path = ("session", "states", name)
        send = self._frame(one["send"], frames, (*path, "send"))
        accept, refuse = (self._frames(one, key, frames, path) for key in ("accept", "refuse"))
        if send is None:
            return None
        tries = one.get("tries", self._table["timing"]["tries"])
        return m.State(send, accept, refuse, one["next"], one.get("silent", ""), tries)

    def _paths(self, one: Table, states: Mapping[str, Table]) -> None:
        """Every step leads on, none back: repeats are what ``tries`` is for."""
        ways = {
            name: [(key, state[key]) for key in ("next", "silent") if key in state]
            for name, state in states.items()
        }
        if one["first"] not in states:
            self._note(("session", "first"), f"there is no state {one['first']}")
        for name, leads in ways.items():
            for key, there in leads:
                path: Path = ("session", "states", name, key)
                if there != READY and there not in states:
                    self._note(path, f"there is no state {there}")
                elif name in _leads(there, ways):
                    self._note(path, f"a cycle: {there} leads back here")

    def _test(self, place: int, one: Table) -> m.Check:
        path: Path = ("tests", place)
        code = one.get("id", "")
        if code and code not in self._sizes:
            self._note((*path, "id"), f"no quantity uses {code}")
        quantity = Quantity(one["quantity"]) if "quantity" in one else None
        if quantity and quantity.value not in self._table["quantities"]:
            self._note((*path, "quantity"), f"the library has no {quantity.value}")
        lines = tuple(
            (bytes.fromhex(line["send"]), bytes.fromhex(line["hear"]) if "hear" in line else None)
            for line in one.get("lines", ())
        )
        return m.Check(
            one["is"], one["address"], code, bytes.fromhex(one.get("hex", "")), tuple(one.get("gives", ())),
            quantity, lines, one.get("outcome", "read"),
        )  # fmt: skip


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


def _leads(start: str, ways: Mapping[str, list[tuple[str, str]]]) -> set[str]:
    """All states a state leads to, itself among them."""
    seen, waiting = set[str](), [start]
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting += [there for _, there in ways.get(one, ())]
    return seen
