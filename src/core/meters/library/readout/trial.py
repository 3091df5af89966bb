"""The tests of a readout library, run before it is installed: those in the file, and both of its ends.

The play asks a meter made from the same file for everything, in every dialect, over made-up values.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from core.errors import CoreError, Defect, EncodeError, LibraryError
from core.meters import driver as d
from core.meters.iec62056.dialects import Dialect
from core.meters.iec62056.values import Readout, answer
from core.meters.library.fictions import made_up_of
from core.meters.library.plays import Answering, disagreements, play
from core.meters.library.readout.driver import ReadoutLibraryDriver
from core.meters.library.readout.model import Extract, Play, ReadoutLibrary, held
from core.meters.library.readout.sheet import sheet
from core.meters.library.readout.station import ReadoutMeter
from core.meters.library.shown import value_texts
from core.meters.library.slave import RequestReader
from core.meters.occasion import Found
from core.quantities import NOW, Count, Quantity, Value, Wanted

ADDRESS = "000000000012"


def try_out_readout(library: ReadoutLibrary) -> None:
    """Run all tests; ``LibraryError`` with everything that failed."""
    defects = [
        Defect(f"tests[{place}]", reason)
        for place, test in enumerate(library.tests)
        for reason in _failures(library, test)
    ]
    defects += [Defect(path, reason) for path, reason in _both_ends(library)]
    if defects:
        raise LibraryError(tuple(defects), library.identity.id)


# Tests of the file


def _failures(library: ReadoutLibrary, test: Play | Extract) -> Iterator[str]:
    try:
        yield from _extracted(library, test) if isinstance(test, Extract) else _played(library, test)
    except CoreError as error:
        yield str(error)


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
    meter, reader = ReadoutMeter(library, ADDRESS, lambda: text), RequestReader(library)

    def answering(raw: bytes, now: float) -> Sequence[bytes]:
        replies = (meter.answer(found, now) for found in reader.feed(raw, now))
        return [reply.raw for reply in replies if reply]

    try:
        end = _asked(library, ADDRESS, quantity, answering)
    except CoreError as error:
        return str(error)
    if end.outcome is not d.Outcome.READ:
        return f"its own meter is not understood: {end.outcome.value}, {end.reason}"
    if not _alike(end.value, made_up_of(quantity), dialect, quantity):
        read, kept = (", ".join(value_texts(one)) for one in (end.value, made_up_of(quantity)))
        return f"reads {read}, the meter holds {kept}"
    return ""


def _alike(read: Value | None, kept: Value | None, dialect: Dialect, quantity: Quantity) -> bool:
    """Equal; phases without a code are missing, and the clock goes on."""
    if isinstance(read, datetime) and isinstance(kept, datetime):
        return timedelta() <= read - kept < timedelta(minutes=1)
    if isinstance(read, Count) and isinstance(kept, Count):
        return read.times == kept.times and read.at in (kept.at, None)
    if quantity in dialect.phases and isinstance(read, tuple) and isinstance(kept, tuple):
        codes = dialect.phases[quantity].codes
        return read == tuple(one if code else None for one, code in zip(kept, codes, strict=True))
    return read == kept
