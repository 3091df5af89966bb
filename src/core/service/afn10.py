"""Data forwarding (part A §12): bytes and orders that go through the terminal to one meter.

Everything here is answered later, when the meter has answered or its time is over. Reading needs no password;
forwarding bytes, which may be anything, needs that of the channel; switching a relay is setting (9.3).
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from core.errors import EncodeError
from core.gdw376.message import Item
from core.gdw376.unit import Unit
from core.gdw376.units.afn10 import (
    BatchRead,
    BatchReadAnswer,
    DirectRead,
    DirectReadAnswer,
    Forward,
    Forwarded,
    PowerMeter,
    PowerMeterAnswer,
    RelayOrder,
    TripMeter,
    TripMeterAnswer,
)
from core.meters.dlt645 import requests as r
from core.meters.dlt645.control import Edition
from core.meters.dlt645.errand import Exchange
from core.meters.dlt645.exchange import Reply, Request
from core.meters.dlt645.formats import Secret
from core.meters.driver import Speed
from core.meters.drivers import DLT645_1997, DLT645_2007, edition_of
from core.service.afn00 import denied
from core.service.forwarding import LARGEST, Forwarding
from core.service.guard import stopped
from core.service.order import Answer, Order, Served
from core.terminal.access import Level
from core.terminal.archive import Meter
from core.terminal.concentrator import Concentrator
from core.terminal.relays import Errand

CANNOT, TIMEOUT, DAMAGED, CONFIRMED, REFUSED, DATA = range(6)
"""Results of F9 to F11 (part A §12)."""
TRIP, PERMIT, POWER_ON = 0xAA, 0x55, 0xFF
COMMANDS = {TRIP: 0x1A, PERMIT: 0x1B, POWER_ON: 0x1C}
"""Order of F10, F11 to command N1 of function 1C (dlt645 §4.2)."""
VALID = timedelta(hours=1)
"""How long a meter may carry a switching order out; its clock may be off."""
OPERATOR = "00000000"
PROTOCOLS = {0: DLT645_1997, 1: DLT645_2007}
"""Kind of identifier to protocol code."""
LEVELS: dict[type[Unit], Level] = {Forward: Level.OPERATE, TripMeter: Level.SET, PowerMeter: Level.SET}


def serve(terminal: Concentrator, order: Order) -> Served:
    """Forward all units of the message, one after the other, and answer each."""
    units = [unit for unit in (item.value for item in order.items) if unit and type(unit) in SERVED]
    if len(units) != len(order.items) or not units or any(item.pn != 0 for item in order.items):
        return denied()
    if any(_impossible(terminal, unit) for unit in units):
        return denied()
    for level in {LEVELS[type(unit)] for unit in units if type(unit) in LEVELS}:
        if answer := stopped(terminal, order, level):
            return answer
    return _carry_out(terminal, order, units)


def _impossible(terminal: Concentrator, unit: Unit) -> bool:
    """A bad port or a bad length is denied at once (part A §12 F1)."""
    if isinstance(unit, Forward):
        return not (0 < len(unit.content) <= LARGEST) or not terminal.relays.serves(unit.port)
    return not terminal.relays.serves(getattr(unit, "port", 0))


async def _carry_out(terminal: Concentrator, order: Order, units: list[Unit]) -> Answer:
    items: list[Item] = []
    for unit in units:
        answer = await SERVED[type(unit)](terminal, unit)
        if answer is None:
            return denied()
        items.append(Item.of(answer))
    return Answer(order.afn, tuple(items))


async def _run(terminal: Concentrator, port: int, errand: Errand) -> bool:
    """Have a port do something; ``False`` where too much waits there."""
    over = asyncio.Event()
    if not terminal.relays.submit(port, errand, over.set):
        return False
    await over.wait()
    return True


async def _forward(terminal: Concentrator, order: Unit) -> Unit | None:
    """F1; a meter that does not answer is an answer without content."""
    if not isinstance(order, Forward):
        return None
    errand = Forwarding(order)
    if not await _run(terminal, order.port, errand):
        return None
    return Forwarded(order.port, errand.answer)


async def _read(terminal: Concentrator, order: Unit) -> Unit | None:
    """F9."""
    if not isinstance(order, DirectRead):
        return None
    result, content = await _read_one(terminal, order, order.identifier)
    size = 2 if order.kind == 0 else 4
    body = order.identifier[:size] + content if result == DATA else b""
    return DirectReadAnswer(order.port, order.meter, result, body)


async def _read_batch(terminal: Concentrator, order: Unit) -> Unit | None:
    """F10 of 2012: what no meter gave is an identifier without data; nothing at all is the last reason."""
    if not isinstance(order, BatchRead):
        return None
    contents: list[bytes] = []
    results: list[int] = []
    for identifier in order.identifiers:
        result, content = await _read_one(terminal, order, identifier)
        results.append(result)
        contents.append(identifier + content)
        if result in (CANNOT, TIMEOUT):
            break
    result = DATA if DATA in results else results[-1] if results else CANNOT
    return BatchReadAnswer(order.port, order.meter, result, tuple(contents) if result == DATA else ())


async def _read_one(
    terminal: Concentrator, order: DirectRead | BatchRead, identifier: bytes
) -> tuple[int, bytes]:
    """Read one identifier; the result, and the data with it."""
    protocol = PROTOCOLS.get(order.kind)
    if protocol is None or order.relays or order.meter is None:
        return CANNOT, b""
    edition = Edition.V1997 if protocol == DLT645_1997 else Edition.V2007
    code = identifier[: 2 if edition is Edition.V1997 else 4][::-1].hex().upper()
    record = r.Read1997(code) if edition is Edition.V1997 else r.Read2007(code)
    result, reply = await _ask(terminal, order.port, Request(order.meter, record, edition), protocol)
    if reply is None:
        return result, b""
    return (REFUSED, b"") if reply.refusal else (DATA, reply.content)


async def _switch(terminal: Concentrator, order: Unit) -> Unit | None:
    """F10, F11 of 2009: function 1C of 2007; 1997 has none."""
    if not isinstance(order, RelayOrder):
        return None
    answer = PowerMeterAnswer if isinstance(order, PowerMeter) else TripMeterAnswer
    return answer(order.port, order.meter, await _switched(terminal, order), order.order)


async def _switched(terminal: Concentrator, order: RelayOrder) -> int:
    """Carry an order out; the result."""
    meter = _archived(terminal, order.port, order.meter)
    now, password = terminal.rtc.now(), meter_password(order.password, meter)
    known = edition_of(meter.protocol, terminal.families) if meter else Edition.V2007
    if (
        order.relays
        or order.meter is None
        or now is None
        or password is None
        or known is not Edition.V2007
        or order.order not in COMMANDS
    ):
        return CANNOT
    until = (now + VALID).replace(microsecond=0)
    level, digits, operator = password
    record = r.Switch(level, Secret(digits), operator, COMMANDS[order.order], 0, until)
    result, reply = await _ask(terminal, order.port, Request(order.meter, record), DLT645_2007)
    if reply is None:
        return result
    return REFUSED if reply.refusal else CONFIRMED


async def _ask(
    terminal: Concentrator, port: int, request: Request, protocol: int
) -> tuple[int, Reply | None]:
    """Put one request to a meter; the reply, or why there is none."""
    errand = Exchange(request, _speed(terminal, port, request.address, protocol))
    try:
        request.record.encode()
        queued = await _run(terminal, port, errand)
    except EncodeError:
        return CANNOT, None
    if not queued:
        return CANNOT, None
    if errand.reply is None:
        return (DAMAGED if errand.disturbed else TIMEOUT), None
    return DATA, errand.reply


def meter_password(given: bytes, meter: Meter | None) -> tuple[str, str, str] | None:
    """Return PA, P0 P1 P2 and the operator of 2007 from what an order carries; ``None`` for no known form.

    Nothing: the password of the archive. 3 bytes: P0 P1 P2 of level 02, which switches relays (dlt645 §4.4).
    4: PA and these. 6: the same, two zeros behind. 8: with the operator. All low byte first, as on the bus.
    """
    raw = given or (meter.password if meter else b"")
    raw = b"\x02" + raw if len(raw) == 3 else raw
    if len(raw) == 6:
        raw = raw[:4]
    if len(raw) not in (4, 8):
        return None
    operator = raw[:3:-1].hex().upper() if len(raw) == 8 else OPERATOR
    return f"{raw[0]:02X}", raw[3:0:-1].hex().upper(), operator


def _archived(terminal: Concentrator, port: int, address: str | None) -> Meter | None:
    return next(
        (one for one in terminal.archive.meters() if (one.port, one.address) == (port, address)), None
    )


def _speed(terminal: Concentrator, port: int, address: str, protocol: int) -> Speed:
    """The speed of the archive, by the meter's own code; or that of the order for a meter not in it."""
    meter = _archived(terminal, port, address)
    if meter is None or edition_of(meter.protocol, terminal.families) is None:
        return terminal.families.speed(protocol, meter.speed if meter else 0)
    return terminal.families.speed(meter.protocol, meter.speed)


Deed = Callable[[Concentrator, Unit], Awaitable[Unit | None]]
SERVED: dict[type[Unit], Deed] = {
    Forward: _forward,
    DirectRead: _read,
    BatchRead: _read_batch,
    TripMeter: _switch,
    PowerMeter: _switch,
}
