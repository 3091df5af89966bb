"""The tests of a library of classes, run before it is installed: those in the file, and both of its ends."""

from collections.abc import Iterator, Sequence

from core.errors import CoreError, Defect, EncodeError, LibraryError
from core.meters import driver as d
from core.meters.library.classes.contents import Contents, part
from core.meters.library.classes.driver import ClassLibraryDriver
from core.meters.library.classes.model import ClassLibrary, Play
from core.meters.library.classes.station import ClassMeter
from core.meters.library.fictions import made_up_of
from core.meters.library.plays import Answering, disagreements, play
from core.meters.library.shown import value_texts
from core.meters.library.slave import RequestReader
from core.quantities import Quantity, Value

ADDRESS = "000000000012"


def try_out_classes(library: ClassLibrary) -> None:
    """Run all tests; ``LibraryError`` with everything that failed."""
    defects = [
        Defect(f"tests[{place}]", reason)
        for place, test in enumerate(library.tests)
        for reason in _failures(library, test)
    ]
    defects += [Defect(path, reason) for path, reason in _both_ends(library)]
    if defects:
        raise LibraryError(tuple(defects), library.identity.id)


def _failures(library: ClassLibrary, test: Play) -> Iterator[str]:
    try:
        yield from disagreements(
            test.lines, test.outcome, test.gives, lambda by: _asked(library, test.address, test.quantity, by)
        )
    except CoreError as error:
        yield str(error)


def _asked(library: ClassLibrary, address: str, quantity: Quantity, answering: Answering) -> d.Answer:
    return play(ClassLibraryDriver(library), d.Access(address, 0, speed=library.speed), quantity, answering)


def _both_ends(library: ClassLibrary) -> Iterator[tuple[str, str]]:
    """What a meter of the same file holds must be what is read of it."""
    try:
        library.address.wire(ADDRESS)
    except EncodeError as error:
        yield "", str(error)
        return
    contents = Contents(library, lambda quantity, _: _held(library, quantity))
    measured = {library.map.codes[code] for code in contents.codes}
    for quantity in sorted(library.quantities, key=lambda one: one.value):
        shared = library.demands.get(quantity, quantity)
        if quantity is Quantity.SETTLEMENT or (
            shared in library.map.codes.values() and shared not in measured
        ):
            continue
        if wrong := _disagreement(library, contents, quantity):
            yield quantity.value, wrong


def _held(library: ClassLibrary, quantity: Quantity) -> Value | None:
    value = made_up_of(quantity)
    if quantity in library.records.tail:
        return (part(value, 0), *(None,) * 4)
    return value


def _disagreement(library: ClassLibrary, contents: Contents, quantity: Quantity) -> str:
    meter, reader = ClassMeter(library, ADDRESS, contents.content), RequestReader(library)

    def answering(raw: bytes, now: float) -> Sequence[bytes]:
        replies = (meter.answer(found, now) for found in reader.feed(raw, now))
        return [reply.raw for reply in replies if reply]

    try:
        end = _asked(library, ADDRESS, quantity, answering)
    except CoreError as error:
        return str(error)
    if end.outcome is not d.Outcome.READ:
        return f"its own meter is not understood: {end.outcome.value}, {end.reason}"
    kept = _held(library, quantity)
    if end.value != kept:
        read, held = (", ".join(value_texts(one)) for one in (end.value, kept))
        return f"reads {read}, the meter holds {held}"
    return ""
