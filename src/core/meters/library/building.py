"""From tables of the right structure to a library of identifiers, and what is wrong between them.

Every step notes what is wrong and goes on with what there is, so that all defects are told at once.
"""

from core.meters.driver import Speed
from core.meters.library import model as m
from core.meters.library.address import AddressForm
from core.meters.library.frames import LARGEST
from core.meters.library.names import Names, Note, Table
from core.meters.library.plans import Plans
from core.meters.library.steps import Steps
from core.meters.library.toml_lines import Path
from core.quantities import Quantity


def library_of(table: Table, identity: m.Identity, speed: Speed, note: Note) -> m.Library | None:
    """Build a library; ``None`` if parts of it could not be made: then defects were noted."""
    names = Names(table["values"], note)
    quantities = Plans(names, note).all(table["quantities"])
    settles = _settles(table, names, note)
    names.bounded()
    address = address_of(table)
    steps = Steps(table, {"address": address.room, "id": names.id_size}, note)
    read, timing, errors, session = steps.reading(), steps.timing(), steps.errors(), steps.session()
    tests = tuple(_test(place, one, table, names, note) for place, one in enumerate(table["tests"]))
    if read is None:
        return None
    _sized(read, names, note)
    _bounded(read, timing, session, note)
    return m.Library(
        identity, speed, address, timing, steps.frames, read, quantities, errors, session, settles, tests,
        dict(names.sizes),
    )  # fmt: skip


def address_of(table: Table) -> AddressForm:
    """Return the table ``address``."""
    one = table["address"]
    return AddressForm(
        one["form"],
        one["size"],
        one.get("order", "little") == "big",
        one.get("last", 12),
        one.get("most"),
        one.get("blank", False),
    )


def lines_in(one: Table) -> tuple[tuple[bytes, bytes | None], ...]:
    """Return the lines of a play: what is sent, and what is heard then."""
    return tuple(
        (bytes.fromhex(line["send"]), bytes.fromhex(line["hear"]) if "hear" in line else None)
        for line in one.get("lines", ())
    )


def _settles(table: Table, names: Names, note: Note) -> m.Settles | None:
    one = table.get("history", {}).get("settles")
    if one is None:
        return None
    path: Path = ("history", "settles")
    must = tuple(map(bytes.fromhex, one["must"]))
    for n, raw in enumerate(must):
        if len(raw) != one["size"]:
            note((*path, "must", n), f"the identifier holds {one['size']} bytes")
    return m.Settles(names.id(one["id"], one["size"], "settles", (*path, "id")), one["size"], must)


def _sized(read: m.Reading, names: Names, note: Note) -> None:
    """Unless frames tell their length, every identifier must have a size."""
    for frame in (*read.value, *read.more):
        for code in () if frame.tells_size else [code for code, size in names.sizes.items() if not size]:
            note(("frames", frame.name), f"nothing tells the length of {code}")
        for place, one in enumerate(frame.fields):
            if one.most > LARGEST:
                note(("frames", frame.name, "fields", place, "most"), f"a frame has at most {LARGEST} bytes")
    size = max(names.sizes.values(), default=0)
    longest = max((frame.fixed + size for frame in (*read.value, *read.more)), default=0)
    if longest > LARGEST:
        note(("frames",), f"{longest} bytes, a frame has at most {LARGEST}")


def _bounded(read: m.Reading, timing: m.Timing, session: m.Session | None, note: Note) -> None:
    """The worst question must end."""
    sends = timing.tries * read.most * 2
    if session:
        sends += 2 * sum(state.tries for state in session.states.values()) + timing.tries
    worst = sends * (timing.reply + timing.quiet) + timing.tries * timing.busy
    if worst > m.LONGEST_QUESTION:
        note(("timing",), f"one question could take {worst:.0f} s, at most {m.LONGEST_QUESTION:.0f}")


def _test(place: int, one: Table, table: Table, names: Names, note: Note) -> m.Check:
    path: Path = ("tests", place)
    code = one.get("id", "")
    if code and code not in names.sizes:
        note((*path, "id"), f"no quantity uses {code}")
    quantity = Quantity(one["quantity"]) if "quantity" in one else None
    if quantity and quantity.value not in table["quantities"]:
        note((*path, "quantity"), f"the library has no {quantity.value}")
    return m.Check(
        one["is"], one["address"], code, bytes.fromhex(one.get("hex", "")), tuple(one.get("gives", ())),
        quantity, lines_in(one), one.get("outcome", "read"),
    )  # fmt: skip
