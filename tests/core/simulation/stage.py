"""Meters for tests, and a master to ask them."""

from datetime import datetime
from typing import Any

from core.meters.dlt645 import requests as r
from core.meters.dlt645.address import BROADCAST
from core.meters.dlt645.control import Edition
from core.meters.dlt645.frame import Frame
from core.meters.dlt645.identifiers import decode_value, known
from core.meters.dlt645.messages import request_frame
from core.simulation.dlt645.meter import Dlt645Meter
from core.simulation.dlt645.rights import Rights
from core.simulation.physics.meter import Meter
from core.simulation.physics.plate import Kind, Plate

NOW = datetime(2026, 11, 20, 8, 30, 11)
ADDRESS = "000012345678"
OPERATOR, PASSWORD = "00000009", "000000"


def thing(kind: Kind = Kind.TARIFF_CONTROL, seed: int = 7, offset: float = 0.0, ppm: float = 0.0) -> Meter:
    return Meter(Plate(seed, kind, ADDRESS), NOW, offset=offset, ppm=ppm)


def speaking(
    kind: Kind = Kind.TARIFF_CONTROL,
    edition: Edition = Edition.V2007,
    seed: int = 7,
    *,
    key_needed: bool = False,
    closing: bool = False,
    offset: float = 0.0,
    ppm: float = 0.0,
) -> Dlt645Meter:
    rights = Rights(key_needed=key_needed)
    return Dlt645Meter(thing(kind, seed, offset, ppm), edition, rights=rights, closing=closing)


def asked(
    meter: Dlt645Meter, record: r.Record, now: datetime = NOW, address: str | None = None
) -> Frame | None:
    """The answer to a request, without a line."""
    sent = meter.answer(request_frame(address or meter.address, record, meter.edition), now)
    return sent.frame if sent else None


def refusal(meter: Dlt645Meter, record: r.Record, now: datetime = NOW) -> int:
    """The error word of a refused request, 0 for one that was done."""
    frame = asked(meter, record, now)
    assert frame is not None
    return frame.data[0] if frame.negative else 0


def content(meter: Dlt645Meter, code: str, now: datetime = NOW, **more: Any) -> bytes | None:
    """All bytes behind an identifier, through as many frames as they take; ``None`` if refused."""
    old = meter.edition is Edition.V1997
    frame = asked(meter, r.Read1997(code) if old else r.Read2007(code, **more), now)
    assert frame is not None
    if frame.negative:
        return None
    size, found, sequence = len(code) // 2, frame.data[len(code) // 2 :], 0
    while frame.more:
        sequence += 1
        again = r.FollowUp1997(code) if old else r.FollowUp2007(code, b"", sequence)
        frame = asked(meter, again, now)
        assert frame is not None
        found += frame.data[size:] if old else frame.data[size:-1]
    return found


def value(meter: Dlt645Meter, code: str, now: datetime = NOW, **more: Any) -> Any:
    """The value behind an identifier."""
    found = content(meter, code, now, **more)
    assert found is not None, f"{code} refused"
    return decode_value(known(code, meter.edition), found)


def broadcast(meter: Dlt645Meter, record: r.Record, now: datetime = NOW) -> None:
    """Tell all meters."""
    assert asked(meter, record, now, BROADCAST) is None


def write(code: str, data: bytes, level: str = "04", password: str = PASSWORD) -> r.Write2007:
    return r.Write2007(code, level, password, OPERATOR, data)


def switch(command: int, restore: int = 0, until: datetime | None = None) -> r.Switch:
    return r.Switch("02", PASSWORD, OPERATOR, command, restore, until)
