"""Records as the ring keeps them and as AFN 0E carries them: one layout, `core.gdw376.units.erc`.

The ring keeps when an event happened to the second; the wire has the minute (A.15) in front of the body.
"""

from dataclasses import fields, replace
from datetime import datetime
from typing import Any, cast

from core.errors import EncodeError
from core.gdw376.units.erc import BODIES, PointMark
from core.gdw376.units.event_record import Event, EventCodec
from core.terminal.ledger import EventRecord
from core.wire.codec import NO_SCOPE
from core.wire.record import Record
from core.wire.times import MinuteTime

TIME = 5
"""Bytes of the time of occurrence."""
ERC_OF: dict[type[Record], int] = {kind: erc for erc, kinds in reversed(BODIES.items()) for kind in kinds}
"""By layout; of those that several events share the lowest number."""


def happened(body: Record) -> datetime | None:
    """Return the time of occurrence that a body names; ``None`` stands for now."""
    return getattr(body, _time_field(body))


def content(body: Record) -> bytes:
    """Return the bytes behind the time.

    A reading that its place cannot carry, as of a meter read with a wrong scale, is sent as no value (EEH).
    ``EncodeError`` where not even that can be said.
    """
    without: Any = replace(cast("Any", body), **{_time_field(body): None})
    while True:
        try:
            return without.encode()[TIME:]
        except EncodeError as error:
            name = error.field.partition(".")[0].partition("[")[0]
            if not name or getattr(without, name) is None:
                raise
            without = replace(without, **{name: None})


def _time_field(body: Record) -> str:
    return fields(cast("Any", body))[0].name


def event_of(record: EventRecord) -> Event:
    """Return the record as the wire has it."""
    raw = MinuteTime().dump(record.time.replace(second=0, microsecond=0)) + record.body
    return EventCodec().take(bytes((record.erc, len(raw))) + raw, 0, len(raw) + 2, NO_SCOPE)[0]


def begins(record: EventRecord) -> bool | None:
    """Tell whether an event began or ended; ``None`` for one that just happened (7.1 rule 4)."""
    mark = getattr(event_of(record).body, "point", None)
    return bool(mark.begin) if isinstance(mark, PointMark) else None
