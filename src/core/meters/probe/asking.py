"""The questions of each family: nothing else is ever sent by a probe.

- DL/T 645: who is there (2007: 13H; 1997: a read of 9010 to the wildcard, or to 99...99, which old meters
  answer); with an address a read of the energy total (dlt645 §2.2, §3, §4).
- IEC 62056-21: the sign-on; left by a break, the rate is never changed (meter protocols §5.1, §5.5).
- EDMI: the attention signal, by address the header with an empty command (§3.2).
- ALPHA: who-are-you, which needs the device number; left by the end command (§4.2).
- Libraries: their own read of the energy total, by address.
"""

from collections.abc import Callable, Iterable, Sequence

from core.errors import EncodeError
from core.meters import mapping as m
from core.meters.alpha import packets
from core.meters.dlt645 import requests as r
from core.meters.dlt645.address import BROADCAST, WILD
from core.meters.dlt645.control import Edition
from core.meters.dlt645.frame import WAKE_UP, encode_frame
from core.meters.dlt645.messages import request_frame
from core.meters.driver import Speed
from core.meters.edmi.address import number_of
from core.meters.edmi.frame import Frame, Header
from core.meters.edmi.frame import encode_frame as edmi_frame
from core.meters.iec62056.sessions import address_of
from core.meters.iec62056.telegram import BREAK, SignOn
from core.meters.iec62056.telegram import encode as telegram
from core.meters.library.frames import Known
from core.meters.library.model import Energies, Library
from core.meters.probe import question as q
from core.meters.probe.question import Question
from core.quantities import Quantity

TOTAL_1997, TOTAL_2007 = "9010", "00010000"
"""Forward active energy, total: what every meter of an edition has."""
ADAPTER = 0.15
"""Seconds that adapters and serial servers add on the way there and back."""
REPLY_645 = 0.5 + ADAPTER
"""Latest begin of an answer (dlt645 §1.3)."""
REPLY_IEC = 1.5 + ADAPTER
REPLY_EDMI = 2.0
REPLY_ALPHA = 0.35
"""Who-are-you is repeated about 300 ms apart (§4.2)."""
WAKES = 4
"""So often a device number is called; a driver, which knows that the meter is there, calls up to 30 times."""
HOST, SEQUENCE = 1, 1
BUS_QUIET = 0.5
"""Seconds of silence before a sign-on on a bus shared with DL/T 645 (§8)."""
DEVICES = 256


def questions(
    family: str, speed: Speed, meter: str = "", library: Library | None = None
) -> tuple[Question, ...]:
    """Return what one family is asked at one speed; nothing where it cannot be asked so.

    ``meter``: twelve digits, empty for whoever hears it. ``library`` for families that have no codec here.
    """
    try:
        if ask := _ASKED.get(family):
            return ask(speed, meter)
        return (_library(library, speed, meter),) if library and meter else ()
    except EncodeError:  # the family has no place for such an address
        return ()


def old_meters(speed: Speed) -> Question:
    """Ask meters of 1997 that know no wildcard; real ones answer a read to 99...99 (dlt645 §2.2)."""
    return _dlt645_1997(speed, BROADCAST, named=False)


def every_device(family: str, speed: Speed, library: Library | None) -> Sequence[Question]:
    """Ask one address after the other, where a family has at most 256 of them."""
    if family == m.ALPHA:
        return tuple(who_are_you(speed, device) for device in range(DEVICES))
    if library is None or library.address.form != "uint" or library.address.size != 1:
        return ()
    most = min(library.address.most or DEVICES - 1, DEVICES - 1)
    return tuple(_each(library, speed, range(most + 1)))


def _each(library: Library, speed: Speed, numbers: Iterable[int]) -> Iterable[Question]:
    for number in numbers:
        yield from questions(library.identity.id, speed, f"{number:012d}", library)


def _dlt645_2007(speed: Speed, meter: str) -> Question:
    record = r.Read2007(TOTAL_2007) if meter else r.ReadAddress()
    raw = WAKE_UP + encode_frame(request_frame(meter or WILD, record, Edition.V2007))
    asks = f"read {TOTAL_2007}" if meter else "read address 13H"
    return Question(m.DLT645_2007, speed, raw, asks, REPLY_645, 13, 24, address=meter)


def _dlt645_1997(speed: Speed, meter: str, *, named: bool) -> Question:
    raw = WAKE_UP[:2] + encode_frame(request_frame(meter, r.Read1997(TOTAL_1997), Edition.V1997))
    asks = f"read {TOTAL_1997}" if named else f"read {TOTAL_1997} of {meter[:2]}..{meter[-2:]}"
    return Question(m.DLT645_1997, speed, raw, asks, REPLY_645, 13, 24, address=meter if named else "")


def _sign_on(speed: Speed, meter: str) -> Question:
    address = address_of(meter) if meter else ""
    raw = telegram(SignOn(address))
    asks = f"sign-on /?{address}!"
    return Question(
        q.IEC62056,
        speed,
        raw,
        asks,
        REPLY_IEC,
        7,
        50,
        quiet=BUS_QUIET,
        farewell=telegram(BREAK),
        address=address,
    )


def _attention(speed: Speed, meter: str) -> Question:
    header = Header(number_of(meter), HOST, SEQUENCE) if meter else None
    raw = edmi_frame(Frame(b"", header))
    asks = "attention, by address" if meter else "attention 02 03"
    return Question(m.EDMI, speed, raw, asks, REPLY_EDMI, 1, 40, address=meter)


def who_are_you(speed: Speed, device: int) -> Question:
    """Call an ALPHA meter by its device number."""
    raw = packets.encode_request(packets.WhoAreYou(device))
    end = packets.encode_request(packets.Short(packets.END))
    asks, longest = f"who are you, device {device}", packets.IDENTITY
    return Question(
        m.ALPHA, speed, raw, asks, REPLY_ALPHA, longest, longest, farewell=end, address=str(device)
    )


def _library(library: Library, speed: Speed, meter: str) -> Question:
    plan = library.quantities.get(Quantity.FORWARD_ACTIVE)
    code = _first(library, plan) if isinstance(plan, Energies) else next(iter(library.sizes))
    known = Known(library.address.wire(meter), bytes.fromhex(code), library.sizes[code])
    read, timing = library.read, library.timing
    expected = (*read.value, *read.more, *read.refused)
    sizes = [frame.fixed + (known.size or 0) for frame in expected]
    first = read.send.built(known)
    return Question(
        library.identity.id, speed, first, f"read {code}", timing.reply, min(sizes), max(sizes) + 8,
        quiet=timing.quiet, address=meter, expected=expected, known=known,
    )  # fmt: skip


def _first(library: Library, plan: Energies) -> str:
    """An identifier of the energy total, or of its first part."""
    if plan.columns:
        column = plan.columns[0]
        return column.total or column.block or column.tariffs[0]
    inner = library.quantities[plan.sum[0]]
    return _first(library, inner) if isinstance(inner, Energies) else next(iter(library.sizes))


_ASKED: dict[str, Callable[[Speed, str], tuple[Question, ...]]] = {
    m.DLT645_2007: lambda speed, meter: (_dlt645_2007(speed, meter),),
    m.DLT645_1997: lambda speed, meter: (_dlt645_1997(speed, meter or WILD, named=bool(meter)),),
    q.IEC62056: lambda speed, meter: (_sign_on(speed, meter),),
    m.EDMI: lambda speed, meter: (_attention(speed, meter),),
    m.ALPHA: lambda speed, meter: (who_are_you(speed, packets.device_of(meter) if meter else 0),) * WAKES,
}
"""By family; ``meter`` is empty for whoever hears it."""
