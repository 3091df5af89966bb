"""Event records as lines of the detail page (device behaviour 3.3 EVENTS, 7.2): label and value, 20 columns.

Five lines at most; a wrong password is never among them.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.gdw376 import dadt
from core.terminal.events.records import event_of
from core.terminal.ledger import EventRecord

Lines = tuple[tuple[str, str], ...]
NONE = "--"
FAULTS = {1: "memory", 2: "clock", 3: "board link", 4: "RS485", 5: "display", 6: "carrier"}
CHANGES = (
    ("periods", "tariff"), ("programming", "program"), ("reading_day", "read day"), ("constant", "constant"),
    ("ratios", "ratio"), ("demand_clear", "demand clr"), ("address", "address"),
)  # fmt: skip
TROUBLES = (
    ("handled", "programmed"), ("phase_loss", "phase loss"), ("voltage_loss", "volt loss"),
    ("power_off", "power off"), ("battery", "battery"),
)  # fmt: skip
PROTOCOLS = {0: "645-97", 1: "645-07"}
SIDES = {1: "too high", 2: "too low"}


def lines_of(record: EventRecord) -> Lines:
    """Return what the page shows of a record; nothing of a body that cannot be read."""
    body = event_of(record).body
    return () if isinstance(body, bytes) or record.erc not in SHOWN else SHOWN[record.erc](body)[:5]


def _number(value: Decimal | None, unit: str = "") -> str:
    return NONE if value is None else f"{value}{unit}"


def _minute(moment: datetime | None) -> str:
    return NONE if moment is None else f"{moment:%m-%d %H:%M}"


def _inputs(inputs: frozenset[int]) -> str:
    return ",".join(map(str, sorted(inputs))) or "none"


def _flags(label: str, names: tuple[tuple[str, str], ...], flags: Any) -> Lines:
    words = [word for name, word in names if getattr(flags, name)]
    return tuple((label if not place else "", word) for place, word in enumerate(words))


def _version(body: Any) -> Lines:
    return (("SW before", body.old_version), ("SW after", body.new_version))


def _loss(body: Any) -> Lines:
    return _flags("Lost", (("terminal", "terminal"), ("points", "points")), body.flags)


def _changed(body: Any) -> Lines:
    units = [f"F{fn}" for one in body.changed for fn in dadt.functions_of(one.dt)]
    return (("By master", str(body.station)), ("Changed", " ".join(units)))


def _displaced(body: Any) -> Lines:
    return (("Changed", _inputs(body.changed)), ("Closed", _inputs(body.state)))


def _outage(body: Any) -> Lines:
    return (("Off", _minute(body.off)), ("On", _minute(body.on)))


def _limit(body: Any) -> Lines:
    volts = ((f"U{letter}", _number(one, " V")) for letter, one in zip("abc", body.voltages, strict=True))
    return (("Voltage", SIDES.get(body.limit.kind, NONE)), *volts)


def _fell(body: Any) -> Lines:
    return (("Before", _number(body.before)), ("After", _number(body.after)))


def _too_much(body: Any) -> Lines:
    return (*_fell(body), ("Factor", _number(body.threshold)))


def _stopped(body: Any) -> Lines:
    return (("Reading", _number(body.reading)), ("Limit", f"{15 * body.threshold} min"))


def _unread(body: Any) -> Lines:
    return (
        ("Last ok", _minute(body.last_ok)),
        ("kWh", _number(body.active)),
        ("kvarh", _number(body.reactive)),
    )


def _traffic(body: Any) -> Lines:
    return (("Used", f"{body.traffic} B"), ("Limit", f"{body.limit} B"))


def _words(body: Any) -> Lines:
    changed = [
        (f"Word {number}", f"{int.from_bytes(mask, 'little'):04X}>{int.from_bytes(word, 'little'):04X}")
        for number, (mask, word) in enumerate(zip(body.changed, body.words, strict=True), 1)
        if any(mask)
    ]
    return tuple(changed)


def _found(body: Any) -> Lines:
    first = [(PROTOCOLS.get(one.protocol, NONE), one.address or NONE) for one in body.meters[:4]]
    return (("Port", f"485_{body.port}"), *first)


SHOWN: dict[int, Callable[[Any], Lines]] = {
    1: _version,
    2: _loss,
    3: _changed,
    4: _displaced,
    8: lambda body: _flags("Changed", CHANGES, body.changes),
    13: lambda body: _flags("Fault", TROUBLES, body.faults),
    14: _outage,
    20: lambda body: (("By master", str(body.station)),),
    21: lambda body: (("Fault", FAULTS.get(body.fault, str(body.fault))),),
    24: _limit,
    27: _fell,
    28: _too_much,
    29: _too_much,
    30: _stopped,
    31: _unread,
    32: _traffic,
    33: _words,
    35: _found,
}
"""ERC12 says no more than its point and its flag."""
