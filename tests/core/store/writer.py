"""A program that writes to a store as fast as it can and says what is durable; made to be killed.

Every step is one transaction of two facts, a parameter and an event record, all carrying the same number.
"""

import sys
from datetime import datetime
from pathlib import Path

from core.store.store import Store
from core.terminal.ledger import EventRecord, FactKept, Ledger, ParameterKept, RecordKept


def main(directory: Path) -> None:
    ledger = Ledger(Store(directory))
    number = int(ledger.fact("first") or 0)
    print(number, flush=True)
    while True:
        number += 1
        record = EventRecord(False, number, number, 3, datetime(2026, 11, 20), None, bytes(40))
        with ledger.transaction():
            ledger.put(FactKept("first", str(number)))
            ledger.put(ParameterKept(3, 0, number.to_bytes(28, "big")), RecordKept(record))
            ledger.put(FactKept("last", str(number)))
        print(number, flush=True)


main(Path(sys.argv[1]))
