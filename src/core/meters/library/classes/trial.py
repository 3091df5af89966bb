"""The tests of a library of classes, run before it is installed: those in the file, and both of its ends."""

from collections.abc import Iterator
from functools import partial
from operator import eq

from core.errors import CoreError, EncodeError
from core.meters import driver as d
from core.meters.library.classes.contents import Contents, part
from core.meters.library.classes.driver import ClassLibraryDriver
from core.meters.library.classes.model import ClassLibrary, Play
from core.meters.library.classes.station import ClassMeter
from core.meters.library.fictions import made_up_of
from core.meters.library.plays import ADDRESS, Answering, answered_by, disagreements, judge, misread, play
from core.meters.library.slave import RequestReader
from core.quantities import Quantity, Value


def try_out_classes(library: ClassLibrary) -> None:
    """Run all tests; ``LibraryError`` with everything that failed."""
    judge(library.identity.id, library.tests, partial(_played, library), _both_ends(library))


def _played(library: ClassLibrary, test: Play) -> Iterator[str]:
    return disagreements(
        test.lines, test.outcome, test.gives, lambda by: _asked(library, test.address, test.quantity, by)
    )


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
    meter = ClassMeter(library, ADDRESS, contents.content)
    try:
        end = _asked(library, ADDRESS, quantity, answered_by(meter, RequestReader(library)))
    except CoreError as error:
        return str(error)
    return misread(end, _held(library, quantity), eq)
