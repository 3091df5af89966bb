"""From tables of the right structure to a readout library, and what is wrong between them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.meters.driver import Speed
from core.meters.iec62056.dialects import RATES_OF_TERMINALS, Dialect, Phases, Registers
from core.meters.library.building import address_of, lines_in
from core.meters.library.frames import Frame
from core.meters.library.model import Identity, Session, Timing
from core.meters.library.names import MOST_IDS, Note, Table
from core.meters.library.plans import PHASE_UNITS
from core.meters.library.readout.model import LONGEST_VISIT, Extract, Play, ReadoutLibrary, held
from core.meters.library.steps import READY, Steps
from core.meters.library.toml_lines import Path
from core.quantities import SHAPES, Quantity, Shape

UNITS = {Shape.REGISTERS: ("kWh", "kvarh"), Shape.PEAKS: ("kW", "kvar")}


def readout_of(table: Table, identity: Identity, speed: Speed, note: Note) -> ReadoutLibrary | None:
    """Build a library; ``None`` if parts of it could not be made: then defects were noted."""
    address = address_of(table)
    steps = Steps(table, {"address": address.room, "id": 0}, note)
    timing, session = steps.timing(), steps.session()
    read = table["read"]
    sheets = steps.several(read, "value", ("read",))
    dialects = tuple(_dialect(name, one, note) for name, one in table["dialects"].items())
    if not dialects:
        note(("dialects",), "there is none")
    if session is None or not sheets:
        return None
    _ending(sheets, table, note)
    _bounded(timing, session, sheets, speed, note)
    library = ReadoutLibrary(
        identity, speed, table["serial"].get("fold", False), address, timing, steps.frames, session, sheets,
        dialects, read["holds_ms"] / 1000, read.get("failure_holds_ms", 0) / 1000, _tests(table["tests"]),
    )  # fmt: skip
    _counted(library, table, note)
    return library


# Sessions


def _ending(sheets: tuple[Frame, ...], table: Table, note: Note) -> None:
    """A session ends with a text, and with nothing else."""
    for frame in sheets:
        if not (frame.has("data") and frame.tells_size):
            note(("read", "value"), f"{frame.name} carries no data with an end of its own")
    names = {frame.name for frame in sheets}
    for name, state in table["session"]["states"].items():
        for accepted in state["accept"]:
            leads = state.get("goto", {}).get(accepted, state["next"])
            if (leads == READY) != (accepted in names):
                path: Path = ("session", "states", name)
                note(path, f"{accepted} leads to {leads}: a session is ready when the text is there")


def _bounded(timing: Timing, session: Session, sheets: tuple[Frame, ...], speed: Speed, note: Note) -> None:
    """The worst question must end, even if the text comes at the slowest rate."""
    slowest = min((speed.baud, *session.rates.values()))
    text = max(frame.longest for frame in sheets) * speed.bits / slowest
    sends = sum(state.tries for state in session.states.values())
    worst = timing.tries * (sends * timing.reply + text + timing.restart)
    if worst > LONGEST_VISIT:
        note(("timing",), f"one question could take {worst:.0f} s, at most {LONGEST_VISIT:.0f}")


# Dialects


def _dialect(name: str, one: Table, note: Note) -> Dialect:
    rows: dict[Quantity, Any] = {Quantity(key): row for key, row in one["quantities"].items()}
    path: Path = ("dialects", name, "quantities")
    clock, count = rows.get(Quantity.CLOCK, {}), rows.get(Quantity.PROGRAMMINGS, {})
    return Dialect(
        name, tuple(one["marks"]), dict(_registers(rows, path, note)), dict(_phases(rows, path, note)),
        clock.get("time", ""), clock.get("date", ""), rows.get(Quantity.DEMAND_CLEARS, {}).get("times", ""),
        tuple(count.get("codes", ())), rows.get(Quantity.BATTERY, {}).get("hours", ""),
        tuple(rows.get(Quantity.PHASE_LOSSES, {}).get("times", ())), one.get("number", ""),
        one.get("error", ""), tuple(one.get("tariffs", RATES_OF_TERMINALS)),
    )  # fmt: skip


def _registers(
    rows: Mapping[Quantity, Any], path: Path, note: Note
) -> Iterator[tuple[Quantity, tuple[Registers, ...]]]:
    for quantity, row in rows.items():
        units = UNITS.get(SHAPES[quantity])
        if units is None:
            continue
        for place, one in enumerate(row):
            if one["unit"] not in units:
                note((*path, quantity.value, place, "unit"), f"must be {' or '.join(units)}")
        yield (
            quantity,
            tuple(
                Registers(one["total"], one.get("tariffs", ""), one["unit"], one.get("assumed", False))
                for one in row
            ),
        )


def _phases(rows: Mapping[Quantity, Table], path: Path, note: Note) -> Iterator[tuple[Quantity, Phases]]:
    for quantity, row in rows.items():
        if quantity not in PHASE_UNITS:
            continue
        size = 3 if quantity is Quantity.VOLTAGE else 4
        if len(row["codes"]) != size:
            note((*path, quantity.value, "codes"), f"must be {size}, empty where there is none")
        if row["unit"] != PHASE_UNITS[quantity]:
            note((*path, quantity.value, "unit"), f"must be {PHASE_UNITS[quantity] or 'empty'}")
        yield quantity, Phases(tuple(row["codes"]), row["unit"])


def codes_of(dialect: Dialect) -> tuple[str, ...]:
    """Return every code a dialect looks for, with its unit where that tells codes apart."""
    registers = [
        f"{code} {row.unit}"
        for rows in dialect.registers.values()
        for row in rows
        for code in (row.total, *(f"{row.rates}{rate}" for rate in dialect.rates if row.rates))
    ]
    phases = [f"{code} {row.unit}" for row in dialect.phases.values() for code in row.codes if code]
    rest = (dialect.clock, dialect.date, dialect.resets, dialect.battery, *dialect.programmings)
    return (*registers, *phases, *(code for code in (*rest, *dialect.losses) if code))


def _counted(library: ReadoutLibrary, table: Table, note: Note) -> None:
    """Items are bounded, and one code has one meaning."""
    every = [code for dialect in library.dialects for code in codes_of(dialect)]
    if len(every) > MOST_IDS:
        note(("dialects",), f"{len(every)} codes, at most {MOST_IDS}")
    for dialect in library.dialects:
        codes = codes_of(dialect)
        for code in sorted({one for one in codes if codes.count(one) > 1}):
            note(("dialects", dialect.name), f"{code.strip()} has two meanings")
    known = {quantity for dialect in library.dialects for quantity in held(dialect)}
    for place, one in enumerate(table["tests"]):
        if Quantity(one["quantity"]) not in known:
            note(("tests", place, "quantity"), f"the library has no {one['quantity']}")


def _tests(tables: Sequence[Table]) -> tuple[Play | Extract, ...]:
    return tuple(map(_test, tables))


def _test(one: Table) -> Play | Extract:
    quantity, gives = Quantity(one["quantity"]), tuple(one.get("gives", ()))
    if one["is"] == "text":
        return Extract(one["text"], quantity, gives)
    return Play(one["address"], quantity, lines_in(one), gives, one.get("outcome", "read"))
