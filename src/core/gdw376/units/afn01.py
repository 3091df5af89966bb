"""AFN 01: reset (part A §6.2). No data; PW is needed. The terminal answers before it acts."""

from core.gdw376.unit import Unit, unit


@unit(0x01, 1, "硬件初始化", "Hardware initialisation (restart)", "reset-hardware", "A §6.2 F1")
class ResetHardware(Unit):
    """Restart; nothing is erased."""


@unit(0x01, 2, "数据区初始化", "Data area initialisation", "reset-data", "A §6.2 F2")
class ResetData(Unit):
    """Clear freezes, curves, events and counters."""


@unit(0x01, 3, "参数及全体数据区初始化", "Factory state (parameters and data)", "reset-factory", "A §6.2 F3")
class ResetFactory(Unit):
    """Factory defaults, everything else erased."""


@unit(
    0x01,
    4,
    "参数（除与系统主站通信有关的）及全体数据区初始化",
    "Parameters except master communication, and data",
    "reset-keep-uplink",
    "A §6.2 F4",
    note="which parameters stay is written only in one firmware: F1-F8 and F16",
)
class ResetKeepUplink(Unit):
    """Factory defaults except what is needed to reach the master."""
