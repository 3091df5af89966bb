"""How EDMI meters of a type are set up, from the table of a profile::

account = "READER"                              # where the archive names no password; EDMI is usual
rates = [0, 1, 2, 3]                            # rate of the meter for sharp, peak, flat, valley
mk6 = { forward-active = 1, reactive-1 = 3 }    # channels where a meter does not tell its map; all of
mk10 = { forward-active = 0 }                   # them, not beside the usual ones
"""

from collections.abc import Mapping

from core.meters.edmi.registers import CHANNELS, TYPICAL, Family, Layout
from core.meters.edmi.visit import EDMI, READER, Setup
from core.meters.setup_table import SetupTable
from core.quantities import Quantity

ACCOUNTS = {account.user: account for account in (EDMI, READER)}
RATE = 7


def setup_from(table: SetupTable) -> Setup:
    """Read a table; ``EncodeError`` names what is wrong."""
    user = table.text("account", EDMI.user)
    if user not in ACCOUNTS:
        raise table.refuse("account", f"one of {', '.join(ACCOUNTS)} expected")
    channels = {family: _channels(table, family) for family in Family}
    rates = table.numbers("rates", TYPICAL.rates, RATE)
    table.done()
    return Setup(ACCOUNTS[user], Layout(channels, rates))


def _channels(table: SetupTable, family: Family) -> Mapping[Quantity, int]:
    inner = table.table(family.value.lower())
    if not inner:
        return TYPICAL.channels[family]
    most = CHANNELS[family] - 1
    return {quantity: inner.number(name, most) for name, quantity in inner.quantities.items()}
