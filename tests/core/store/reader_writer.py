"""A program that keeps readings of meters as fast as it can and says which are kept; made to be killed.

Step n puts three quantities of one slot, all carrying n, and now and then a parameter and a curve.
"""

import sys
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from core.quantities import Quantity
from core.store.store import Store
from core.terminal.ledger import FactKept
from core.terminal.readings import History, Kind, Reading, Source

QUANTITIES = (Quantity.FORWARD_ACTIVE, Quantity.REVERSE_ACTIVE, Quantity.REACTIVE_1)
START = datetime(2026, 1, 1)
POINTS = 7


def place(number: int) -> tuple[History, datetime]:
    """Meter and day of a step."""
    point = 1 + number % POINTS
    return History(point, f"{point:012d}", 30), START + timedelta(days=number // POINTS)


def batch(number: int, kind: Kind = Kind.DAY) -> list[Reading]:
    _, stamp = place(number)
    value = (Decimal(number),) * 5
    return [Reading(kind, stamp, quantity, value, stamp, Source.FREEZE) for quantity in QUANTITIES]


def main(directory: Path) -> None:
    store = Store(directory)
    number = int(store.load().facts.get("number", "0"))
    print(number, flush=True)
    while True:
        number += 1
        history, _ = place(number)
        store.readings.put(history, batch(number))
        print(number, flush=True)
        if number % 5 == 0:
            store.write([FactKept("number", str(number))])
            store.readings.put(history, batch(number, Kind.CURVE))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
