"""Why a terminal starts anew (device behaviour 7.3, M120)."""

from enum import Enum


class ResetCause(Enum):
    """The value is its name in the counters."""

    POWER = "power"
    COMMAND = "command"
    UPGRADE = "upgrade"
    WATCHDOG = "watchdog"
    KEY = "key"
