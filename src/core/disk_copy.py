"""The copy of data that the menu puts on a USB disk (device behaviour 3.6 Management): tables as CSV.

Freezes, events and parameters, each in a file of its own, in a folder named after the terminal and the time
of its clock, so that nothing already on the disk is touched. Secrets are no part of it.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from core.event_lines import lines_of
from core.gdw376.address import Address
from core.gdw376.unit import Unit
from core.menu_sheets import points
from core.terminal.archive import history_of
from core.terminal.concentrator import Concentrator
from core.terminal.ledger import RING
from core.terminal.parameters import KINDS
from core.terminal.readings import Kind
from core.wire.codec import NO_SCOPE, Label, Node
from core.wire.record import layout_of

FROZEN = (Kind.DAY, Kind.READING_DAY, Kind.MONTH, Kind.HOUR)
MASK = "****"
Row = tuple[str, ...]


def copy_to(terminal: Concentrator, folder: Path) -> Path:
    """Write all below ``folder``; return the new folder. ``OSError`` when the disk does not take it."""
    own, now = terminal.address, terminal.rtc.reading()
    target = folder / f"{Address(own.region, own.terminal).text}_{now:%Y%m%d_%H%M%S}"
    target.mkdir(parents=True)
    for name, rows in _tables(terminal):
        with (target / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(rows)
    return target


def _tables(terminal: Concentrator) -> Iterator[tuple[str, list[Row]]]:
    for kind in FROZEN:
        yield f"{kind.value.replace(' ', '_')}_freezes", list(_freezes(terminal, kind))
    yield "events", list(_events(terminal))
    yield "parameters", list(_parameters(terminal))


def _freezes(terminal: Concentrator, kind: Kind) -> Iterator[Row]:
    """One row per value, with the meter's digits."""
    yield ("point", "meter", "slot", "read", "quantity", "register", "value")
    for meter in terminal.archive.meters():
        for quantity in points.FEET:
            for found in terminal.readings.between(history_of(meter), kind, quantity, *points.EVER):
                slot = (str(meter.point), meter.address, f"{found.stamp:%Y-%m-%d %H:%M}")
                read = f"{found.read_at:%Y-%m-%d %H:%M:%S}"
                for line in points.lines_of(quantity, found.value, meter):
                    yield (*slot, read, quantity.value, line.label, line.value)


def _events(terminal: Concentrator) -> Iterator[Row]:
    """One row per record, newest first; what it says as label=value."""
    yield ("number", "erc", "time", "point", "ring", "says")
    for record in terminal.events.newest(2 * RING):
        says = "; ".join(f"{label}={value}" for label, value in lines_of(record))
        ring = "important" if record.important else "ordinary"
        pn = "" if record.pn is None else str(record.pn)
        yield (str(record.serial), str(record.erc), f"{record.time:%Y-%m-%d %H:%M:%S}", pn, ring, says)


def _parameters(terminal: Concentrator) -> Iterator[Row]:
    """One row per field of what is set; passwords masked."""
    yield ("code", "point", "field", "value", "unit")
    wanted = [(fn, 0) for fn in sorted(KINDS)] + sorted(terminal.ledger.kept.parameters)
    for fn, pn in dict.fromkeys(wanted):
        value = terminal.parameters.at(fn, pn)
        if value is not None:
            yield from ((value.meaning.code, str(pn), *row) for row in _fields(value))


def _fields(value: Unit) -> Iterator[Row]:
    raw = value.encode()
    label = Label(value.meaning.alias, value.meaning.zh, value.meaning.en)
    node, _, _ = layout_of(type(value)).dissect(label, raw, 0, len(raw), NO_SCOPE)
    return _leaves(node, "")


def _leaves(node: Node, path: str) -> Iterator[Row]:
    name = f"{path}.{node.name}" if path else node.name
    if node.children:
        for child in node.children:
            yield from _leaves(child, name)
    else:
        yield (name, MASK if node.secret else node.text, node.unit)
