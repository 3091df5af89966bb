"""Why a terminal refuses: the ERR byte of AFN00 F3 (part A §3).

The 2009 text has only 0 and 1 and reserves the rest. The reasons below use the result codes of the maker's
own envelope (vendor extension §1.7), so that both ways of refusing read the same. [design]
"""

from enum import Enum


class Refusal(Enum):
    """Reason of a refusal; the value is the ERR byte."""

    VALUE = 0x01
    """The content is not acceptable."""
    DUPLICATE = 0x02
    """A meter has the point, or on its port the address, of another one (2012/13, AFN04 F10)."""
    PASSWORD = 0x03
    SWITCH_CLOSED = 0x0B
    """Local writing needs the programming switch (device behaviour 9.3, M171)."""
    BUSY = 0x0C
    CHANNEL = 0x0D
    """Not on this channel."""
    LOCKED = 0x0E
    """The channel is locked after wrong passwords."""
    FULL = 0x10
    """No room for that many: the archive holds 192 meters (M83). Free in the maker's list."""
