"""The data identities of an A1700 for the eye: their names, and what their bytes say."""

from collections.abc import Iterator

from core.errors import DecodeError
from core.meters.dissector import Reading
from core.meters.iec62056 import a1700
from core.meters.iec62056 import telegram as t
from core.meters.iec62056.walk import text_of

_IDENTITIES = {
    a1700.CLOCK: ("时钟", "clock"), a1700.ENERGIES: ("电能", "energies"),
    a1700.SERIAL: ("序列号", "serial number"),
    a1700.MEASURE: ("测量命令", "order a measurement"), a1700.MEASURED: ("测量值", "measurement"),
    "508": ("费率电能", "rate registers"), "667": ("费率来源", "sources of rates"),
    "509": ("累计需量", "cumulative demands"),
    "510": ("最大需量", "maximum demands"),
}  # fmt: skip


def packet_in(code: str, argument: str) -> a1700.Packet | None:
    """Return what a read asks for, ``None`` if it is none of an A1700."""
    try:
        return a1700.packet_of(code, argument)
    except DecodeError:
        return None


def asked_packet(asked: bytes) -> a1700.Packet | None:
    """Return the data identity that was asked for."""
    try:
        said = t.decode(asked) if asked else None
    except DecodeError:
        return None
    if not isinstance(said, t.Command) or said.kind + said.number != "R1":
        return None
    code, _, rest = (said.text or "").partition("(")
    return packet_in(code, rest.removesuffix(")"))


def named_identity(code: str) -> tuple[str, str] | None:
    """Return the Chinese and the English name of an identity with its packet."""
    return _IDENTITIES.get(code[:3]) if len(code) == 6 and code.isalnum() else None


def parts_of(packet: a1700.Packet, content: bytes) -> Iterator[tuple[int, int, Reading]]:
    """Yield first byte, end and value of what the bytes of an identity say."""
    size = len(content)
    match packet.identity:
        case a1700.CLOCK:
            moment = a1700.clock(content)
            shown = "no calendar" if moment is None else moment.isoformat(" ")
            yield 0, size, Reading(packet.code, "时钟", "clock", shown)
        case a1700.ENERGIES:
            before = (packet.number - 1) * a1700.PACKET // a1700.REGISTER
            for place in range(size // a1700.REGISTER):
                at = place * a1700.REGISTER
                digits = f"{a1700.bcd(content[at : at + a1700.REGISTER][::-1]):010d}"
                name = a1700.REGISTERS[(before + place) % len(a1700.REGISTERS)]
                unit = "kWh" if name.endswith("A") and name[0] in "+-" else ""
                shown = f"{int(digits[:-6])}.{digits[-6:]}"
                yield at, at + a1700.REGISTER, Reading(packet.code, name, name, shown, unit)
        case a1700.MEASURED:
            yield 0, size, Reading(packet.code, "测量值", "measurement", str(a1700.measured(content)))
        case a1700.SERIAL:
            serial = text_of(content.rstrip(b"\0")).strip()
            yield 0, size, Reading(packet.code, "序列号", "serial number", serial)
        case _:
            return
