"""From tables of the right structure to a library of classes, and what is wrong between them."""

from collections.abc import Mapping

from core.meters.driver import Speed
from core.meters.library.building import address_of, lines_in
from core.meters.library.checks import Check
from core.meters.library.classes.model import Access, BlockMap, Cell, ClassLibrary, Extent, Play, Records
from core.meters.library.fields import LARGEST
from core.meters.library.frames import Frame
from core.meters.library.model import LONGEST_QUESTION, Identity, Session, Timing
from core.meters.library.names import MOST_IDS, Note, Table, format_of
from core.meters.library.steps import Steps
from core.meters.library.toml_lines import Path
from core.quantities import Quantity


def classes_of(table: Table, identity: Identity, speed: Speed, note: Note) -> ClassLibrary | None:
    """Build a library; ``None`` if parts of it could not be made: then defects were noted."""
    return _Builder(table, note).library(identity, speed)


class _Builder:
    def __init__(self, table: Table, note: Note) -> None:
        self._table = table
        self._note = note
        self._address = address_of(table)
        self._steps = Steps(table, {"address": self._address.room, "id": 1}, note)
        self._extents = {name: _extent(name, one) for name, one in table["classes"].items()}

    def library(self, identity: Identity, speed: Speed) -> ClassLibrary | None:
        table, steps = self._table, self._steps
        session, access = steps.session(), self._access()
        constants, told, records = self._constants(), self._map(), self._records()
        clock = self._part("clock")
        reset = self._part("reset") if "reset" in table else None
        unasked = self._unasked()
        tests = tuple(map(_test, table["tests"]))
        if not (session and access and constants and told and records and clock):
            return None
        self._bounded(steps.timing(), session, access, speed)
        library = ClassLibrary(
            identity, speed, self._address, steps.timing(), steps.frames, session, access, unasked,
            steps.errors(), constants, told, records, clock, reset, tests,
        )  # fmt: skip
        self._known(library)
        return library

    def _extent(self, name: str, path: Path) -> Extent | None:
        if name not in self._extents:
            self._note(path, f"there is no class {name}")
        return self._extents.get(name)

    # Frames

    def _unasked(self) -> tuple[tuple[Frame, Frame], ...]:
        found: list[tuple[Frame, Frame]] = []
        for name, answer in self._table.get("unasked", {}).items():
            pair = self._steps.frame(name, ("unasked", name)), self._steps.frame(answer, ("unasked", name))
            if pair[0] and pair[1]:
                found.append((pair[0], pair[1]))
        return tuple(found)

    def _access(self) -> Access | None:
        one, path = self._table["read"], ("read",)
        send, follow = (self._steps.frame(one[key], (*path, key)) for key in ("send", "follow"))
        part, refused = (self._steps.several(one, key, path) for key in ("part", "refused"))
        for frame in part:
            self._carries(frame, ("data", "length"))
        for frame in refused:
            self._carries(frame, ("code",))
        if send is None or follow is None or not part:
            return None
        self._carries(send, ("id", "offset", "count"))
        return Access(send, follow, part, refused, one["most"])

    def _carries(self, frame: Frame, kinds: tuple[str, ...]) -> None:
        for kind in kinds:
            if not frame.has(kind):
                self._note(("frames", frame.name), f"carries no {kind}")

    def _bounded(self, timing: Timing, session: Session, access: Access, speed: Speed) -> None:
        """A question reads four classes at most, each from the begin so often as there are tries."""
        calls = sum(state.tries * (state.reply or timing.reply) for state in session.states.values())
        packet = timing.reply + 134 * speed.bits / speed.baud
        worst = timing.silent_tries * calls + timing.tries * (packet + timing.busy) + access.most * packet
        if worst > LONGEST_QUESTION:
            self._note(("timing",), f"one question could take {worst:.0f} s, at most {LONGEST_QUESTION:.0f}")

    # Cells

    def _cell(self, one: Table, path: Path, places: frozenset[str] = frozenset()) -> Cell:
        told = one.get("places", "")
        if told and told not in places:
            self._note((*path, "places"), f"there is no constant {told}")
        if one["at"] + one.get("size", 0) > LARGEST:
            self._note((*path, "at"), f"a class has at most {LARGEST} bytes")
        name = path[-1] if isinstance(path[-1], str) else "value"
        return Cell(one["at"], format_of(name, one, path, self._note), told)

    def _constants(self) -> tuple[Extent, Mapping[str, Cell]] | None:
        one = self._table["constants"]
        extent = self._extent(one["class"], ("constants", "class"))
        cells = {name: self._cell(cell, ("constants", "cells", name)) for name, cell in one["cells"].items()}
        for name, cell in cells.items():
            if cell.format.decode not in ("uint", "bcd"):
                self._note(("constants", "cells", name), "decimals are a number")
        return (extent, cells) if extent else None

    def _part(self, name: str) -> tuple[Extent, Cell] | None:
        one = self._table[name]
        extent = self._extent(one["class"], (name, "class"))
        cell = self._cell(one["cell"], (name, "cell"))
        if cell.format.decode != "time":
            self._note((name, "cell"), "a moment is a time")
        return (extent, cell) if extent else None

    def _map(self) -> BlockMap | None:
        one, path = self._table["map"], ("map",)
        extent = self._extent(one["class"], (*path, "class"))
        codes = {int(code, 16): Quantity(name) for code, name in one["codes"].items()}
        if len(set(codes.values())) != len(codes):
            self._note((*path, "codes"), "two codes for one quantity")
        places = {int(size): tuple(row) for size, row in one["places"].items()}
        if not places:
            self._note((*path, "places"), "there are none")
        usual = tuple(int(code, 16) for code in one["usual"])
        return BlockMap(extent, places, codes, usual) if extent and places else None

    def _records(self) -> Records | None:
        one, path = self._table["records"], ("records",)
        known = frozenset(self._table["constants"]["cells"])
        present, previous = (self._extent(one[key], (*path, key)) for key in ("present", "previous"))
        cells = {
            key: self._cell(one[key], (*path, key), known)
            for key in ("energy", "demand", "time") if key in one
        }  # fmt: skip
        tail = {
            Quantity(name): self._cell(cell, (*path, "tail", name), known)
            for name, cell in one.get("tail", {}).items()
        }
        sizes = {int(size): count for size, count in one["blocks"].items()}
        if sorted(one["rates"]) != list(range(len(one["rates"]))):
            self._note((*path, "rates"), "every record of a block stands once")
        if present is None or previous is None or not sizes:
            return None
        records = Records(
            present, previous, one["stride"], tuple(one["rates"]), sizes, cells["energy"],
            cells.get("demand"), cells.get("time"), tail,
        )  # fmt: skip
        self._fitting(records)
        return records

    def _fitting(self, records: Records) -> None:
        """Cells lie inside their record, blocks and what is behind them inside the class."""
        path: Path = ("records",)
        for key, cell in (("energy", records.energy), ("demand", records.demand), ("time", records.time)):
            if cell and cell.at + cell.format.size > records.stride:
                self._note((*path, key), f"ends behind the record of {records.stride} bytes")
        behind = max((cell.at + cell.format.size for cell in records.tail.values()), default=0)
        for size, count in records.sizes.items():
            if records.block * count + behind > size:
                self._note((*path, "blocks", str(size)), f"{count} blocks and what is behind them need more")
        for extent in (records.present, records.previous):
            if set(extent.sizes) != set(records.sizes):
                self._note(("classes", extent.name), "its sizes are those of records.blocks")

    def _known(self, library: ClassLibrary) -> None:
        count = max(library.records.sizes.values()) * len(library.records.rates)
        if count + len(library.records.tail) + len(library.constants[1]) > MOST_IDS:
            self._note(("records",), f"more than {MOST_IDS} values")
        for place, test in enumerate(library.tests):
            if test.quantity not in library.quantities:
                self._note(("tests", place, "quantity"), f"the library has no {test.quantity.value}")


def _extent(name: str, one: Table) -> Extent:
    check = Check(one["sum"]) if "sum" in one else None
    return Extent(
        name, bytes.fromhex(one["id"]), one.get("from", 0), one.get("length", 0),
        tuple(one.get("sizes", ())), check, one.get("holds_ms", 0) / 1000, one.get("called", name),
    )  # fmt: skip


def _test(one: Table) -> Play:
    return Play(
        one["address"], Quantity(one["quantity"]), lines_in(one), tuple(one.get("gives", ())),
        one.get("outcome", "read"),
    )  # fmt: skip
