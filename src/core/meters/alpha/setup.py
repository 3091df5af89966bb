"""How ALPHA meters of a type are set up, from the table of a profile::

rates = [3, 0, 1, 2]                    # rate of the meter for sharp, peak, flat, valley
codes = { 80 = "forward-active" }       # code of a block, in hexadecimal, to what it measures
usual = ["80", "40"]                    # codes of the blocks where a meter does not tell them
long_map = [53, 54, 84, 85]             # where in class 2 the codes stand: form of 106 bytes, of 64
short_map = [52, 53]
swap_password = false                   # the bytes of each pair of the password change places
"""

from collections.abc import Mapping

from core.meters.alpha.visit import Setup
from core.meters.setup_table import SetupTable
from core.quantities import Quantity

RATE, PLACE = 3, 105


def setup_from(table: SetupTable) -> Setup:
    """Read a table; ``EncodeError`` names what is wrong."""
    plain = Setup()
    setup = Setup(
        table.flag("swap_password", plain.swap_password),
        table.numbers("long_map", plain.long_map, PLACE),
        table.numbers("short_map", plain.short_map, PLACE),
        _codes(table, plain.codes),
        tuple(_code(table, "usual", text) for text in table.texts("usual", _shown(plain.usual))),
        table.numbers("rates", plain.rates, RATE),
    )
    table.done()
    return setup


def _codes(table: SetupTable, usual: Mapping[int, Quantity]) -> Mapping[int, Quantity]:
    inner = table.table("codes")
    if not inner:
        return usual
    return {_code(inner, name, name): inner.quantity(name, inner.text(name, "")) for name in inner.fields}


def _code(table: SetupTable, name: str, text: str) -> int:
    try:
        (code,) = bytes.fromhex(text)
    except ValueError as error:
        raise table.refuse(name, "a code of two hexadecimal digits expected") from error
    return code


def _shown(codes: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(f"{code:02X}" for code in codes)
