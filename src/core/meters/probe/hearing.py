"""What the bytes behind a question mean: an answer of any family, an echo, another master, or noise.

Rules
- The family that was asked is looked for first, then all others: a meter may speak another one than expected.
- A check value makes a sighting certain. Where a family has none (the identification line), its form does; a
  lone ACK, and lines without a begin, are only possible.
- Requests that are not ours come from another master; our own come from an adapter that hears itself.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from core.errors import DecodeError
from core.meters import mapping as m
from core.meters.alpha import packets as alpha
from core.meters.alpha.reader import Reader as AlphaReader
from core.meters.alpha.reader import Received as AlphaReceived
from core.meters.dlt645.answers import OwnAddress
from core.meters.dlt645.control import Edition
from core.meters.dlt645.frame import Frame
from core.meters.dlt645.messages import meaning_of
from core.meters.dlt645.reader import Reader as DltReader
from core.meters.dlt645.reader import Received as DltReceived
from core.meters.driver import Speed
from core.meters.edmi import commands as edmi
from core.meters.edmi.address import digits_of
from core.meters.edmi.reader import Reader as EdmiReader
from core.meters.edmi.reader import Received as EdmiReceived
from core.meters.iec62056 import telegram as iec
from core.meters.iec62056.dialects import DIALECTS
from core.meters.iec62056.reader import Noise as IecNoise
from core.meters.iec62056.reader import Reader as IecReader
from core.meters.library.frames import Found
from core.meters.probe.question import IEC62056, Question
from core.meters.probe.sighting import Confidence, Heard, Sighting

FAR = 1e9
"""Seconds after which no reader waits for more."""
READOUT_LINES = 2
"""Lines of a readout that has no begin, from which on it is believed."""
A1700_MAKERS = frozenset({"GEC", "ABB", "ELS"})
"""Makers whose sign-on meters are read by identities (meter protocols §4.5); ours is GEC [design]."""
LANDIS_GYR_MAKERS = frozenset({"LGZ", "LGB", "SIE"})
_LINE = re.compile(rb"(?<![^\x02\n])([0-9A-Z][\w.:*&-]{0,15})\(([^()\r\n]{0,40})\)[^\r\n]{0,60}\r\n")
_EVEN = frozenset(byte for byte in range(256) if byte.bit_count() % 2 == 0)
Listener = Callable[[Question, bytes], Heard]


def hear(question: Question, raw: bytes) -> Heard:
    """Return what came behind a question; ``raw`` with everything, also the own echo."""
    rest, echo = _without_echo(question.raw, raw)
    if not rest:
        return Heard(echo=echo)
    heard = [listener(question, rest) for listener in _listeners(question)]
    others = any(one.others for one in heard)
    seen = next((one for one in heard if one.sightings), None)
    noise = seen.noise if seen else b"" if others else rest.strip(b"\xfe")
    return Heard(seen.sightings if seen else (), noise, echo, others)


def is_readout(raw: bytes) -> bool:
    """Tell whether a meter sends lines of values by itself."""
    return len(_LINE.findall(iec.seven_bits(raw))) >= READOUT_LINES


def _without_echo(sent: bytes, raw: bytes) -> tuple[bytes, bool]:
    """Take the own bytes off the front; wake-up bytes of them may be lost."""
    for echo in (sent, sent.lstrip(b"\xfe")):
        if raw.startswith(echo):
            return raw[len(echo) :], True
    return raw, False


def _listeners(question: Question) -> list[Listener]:
    own = LISTENERS.get(question.family)
    first = [own] if own else [_library]
    return first + [listener for listener in dict.fromkeys(LISTENERS.values()) if listener is not own]


# DL/T 645


def _dlt645(question: Question, raw: bytes) -> Heard:
    reader = DltReader()
    seen: list[Sighting] = []
    noise, others = b"", False
    for event in (*reader.feed(raw, 0.0), *reader.tick(FAR)):
        if not isinstance(event, DltReceived):
            noise += event.raw.strip(b"\xfe")
        elif event.frame.reply:
            seen.append(_meter_645(question.speed, event.frame))
        else:
            others = others or event.raw not in question.raw
    return Heard(tuple(dict.fromkeys(seen)), noise, others=others)


def _meter_645(speed: Speed, frame: Frame) -> Sighting:
    name = m.DLT645_1997 if frame.edition is Edition.V1997 else m.DLT645_2007
    address = frame.address
    try:
        meaning = meaning_of(frame)
    except DecodeError:
        meaning = None
    if isinstance(meaning, OwnAddress) and meaning.address:
        address = meaning.address
    return Sighting(name, (name,), speed, "" if "A" in address else address)


# IEC 62056-21


def _iec62056(question: Question, raw: bytes) -> Heard:
    reader = IecReader(gap=FAR)
    speed = _shaped(question.speed, raw)
    seen: list[Sighting] = []
    noise, others = b"", False
    for event in reader.feed(raw, 0.0):
        match event:
            case iec.Identification():
                seen.append(_identified(question, speed, event))
            case iec.Block(text=text) if "(" in text:
                seen.append(_reading_out(question, speed, text.encode("ascii")))
            case iec.SignOn():
                others = others or iec.encode(event) != question.raw
            case IecNoise(raw=lost):
                noise += lost
            case _:
                pass
    if not seen and is_readout(raw):
        noise = b""
        seen.append(replace(_reading_out(question, speed, raw), confidence=Confidence.LIKELY))
    return Heard(tuple(dict.fromkeys(seen)), noise, others=others)


def _shaped(speed: Speed, raw: bytes) -> Speed:
    """A line of eight bits that brings even parity in bit 7 has a meter of 7E1 on it (§5.2)."""
    folded = speed.data_bits == 8 and any(byte & 0x80 for byte in raw) and set(raw) <= _EVEN
    return Speed(speed.baud, "E", 7) if folded else speed


def _identified(question: Question, speed: Speed, named: iec.Identification) -> Sighting:
    maker = named.maker.upper()
    drivers: tuple[str, ...] = (m.LANDIS_GYR_D, m.LANDIS_GYR_B)
    dialect = "Landis+Gyr/Siemens" if maker in LANDIS_GYR_MAKERS else f"maker {named.maker}"
    if maker in A1700_MAKERS:
        drivers, dialect = (m.A1700,), "ABB/Elster A1700"
    text = iec.encode(named).decode("ascii").strip()
    return Sighting(
        IEC62056, drivers, speed, question.address, dialect, text, Confidence.LIKELY, offers=named.baud or 0
    )


def _reading_out(question: Question, speed: Speed, raw: bytes) -> Sighting:
    """The readout came at once: its codes tell the dialect."""
    lines = _LINE.findall(iec.seven_bits(raw if raw.startswith(b"\x02") else b"\x02" + raw))
    values = {code.decode("ascii"): text.decode("ascii") for code, text in lines}
    dialect = next((one for one in DIALECTS if any(mark in values for mark in one.marks)), None)
    number = values.get(dialect.number, "") if dialect else ""
    return Sighting(
        IEC62056, (m.LANDIS_GYR_D, m.LANDIS_GYR_B), speed, number or question.address,
        f"{dialect.name}, readout without being asked" if dialect else "readout without being asked",
        talking=True,
    )  # fmt: skip


# EDMI


def _edmi(question: Question, raw: bytes) -> Heard:
    reader = EdmiReader()
    seen: list[Sighting] = []
    noise, others = b"", False
    for event in (*reader.feed(raw, 0.0), *reader.tick(FAR)):
        if not isinstance(event, EdmiReceived):
            noise += event.raw
            continue
        header, body = event.frame.header, event.frame.body
        if body[:1] in (bytes((edmi.ACK,)), bytes((edmi.CAN,))):
            address = digits_of(header.source) if header else ""
            seen.append(Sighting(m.EDMI, (m.EDMI,), question.speed, address))
        elif body:
            others = True
    if not seen and question.family == m.EDMI and raw in (b"\x06", b"\x18"):
        lone = Sighting(m.EDMI, (m.EDMI,), question.speed, question.address, confidence=Confidence.POSSIBLE)
        return Heard((lone,))
    return Heard(tuple(dict.fromkeys(seen)), noise, others=others)


# ALPHA


def _alpha(question: Question, raw: bytes) -> Heard:
    if question.family != m.ALPHA:  # its answers have no shape of their own but their length
        return Heard(noise=raw)
    asked = alpha.WhoAreYou(0)
    reader = AlphaReader(lambda head: alpha.reply_size(head, asked))
    seen: list[Sighting] = []
    noise = b""
    for event in (*reader.feed(raw, 0.0), *reader.tick(FAR)):
        if not isinstance(event, AlphaReceived):
            noise += event.raw
            continue
        reply = alpha.decode_reply(event.raw, asked)
        if isinstance(reply, alpha.Identity):
            text = f"code {reply.code:02X}H, series {reply.series:02X}H"
            seen.append(Sighting(m.ALPHA, (m.ALPHA,), question.speed, question.address, text=text))
    # Two meters of one device number give keys of their own: each answer counts.
    return Heard(tuple(seen), noise)


# Libraries


def _library(question: Question, raw: bytes) -> Heard:
    found = tuple(_judged(question, raw))
    if not found:
        return Heard(noise=raw)
    rest = raw[found[-1][1] :]
    return Heard(tuple(sighting for sighting, _ in found), rest)


def _judged(question: Question, raw: bytes) -> Iterator[tuple[Sighting, int]]:
    """Frames of the library, with the place behind each."""
    at = 0
    while question.known and at < len(raw):
        judged = (frame.judge(raw[at:], question.known) for frame in question.expected)
        whole = next((one for one in judged if isinstance(one, Found)), None)
        if whole:
            name = question.family
            seen = Sighting(name, (name,), question.speed, question.address, confidence=Confidence.LIKELY)
            yield seen, at + whole.size
        at += whole.size if whole else 1


LISTENERS: dict[str, Listener] = {
    m.DLT645_2007: _dlt645,
    m.DLT645_1997: _dlt645,
    IEC62056: _iec62056,
    m.EDMI: _edmi,
    m.ALPHA: _alpha,
}
"""By family asked; the codecs of DL/T 645 tell its editions apart."""
