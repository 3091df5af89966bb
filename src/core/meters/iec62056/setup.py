"""How Landis+Gyr/Siemens meters of a type are set up, from the table of a profile::

rates = [1, 2, 3, 4]                    # number in codes for sharp, peak, flat, valley, in both dialects

[obis]                                  # or [short]: codes other than usual
clock = "0.9.1"                         # date, resets, battery, number, error likewise
programmings = ["C.2.0", "C.2.1"]       # losses likewise
registers = { reactive-1 = { total = "3.8.0", rates = "3.8.", unit = "kvarh" } }
phases = { voltage = { codes = ["32.7", "52.7", "72.7"], unit = "V" } }
"""

from dataclasses import replace

from core.meters.iec62056.dialects import OBIS, SHORT, Dialect, Phases, Registers
from core.meters.setup_table import SetupTable
from core.quantities import SHAPES, Quantity, Shape

RATE = 63
SINGLE = ("clock", "date", "resets", "battery", "number", "error")
COUNT = {Shape.PHASES: 3, Shape.TOTAL_AND_PHASES: 4}
SEVERAL = ("programmings", "losses")


def dialects_from(table: SetupTable) -> tuple[Dialect, ...]:
    """Read a table; ``EncodeError`` names what is wrong."""
    told = table.names("rates")
    rates = table.numbers("rates", OBIS.rates, RATE)
    found = tuple(
        replace(_dialect(table.table(name), usual), rates=rates, rates_assumed=not told)
        for name, usual in (("obis", OBIS), ("short", SHORT))
    )
    table.done()
    return found


def _dialect(table: SetupTable, usual: Dialect) -> Dialect:
    if not table:
        return usual
    clock, date, resets, battery, number, error = (table.text(n, getattr(usual, n)) for n in SINGLE)
    programmings, losses = (table.texts(name, getattr(usual, name)) for name in SEVERAL)
    registers, phases = _registers(table.table("registers")), _phases(table.table("phases"))
    table.done()
    totals = tuple(row.total for rows in registers.values() for row in rows)
    return replace(
        usual, clock=clock, date=date, resets=resets, battery=battery, number=number, error=error,
        programmings=programmings, losses=losses, registers=usual.registers | registers,
        phases=usual.phases | phases, marks=(*usual.marks, *totals),
    )  # fmt: skip


def _registers(table: SetupTable) -> dict[Quantity, tuple[Registers, ...]]:
    found: dict[Quantity, tuple[Registers, ...]] = {}
    for name, quantity in table.quantities.items():
        if SHAPES[quantity] not in (Shape.REGISTERS, Shape.PEAKS):
            raise table.refuse(name, "no energy and no demand")
        row = table.table(name)
        found[quantity] = (Registers(row.text("total", ""), row.text("rates", ""), row.text("unit", "")),)
        row.done()
    return found


def _phases(table: SetupTable) -> dict[Quantity, Phases]:
    found: dict[Quantity, Phases] = {}
    for name, quantity in table.quantities.items():
        row, count = table.table(name), COUNT.get(SHAPES[quantity])
        codes = row.texts("codes", ())
        if len(codes) != count:
            raise row.refuse("codes", f"{count} codes expected" if count else "no value by phase")
        found[quantity] = Phases(codes, row.text("unit", ""))
        row.done()
    return found
