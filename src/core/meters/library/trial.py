"""The tests of a library, run before it is installed: those in the file, and both of its ends in one play.

The play asks every quantity of a meter made from the same file, over made-up values. It finds what no rule of
the loader can: items that collide, formats that do not hold what they must, answers nobody recognises.
"""

from collections.abc import Iterator
from functools import partial

from core.errors import DecodeError, EncodeError
from core.meters import driver as d
from core.meters.library.contents import Contents
from core.meters.library.driver import LibraryDriver
from core.meters.library.frames import Found, Known
from core.meters.library.made_up import made_up
from core.meters.library.model import (
    Check,
    Clock,
    Column,
    Counted,
    Energies,
    Library,
    Losses,
    Maxima,
    One,
    Phases,
    Plan,
    SettledEnergy,
)  # fmt: skip
from core.meters.library.plays import ADDRESS, Answering, answered_by, disagreements, judge, misread, play
from core.meters.library.shown import plain_text
from core.meters.library.slave import LibraryMeter, RequestReader
from core.meters.library.values import Format
from core.quantities import Count, Peak, PhaseLoss, Quantity, Value


def try_out_table(library: Library) -> None:
    """Run all tests; ``LibraryError`` with everything that failed."""
    both_ends = ((f"quantities.{name}", reason) for name, reason in _both_ends(library))
    judge(library.identity.id, library.tests, partial(_failures, library), both_ends)


# Tests of the file


def _failures(library: Library, check: Check) -> Iterator[str]:
    match check.kind:
        case "send":
            yield from _sent(library, check)
        case "receive":
            yield from _received(library, check)
        case "broken":
            if (texts := _decoded(library, check)) is not None:
                yield f"taken as {', '.join(texts)}, should be refused"
        case _:
            yield from _played(library, check)


def _known(library: Library, check: Check) -> Known:
    size = library.sizes[check.id] if check.id else None
    return Known(library.address.wire(check.address), bytes.fromhex(check.id), size)


def _sent(library: Library, check: Check) -> Iterator[str]:
    built = library.read.send.built(_known(library, check))
    if check.raw not in (built, built.removeprefix(library.read.send.wake)):
        yield f"sends {built.hex().upper()}"


def _received(library: Library, check: Check) -> Iterator[str]:
    texts = _decoded(library, check)
    if texts is None:
        yield "the frame is not recognised"
    elif texts != check.gives:
        yield f"gives {', '.join(texts)}"


def _decoded(library: Library, check: Check) -> tuple[str, ...] | None:
    """What an answer says, ``None`` if it is none."""
    for frame in (*library.read.value, *library.read.more, *library.read.refused):
        raw = check.raw.removeprefix(frame.wake) if frame.wake else check.raw
        judged = frame.judge(raw, _known(library, check))
        if isinstance(judged, Found) and judged.size == len(raw):
            if frame in library.read.refused:
                return (f"refused {judged.known.code.hex().upper()}".strip(),)
            return _texts(library, check.id, judged.known.data)
    return None


def _texts(library: Library, code: str, content: bytes) -> tuple[str, ...] | None:
    form = _format_of(library, code)
    if form is None:
        return (content.hex().upper(),)
    size = form.size or len(content)
    content = content[: len(content) - len(content) % size]
    try:
        values = [form.load(content[at : at + size]) for at in range(0, len(content), size)]
    except DecodeError:
        return None
    return tuple(map(plain_text, values))


def _format_of(library: Library, code: str) -> Format | None:
    return next(
        (form for plan in library.quantities.values() for one, form in _uses(plan) if one == code), None
    )


def _uses(plan: Plan) -> Iterator[tuple[str, Format]]:
    """Every identifier of a plan with the format of its values."""
    match plan:
        case Energies(columns=columns):
            for column in columns:
                yield from _column_uses(column)
        case Maxima(columns=pairs):
            for column in (column for pair in pairs for column in pair):
                yield from _column_uses(column)
        case Losses(columns=losses):
            for phases in losses:
                yield from _uses(phases) if phases else ()
        case Phases(format=form, each=each, block=block, signs=signs):
            yield from ((code, form) for code in (*each, block))
            yield from ((signs.id, signs.format),) if signs else ()
        case Clock(parts=ones):
            yield from ((one.id, one.format) for one in ones)
        case Counted(times=times, at=at):
            yield from ((one.id, one.format) for one in (times, at) if one)
        case One(id=code, format=form):
            yield code, form
        case SettledEnergy():
            return


def _column_uses(column: Column) -> Iterator[tuple[str, Format]]:
    yield from ((code, column.format) for code in (column.total, *column.tariffs, column.block))


# Plays


def _played(library: Library, check: Check) -> Iterator[str]:
    asked = check.quantity or Quantity.CLOCK
    return disagreements(
        check.lines, check.outcome, check.gives, lambda by: _asked(library, check.address, asked, by)
    )


def _asked(library: Library, address: str, quantity: Quantity, answering: Answering) -> d.Answer:
    access = d.Access(address, 0, speed=library.speed)
    return play(LibraryDriver(library, lambda: None), access, quantity, answering)


def _both_ends(library: Library) -> Iterator[tuple[str, str]]:
    """Ask a meter of the same file everything; what comes back must be what it holds."""
    try:
        library.address.wire(ADDRESS)
    except EncodeError as error:
        yield "", str(error)
        return
    values = {quantity: made_up(quantity, plan) for quantity, plan in library.quantities.items()}
    meter = LibraryMeter(
        library, ADDRESS, Contents(library, lambda quantity, _: values.get(quantity)).content
    )
    for quantity, plan in library.quantities.items():
        if isinstance(plan, SettledEnergy) or (isinstance(plan, Energies) and plan.sum):
            continue
        answer = _asked(library, ADDRESS, quantity, answered_by(meter, RequestReader(library)))
        if wrong := misread(answer, values[quantity], _alike):
            yield quantity.value, wrong


def _alike(read: Value | None, held: Value | None) -> bool:
    """Equal; times may be missing where the library has no identifier or no clock for them."""
    if isinstance(read, tuple) and isinstance(held, tuple):
        return len(read) == len(held) and all(map(_same, read, held))
    return _same(read, held)


def _same(read: object, held: object) -> bool:
    if isinstance(read, Peak) and isinstance(held, Peak):
        return read.value == held.value and read.at in (held.at, None)
    if isinstance(read, Count) and isinstance(held, Count):
        return read.times == held.times and read.at in (held.at, None)
    if isinstance(read, PhaseLoss) and isinstance(held, PhaseLoss):
        pairs = ((read.minutes, held.minutes), (read.start, held.start), (read.end, held.end))
        return read.times == held.times and all(told in (kept, None) for told, kept in pairs)
    return read == held
