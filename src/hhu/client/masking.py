"""Secrets of every protocol covered before a frame is traced.

PW, the password of the maker's envelope (vendor extension §1.6), and those of meters inside AFN 10.
"""

from core.gdw376.mask import MASK
from core.gdw376.mask import masked as masked_terminal
from core.gdw376.trailer import VENDOR_AFN
from core.meters.dlt645.mask import masked as masked_645
from core.meters.mask import masked as masked_others
from core.vendor.envelope import DOWN, HEAD, PASSWORD, WITHOUT_PASSWORD

_WITHOUT = {bytes([code]) for code in WITHOUT_PASSWORD}
_FORWARDING = 0x10
_UNITS_AT = 14


def masked(raw: bytes) -> bytes:
    """Return ``raw``, a frame of a terminal or noise, with each secret overwritten by ``*``."""
    shown = masked_terminal(raw)
    at = raw.find(b"\x68")
    if at < 0 or raw[at + 5 : at + 6] != b"\x68":
        return shown
    afn, units = raw[at + 12 : at + 13], at + _UNITS_AT
    if afn == bytes([VENDOR_AFN]):
        return shown[:units] + _masked_envelope(shown[units:])
    return shown[:units] + masked_meters(shown[units:]) if afn == bytes([_FORWARDING]) else shown


def masked_meters(raw: bytes) -> bytes:
    """Return bytes of a meter bus with the secrets of all families covered."""
    shown = masked_645(raw)
    return masked_others(shown) if shown == raw else shown


def _masked_envelope(inner: bytes) -> bytes:
    """Cover PSW; six zeros are the default and no secret."""
    password = inner[HEAD : HEAD + PASSWORD]
    if inner[:1] != bytes([DOWN]) or inner[HEAD - 1 : HEAD] in _WITHOUT or not any(password):
        return inner
    return inner[:HEAD] + bytes([MASK]) * len(password) + inner[HEAD + PASSWORD :]
