"""The tests of a readout library, run before it is installed: those in the file, and both of its ends.

The play asks a meter made from the same file for everything, in every dialect, over made-up values.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from core.errors import CoreError, EncodeError
from core.meters import driver as d
from core.meters.iec62056.dialects import Dialect
from core.meters.iec62056.values import Readout, answer
from core.meters.library.fictions import made_up_of
from core.meters.library.plays import ADDRESS, Answering, answered_by, disagreements, judge, misread, play
from core.meters.library.readout.driver import ReadoutLibraryDriver
from core.meters.library.readout.model import Extract, Play, ReadoutLibrary, held
from core.meters.library.readout.sheet import sheet
from core.meters.library.readout.station import ReadoutMeter
from core.meters.library.shown import value_texts
from core.meters.library.slave import RequestReader
from core.meters.occasion import Found
from core.quantities import NOW, Count, Quantity, Value, Wanted


def try_out_readout(library: ReadoutLibrary) -> None:
    """Run all tests; ``LibraryError`` with everything that failed."""
    judge(library.identity.id, library.tests, partial(_failures, library), _both_ends(library))


# Tests of the file


def _failures(library: ReadoutLibrary, test: Play | Extract) -> Iterator[str]:
    return _extracted(library, test) if isinstance(test, Extract) else _played(library, test)


def _extracted(library: ReadoutLibrary, test: Extract) -> Iterator[str]:
    found = answer(Readout(test.text, library.dialects), Wanted(test.quantity, NOW), 4)
    gives = value_texts(found.value) if isinstance(found, Found) else (found.outcome.value,)
    if gives != test.gives:
        yield f"gives {', '.join(gives)}"


def _played(library: ReadoutLibrary, test: Play) -> Iterator[str]:
    return disagreements(
        test.lines, test.outcome, test.gives, lambda by: _asked(library, test.address, test.quantity, by)
    )


def _asked(library: ReadoutLibrary, address: str, quantity: Quantity, answering: Answering) -> d.Answer:
    return play(ReadoutLibraryDriver(library), d.Access(address, 0, speed=library.speed), quantity, answering)


# Both ends


def _both_ends(library: ReadoutLibrary) -> Iterator[tuple[str, str]]:
    """What a meter of the same file shows must be what is read of it."""
    try:
        library.address.wire(ADDRESS)
    except EncodeError as error:
        yield "", str(error)
        return
    for dialect in library.dialects:
        for quantity in sorted(held(dialect), key=lambda one: one.value):
            wrong = _disagreement(library, dialect, quantity)
            if wrong:
                yield f"dialects.{dialect.name}.quantities.{quantity.value}", wrong


def _disagreement(library: ReadoutLibrary, dialect: Dialect, quantity: Quantity) -> str:
    text = sheet(dialect, lambda one, _: made_up_of(one), "12")
    meter = ReadoutMeter(library, ADDRESS, lambda: text)
    try:
        end = _asked(library, ADDRESS, quantity, answered_by(meter, RequestReader(library)))
    except CoreError as error:
        return str(error)
    return misread(end, made_up_of(quantity), partial(_alike, dialect, quantity))


def _alike(dialect: Dialect, quantity: Quantity, read: Value | None, kept: Value | None) -> bool:
    """Equal; phases without a code are missing, and the clock goes on."""
    if isinstance(read, datetime) and isinstance(kept, datetime):
        return timedelta() <= read - kept < timedelta(minutes=1)
    if isinstance(read, Count) and isinstance(kept, Count):
        return read.times == kept.times and read.at in (kept.at, None)
    if quantity in dialect.phases and isinstance(read, tuple) and isinstance(kept, tuple):
        codes = dialect.phases[quantity].codes
        return read == tuple(one if code else None for one, code in zip(kept, codes, strict=True))
    return read == kept
