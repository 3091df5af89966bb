"""Identifiers of both editions: from a code to what it means, from bytes to a value and back.

The tables are made on first use; a code that was resolved once is found again without work.
"""

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

from core.errors import DecodeError, UsageError
from core.meters.dlt645.control import Edition
from core.meters.dlt645.rows import Family, Index, Quantity, Table, counted
from core.wire.codec import NO_SCOPE

__all__ = ["Quantity", "by_wire", "codes", "decode_value", "encode_value", "families", "identifier", "known"]

_TARIFF_BLOCK = ("", " block (total+k tariffs)")


def _tariffs(last: int) -> Index:
    one = {n: (f"费率{n}", f", tariff {n}") for n in range(1, last + 1)}
    return Index({0: ("总", ", total"), **one}, _TARIFF_BLOCK)


def _from_current(
    last: int, current: tuple[str, str], zh: str, en: str, block: tuple[str, str] | None
) -> Index:
    earlier = {n: (zh.format(n), en.format(n)) for n in range(1, last + 1)}
    return Index({0: current, **earlier}, block)


_PHASES = Index({n: (f"{letter}相", f"phase {letter}") for n, letter in enumerate("ABC", 1)})
_SETTLEMENTS = ("(当前+上1..12结算日)", "current + settlement days 1..12")
_INDICES_2007 = {
    "t": _tariffs(0x3F),
    "s": _from_current(12, ("(当前)", "current"), "(上{}结算日)", "settlement day -{}", _SETTLEMENTS),
    "e": _from_current(12, ("(当月)", "this month"), "(上{}月)", "month -{}", None),
    "u": Index({0: ("", "overall"), **_PHASES.values}),
    "p": _PHASES,
    "h": counted(1, 21, "{}次", ", order {}", ("", " block (orders 1..n)")),
    "l": counted(1, 10, "(上{}次)", "last {}"),
    "z": counted(1, 12, "{}", "{}"),
    "y": counted(1, 3, "{}", "{}"),
    "w": counted(1, 2, "{}", "{}"),
    "v": counted(1, 62, "{}", "{}"),
    "n": counted(1, 254, "{}", "{}"),
    "r": counted(1, 63, "{}", "{}"),
    "d": counted(1, 8, "{}", "{}"),
    "x": Index({n: (str(n - 1), str(n - 1)) for n in range(2, 8)}),
    "o": Index({n: (str(n - 1), str(n - 1)) for n in range(1, 11)}),
}
_INDICES_1997 = {
    "t": _tariffs(14),
    "p": _PHASES,
    "z": counted(1, 14, "{}", "{}"),
    "h": counted(1, 13, "{}", "{}"),
    "s": counted(1, 10, "{}", "{}"),
    "x": counted(0, 15, "{}", "{}"),
}


@cache
def _table(edition: Edition) -> Table:
    """Import and compile the rows of an edition."""
    if edition is Edition.V1997:
        from core.meters.dlt645 import rows_1997  # noqa: PLC0415 - some hundred records, made on first use

        return Table(edition, _INDICES_1997, rows_1997.rows())
    from core.meters.dlt645.rows_2007 import rows  # noqa: PLC0415 - some hundred records, made on first use

    return Table(edition, _INDICES_2007, rows())


def identifier(code: str | int, edition: Edition = Edition.V2007) -> Quantity | None:
    """Return what an identifier means, ``None`` for one that is in no table.

    ``code`` as people write it, DI3 (1997: DI1) first: eight (four) hexadecimal digits or the number.
    """
    width = 4 if edition is Edition.V1997 else 8
    return _found(f"{code:0{width}X}" if isinstance(code, int) else code.upper(), edition)


@lru_cache(maxsize=16384)
def _found(code: str, edition: Edition) -> Quantity | None:
    width = 4 if edition is Edition.V1997 else 8
    return _table(edition).find(code) if len(code) == width else None


@lru_cache(maxsize=16384)
def by_wire(wire: bytes) -> Quantity | None:
    """The same for an identifier as sent, DI0 first; its length tells the edition."""
    return _found(wire[::-1].hex().upper(), Edition.V1997 if len(wire) == 2 else Edition.V2007)


def families(edition: Edition) -> tuple[Family, ...]:
    """All rows of an edition, for lists."""
    return _table(edition).families


def codes(edition: Edition) -> Iterator[str]:
    """Every single identifier of an edition; blocks that an index stands for are not among them."""
    for family in families(edition):
        yield from family.codes()


def decode_value(quantity: Quantity, data: bytes) -> Any:
    """Decode the bytes behind the identifier; ``DecodeError`` for garbage, ``None`` for "not supported"."""
    value, after = quantity.codec.take(data, 0, len(data), NO_SCOPE)
    if after != len(data):
        raise DecodeError(f"{len(data) - after} bytes too many", after)
    return value


def encode_value(quantity: Quantity, value: Any) -> bytes:
    """Encode a value; ``EncodeError`` for what the format cannot carry."""
    return quantity.codec.dump(value)


def known(code: str | int, edition: Edition = Edition.V2007) -> Quantity:
    """Like ``identifier``; ``UsageError`` for an unknown one."""
    quantity = identifier(code, edition)
    if quantity is None:
        shown = f"{code:X}" if isinstance(code, int) else code
        raise UsageError(f"{shown} is no identifier of DL/T 645-{edition.value}.", "Example: 00010000.")
    return quantity
