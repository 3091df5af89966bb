"""What may stand on a shelf, and what is done with each kind of it; a further kind is a row here."""

from collections.abc import Callable
from datetime import datetime

from core.meters.driver import Driver
from core.meters.library.classes.model import ClassLibrary
from core.meters.library.model import Alias, Library, Slot
from core.meters.library.readout.model import ReadoutLibrary

Described = Library | ReadoutLibrary | ClassLibrary
"""A family that a file describes."""
Entry = Described | Alias | Slot
KINDS = {
    Library: "protocol",
    ReadoutLibrary: "readout",
    ClassLibrary: "classes",
    Alias: "alias",
    Slot: "slot",
}
"""As files name them."""
Civil = Callable[[], datetime | None]


def driver_of(library: Described, civil: Civil) -> Driver:
    """Make a driver; ``civil`` tells the terminal's time, ``None`` while it is invalid."""
    if isinstance(library, ReadoutLibrary):
        from core.meters.library.readout.driver import ReadoutLibraryDriver  # noqa: PLC0415 - on first use

        return ReadoutLibraryDriver(library)
    if isinstance(library, ClassLibrary):
        from core.meters.library.classes.driver import ClassLibraryDriver  # noqa: PLC0415 - on first use

        return ClassLibraryDriver(library)
    from core.meters.library.driver import LibraryDriver  # noqa: PLC0415 - made on first use

    return LibraryDriver(library, civil)


def try_out(library: Described) -> None:
    """Run the tests of a library and a play of both its ends; ``LibraryError`` with all that failed."""
    if isinstance(library, ReadoutLibrary):
        from core.meters.library.readout.trial import try_out_readout  # noqa: PLC0415 - for installing only

        return try_out_readout(library)
    if isinstance(library, ClassLibrary):
        from core.meters.library.classes.trial import try_out_classes  # noqa: PLC0415 - for installing only

        return try_out_classes(library)
    from core.meters.library.trial import try_out_table  # noqa: PLC0415 - for installing only

    return try_out_table(library)
