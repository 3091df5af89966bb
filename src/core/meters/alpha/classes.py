"""Classes: what a meter holds, in the blocks a concentrator reads (meter protocols §4.3).

All numbers are BCD. A class of a size that is not described is an unknown layout: refused, never guessed at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.errors import DecodeError
from core.meters.decimals import plain
from core.meters.scripts import UnknownLayout

CONSTANTS, IDENTITY, STATUS = 0, 2, 9
PRESENT, PREVIOUS = 11, 12
CONSTANTS_SIZE, FIRST_GENERATION = 40, 15
RATES = 4
RECORD = 21
"""Bytes of one rate of one block."""
SIZES = {212: 2, 366: 4}
"""Size of a billing class to its number of blocks."""
TAIL_ENERGIES = {2: 6, 4: 4}
"""Energies behind the blocks: quadrants 4, 3, 2, 1, and two more in the short form."""
FINER = 6
"""Decimals of an energy besides those of DPLOCE."""
CLOCK_AT, RESET_AT = 27, 35
"""Where in class 9 the clock and the date of the last demand reset stand."""


@dataclass(frozen=True, slots=True)
class Constants:
    """Class 0: where the points of energies and demands are."""

    energy_places: int
    demand_places: int


@dataclass(frozen=True, slots=True)
class Rate:
    """One rate of one block: kWh (kvarh), kW (kvar)."""

    energy: Decimal
    demand: Decimal
    at: datetime | None
    cumulative: Decimal


@dataclass(frozen=True, slots=True)
class Billing:
    """Class 11 or 12."""

    blocks: tuple[tuple[Rate, ...], ...]
    quadrants: tuple[Decimal, ...]
    """Reactive energy of quadrants 1 to 4."""


def constants_in(data: bytes) -> Constants:
    """Decode class 0; ``UnknownLayout`` for first-generation meters."""
    if len(data) == FIRST_GENERATION:
        raise UnknownLayout("unknown layout: a first-generation ALPHA")
    if len(data) != CONSTANTS_SIZE:
        raise UnknownLayout(f"unknown layout: {len(data)} bytes of class 0")
    if ~sum(data[:-1]) & 0xFF != data[-1]:
        raise DecodeError("the sum of class 0 is wrong", CONSTANTS_SIZE - 1)
    return Constants(data[11], data[12])


def constants_bytes(constants: Constants) -> bytes:
    """Encode class 0 of an Alpha+ with ratios of 1."""
    head = bytes.fromhex("0002000500000000400F0F") + bytes((constants.energy_places, constants.demand_places))
    body = head + bytes.fromhex("FF000100000100000000") + bytes(16)
    return body + bytes((~sum(body) & 0xFF,))


def billing_in(data: bytes, constants: Constants) -> Billing:
    """Decode class 11 or 12."""
    count = SIZES.get(len(data))
    if count is None:
        raise UnknownLayout(f"unknown layout: {len(data)} bytes of registers")
    records = [_rate(data[at : at + RECORD], constants) for at in range(0, count * RATES * RECORD, RECORD)]
    blocks = tuple(tuple(records[at : at + RATES]) for at in range(0, len(records), RATES))
    tail = count * RATES * RECORD
    quadrants = (_number(data[at : at + 7], _finest(constants)) for at in range(tail, tail + 28, 7))
    return Billing(blocks, tuple(quadrants)[::-1])


def billing_bytes(billing: Billing, constants: Constants) -> bytes:
    """Encode class 11 or 12 of two or four blocks."""
    records = b"".join(_rate_bytes(rate, constants) for block in billing.blocks for rate in block)
    tail = b"".join(_digits(one, 7, _finest(constants)) for one in billing.quadrants[::-1])
    more = bytes(7 * (TAIL_ENERGIES[len(billing.blocks)] - 4))
    return records + tail + more + bytes.fromhex("1000")


def _rate(data: bytes, constants: Constants) -> Rate:
    return Rate(
        _number(data[:7], _finest(constants)),
        _number(data[7:10], constants.demand_places),
        moment_in(data[10:15]),
        _number(data[15:18], constants.demand_places),
    )


def _rate_bytes(rate: Rate, constants: Constants) -> bytes:
    at = rate.at.strftime("%y%m%d%H%M") if rate.at else "0" * 10
    places = constants.demand_places
    return (
        _digits(rate.energy, 7, _finest(constants))
        + _digits(rate.demand, 3, places)
        + bytes.fromhex(at)
        + _digits(rate.cumulative, 3, places)
        + bytes(3)
    )


def _finest(constants: Constants) -> int:
    return constants.energy_places + FINER


def _number(data: bytes, places: int) -> Decimal:
    digits = data.hex()
    if not digits.isdecimal():
        raise DecodeError(f"{digits.upper()} is no BCD")
    return plain(Decimal(int(digits)).scaleb(-places))


def _digits(value: Decimal, size: int, places: int) -> bytes:
    """As many low digits as there is room for: registers go round."""
    return bytes.fromhex(f"{int(value.scaleb(places)) % 10 ** (2 * size):0{2 * size}d}")


def moment_in(data: bytes) -> datetime | None:
    """Return ``yyMMdd`` with or without ``hhmm(ss)``; ``None`` for zeros, a lost calendar, no BCD."""
    digits = data.hex()
    if not digits.isdecimal():
        return None
    whole = digits.ljust(12, "0")
    year, month, day, hour, minute, second = (int(whole[at : at + 2]) for at in range(0, 12, 2))
    try:
        return datetime(2000 + year, month, day, hour, minute, second)
    except ValueError:
        return None


def codes_in(data: bytes, places: Sequence[int], offset: int) -> tuple[int, ...]:
    """Return the block codes of class 2, read from ``offset`` on; those that were not read are left out."""
    return tuple(data[place - offset] for place in places if 0 <= place - offset < len(data))
