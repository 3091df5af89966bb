"""Sign-on, identification and selection for the eye, and the answers of one character."""

from core.meters.dissector import DOWN, UP, Reading
from core.meters.iec62056 import telegram as t
from core.meters.iec62056.walk import Walk, text_of

_MODES = {"0": "readout", "1": "programming", "2": "binary"}


def sign_on(walk: Walk) -> None:
    """``/?address!``."""
    seven = walk.seven
    walk.kind, walk.direction = ("呼叫", "sign-on"), DOWN
    walk.trail.octets("start", "起始符", "Start", 2, "/?")
    end = seven.find(b"!")
    address = text_of(seven[2 : end if end > 0 else len(seven.rstrip(b"\r\n"))])
    walk.address = address or None
    walk.trail.octets("address", "地址", "Address", len(address), address or "any meter")
    _tail(walk, b"!")


def identification(walk: Walk) -> None:
    """``/XXXZident``: who answers, and the rate it offers."""
    seven = walk.seven
    walk.kind, walk.direction = ("应答标识", "identification"), UP
    named = t.Identification(text_of(seven[1:4]), text_of(seven[4:5]), text_of(seven[5:].rstrip(b"\r\n")))
    pace = "20 ms" if named.turnaround < 0.1 else "200 ms"
    walk.trail.octets("start", "起始符", "Start", 1, "/")
    walk.trail.octets("maker", "厂家", "Maker", 3, f"{named.maker}, at least {pace} between telegrams")
    walk.trail.octets("rate", "波特率字符", "Rate", 1, f"{named.rate} {_baud(named.rate)}")
    mode_e = ", mode E (DLMS) too" if "2" in named.modes else ""
    walk.trail.octets("ident", "标识", "Identification", len(named.ident), f"{named.ident.strip()}{mode_e}")
    walk.readings.append(Reading("ident", "标识", "identification", named.maker + named.ident.rstrip()))
    _tail(walk)


def selection(walk: Walk) -> None:
    """ACK with protocol, rate and mode."""
    seven = walk.seven
    walk.kind, walk.direction = ("选择", "selection"), DOWN
    protocol, rate, mode = (text_of(seven[at : at + 1]) for at in (1, 2, 3))
    walk.trail.octets("ack", "确认", "ACK", 1)
    walk.trail.octets("protocol", "协议字符", "Protocol", 1, protocol)
    walk.trail.octets("rate", "波特率字符", "Rate", 1, f"{rate} {_baud(rate)}")
    walk.trail.octets("mode", "模式字符", "Mode", 1, f"{mode} {_MODES.get(mode, 'of the maker')}")
    _tail(walk)


def accepted(walk: Walk) -> None:
    """ACK alone."""
    walk.kind = ("确认", "ACK")
    walk.trail.octets("ack", "确认", "ACK", 1)


def rejected(walk: Walk) -> None:
    """NAK."""
    walk.kind, walk.refusal = ("否认", "NAK"), "NAK"
    walk.trail.octets("nak", "否认", "NAK", 1)


def _tail(walk: Walk, mark: bytes = b"") -> None:
    for name, zh, en, wire in (
        ("mark", "结束标志", "End mark", mark),
        ("end", "行结束", "End of line", b"\r\n"),
    ):
        if wire:
            walk.trail.octets(name, zh, en, len(wire), "CR LF" if wire == b"\r\n" else text_of(wire))


def _baud(rate: str) -> str:
    return f"{t.RATES[rate]} baud" if rate in t.RATES else "no rate of mode C"
