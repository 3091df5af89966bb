"""Secrets of every protocol covered before a frame is traced: PW, and passwords of meters inside AFN 10."""

from core.gdw376.mask import masked as masked_terminal
from core.meters.dlt645.mask import masked as masked_meter

_FORWARDING = 0x10
_UNITS_AT = 14


def masked(raw: bytes) -> bytes:
    """Return ``raw``, a frame of a terminal or noise, with each secret overwritten by ``*``."""
    shown = masked_terminal(raw)
    at = raw.find(b"\x68")
    if at < 0 or raw[at + 5 : at + 6] != b"\x68" or raw[at + 12 : at + 13] != bytes([_FORWARDING]):
        return shown
    units = at + _UNITS_AT
    return shown[:units] + masked_meter(shown[units:])
